//! Topics: made, found, listed, changed, deleted.

use coldkeep_identity::Tag;
use coldkeep_meta::{Commit, Version};

use crate::records::{Record, TopicRecord};
use crate::{Error, MAX_TRIES, Messages, Page, Place, ids, keys};

/// Subscriptions that one commit removes.
const BATCH: usize = 256;

/// A topic as it was read.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Where it is.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Its record.
    pub record: TopicRecord,
    pub(crate) version: Version,
}

impl Topic {
    /// `arn:aws:sns:region:account:name`.
    pub fn arn(&self) -> String {
        self.place.topic_arn(&self.name)
    }

    fn key(&self) -> Vec<u8> {
        keys::topic(&self.place, &self.name)
    }

    pub(crate) fn require(&self, commit: &mut Commit) {
        commit.expect(self.key(), Some(self.version));
    }
}

impl Messages {
    /// Makes a topic, or finds the one of this name, which `same` may refuse.
    pub async fn create_topic(
        &self,
        place: &Place,
        name: &str,
        (display_name, policy, tags): (String, String, Vec<Tag>),
        same: impl Fn(&TopicRecord) -> Result<(), Error>,
    ) -> Result<Topic, Error> {
        let key = keys::topic(place, name);
        for _ in 0..MAX_TRIES {
            if let Some(entry) = self.0.meta.get(&key).await? {
                let record = TopicRecord::from_value(&entry.value)?;
                same(&record)?;
                return Ok(Topic { place: place.clone(), name: name.to_owned(), record, version: entry.version });
            }
            let now = self.now();
            let (display_name, policy, tags) = (display_name.clone(), policy.clone(), tags.clone());
            let record = TopicRecord { id: ids::timed(now), created: now.0, display_name, policy, tags };
            let mut commit = Commit::default();
            commit.expect(key.clone(), None).put(key.clone(), record.to_value());
            self.commit(commit).await?;
        }
        Err(Error::Busy)
    }

    /// The topic of this name.
    pub async fn topic(&self, place: &Place, name: &str) -> Result<Topic, Error> {
        let entry = self.0.meta.get(&keys::topic(place, name)).await?.ok_or(Error::NoSuchTopic)?;
        let record = TopicRecord::from_value(&entry.value)?;
        Ok(Topic { place: place.clone(), name: name.to_owned(), record, version: entry.version })
    }

    /// Names of topics behind `after`, at most `limit`.
    pub async fn list_topics(&self, place: &Place, after: Option<&str>, limit: usize) -> Result<Page<String>, Error> {
        let mut range = keys::topics(place);
        if let Some(after) = after {
            range.start = keys::behind(keys::topic(place, after));
        }
        let found = self.0.meta.scan(range, limit + 1).await?;
        let name = |key: &[u8]| keys::parse_named(key).map(|(_, name)| name.to_owned());
        let names: Option<Vec<String>> = found.iter().take(limit).map(|(key, _)| name(key)).collect();
        let items = names.ok_or_else(|| Error::Damaged("the key of a topic".into()))?;
        let next = if found.len() > limit { items.last().cloned() } else { None };
        Ok(Page { items, next })
    }

    /// Changes a topic's record from what it is at that moment. What `change` refuses changes nothing.
    pub async fn change_topic<E: From<Error>>(
        &self,
        topic: &Topic,
        change: impl Fn(&mut TopicRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        for _ in 0..MAX_TRIES {
            let now = self.topic(&topic.place, &topic.name).await?;
            if now.record.id != topic.record.id {
                return Err(Error::NoSuchTopic.into());
            }
            let mut record = now.record.clone();
            change(&mut record)?;
            let mut commit = Commit::default();
            now.require(&mut commit);
            commit.put(now.key(), record.to_value());
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy.into())
    }

    /// Deletes a topic with its subscriptions. What was published and not handed over yet goes with it.
    pub async fn delete_topic(&self, topic: &Topic) -> Result<(), Error> {
        let subscriptions = keys::subscriptions(&topic.place, &topic.name);
        for _ in 0..MAX_TRIES {
            let now = match self.topic(&topic.place, &topic.name).await {
                Ok(now) if now.record.id == topic.record.id => now,
                Ok(_) | Err(Error::NoSuchTopic) => return Ok(()),
                Err(error) => return Err(error),
            };
            let found = self.0.meta.scan(subscriptions.clone(), BATCH).await?;
            let mut commit = Commit::default();
            now.require(&mut commit);
            found.iter().for_each(|(key, _)| {
                commit.delete(key.clone());
            });
            let is_last = found.len() < BATCH;
            if is_last {
                commit.delete(now.key()).delete(keys::changes_of_subscriptions(&topic.place, &topic.name));
            }
            if self.commit(commit).await? && is_last {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }
}
