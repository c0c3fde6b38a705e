//! What ends by itself, under a clock that jumps: the claim of a message, a vault's lock in progress, an upload to a vault that idles, a
//! job's output. Each is there until its time, and then it is over once: whatever the clock does after that, and wherever the server was
//! killed while it ended.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::Happening;
use http::Method;
use serde_json::{Value, json};

use super::{CHECKER, End, World};
use crate::clients::{Client, Wrong, done, tree_hash};
use crate::model::content;
use crate::request::{ACCOUNT, Answer, Fate, REGION, Request};
use crate::server::Server;

const MINUTE_MS: i64 = 60_000;
pub(super) const HOUR_MS: i64 = 60 * MINUTE_MS;
const VAULT: &str = "/deadlines";
/// The longest that a claim may be.
const CLAIM_HOURS: i64 = 12;
/// Long enough for a clock to be believed, and for what is due to be done.
pub(super) const QUIET: Duration = Duration::from_secs(300);

/// What was begun at the beginning.
struct Begun {
    lock: String,
    upload: String,
    archive: String,
    job: String,
    queue: String,
}

impl World {
    /// The story; each step in a life of its own.
    pub(super) fn deadlines(&mut self) -> Result<(), Wrong> {
        let begun = self.step(0, begin)?;
        self.step(CLAIM_HOURS * HOUR_MS - 20 * MINUTE_MS, async |client| {
            all_are_there(client, &begun).await?;
            receive(client, &begun, None).await.map(drop)
        })?;
        self.step(30 * MINUTE_MS, async |client| claim_is_over_once(client, &begun).await)?;
        self.step(11 * HOUR_MS, async |client| all_are_there(client, &begun).await)?;
        self.broken_off(2 * HOUR_MS)?;
        let lock = self.step(0, async |client| {
            all_are_gone(client, &begun).await?;
            refused(&complete_lock(client, &begun.lock).await?, "a lock past its time")?;
            begin_lock(client).await
        })?;
        // A clock that was set wrong and back does not bring back what was seen to be over.
        self.step(-3 * HOUR_MS, async |client| {
            all_are_gone(client, &begun).await?;
            refused(&complete_lock(client, &begun.lock).await?, "a lock in whose place is another")?;
            receive(client, &begun, None).await?;
            let state = get(client, "/lock-policy").await?.json()["State"].clone();
            if state == "InProgress" { Ok(()) } else { Err(format!("the lock {lock} is {state}")) }
        })?;
        self.step(3 * HOUR_MS, async |client| end(client, &begun).await)
    }

    /// A life in which the clock jumps, and then this happens; it ends in some way.
    pub(super) fn step<T>(
        &mut self,
        ms: i64,
        happens: impl AsyncFnOnce(&mut Client) -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        let mut dice = self.dice.fork();
        let end = *dice.pick(&[End::Stop, End::Kill, End::PowerCut]);
        let is_running = dice.once_in(2);
        self.trace.note(format!("the clock jumps by {ms} ms; then {end:?}"));
        let (value, next) = self.in_runtime(async || {
            if !is_running {
                self.clock.jump(ms);
            }
            let server = Server::open(&self.disk, &self.clock, dice.fork()).await;
            let server = Arc::new(server.map_err(|why| format!("open: {why}"))?);
            if is_running {
                self.clock.jump(ms);
            }
            let mut client = self.client(CHECKER, dice.fork(), &server, true);
            tokio::time::sleep(QUIET).await;
            let value = happens(&mut client).await?;
            drop(client);
            if end == End::Stop {
                Arc::try_unwrap(server).map_err(|_| "stop: somebody still uses the server")?.stop().await?;
                return Ok((value, None));
            }
            Ok((value, self.after(end)))
        })?;
        self.disk = next.unwrap_or_else(|| self.disk.clone());
        self.model.lock().forget_outcomes();
        Ok(value)
    }

