//! Complete: from an upload to an object or an archive in one commit, moving no data.
//!
//! What the parts make is decided by [`plan_numbered`] and [`plan_ranges`], which are pure. The commit then requires
//! that the upload is still open and that no part was written since the parts were read, so racing parts, completes
//! and aborts end in one of the allowed outcomes. It costs O(parts) reads of small records and O(1) writes.
//!
//! The same request again, within the time a store remembers, gets the same answer.

use coldkeep_digest::{Checksum, ChecksumType, combine_composite, combine_full_object};
use coldkeep_digest::{multipart_etag_md5, tree_root};
use coldkeep_meta::Commit;
use coldkeep_seal::Envelope;
use coldkeep_types::{BucketName, Id, MAX_OBJECT_BYTES, MAX_PARTS, MIN_PART_BYTES, ObjectKey};
use sha2::{Digest, Sha256};

use crate::contents::owners::disown;
use crate::events::{EventType, Subject};
use crate::records::{CompletedRecord, Content, IndexRecord, ObjectChecksum, ObjectRecord, OutcomeRecord, Record};
use crate::versions::{Stack, VersionId};
use crate::{DigestName, Error, MAX_TRIES, Part, Precondition, Store, Upload, keys};

/// A part as CompleteMultipartUpload names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPart {
    /// Part number.
    pub number: u32,
    /// ETag without quotes.
    pub etag: String,
    /// Checksums, if any are named.
    pub checksums: Vec<Checksum>,
}

/// What CompleteMultipartUpload declares of the whole object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedWhole {
    /// `x-amz-checksum-*`, with the number of parts if it was given as `value-parts`.
    pub checksum: Option<(Checksum, Option<u32>)>,
    /// `x-amz-checksum-type`.
    pub checksum_type: Option<ChecksumType>,
    /// `x-amz-mp-object-size`.
    pub bytes: Option<u64>,
}

/// A completed S3 upload.
#[derive(Clone, Debug)]
pub struct Completed {
    /// ETag without quotes.
    pub etag: String,
    /// The object's checksum.
    pub checksum: Option<ObjectChecksum>,
    /// How many parts it has.
    pub parts: u32,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its version, where the bucket has versions.
    pub version: Option<VersionId>,
    /// The data key under which it is sealed, if it is.
    pub sealed: Option<Envelope>,
}

/// What parts make.
pub(crate) struct Assembly {
    pub index: IndexRecord,
    pub bytes: u64,
    pub parts: u32,
    pub md5: [u8; 16],
    pub checksum: Option<ObjectChecksum>,
}

/// Judges CompleteMultipartUpload: `have` are all parts in order of their numbers.
pub(crate) fn plan_numbered(
    upload: &Upload,
    have: &[Part],
    named: &[NamedPart],
    whole: &NamedWhole,
) -> Result<Assembly, Error> {
    if named.is_empty() {
        return Err(Error::NoParts);
    }
    judge_type(upload, whole)?;
    if let Some(pair) = named.windows(2).find(|pair| pair[0].number >= pair[1].number) {
        return Err(Error::InvalidPartOrder(pair[1].number));
    }
    if let (Some(algorithm), ChecksumType::Composite) = (upload.algorithm, upload.checksum_type) {
        for NamedPart { number, checksums, .. } in named {
            match checksums.first().map(Checksum::algorithm) {
                Some(other) if other != algorithm => return Err(Error::PartChecksumOther { number: *number, other }),
                Some(_) => {}
                None => return Err(Error::PartChecksumMissing { number: *number, algorithm }),
            }
        }
    }
    let (mut chosen, mut at) = (Vec::with_capacity(named.len()), 0);
    for name in named {
        at += have[at..].partition_point(|part| part.index < name.number);
        match have.get(at) {
            Some(part) if part.index == name.number && names(name, part) => chosen.push(part),
            _ => return Err(Error::InvalidPart(name.number)),
        }
    }
    if let Some(small) = chosen[..chosen.len() - 1].iter().find(|part| part.bytes < MIN_PART_BYTES) {
        return Err(Error::PartTooSmall { number: small.index, bytes: small.bytes });
    }
    let mut index = IndexRecord::default();
    chosen.iter().for_each(|part| index.push(part.index, part.bytes));
    let bytes = chosen.iter().map(|part| part.bytes).sum::<u64>();
    if bytes > MAX_OBJECT_BYTES {
        return Err(Error::TooLarge { max_bytes: MAX_OBJECT_BYTES, bytes });
    }
    if let Some(declared) = whole.bytes.filter(|declared| *declared != bytes) {
        return Err(Error::SizeMismatch { declared, actual: bytes });
    }
    let checksum = combine(upload, &chosen)?;
    judge_whole(&checksum, chosen.len() as u32, whole)?;
    let md5s: Vec<[u8; 16]> = chosen.iter().map(|part| part.md5.unwrap_or_default()).collect();
    let md5 = multipart_etag_md5(&md5s);
    Ok(Assembly { index, bytes, parts: chosen.len() as u32, md5, checksum: Some(checksum) })
}

