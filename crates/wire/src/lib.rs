//! Amazon's wire formats: typed inputs and outputs with decode and encode, and the operation tables.
//!
//! `generated/` is written by `cargo xtask wire` from `models/`; everything else here is the small runtime
//! it stands on. A door picks the operation ([`route_s3`], [`route_s3control`], [`route_glacier`]; the forms of IAM, STS and SNS and the headers of KMS and SQS name it), then calls
//! `Input::decode(&Request)` and `Output::encode()`. Streamed bodies are in no struct: the door streams them.
//!
//! Nothing here does I/O, checks Amazon's value rules (that is `coldkeep_types` and the doors), or panics on
//! what a client sends.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod error;
mod fault;
mod form;
mod generated;
#[cfg(feature = "golden")]
pub mod golden;
mod header_text;
mod json;
mod operation;
mod post_response;
mod prelude;
mod request;
mod response;
mod route;
mod text;
mod xml;

pub use error::{DecodeError, Place};
pub use fault::{FaultType, control_error_xml, glacier_error_json, json_error, query_error_xml, s3_error_xml};
pub use form::{Form, Pairs};
pub use generated::{glacier, iam, kms, operations, s3, s3control, sns, sqs, sts};
pub use header_text::{fits_header, is_header_text};
pub use operation::{Level, Operation};
pub use post_response::s3_post_response_xml;
pub use request::Request;
pub use response::Encoded;
pub use route::{Labels, WholeLabels, route_glacier, route_s3, route_s3control};
pub use text::parse_timestamp;
