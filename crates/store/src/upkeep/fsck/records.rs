//! What must be true of each record: that it can be read, that what it names is there and names it back, and that its bytes are
//! those that were stored.

use coldkeep_digest::{ChecksumType, DigestSet, Digests};
use coldkeep_digest::{combine_composite, combine_full_object, multipart_etag_md5, tree_root};
use coldkeep_meta::Entry;
use coldkeep_types::Id;

use super::remedy::Remedy;
use super::{Check, damaged, show};
use crate::access_points::AccessPointRecord;
use crate::account_block::AccountBlockRecord;
use crate::annotations::AnnotationRecord;
use crate::contents::index::Index;
use crate::inventories::InventoryRecord;
use crate::records::{
    ArchiveRecord, BucketRecord, Content, IndexRecord, ObjectChecksum, ObjectRecord, OutcomeRecord, OwnerRecord,
    PartRecord, Record, ReleasedRecord, UploadRecord, VaultRecord,
};
use crate::staging::StagedRecord;
use crate::tiering::TieringRecord;
use crate::upkeep::due;
use crate::vaults::jobs::Job;
use crate::vaults::retrieval_limits::RetrievalLimits;
use crate::{Error, keys};

/// What is known of the bytes of an object: ETag and checksum.
struct ObjectDigests<'a> {
    md5: [u8; 16],
    parts: u32,
    checksum: Option<&'a ObjectChecksum>,
}

pub(super) fn malformed() -> Error {
    damaged("malformed key")
}

