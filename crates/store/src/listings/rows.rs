//! Objects and uploads as a listing shows them: a few fields of their records, read without the others.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType};
use coldkeep_types::{Id, Timestamp};
use minicbor::{Decode, Decoder, decode};

use crate::objects::class::StorageClass;
use crate::objects::object::{etag, push_etag};
use crate::records::{Content, ObjectRecord, Record, UploadRecord, stored_algorithm, stored_type, time};
use crate::restore::Restore;
use crate::tiering::ArchiveTier;
use crate::versions::VersionId;
use crate::{Error, keys};

/// An object in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Size in bytes.
    pub bytes: u64,
    /// When it was put or completed.
    pub modified: Timestamp,
    /// How many parts the ETag counts; 0 for an object put in one request.
    pub parts: u32,
    /// What kind of checksum it has.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumType)>,
    /// The account that owns it; absent: the bucket's owner.
    pub owner: Option<Box<str>>,
    /// Its storage class.
    pub class: StorageClass,
    /// How far its restoring is, if it needs any.
    pub restore: Option<Restore>,
    /// Where it is archived, if it is of the class `INTELLIGENT_TIERING` and was not read for long.
    pub tier: Option<ArchiveTier>,
    pub(super) instance: Id,
    pub(super) named: Option<bool>,
    md5: [u8; 16],
}

/// An open upload in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUpload {
    /// Its id.
    pub id: Id,
    /// When it was begun.
    pub created: Timestamp,
    /// The checksum algorithm and type, if the client chose an algorithm.
    pub checksum: Option<(ChecksumAlgorithm, ChecksumType)>,
    /// The account that shall own the object; absent: the bucket's owner.
    pub owner: Option<Box<str>>,
    /// The ARN of who began it; absent: the root of the bucket's owner.
    pub initiator: Option<Box<str>>,
    /// The version that it will be, if that is known.
    pub version: Option<VersionId>,
    /// The storage class of the object.
    pub class: StorageClass,
}

impl Listed {
    /// The ETag without quotes, as [`Object::etag`](crate::Object::etag).
    pub fn etag(&self) -> String {
        etag(&self.md5, self.parts)
    }

    /// Appends what [`etag`](Self::etag) gives.
    pub fn push_etag(&self, text: &mut String) {
        push_etag(text, &self.md5, self.parts);
    }

    pub(crate) fn from_value(value: &[u8]) -> Result<Self, Error> {
        let shown: ShownObject = ObjectRecord::view(value)?;
        Ok(Self {
            bytes: shown.bytes,
            modified: time(shown.modified_ms),
            parts: shown.parts,
            checksum: shown.checksum.map(|kind| (kind.algorithm, stored_type(kind.full_object))),
            owner: shown.owner,
            class: shown.class.unwrap_or_default(),
            restore: shown.restore,
            tier: shown.tier,
            instance: shown.instance.ok_or_else(|| Error::Damaged("an object without instance".into()))?,
            named: shown.named,
            md5: shown.md5,
        })
    }
}

impl ListedUpload {
    pub(crate) fn from_entry(key: &[u8], value: &[u8]) -> Result<Self, Error> {
        let id = keys::trailing_id(key).ok_or_else(|| Error::Damaged("an upload's key".into()))?;
        let shown: ShownUpload<'_> = UploadRecord::view(value)?;
        let algorithm = shown.algorithm.map(stored_algorithm).transpose();
        let algorithm = algorithm.map_err(|error| Error::Damaged(error.to_string()))?;
        let checksum = algorithm.map(|algorithm| (algorithm, stored_type(shown.full_object)));
        let access = shown.access.unwrap_or_default();
        let (owner, initiator) = (access.owner.map(Into::into), access.initiator.map(Into::into));
        let (version, class) = (shown.version.map(VersionId::Named), shown.class.unwrap_or_default());
        Ok(Self { id, created: time(shown.created_ms), checksum, owner, initiator, version, class })
    }
}

/// Fields of [`ObjectRecord`], under its numbers.
#[derive(Default)]
struct ShownObject {
    instance: Option<Id>,
    bytes: u64,
    modified_ms: i64,
    md5: [u8; 16],
    parts: u32,
    checksum: Option<ShownChecksum>,
    owner: Option<Box<str>>,
    named: Option<bool>,
    class: Option<StorageClass>,
    restore: Option<Restore>,
    tier: Option<ArchiveTier>,
}

