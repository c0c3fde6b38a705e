//! Multipart uploads: begun, filled with parts, completed or aborted. How parts become an object is the store's.

pub(crate) mod begin;
pub(crate) mod complete;
pub(crate) mod copy;
pub(crate) mod parts;
pub(crate) mod range;
