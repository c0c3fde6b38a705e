//! What keeps versions: retention in both modes, legal holds, and holds until an event.

use coldkeep_disk::simulated::Dice;
use coldkeep_types::Timestamp;
use http::Method;

use super::Time;
use super::acts::{any, of_version};
use crate::clients::{Client, Wrong, md5_base64};
use crate::model::ageing::{Ageing, DAY_MS, Lock, Span, Version};
use crate::request::{Answer, Fate};

/// So much longer than now at least, so that it is so by all clocks.
const LEAST_SECONDS: i64 = 4 * 3600;

/// What keeps a new version, and the headers that say so.
pub(super) fn lock(dice: &mut Dice, now: i64) -> (Lock, Vec<(&'static str, String)>) {
    let complies = dice.once_in(2);
    let mode = ("x-amz-object-lock-mode", if complies { "COMPLIANCE" } else { "GOVERNANCE" }.to_owned());
    match dice.below(8) {
        0..2 => {
            let until = (now / 1000 + LEAST_SECONDS + dice.below(6 * 86_400) as i64) * 1000;
            let date = ("x-amz-object-lock-retain-until-date", Timestamp(until).iso_seconds());
            let retained = Some((Span { from: until, to: until }, complies));
            (Lock { retained, ..Lock::default() }, vec![mode, date])
        }
        2 => (Lock { held: true, ..Lock::default() }, vec![("x-amz-object-lock-legal-hold", "ON".to_owned())]),
        3 => {
            let days = 1 + dice.below(3) as i64;
            let hold = ("x-amz-object-lock-event-hold", "ON".to_owned());
            let long = ("x-amz-object-lock-event-hold-duration-days", days.to_string());
            let mode = ("x-amz-object-lock-mode", "COMPLIANCE".to_owned());
            (Lock { event: Some(days), ..Lock::default() }, vec![mode, hold, long])
        }
        _ => (Lock::default(), Vec::new()),
    }
}

/// Puts a legal hold on a version that nothing keeps; unless it is gone.
pub(super) async fn hold(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let is_free = |version: &Version| version.content.is_some() && version.lock.is_none();
    let Some(version) = any(client, ageing, is_free) else { return Ok(()) };
    let answer = ask_lock(client, &version, "legal-hold", "<LegalHold><Status>ON</Status></LegalHold>").await?;
    ageing.clock(time.reading());
    match answer.fate() {
        Fate::Done => ageing.held(&version.id),
        Fate::Refused if ageing.may_be_gone(&version.id) => {}
        _ => return Err(format!("a hold of {version:?}: {}", answer.said())),
    }
    Ok(())
}

/// Ends a hold: a legal one at once, one until an event so many days from now. The latter is asked for once only.
pub(super) async fn release(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let is_healthy = client.healthy;
    let held = |version: &Version| version.lock.held || (is_healthy && version.lock.event.is_some());
    let Some(version) = any(client, ageing, held) else { return Ok(()) };
    end_hold(client, ageing, time, &version).await
}

pub(super) async fn end_hold(
    client: &mut Client,
    ageing: &mut Ageing,
    time: &Time,
    version: &Version,
) -> Result<(), Wrong> {
    let before = time.reading();
    let (what, body) = match version.lock.held {
        true => ("legal-hold", "<LegalHold><Status>OFF</Status></LegalHold>"),
        false => ("retention", "<Retention><EventHold>OFF</EventHold></Retention>"),
    };
    put_lock(client, version, what, body).await?;
    let Span { from, to } = time.since(before);
    let known = ageing.versions.iter_mut().find(|known| known.id == version.id).ok_or("a version is lost")?;
    match known.lock.event.take_if(|_| !version.lock.held) {
        Some(days) => known.lock.retained = Some((Span { from: from + days * DAY_MS, to: to + days * DAY_MS }, true)),
        None => known.lock.held = false,
    }
    Ok(())
}

/// Retention in compliance mode gets longer, and never shorter.
pub(super) async fn retain(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let complies = |version: &Version| version.lock.retained.is_some_and(|(_, complies)| complies);
    let Some(version) = any(client, ageing, complies) else { return Ok(()) };
    let Some((until, _)) = version.lock.retained.filter(|(until, _)| until.from > time.now() + DAY_MS / 4) else {
        return Ok(());
    };
    let is_longer = client.dice.once_in(2);
    let to = (until.to / 1000 + if is_longer { 86_400 } else { -3600 }) * 1000;
    let date = Timestamp(to).iso_seconds();
    let body = format!("<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>{date}</RetainUntilDate></Retention>");
    if !is_longer {
        let answer = ask_lock(client, &version, "retention", &body).await?;
        let is_done = answer.fate() == Fate::Done;
        return if is_done { Err(format!("{version:?} is retained for less, until {date}")) } else { Ok(()) };
    }
    put_lock(client, &version, "retention", &body).await?;
    let known = ageing.versions.iter_mut().find(|known| known.id == version.id).ok_or("a version is lost")?;
    known.lock.retained = Some((Span { from: to, to }, true));
    Ok(())
}

async fn ask_lock(client: &mut Client, version: &Version, what: &str, body: &str) -> Result<Answer, Wrong> {
    let request = of_version(Method::PUT, version).query(what, "").body(body.to_owned());
    client.insist(request.header("content-md5", &md5_base64(body.as_bytes()))).await
}

async fn put_lock(client: &mut Client, version: &Version, what: &str, body: &str) -> Result<(), Wrong> {
    let answer = ask_lock(client, version, what, body).await?;
    if answer.fate() == Fate::Done { Ok(()) } else { Err(format!("{what} of {version:?}: {}", answer.said())) }
}
