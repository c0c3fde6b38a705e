//! Bytes on their way in, at rest, and on their way out: objects, parts, archives and what jobs write all keep theirs here.
//!
//! In: [`ingest`] takes a body into [`blocks`], digests and keeps it, with a [`label`] that says where it belongs. At rest:
//! [`owners`] are written down; [`reclaim`] frees what has none. Out: [`reader`], and [`readers`] who hold what they read;
//! [`index`] finds the part of an offset, [`tree_hash`] proves a range without reading it. What is encrypted is [`sealed`] behind the
//! digests and opened in the reader.

pub(crate) mod blocks;
pub(crate) mod copied;
pub(crate) mod index;
pub(crate) mod ingest;
pub(crate) mod kept_as;
pub(crate) mod label;
pub(crate) mod owners;
pub(crate) mod reader;
pub(crate) mod readers;
pub(crate) mod reclaim;
pub(crate) mod sealed;
mod tree_hash;
