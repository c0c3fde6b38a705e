//! Buckets: made, found, listed, deleted.

pub(crate) mod life;
pub(crate) mod list;
