//! The client of a bucket in which things age: it keeps versions, has locks, and tells a queue of all that happens. What it does to the bucket,
//! and how it looks at it, whether one server is asked or one of several, and whether all is well or not.

mod acts;
mod locks;
mod looks;
mod restores;
mod rules;

use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::Clock;
use http::Method;
use serde_json::json;

pub use acts::{act, act_in_trouble, act_unsurely, end};
pub use looks::{Look, drain, look};
pub use rules::change_rules;

use super::{Client, Wrong, done};
use crate::clock::SimulatedClock;
use crate::model::ageing::{Reading, Span};
use crate::request::{ACCOUNT, REGION, Request};

const BUCKET: &str = "ageing";
const QUEUE: &str = "ageing";
const MINUTE_MS: i64 = 60_000;
/// How far a clock may be off whose server serves.
const MOST_SKEW_MS: i64 = 60_000;
/// After so long every server knows what a bucket is told to do.
const KNOWN: Duration = Duration::from_secs(2);

/// The time as it truly is, and as servers see it.
pub struct Time {
    /// The true one.
    pub clock: Arc<SimulatedClock>,
    /// The clocks of servers that have clocks of their own: by how much the true one is to be off to show what they do, or have shown of late.
    pub skews: Vec<Arc<dyn Skewed>>,
    /// After a jump of the clock all that is due is done in this time.
    pub patience: Duration,
}

/// A clock that is not quite right.
pub trait Skewed: Send + Sync {
    /// How far it is ahead, or was since all was well: the least and the most, in milliseconds.
    fn skews(&self) -> (i64, i64);
}

impl Time {
    /// The true one.
    pub fn now(&self) -> i64 {
        self.clock.now().0
    }

    /// What clocks show.
    pub fn reading(&self) -> Reading {
        let now = self.now();
        self.skews.iter().fold(Reading::at(now), |reading, clock| {
            let (least, most) = clock.skews();
            let latest = reading.latest.max(now + most.min(MOST_SKEW_MS));
            Reading { from: reading.from.min(now + least), to: reading.to.max(now + most), latest }
        })
    }

    /// From what they showed then to what they show now.
    pub fn since(&self, before: Reading) -> Span {
        before.and(self.reading()).span()
    }
}

/// Makes the bucket, and the queue that it tells.
pub async fn begin(client: &mut Client) -> Result<(), Wrong> {
    let bucket = Request::s3(Method::PUT, BUCKET, "");
    done(client, bucket.header("x-amz-bucket-object-lock-enabled", "true")).await?;
    let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{QUEUE}");
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": "SQS:SendMessage", "Resource": arn,
    }] });
    let attributes = json!({ "Policy": policy.to_string(), "MessageRetentionPeriod": "1209600" });
    done(client, Request::sqs("CreateQueue", &json!({ "QueueName": QUEUE, "Attributes": attributes }))).await?;
    let kinds =
        ["ObjectCreated:*", "ObjectRemoved:*", "LifecycleExpiration:*", "LifecycleTransition", "ObjectRestore:*"];
    let kinds: String = kinds.iter().map(|kind| format!("<Event>s3:{kind}</Event>")).collect();
    let rule = format!("<QueueConfiguration><Queue>{arn}</Queue>{kinds}</QueueConfiguration>");
    let body = format!("<NotificationConfiguration>{rule}</NotificationConfiguration>");
    let request = Request::s3(Method::PUT, BUCKET, "").query("notification", "");
    done(client, request.header("x-amz-skip-destination-validation", "true").body(body)).await?;
    tokio::time::sleep(KNOWN).await;
    Ok(())
}

/// Deletes both, which nothing is in any more.
pub async fn finish(client: &mut Client) -> Result<(), Wrong> {
    done(client, Request::s3(Method::DELETE, BUCKET, "")).await?;
    done(client, Request::sqs("DeleteQueue", &json!({ "QueueUrl": queue_url() }))).await.map(drop)
}

fn queue_url() -> String {
    format!("http://localhost/{ACCOUNT}/{QUEUE}")
}
