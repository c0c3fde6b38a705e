//! Glacier's multipart uploads: the same uploads and parts as S3's, in ranges of one size, ending in an archive.

use coldkeep_meta::Commit;
use coldkeep_seal::Envelope;
use coldkeep_types::{Id, MAX_PARTS, PartSize, Timestamp};

use crate::records::{ArchiveRecord, Attributes, CompletedRecord, Content, OutcomeRecord, Plan, Record, UploadRecord};
use crate::upkeep::due;
use crate::uploads::complete::{fingerprint, plan_ranges};
use crate::{Error, MAX_TRIES, Store, Upload, Vault, keys};

/// A completed Glacier upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompletedArchive {
    /// The archive's id.
    pub id: Id,
    /// Its tree hash.
    pub tree_hash: [u8; 32],
}

impl Store {
    /// InitiateMultipartUpload, of parts that are not sealed.
    pub async fn create_vault_upload(
        &self,
        vault: &Vault,
        part_size: PartSize,
        description: Option<String>,
    ) -> Result<Upload, Error> {
        self.create_vault_upload_with(vault, part_size, description, None).await
    }

    /// InitiateMultipartUpload. With a data key, each part must come with it, and is sealed under it.
    pub async fn create_vault_upload_with(
        &self,
        vault: &Vault,
        part_size: PartSize,
        description: Option<String>,
        sealed: Option<Envelope>,
    ) -> Result<Upload, Error> {
        let id = self.next_id();
        let record = UploadRecord {
            access: None,
            version: None,
            class: None,
            lock: None,
            sealed,
            plan: Plan::Ranges(part_size.get()),
            created_ms: self.now().0,
            attributes: Attributes::default(),
            algorithm: None,
            full_object: false,
            description,
        };
        let mut vault = vault.clone();
        for _ in 0..MAX_TRIES {
            let mut commit = Commit::default();
            vault.require(&mut commit);
            let key = keys::vault_upload(vault.id, id);
            commit.put(key.clone(), record.to_value()).add(keys::open_uploads_count(vault.id), 1);
            self.schedule_expiry(&mut commit, id, &key, self.now());
            if self.commit(commit).await? {
                return self.vault_upload(&vault, id).await;
            }
            vault = self.same_vault(&vault).await?;
        }
        Err(Error::Busy)
    }

    fn schedule_expiry(&self, commit: &mut Commit, id: Id, key: &[u8], active: Timestamp) {
        let at = active.plus_millis(self.0.options.vault_upload_idle_ms);
        commit.put(keys::due(at, due::EXPIRE_UPLOAD, id), key);
    }

    /// Drops an upload that idled; one that was active meanwhile is looked at again when that activity is old. So
    /// a part costs no write for the clock.
    pub(crate) async fn expire_vault_upload(
        &self,
        key: &[u8],
        now: Timestamp,
        commit: &mut Commit,
    ) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let upload = match self.upload_at(key.to_vec()).await {
                Err(Error::NoSuchUpload) => return Ok(()),
                found => found?,
            };
            let writes = self.get(&keys::part_writes(upload.id)).await?.map(|entry| entry.version);
            let parts = self.parts_in(keys::parts(upload.id), MAX_PARTS as usize + 1).await?;
            let noted = self.last_activity(&upload).await?;
            let active = parts.iter().map(|part| part.modified).fold(noted, Timestamp::max);
            if active.plus_millis(self.0.options.vault_upload_idle_ms) > now {
                self.schedule_expiry(commit, upload.id, key, active);
                return Ok(());
            }
            let mut abort = upload.abort();
            // A part that came since makes it active.
            abort.expect(keys::part_writes(upload.id), writes);
            if self.commit(abort).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// The open upload of this id; [`Error::NoSuchUpload`] otherwise.
    pub async fn vault_upload(&self, vault: &Vault, id: Id) -> Result<Upload, Error> {
        let upload = self.upload_at(keys::vault_upload(vault.id, id)).await?;
        Ok(Upload { container: crate::contents::label::names(vault), ..upload })
    }

