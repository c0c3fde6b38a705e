//! The S3 Control door over a store and identities in memory.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod behaviour;
mod matrix;
mod world;
