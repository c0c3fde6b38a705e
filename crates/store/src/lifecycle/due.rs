//! What falls due by lifecycle: objects go to other classes or expire, uploads are aborted, by the rules of now; and objects are
//! archived that nobody reads (`tiering/`). In batches, since at midnight much is due.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{BucketName, ObjectKey, Timestamp};

use super::schedule;
use crate::upkeep::due::{ABORT_UPLOAD, ARCHIVE_OBJECT, EXPIRE_OBJECT, EXPIRE_VERSIONS};
use crate::{ArchiveTier, Bucket, Error, Lifecycle, StorageClass, Store, keys};

/// A due record that has come.
#[derive(Clone)]
pub(crate) struct Come {
    pub kind: u8,
    pub key: Vec<u8>,
    pub value: Vec<u8>,
    pub version: Version,
    /// The time by which it has surely come.
    pub now: Timestamp,
}

impl Come {
    /// What it is about, however far that is: of all versions of a key the same.
    fn about(&self) -> Cow<'_, [u8]> {
        let named = schedule::parse(&self.value);
        let reached = named.as_ref().and_then(|(_, record_key)| schedule::about_object(record_key)?.1);
        let version = named.and_then(|(name, record_key)| Some((name, keys::parse_versioned(record_key)?)));
        match (self.kind, reached, version) {
            (EXPIRE_VERSIONS, Some(_), _) => self.value[..self.value.len() - schedule::REACHED_BYTES].into(),
            (ARCHIVE_OBJECT, _, Some((name, (id, key)))) => schedule::value(&name, &keys::object(id, &key)).into(),
            _ => (&*self.value).into(),
        }
    }
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// A current object goes, or goes under a delete marker.
    Expired,
    /// A version, or a delete marker, goes.
    Removed,
    /// An object goes to this class.
    Moved(StorageClass),
    /// An upload is aborted.
    Aborted,
    /// An object that nobody reads is archived.
    Archived(ArchiveTier),
}

/// What is done to what, and why.
struct Done {
    deed: Deed,
    bucket: BucketName,
    key: ObjectKey,
    rule: String,
}

/// What became of a batch.
#[derive(Default)]
pub(crate) struct Worked {
    /// Due records that were worked off, or have changed and are to be looked at again.
    pub done: usize,
    pub failed: Option<Error>,
}

/// Whether work of this kind is lifecycle's, and done in batches.
pub(crate) fn is_lifecycle(kind: u8) -> bool {
    matches!(kind, EXPIRE_OBJECT | ABORT_UPLOAD | EXPIRE_VERSIONS | ARCHIVE_OBJECT)
}

impl Store {
    /// Works off due records in one commit; where something changed meanwhile, one by one.
    pub(crate) async fn perform_lifecycle(&self, batch: &[Come]) -> Worked {
        let mut worked = Worked::default();
        match self.work_off(batch, &mut worked).await {
            Ok(true) => {}
            Ok(false) => {
                for come in batch {
                    match self.work_off(std::slice::from_ref(come), &mut worked).await {
                        // Of what changed just now the record is read again.
                        Ok(committed) => worked.done += usize::from(!committed),
                        Err(error) => _ = worked.failed.get_or_insert(error),
                    }
                }
            }
            Err(error) => _ = worked.failed.get_or_insert(error),
        }
        worked
    }

    /// `Ok(false)`: something changed, and nothing was done.
    async fn work_off(&self, batch: &[Come], worked: &mut Worked) -> Result<bool, Error> {
        let (mut commit, mut done, mut judged) = (Commit::default(), Vec::new(), 0);
        let mut seen = HashSet::new();
        for come in batch {
            // What two records are about is judged again by the second one, once the first is done.
            if !seen.insert(come.about()) {
                continue;
            }
            let mut one = Commit::default();
            match self.judge_due(come, &mut one).await {
                Ok(deeds) => {
                    judged += 1;
                    commit.expects.append(&mut one.expects);
                    commit.writes.append(&mut one.writes);
                    done.extend(deeds);
                }
                Err(error @ (Error::Unavailable(_) | Error::OutcomeUnknown(_))) => return Err(error),
                Err(error) => {
                    tracing::error!(kind = come.kind, %error, "what is due by lifecycle failed and stays due");
                    worked.failed.get_or_insert(error);
                }
            }
        }
        if judged == 0 {
            return Ok(true);
        }
        if !self.commit(commit).await? {
            return Ok(false);
        }
        worked.done += judged;
        self.tell(&done);
        Ok(true)
    }

