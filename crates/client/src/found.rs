//! What a vault service tells of uploads and jobs.

use std::collections::BTreeMap;

use coldkeep_types::PartSize;

/// An upload that is neither completed nor aborted.
#[derive(Clone, Debug)]
pub struct OpenUpload {
    /// Its id.
    pub id: String,
    /// The description of the archive to be.
    pub description: Option<String>,
    /// The size of its parts.
    pub part_size: u64,
    /// When it was begun.
    pub created: String,
}

/// A part that the service has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many bytes it has.
    pub length: u64,
    /// Its tree hash.
    pub tree: [u8; 32],
}

/// What the service has of an upload.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The size of the upload's parts.
    pub part_size: PartSize,
    /// The parts, by their first bytes.
    pub parts: BTreeMap<u64, Part>,
}

/// What a job fetches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// An archive.
    Archive {
        /// Its id.
        id: String,
        /// How many bytes the whole archive has.
        bytes: u64,
        /// The tree hash of the whole archive.
        tree: Option<[u8; 32]>,
        /// Whether the job fetches all of it.
        whole: bool,
    },
    /// The list of a vault.
    Inventory {
        /// Whether it is the whole list, as JSON.
        whole: bool,
    },
    /// Something else.
    Other,
}

/// Whether a job is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Not yet.
    InProgress,
    /// It is, and its output can be fetched.
    Succeeded,
    /// It failed.
    Failed,
}

/// A job of a vault.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it fetches.
    pub kind: JobKind,
    /// Whether it is done.
    pub state: JobState,
    /// How fast it is to be, of archives.
    pub tier: Option<String>,
    /// The description that it was begun with.
    pub description: Option<String>,
    /// When it was begun.
    pub created: String,
    /// When it ended.
    pub completed: Option<String>,
}
