//! From what was published to those that subscribed: into queues, and on the list of requests to endpoints.
//!
//! Some subscriptions at a time are served in one commit with the note of how far it came, so each gets a message once here, whatever
//! happens between; endpoints may get one again.

use coldkeep_meta::{Commit, Entry};

use crate::deliver::dead_letter;
use crate::envelope;
use crate::filter::Filter;
use crate::records::{Delivery, Publication, Record};
use crate::send::NewMessage;
use crate::{Content, Error, MAX_TRIES, Messages, Queue, Subscription, Topic, ids, keys};

/// Subscriptions that one commit serves, so that it has at most so many times a message.
const AT_ONCE: usize = 32;
/// Publications that are read at once.
const BATCH: usize = 16;

impl Messages {
    /// Waits until something was published.
    pub async fn wait_published(&self) {
        self.0.published.notified().await;
    }

    /// Hands over all that was published. What fails stays, and does not keep the rest; then this fails with the first failure.
    pub async fn hand_over(&self) -> Result<u64, Error> {
        let (mut range, mut done, mut failed) = (keys::publications(), 0, None);
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return failed.map_or(Ok(done), Err) };
            range.start = keys::behind(last.clone());
            for (key, entry) in found {
                match self.hand_over_one(&key, entry).await {
                    Ok(()) => done += 1,
                    Err(error) => {
                        tracing::error!(%error, "what was published could not be handed over, and stays");
                        failed.get_or_insert(error);
                    }
                }
            }
        }
    }

    async fn hand_over_one(&self, key: &[u8], mut entry: Entry) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let publication = Publication::from_value(&entry.value)?;
            let named = crate::parse_arn(&publication.topic, "sns").ok_or_else(|| Error::Damaged("a topic".into()))?;
            let mut commit = Commit::default();
            commit.expect(key, Some(entry.version));
            let topic = match self.topic(&named.place, &named.name).await {
                Err(Error::NoSuchTopic) => None,
                found => Some(found?),
            };
            let (mut next, mut woken) = (None, Vec::new());
            if let Some(topic) = &topic {
                let page = self.subscriptions_of(topic, publication.done.as_deref(), AT_ONCE).await?;
                for subscription in &page.items {
                    self.serve(&mut commit, topic, subscription, &publication, &mut woken).await?;
                }
                next = page.next;
            }
            let is_last = next.is_none();
            match next {
                Some(next) => commit.put(key, Publication { done: Some(next), ..publication }.to_value()),
                None => commit.delete(key),
            };
            let outgoing = commit.writes.len();
            if self.commit(commit).await? {
                woken.iter().for_each(|queue| self.came(queue));
                if outgoing > woken.len() {
                    self.0.outgoing.notify_one();
                }
                if is_last {
                    return Ok(());
                }
            }
            match self.0.meta.get(key).await? {
                Some(now) => entry = now,
                // Another server was faster.
                None => return Ok(()),
            }
        }
        Err(Error::Busy)
    }

    /// Adds to a commit what a subscription gets.
    async fn serve(
        &self,
        commit: &mut Commit,
        topic: &Topic,
        subscription: &Subscription,
        publication: &Publication,
        woken: &mut Vec<Queue>,
    ) -> Result<(), Error> {
        let record = &subscription.record;
        if record.token.is_some() {
            return Ok(());
        }
        let of = |protocol: &str| publication.texts.iter().find(|(name, _)| name == protocol).map(|(_, text)| text);
        let Some(text) = of(&record.protocol).or_else(|| of("default")) else { return Ok(()) };
        if let Some(filter) = &record.filter {
            let filter = Filter::kept(filter).map_err(|error| Error::Damaged(format!("a filter: {error}")))?;
            if !filter.matches(record.scope, &publication.attributes, text) {
                return Ok(());
            }
        }
        let arn = topic.arn();
        let body = if record.raw { text.clone() } else { envelope::notification(publication, text, record) };
        if record.protocol != "sqs" {
            let mut headers = envelope::headers("Notification", &publication.message, &arn, Some(&subscription.arn()));
            if record.raw {
                headers.push(("x-amz-sns-rawdelivery".to_owned(), "true".to_owned()));
            }
            let (url, subscription) = (record.endpoint.clone(), subscription.arn());
            let delivery = Delivery { url, headers, body, subscription, tries: 0 };
            let now = self.now();
            commit.put(keys::delivery(now.0, ids::timed(now)), delivery.to_value());
            return Ok(());
        }
        let attributes = if record.raw { publication.attributes.clone() } else { Vec::new() };
        let group = publication.group.clone();
        let content = Content { body, attributes, group, sender: "sns".to_owned(), ..Content::default() };
        let queue = self.queue_of_arn(&record.endpoint).await?;
        let fits = |queue: &Queue| content.bytes() <= queue.record.max_bytes as usize;
        match queue {
            Some(queue) if self.may_send(&arn, &topic.place.account, &queue)? && fits(&queue) => {
                queue.require(commit);
                self.put_new(commit, &queue, &NewMessage { content, delay_s: None });
                woken.push(queue);
            }
            _ => {
                let why = "the queue is not there, or does not take it";
                tracing::warn!(subscription = subscription.arn(), why, "a notification could not be delivered");
                dead_letter(self, commit, &arn, &topic.place.account, record, content, woken).await?;
            }
        }
        Ok(())
    }
}
