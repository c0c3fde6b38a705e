//! Vaults and what is in them: archives, uploads that idle out, retrieval jobs, inventories, and the identifiers of them all
//! that clients see.

pub(crate) mod access;
pub(crate) mod activity;
mod archives;
pub(crate) mod expiry;
mod inventory;
pub(crate) mod jobs;
mod notices;
pub(crate) mod opaque;
pub(crate) mod retrieval_limits;
mod uploads;
pub(crate) mod vault;

pub use access::{VaultAccess, VaultLock, VaultNotifications};
pub use archives::{Archive, NewArchive};
pub use expiry::{ArchiveExpiry, ArchiveGuard, EXPIRE_AFTER_DAYS, KEEP_LAST, RULE_TAGS, is_rule_tag};
pub use inventory::{InventoryFormat, InventoryParameters};
pub use jobs::{ArchiveJob, InventoryJob, Job, JobAction, JobOutput, JobRequest, JobStatus, Tier};
pub use notices::JobListener;
pub use opaque::{OpaqueKind, Opened};
pub use retrieval_limits::{CapacityUnit, MAX_CAPACITY_UNITS, RetrievalPolicy};
pub use uploads::CompletedArchive;
pub use vault::{ARCHIVE_OVERHEAD_BYTES, MAX_VAULTS, Vault};
