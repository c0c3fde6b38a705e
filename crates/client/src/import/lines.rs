//! The lines of a ledger. New ones may be added, and fields that may be left out; what a line says stays.

use serde::{Deserialize, Serialize};

use super::destination::Destination;
use crate::Archive;

/// From where to where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub(super) version: u32,
    pub(super) source: String,
    pub(super) source_vault: String,
    pub(super) destination: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) destination_vault: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) destination_bucket: Option<String>,
    /// What the keys in the bucket begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) prefix: Option<String>,
}

impl Head {
    /// From this vault to there.
    pub fn new(source: &crate::Vault, to: &Destination) -> Self {
        let head = Self {
            version: 1,
            source: source.service.clone(),
            source_vault: source.name.clone(),
            destination: String::new(),
            destination_vault: None,
            destination_bucket: None,
            prefix: None,
        };
        match to {
            Destination::Vault(vault) => {
                Self { destination: vault.service.clone(), destination_vault: Some(vault.name.clone()), ..head }
            }
            Destination::Bucket(bucket) => Self {
                destination: bucket.service.clone(),
                destination_bucket: Some(bucket.name.clone()),
                prefix: Some(bucket.prefix.clone()),
                ..head
            },
        }
    }
}

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Line {
    /// The first.
    Import(Head),
    /// An archive that is to come.
    Archive {
        n: usize,
        /// What its object is to be called, in a bucket.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        #[serde(flatten)]
        archive: Archive,
    },
    /// A retrieval was begun, and what it costs in billionths of a dollar.
    Job { n: usize, job: String, millis: i64, cost: u64 },
    /// That job, or its output, is gone: another is needed.
    Lost { n: usize, job: String },
    /// Its upload was begun.
    Upload {
        n: usize,
        upload: String,
        /// What the object is called, in a bucket.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// A part of it was sent to a bucket; hashes in hexadecimal.
    Part { n: usize, number: u32, etag: String, sha256: String, tree: String },
    /// It is stored, proven, under another id or a key.
    Stored { n: usize, archive: String, stored_as: String, at: String },
    /// It did not come.
    Failed { n: usize, archive: String, error: String, why: String },
    /// It is to be tried once more.
    Again { n: usize },
}
