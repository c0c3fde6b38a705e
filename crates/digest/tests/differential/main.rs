//! The crate's public face against implementations that share nothing with it: `md-5`, `sha2`, `sha1`, a CRC by table,
//! and the tree hash by its recursive definition. XXH has no second implementation here; what is tested of it is that
//! streams do not mix and splits do not matter.
//!
//! `lengths` is exhaustive about limits; `streams` is random about everything, and as long as `PROPTEST_CASES` says.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod lengths;
mod plan;
mod reference;
mod streams;