    /// Judges by the rules of now; adds to a commit what follows, and what it was judged by.
    async fn judge_due(&self, come: &Come, commit: &mut Commit) -> Result<Vec<Done>, Error> {
        let damaged = || Error::Damaged("what is due by lifecycle".into());
        let (name, record_key) = schedule::parse(&come.value).ok_or_else(damaged)?;
        let (record_key, reached) = match come.kind {
            EXPIRE_VERSIONS => schedule::about_object(record_key).ok_or_else(damaged)?,
            _ => (record_key, None),
        };
        let container = keys::container(record_key).ok_or_else(damaged)?;
        let key = schedule::object_key(record_key).ok_or_else(damaged)?;
        commit.expect(come.key.clone(), Some(come.version)).delete(come.key.clone());
        let bucket = match self.bucket(&name).await {
            Err(Error::NoSuchBucket) => {
                commit.expect(keys::bucket(&name), None);
                return Ok(Vec::new());
            }
            found => found?,
        };
        bucket.require(commit);
        if come.kind == ARCHIVE_OBJECT && bucket.id == container {
            let tier = self.judge_archiving(come.now, &bucket, &key, record_key, commit).await?;
            let done =
                |tier| Done { deed: Deed::Archived(tier), bucket: name, key, rule: "Intelligent-Tiering".to_owned() };
            return Ok(tier.map(done).into_iter().collect());
        }
        let Some(lifecycle) = bucket.lifecycle.as_ref().filter(|_| bucket.id == container) else {
            return Ok(Vec::new());
        };
        let deeds: Vec<(Deed, String)> = match come.kind {
            EXPIRE_OBJECT => {
                self.judge_object(come, &bucket, lifecycle, &key, record_key, commit).await?.into_iter().collect()
            }
            EXPIRE_VERSIONS => self.judge_versions(come, &bucket, lifecycle, &key, reached, commit).await?,
            _ => {
                let rule = self.judge_upload(come, &bucket, lifecycle, &key, record_key, commit).await?;
                rule.map(|rule| (Deed::Aborted, rule)).into_iter().collect()
            }
        };
        let done = |(deed, rule)| Done { deed, bucket: name.clone(), key: key.clone(), rule };
        Ok(deeds.into_iter().map(done).collect())
    }

    /// The rule by which the upload is aborted, if it is open still, and due.
    async fn judge_upload(
        &self,
        come: &Come,
        bucket: &Bucket,
        lifecycle: &Lifecycle,
        key: &ObjectKey,
        at: &[u8],
        commit: &mut Commit,
    ) -> Result<Option<String>, Error> {
        let upload = match self.upload_at(at.to_vec()).await {
            Err(Error::NoSuchUpload) => return Ok(None),
            found => found?,
        };
        let day_ms = self.0.options.lifecycle_day_ms;
        let Some(ruled) = lifecycle.abort(key, upload.created, day_ms) else { return Ok(None) };
        if ruled.due > come.now {
            schedule::look_at(commit, ruled.due, come.kind, &bucket.name, at);
            return Ok(None);
        }
        let mut abort = upload.abort();
        commit.expects.append(&mut abort.expects);
        commit.writes.append(&mut abort.writes);
        Ok(Some(ruled.rule.to_owned()))
    }

    fn tell(&self, done: &[Done]) {
        let counters = &self.0.lifecycle;
        for Done { deed, bucket, key, rule } in done {
            let (counter, what) = match deed {
                Deed::Expired => (&counters.expired, "an object expired"),
                Deed::Removed => (&counters.expired, "a version or delete marker went by lifecycle"),
                Deed::Moved(_) => (&counters.moved, "an object went to another class by lifecycle"),
                Deed::Aborted => (&counters.aborted, "an upload was aborted by lifecycle"),
                Deed::Archived(_) => (&counters.archived, "an object that nobody reads was archived"),
            };
            counter.fetch_add(1, Ordering::Relaxed);
            let class = match deed {
                Deed::Moved(class) => Some(class.name()),
                Deed::Archived(tier) => Some(tier.name()),
                _ => None,
            };
            tracing::info!(%bucket, %key, rule, class, "{what}");
        }
    }
}
