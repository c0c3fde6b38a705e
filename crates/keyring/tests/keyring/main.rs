//! The keyring over metadata in memory, with a clock that tests set.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod access;
mod crashes;
mod lives;
mod reads;
mod world;
