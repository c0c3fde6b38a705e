//! The door, asked with signed forms.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod last_use;
mod matrix;
mod providers;
mod world;
