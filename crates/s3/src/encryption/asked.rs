//! The headers that ask for encryption: which operations take them, and what they ask for.

use coldkeep_http::Call;
use coldkeep_seal::Scheme;
use coldkeep_store::Bucket;

use super::customer::{CustomerKey, For};
use super::kms::{AskedOfKms, parse_context};
use crate::errors::S3Error;
use crate::{S3, S3Call};

/// Begins the names of all these headers.
pub(super) const PREFIX: &str = "x-amz-server-side-encryption";
const KMS_KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const CONTEXT: &str = "x-amz-server-side-encryption-context";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// Two layers, as they are asked for.
pub(super) const DUAL: &str = "aws:kms:dsse";
/// The user guide, "Using dual-layer server-side encryption with AWS KMS keys".
pub(super) const NO_BUCKET_KEYS: &str = "S3 Bucket Keys aren't supported for DSSE-KMS.";

/// The operations that make objects, and so may say how.
const MAKING: [&str; 3] = ["PutObject", "CreateMultipartUpload", "CopyObject"];

/// What a write asks for.
pub(super) enum Asked {
    /// Nothing, of a bucket that has no default.
    Nothing,
    /// The server's own keys.
    Server,
    /// A key of KMS.
    Kms(AskedOfKms),
    /// The client's.
    Customer(CustomerKey),
}

impl Asked {
    /// Whether two layers are asked for.
    pub fn is_dual(&self) -> bool {
        matches!(self, Self::Kms(asked) if asked.dual)
    }
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
    let kms = [KMS_KEY, CONTEXT].into_iter().find(|name| call.header(name).is_some());
    match (call.header(PREFIX), kms) {
        (Some("aws:kms"), _) => {
            call.header(CONTEXT).map(parse_context).transpose()?;
            bucket_key(call).map(drop)
        }
        (Some(DUAL), _) => {
            call.header(CONTEXT).map(parse_context).transpose()?;
            match bucket_key(call)? {
                Some(true) => Err(S3Error::invalid_argument(NO_BUCKET_KEYS).about(BUCKET_KEY, "true")),
                _ => Ok(()),
            }
        }
        (Some("aws:fsx" | "aws:backup"), _) => Err(S3Error::header_not_implemented(PREFIX)),
        (Some("AES256") | None, Some(name)) => Err(S3Error::invalid_argument(
            "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
        )
        .about(name, call.header(name).unwrap_or_default())),
        (method @ (Some("AES256") | None), None) => match (method, bucket_key(call)?) {
            (Some(_), Some(true)) => Err(S3Error::invalid_argument(
                "Bucket keys are for server-side encryption with AWS KMS keys: x-amz-server-side-encryption : aws:kms",
            )
            .about(BUCKET_KEY, "true")),
            _ => Ok(()),
        },
        (Some(other), _) => {
            Err(S3Error::invalid_argument("The encryption method specified is not supported").about(PREFIX, other))
        }
    }
}

/// Whether a call wants a bucket key; `None`: it leaves that to the bucket.
fn bucket_key(call: &Call) -> Result<Option<bool>, S3Error> {
    match call.header(BUCKET_KEY) {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(other) => {
            Err(S3Error::invalid_argument("Bucket key enabled is either true or false").about(BUCKET_KEY, other))
        }
    }
}

/// Whether a call says how what it makes is to be encrypted.
pub(crate) fn asks_for_encryption(call: &Call) -> bool {
    call.headers.keys().any(|name| name.as_str().starts_with(PREFIX))
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
            (None, Some(key)) => must_take_customer_keys(call, bucket).map(|()| Asked::Customer(key)),
            (Some(method @ ("aws:kms" | DUAL)), None) => {
                let header = |name: &str| call.header(name).map(str::to_owned);
                let dual = method == DUAL;
                let bucket_key = !dual && wants_bucket_key(call, bucket)?;
                Ok(Asked::Kms(AskedOfKms { dual, key: header(KMS_KEY), context: header(CONTEXT), bucket_key }))
            }
            (Some(_), None) => Ok(Asked::Server),
            (None, None) => match bucket.encryption.as_ref().map(|kept| (kept.scheme, &kept.kms_key)) {
                None => Ok(Asked::Nothing),
                // No bucket has a client's key for its default.
                Some((Scheme::Server | Scheme::Customer, _)) => Ok(Asked::Server),
                Some((scheme @ (Scheme::Kms | Scheme::KmsDual), key)) => {
                    let dual = scheme.is_dual();
                    // Whoever says nothing of the method may say this.
                    if dual && bucket_key(&call.call)? == Some(true) {
                        return Err(S3Error::invalid_argument(NO_BUCKET_KEYS).about(BUCKET_KEY, "true"));
                    }
                    let bucket_key = !dual && wants_bucket_key(call, bucket)?;
                    Ok(Asked::Kms(AskedOfKms { dual, key: key.clone(), context: None, bucket_key }))
                }
            },
        }
    }
}

/// Refuses to write under a client's key where the bucket blocks those, in Amazon's words.
pub(super) fn must_take_customer_keys(call: &S3Call, bucket: &Bucket) -> Result<(), S3Error> {
    if bucket.encryption.as_ref().and_then(|kept| kept.blocks_customer_keys) != Some(true) {
        return Ok(());
    }
    let who = call.caller.as_ref().map_or("anonymous", |caller| caller.arn.as_str());
    let key = call.address.key.as_deref().unwrap_or_default();
    let message = format!(
        "User: {who} is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::{}/{key}\" because this \
         bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). \
         Please specify a different server-side encryption type",
        bucket.name
    );
    Err(S3Error::new(403, "AccessDenied", message))
}

/// Whether a bucket key is to be used: as the call says, or else the bucket.
fn wants_bucket_key(call: &S3Call, bucket: &Bucket) -> Result<bool, S3Error> {
    let by_default = || bucket.encryption.as_ref().and_then(|kept| kept.bucket_key).unwrap_or(false);
    Ok(bucket_key(&call.call)?.unwrap_or_else(by_default))
}
