//! What rules do is done to each version once, when it is time and no sooner, and to nothing that is locked.

use std::time::Duration;

use http::Method;

use crate::clients::{Client, RULED, RULES, Wrong, list_lives, look_at_life, md5_base64};
use crate::model::ruled::{DAY_MS, GOES};
use crate::request::{Fate, Request};

/// Days in which all that is due is surely done: an object goes, then its version, then the marker, each looked at by the day.
const DAYS: u32 = 12;

/// All of a server at rest.
pub async fn all(client: &mut Client) -> Result<(), Wrong> {
    for (key, id, etag) in list_lives(client).await?.unwrap_or_default() {
        let mut model = client.model.lock();
        let ruled = &mut model.ruled;
        let Some(etag) = etag else { continue };
        if ruled.lives.contains_key(&(key.clone(), id.clone())) {
            continue;
        }
        let Some(at) = ruled.lost.iter().position(|(of, life)| *of == key && life.object.etag == etag) else {
            return Err(format!("the version {id} of {RULED}/{key} is there, which nobody made"));
        };
        let (_, life) = ruled.lost.remove(at);
        ruled.lives.insert((key, id), life);
    }
    let known: Vec<_> = client.model.lock().ruled.lives.keys().cloned().collect();
    for (key, id) in known {
        look_at_life(client, &key, &id).await?;
    }
    Ok(())
}

/// Lets days pass, and looks whether all was done that must be. The clock is not set meanwhile.
pub async fn done(client: &mut Client) -> Result<(), Wrong> {
    // What was never answered was made by now, if at all.
    let now_ms = client.server.now().0;
    client.model.lock().ruled.lost.clear();
    for life in client.model.lock().ruled.lives.values_mut() {
        life.made_ms.1 = life.made_ms.1.min(now_ms.max(life.made_ms.0));
    }
    tokio::time::sleep(Duration::from_millis(DAY_MS as u64) * DAYS).await;
    all(client).await?;
    let now_ms = client.server.now().0;
    if let Some(undone) = client.model.lock().ruled.undone(now_ms) {
        return Err(undone);
    }
    // A marker stays only over what is there still, or where the clock was set back.
    let rows = list_lives(client).await?.unwrap_or_default();
    let model = client.model.lock();
    let is_alone = |key: &str| !rows.iter().any(|(of, _, etag)| of == key && etag.is_some());
    match rows.iter().find(|(key, _, etag)| etag.is_none() && key.starts_with(GOES) && is_alone(key)) {
        Some((key, id, _)) if !model.ruled.set_back => {
            Err(format!("the delete marker {id} of {RULED}/{key} is all there is of it"))
        }
        _ => Ok(()),
    }
}

/// No day ends within the next minute, nor has one just ended: so that nothing is half done where things are to be at rest.
pub async fn away_from_midnight(client: &Client) {
    let into_day = client.server.now().0.rem_euclid(DAY_MS);
    if !(60_000..DAY_MS - 60_000).contains(&into_day) {
        tokio::time::sleep(Duration::from_secs(150)).await;
    }
}

/// Makes the bucket with its rules, unless it is there. Gives whether it is now.
pub async fn prepare(client: &mut Client) -> Result<bool, Wrong> {
    let request = Request::s3(Method::PUT, RULED, "").header("x-amz-bucket-object-lock-enabled", "true");
    let answer = client.ask(request).await?;
    if answer.fate() == Fate::Refused && answer.status != 409 {
        return Err(format!("the bucket {RULED} cannot be made: {}", answer.said()));
    }
    let request = Request::s3(Method::PUT, RULED, "").query("lifecycle", "").body(RULES);
    let rules = client.ask(request.header("content-md5", &md5_base64(RULES.as_bytes()))).await?;
    Ok(answer.fate() != Fate::Unknown && rules.fate() == Fate::Done)
}

/// Deletes all versions, whatever locks them, and the bucket.
pub async fn remove(client: &mut Client) -> Result<(), Wrong> {
    client.ask(Request::s3(Method::DELETE, RULED, "").query("lifecycle", "")).await?;
    for (key, id, etag) in list_lives(client).await?.unwrap_or_default() {
        if etag.is_some() {
            let body = "<LegalHold><Status>OFF</Status></LegalHold>";
            let request = Request::s3(Method::PUT, RULED, &key).query("legal-hold", "").query("versionId", &id);
            client.ask(request.body(body).header("content-md5", &md5_base64(body.as_bytes()))).await?;
        }
        let request = Request::s3(Method::DELETE, RULED, &key).query("versionId", &id);
        let answer = client.ask(request.header("x-amz-bypass-governance-retention", "true")).await?;
        if answer.fate() != Fate::Done {
            return Err(format!("the version {id} of {RULED}/{key} cannot be deleted: {}", answer.said()));
        }
    }
    let answer = client.ask(Request::s3(Method::DELETE, RULED, "")).await?;
    match answer.fate() {
        Fate::Done => Ok(()),
        Fate::Refused | Fate::Unknown => Err(format!("the bucket {RULED} cannot be deleted: {}", answer.said())),
    }
}
