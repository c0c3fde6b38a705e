//! Parts of open uploads: put, listed. Sending a part again replaces it and frees what it replaces; a part that
//! fails leaves the one before in place.

use coldkeep_digest::{Checksum, ChecksumType, DigestSet, Digests};
use coldkeep_meta::{Commit, Seen, Step, Version};
use coldkeep_types::{Id, Timestamp};

use crate::contents::ingest::Received;
use crate::contents::kept_as::KeptAs;
use crate::contents::label::LabelRecord;
use crate::contents::owners::{disown, own};
use crate::contents::sealed::{SealAs, etag_bytes, needs_md5};
use crate::objects::object::etag;
use crate::records::{Content, ObjectChecksum, PartRecord, PartSeal, Plan, Record, time};
use crate::vaults::activity::Moving;
use crate::{Error, Expected, MAX_TRIES, Source, Store, Upload, keys};

/// Parts a list has room for from the start.
const ROOM: usize = 1001;

/// A stored part.
#[derive(Clone, Debug)]
pub struct Part {
    /// Part number in S3; in Glacier the range's start divided by the part size.
    pub index: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was stored.
    pub modified: Timestamp,
    /// The checksum of the upload's algorithm, or CRC64NVME.
    pub checksum: Option<ObjectChecksum>,
    /// Glacier: the part's tree hash.
    pub tree_hash: Option<[u8; 32]>,
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) declared: Option<Checksum>,
    pub(crate) content: Content,
    pub(crate) owner: Option<Id>,
}

/// What is told of a part that was just stored.
#[derive(Clone, Debug)]
pub struct PartWritten {
    /// The part.
    pub part: Part,
    /// The checksum to answer with: what the client declared, or what the upload's algorithm gives.
    pub checksum: Option<Checksum>,
}

impl Part {
    /// The part's ETag without quotes.
    pub fn etag(&self) -> String {
        self.md5.as_ref().map(|md5| etag(md5, 0)).unwrap_or_default()
    }

    pub(crate) fn from_value(index: u32, value: &[u8]) -> Result<Self, Error> {
        let record = PartRecord::from_value(value)?;
        Ok(Self {
            index,
            bytes: record.bytes,
            modified: time(record.modified_ms),
            checksum: record.checksum,
            tree_hash: record.tree_hash,
            md5: record.md5,
            declared: record.declared.map(|kept| kept.checksum),
            content: record.content,
            owner: record.owner,
        })
    }
}

impl Store {
    /// UploadPart and UploadMultipartPart: stores the part in place of one with the same index, sealed under the data key of the
    /// upload if it has one, which must have been given then ([`Upload::with_key`]).
    pub async fn put_part(
        &self,
        upload: &Upload,
        index: u32,
        expected: Expected,
        trailing: Option<coldkeep_digest::ChecksumAlgorithm>,
        source: &mut dyn Source,
        max_bytes: u64,
    ) -> Result<PartWritten, Error> {
        let mut set = DigestSet::default();
        match upload.plan {
            Plan::Numbered => {
                set.md5 = needs_md5(upload.sealed.as_ref());
                set.checksums.push(upload.kept_algorithm());
            }
            Plan::Ranges(_) => set.tree = true,
        }
        let declared = trailing.or(expected.checksums.first().map(|checksum| checksum.algorithm()));
        if let (Some(declared), Some(chosen)) = (declared, upload.algorithm)
            && declared != chosen
        {
            return Err(Error::ChecksumAlgorithmUnfit { expected: chosen, actual: Some(declared) });
        }
        if let Some(algorithm) = trailing {
            set.checksums.push(algorithm);
        }
        let seal = SealAs::part_of(upload, index)?;
        let now_ms = self.now().0;
        let label = || LabelRecord::part(upload, index, now_ms).label();
        let allowed = self.quota_for_part(upload, index).await?;
        let most = allowed.at_most(max_bytes);
        let received = match upload.plan {
            Plan::Numbered => {
                self.receive(source, set, &expected, most, KeptAs { class: upload.class, seal }, label).await
            }
            Plan::Ranges(_) => {
                let mut moving = Moving::new(self, upload, source);
                self.receive(&mut moving, set, &expected, most, KeptAs::archive(seal), label).await
            }
        };
        let received = received.map_err(|error| allowed.why(error, max_bytes))?;
        let (store, upload) = (self.clone(), upload.clone());
        let put = async move { store.put_received_part(&upload, index, declared, received).await };
        self.uncancelled(Box::pin(put)).await
    }

