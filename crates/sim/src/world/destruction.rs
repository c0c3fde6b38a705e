//! Keys of KMS that are to be destroyed, under a clock that jumps: one is, the other's deletion is cancelled in time. Never early, however
//! wrong the clock is meanwhile; never after the cancel; and once, wherever the server was killed while it did it. What lies under a key is
//! read before, and refused after with the error that says what became of the key.

use std::time::Duration;

use bytes::Bytes;
use coldkeep_disk::simulated::Happening;
use http::Method;
use serde_json::json;

use super::deadlines::{HOUR_MS, QUIET};
use super::{End, World};
use crate::clients::{Client, Wrong, done};
use crate::model::content;
use crate::request::{Answer, Fate, Request};
use crate::server::Server;

const BUCKET: &str = "destruction";
const DAY_MS: i64 = 24 * HOUR_MS;
/// The shortest window there is.
const WINDOW_DAYS: i64 = 7;
/// How long a clock must agree with itself before a key is destroyed, not quite.
const ALMOST_SURE: Duration = Duration::from_secs(590);
/// Longer than the work sleeps at most, and its clock takes to be sure.
const SURE: Duration = Duration::from_secs(4500);

/// A key, and the object under it, which has its name.
struct Key {
    id: String,
    object: &'static str,
    bytes: Bytes,
}

struct Keys {
    doomed: Key,
    spared: Key,
}

impl World {
    /// The story; each step in a life of its own.
    pub(super) fn destruction(&mut self) -> Result<(), Wrong> {
        let clock = self.clock.clone();
        let keys = self.step(0, begin)?;
        self.step(0, async |client| {
            // Set wrong for less time than it takes to be believed.
            clock.jump(2 * WINDOW_DAYS * DAY_MS);
            tokio::time::sleep(QUIET).await;
            clock.jump(-2 * WINDOW_DAYS * DAY_MS);
            both_are_pending(client, &keys).await
        })?;
        self.step(WINDOW_DAYS * DAY_MS - 6 * HOUR_MS, async |client| {
            both_are_pending(client, &keys).await?;
            cancel(client, &keys.spared).await
        })?;
        self.destroying_broken_off(6 * HOUR_MS)?;
        self.step(0, async |client| one_is_destroyed(client, &keys).await)?;
        // A clock that is set back brings no key back.
        self.step(-2 * WINDOW_DAYS * DAY_MS, async |client| one_is_destroyed(client, &keys).await)?;
        self.step(60 * DAY_MS, async |client| {
            one_is_destroyed(client, &keys).await?;
            end(client, &keys).await
        })
    }

    /// Lives that end about when a key is destroyed whose time has come.
    fn destroying_broken_off(&mut self, ms: i64) -> Result<(), Wrong> {
        self.clock.jump(ms);
        for _ in 0..1 + self.dice.below(3) {
            let mut dice = self.dice.fork();
            let end = *dice.pick(&[End::Kill, End::PowerCut]);
            let next = self.in_runtime(async || {
                let server = Server::open(&self.disk, &self.clock, dice.fork()).await;
                let _server = server.map_err(|why| format!("open: {why}"))?;
                tokio::time::sleep(ALMOST_SURE).await;
                self.disk.plan(1 + dice.below(12), Happening::PowerCut);
                tokio::time::sleep(QUIET).await;
                Ok(self.after(end))
            })?;
            self.disk = next.unwrap_or_else(|| self.disk.clone());
            self.disk.heal();
        }
        Ok(())
    }
}

async fn begin(client: &mut Client) -> Result<Keys, Wrong> {
    done(client, Request::s3(Method::PUT, BUCKET, "")).await?;
    // One in the metadata, one in a blob.
    let keys = Keys { doomed: make(client, "doomed", 1000).await?, spared: make(client, "spared", 70_000).await? };
    for key in [&keys.doomed, &keys.spared] {
        can_be_read(client, key).await?;
        let parameters = json!({ "KeyId": key.id, "PendingWindowInDays": WINDOW_DAYS });
        done(client, Request::kms("ScheduleKeyDeletion", &parameters)).await?;
    }
    Ok(keys)
}

