//! Parameters whose meaning is still to come: refused by name, never kept and ignored. Where Amazon refuses the same of a
//! bucket that has no such configuration, as here none has, the refusal is Amazon's.
//!
//! A value that asks for what happens anyway (`private`, `STANDARD`, `COPY`, `false`) is taken.

use coldkeep_http::Call;
use coldkeep_wire::Operation;

use crate::errors::S3Error;

/// Header (a trailing `*` stands for any rest), the values that are taken, and what the others are refused with.
const HEADERS: &[(&str, &[&str], Refuse)] = &[
    ("x-amz-storage-class", &["STANDARD"], Refuse::Class),
    ("x-amz-tagging", &[], Refuse::NotImplemented),
    ("x-amz-tagging-directive", &["COPY"], Refuse::Directive("Unknown tagging directive.")),
    ("x-amz-object-annotation-directive", &["COPY"], Refuse::Directive("Unknown annotation directive.")),
    ("x-amz-object-lock-*", &[], Refuse::Lock),
    ("x-amz-bypass-governance-retention", &["false", "False"], Refuse::Bypass),
    ("x-amz-bucket-object-lock-enabled", &["false", "False"], Refuse::NotImplemented),
    ("x-amz-bucket-namespace", &["global"], Refuse::NotImplemented),
    ("x-amz-website-redirect-location", &[], Refuse::NotImplemented),
    ("x-amz-write-offset-bytes", &[], Refuse::NotImplemented),
    ("x-amz-mfa", &[], Refuse::NotImplemented),
];

/// The classes of the model but that of Outposts. What is none of them no server has.
const CLASSES: [&str; 13] = [
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
    "FSX_OPENZFS",
    "FSX_ONTAP",
    "AWS_BACKUP_WARM",
    "AWS_BACKUP_LOW_COST_WARM",
];

#[derive(Clone, Copy)]
enum Refuse {
    NotImplemented,
    Class,
    Directive(&'static str),
    Lock,
    Bypass,
}

/// Refuses a call that has such a parameter.
pub(crate) fn refuse(call: &Call, operation: &Operation) -> Result<(), S3Error> {
    for (name, value) in call.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")) {
        let matches = |row: &&(&str, &[&str], Refuse)| match row.0.strip_suffix('*') {
            Some(prefix) => name.as_str().starts_with(prefix),
            None => name.as_str() == row.0,
        };
        if let Some((_, taken, refuse)) = HEADERS.iter().find(matches)
            && !taken.iter().any(|taken| value.as_bytes() == taken.as_bytes())
            && !(matches!(refuse, Refuse::Bypass) && operation.name == BATCH)
        {
            let value = String::from_utf8_lossy(value.as_bytes());
            return Err(refuse.error(name.as_str(), &value));
        }
    }
    match call.parameter("versionId") {
        None => Ok(()),
        Some(version) => judge_version(version, operation),
    }
}

impl Refuse {
    fn error(self, name: &str, value: &str) -> S3Error {
        match self {
            Self::NotImplemented => S3Error::header_not_implemented(name),
            Self::Class if CLASSES.contains(&value) => S3Error::header_not_implemented(name),
            Self::Class => S3Error::invalid_class(value),
            Self::Directive(_) if value == "REPLACE" => S3Error::header_not_implemented(name),
            Self::Directive(unknown) => S3Error::invalid_argument(unknown).about(name, value),
            Self::Lock => S3Error::no_object_lock(),
            Self::Bypass => S3Error::invalid_argument(
                "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
            )
            .about(name, value),
        }
    }
}

/// Where there is nothing to bypass, Amazon refuses to bypass it for one object, not for a list: tools empty every bucket so.
const BATCH: &str = "DeleteObjects";

/// The operations that read or delete one version of an object.
const OF_VERSIONS: [&str; 9] = [
    "GetObject",
    "HeadObject",
    "DeleteObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "PutObjectAcl",
];

fn judge_version(version: &str, operation: &Operation) -> Result<(), S3Error> {
    if OF_VERSIONS.contains(&operation.name) {
        return known_version(version);
    }
    Err(S3Error::invalid_argument("This operation does not accept a version-id.").about("versionId", version))
}

/// Judges the id of a version: a bucket without versions has only the `null` version of each object. An id that no
/// server can have made is told from one that merely does not exist.
pub(crate) fn known_version(version: &str) -> Result<(), S3Error> {
    let possible = version.len() == 32
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    match version {
        "null" => Ok(()),
        "" => Err(S3Error::invalid_argument("Version id cannot be the empty string").about("versionId", "")),
        _ if possible => Err(S3Error::no_such_version(version)),
        _ => Err(S3Error::invalid_argument("Invalid version id specified").about("versionId", version)),
    }
}
