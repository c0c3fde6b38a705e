//! Archives: UploadArchive, DeleteArchive. Immutable, named by the store, read through jobs.

use coldkeep_digest::DigestSet;
use coldkeep_meta::{Commit, Version};
use coldkeep_seal::{Envelope, Sealing};
use coldkeep_types::{Id, Timestamp};

use crate::contents::ingest::Received;
use crate::contents::kept_as::KeptAs;
use crate::contents::label::LabelRecord;
use crate::contents::owners::{disown, own};
use crate::contents::sealed::SealAs;
use crate::records::{ArchiveRecord, Content, Record, time};
use crate::{Error, Expected, MAX_TRIES, Source, Store, Vault, keys};

/// 4 GiB: the most UploadArchive takes.
const MAX_ARCHIVE_BYTES: u64 = 4 << 30;

/// An archive as it was read.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Its id.
    pub id: Id,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was uploaded or completed.
    pub created: Timestamp,
    /// Its tree hash.
    pub tree_hash: [u8; 32],
    /// Its description.
    pub description: Option<String>,
    /// The data key under which its content is sealed, if it is.
    pub sealed: Option<Envelope>,
    pub(crate) content: Content,
}

/// An archive to be uploaded in one request.
#[derive(Clone, Debug, Default)]
pub struct NewArchive {
    /// At most 1,024 printable ASCII characters.
    pub description: Option<String>,
    /// Digests the client declared.
    pub expected: Expected,
    /// The key to seal it under, if it is to be sealed.
    pub sealing: Option<Sealing>,
}

impl Archive {
    fn new(id: Id, record: ArchiveRecord) -> Self {
        Self {
            id,
            bytes: record.bytes,
            created: time(record.created_ms),
            tree_hash: record.tree_hash,
            description: record.description,
            sealed: record.sealed,
            content: record.content,
        }
    }
}

impl Store {
    /// UploadArchive.
    pub async fn upload_archive(
        &self,
        vault: &Vault,
        new: NewArchive,
        source: &mut dyn Source,
    ) -> Result<Archive, Error> {
        let set = DigestSet { tree: true, ..DigestSet::default() };
        let now_ms = self.now().0;
        let envelope = new.sealing.as_ref().map(|sealing| &sealing.envelope);
        let seal = new.sealing.as_ref().map(|sealing| SealAs { key: &sealing.key, part: 0 });
        let label = || LabelRecord::archive(vault, new.description.as_ref(), now_ms).sealed(envelope).label();
        let allowed = self.quota_for_archive(vault.id).await?;
        let most = allowed.at_most(MAX_ARCHIVE_BYTES);
        let received = self.receive(source, set, &new.expected, most, KeptAs::archive(seal), label).await;
        let received = received.map_err(|error| allowed.why(error, MAX_ARCHIVE_BYTES))?;
        let (store, vault) = (self.clone(), vault.clone());
        self.uncancelled(Box::pin(async move { store.put_received_archive(&vault, new, received).await })).await
    }

    async fn put_received_archive(&self, vault: &Vault, new: NewArchive, received: Received) -> Result<Archive, Error> {
        let mut received = received.finish(self).await?;
        let tree = received.digests.tree.take().ok_or_else(|| Error::Damaged("no tree hash".into()))?;
        let record = ArchiveRecord {
            content: received.content,
            bytes: received.bytes,
            created_ms: self.now().0,
            tree_hash: tree.root,
            description: new.description,
            sealed: new.sealing.map(|sealing| sealing.envelope),
        };
        let leaves = if tree.leaves.len() > 1 { tree.leaves.concat() } else { Vec::new() };
        let add = |commit: &mut Commit| {
            received.put(commit);
            if !leaves.is_empty() {
                commit.put(keys::leaves(record.content.id(), 0), leaves.clone());
            }
        };
        match self.add_archive(vault, &record, add).await {
            Ok(id) => Ok(Archive::new(id, record)),
            Err(error) => {
                self.discard(received.content, &error).await;
                Err(error)
            }
        }
    }

    async fn add_archive(&self, vault: &Vault, record: &ArchiveRecord, add: impl Fn(&mut Commit)) -> Result<Id, Error> {
        let mut vault = vault.clone();
        for _ in 0..MAX_TRIES {
            let id = self.next_id();
            let mut commit = Commit::default();
            vault.require(&mut commit);
            add(&mut commit);
            self.put_archive(&mut commit, &vault, id, record);
            if self.commit(commit).await? {
                return Ok(id);
            }
            vault = self.same_vault(&vault).await?;
        }
        Err(Error::Busy)
    }

    /// Adds to a commit a new archive with its owner record, counted.
    pub(crate) fn put_archive(&self, commit: &mut Commit, vault: &Vault, id: Id, record: &ArchiveRecord) {
        let key = keys::archive(vault.id, id);
        own(commit, record.content, id, &key);
        commit.put(key, record.to_value());
        vault.count(commit, 1, record.bytes, time(record.created_ms));
    }

    /// The archive of this id.
    pub async fn archive(&self, vault: &Vault, id: Id) -> Result<Archive, Error> {
        self.archive_at(vault, id).await.map(|(archive, _)| archive)
    }

    pub(crate) async fn archive_at(&self, vault: &Vault, id: Id) -> Result<(Archive, Version), Error> {
        let entry = self.get(&keys::archive(vault.id, id)).await?.ok_or(Error::NoSuchArchive)?;
        Ok((Archive::new(id, ArchiveRecord::from_value(&entry.value)?), entry.version))
    }

    /// At most `limit` archives of a vault from the id `from` on, oldest first.
    pub(crate) async fn archives_from(&self, vault: &Vault, from: Id, limit: usize) -> Result<Vec<Archive>, Error> {
        let range = keys::archive(vault.id, from)..keys::archives(vault.id).end;
        let found = self.0.meta.scan(range, limit).await?;
        found
            .iter()
            .map(|(key, entry)| {
                let id = keys::trailing_id(key).ok_or_else(|| Error::Damaged("an archive's key".into()))?;
                Ok(Archive::new(id, ArchiveRecord::from_value(&entry.value)?))
            })
            .collect()
    }

    /// DeleteArchive: deleting what was deleted before succeeds. Jobs that hold its bytes keep them.
    pub async fn delete_archive(&self, vault: &Vault, id: Id) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let (archive, version) = match self.archive_at(vault, id).await {
                Err(Error::NoSuchArchive) => return Ok(()),
                found => found?,
            };
            let mut commit = Commit::default();
            let key = keys::archive(vault.id, id);
            commit.expect(key.clone(), Some(version)).delete(key);
            disown(&mut commit, archive.content, id);
            vault.count(&mut commit, -1, archive.bytes, self.now());
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }
}