async fn make(client: &mut Client, object: &'static str, bytes: usize) -> Result<Key, Wrong> {
    let made = done(client, Request::kms("CreateKey", &json!({}))).await?.json();
    let id = made["KeyMetadata"]["KeyId"].as_str().unwrap_or_default().to_owned();
    let bytes = content(client.model.lock().fresh(), bytes);
    let put = Request::s3(Method::PUT, BUCKET, object).header("x-amz-server-side-encryption", "aws:kms");
    let put = put.header("x-amz-server-side-encryption-aws-kms-key-id", &id).body(bytes.clone());
    done(client, put).await?;
    Ok(Key { id, object, bytes })
}

/// Long after the clock is sure of whatever time it shows, both keys wait.
async fn both_are_pending(client: &mut Client, keys: &Keys) -> Result<(), Wrong> {
    tokio::time::sleep(SURE).await;
    for key in [&keys.doomed, &keys.spared] {
        has_state(client, key, "PendingDeletion").await?;
        is_refused(&read(client, key).await?, "KMS.KMSInvalidStateException", "what lies under a key that waits")?;
    }
    Ok(())
}

/// The key is one that was disabled, and enabled it opens what it sealed.
async fn cancel(client: &mut Client, key: &Key) -> Result<(), Wrong> {
    done(client, Request::kms("CancelKeyDeletion", &json!({ "KeyId": key.id }))).await?;
    has_state(client, key, "Disabled").await?;
    is_refused(&read(client, key).await?, "KMS.DisabledException", "what lies under a disabled key")?;
    done(client, Request::kms("EnableKey", &json!({ "KeyId": key.id }))).await?;
    can_be_read(client, key).await
}

/// The one key is gone for good, the other is as it was.
async fn one_is_destroyed(client: &mut Client, keys: &Keys) -> Result<(), Wrong> {
    tokio::time::sleep(SURE).await;
    for operation in ["DescribeKey", "CancelKeyDeletion", "ScheduleKeyDeletion"] {
        let answer = client.ask(Request::kms(operation, &json!({ "KeyId": keys.doomed.id }))).await?;
        if answer.json()["__type"] != "NotFoundException" {
            return Err(format!("{operation} of a key past its time: {}", answer.said()));
        }
    }
    is_refused(&read(client, &keys.doomed).await?, "KMS.NotFoundException", "what lay under a key past its time")?;
    let listed = done(client, Request::kms("ListKeys", &json!({}))).await?.json()["Keys"].to_string();
    if listed.contains(&keys.doomed.id) || !listed.contains(&keys.spared.id) {
        return Err(format!("the keys there are: {listed}"));
    }
    has_state(client, &keys.spared, "Enabled").await?;
    can_be_read(client, &keys.spared).await
}

/// Objects go, so that nothing may be left; those of a key that is gone too.
async fn end(client: &mut Client, keys: &Keys) -> Result<(), Wrong> {
    for key in [&keys.doomed, &keys.spared] {
        done(client, Request::s3(Method::DELETE, BUCKET, key.object)).await?;
    }
    done(client, Request::s3(Method::DELETE, BUCKET, "")).await.map(drop)
}

async fn has_state(client: &mut Client, key: &Key, state: &str) -> Result<(), Wrong> {
    let told = done(client, Request::kms("DescribeKey", &json!({ "KeyId": key.id }))).await?.json();
    match &told["KeyMetadata"]["KeyState"] {
        is if is == state => Ok(()),
        is => Err(format!("the {} key is {is}, not {state}", key.object)),
    }
}

async fn can_be_read(client: &mut Client, key: &Key) -> Result<(), Wrong> {
    let answer = read(client, key).await?;
    match answer.fate() == Fate::Done && answer.body == key.bytes {
        true => Ok(()),
        false => Err(format!("what lies under the {} key: {}", key.object, answer.said())),
    }
}

async fn read(client: &mut Client, key: &Key) -> Result<Answer, Wrong> {
    client.ask(Request::s3(Method::GET, BUCKET, key.object)).await
}

fn is_refused(answer: &Answer, code: &str, what: &str) -> Result<(), Wrong> {
    if answer.text("Code") == code { Ok(()) } else { Err(format!("{what}: {}", answer.said())) }
}
