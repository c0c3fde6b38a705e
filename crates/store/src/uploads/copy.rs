//! UploadPartCopy: the part shares the bytes of its source where they lie in one blob, that is in an object that was put whole or
//! within one part of another. Nothing is written but records, and nothing is read where the source's own records tell the digests.
//!
//! A sealed upload can share what is sealed in as many layers: the part's record then keeps the key of just that content. What is sealed
//! on one side only, or deeper there, is copied.
//!
//! What is small, lies inline, spans parts or lies in another pool than the upload's class is copied too. So is what changed while its digests were taken: the source is held, and is
//! copied as it was when it was opened.

use std::ops::Range;

use coldkeep_digest::{Checksum, ChecksumType, DigestSet, Hasher};
use coldkeep_meta::Version;
use coldkeep_seal::{ContentKey, Envelope};
use coldkeep_types::MAX_PART_BYTES;

use crate::contents::copied::Copied;
use crate::contents::sealed::{etag_bytes, needs_md5};
use crate::records::{Content, ObjectChecksum, PartRecord, PartSeal, Record};
use crate::{Error, Expected, ObjectReader, Part, PartWritten, Store, Upload, keys};

/// Bytes in a blob that a part may share.
struct Shared {
    content: Content,
    /// Its key, if it is sealed.
    key: Option<ContentKey>,
    /// What is known of just these bytes.
    md5: Option<[u8; 16]>,
    checksums: Vec<ObjectChecksum>,
    /// The record of the part that they are of, if they are: it may get other bytes while its object stays what it is.
    part: Option<(Vec<u8>, Version)>,
}

/// In how many layers something is sealed: bytes are shared only by what has as many.
fn layers(sealed: Option<&Envelope>) -> u8 {
    sealed.map_or(0, |envelope| if envelope.scheme.is_dual() { 2 } else { 1 })
}

impl Store {
    /// UploadPartCopy: puts a part that has a range of an object's bytes, which must lie within it.
    pub async fn copy_part(
        &self,
        upload: &Upload,
        index: u32,
        source: ObjectReader,
        range: Range<u64>,
    ) -> Result<PartWritten, Error> {
        source.object.readable()?;
        self.quota_for_part(upload, index).await?.judge(range.end - range.start)?;
        if (self.0.options.inline_bytes + 1..=MAX_PART_BYTES).contains(&(range.end - range.start))
            && layers(source.object.sealed.as_ref()) == layers(upload.sealed.as_ref())
            && let Some(shared) = self.shared(&source, &range).await?
            && shared.content.id().pool() == self.0.options.pool_of(upload.class)
            && let Some(written) = self.share(upload, index, &source, &range, shared).await?
        {
            return Ok(written);
        }
        let mut body = Copied(source.read(range));
        self.put_part(upload, index, Expected::default(), None, &mut body, MAX_PART_BYTES).await
    }

    /// Where a range lies, if that is in one blob.
    async fn shared(&self, source: &ObjectReader, range: &Range<u64>) -> Result<Option<Shared>, Error> {
        let object = &source.object;
        let slice = |id, start, whole| if whole { Content::Blob(id) } else { Content::Slice(id, start) };
        let (content, key, whole, md5, checksums, part) = match object.content {
            Content::Blob(id) => {
                let whole = *range == (0..object.bytes);
                let md5 = Some(object.md5).filter(|_| object.parts == 0);
                let key = source.seal().of_whole(object.as_sealed())?;
                (slice(id, range.start, whole), key, whole, md5, [object.checksum.clone(), None], None)
            }
            Content::Parts(id) => {
                let Some(place) = self.index(id).await?.locate(range.start) else { return Ok(None) };
                if range.end > place.start + place.bytes {
                    return Ok(None);
                }
                let at = keys::part(id, place.part);
                let Some(entry) = self.get(&at).await? else { return Ok(None) };
                let part = PartRecord::from_value(&entry.value)?;
                let (whole, from) = (range.end - range.start == place.bytes, range.start - place.start);
                let content = match part.content {
                    Content::Blob(id) => slice(id, from, whole),
                    Content::Slice(id, start) => Content::Slice(id, start + from),
                    Content::Inline(_) | Content::Parts(_) => return Ok(None),
                };
                let key = source.seal().of_part(part.sealed.as_ref(), place.part, part.as_sealed())?;
                (content, key, whole, part.md5, [part.checksum, part.declared], Some((at, entry.version)))
            }
            Content::Inline(_) | Content::Slice(..) => return Ok(None),
        };
        let of_all_bytes = |kept: &ObjectChecksum| whole && kept.kind == ChecksumType::FullObject;
        let checksums = checksums.into_iter().flatten().filter(of_all_bytes).collect();
        let md5 = md5.filter(|_| whole && needs_md5(object.sealed.as_ref()));
        Ok(Some(Shared { content, key, md5, checksums, part }))
    }

