//! Parameters whose meaning is still to come: refused by name, never kept and ignored. Where Amazon refuses the same of a
//! bucket that has no such configuration, as here none has, the refusal is Amazon's.
//!
//! A value that asks for what happens anyway (`private`, `STANDARD`, `COPY`, `false`) is taken.

use coldkeep_http::Call;
use coldkeep_store::StorageClass;
use coldkeep_wire::Operation;

use crate::errors::S3Error;

/// Header (a trailing `*` stands for any rest), the values that are taken, and what the others are refused with.
const HEADERS: &[(&str, &[&str], Refuse)] = &[
    ("x-amz-storage-class", &TAKEN, Refuse::Class),
    ("x-amz-object-annotation-directive", &["COPY", "EXCLUDE"], Refuse::Directive("Unknown annotation directive.")),
    ("x-amz-bucket-object-lock-token", &[], Refuse::NotImplemented),
    ("x-amz-bucket-namespace", &["global"], Refuse::NotImplemented),
    ("x-amz-write-offset-bytes", &[], Refuse::NotImplemented),
    ("x-amz-mfa", &[], Refuse::NotImplemented),
];

/// The classes there are.
const TAKEN: [&str; 8] = {
    let (mut names, mut at) = ([""; 8], 0);
    while at < names.len() {
        names[at] = StorageClass::ALL[at].name();
        at += 1;
    }
    names
};

/// The other classes of the model but that of Outposts. What is none of them no server has.
const CLASSES: [&str; 6] =
    ["SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "FSX_ONTAP", "AWS_BACKUP_WARM", "AWS_BACKUP_LOW_COST_WARM"];

#[derive(Clone, Copy)]
enum Refuse {
    NotImplemented,
    Class,
    Directive(&'static str),
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
        {
            let value = String::from_utf8_lossy(value.as_bytes());
            return Err(refuse.error(name.as_str(), &value));
        }
    }
    match call.parameter("versionId") {
        Some(version) if !OF_VERSIONS.contains(&operation.name) => {
            let message = "This operation does not accept a version-id.";
            Err(S3Error::invalid_argument(message).about("versionId", version))
        }
        _ => Ok(()),
    }
}

impl Refuse {
    fn error(self, name: &str, value: &str) -> S3Error {
        match self {
            Self::NotImplemented => S3Error::header_not_implemented(name),
            Self::Class if CLASSES.contains(&value) => S3Error::header_not_implemented(name),
            Self::Class => S3Error::invalid_class(value),
            Self::Directive(unknown) => S3Error::invalid_argument(unknown).about(name, value),
        }
    }
}

/// The operations that are about one version of an object.
const OF_VERSIONS: [&str; 19] = [
    "GetObject",
    "HeadObject",
    "DeleteObject",
    "DeleteObjectTagging",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectRetention",
    "PutObjectTagging",
    "UpdateObjectEncryption",
    "RestoreObject",
    "PutObjectAnnotation",
    "GetObjectAnnotation",
    "ListObjectAnnotations",
    "DeleteObjectAnnotation",
];