    /// Lives that end while what is past its time is ended.
    pub(super) fn broken_off(&mut self, ms: i64) -> Result<(), Wrong> {
        self.clock.jump(ms);
        for _ in 0..1 + self.dice.below(3) {
            let mut dice = self.dice.fork();
            let end = *dice.pick(&[End::Kill, End::PowerCut]);
            self.disk.plan(1 + dice.below(60), Happening::PowerCut);
            let next = self.in_runtime(async || {
                let server = Server::open(&self.disk, &self.clock, dice.fork()).await;
                match server {
                    Ok(_) => tokio::time::sleep(QUIET).await,
                    Err(_) if self.disk.is_dead() => {}
                    Err(why) => return Err(format!("open: {why}")),
                }
                Ok(self.after(end))
            })?;
            self.disk = next.unwrap_or_else(|| self.disk.clone());
            self.disk.heal();
        }
        Ok(())
    }
}

async fn begin(client: &mut Client) -> Result<Begun, Wrong> {
    done(client, Request::glacier(Method::PUT, VAULT)).await?;
    let bytes = content(client.model.lock().fresh(), 70_000);
    let archives = Request::glacier(Method::POST, &format!("{VAULT}/archives"));
    let archives = archives.header("x-amz-sha256-tree-hash", &tree_hash(&bytes));
    let archive = done(client, archives.body(bytes.clone())).await?.header("x-amz-archive-id").to_owned();
    let uploads = Request::glacier(Method::POST, &format!("{VAULT}/multipart-uploads"));
    let begun = done(client, uploads.header("x-amz-part-size", "1048576")).await?;
    let upload = begun.header("x-amz-multipart-upload-id").to_owned();
    let part = Request::glacier(Method::PUT, &format!("{VAULT}/multipart-uploads/{upload}"));
    let part = part.header("content-range", "bytes 0-69999/*");
    let part = part.header("x-amz-sha256-tree-hash", &tree_hash(&bytes));
    done(client, part.body(bytes)).await?;
    let asked = json!({ "Type": "archive-retrieval", "ArchiveId": archive }).to_string();
    let job = done(client, Request::glacier(Method::POST, &format!("{VAULT}/jobs")).body(asked)).await?;
    let job = job.header("x-amz-job-id").to_owned();
    let lock = begin_lock(client).await?;
    let asked = json!({ "QueueName": "deadlines", "Attributes": { "MessageRetentionPeriod": "1209600" } });
    let queue = done(client, Request::sqs("CreateQueue", &asked)).await?.json()["QueueUrl"].clone();
    let queue = queue.as_str().unwrap_or_default().to_owned();
    done(client, Request::sqs("SendMessage", &json!({ "QueueUrl": queue, "MessageBody": "m" }))).await?;
    let begun = Begun { lock, upload, archive, job, queue };
    receive(client, &begun, Some("1")).await?;
    // The job is done by its own time, not by this.
    tokio::time::sleep(QUIET).await;
    all_are_there(client, &begun).await?;
    Ok(begun)
}

/// A lock that denies nothing there is.
async fn begin_lock(client: &mut Client) -> Result<String, Wrong> {
    let resource = format!("arn:aws:glacier:{REGION}:{ACCOUNT}:vaults{VAULT}");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Sid": "young", "Effect": "Deny", "Principal": "*", "Action": "glacier:DeleteArchive", "Resource": resource,
        "Condition": { "NumericLessThan": { "glacier:ArchiveAgeInDays": "0" } },
    }] });
    let body = json!({ "Policy": policy.to_string() }).to_string();
    let begun = done(client, Request::glacier(Method::POST, &format!("{VAULT}/lock-policy")).body(body)).await?;
    Ok(begun.header("x-amz-lock-id").to_owned())
}

async fn complete_lock(client: &mut Client, lock: &str) -> Result<Answer, Wrong> {
    client.ask(Request::glacier(Method::POST, &format!("{VAULT}/lock-policy/{lock}"))).await
}

/// What ends after a day is there.
async fn all_are_there(client: &mut Client, begun: &Begun) -> Result<(), Wrong> {
    let lock = get(client, "/lock-policy").await?.json();
    if lock["State"] != "InProgress" {
        return Err(format!("the lock is over before its time: {lock}"));
    }
    if !uploads(client).await?.contains(&begun.upload) {
        return Err("the upload is gone before its time".into());
    }
    let output = get(client, &format!("/jobs/{}/output", begun.job)).await?;
    match (output.fate(), output.body.len()) {
        (Fate::Done, 70_000) => Ok(()),
        _ => Err(format!("the job's output before its time: {}", output.said())),
    }
}

