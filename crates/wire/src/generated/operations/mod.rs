// Written by `cargo xtask wire` from models/. Do not edit.

//! Every operation of every service, typed or not.

mod glacier;
mod iam;
mod kms;
mod s3;
mod s3control;
mod sns;
mod sqs;
mod sts;
pub use glacier::GLACIER;
pub use iam::IAM;
pub use kms::KMS;
pub use s3::S3;
pub use s3control::S3CONTROL;
pub use sns::SNS;
pub use sqs::SQS;
pub use sts::STS;