fn names(name: &NamedPart, part: &Part) -> bool {
    let kept = part.checksum.as_ref().map(|kept| kept.checksum);
    // A checksum that nothing here can be compared with is refused like one that differs.
    let fits = |named: &Checksum| [kept, part.declared].into_iter().flatten().any(|kept| kept == *named);
    name.etag == part.etag() && name.checksums.iter().all(fits)
}

fn combine(upload: &Upload, parts: &[&Part]) -> Result<ObjectChecksum, Error> {
    let algorithm = upload.kept_algorithm();
    let mut checksums = Vec::with_capacity(parts.len());
    for part in parts {
        let kept =
            part.checksum.as_ref().ok_or_else(|| Error::Damaged(format!("part {} lacks its checksum", part.index)))?;
        checksums.push((kept.checksum, part.bytes));
    }
    let combined = match upload.checksum_type {
        ChecksumType::Composite => combine_composite(algorithm, checksums.iter().map(|(checksum, _)| checksum)),
        ChecksumType::FullObject => combine_full_object(algorithm, checksums.iter().copied()),
    };
    let checksum = combined.map_err(|error| Error::Damaged(error.to_string()))?;
    Ok(ObjectChecksum { checksum, kind: upload.checksum_type })
}

/// An upload begun without an algorithm has no type either, whatever is kept of it.
fn judge_type(upload: &Upload, whole: &NamedWhole) -> Result<(), Error> {
    let kind = upload.algorithm.map(|_| upload.checksum_type);
    match whole.checksum_type {
        Some(declared) if kind != Some(declared) => Err(Error::ChecksumTypeOther(kind)),
        _ => Ok(()),
    }
}

fn judge_whole(have: &ObjectChecksum, parts: u32, whole: &NamedWhole) -> Result<(), Error> {
    let Some((declared, declared_parts)) = whole.checksum else { return Ok(()) };
    if declared.algorithm() != have.checksum.algorithm() {
        let actual = Some(declared.algorithm());
        return Err(Error::ChecksumAlgorithmUnfit { expected: have.checksum.algorithm(), actual });
    }
    if declared != have.checksum || declared_parts.is_some_and(|declared| declared != parts) {
        return Err(Error::DigestMismatch {
            name: DigestName::Checksum(declared.algorithm()),
            declared: declared.to_base64(),
            computed: have.checksum.to_base64(),
        });
    }
    Ok(())
}

/// Judges Glacier's CompleteMultipartUpload, in the order the API documents its checks.
pub(crate) fn plan_ranges(
    part_size: u64,
    have: &[Part],
    declared_bytes: u64,
    declared_tree_hash: [u8; 32],
) -> Result<Assembly, Error> {
    if have.is_empty() {
        return Err(Error::NoParts);
    }
    let mut index = IndexRecord::default();
    let mut bytes = 0;
    for (nth, part) in have.iter().enumerate() {
        // A gap shows as a wrong index; a short part that is not the last as a range missing behind it.
        if part.index != nth as u32 || bytes != part_size * nth as u64 {
            return Err(Error::MissingRange(bytes));
        }
        index.push(part.index, part.bytes);
        bytes += part.bytes;
    }
    if bytes != declared_bytes {
        return Err(Error::SizeMismatch { declared: declared_bytes, actual: bytes });
    }
    let hash = |part: &Part| part.tree_hash.ok_or_else(|| Error::Damaged("a part lacks its tree hash".into()));
    let roots = have.iter().map(hash).collect::<Result<Vec<_>, Error>>()?;
    let tree_hash = tree_root(&roots);
    if tree_hash != declared_tree_hash {
        return Err(Error::DigestMismatch {
            name: DigestName::TreeHash,
            declared: hex::encode(declared_tree_hash),
            computed: hex::encode(tree_hash),
        });
    }
    let parts = have.len() as u32;
    Ok(Assembly { index, bytes, parts, md5: [0; 16], checksum: None })
}

/// SHA-256 over what a Complete names, so that only the same request is taken for a repetition.
pub(crate) fn fingerprint<'a>(place: &'a [u8], named: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for piece in std::iter::once(place).chain(named) {
        hasher.update((piece.len() as u64).to_be_bytes());
        hasher.update(piece);
    }
    hasher.finalize().into()
}

impl Store {
    /// How the parts of an upload were judged; nothing where they were refused because it has ended while they were read: the same
    /// request, sent twice, may have completed it, and then that answer counts.
    pub(crate) async fn while_open<T>(&self, upload: &[u8], judged: Result<T, Error>) -> Result<Option<T>, Error> {
        match judged {
            Ok(assembly) => Ok(Some(assembly)),
            Err(error) => match self.upload_at(upload.to_vec()).await {
                Err(Error::NoSuchUpload) => Ok(None),
                _ => Err(error),
            },
        }
    }

