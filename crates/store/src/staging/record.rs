//! Where a blob of a staged pool is.

use minicbor::{Decode, Encode};

use crate::records::Record;

/// Where a blob is, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Place {
    /// In its folder, whole. There may be more of it elsewhere.
    #[n(0)]
    Resident,
    /// The program was told to take it away.
    #[n(1)]
    Leaving,
    /// Elsewhere.
    #[n(2)]
    Away,
    /// The program was told to fetch it.
    #[n(3)]
    Coming,
    /// Nobody owns it any more, and its file is gone; what there is of it elsewhere is to be given up.
    #[n(4)]
    Gone,
}

/// A blob that was taken away once, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct StagedRecord {
    /// Where it is.
    #[n(0)]
    pub place: Place,
    /// The size of its contents.
    #[n(1)]
    pub bytes: u64,
    /// How often in a row something failed with it.
    #[n(2)]
    pub failures: u32,
}

impl Record for StagedRecord {}
