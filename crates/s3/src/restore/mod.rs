//! Objects that are restored before they are read: RestoreObject, and what is told of a restore.

pub(crate) mod request;
pub(crate) mod told;
