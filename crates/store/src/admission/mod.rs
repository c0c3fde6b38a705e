//! Whether a write may begin: there is [room] for it, and [blobs can be written](blob_health).

pub(crate) mod blob_health;
pub(crate) mod room;