/// What ended stays ended, for all who ask. Not the lock, which is past its time and may have been begun anew.
async fn all_are_gone(client: &mut Client, begun: &Begun) -> Result<(), Wrong> {
    if uploads(client).await?.contains(&begun.upload) {
        return Err("the upload is there after its time".into());
    }
    let upload = format!("/multipart-uploads/{}", begun.upload);
    refused(&get(client, &upload).await?, "the list of the parts of an upload past its time")?;
    let complete = Request::glacier(Method::POST, &format!("{VAULT}{upload}")).header("x-amz-archive-size", "70000");
    let complete = complete.header("x-amz-sha256-tree-hash", &"0".repeat(64));
    refused(&client.ask(complete).await?, "the completion of an upload past its time")?;
    for what in ["", "/output"] {
        refused(&get(client, &format!("/jobs/{}{what}", begun.job)).await?, "a job past its time")?;
    }
    Ok(())
}

/// The message is one receiver's again, and it deletes it.
async fn claim_is_over_once(client: &mut Client, begun: &Begun) -> Result<(), Wrong> {
    let receipt = receive(client, begun, Some("2")).await?;
    receive(client, begun, None).await?;
    let asked = json!({ "QueueUrl": begun.queue, "ReceiptHandle": receipt });
    done(client, Request::sqs("DeleteMessage", &asked)).await.map(drop)
}

/// Receives the message, so often received, or none: its receipt.
async fn receive(client: &mut Client, begun: &Begun, times: Option<&str>) -> Result<Value, Wrong> {
    let asked = json!({
        "QueueUrl": begun.queue, "VisibilityTimeout": CLAIM_HOURS * 3600, "MaxNumberOfMessages": 10,
        "AttributeNames": ["All"],
    });
    let received = done(client, Request::sqs("ReceiveMessage", &asked)).await?.json()["Messages"].clone();
    let messages = received.as_array().map(Vec::as_slice).unwrap_or_default();
    let counts: Vec<_> = messages.iter().map(|one| one["Attributes"]["ApproximateReceiveCount"].as_str()).collect();
    let wanted: Vec<_> = times.iter().map(|times| Some(*times)).collect();
    match counts == wanted {
        true => Ok(messages.first().map(|one| one["ReceiptHandle"].clone()).unwrap_or_default()),
        false => Err(format!("messages received {counts:?} times came, not {wanted:?}")),
    }
}

/// Everything goes, so that nothing may be left.
async fn end(client: &mut Client, begun: &Begun) -> Result<(), Wrong> {
    receive(client, begun, None).await?;
    done(client, Request::sqs("DeleteQueue", &json!({ "QueueUrl": begun.queue }))).await?;
    done(client, Request::glacier(Method::DELETE, &format!("{VAULT}/lock-policy"))).await?;
    done(client, Request::glacier(Method::DELETE, &format!("{VAULT}/archives/{}", begun.archive))).await?;
    done(client, Request::glacier(Method::DELETE, VAULT)).await.map(drop)
}

async fn get(client: &mut Client, what: &str) -> Result<Answer, Wrong> {
    client.ask(Request::glacier(Method::GET, &format!("{VAULT}{what}"))).await
}

/// The ids of all that are open. This does not keep them from idling, as a list of their parts would.
async fn uploads(client: &mut Client) -> Result<Vec<String>, Wrong> {
    let listed = get(client, "/multipart-uploads").await?.json();
    let listed = listed["UploadsList"].as_array().ok_or("no list of uploads")?;
    Ok(listed.iter().filter_map(|upload| upload["MultipartUploadId"].as_str().map(str::to_owned)).collect())
}

fn refused(answer: &Answer, what: &str) -> Result<(), Wrong> {
    if answer.fate() == Fate::Refused { Ok(()) } else { Err(format!("{what}: {}", answer.said())) }
}
