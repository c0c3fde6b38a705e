//! Digests: what S3 and Glacier make clients send and servers check, in one pass over the bytes.
//!
//! - [`Hasher`] computes every digest of a [`DigestSet`] over one stream: the ETag's MD5, the payload's SHA-256,
//!   Glacier's tree hash and the ten checksums of S3. No primitive is computed twice.
//! - [`LanePool`] does that on threads of its own for many streams at once, side by side in the lanes of SIMD registers.
//! - [`combine_composite`], [`combine_full_object`], [`multipart_etag_md5`] and [`tree_root`] make the digest of a
//!   whole from the digests of its parts, without data.
//!
//! Nothing here does I/O or knows of HTTP. `README.md` says how it is built and how to measure it.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod algorithm;
mod checksum;
mod combine;
mod crc;
mod hasher;
mod lanes;
mod md5;
mod pool;
mod sha256;
mod stream;
mod tree;
mod vector;

pub use algorithm::{ChecksumAlgorithm, ChecksumType};
pub use checksum::{Checksum, InvalidChecksum};
pub use combine::{CombineError, combine_composite, combine_full_object, multipart_etag_md5};
pub use hasher::{DigestSet, Digests, Hasher};
pub use lanes::available_kernels;
pub use pool::{LanePool, QUEUE_JOBS};
pub use tree::{LEAF_BYTES, TreeHash, is_megabyte_aligned, is_tree_hash_aligned, tree_root};

/// The examples of the README compile and hold.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
