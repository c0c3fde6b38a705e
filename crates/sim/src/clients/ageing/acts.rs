//! What is done to the bucket: versions made, deleted, restored and locked, uploads begun, rules changed. While all is well, and servers are
//! sure of the time, each answer is known beforehand; else what was not answered happened perhaps, or is asked again until it is.

use std::time::Duration;

use http::Method;
use md5::{Digest, Md5};

use super::locks::{end_hold, hold, lock, release, retain};
use super::restores::restore;
use super::rules::change_rules;
use super::{BUCKET, Look, Time, drain, look};
use crate::clients::{Client, Wrong, done, md5_base64};
use crate::model::ageing::{Ageing, CREATED, Content, DAY_MS, HIDDEN, Lock, Perhaps, Span, Version};
use crate::model::content;
use crate::request::{Fate, Request};

const KEYS: [&str; 3] = ["k", "k/1", "l"];
/// Beyond this a clock is believed that agrees with itself.
const UNSURE: Duration = Duration::from_secs(90);
/// Within records, and in blobs of their own.
const SIZES: [usize; 3] = [1, 700, 9000];
/// For so long something may still come of what was not answered.
const LATE_MS: i64 = 120_000;
/// Beyond all days that anybody speaks of.
const LONG_MS: i64 = 40 * DAY_MS;

/// One of all, to whatever is there.
pub async fn act(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    match client.dice.below(17) {
        0..5 => put(client, ageing, time).await,
        5..7 => hide(client, ageing, time).await,
        7..10 => delete(client, ageing, time).await,
        10..12 => restore(client, ageing, time).await,
        12 => release(client, ageing, time).await,
        13 => retain(client, ageing, time).await,
        14 => begin_upload(client, ageing, time).await,
        15 => hold(client, ageing, time).await,
        _ => {
            change_rules(client, ageing, time, true).await?;
            // What is due by the new ones is done at once.
            tokio::time::sleep(Duration::from_secs(60)).await;
            look(client, ageing, time, Look::Busy).await
        }
    }
}

/// One of those whose outcome can be found out later, if the power goes.
pub async fn act_unsurely(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    match client.dice.below(4) {
        0..2 => put(client, ageing, time).await,
        2 => hide(client, ageing, time).await,
        _ => delete(client, ageing, time).await,
    }
}

/// One of those, or of what can be asked again, while servers are in trouble that ends.
pub async fn act_in_trouble(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    match client.dice.below(20) {
        0..8 => act_unsurely(client, ageing, time).await,
        8..10 => hold(client, ageing, time).await,
        10 => release(client, ageing, time).await,
        11 => retain(client, ageing, time).await,
        12..14 => restore(client, ageing, time).await,
        14 => drain(client, ageing).await,
        15..17 => {
            change_rules(client, ageing, time, true).await?;
            look(client, ageing, time, Look::Busy).await
        }
        _ => look(client, ageing, time, Look::Busy).await,
    }
}

async fn put(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let (key, size) = (*client.dice.pick(&KEYS), *client.dice.pick(&SIZES));
    let number = client.model.lock().fresh();
    let bytes = content(number, size);
    let is_cold = client.dice.once_in(4);
    let etag = hex::encode(Md5::digest(&bytes));
    let made = Content { bytes: (number, size), etag, is_cold, restored: None };
    let (lock, headers) = lock(&mut client.dice, time.now());
    let mut request = Request::s3(Method::PUT, BUCKET, key).header("content-md5", &md5_base64(&bytes)).body(bytes);
    if is_cold {
        request = request.header("x-amz-storage-class", "GLACIER");
    }
    for (name, value) in headers {
        request = request.header(name, &value);
    }
    make(client, ageing, time, key, Some(made), lock, request).await
}

async fn hide(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let key = *client.dice.pick(&KEYS);
    make(client, ageing, time, key, None, Lock::default(), Request::s3(Method::DELETE, BUCKET, key)).await
}

/// Makes a version or a delete marker; what is not answered happened perhaps.
async fn make(
    client: &mut Client,
    ageing: &mut Ageing,
    time: &Time,
    key: &str,
    content: Option<Content>,
    lock: Lock,
    request: Request,
) -> Result<(), Wrong> {
    let (line, before) = (request.line(), time.reading());
    let answer = client.ask(request).await?;
    let made = time.since(before);
    match answer.fate() {
        Fate::Done => {
            let what = if content.is_some() { CREATED } else { HIDDEN };
            let id = answer.header("x-amz-version-id");
            ageing.made(key, id, content, made, lock)?;
            ageing.told.surely(what, key, id);
            Ok(())
        }
        Fate::Unknown if !client.healthy => {
            let made = Span { to: made.to + LATE_MS, ..made };
            ageing.perhaps.push(Perhaps::Made(key.to_owned(), content, made, lock));
            Ok(())
        }
        _ => Err(format!("{line}: {}", answer.said())),
    }
}