    /// CompleteMultipartUpload.
    pub async fn complete_upload(
        &self,
        bucket_name: &BucketName,
        object_key: &ObjectKey,
        id: Id,
        named: &[NamedPart],
        whole: &NamedWhole,
        precondition: &Precondition,
    ) -> Result<Completed, Error> {
        let bucket = self.bucket(bucket_name).await?;
        let upload_key = keys::upload(bucket.id, object_key, id);
        let whole_text = format!("{whole:?}");
        let texts: Vec<String> = named.iter().map(|part| format!("{part:?}")).collect();
        let pieces = texts.iter().map(String::as_bytes).chain([whole_text.as_bytes()]);
        let fingerprint = fingerprint(&upload_key, pieces);
        for _ in 0..MAX_TRIES {
            let upload = match self.upload_at(upload_key.clone()).await {
                Err(Error::NoSuchUpload) => return self.completed_before(id, &fingerprint).await,
                found => found?,
            };
            let bucket = self.same_bucket(&bucket).await?;
            let writes = self.get(&keys::part_writes(id)).await?.map(|entry| entry.version);
            let have = self.parts_in(keys::parts(id), MAX_PARTS as usize + 1).await?;
            let _turn = self.turn(&bucket, object_key).await;
            let stack = Stack::read(self, &bucket, object_key).await?;
            let judged = precondition.judge(stack.object());
            let judged = judged.and_then(|()| precondition.judge_since(stack.since(), upload.created));
            let judged = judged.and_then(|()| plan_numbered(&upload, &have, named, whole));
            let Some(assembly) = self.while_open(&upload_key, judged).await? else { continue };
            let mut record = ObjectRecord {
                instance: upload.version.unwrap_or_else(|| self.next_id()),
                content: Content::Parts(id),
                bytes: assembly.bytes,
                // A version that clients know from the beginning is as old as that: see decision 0022.
                modified_ms: upload.version.map_or(self.now(), |_| upload.created).0,
                md5: assembly.md5,
                parts: assembly.parts,
                checksum: assembly.checksum.clone(),
                attributes: upload.attributes.clone(),
                access: upload.access.completed(),
                named: upload.version.map(|_| true),
                class: upload.class.stored(),
                sealed: upload.sealed.clone(),
                // From now on, however long ago it was begun: see decision 0033.
                lock: bucket.lock_of_new(&upload.lock, self.now())?,
                restore: None,
                annotations: None,
                sealed_as: None,
                to_move: None,
                accessed_ms: None,
                tier: None,
            };
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            stack.put(self, &mut commit, &mut record).await?;
            let subject = || Subject::object(&record);
            self.happened(&mut commit, &bucket, EventType::CreatedComplete, object_key, subject).await?;
            let version = VersionId::of(record.instance, record.named);
            let outcome = OutcomeRecord {
                fingerprint,
                completed: Some(CompletedRecord {
                    instance: record.instance,
                    bytes: record.bytes,
                    md5: record.md5,
                    parts: record.parts,
                    checksum: record.checksum.clone(),
                    tree_hash: None,
                    version: bucket.told(version),
                    sealed: record.sealed.clone(),
                }),
            };
            self.close_upload(&mut commit, &upload, writes, &assembly, &outcome);
            forget_unnamed(&mut commit, &upload, &have, named);
            if self.commit(commit).await? {
                return completed(outcome);
            }
        }
        Err(Error::Busy)
    }

    /// Adds to a commit what ends an upload: its record goes, the index of its parts comes.
    pub(crate) fn close_upload(
        &self,
        commit: &mut Commit,
        upload: &Upload,
        writes: Option<coldkeep_meta::Version>,
        assembly: &Assembly,
        outcome: &OutcomeRecord,
    ) {
        commit.expect(upload.key.clone(), Some(upload.read));
        commit.expect(keys::part_writes(upload.id), writes);
        commit.delete(upload.key.clone());
        upload.forget(commit);
        commit.put(keys::index(upload.id), assembly.index.to_value());
        self.remember(commit, upload.id, outcome);
    }

    async fn completed_before(&self, upload: Id, fingerprint: &[u8; 32]) -> Result<Completed, Error> {
        let entry = self.get(&keys::outcome(upload)).await?.ok_or(Error::NoSuchUpload)?;
        let outcome = OutcomeRecord::from_value(&entry.value)?;
        if outcome.completed.is_none() {
            return Err(Error::NoSuchUpload);
        }
        if outcome.fingerprint != *fingerprint {
            return Err(Error::CompletedOtherwise);
        }
        completed(outcome)
    }
}

fn completed(outcome: OutcomeRecord) -> Result<Completed, Error> {
    let record = outcome.completed.ok_or(Error::NoSuchUpload)?;
    Ok(Completed {
        etag: crate::objects::object::etag(&record.md5, record.parts),
        checksum: record.checksum,
        parts: record.parts,
        bytes: record.bytes,
        version: record.version,
        sealed: record.sealed,
    })
}

/// Parts that were uploaded but not named are freed.
fn forget_unnamed(commit: &mut Commit, upload: &Upload, have: &[Part], named: &[NamedPart]) {
    for part in have {
        if named.binary_search_by_key(&part.index, |name| name.number).is_err() {
            disown(commit, part.content, part.owner.unwrap_or(upload.id));
            commit.delete(keys::part(upload.id, part.index));
        }
    }
}

#[cfg(test)]
mod tests;
