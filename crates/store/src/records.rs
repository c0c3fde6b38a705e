//! What is stored under each key: small records of numbered fields (CBOR maps), so that a newer
//! server may add fields and an older record still opens.
//!
//! Each value begins with one byte, the version of its record kind. A version that this server does
//! not know is reported as damage, never guessed at.

use coldkeep_digest::{Checksum, ChecksumAlgorithm, ChecksumType};
pub use coldkeep_meta::Record;
use coldkeep_seal::Envelope;
use coldkeep_types::{Id, Timestamp};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::access::{BucketAccess, ObjectAccess};
use crate::annotations::AnnotationSet;
use crate::encryption::BucketEncryption;
use crate::keys::ContainerId;
use crate::locks::{BucketLock, ObjectLock};
use crate::objects::class::StorageClass;
use crate::restore::Restore;
use crate::tiering::ArchiveTier;
use crate::vaults::access::VaultAccess;
use crate::versions::{VersionId, Versioning};
use crate::{BucketLogging, EventRule, Lifecycle, Website};

/// Where the bytes of an object, part or archive are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Content {
    /// In the metadata engine, under `i`; never shared.
    #[n(0)]
    Inline(#[n(0)] Id),
    /// One blob.
    #[n(1)]
    Blob(#[n(0)] Id),
    /// The parts of this upload, as its index under `x` lists them.
    #[n(2)]
    Parts(#[n(0)] Id),
    /// What begins in a blob at this byte, and has as many as the part's record says. Of parts only.
    #[n(3)]
    Slice(#[n(0)] Id, #[n(1)] u64),
}

impl Content {
    /// The id that owners and the released list use.
    pub fn id(self) -> Id {
        match self {
            Self::Inline(id) | Self::Blob(id) | Self::Parts(id) | Self::Slice(id, _) => id,
        }
    }

    /// The same bytes under another id.
    pub(crate) fn under(self, id: Id) -> Self {
        match self {
            Self::Inline(_) => Self::Inline(id),
            Self::Blob(_) => Self::Blob(id),
            Self::Parts(_) => Self::Parts(id),
            Self::Slice(_, start) => Self::Slice(id, start),
        }
    }
}

/// A checksum as S3 keeps it with an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectChecksum {
    /// Algorithm and value.
    pub checksum: Checksum,
    /// Of the whole object, or of its parts' checksums.
    pub kind: ChecksumType,
}

/// A checksum as it is stored: a record within records.
#[derive(Encode, Decode)]
#[cbor(map)]
struct StoredChecksum<'v> {
    #[b(0)]
    algorithm: &'v str,
    #[cbor(b(1), with = "minicbor::bytes")]
    value: &'v [u8],
    #[n(2)]
    full_object: bool,
}

impl<C> Encode<C> for ObjectChecksum {
    fn encode<W: encode::Write>(
        &self,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let stored = StoredChecksum {
            algorithm: self.checksum.algorithm().name(),
            value: self.checksum.value(),
            full_object: self.kind == ChecksumType::FullObject,
        };
        stored.encode(encoder, context)
    }
}

impl<'v, C> Decode<'v, C> for ObjectChecksum {
    fn decode(decoder: &mut Decoder<'v>, context: &mut C) -> Result<Self, decode::Error> {
        let stored = StoredChecksum::decode(decoder, context)?;
        let checksum =
            Checksum::new(stored_algorithm(stored.algorithm)?, stored.value).map_err(decode::Error::message)?;
        Ok(Self { checksum, kind: stored_type(stored.full_object) })
    }
}

/// The algorithm of this name in a record.
pub(crate) fn stored_algorithm(name: &str) -> Result<ChecksumAlgorithm, decode::Error> {
    ChecksumAlgorithm::parse(name).ok_or_else(|| decode::Error::message(format!("checksum algorithm {name}")))
}

/// The checksum type of this flag in a record.
pub(crate) fn stored_type(full_object: bool) -> ChecksumType {
    if full_object { ChecksumType::FullObject } else { ChecksumType::Composite }
}

/// System-defined and user-defined metadata of an object, as S3's user guide names them
/// ("Working with object metadata"). Values are kept as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attributes {
    /// `Content-Type`.
    #[n(0)]
    pub content_type: Option<String>,
    /// `Cache-Control`.
    #[n(1)]
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    #[n(2)]
    pub content_disposition: Option<String>,
    /// `Content-Encoding`, without `aws-chunked`.
    #[n(3)]
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    #[n(4)]
    pub content_language: Option<String>,
    /// `Expires`.
    #[n(5)]
    pub expires: Option<String>,
    /// `x-amz-meta-*`: lower-case names without the prefix, at most 2 KiB in all.
    #[n(6)]
    pub user: Vec<(String, String)>,
    /// `x-amz-website-redirect-location`. Copies do not take it over.
    #[n(7)]
    pub redirect: Option<String>,
    /// The tag set: keys, each once, and values; absent where there is none.
    #[n(8)]
    pub tags: Option<Vec<(String, String)>>,
}

