// Written by `cargo xtask wire` from models/. Do not edit.

//! Everything that is generated: types by service, and the operation tables.

#[cfg(feature = "golden")]
pub(crate) mod dispatch;
pub mod glacier;
pub mod iam;
pub mod kms;
pub mod operations;
pub mod s3;
pub mod s3control;
pub mod sns;
pub mod sqs;
pub mod sts;
