//! RenameObject: an object gets another key of its bucket in one commit, and no byte of it is moved.
//!
//! Invariants:
//! - Whoever looks sees it under the one key or under the other, never under both or neither.
//! - It stays what it was: its ETag, date, class, tags, ACL and how far it is restored.
//! - What a lock keeps stays under its key.
//! - With a token, the same request that is sent again finds that it was done, and does nothing.
//!
//! In a bucket that never had versions the record itself goes from key to key. Where versions are kept nothing of a key's past may go,
//! so the object is a new version of its new key, which shares the bytes, and its old key gets a delete marker: see decision 0039.

use coldkeep_meta::Commit;
use coldkeep_seal::Sealing;
use coldkeep_types::{BucketName, Id, ObjectKey};
use sha2::{Digest, Sha256};

use crate::events::{EventType, Subject};
use crate::keys::ContainerId;
use crate::locks::{Clearance, ObjectLock};
use crate::records::{Content, ObjectRecord, OutcomeRecord, Record};
use crate::uploads::complete::fingerprint;
use crate::usage::count_objects;
use crate::versions::Stack;
use crate::{Bucket, Error, MAX_TRIES, Object, ObjectReader, Store, VersionId, keys};

/// What shall be renamed.
#[derive(Clone, Debug)]
pub struct Renaming {
    /// Of which bucket.
    pub bucket: BucketName,
    /// What it is called.
    pub from: ObjectKey,
    /// What it shall be called.
    pub to: ObjectKey,
    /// By what a repetition of the request is known.
    pub token: Option<String>,
    /// The conditions of the request as text: with a token, a repetition must have the same.
    pub asked: String,
    /// Who renames, where a delete marker is not to be the bucket owner's.
    pub owner: Option<String>,
    /// Of what is sealed, its data key, wrapped for its new key.
    pub sealing: Option<Sealing>,
}

impl Renaming {
    /// Where it is remembered that this was done, and what must be the same then.
    fn memory(&self, bucket: ContainerId) -> Option<(Id, [u8; 32])> {
        let token = self.token.as_ref()?;
        let digest: [u8; 32] =
            Sha256::new().chain_update(b"rename").chain_update(bucket).chain_update(token).finalize().into();
        let id = Id::from_slice(&digest[..16])?;
        let pieces = [self.to.as_str().as_bytes(), self.asked.as_bytes()];
        Some((id, fingerprint(self.from.as_str().as_bytes(), pieces)))
    }
}

impl Store {
    /// Whether this very renaming was done before. [`Error::TokenOfAnother`] if its token is that of another one.
    pub async fn was_renamed(&self, renaming: &Renaming) -> Result<bool, Error> {
        let bucket = self.bucket(&renaming.bucket).await?;
        let Some((id, fingerprint)) = renaming.memory(bucket.id) else { return Ok(false) };
        match self.get(&keys::outcome(id)).await? {
            None => Ok(false),
            Some(entry) if OutcomeRecord::from_value(&entry.value)?.fingerprint == fingerprint => Ok(true),
            Some(_) => Err(Error::TokenOfAnother),
        }
    }

    /// RenameObject. The source was read, judged, and given its key; `judge` says whether what the new key has may go. `None`: the
    /// source is another one by now, or this was done meanwhile, so all that is to be done again. [`Error::Locked`] where a lock
    /// keeps the source.
    pub async fn rename_object<E: From<Error>>(
        &self,
        source: &ObjectReader,
        renaming: &Renaming,
        judge: impl Fn(Option<&Object>) -> Result<(), E>,
    ) -> Result<Option<()>, E> {
        let from = &source.object;
        if !source.has_key(renaming.sealing.as_ref().map(|sealing| &sealing.key)) {
            return Err(Error::NoKey.into());
        }
        Clearance::none(self).judge(&from.lock)?;
        let (source_key, source_version) = &source.record;
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(&renaming.bucket).await?;
            let _turn = self.turn(&bucket, &renaming.to).await;
            let target = Stack::read(self, &bucket, &renaming.to).await?;
            judge(target.object())?;
            if renaming.from == renaming.to {
                return Ok(Some(()));
            }
            let Some(entry) = self.get(source_key).await?.filter(|entry| entry.version == *source_version) else {
                return Ok(None);
            };
            let mut record = ObjectRecord::from_value(&entry.value).map_err(Error::from)?;
            record.sealed = renaming.sealing.as_ref().map(|sealing| sealing.envelope.clone());
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            commit.expect(source_key.clone(), Some(*source_version));
            let marker = match bucket.versioning {
                None => {
                    self.move_record(&mut commit, &bucket, source, &target, &mut record).await?;
                    None
                }
                Some(_) => Some(self.move_version(&mut commit, &bucket, source, &target, &mut record, renaming).await?),
            };
            self.happened(&mut commit, &bucket, EventType::CreatedCopy, &renaming.to, || Subject::object(&record))
                .await?;
            let gone = if marker.is_some() { EventType::RemovedMarker } else { EventType::RemovedDelete };
            let subject = || Subject::deleted(marker, marker.is_some());
            self.happened(&mut commit, &bucket, gone, &renaming.from, subject).await?;
            if let Some(restore) = record.restore {
                crate::restore::look_at(&mut commit, restore, &target.below(record.instance), record.instance);
            }
            if record.to_move.is_some() {
                crate::moves::look_at(&mut commit, self.now(), &target.below(record.instance), record.instance);
            }
            if let Some((id, fingerprint)) = renaming.memory(bucket.id) {
                commit.expect(keys::outcome(id), None);
                self.remember(&mut commit, id, &OutcomeRecord { fingerprint, completed: None });
            }
            if self.commit(commit).await? {
                return Ok(Some(()));
            }
            if self.was_renamed(renaming).await? {
                return Ok(None);
            }
        }
        Err(Error::Busy.into())
    }

    /// Adds to a commit that the record goes to the target's key.
    async fn move_record(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        source: &ObjectReader,
        target: &Stack<'_>,
        record: &mut ObjectRecord,
    ) -> Result<(), Error> {
        let owner = record.instance;
        commit.delete(source.record.0.clone());
        target.put(self, commit, record).await?;
        count_objects(commit, bucket.id, -1, -record.counted_bytes());
        // What displaces something newer is another instance. Its content loses no owner: it gets that one in place of this one.
        if owner != record.instance && !matches!(record.content, Content::Inline(_)) {
            commit.delete(keys::owner(record.content.id(), owner));
        }
        Ok(())
    }

    /// Adds to a commit that a version with the same content comes at the target's key, and a delete marker, whose version this gives,
    /// at the source's.
    async fn move_version(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        source: &ObjectReader,
        target: &Stack<'_>,
        record: &mut ObjectRecord,
        renaming: &Renaming,
    ) -> Result<VersionId, Error> {
        let from = Stack::read(self, bucket, &renaming.from).await?;
        record.instance = self.next_id();
        record.named = None;
        record.lock = bucket.lock_of_new(&ObjectLock::default(), self.now())?;
        if let Some((id, bytes)) = self.inline_again(source, renaming.sealing.as_ref()).await? {
            record.content = Content::Inline(id);
            commit.put(keys::inline(id), bytes);
        }
        let copies =
            self.copies(source, renaming.sealing.as_ref(), (&renaming.bucket, &renaming.to)).await?.unwrap_or_default();
        record.annotations = copies.set();
        copies.put(commit);
        target.put(self, commit, record).await?;
        from.put_marker(self, commit, renaming.owner.clone()).await
    }
}
