//! Versions of objects: what a bucket keeps of what its keys had before.
//!
//! Invariants, of each key:
//! - The current object lies under `o`, as in a bucket without versions. All other versions lie under `O`, newest first: an object's
//!   record as it was under `o`, or a delete marker.
//! - What lies under `o` is newer than all that lies under `O`. So where nothing lies under `o`, the newest under `O` is a delete
//!   marker, or nothing.
//! - The order is that of instances (ids), which is that of time: an instance is made after those that are there were passed, whatever
//!   the clock says. An instance is the version's id, but of the one version at most that has none, the null version.
//! - A null version under `O` is pointed to by `N`.
//! - Whatever changes which version is the newest requires in its commit that nobody has put a newer one meanwhile.
//!
//! A bucket that never had versioning has neither `O` nor `N`, and nothing reads there.

mod delete;
mod find;
mod stack;
mod status;

use std::fmt;

use coldkeep_types::Id;
use minicbor::{Decode, Encode};

pub use delete::{Deleted, Deletion};
pub(crate) use find::Found;
pub(crate) use stack::{Kept, Stack, kept};

/// Whether a bucket keeps versions. It cannot go back to never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Versioning {
    /// Each write is a version of its own.
    #[n(0)]
    Enabled,
    /// Writes replace the null version; versions from before stay.
    #[n(1)]
    Suspended,
}

/// The id of a version among those of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Encode, Decode)]
pub enum VersionId {
    /// The version that was put while the bucket was not, or no longer, versioned.
    #[n(0)]
    Null,
    /// Any other.
    #[n(1)]
    Named(#[n(0)] Id),
}

impl VersionId {
    /// `null`, or 32 hexadecimal digits; `None` if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "null" => Some(Self::Null),
            named => Id::parse_hex(named).map(Self::Named),
        }
    }

    /// Of an instance that is known by its id, if a record says so at all.
    pub(crate) fn of(instance: Id, named: Option<bool>) -> Self {
        if named.is_some() { Self::Named(instance) } else { Self::Null }
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Named(id) => id.fmt(f),
        }
    }
}
