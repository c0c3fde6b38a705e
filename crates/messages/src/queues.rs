//! Queues: made, found, listed, changed, purged, deleted.

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{AccountId, Id};

use crate::records::{QueueRecord, Record};
use crate::{Error, MAX_TRIES, Messages, Place, ids, keys};

/// The most queues that may name one as their dead-letter queue and are told at once.
pub const MAX_REDRIVE_SOURCES: usize = 1000;
/// How long a queue may not be purged again.
const PURGE_PAUSE_MS: i64 = 60_000;
/// Queues that are read to find those with a property.
const BATCH: usize = 1000;

/// A queue as it was read.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Where it is.
    pub place: Place,
    /// Its name.
    pub name: String,
    /// Its record.
    pub record: QueueRecord,
    pub(crate) version: Version,
}

impl Queue {
    /// `arn:aws:sqs:region:account:name`.
    pub fn arn(&self) -> String {
        self.place.queue_arn(&self.name)
    }

    fn key(&self) -> Vec<u8> {
        keys::queue(&self.place, &self.name)
    }

    /// Adds the requirement that the queue is still as it was read.
    pub(crate) fn require(&self, commit: &mut Commit) {
        commit.expect(self.key(), Some(self.version));
    }
}

/// About how many messages a queue has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that can be received.
    pub visible: u64,
    /// Those that somebody has received and not deleted yet.
    pub in_flight: u64,
    /// Those that cannot be seen yet.
    pub delayed: u64,
}

/// Part of a listing.
#[derive(Clone, Debug, Default)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Behind which name the next page begins.
    pub next: Option<String>,
}

/// What an account has of a kind: how many, and the first names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    /// How many.
    pub count: u64,
    /// The first names.
    pub first: Vec<String>,
}

/// The attributes of a queue that is made without any, from SetQueueAttributes' page.
pub fn defaults() -> QueueRecord {
    let nowhere = Id::from_bytes([0; 16]);
    QueueRecord {
        id: nowhere,
        room: nowhere,
        created: 0,
        changed: 0,
        visibility_s: 30,
        delay_s: 0,
        retention_s: 345_600,
        max_bytes: 1 << 20,
        wait_s: 0,
        policy: None,
        redrive: None,
        redrive_allow: None,
        tags: Vec::new(),
        purged: None,
    }
}

impl Messages {
    /// Makes a queue with these attributes, or finds the one that has them already: `same` says which attribute differs.
    pub async fn create_queue(
        &self,
        place: &Place,
        name: &str,
        wanted: QueueRecord,
        same: impl Fn(&QueueRecord) -> Result<(), &'static str>,
    ) -> Result<Queue, Error> {
        let key = keys::queue(place, name);
        for _ in 0..MAX_TRIES {
            if let Some(entry) = self.0.meta.get(&key).await? {
                let record = QueueRecord::from_value(&entry.value)?;
                same(&record).map_err(Error::QueueExists)?;
                return Ok(Queue { place: place.clone(), name: name.to_owned(), record, version: entry.version });
            }
            let now = self.now();
            let (id, room) = (ids::timed(now), ids::timed(now));
            let record = QueueRecord { id, room, created: now.0, changed: now.0, ..wanted.clone() };
            let mut commit = Commit::default();
            commit.expect(key.clone(), None).put(key.clone(), record.to_value());
            self.commit(commit).await?;
        }
        Err(Error::Busy)
    }

    /// The queue of this name.
    pub async fn queue(&self, place: &Place, name: &str) -> Result<Queue, Error> {
        let entry = self.0.meta.get(&keys::queue(place, name)).await?.ok_or(Error::NoSuchQueue)?;
        let record = QueueRecord::from_value(&entry.value)?;
        Ok(Queue { place: place.clone(), name: name.to_owned(), record, version: entry.version })
    }

