//! The door, asked with forms.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod identity;
mod matrix;
mod provider;
mod session_tags;
mod source_identity;
mod web_identity;
mod world;
