//! Who calls, and may they: Signature V4, V2 where that is taken, and authorisation, as pure decisions over given facts.
//!
//! - [`Verifier::verify`] proves a request's signature and says who signed it, or states in a [`Refusal`] why it cannot;
//!   [`Verifier::verify_form`] does so for the policy of a browser's form.
//! - [`Signer`] is the other side, for commands.
//! - [`ChunkSigner`] proves the signatures inside an `aws-chunked` body.
//! - [`authorize`] decides whether a caller has a permission.
//! - [`policy`] is the language of policies and the decision by all that apply.
//!
//! Nothing here does I/O, knows a status code or reads the clock: each door turns a [`Refusal`] into its wire error.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod canonical;
mod chunks;
mod credential;
mod date;
mod form;
mod keys;
mod payload;
mod permission;
pub mod policy;
mod refusal;
mod rights;
mod sign;
mod signing_key;
pub mod uri;
mod verify;
mod version_2;

pub use canonical::SignedRequest;
pub use chunks::ChunkSigner;
pub use credential::{claimed_service, region_of_scope};
pub use form::{FormSignature, SignedForm};
pub use keys::{AccessKey, Caller, Keys, canonical_user_id};
pub use payload::{InvalidPayload, Payload};
pub use permission::Permission;
pub use refusal::{Place, Refusal, SignatureMismatch};
pub use rights::Rights;
pub use sign::{Signer, ToSign};
pub use verify::{Authentication, MAX_EXPIRES_SECONDS, Pending, SignatureVersion, Verified, Verifier, Witness};
pub use version_2::SignatureV2;
