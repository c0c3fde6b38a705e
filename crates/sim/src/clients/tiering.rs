//! The client of a bucket of objects that are archived when nobody reads them: it puts and reads them, has them restored, and changes what the bucket
//! is told. All that it asks can be asked again, but for reads, which count if they were answered.

use std::time::Duration;

use http::Method;

use super::ageing::Time;
use super::{Client, Wrong, done};
use crate::model::content;
use crate::model::tiering::{Configuration, Object, TIERS, Tiering};
use crate::request::{Fate, Request};

const BUCKET: &str = "tiering";
const KEYS: [&str; 3] = ["k", "k/1", "l"];
const IDS: [&str; 2] = ["one", "other"];
/// The least that is archived.
const BYTES: usize = 128 << 10;
/// For so long something may still come of what was not answered.
const LATE_MS: i64 = 120_000;

/// Makes the bucket, with an object at each key.
pub async fn begin(client: &mut Client, tiering: &mut Tiering, time: &Time) -> Result<(), Wrong> {
    done(client, Request::s3(Method::PUT, BUCKET, "")).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    for key in KEYS {
        put(client, tiering, time, key).await?;
    }
    configure(client, tiering, time, IDS[0]).await
}

/// Deletes all.
pub async fn finish(client: &mut Client) -> Result<(), Wrong> {
    for key in KEYS.into_iter().chain([""]) {
        done(client, Request::s3(Method::DELETE, BUCKET, key)).await?;
    }
    Ok(())
}

/// One of all.
pub async fn act(client: &mut Client, tiering: &mut Tiering, time: &Time) -> Result<(), Wrong> {
    let (key, id) = (*client.dice.pick::<&str>(&KEYS), *client.dice.pick::<&str>(&IDS));
    match client.dice.below(12) {
        0 => put(client, tiering, time, key).await,
        1..5 => read(client, tiering, time, key).await,
        5..7 => restore(client, tiering, time, key).await,
        7..9 => configure(client, tiering, time, id).await,
        9 => unconfigure(client, tiering, id).await,
        _ => look(client, tiering, time, false).await,
    }
}

async fn put(client: &mut Client, tiering: &mut Tiering, time: &Time, key: &'static str) -> Result<(), Wrong> {
    let (number, before) = (client.model.lock().fresh(), time.reading());
    let request = Request::s3(Method::PUT, BUCKET, key).header("x-amz-storage-class", "INTELLIGENT_TIERING");
    done(client, request.body(content(number, BYTES))).await?;
    tiering.objects.insert(key, Object::new(number, time.since(before)));
    Ok(())
}

/// Reads some of it, or all.
async fn read(client: &mut Client, tiering: &mut Tiering, time: &Time, key: &'static str) -> Result<(), Wrong> {
    let (before, is_whole) = (time.reading(), client.dice.once_in(2));
    let request = Request::s3(Method::GET, BUCKET, key);
    let answer = client.ask(if is_whole { request } else { request.header("range", "bytes=10-99") }).await?;
    tiering.clock(time.reading());
    let read = time.since(before);
    match answer.fate() {
        Fate::Done => {
            tiering.judge(key, None, None)?;
            let object = tiering.objects.get_mut(key).ok_or("an object is lost")?;
            let bytes = content(object.number, BYTES);
            if answer.body != (if is_whole { bytes } else { bytes.slice(10..100) }) {
                return Err(format!("{key} is read as {}", answer.said()));
            }
            // Where the metadata is away, what was read is given all the same, though it cannot be written down.
            match client.healthy {
                true => object.was_read(read),
                false => object.may_be_read(read.to),
            }
            Ok(())
        }
        Fate::Unknown => {
            let object = tiering.objects.get_mut(key).ok_or("an object is lost")?;
            object.may_be_read(read.to + LATE_MS);
            Ok(())
        }
        Fate::Refused => {
            let tier = TIERS.iter().position(|tier| *tier == answer.text("AccessTier"));
            match tier {
                Some(_) => tiering.judge(key, tier, None),
                None => Err(format!("{key} cannot be read: {}", answer.said())),
            }
        }
    }
}

/// In which tier it is said to be; that is no read.
async fn tier(client: &mut Client, key: &str) -> Result<Option<usize>, Wrong> {
    let answer = done(client, Request::s3(Method::HEAD, BUCKET, key)).await?;
    Ok(TIERS.iter().position(|tier| *tier == answer.header("x-amz-archive-status")))
}

/// Has what is archived come back, for good.
async fn restore(client: &mut Client, tiering: &mut Tiering, time: &Time, key: &'static str) -> Result<(), Wrong> {
    if tiering.objects.get(key).is_none_or(|object| object.tier.is_none()) {
        return Ok(());
    }
    let before = time.reading();
    let body = "<RestoreRequest><GlacierJobParameters><Tier>Standard</Tier></GlacierJobParameters></RestoreRequest>";
    let answer = client.insist(Request::s3(Method::POST, BUCKET, key).query("restore", "").body(body)).await?;
    for _ in 0..600 {
        if tier(client, key).await?.is_none() {
            tiering.clock(time.reading());
            let object = tiering.objects.get_mut(key).ok_or("an object is lost")?;
            object.was_read(time.since(before));
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err(format!("{key} is never restored: {}", answer.said()))
}

fn of_configuration(method: Method, id: &str) -> Request {
    Request::s3(method, BUCKET, "").query("intelligent-tiering", "").query("id", id)
}

async fn configure(client: &mut Client, tiering: &mut Tiering, time: &Time, id: &'static str) -> Result<(), Wrong> {
    let prefix = *client.dice.pick::<&str>(&["", "k"]);
    let days = *client.dice.pick(&[[Some(90), None], [Some(100), None], [None, Some(180)], [Some(90), Some(180)]]);
    let before = time.reading();
    let tier = |(tier, days): (&str, Option<i64>)| {
        days.map(|days| format!("<Tiering><Days>{days}</Days><AccessTier>{tier}</AccessTier></Tiering>"))
    };
    let tiers: String = TIERS.into_iter().zip(days).filter_map(tier).collect();
    let body = format!(
        "<IntelligentTieringConfiguration><Id>{id}</Id><Filter><Prefix>{prefix}</Prefix></Filter><Status>Enabled</Status>\
         {tiers}</IntelligentTieringConfiguration>"
    );
    done(client, of_configuration(Method::PUT, id).body(body)).await?;
    tiering.clock(time.reading());
    tiering.configure(id, Some(Configuration { prefix, days, since: time.since(before) }));
    Ok(())
}

/// The last one stays, so that something is archived.
async fn unconfigure(client: &mut Client, tiering: &mut Tiering, id: &'static str) -> Result<(), Wrong> {
    if tiering.configurations.len() < 2 {
        return Ok(());
    }
    let answer = client.insist(of_configuration(Method::DELETE, id)).await?;
    // It may have been deleted when that was asked for first, and not answered.
    match answer.fate() == Fate::Done || (!client.healthy && answer.text("Code") == "NoSuchConfiguration") {
        true => tiering.configure(id, None),
        false => return Err(format!("the configuration {id}: {}", answer.said())),
    }
    Ok(())
}

/// Looks where all are; `is_quiet`: what is due was done.
pub async fn look(client: &mut Client, tiering: &mut Tiering, time: &Time, is_quiet: bool) -> Result<(), Wrong> {
    let surely = is_quiet.then(|| time.now() - 120_000);
    for key in KEYS {
        let seen = tier(client, key).await?;
        tiering.clock(time.reading());
        tiering.judge(key, seen, surely)?;
    }
    tiering.looked(client.healthy);
    Ok(())
}
