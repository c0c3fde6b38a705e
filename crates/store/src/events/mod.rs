//! Events of buckets: what happens to objects is told to queues and topics, as the bucket's rules say.
//!
//! Invariants:
//! - *An event is written in the commit that makes it happen* ([`Store::happened`]), so no change is without its event, and no event
//!   without its change.
//! - The commit requires the bucket as it was read, so a rule that was put is kept to by whatever begins afterwards.
//! - *In order.* Each event has a sequencer, greater than those of all earlier events of its key: also of earlier runs of the server,
//!   whatever the clock did meanwhile, and of other servers ([`order`]). Events of a bucket for a destination are handed over in that order.
//! - *At least once.* An event is struck when its destination has it ([`deliver`]). What a destination refuses waits, for a time and
//!   up to a number, and never keeps other destinations, other buckets, or a write, waiting.
//!
//! A bucket without rules has no such records, and pays nothing. How an event is written for those who read it, and who may be told,
//! is not known here: see [`EventListener`]. Decision 0036 says why.

pub(crate) mod deliver;
mod kinds;
pub(crate) mod order;
mod record;
mod rules;

use coldkeep_meta::Commit;
use coldkeep_types::{BucketName, ObjectKey};

pub use deliver::{EventListener, Handed, Told};
pub use kinds::EventType;
pub(crate) use order::Turns;
pub use record::{Cause, Event, RestoredCopy, Sequencer};
pub use rules::{Destination, EventRule, overlap};

use crate::records::{BucketRecord, ObjectRecord, Record};
use crate::{ArchiveTier, Bucket, Error, Store, VersionId, keys};

/// The ETag of a delete marker, as Amazon tells it: that of nothing.
const ETAG_OF_NOTHING: &str = "d41d8cd98f00b204e9800998ecf8427e";

/// What it happened to: what is known of the object then.
#[derive(Debug, Default)]
pub(crate) struct Subject {
    version: Option<VersionId>,
    bytes: Option<u64>,
    etag: Option<String>,
    copy: Option<RestoredCopy>,
    tier: Option<ArchiveTier>,
}

impl Subject {
    /// An object that is there.
    pub fn object(record: &ObjectRecord) -> Self {
        Self {
            version: Some(VersionId::of(record.instance, record.named)),
            bytes: Some(record.bytes),
            etag: Some(crate::objects::object::etag(&record.md5, record.parts)),
            copy: None,
            tier: None,
        }
    }

    /// An object that was archived.
    pub fn archived(record: &ObjectRecord) -> Self {
        Self { tier: record.tier, ..Self::object(record) }
    }

    /// An object whose restored copy can be read until then.
    pub fn restored(record: &ObjectRecord) -> Self {
        let class = record.class.unwrap_or_default();
        let until = record.restore.and_then(crate::Restore::until);
        Self { copy: until.map(|until| RestoredCopy { until_ms: until.0, class }), ..Self::object(record) }
    }

    /// What was deleted, or put in its place.
    pub fn deleted(version: Option<VersionId>, marker_came: bool) -> Self {
        let etag = marker_came.then(|| ETAG_OF_NOTHING.to_owned());
        Self { version, etag, ..Self::default() }
    }
}

impl Store {
    /// This store, for one who does something: events tell it. Without, they tell that the server did it by itself.
    #[must_use]
    pub fn caused(&self, cause: Cause) -> Self {
        Self(self.0.clone(), Some(cause.into()))
    }

    /// PutBucketNotificationConfiguration: these rules from now on. Events that were written by others are told still.
    pub async fn put_event_rules(&self, name: &BucketName, rules: Vec<EventRule>) -> Result<(), Error> {
        let rules = (!rules.is_empty()).then_some(rules);
        self.change_bucket(name, move |record: &mut BucketRecord| record.events.clone_from(&rules)).await
    }

    /// Adds to a commit that this happens with it, if the bucket has a rule that wants to know.
    pub(crate) async fn happened(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        event: EventType,
        key: &ObjectKey,
        subject: impl FnOnce() -> Subject,
    ) -> Result<(), Error> {
        if bucket.events.is_empty() {
            return Ok(());
        }
        // No other rule of the bucket may change that this one, or none, is it.
        bucket.require(commit);
        let Some(rule) = bucket.events.iter().find(|rule| rule.wants(event, key.as_str())) else { return Ok(()) };
        let Subject { version, bytes, etag, copy, tier } = subject();
        let sequencer = self.next_in_order(commit, bucket, key).await?;
        let event = Event {
            event,
            time_ms: self.now().0,
            bucket: bucket.name.as_str().to_owned(),
            owner: bucket.owner.clone(),
            region: bucket.region.clone(),
            key: key.as_str().to_owned(),
            bytes,
            etag,
            version: version.and_then(|version| bucket.told(version)).map(|version| version.to_string()),
            copy,
            rule: rule.id.clone(),
            destination: rule.destination.clone(),
            cause: self.1.as_deref().cloned(),
            tier,
            sequencer,
        };
        let at = keys::event(&event.destination.place(&event.bucket), &sequencer);
        if self.is_shared() {
            // Another server may have had the same thought, of another key.
            commit.expect(at.clone(), None);
        }
        commit.put(at, event.to_value());
        Ok(())
    }

    /// The bucket of this id. As long as something lies in it, it has one name.
    pub(crate) async fn bucket_of(&self, id: keys::ContainerId) -> Result<Option<std::sync::Arc<Bucket>>, Error> {
        let name = self.0.names.get(&id, || self.name_of(id)).await;
        let bucket = match name {
            Ok(name) => self.bucket(&name).await,
            Err(error) => Err(error),
        };
        match bucket {
            Ok(bucket) if bucket.id == id => Ok(Some(bucket)),
            Ok(_) | Err(Error::NoSuchBucket) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Looks through all buckets, once for each that is asked for.
    async fn name_of(&self, id: keys::ContainerId) -> Result<BucketName, Error> {
        let mut name = None;
        let mut visit = |seen: coldkeep_meta::Seen<'_>| match BucketRecord::from_value(seen.value) {
            Ok(record) if record.id == id => {
                name = std::str::from_utf8(&seen.key[1..]).ok().and_then(|name| BucketName::parse(name).ok());
                coldkeep_meta::Step::Stop
            }
            _ => coldkeep_meta::Step::Next,
        };
        self.0.meta.walk(keys::buckets(""), &mut visit).await?;
        name.ok_or(Error::NoSuchBucket)
    }
}
