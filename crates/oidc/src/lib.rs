//! Tokens of identity providers.
mod issuer;

pub use issuer::{InvalidIssuer, Issuer, MAX_URL, name_of};
