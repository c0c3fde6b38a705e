//! Objects: put, read, copied, renamed, deleted, described. Their bytes pass through; nothing is kept here.

pub(crate) mod annotations;
pub(crate) mod attributes;
pub(crate) mod conditions;
pub(crate) mod copy;
pub(crate) mod copy_source;
pub(crate) mod delete;
pub(crate) mod metadata;
pub(crate) mod put;
pub(crate) mod read;
pub(crate) mod rename;
pub(crate) mod selection;
pub(crate) mod tagging;
