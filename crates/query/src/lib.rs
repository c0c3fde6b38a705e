//! What the doors of the query protocol share: IAM's and STS's requests are forms, their answers XML.
//!
//! - [`prove`] reads a form and proves who signed it; [`prove_if_signed`] takes one from nobody too.
//! - [`permit`] asks the caller's policies.
//! - [`QueryError`] is an error in the protocol's form; [`respond`] makes an outcome a response.
//!
//! Nothing here knows an operation.

mod error;
mod form;
mod permit;

pub use error::QueryError;
pub use form::{Asked, Sent, prove, prove_if_signed, respond};
pub use permit::{Facts, Resource, permit};
