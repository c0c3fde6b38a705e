//! Tokens of identity providers (OpenID Connect): who issued one, and whether that is so.
//!
//! - [`Issuer`] is the URL of a provider.
//! - [`Token`] is a token as it is written, and its [`Claims`].
//! - [`Issuers::prove`] proves that a provider's key signed a token, with keys that are fetched and remembered.
//! - [`Fetch`] is the seam to the network, [`Https`] what goes through it.
//!
//! Invariants: nothing is fetched but what a caller of this crate named, in bounded time, size and number; a token decides neither
//! where its key comes from nor how it is checked. Nothing here knows an account, a role or a status code, and nothing reads the time
//! that a token says.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod fetch;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod https;
mod issuer;
mod issuers;
mod keys;
mod pinned;
mod token;

pub use fetch::{Fetch, FetchError, MAX_DOCUMENT_BYTES};
pub use https::Https;
pub use issuer::{InvalidIssuer, Issuer, MAX_URL, name_of};
pub use issuers::{AT_ONCE, Issuers, LONGEST, MAX_AGE, PAUSE, Unproven};
pub use token::{Claims, MAX_TOKEN, NotAToken, Token};