    /// Puts the part's record; `None` if the source is another meanwhile.
    async fn share(
        &self,
        upload: &Upload,
        index: u32,
        source: &ObjectReader,
        range: &Range<u64>,
        shared: Shared,
    ) -> Result<Option<PartWritten>, Error> {
        let (md5, checksum) = digests(upload, &shared, source, range).await?;
        let sealed = match (&shared.key, &upload.data_key) {
            (None, _) => None,
            (Some(key), Some(under)) => Some(PartSeal::shared(key, under, index, shared.content)?),
            (Some(_), None) => return Err(Error::NoKey),
        };
        let record = PartRecord {
            content: shared.content,
            bytes: range.end - range.start,
            modified_ms: self.now().0,
            md5: Some(etag_bytes(upload.sealed.as_ref(), md5)),
            checksum: Some(checksum.clone()),
            tree_hash: None,
            declared: None,
            owner: Some(self.next_id()),
            sealed,
            sealed_as: None,
        };
        let sources: Vec<_> = [Some(source.record.clone()), shared.part].into_iter().flatten().collect();
        if !self.replace_part(upload, index, &record, &|_| {}, &sources).await? {
            return Ok(None);
        }
        self.was_copied(source).await;
        let part = Part::from_value(index, &record.to_value())?;
        Ok(Some(PartWritten { part, checksum: upload.algorithm.map(|_| checksum.checksum) }))
    }
}

/// MD5 and checksum of a range: as they are known, otherwise from its bytes, read once. The MD5 only where the upload wants it.
async fn digests(
    upload: &Upload,
    shared: &Shared,
    source: &ObjectReader,
    range: &Range<u64>,
) -> Result<(Option<[u8; 16]>, ObjectChecksum), Error> {
    let (algorithm, wants_md5) = (upload.kept_algorithm(), needs_md5(upload.sealed.as_ref()));
    let known = shared.checksums.iter().find(|kept| kept.checksum.algorithm() == algorithm);
    let lacks_md5 = wants_md5 && shared.md5.is_none();
    if let (false, Some(checksum)) = (lacks_md5, known) {
        return Ok((shared.md5, checksum.clone()));
    }
    let mut set = DigestSet { md5: lacks_md5, ..DigestSet::default() };
    set.checksums.extend(Some(algorithm).filter(|_| known.is_none()));
    let (mut hasher, mut reader) = (Hasher::new(&set), source.clone().read_uncounted(range.clone()));
    while let Some(bytes) = reader.next().await? {
        hasher.update(&bytes);
    }
    let digests = hasher.finish();
    let computed = |checksum: &Checksum| ObjectChecksum { checksum: *checksum, kind: ChecksumType::FullObject };
    let checksum = known.cloned().or_else(|| digests.checksum(algorithm).map(computed));
    let lacking = || Error::Damaged("no digest of the bytes that were read".into());
    Ok((shared.md5.or(digests.md5), checksum.ok_or_else(lacking)?))
}
