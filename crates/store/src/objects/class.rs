//! Storage classes. A class is kept and returned, and says into which pool of blobs the contents of its objects are written
//! (`Options::class_pools`); what a rule gives another class follows (`moves/`). Of two of them it says that objects are restored before they are read: see `restore/`.

use minicbor::{Decode, Encode};

/// A storage class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum StorageClass {
    /// `STANDARD`.
    #[default]
    #[n(0)]
    Standard,
    /// `REDUCED_REDUNDANCY`.
    #[n(1)]
    ReducedRedundancy,
    /// `STANDARD_IA`.
    #[n(2)]
    StandardIa,
    /// `ONEZONE_IA`.
    #[n(3)]
    OnezoneIa,
    /// `INTELLIGENT_TIERING`.
    #[n(4)]
    IntelligentTiering,
    /// `GLACIER_IR`.
    #[n(5)]
    GlacierIr,
    /// `GLACIER`.
    #[n(6)]
    Glacier,
    /// `DEEP_ARCHIVE`.
    #[n(7)]
    DeepArchive,
}

impl StorageClass {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Standard,
        Self::ReducedRedundancy,
        Self::StandardIa,
        Self::OnezoneIa,
        Self::IntelligentTiering,
        Self::GlacierIr,
        Self::Glacier,
        Self::DeepArchive,
    ];

    /// Amazon's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::ReducedRedundancy => "REDUCED_REDUNDANCY",
            Self::StandardIa => "STANDARD_IA",
            Self::OnezoneIa => "ONEZONE_IA",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::GlacierIr => "GLACIER_IR",
            Self::Glacier => "GLACIER",
            Self::DeepArchive => "DEEP_ARCHIVE",
        }
    }

    /// Whether its objects cannot be read until they are restored.
    pub const fn must_be_restored(self) -> bool {
        matches!(self, Self::Glacier | Self::DeepArchive)
    }

    /// The class of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// As records have it: nothing for the default.
    pub(crate) fn stored(self) -> Option<Self> {
        Some(self).filter(|class| *class != Self::Standard)
    }
}
