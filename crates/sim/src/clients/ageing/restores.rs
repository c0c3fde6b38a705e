//! What is cold is restored for a while.

use std::time::Duration;

use http::Method;

use super::Time;
use super::acts::{any, of_version};
use crate::clients::{Client, Wrong};
use crate::model::ageing::{Ageing, Version};
use crate::request::Fate;

/// Restores what is cold, for some days from now, and waits for it; unless it is gone.
pub(super) async fn restore(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let is_cold = |version: &Version| version.content.as_ref().is_some_and(|content| content.is_cold);
    let Some(version) = any(client, ageing, is_cold) else { return Ok(()) };
    let (days, before) = (1 + client.dice.below(3) as i64, time.reading());
    let body = format!("<RestoreRequest><Days>{days}</Days></RestoreRequest>");
    let request = of_version(Method::POST, &version).query("restore", "").body(body);
    let answer = client.insist(request).await?;
    // It may have been done when it was asked for first, and not answered.
    let is_asked = answer.fate() == Fate::Done || answer.text("Code") == "RestoreAlreadyInProgress";
    let is_restored = is_asked && becomes_readable(client, &version).await?;
    ageing.clock(time.reading());
    match is_restored {
        true => ageing.restored(&version.id, time.since(before).after_days(days)),
        false if ageing.may_be_gone(&version.id) => {
            let whats = ["ObjectRestore:Post", "ObjectRestore:Completed"];
            whats.into_iter().for_each(|what| ageing.told.perhaps(what, &version.key, &version.id));
            Ok(())
        }
        false => Err(format!("{version:?} is not restored: {}", answer.said())),
    }
}

/// Waits until a version that is being restored can be read; `false` if it is not there.
async fn becomes_readable(client: &mut Client, version: &Version) -> Result<bool, Wrong> {
    for _ in 0..600 {
        let answer = client.insist(of_version(Method::GET, version)).await?;
        match answer.fate() {
            Fate::Refused if answer.text("Code") == "InvalidObjectState" => {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            fate => return Ok(fate == Fate::Done),
        }
    }
    Err(format!("{version:?} is never restored"))
}
