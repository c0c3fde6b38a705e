//! Buckets: made, found, listed, deleted.

pub(crate) mod life;
pub(crate) mod list;
pub(crate) mod tagging;
pub(crate) mod versioning;