impl Check<'_> {
    pub(super) async fn record(&mut self, key: &[u8], entry: &Entry) -> Result<(), Error> {
        let value = &entry.value;
        match key[0] {
            b'A' => self.annotation(key, AnnotationRecord::from_value(value)?).await,
            b'a' => self.archive(key, ArchiveRecord::from_value(value)?).await,
            b'B' => {
                AccountBlockRecord::from_value(value)?;
                Ok(())
            }
            b'R' => {
                RetrievalLimits::from_value(value)?;
                Ok(())
            }
            keys::QUOTAS => crate::quotas::prove(key, value),
            b'e' => self.staged(key, &StagedRecord::from_value(value)?).await,
            b'E' => crate::Event::read(key, value).map(drop),
            b'L' | b'Q' => self.leads_to_point(key, value).await,
            b'P' => self.access_point(key, AccessPointRecord::from_value(value)?).await,
            b'b' => self.usage(BucketRecord::from_value(value)?.id, b'u').await,
            b'C' => self.inventory(key, &InventoryRecord::from_value(value)?).await,
            b'c' => {
                OutcomeRecord::from_value(value)?;
                let id = keys::trailing_id(key).filter(|_| key.len() == 17).ok_or_else(malformed)?;
                self.is_scheduled(due::FORGET_OUTCOME, id, key).await
            }
            b'd' => super::schedule::check(key, value),
            // Identities: whoever keeps them proves them.
            keys::IDENTITIES | keys::KEYRING | keys::MESSAGES => Ok(()),
            b'i' => {
                self.inline_found += 1;
                keys::trailing_id(key).filter(|_| key.len() == 17).map(drop).ok_or_else(malformed)
            }
            b'j' => self.job(key, Job::from_value(value)?).await,
            keys::POOLS => crate::pools::prove(key, value),
            b'l' | b'n' => self.counter(key, value),
            b'N' => self.null_pointer(key, value).await,
            b'O' => self.version(key, value).await,
            b'o' => {
                self.object(key, ObjectRecord::from_value(value)?).await?;
                self.is_ruled(due::EXPIRE_OBJECT, key, value).await
            }
            b'p' => self.part(key, PartRecord::from_value(value)?).await,
            b'q' | b'y' => self.of_upload(key, value),
            b'r' => {
                self.report.released += 1;
                let content = ReleasedRecord::from_value(value)?.content;
                if keys::released(content.id()) == key { Ok(()) } else { Err(malformed()) }
            }
            b's' => super::state::check(key, value),
            b'T' => {
                TieringRecord::from_value(value)?;
                self.contained(key)
            }
            b't' => self.leaves_of_something(key).await,
            b'u' | b'U' => {
                UploadRecord::from_value(value)?;
                self.contained(key)?;
                let id = keys::trailing_id(key).ok_or_else(malformed)?;
                match key[0] {
                    b'u' => self.is_ruled(due::ABORT_UPLOAD, key, value).await,
                    _ => self.is_scheduled(due::EXPIRE_UPLOAD, id, key).await,
                }
            }
            b'v' => self.vault(key, VaultRecord::from_value(value)?).await,
            b'W' => {
                self.contained(key)?;
                crate::events::order::read(value).map(drop)
            }
            b'w' => self.owner(key, value).await,
            b'x' => self.index(key, value).await,
            _ => Err(damaged("a record of an unknown kind")),
        }
    }

    /// What lies in a bucket or vault: that must be there.
    pub(super) fn contained(&self, key: &[u8]) -> Result<(), Error> {
        let container = keys::container(key).ok_or_else(malformed)?;
        match self.containers.contains(&container) {
            true => Ok(()),
            false => Err(damaged(format!("its bucket or vault {} is missing", hex::encode(container)))),
        }
    }

    pub(super) async fn object(&mut self, key: &[u8], record: ObjectRecord) -> Result<(), Error> {
        self.contained(key)?;
        self.restore_is_scheduled(key, &record).await?;
        self.move_is_scheduled(key, &record).await?;
        self.archiving_is_scheduled(key, &record).await?;
        self.annotations_are_counted(key, &record).await?;
        self.owned(key, record.instance, record.content).await?;
        let sealed = record.sealed.is_some();
        let known = ObjectDigests { md5: record.md5, parts: record.parts, checksum: record.checksum.as_ref() };
        match record.content {
            Content::Parts(upload) => {
                let parts = self.parts(upload, record.bytes).await?;
                // Whose ETag a copy of what is sealed has, its parts do not tell.
                self.prove_parts(&parts, &known, !sealed).await
            }
            content => {
                let mut set = DigestSet { md5: known.parts == 0, ..DigestSet::default() };
                set.checksums.extend(full(known.checksum).map(|kept| kept.checksum.algorithm()));
                let digests = self.bytes(content, record.bytes, record.sealed.is_some(), &set).await?;
                self.compare(digests.as_ref(), (known.parts == 0).then_some(&known.md5), known.checksum, None)
            }
        }
    }

    async fn archive(&mut self, key: &[u8], record: ArchiveRecord) -> Result<(), Error> {
        self.contained(key)?;
        let id = keys::trailing_id(key).filter(|_| key.len() == 25).ok_or_else(malformed)?;
        self.owned(key, id, record.content).await?;
        match record.content {
            Content::Parts(upload) => {
                let parts = self.parts(upload, record.bytes).await?;
                let roots: Option<Vec<[u8; 32]>> = parts.iter().map(|part| part.tree_hash).collect();
                match roots.map(|roots| tree_root(&roots)) == Some(record.tree_hash) {
                    true => Ok(()),
                    false => Err(damaged("its tree hash is not that of its parts")),
                }
            }
            content => {
                let set = DigestSet { tree: true, ..DigestSet::default() };
                let digests = self.bytes(content, record.bytes, record.sealed.is_some(), &set).await?;
                self.compare(digests.as_ref(), None, None, Some(&record.tree_hash))?;
                self.leaves(content.id(), 0, record.bytes, record.sealed.is_some(), &record.tree_hash, digests.as_ref())
                    .await
            }
        }
    }

    async fn job(&mut self, key: &[u8], job: Job) -> Result<(), Error> {
        self.contained(key)?;
        self.job_is_scheduled(key, &job).await?;
        let Some((content, bytes)) = job.content() else { return Ok(()) };
        self.owned(key, job.id, content).await?;
        match content {
            Content::Parts(upload) => self.parts(upload, bytes).await.map(drop),
            content => {
                let tree_hash = job.archive.as_ref().map(|archive| archive.archive_tree_hash);
                let set = DigestSet { tree: tree_hash.is_some(), ..DigestSet::default() };
                let digests = self.bytes(content, bytes, job.sealed.is_some(), &set).await?;
                self.compare(digests.as_ref(), None, None, tree_hash.as_ref())
            }
        }
    }

    async fn part(&mut self, key: &[u8], part: PartRecord) -> Result<(), Error> {
        let (upload, number) = keys::parse_part(key).ok_or_else(malformed)?;
        let used = self.uploads.contains(&upload)
            || self.is_owned(upload).await?
            || self.meta.get(&keys::released(upload)).await?.is_some();
        if !used {
            return Err(damaged("it is a part of nothing"));
        }
        self.owned(key, part.owner(upload), part.content).await?;
        let mut set = DigestSet { md5: part.md5.is_some(), tree: part.tree_hash.is_some(), ..DigestSet::default() };
        let checksums = [&part.checksum, &part.declared];
        set.checksums.extend(checksums.iter().filter_map(|kept| Some(kept.as_ref()?.checksum.algorithm())));
        let digests = self.bytes(part.content, part.bytes, part.sealed.is_some(), &set).await?;
        for checksum in checksums {
            self.compare(digests.as_ref(), part.md5.as_ref(), checksum.as_ref(), part.tree_hash.as_ref())?;
        }
        match &part.tree_hash {
            Some(tree_hash) => {
                self.leaves(upload, number, part.bytes, part.sealed.is_some(), tree_hash, digests.as_ref()).await
            }
            None => Ok(()),
        }
    }

    /// The parts that a content is made of, which together have so many bytes. What each holds is checked with its own record.
    async fn parts(&mut self, upload: Id, bytes: u64) -> Result<Vec<PartRecord>, Error> {
        let entry = self.meta.get(&keys::index(upload)).await?;
        let entry = entry.ok_or_else(|| damaged(format!("the index of {upload} is missing")))?;
        let index = Index::new(IndexRecord::from_value(&entry.value)?);
        if index.bytes() != bytes {
            return Err(damaged(format!("its parts have {} bytes, not {bytes}", index.bytes())));
        }
        let mut parts = Vec::new();
        for (number, bytes) in index.parts() {
            let entry = self.meta.get(&keys::part(upload, number)).await?;
            let entry = entry.ok_or_else(|| damaged(format!("part {number} is missing")))?;
            let part = PartRecord::from_value(&entry.value)?;
            if part.bytes != bytes {
                return Err(damaged(format!("part {number} has not {bytes} bytes")));
            }
            parts.push(part);
        }
        Ok(parts)
    }

    /// ETag and checksum of an object are made of its parts'; a checksum that the parts do not have is made of the bytes.
    async fn prove_parts(&mut self, parts: &[PartRecord], known: &ObjectDigests<'_>, etag: bool) -> Result<(), Error> {
        let md5s: Option<Vec<[u8; 16]>> = parts.iter().map(|part| part.md5).collect();
        if etag && md5s.is_none_or(|md5s| multipart_etag_md5(&md5s) != known.md5) {
            return Err(damaged("its ETag is not that of its parts"));
        }
        let Some(kept) = known.checksum else { return Ok(()) };
        let algorithm = kept.checksum.algorithm();
        let of_part = |part: &PartRecord| {
            let all = [&part.checksum, &part.declared].into_iter().flatten();
            all.map(|kept| kept.checksum).find(|checksum| checksum.algorithm() == algorithm).map(|it| (it, part.bytes))
        };
        let checksums: Option<Vec<_>> = parts.iter().map(of_part).collect();
        let combined = match (&checksums, kept.kind) {
            (Some(parts), ChecksumType::Composite) => {
                combine_composite(algorithm, parts.iter().map(|(checksum, _)| checksum)).ok()
            }
            (Some(parts), ChecksumType::FullObject) => combine_full_object(algorithm, parts.iter().copied()).ok(),
            (None, _) => None,
        };
        let proven = match combined {
            Some(combined) => Some(combined),
            None if self.read
                && kept.kind == ChecksumType::FullObject
                && parts.iter().all(|part| part.sealed.is_none())
                && self.none_away(parts).await? =>
            {
                let contents: Vec<(Content, u64)> = parts.iter().map(|part| (part.content, part.bytes)).collect();
                self.digests_of(contents, &DigestSet::of_checksum(algorithm)).await?.checksum(algorithm).copied()
            }
            None => None,
        };
        match proven.is_none_or(|proven| proven == kept.checksum) {
            true => Ok(()),
            false => Err(damaged(format!("its {} checksum is not that of its parts", algorithm.name()))),
        }
    }

    /// Compares what bytes have with what is known of them.
    pub(super) fn compare(
        &self,
        digests: Option<&Digests>,
        md5: Option<&[u8; 16]>,
        checksum: Option<&ObjectChecksum>,
        tree_hash: Option<&[u8; 32]>,
    ) -> Result<(), Error> {
        let Some(digests) = digests else { return Ok(()) };
        let wrong = |name: &str| Err(damaged(format!("its bytes have another {name}")));
        if md5.is_some_and(|md5| digests.md5.as_ref() != Some(md5)) {
            return wrong("MD5");
        }
        if let Some(kept) = full(checksum)
            && digests.checksum(kept.checksum.algorithm()) != Some(&kept.checksum)
        {
            return wrong(kept.checksum.algorithm().name());
        }
        if tree_hash.is_some_and(|hash| digests.tree.as_ref().map(|tree| &tree.root) != Some(hash)) {
            return wrong("tree hash");
        }
        Ok(())
    }

    /// The kept leaves of a tree hash must make it. Where there are several, they are kept.
    async fn leaves(
        &mut self,
        content: Id,
        part: u32,
        bytes: u64,
        sealed: bool,
        root: &[u8; 32],
        digests: Option<&Digests>,
    ) -> Result<(), Error> {
        let wrong = match self.meta.get(&keys::leaves(content, part)).await? {
            Some(entry) => {
                let (leaves, rest) = entry.value.as_chunks::<32>();
                leaves.len() < 2 || !rest.is_empty() || tree_root(leaves) != *root
            }
            None => bytes > 1 << 20,
        };
        if !wrong {
            return Ok(());
        }
        let known = digests.and_then(|digests| digests.tree.as_ref()).map(|tree| tree.leaves.concat());
        let what = format!("the leaves of the tree hash of {content}, part {part}, are wrong or missing");
        if sealed {
            // Made anew they are from the plaintext only.
            return Err(damaged(what));
        }
        self.problem(what, Remedy::Leaves { content, part, leaves: known }).await
    }

    /// Leaves are of a part, or of an archive's blob.
    async fn leaves_of_something(&mut self, key: &[u8]) -> Result<(), Error> {
        let (content, part) = keys::parse_part(key).ok_or_else(malformed)?;
        let used = self.meta.get(&keys::part(content, part)).await?.is_some()
            || part == 0 && self.is_owned(content).await?
            || self.meta.get(&keys::released(content)).await?.is_some();
        if used { Ok(()) } else { Err(damaged("leaves of a tree hash of nothing")) }
    }

    pub(super) async fn owned(&mut self, key: &[u8], owner: Id, content: Content) -> Result<(), Error> {
        if let Content::Inline(_) = content {
            return Ok(());
        }
        let entry = self.meta.get(&keys::owner(content.id(), owner)).await?;
        let owns = entry.and_then(|entry| OwnerRecord::from_value(&entry.value).ok()).is_some_and(|it| it.key == key);
        if owns {
            return Ok(());
        }
        let what = format!("{}: does not own its content {}", self.place(key).await, content.id());
        self.problem(what, Remedy::Own { content: content.id(), owner, key: key.to_vec() }).await
    }

    /// An owner record must name a record that is there and names the content.
    async fn owner(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let content = keys::owned_content(key).ok_or_else(malformed)?;
        let owner = keys::trailing_id(key).filter(|_| key.len() == 33).ok_or_else(malformed)?;
        let at = OwnerRecord::from_value(value)?.key;
        let named = match self.meta.get(&at).await? {
            None => None,
            Some(entry) => match at.first() {
                Some(b'o' | b'O') => {
                    ObjectRecord::from_value(&entry.value).ok().map(|record| (record.content, record.instance))
                }
                Some(b'A') => {
                    let record = AnnotationRecord::from_value(&entry.value).ok();
                    record.zip(keys::parse_annotation(&at)).map(|(record, (set, _))| (record.content, set))
                }
                Some(b'a') => {
                    let record = ArchiveRecord::from_value(&entry.value).ok();
                    record.zip(keys::trailing_id(&at)).map(|(record, id)| (record.content, id))
                }
                Some(b'j') => {
                    let job = Job::from_value(&entry.value).ok();
                    job.and_then(|job| Some((job.content()?.0, job.id)))
                }
                Some(b'p') => {
                    let record = PartRecord::from_value(&entry.value).ok();
                    record
                        .zip(keys::parse_part(&at))
                        .map(|(record, (upload, _))| (record.content, record.owner(upload)))
                }
                _ => None,
            },
        };
        match named.is_some_and(|(named, by)| named.id() == content && by == owner) {
            true => Ok(()),
            false => Err(damaged(format!("its owner {} is missing or has another content", show(&at)))),
        }
    }

    /// An index belongs to a content that has an owner, or waits to be reclaimed.
    async fn index(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        IndexRecord::from_value(value)?;
        let content = keys::trailing_id(key).filter(|_| key.len() == 17).ok_or_else(malformed)?;
        match self.is_owned(content).await? || self.meta.get(&keys::released(content)).await?.is_some() {
            true => Ok(()),
            false => Err(damaged("an index of parts without owner")),
        }
    }

    /// A number that an open upload has.
    fn of_upload(&self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let upload = keys::trailing_id(key).filter(|_| key.len() == 17).ok_or_else(malformed)?;
        match value.len() == 8 && self.uploads.contains(&upload) {
            true => Ok(()),
            false => Err(damaged("a number of no open upload")),
        }
    }

    fn counter(&self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        self.contained(key)?;
        if value.len() == 8 { Ok(()) } else { Err(damaged("a counter that is no number")) }
    }
}

/// A checksum over all bytes.
fn full(checksum: Option<&ObjectChecksum>) -> Option<&ObjectChecksum> {
    checksum.filter(|kept| kept.kind == ChecksumType::FullObject)
}