/// One of the versions that this is true of.
pub(super) fn any(client: &mut Client, ageing: &Ageing, fits: impl Fn(&Version) -> bool) -> Option<Version> {
    let fitting: Vec<&Version> = ageing.versions.iter().filter(|version| fits(version)).collect();
    (!fitting.is_empty()).then(|| (*client.dice.pick(&fitting)).clone())
}

pub(super) fn of_version(method: Method, version: &Version) -> Request {
    Request::s3(method, BUCKET, &version.key).query("versionId", &version.id)
}

/// Deletes a version by its id, which its lock forbids or not.
async fn delete(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let is_asked = |version: &Version| ageing.may_be_deleted(&version.id);
    let Some(version) = any(client, ageing, |version| !is_asked(version)) else { return Ok(()) };
    let bypasses = version.lock.event.is_none() && client.dice.once_in(3);
    delete_by_id(client, ageing, time, &version.id, bypasses).await
}

async fn delete_by_id(
    client: &mut Client,
    ageing: &mut Ageing,
    time: &Time,
    id: &str,
    bypasses: bool,
) -> Result<(), Wrong> {
    let version = ageing.versions.iter().find(|version| version.id == id).cloned().ok_or("a version is lost")?;
    let mut request = of_version(Method::DELETE, &version);
    if bypasses {
        request = request.header("x-amz-bypass-governance-retention", "true");
    }
    let before = time.reading();
    let mut answer = client.ask(request.clone()).await?;
    let latest = time.reading().latest;
    let is_free = version.lock.is_over(before.from) || !version.lock.holds(before.from, bypasses);
    if answer.fate() == Fate::Refused && is_free && client.healthy {
        // A clock that has just been looked at is not believed yet.
        tokio::time::sleep(UNSURE).await;
        answer = client.ask(request).await?;
    }
    ageing.clock(time.reading());
    match answer.fate() {
        Fate::Done if version.lock.holds(latest, bypasses) => {
            Err(format!("{version:?} is deleted though it is locked"))
        }
        // In trouble nobody need be sure of the time.
        Fate::Refused if is_free && (client.healthy || version.lock.is_none()) => {
            Err(format!("{version:?} is free, but {}", answer.said()))
        }
        Fate::Done => {
            ageing.deleted(&version.id);
            Ok(())
        }
        Fate::Unknown if !client.healthy && !version.lock.holds(latest + LATE_MS, bypasses) => {
            ageing.perhaps.push(Perhaps::Deleted(version.id));
            Ok(())
        }
        Fate::Refused | Fate::Unknown => Ok(()),
    }
}

/// Begins an upload that nobody goes on with.
async fn begin_upload(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    let (key, before) = (*client.dice.pick(&KEYS), time.reading());
    let begun = done(client, Request::s3(Method::POST, BUCKET, key).query("uploads", "")).await?;
    ageing.uploads.push((begun.text("UploadId"), key.to_owned(), time.since(before)));
    Ok(())
}

/// All goes, whatever kept it: its time has come, or is made to come.
pub async fn end(client: &mut Client, ageing: &mut Ageing, time: &Time) -> Result<(), Wrong> {
    for version in ageing.versions.clone().iter().filter(|version| version.lock.holds(i64::MAX, false)) {
        end_hold(client, ageing, time, version).await?;
    }
    // Queues do not keep messages for that long.
    drain(client, ageing).await?;
    time.clock.jump(LONG_MS);
    tokio::time::sleep(time.patience).await;
    look(client, ageing, time, Look::Quiet).await?;
    let versions: Vec<String> = ageing.versions.iter().map(|version| version.id.clone()).collect();
    for id in versions {
        delete_by_id(client, ageing, time, &id, false).await?;
    }
    for (id, key, _) in std::mem::take(&mut ageing.uploads) {
        done(client, Request::s3(Method::DELETE, BUCKET, &key).query("uploadId", &id)).await?;
    }
    match ageing.versions.first() {
        Some(version) => Err(format!("{version:?} cannot be deleted in the end")),
        None => Ok(()),
    }
}