/// By hand, since a page has a thousand of these: fields are written in the order of their numbers, and behind the last
/// one that is shown nothing is read. Few objects have an owner of their own, behind the metadata.
impl<'v, C> Decode<'v, C> for ShownObject {
    fn decode(decoder: &mut Decoder<'v>, context: &mut C) -> Result<Self, decode::Error> {
        let fields = decoder.map()?.ok_or_else(|| decode::Error::message("a record without a length"))?;
        let (mut shown, mut seen) = (Self::default(), 0);
        for at in 1..=fields {
            let field = decoder.u32()?;
            match field {
                // Read, not skipped: a skip does not know what comes, which costs more than the rest of the record.
                0 => shown.instance = Some(Id::decode(decoder, context)?),
                1 => drop(Content::decode(decoder, context)?),
                2 => shown.bytes = decoder.u64()?,
                3 => shown.modified_ms = decoder.i64()?,
                4 => shown.md5 = minicbor::bytes::decode(decoder, context)?,
                5 => shown.parts = decoder.u32()?,
                6 => shown.checksum = Option::decode(decoder, context)?,
                7 | 11 | 12 | 14..=17 if at < fields => {
                    decoder.skip()?;
                    continue;
                }
                8 => {
                    let access: Option<ShownAccess<'v>> = Option::decode(decoder, context)?;
                    shown.owner = access.and_then(|access| access.owner).map(Into::into);
                }
                9 => shown.named = Option::decode(decoder, context)?,
                10 => shown.class = Option::decode(decoder, context)?,
                13 => shown.restore = Option::decode(decoder, context)?,
                18 => shown.tier = Option::decode(decoder, context)?,
                7.. => break,
            }
            seen += u32::from(matches!(field, 2..6));
        }
        match seen {
            4 => Ok(shown),
            _ => Err(decode::Error::message("an object without a size, a time, or an ETag")),
        }
    }
}

/// Fields of a stored checksum, under its numbers.
#[derive(Decode)]
#[cbor(map)]
struct ShownChecksum {
    #[cbor(n(0), decode_with = "decode_algorithm")]
    algorithm: ChecksumAlgorithm,
    #[n(2)]
    full_object: bool,
}

/// Fields of [`ObjectAccess`](crate::ObjectAccess), under its numbers.
#[derive(Decode, Default)]
#[cbor(map)]
struct ShownAccess<'v> {
    #[b(0)]
    owner: Option<&'v str>,
    #[b(2)]
    initiator: Option<&'v str>,
}

/// Fields of [`UploadRecord`], under its numbers.
#[derive(Decode)]
#[cbor(map)]
struct ShownUpload<'v> {
    #[n(1)]
    created_ms: i64,
    #[b(3)]
    algorithm: Option<&'v str>,
    #[n(4)]
    full_object: bool,
    #[b(6)]
    access: Option<ShownAccess<'v>>,
    #[n(7)]
    version: Option<Id>,
    #[n(8)]
    class: Option<StorageClass>,
}

fn decode_algorithm<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<ChecksumAlgorithm, decode::Error> {
    stored_algorithm(decoder.str()?)
}

#[cfg(test)]
mod tests {
    use coldkeep_digest::Checksum;

    use super::*;
    use crate::Object;
    use crate::annotations::AnnotationSet;
    use crate::records::{Attributes, ObjectChecksum};

    #[test]
    fn it_shows_what_the_object_has() {
        let user = vec![("name".to_owned(), "value".to_owned())];
        let kinds = [
            (ChecksumAlgorithm::Sha256, ChecksumType::Composite, 3),
            (ChecksumAlgorithm::Crc32, ChecksumType::FullObject, 0),
        ];
        for checksum in kinds.map(Some).into_iter().chain([None]) {
            let kept = checksum.map(|(algorithm, kind, bytes)| {
                let value = vec![7; if bytes > 0 { 32 } else { 4 }];
                ObjectChecksum { checksum: Checksum::new(algorithm, &value).unwrap(), kind }
            });
            let owner = checksum.map(|_| "999999999999".to_owned());
            let record = ObjectRecord {
                named: checksum.map(|_| true),
                class: checksum.map(|_| StorageClass::GlacierIr),
                sealed: None,
                lock: None,
                restore: checksum.map(|_| Restore::Restored { until_ms: 7 }),
                sealed_as: checksum.map(|_| Id::from_bytes([4; 16])),
                to_move: checksum.map(|_| true),
                accessed_ms: checksum.map(|_| 5),
                tier: checksum.map(|_| crate::ArchiveTier::Archive),
                annotations: checksum.map(|_| AnnotationSet { id: Id::from_bytes([3; 16]), count: 1, bytes: 2 }),
                access: owner.map(|owner| crate::ObjectAccess { owner: Some(owner), acl: None, initiator: None }),
                instance: Id::from_bytes([1; 16]),
                content: Content::Parts(Id::from_bytes([2; 16])),
                bytes: 1 << 40,
                modified_ms: 1_700_000_000_123,
                md5: [0xab; 16],
                parts: checksum.map_or(0, |(.., parts)| parts),
                checksum: kept,
                attributes: Attributes {
                    content_type: Some("text/plain".into()),
                    user: user.clone(),
                    ..Attributes::default()
                },
            };
            let value = record.to_value();
            let (object, listed) = (Object::from_value(&value).unwrap(), Listed::from_value(&value).unwrap());
            assert_eq!((listed.bytes, listed.modified, listed.etag()), (object.bytes, object.modified, object.etag()));
            assert_eq!(VersionId::of(listed.instance, listed.named), object.version);
            assert_eq!((listed.class, listed.restore, listed.tier), (object.class, object.restore, object.tier));
            assert_eq!(listed.owner.as_deref(), object.access.owner.as_deref());
            assert_eq!(listed.checksum, object.checksum.map(|kept| (kept.checksum.algorithm(), kept.kind)));
            assert!(Listed::from_value(&value[..value.len() / 2]).is_err());
        }
    }
}