    /// The queue of this ARN, if it is there.
    pub(crate) async fn queue_of_arn(&self, arn: &str) -> Result<Option<Queue>, Error> {
        let Some(named) = crate::parse_arn(arn, "sqs") else { return Ok(None) };
        match self.queue(&named.place, &named.name).await {
            Ok(queue) => Ok(Some(queue)),
            Err(Error::NoSuchQueue) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Names of queues that begin with a prefix, behind `after`, at most `limit`.
    pub async fn list_queues(
        &self,
        place: &Place,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Page<String>, Error> {
        let mut range = keys::queues(place, prefix);
        if let Some(after) = after {
            range.start = range.start.max(keys::behind(keys::queue(place, after)));
        }
        let found = self.0.meta.scan(range, limit + 1).await?;
        let name = |key: &[u8]| keys::parse_named(key).map(|(_, name)| name.to_owned());
        let names: Option<Vec<String>> = found.iter().take(limit).map(|(key, _)| name(key)).collect();
        let items = names.ok_or_else(|| Error::Damaged("the key of a queue".into()))?;
        let next = if found.len() > limit { items.last().cloned() } else { None };
        Ok(Page { items, next })
    }

    /// Names of the queues of a place whose dead-letter queue this is.
    pub async fn dead_letter_sources(&self, queue: &Queue) -> Result<Vec<String>, Error> {
        let (arn, mut range, mut sources) = (queue.arn(), keys::queues(&queue.place, ""), Vec::new());
        while sources.len() < MAX_REDRIVE_SOURCES {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::behind(last.clone());
            for (key, entry) in &found {
                let record = QueueRecord::from_value(&entry.value)?;
                let (_, name) = keys::parse_named(key).ok_or_else(|| Error::Damaged("the key of a queue".into()))?;
                if record.redrive.is_some_and(|redrive| redrive.target == arn) {
                    sources.push(name.to_owned());
                }
            }
        }
        sources.truncate(MAX_REDRIVE_SOURCES);
        Ok(sources)
    }

    /// Changes a queue's record from what it is at that moment. What `change` refuses changes nothing.
    pub async fn change_queue<E: From<Error>>(
        &self,
        queue: &Queue,
        change: impl Fn(&mut QueueRecord) -> Result<(), E>,
    ) -> Result<(), E> {
        for _ in 0..MAX_TRIES {
            let now = self.same_queue(queue).await?;
            let mut record = now.record.clone();
            change(&mut record)?;
            if record == now.record {
                return Ok(());
            }
            record.changed = self.now().0;
            let mut commit = Commit::default();
            now.require(&mut commit);
            commit.put(now.key(), record.to_value());
            if self.commit(commit).await? {
                self.0.waiting.wake(now.record.id);
                return Ok(());
            }
        }
        Err(Error::Busy.into())
    }

    /// The queue as it is now; [`Error::NoSuchQueue`] if it was deleted, also if there is another of its name.
    pub(crate) async fn same_queue(&self, queue: &Queue) -> Result<Queue, Error> {
        let now = self.queue(&queue.place, &queue.name).await?;
        if now.record.id == queue.record.id { Ok(now) } else { Err(Error::NoSuchQueue) }
    }

    /// Drops all messages: the queue moves to another room, and what is in the old one goes in the background.
    pub async fn purge(&self, queue: &Queue) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let queue = self.same_queue(queue).await?;
            let now = self.now();
            let lately = |purged: i64| (0..PURGE_PAUSE_MS).contains(&(now.0 - purged));
            if queue.record.purged.is_some_and(lately) {
                return Err(Error::PurgedLately(queue.name));
            }
            let record = QueueRecord { room: ids::timed(now), purged: Some(now.0), ..queue.record.clone() };
            let mut commit = Commit::default();
            queue.require(&mut commit);
            commit.put(queue.key(), record.to_value()).put(keys::left(queue.record.room), Vec::new());
            if self.commit(commit).await? {
                self.0.aging.notify_one();
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// Deletes a queue with its messages, which go in the background.
    pub async fn delete_queue(&self, queue: &Queue) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let queue = self.same_queue(queue).await?;
            let mut commit = Commit::default();
            queue.require(&mut commit);
            commit.delete(queue.key()).put(keys::left(queue.record.room), Vec::new());
            if self.commit(commit).await? {
                self.0.waiting.wake(queue.record.id);
                self.0.aging.notify_one();
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// How many messages a queue has.
    pub async fn counts(&self, queue: &Queue) -> Result<Counts, Error> {
        let (now, mut counts) = (self.now().0, Counts::default());
        let mut count = |seen: coldkeep_meta::Seen<'_>| {
            match keys::parse_seen(seen.key) {
                Some((time, _)) if time <= now => counts.visible += 1,
                _ if seen.value == [1] => counts.in_flight += 1,
                _ => counts.delayed += 1,
            }
            coldkeep_meta::Step::Next
        };
        self.0.meta.walk(keys::all_seen(queue.record.room), &mut count).await?;
        Ok(counts)
    }

    /// The queues of an account, in all regions.
    pub async fn queues_of(&self, account: &AccountId) -> Result<Owned, Error> {
        self.owned(b'q', account).await
    }

    /// The topics of an account, in all regions.
    pub async fn topics_of(&self, account: &AccountId) -> Result<Owned, Error> {
        self.owned(b't', account).await
    }

    async fn owned(&self, kind: u8, account: &AccountId) -> Result<Owned, Error> {
        const TOLD: usize = 5;
        let mut owned = Owned::default();
        let mut count = |seen: coldkeep_meta::Seen<'_>| {
            owned.count += 1;
            if owned.first.len() < TOLD
                && let Some((_, name)) = keys::parse_named(seen.key)
            {
                owned.first.push(name.to_owned());
            }
            coldkeep_meta::Step::Next
        };
        self.0.meta.walk(keys::of_account(kind, account), &mut count).await?;
        Ok(owned)
    }
}