impl Attributes {
    /// The tags, of which there may be none.
    pub fn tags(&self) -> &[(String, String)] {
        self.tags.as_deref().unwrap_or_default()
    }
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct BucketRecord {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub id: ContainerId,
    #[n(1)]
    pub owner: String,
    #[n(2)]
    pub region: String,
    #[n(3)]
    pub created_ms: i64,
    /// Absent: all as by default.
    #[n(4)]
    pub access: Option<BucketAccess>,
    /// Absent: never versioned.
    #[n(5)]
    pub versioning: Option<Versioning>,
    /// Absent: no tag set.
    #[n(6)]
    pub tags: Option<Vec<(String, String)>>,
    /// Absent: new objects are not sealed.
    #[n(7)]
    pub encryption: Option<BucketEncryption>,
    /// Absent: no lifecycle rules.
    #[n(10)]
    pub lifecycle: Option<Lifecycle>,
    /// Absent: no object lock.
    #[n(11)]
    pub lock: Option<BucketLock>,
    /// Absent: nobody is told of events.
    #[n(12)]
    pub events: Option<Vec<EventRule>>,
    /// Absent: no website.
    #[n(13)]
    pub website: Option<Website>,
    /// Absent: no access log.
    #[n(14)]
    pub logging: Option<BucketLogging>,
    /// How many configurations of Intelligent-Tiering there are; absent: none.
    #[n(15)]
    pub tierings: Option<u32>,
    /// How many configurations of inventories there are; absent: none.
    #[n(16)]
    pub inventories: Option<u32>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct ObjectRecord {
    /// Names this very object among all that ever had its key; owns the content. In the order of versions.
    #[n(0)]
    pub instance: Id,
    #[n(1)]
    pub content: Content,
    #[n(2)]
    pub bytes: u64,
    #[n(3)]
    pub modified_ms: i64,
    #[cbor(n(4), with = "minicbor::bytes")]
    pub md5: [u8; 16],
    /// Parts the ETag counts; 0 for an object that was put in one request.
    #[n(5)]
    pub parts: u32,
    #[n(6)]
    pub checksum: Option<ObjectChecksum>,
    #[n(7)]
    pub attributes: Attributes,
    /// Absent: all as by default.
    #[n(8)]
    pub access: Option<ObjectAccess>,
    /// Present: the instance is the version's id, known to clients; absent: it is the null version.
    #[n(9)]
    pub named: Option<bool>,
    /// Absent: `STANDARD`.
    #[n(10)]
    pub class: Option<StorageClass>,
    /// The data key under which its content is sealed; absent: it is not.
    #[n(11)]
    pub sealed: Option<Envelope>,
    /// Absent: nothing keeps it from being removed.
    #[n(12)]
    pub lock: Option<ObjectLock>,
    /// Absent: it was not restored, or is not any more.
    #[n(13)]
    pub restore: Option<Restore>,
    /// Absent: it has none.
    #[n(14)]
    pub annotations: Option<AnnotationSet>,
    /// The id that its content was sealed under, which its key is made of; absent: the content's own. See `moves/`.
    #[n(15)]
    pub sealed_as: Option<Id>,
    /// Present: bytes of it may still lie in another pool than its class's, and follow. See `moves/`.
    #[n(16)]
    pub to_move: Option<bool>,
    /// When it was last read, as far as that is written down (see `tiering/`); absent: it was not since it was made.
    #[n(17)]
    pub accessed_ms: Option<i64>,
    /// Where it is archived, of the class `INTELLIGENT_TIERING`; absent: it is not.
    #[n(18)]
    pub tier: Option<ArchiveTier>,
}

impl ObjectRecord {
    /// The bytes that its bucket counts: its own, and those of its annotations.
    pub fn counted_bytes(&self) -> i64 {
        (self.bytes + self.annotations.map_or(0, |set| set.bytes)) as i64
    }
}

/// That an object was deleted where versions are kept. It lies where noncurrent versions do, and is told from them by its version
/// byte.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct MarkerRecord {
    #[n(0)]
    pub instance: Id,
    #[n(1)]
    pub modified_ms: i64,
    /// As in [`ObjectRecord`].
    #[n(2)]
    pub named: Option<bool>,
    /// Whoever deleted it; absent: the bucket's owner.
    #[n(3)]
    pub owner: Option<String>,
}

/// What an upload is assembled by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Plan {
    /// S3: numbered parts, named with their ETags at Complete.
    #[n(0)]
    Numbered,
    /// Glacier: ranges of this many bytes, contiguous at Complete.
    #[n(1)]
    Ranges(#[n(0)] u64),
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct UploadRecord {
    #[n(0)]
    pub plan: Plan,
    #[n(1)]
    pub created_ms: i64,
    #[n(2)]
    pub attributes: Attributes,
    /// The checksum algorithm the client chose.
    #[n(3)]
    pub algorithm: Option<String>,
    /// Whether the checksum is of the full object.
    #[n(4)]
    pub full_object: bool,
    /// Glacier: the archive's description.
    #[n(5)]
    pub description: Option<String>,
    /// S3; absent: all as by default.
    #[n(6)]
    pub access: Option<ObjectAccess>,
    /// S3: the version that it will be; absent: what the bucket gives when it is completed.
    #[n(7)]
    pub version: Option<Id>,
    /// S3; absent: `STANDARD`.
    #[n(8)]
    pub class: Option<StorageClass>,
    /// The data key under which its parts are sealed; absent: they are not.
    #[n(9)]
    pub sealed: Option<Envelope>,
    /// S3: the lock that was asked for; absent: as the bucket says when it is completed.
    #[n(10)]
    pub lock: Option<ObjectLock>,
}

/// How the content of a part is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum PartSeal {
    /// Under the upload's data key, as this part.
    #[n(0)]
    Own,
    /// It is another object's; here is its key, wrapped under the upload's data key.
    #[n(1)]
    Shared(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct PartRecord {
    #[n(0)]
    pub content: Content,
    #[n(1)]
    pub bytes: u64,
    #[n(2)]
    pub modified_ms: i64,
    #[cbor(n(3), with = "minicbor::bytes")]
    pub md5: Option<[u8; 16]>,
    #[n(4)]
    pub checksum: Option<ObjectChecksum>,
    #[cbor(n(5), with = "minicbor::bytes")]
    pub tree_hash: Option<[u8; 32]>,
    /// A checksum the client declared with an algorithm that is not the upload's.
    #[n(6)]
    pub declared: Option<ObjectChecksum>,
    /// Who owns the content, where that is not the upload: several of its parts may share a blob.
    #[n(7)]
    pub owner: Option<Id>,
    /// Absent: it is not sealed.
    #[n(8)]
    pub sealed: Option<PartSeal>,
    /// As in [`ObjectRecord`].
    #[n(15)]
    pub sealed_as: Option<Id>,
}

impl PartRecord {
    /// The owner of the content of a part of this upload.
    pub fn owner(&self, upload: Id) -> Id {
        self.owner.unwrap_or(upload)
    }

    /// The content as it was when it was sealed: what its key is of.
    pub fn as_sealed(&self) -> Content {
        self.sealed_as.map_or(self.content, |id| self.content.under(id))
    }

    /// The same part, whose bytes lie under this id from now on.
    pub fn moved(self, to: Id) -> Self {
        let sealed_as = self.sealed.as_ref().map(|_| self.as_sealed().id());
        Self { content: self.content.under(to), sealed_as, ..self }
    }
}

/// Sizes of the parts of a content, run-length encoded: the numbers of a run follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Run {
    #[n(0)]
    pub first: u32,
    #[n(1)]
    pub count: u32,
    #[n(2)]
    pub bytes: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct IndexRecord {
    #[n(0)]
    pub runs: Vec<Run>,
}

/// How an upload ended, or that an object was renamed, kept so that repeating the request gives the same answer.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OutcomeRecord {
    /// SHA-256 over what the request named; a repetition must name the same.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub fingerprint: [u8; 32],
    /// `None` for an abort, and for a renaming.
    #[n(1)]
    pub completed: Option<CompletedRecord>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct CompletedRecord {
    #[n(0)]
    pub instance: Id,
    #[n(1)]
    pub bytes: u64,
    #[cbor(n(2), with = "minicbor::bytes")]
    pub md5: [u8; 16],
    #[n(3)]
    pub parts: u32,
    #[n(4)]
    pub checksum: Option<ObjectChecksum>,
    #[cbor(n(5), with = "minicbor::bytes")]
    pub tree_hash: Option<[u8; 32]>,
    /// S3: the version, where it is told.
    #[n(6)]
    pub version: Option<VersionId>,
    /// How the object is sealed, if it is.
    #[n(7)]
    pub sealed: Option<Envelope>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct VaultRecord {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub id: ContainerId,
    #[n(1)]
    pub created_ms: i64,
    /// Absent: no policy, no lock, no tags.
    #[n(2)]
    pub access: Option<VaultAccess>,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct ArchiveRecord {
    #[n(0)]
    pub content: Content,
    #[n(1)]
    pub bytes: u64,
    #[n(2)]
    pub created_ms: i64,
    #[cbor(n(3), with = "minicbor::bytes")]
    pub tree_hash: [u8; 32],
    #[n(4)]
    pub description: Option<String>,
    /// The data key under which its content is sealed; absent: it is not.
    #[n(5)]
    pub sealed: Option<Envelope>,
}

/// A content without owners, waiting for the reclaimer.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct ReleasedRecord {
    #[n(0)]
    pub content: Content,
}

/// Who owns a content: the key of a record that names it.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct OwnerRecord {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub key: Vec<u8>,
}

impl Record for BucketRecord {}
impl Record for ObjectRecord {}
impl Record for MarkerRecord {
    /// No version that object records will have.
    const VERSION: u8 = 0x81;
}
impl Record for UploadRecord {}
impl Record for PartRecord {}
impl Record for IndexRecord {}
impl Record for OutcomeRecord {}
impl Record for VaultRecord {}
impl Record for ArchiveRecord {}
impl Record for ReleasedRecord {}
impl Record for OwnerRecord {}

pub(crate) fn time(ms: i64) -> Timestamp {
    Timestamp(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the first version wrote it.
    #[test]
    fn checksums_keep_their_stored_form() {
        let stored = hex::decode("a30065435243333201440102030402f5").unwrap();
        let checksum = Checksum::new(ChecksumAlgorithm::Crc32, &[1, 2, 3, 4]).unwrap();
        let checksum = ObjectChecksum { checksum, kind: ChecksumType::FullObject };
        assert_eq!(minicbor::to_vec(&checksum).unwrap(), stored);
        assert_eq!(minicbor::decode::<ObjectChecksum>(&stored).unwrap(), checksum);
        let unknown = hex::decode("a30065435243333301440102030402f5").unwrap();
        assert!(minicbor::decode::<ObjectChecksum>(&unknown).is_err());
    }
}
