//! The source of a copy: which object `x-amz-copy-source` names, and the conditions on it.

use coldkeep_auth::{Permission, uri};
use coldkeep_types::{BucketName, ObjectKey, Timestamp};

use super::conditions::{Conditions, Verdict};
use crate::errors::S3Error;
use crate::{Address, S3, S3Call};

macro_rules! source_conditions {
    ($input:ident) => {
        Conditions {
            if_match: $input.copy_source_if_match.clone(),
            if_none_match: $input.copy_source_if_none_match.clone(),
            if_modified_since: $input.copy_source_if_modified_since,
            if_unmodified_since: $input.copy_source_if_unmodified_since,
        }
    };
}
pub(crate) use source_conditions;

pub(crate) fn judge(conditions: &Conditions, etag: &str, modified: Timestamp, now: Timestamp) -> Result<(), S3Error> {
    match conditions.judge(etag, modified, now) {
        Verdict::Proceed => Ok(()),
        Verdict::NotModified(condition) | Verdict::Failed(condition) => {
            Err(S3Error::precondition_failed(&format!("x-amz-copy-source-{condition}")))
        }
    }
}

pub(crate) fn too_large_source(error: coldkeep_store::Error) -> S3Error {
    match error {
        coldkeep_store::Error::TooLarge { max_bytes, .. } => S3Error::invalid_request(format!(
            "The specified copy source is larger than the maximum allowable size for a copy source: {max_bytes}"
        )),
        other => other.into(),
    }
}

/// Reads `x-amz-copy-source` (`[/]bucket/key[?versionId=...]`, percent-encoded) and asks for the right to read it.
pub(crate) async fn source(door: &S3, call: &S3Call, header: &str) -> Result<(BucketName, ObjectKey), S3Error> {
    let (path, version) = match header.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version)),
        None => (header, None),
    };
    if version.is_some_and(|version| version != "null") {
        return Err(S3Error::no_such_version());
    }
    let invalid = || {
        S3Error::invalid_argument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
            .with("ArgumentName", "x-amz-copy-source")
            .with("ArgumentValue", header)
    };
    let path = String::from_utf8(uri::decode(path)).map_err(|_| invalid())?;
    if path.starts_with("arn:") {
        return Err(S3Error::not_implemented("A copy source by access point or Outposts ARN is not implemented"));
    }
    let (bucket, key) = path.strip_prefix('/').unwrap_or(&path).split_once('/').ok_or_else(invalid)?;
    let address = Address { bucket: Some(bucket.to_owned()), key: Some(key.to_owned()) };
    door.permit(call.caller.as_ref(), Permission("s3:GetObject"), &address)?;
    let (bucket, key) = (BucketName::parse(bucket)?, ObjectKey::parse(key).map_err(|_| invalid())?);
    if let Some(expected) = call.call.header("x-amz-source-expected-bucket-owner")
        && door.store.bucket(&bucket).await?.owner != expected
    {
        return Err(S3Error::access_denied());
    }
    Ok((bucket, key))
}
