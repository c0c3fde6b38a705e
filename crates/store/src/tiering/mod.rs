//! S3 Intelligent-Tiering: objects of the class `INTELLIGENT_TIERING` that nobody has read for long are archived, as configurations of
//! their bucket say, and are read again only after they were restored. From the user guide, "Managing storage costs with Amazon S3
//! Intelligent-Tiering".
//!
//! Invariants:
//! - *What was read counts as read.* The first read of a day of what a configuration covers is written into the object's record, and
//!   its last byte goes out when that is durable ([`access`]). What is not covered, or was read today, pays nothing.
//! - *Records say when to look, configurations what to do.* What a configuration covers has due work, put in the commit that makes it
//!   so; when that falls due, it is judged by the configurations of that moment ([`judge`]), which the commit that archives requires.
//! - Reads from before a configuration was enabled are not known, so none of its days are from before then.
//!
//! Archiving moves no bytes: a tier is a field of the object's record, as a restore is. A bucket without configurations pays nothing.
//! Decision 0063 says why.

mod access;
mod change;
mod due;
pub(crate) mod judge;
mod walk;

use minicbor::{Decode, Encode};

use crate::lifecycle::Filter;
use crate::records::Record;

/// The most configurations that a bucket may have.
pub const MAX_TIERINGS: u32 = 1000;

/// Where objects are archived that nobody reads. The later one is the colder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum ArchiveTier {
    /// `ARCHIVE_ACCESS`: restored as what is of the class `GLACIER`.
    #[n(0)]
    Archive,
    /// `DEEP_ARCHIVE_ACCESS`: restored as what is of the class `DEEP_ARCHIVE`.
    #[n(1)]
    DeepArchive,
}

impl ArchiveTier {
    /// Amazon's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Archive => "ARCHIVE_ACCESS",
            Self::DeepArchive => "DEEP_ARCHIVE_ACCESS",
        }
    }

    /// The tier of this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Archive, Self::DeepArchive].into_iter().find(|tier| tier.name() == name)
    }
}

/// Which objects of a bucket are archived, and when.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Tiering {
    /// Its name among those of its bucket.
    #[n(0)]
    pub id: String,
    /// Whether anything is archived by it.
    #[n(1)]
    pub enabled: bool,
    /// What it is about; absent: the whole bucket.
    #[n(2)]
    pub filter: Option<Filter>,
    /// After how many days without a read objects go to which tier, as it was written.
    #[n(3)]
    pub tiers: Vec<(ArchiveTier, u32)>,
}

/// A configuration as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct TieringRecord {
    #[n(0)]
    pub tiering: Tiering,
    /// Since when reads of what it covers are written down, in milliseconds since 1970.
    #[n(1)]
    pub since_ms: i64,
}

impl Record for TieringRecord {}
