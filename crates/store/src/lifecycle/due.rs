//! What falls due by lifecycle: objects expire, uploads are aborted, by the rules of now. In batches, since at midnight much is due.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{BucketName, ObjectKey, Timestamp};

use super::schedule;
use crate::upkeep::due::{ABORT_UPLOAD, EXPIRE_OBJECT, EXPIRE_VERSIONS};
use crate::{Bucket, Deletion, Error, Lifecycle, Precondition, Store, keys};

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

/// What is removed, and why.
struct Removal {
    kind: u8,
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
    matches!(kind, EXPIRE_OBJECT | ABORT_UPLOAD | EXPIRE_VERSIONS)
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
        let (mut commit, mut removals, mut judged) = (Commit::default(), Vec::new(), 0);
        let mut seen = HashSet::new();
        for come in batch {
            // What two records are about is judged again by the second one, once the first is done.
            if !seen.insert(&come.value) {
                continue;
            }
            let mut one = Commit::default();
            match self.judge_due(come, &mut one).await {
                Ok(removed) => {
                    judged += 1;
                    commit.expects.append(&mut one.expects);
                    commit.writes.append(&mut one.writes);
                    removals.extend(removed);
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
        self.tell(&removals);
        Ok(true)
    }

    /// Judges by the rules of now; adds to a commit what follows, and what it was judged by.
    async fn judge_due(&self, come: &Come, commit: &mut Commit) -> Result<Vec<Removal>, Error> {
        let damaged = || Error::Damaged("what is due by lifecycle".into());
        let (name, record_key) = schedule::parse(&come.value).ok_or_else(damaged)?;
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
        let Some(lifecycle) = bucket.lifecycle.as_ref().filter(|_| bucket.id == container) else {
            return Ok(Vec::new());
        };
        let rules: Vec<String> = match come.kind {
            EXPIRE_OBJECT => {
                self.judge_object(come, &bucket, lifecycle, &key, record_key, commit).await?.into_iter().collect()
            }
            EXPIRE_VERSIONS => self.judge_versions(come, &bucket, lifecycle, &key, commit).await?,
            _ => self.judge_upload(come, &bucket, lifecycle, &key, record_key, commit).await?.into_iter().collect(),
        };
        let removal = |rule| Removal { kind: come.kind, bucket: name.clone(), key: key.clone(), rule };
        Ok(rules.into_iter().map(removal).collect())
    }

    /// The rule by which the object that lies there now expires, if it is due.
    async fn judge_object(
        &self,
        come: &Come,
        bucket: &Bucket,
        lifecycle: &Lifecycle,
        key: &ObjectKey,
        at: &[u8],
        commit: &mut Commit,
    ) -> Result<Option<String>, Error> {
        let Some((object, version)) = self.object_at(at).await? else { return Ok(None) };
        let day_ms = self.0.options.lifecycle_day_ms;
        let Some(ruled) = lifecycle.expiration(key, object.traits(), object.modified, day_ms) else { return Ok(None) };
        if ruled.due > come.now {
            schedule::look_at(commit, ruled.due, come.kind, &bucket.name, at);
            return Ok(None);
        }
        // Where the bucket keeps versions, it goes under a delete marker, which is the bucket owner's.
        commit.expect(at, Some(version));
        let owner = Some(bucket.owner.clone());
        let deletion = Deletion { owner, ..Deletion::new(key.clone(), Precondition::default()) };
        self.add_deletion(bucket, &deletion, commit).await?;
        Ok(Some(ruled.rule.to_owned()))
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

    fn tell(&self, removals: &[Removal]) {
        for Removal { kind, bucket, key, rule } in removals {
            let (counter, what) = match *kind {
                EXPIRE_OBJECT => (&self.0.lifecycle.expired, "an object expired"),
                EXPIRE_VERSIONS => (&self.0.lifecycle.expired, "a version or delete marker went by lifecycle"),
                _ => (&self.0.lifecycle.aborted, "an upload was aborted by lifecycle"),
            };
            counter.fetch_add(1, Ordering::Relaxed);
            tracing::info!(%bucket, %key, rule, "{what}");
        }
    }
}
