//! The source of a copy: which object `x-amz-copy-source` names, and the conditions on it.

use coldkeep_store::{Error, VersionId};
use coldkeep_types::{BucketName, ObjectKey, Timestamp};

use super::conditions::{Conditions, Verdict};
use super::rename;
use crate::S3Call;
use crate::errors::S3Error;
use crate::request::{decoded, parse_version};

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

/// The object that a copy is made of, or that is renamed.
pub(crate) struct CopySource {
    pub bucket: BucketName,
    pub key: ObjectKey,
    pub version: Option<String>,
}

impl CopySource {
    /// What an error of the store is about: a missing key is the source's, since a target need not exist.
    pub fn error(&self, error: Error) -> S3Error {
        match error {
            Error::TooLarge { max_bytes, .. } => S3Error::invalid_request(format!(
                "The specified copy source is larger than the maximum allowable size for a copy source: {max_bytes}"
            )),
            Error::MustBeRestored(class) => {
                S3Error::invalid_state("Operation is not valid for the source object's storage class", class.name())
            }
            Error::IsDeleteMarker { asked: true, .. } => S3Error::invalid_request(
                "The source of a copy request may not specifically refer to a delete marker by version id.",
            ),
            // That it is under a delete marker is not the target's to tell.
            Error::IsDeleteMarker { .. } => S3Error::from(Error::NoSuchKey).naming("Key", Some(self.key.as_str())),
            Error::NoSuchKey | Error::NoSuchVersion(_) => S3Error::from(error).naming("Key", Some(self.key.as_str())),
            other => other.into(),
        }
    }
}

impl CopySource {
    /// The source that a call names.
    pub fn of(call: &S3Call) -> Result<Self, S3Error> {
        match call.operation_name() {
            "RenameObject" => rename::source(call),
            _ => Self::parse(call.header("x-amz-copy-source").unwrap_or_default()),
        }
    }

    /// Reads `x-amz-copy-source`, in which no access point stands in the bucket's place any more (`[/]bucket/key[?versionId=...]`, encoded as in a query: `+` is a space).
    pub fn parse(header: &str) -> Result<Self, S3Error> {
        let (path, version) = match header.split_once("?versionId=") {
            Some((path, version)) => (path, Some(version)),
            None => (header, None),
        };
        let invalid = |message: &str| S3Error::invalid_argument(message).about("x-amz-copy-source", header);
        let mis_encoded = || invalid("Invalid copy source encoding");
        let path = decoded(path).ok_or_else(mis_encoded)?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        Ok(Self {
            bucket: BucketName::parse(bucket).map_err(|_| invalid("Invalid copy source bucket name"))?,
            key: ObjectKey::parse(key).map_err(|_| invalid("Invalid copy source object key"))?,
            version: version.map(|version| decoded(version).ok_or_else(mis_encoded)).transpose()?,
        })
    }
}

/// The source of a call that is permitted to read it, and its version, if one is named.
pub(crate) fn source(header: &str) -> Result<(CopySource, Option<VersionId>), S3Error> {
    let source = CopySource::parse(header)?;
    let version = source.version.as_deref().map(parse_version).transpose();
    let version = version.map_err(|error| error.naming("Key", Some(source.key.as_str())))?;
    Ok((source, version))
}