    /// ListMultipartUploads: at most `limit` open uploads, oldest first, beginning with the id `from`.
    pub async fn list_vault_uploads(
        &self,
        vault: &Vault,
        from: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Upload>, Error> {
        let mut range = keys::vault_uploads(vault.id);
        if let Some(from) = from {
            range.start = keys::vault_upload(vault.id, from);
        }
        let found = self.0.meta.scan(range, limit).await?;
        found.into_iter().map(|(key, entry)| Upload::from_entry(key, &entry)).collect()
    }

    /// AbortMultipartUpload: aborting again succeeds for as long as the store remembers.
    pub async fn abort_vault_upload(&self, vault: &Vault, id: Id) -> Result<(), Error> {
        let outcome = OutcomeRecord { fingerprint: [0; 32], completed: None };
        match self.abort_at(&keys::vault_upload(vault.id, id), Some(outcome)).await {
            Err(Error::NoSuchUpload) => {
                let before = self.get(&keys::outcome(id)).await?.ok_or(Error::NoSuchUpload)?;
                match OutcomeRecord::from_value(&before.value)?.completed {
                    None => Ok(()),
                    Some(_) => Err(Error::NoSuchUpload),
                }
            }
            done => done,
        }
    }

    /// CompleteMultipartUpload: the archive's size and tree hash must be those of the parts.
    pub async fn complete_vault_upload(
        &self,
        vault: &Vault,
        id: Id,
        bytes: u64,
        tree_hash: [u8; 32],
    ) -> Result<CompletedArchive, Error> {
        let key = keys::vault_upload(vault.id, id);
        let fingerprint = fingerprint(&key, [bytes.to_be_bytes().as_slice(), tree_hash.as_slice()]);
        let mut vault = vault.clone();
        for _ in 0..MAX_TRIES {
            let upload = match self.upload_at(key.clone()).await {
                Err(Error::NoSuchUpload) => return self.completed_archive(id, &fingerprint).await,
                found => found?,
            };
            let Plan::Ranges(part_size) = upload.plan else {
                return Err(Error::Damaged("a vault's upload without part size".into()));
            };
            let writes = self.get(&keys::part_writes(id)).await?.map(|entry| entry.version);
            let have = self.parts_in(keys::parts(id), MAX_PARTS as usize + 1).await?;
            let judged = plan_ranges(part_size, &have, bytes, tree_hash);
            let Some(assembly) = self.while_open(&key, judged).await? else { continue };
            let archive = self.next_id();
            let outcome = OutcomeRecord {
                fingerprint,
                completed: Some(CompletedRecord {
                    instance: archive,
                    bytes,
                    md5: [0; 16],
                    parts: assembly.parts,
                    checksum: None,
                    tree_hash: Some(tree_hash),
                    version: None,
                    sealed: None,
                }),
            };
            let record = ArchiveRecord {
                content: Content::Parts(id),
                bytes,
                created_ms: self.now().0,
                tree_hash,
                description: upload.description.clone(),
                sealed: upload.sealed.clone(),
            };
            let mut commit = Commit::default();
            vault.require(&mut commit);
            self.close_upload(&mut commit, &upload, writes, &assembly, &outcome);
            self.put_archive(&mut commit, &vault, archive, &record);
            if self.commit(commit).await? {
                return Ok(CompletedArchive { id: archive, tree_hash });
            }
            vault = self.same_vault(&vault).await?;
        }
        Err(Error::Busy)
    }

    async fn completed_archive(&self, upload: Id, fingerprint: &[u8; 32]) -> Result<CompletedArchive, Error> {
        let entry = self.get(&keys::outcome(upload)).await?.ok_or(Error::NoSuchUpload)?;
        let outcome = OutcomeRecord::from_value(&entry.value)?;
        match outcome.completed {
            None => Err(Error::NoSuchUpload),
            Some(_) if outcome.fingerprint != *fingerprint => Err(Error::CompletedOtherwise),
            Some(completed) => {
                let tree_hash = completed.tree_hash.ok_or_else(|| Error::Damaged("an outcome".into()))?;
                Ok(CompletedArchive { id: completed.instance, tree_hash })
            }
        }
    }
}
