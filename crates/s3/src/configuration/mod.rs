//! Configurations of buckets and objects that nobody can set yet: read as Amazon answers for a bucket that has none, so
//! that tools which read before they act get on. Each room here grows when its configuration can be set.

pub(crate) mod defaults;
pub(crate) mod lists;
mod unset;

pub(crate) use unset::{is_about_bucket, refuse_unset, rows as unset};

/// This room's name in the table of operations.
pub(crate) const ROOM: &str = "configuration";