    async fn put_received_part(
        &self,
        upload: &Upload,
        index: u32,
        declared: Option<coldkeep_digest::ChecksumAlgorithm>,
        received: Received,
    ) -> Result<PartWritten, Error> {
        let received = received.finish(self).await?;
        let kept = upload.kept_algorithm();
        let stored = |algorithm| {
            let checksum = received.digests.checksum(algorithm)?;
            Some(ObjectChecksum { checksum: *checksum, kind: ChecksumType::FullObject })
        };
        let other = declared.filter(|declared| *declared != kept).and_then(stored);
        let record = PartRecord {
            content: received.content,
            bytes: received.bytes,
            modified_ms: self.now().0,
            md5: match upload.plan {
                Plan::Numbered => Some(etag_bytes(upload.sealed.as_ref(), received.digests.md5)),
                Plan::Ranges(_) => None,
            },
            checksum: stored(kept),
            tree_hash: received.digests.tree.as_ref().map(|tree| tree.root),
            declared: other,
            owner: None,
            sealed: upload.sealed.as_ref().map(|_| PartSeal::Own),
            sealed_as: None,
        };
        let add = |commit: &mut Commit| {
            received.put(commit);
            put_leaves(commit, upload.id, index, &received.digests);
        };
        let put = self.replace_part(upload, index, &record, &add, &[]).await;
        match put {
            Ok(_) => {
                let part = Part::from_value(index, &record.to_value())?;
                let answer = declared.or(upload.algorithm).and_then(stored).map(|kept| kept.checksum);
                Ok(PartWritten { part, checksum: answer })
            }
            Err(error) => {
                self.discard(received.content, &error).await;
                Err(error)
            }
        }
    }

    /// Puts a part's record in place of what has its index, in one commit with what `add` adds. With a `source`, a record that
    /// must be as it was; `Ok(false)` if it is not.
    pub(super) async fn replace_part(
        &self,
        upload: &Upload,
        index: u32,
        record: &PartRecord,
        add: &(dyn Fn(&mut Commit) + Sync),
        sources: &[(Vec<u8>, Version)],
    ) -> Result<bool, Error> {
        let key = keys::part(upload.id, index);
        for _ in 0..MAX_TRIES {
            let there = self.get(&key).await?;
            let mut commit = Commit::default();
            commit.expect(upload.key.clone(), Some(upload.read));
            commit.expect(key.clone(), there.as_ref().map(|entry| entry.version));
            for (source, version) in sources {
                commit.expect(source.clone(), Some(*version));
            }
            if let Some(entry) = &there {
                let there = PartRecord::from_value(&entry.value)?;
                disown(&mut commit, there.content, there.owner(upload.id));
            }
            own(&mut commit, record.content, record.owner(upload.id), &key);
            commit.put(key.clone(), record.to_value());
            add(&mut commit);
            commit.add(keys::part_writes(upload.id), 1);
            if self.commit(commit).await? {
                return Ok(true);
            }
            // Another writer of this part was faster, the upload has ended, or the source has changed.
            self.upload_at(upload.key.clone()).await?;
            for (source, version) in sources {
                if self.get(source).await?.map(|entry| entry.version) != Some(*version) {
                    return Ok(false);
                }
            }
        }
        Err(Error::Busy)
    }

    /// ListParts: at most `limit` parts whose index comes after `after`, ascending.
    pub async fn list_parts(&self, upload: &Upload, after: Option<u32>, limit: usize) -> Result<Vec<Part>, Error> {
        if let Plan::Ranges(_) = upload.plan
            && let Err(error) = self.note_activity(upload).await
        {
            tracing::warn!(%error, "that an upload is active could not be written down");
        }
        let mut range = keys::parts(upload.id);
        if let Some(after) = after {
            range.start = keys::after(keys::part(upload.id, after));
        }
        self.parts_in(range, limit).await
    }

    pub(crate) async fn parts_in(&self, range: std::ops::Range<Vec<u8>>, limit: usize) -> Result<Vec<Part>, Error> {
        let (mut parts, mut failed) = (Vec::with_capacity(limit.min(ROOM)), None);
        if limit > 0 {
            let mut visit = |seen: Seen<'_>| {
                let index = keys::trailing_index(seen.key).ok_or_else(|| Error::Damaged("a part's key".into()));
                match index.and_then(|index| Part::from_value(index, seen.value)) {
                    Ok(part) => parts.push(part),
                    Err(error) => failed = Some(error),
                }
                if failed.is_none() && parts.len() < limit { Step::Next } else { Step::Stop }
            };
            self.0.meta.walk(range, &mut visit).await?;
        }
        failed.map_or(Ok(parts), Err)
    }
}

/// Keeps the tree-hash leaves of a part of more than one leaf, so that hashes of ranges cost no reading.
fn put_leaves(commit: &mut Commit, upload: Id, index: u32, digests: &Digests) {
    let key = keys::leaves(upload, index);
    match &digests.tree {
        Some(tree) if tree.leaves.len() > 1 => commit.put(key, tree.leaves.concat()),
        Some(_) => commit.delete(key),
        None => commit,
    };
}
