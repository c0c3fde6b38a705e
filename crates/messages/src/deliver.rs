//! Requests to endpoints: made until they are taken, with pauses that grow, for a day; then they go to the dead-letter queue, if the
//! subscription has one.

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry};
use coldkeep_types::{AccountId, Timestamp};
use futures_util::{StreamExt, stream};
use thiserror::Error as ThisError;

use crate::records::{Delivery, Record, SubscriptionRecord};
use crate::send::NewMessage;
use crate::{Content, Due, Error, Messages, Queue, ids, keys};

/// Requests under way at once.
const AT_ONCE: usize = 16;
/// Requests that are read at once.
const BATCH: usize = 64;
/// The pause after a first failure; it doubles with each further one.
const FIRST_PAUSE_MS: i64 = 20_000;
/// The longest pause.
const LONGEST_PAUSE_MS: i64 = 3_600_000;
/// How often a request is made: for about a day.
const MAX_TRIES: u32 = 30;

/// The seam to the network: requests to endpoints go through it.
///
/// What answers `2xx` has taken it. No redirect is followed. How long it may take is for the implementation to bound.
#[async_trait]
pub trait Post: Send + Sync {
    /// Posts a text to a URL.
    async fn post(&self, url: &str, headers: &[(String, String)], body: &str) -> Result<(), PostError>;
}

/// Why an endpoint did not take it. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum PostError {
    /// Nobody answered, or said that it cannot now: the next try may do better.
    #[error("{0}")]
    Later(String),
    /// It will not take it, or must not be asked.
    #[error("{0}")]
    Never(String),
}

impl Messages {
    /// Waits until there may be a request to make.
    pub async fn wait_outgoing(&self) {
        self.0.outgoing.notified().await;
    }

    /// Makes the requests that are due.
    pub async fn deliver(&self, post: &dyn Post) -> Result<Due, Error> {
        let mut due = Due::default();
        loop {
            let now = self.now();
            let found = self.0.meta.scan(keys::deliveries(), BATCH).await?;
            let time = |key: &[u8]| keys::parse_delivery(key).ok_or_else(|| Error::Damaged("a delivery's key".into()));
            let mut ready = Vec::new();
            for (key, entry) in found {
                match time(&key)? {
                    at if at <= now.0 => ready.push((key, entry)),
                    at => {
                        due.next = Some(Timestamp(at));
                        break;
                    }
                }
            }
            if ready.is_empty() {
                return Ok(due);
            }
            due.next = None;
            let tries = stream::iter(ready).map(|(key, entry)| self.try_one(post, key, entry));
            let outcomes: Vec<Result<(), Error>> = tries.buffer_unordered(AT_ONCE).collect().await;
            due.done += outcomes.len() as u64;
            outcomes.into_iter().collect::<Result<(), Error>>()?;
        }
    }

    async fn try_one(&self, post: &dyn Post, key: Vec<u8>, entry: Entry) -> Result<(), Error> {
        let delivery = Delivery::from_value(&entry.value)?;
        let outcome = post.post(&delivery.url, &delivery.headers, &delivery.body).await;
        let mut commit = Commit::default();
        commit.expect(key.clone(), Some(entry.version)).delete(key);
        let (subscription, tries, mut woken) = (delivery.subscription.clone(), delivery.tries + 1, Vec::new());
        match outcome {
            Ok(()) => {}
            Err(PostError::Later(error)) if tries < MAX_TRIES => {
                let pause = FIRST_PAUSE_MS.saturating_mul(1 << (tries - 1).min(20)).min(LONGEST_PAUSE_MS);
                tracing::info!(subscription, tries, error, "an endpoint did not answer and is tried again");
                let now = self.now();
                let again = Delivery { tries, ..delivery };
                commit.put(keys::delivery(now.plus_millis(pause).0, ids::timed(now)), again.to_value());
            }
            Err(error) => {
                tracing::warn!(subscription, tries, %error, "a notification could not be delivered");
                self.give_up(&mut commit, delivery, &mut woken).await?;
            }
        }
        if self.commit(commit).await? {
            woken.iter().for_each(|queue| self.came(queue));
        }
        Ok(())
    }

    async fn give_up(&self, commit: &mut Commit, delivery: Delivery, woken: &mut Vec<Queue>) -> Result<(), Error> {
        let Some((topic, id)) = delivery.subscription.rsplit_once(':') else { return Ok(()) };
        let Some(named) = crate::parse_arn(topic, "sns") else { return Ok(()) };
        let record = match self.subscription(&named.place, &named.name, id).await {
            Err(Error::NoSuchSubscription) => return Ok(()),
            found => found?.record,
        };
        // Who never confirmed was sent nothing but the question.
        if record.token.is_some() {
            return Ok(());
        }
        let content = Content { body: delivery.body, sender: "sns".to_owned(), ..Content::default() };
        dead_letter(self, commit, topic, &named.place.account, &record, content, woken).await
    }
}

/// Adds to a commit what a subscription's dead-letter queue gets, if there is one that takes it.
pub(crate) async fn dead_letter(
    messages: &Messages,
    commit: &mut Commit,
    topic: &str,
    owner: &AccountId,
    subscription: &SubscriptionRecord,
    content: Content,
    woken: &mut Vec<Queue>,
) -> Result<(), Error> {
    let Some(target) = &subscription.dead_letters else { return Ok(()) };
    if let Some(queue) = messages.queue_of_arn(target).await?
        && messages.may_send(topic, owner, &queue)?
    {
        queue.require(commit);
        messages.put_new(commit, &queue, &NewMessage { content, delay_s: None });
        woken.push(queue);
    }
    Ok(())
}
