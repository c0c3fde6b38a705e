//! Quotas that the operator sets: how many bytes, and how many objects or archives, a bucket, a vault or an account may have.
//!
//! Judged by the counters that commits keep: before a body is read, and once more by what a commit adds, whatever the operation is
//! ([`judge`]). So a hard quota is passed by no more than the writes that are in flight at once. What adds nothing is never refused.
//! A soft quota refuses nothing: it is a line of the log when it is passed, and a metric.
//!
//! All quotas are in memory ([`table`]), so a store that has none pays nothing. Parts of open uploads are not counted before
//! they are completed, but a part is refused that could never be completed.

mod change;
mod judge;
mod table;

use std::fmt;

use coldkeep_types::{AccountId, BucketName, Region, VaultName};
use minicbor::{Decode, Encode};

pub use change::QuotaReport;
pub(crate) use table::Table;

use crate::records::Record;
use crate::{Error, keys};

/// The most quotas that a store keeps, since all are in memory and told in one answer.
pub const MAX_QUOTAS: usize = 10_000;

/// What a quota is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuotaOf {
    /// A bucket.
    Bucket(BucketName),
    /// A vault.
    Vault(AccountId, Region, VaultName),
    /// An account: all its buckets and vaults together.
    Account(AccountId),
}

impl QuotaOf {
    /// What it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bucket(_) => "bucket",
            Self::Vault(..) => "vault",
            Self::Account(_) => "account",
        }
    }

    /// What [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split('/');
        let of = match words.next()? {
            "bucket" => Self::Bucket(BucketName::parse(words.next()?).ok()?),
            "vault" => Self::Vault(
                AccountId::parse(words.next()?).ok()?,
                Region::parse(words.next()?).ok()?,
                VaultName::parse(words.next()?).ok()?,
            ),
            "account" => Self::Account(AccountId::parse(words.next()?).ok()?),
            _ => return None,
        };
        words.next().is_none().then_some(of)
    }
}

/// `bucket/NAME`, `vault/ACCOUNT/REGION/NAME`, `account/ID`.
impl fmt::Display for QuotaOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bucket(name) => write!(f, "bucket/{name}"),
            Self::Vault(account, region, name) => write!(f, "vault/{account}/{region}/{name}"),
            Self::Account(id) => write!(f, "account/{id}"),
        }
    }
}

/// Limits; what is not said has none. Objects are counted by their versions, as [`Usage`](crate::Usage) does; archives count as objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Quota {
    /// Bytes that are not exceeded.
    #[n(0)]
    pub hard_bytes: Option<u64>,
    /// Objects that are not exceeded.
    #[n(1)]
    pub hard_objects: Option<u64>,
    /// Bytes beyond which the operator is told.
    #[n(2)]
    pub soft_bytes: Option<u64>,
    /// Objects beyond which the operator is told.
    #[n(3)]
    pub soft_objects: Option<u64>,
}

/// What is counted, or added to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Amount {
    pub objects: i64,
    pub bytes: i64,
}

/// A quota as it is stored.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub(crate) struct QuotaRecord {
    /// What it is of, as [`QuotaOf`] is written.
    #[n(0)]
    pub of: String,
    #[n(1)]
    pub quota: Quota,
}

impl Record for QuotaRecord {}

/// What must be true of a record: that it can be read, and that it is of what its key says.
pub(crate) fn prove(key: &[u8], value: &[u8]) -> Result<(), Error> {
    let fits = match table::set(key, value)?.of {
        QuotaOf::Account(account) => keys::quota_of_account(&account) == key,
        QuotaOf::Bucket(_) | QuotaOf::Vault(..) => true,
    };
    if fits { Ok(()) } else { Err(Error::Damaged("of what a quota is".into())) }
}
