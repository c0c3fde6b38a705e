//! Annotations: named texts beside an object, put, read, listed and deleted by themselves.
//!
//! Invariants:
//! - An object's record names its set of annotations, with how many there are and how many bytes they have; a set is of one record.
//!   Whatever changes a set changes that record in the same commit, so that the two agree and a limit is never passed.
//! - Each has a record of its own under the set, and a content: inline when small, else a blob that the set owns. What the object is
//!   sealed under, its annotations are too.
//! - A set goes when its object does: the commit that takes the object away writes down that the set is to be dropped, which
//!   background work does in pieces. `fsck` proves that each set has its object, or that work.
//! - Not the object itself: neither ETag nor date of an object tells of its annotations. They are no part of what a lock keeps.

mod change;
mod copy;
mod read;
mod remains;

use coldkeep_types::{Id, Timestamp};
use minicbor::{Decode, Encode};

pub(crate) use copy::Copies;
pub(crate) use remains::{leave_annotations, parse as parse_remains};
pub use {change::NewAnnotation, read::AnnotationReader};

use crate::objects::object::etag;
use crate::records::{Content, ObjectChecksum, Record, time};

/// 1,000: the most annotations of one object.
pub const MAX_ANNOTATIONS: u32 = 1000;
/// 1 MiB: the most bytes of one annotation.
pub const MAX_ANNOTATION_BYTES: u64 = 1 << 20;

/// The annotations of an object, as its record counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct AnnotationSet {
    #[n(0)]
    pub id: Id,
    #[n(1)]
    pub count: u32,
    #[n(2)]
    pub bytes: u64,
}

#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct AnnotationRecord {
    #[n(0)]
    pub content: Content,
    #[n(1)]
    pub bytes: u64,
    #[n(2)]
    pub modified_ms: i64,
    #[cbor(n(3), with = "minicbor::bytes")]
    pub md5: [u8; 16],
    #[n(4)]
    pub checksum: Option<ObjectChecksum>,
    /// Whether its content is sealed, under the data key of its object.
    #[n(5)]
    pub sealed: bool,
}

impl Record for AnnotationRecord {}

/// An annotation as it was read.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// Its name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was put.
    pub modified: Timestamp,
    /// Its checksum.
    pub checksum: Option<ObjectChecksum>,
    /// Its ETag without quotes.
    pub etag: String,
}

impl Annotation {
    fn of(name: String, record: &AnnotationRecord) -> Self {
        let (modified, etag) = (time(record.modified_ms), etag(&record.md5, 0));
        Self { name, bytes: record.bytes, modified, checksum: record.checksum.clone(), etag }
    }
}
