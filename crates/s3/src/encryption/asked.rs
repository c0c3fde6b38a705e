//! The headers that ask for encryption: which operations take them, and what they ask for.

use coldkeep_http::Call;
use coldkeep_seal::Scheme;
use coldkeep_store::Bucket;

use super::customer::{CustomerKey, For};
use crate::errors::S3Error;
use crate::{S3, S3Call};

/// Begins the names of all these headers.
const PREFIX: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const CONTEXT: &str = "x-amz-server-side-encryption-context";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// The operations that make objects, and so may say how.
const MAKING: [&str; 3] = ["PutObject", "CreateMultipartUpload", "CopyObject"];

/// What a write asks for.
pub(super) enum Asked {
    /// Nothing, of a bucket that has no default.
    Nothing,
    /// The server's own keys.
    Server,
    /// The client's.
    Customer(CustomerKey),
}

/// Refuses a call whose headers of encryption its operation does not take, or that are not understood yet.
pub(crate) fn judge(call: &Call, operation: &str) -> Result<(), S3Error> {
    if !asks_for_encryption(call) {
        return Ok(());
    }
    let said = [PREFIX, KMS_KEY, CONTEXT, BUCKET_KEY].into_iter().find(|name| call.header(name).is_some());
    let Some(header) = said else { return Ok(()) };
    if !MAKING.contains(&operation) {
        return Err(S3Error::invalid_argument(&format!("{header} header is not supported for this operation."))
            .about(header, call.header(header).unwrap_or_default()));
    }
    match call.header(PREFIX) {
        Some("aws:kms" | "aws:kms:dsse" | "aws:fsx" | "aws:backup") => Err(S3Error::header_not_implemented(PREFIX)),
        Some("AES256") if header == PREFIX && said_only(call) => Ok(()),
        Some("AES256") | None if call.header(BUCKET_KEY).is_some() && call.header(KMS_KEY).is_none() => {
            match call.header(BUCKET_KEY) {
                Some("false" | "False") => Ok(()),
                _ => Err(S3Error::header_not_implemented(BUCKET_KEY)),
            }
        }
        Some("AES256") | None => {
            let name = if call.header(KMS_KEY).is_some() { KMS_KEY } else { CONTEXT };
            Err(S3Error::invalid_argument(
                "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : \
                 aws:kms",
            )
            .about(name, call.header(name).unwrap_or_default()))
        }
        Some(other) => {
            Err(S3Error::invalid_argument("The encryption method specified is not supported").about(PREFIX, other))
        }
    }
}

/// Whether a call says how what it makes is to be encrypted.
pub(crate) fn asks_for_encryption(call: &Call) -> bool {
    call.headers.keys().any(|name| name.as_str().starts_with(PREFIX))
}

/// Whether no header of KMS is there.
fn said_only(call: &Call) -> bool {
    [KMS_KEY, CONTEXT, BUCKET_KEY].into_iter().all(|name| call.header(name).is_none())
}

impl S3 {
    /// What a call that makes an object asks for, by its headers or by its bucket's default.
    pub(super) fn asked(&self, call: &S3Call, bucket: &Bucket) -> Result<Asked, S3Error> {
        let customer = self.customer_key(call, For::Writing)?;
        match (call.header(PREFIX), customer) {
            (Some(method), Some(_)) => Err(S3Error::invalid_argument(
                "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
            )
            .about(PREFIX, method)),
            (None, Some(key)) => match bucket.encryption.as_ref().and_then(|kept| kept.blocks_customer_keys) {
                Some(true) => Err(S3Error::access_denied()),
                Some(false) | None => Ok(Asked::Customer(key)),
            },
            (Some(_), None) => Ok(Asked::Server),
            (None, None) => match bucket.encryption.as_ref().map(|kept| kept.scheme) {
                None => Ok(Asked::Nothing),
                Some(Scheme::Server) => Ok(Asked::Server),
                Some(Scheme::Kms | Scheme::KmsDual | Scheme::Customer) => {
                    Err(S3Error::not_implemented("Encryption with keys of KMS is not implemented"))
                }
            },
        }
    }
}
