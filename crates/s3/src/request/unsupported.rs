//! Parameters whose meaning is still to come: refused by name, never kept and ignored.
//!
//! A value that asks for what happens anyway (`private`, `STANDARD`, `COPY`, `false`) is taken.

use coldkeep_http::Call;

use crate::errors::S3Error;

/// Header (a trailing `*` stands for any rest) and the values that are taken.
const HEADERS: &[(&str, &[&str])] = &[
    ("x-amz-acl", &["private"]),
    ("x-amz-grant-*", &[]),
    ("x-amz-server-side-encryption*", &[]),
    ("x-amz-copy-source-server-side-encryption-*", &[]),
    ("x-amz-storage-class", &["STANDARD"]),
    ("x-amz-tagging", &[]),
    ("x-amz-tagging-directive", &["COPY"]),
    ("x-amz-annotation-directive", &["COPY"]),
    ("x-amz-object-lock-*", &[]),
    ("x-amz-bucket-object-lock-enabled", &["false", "False"]),
    ("x-amz-object-ownership", &["BucketOwnerEnforced"]),
    ("x-amz-bucket-namespace", &["global"]),
    ("x-amz-website-redirect-location", &[]),
    ("x-amz-write-offset-bytes", &[]),
    ("x-amz-mfa", &[]),
];

/// Refuses a call that has such a parameter.
pub(crate) fn refuse(call: &Call) -> Result<(), S3Error> {
    for (name, value) in call.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-amz-")) {
        let matches = |row: &&(&str, &[&str])| match row.0.strip_suffix('*') {
            Some(prefix) => name.as_str().starts_with(prefix),
            None => name.as_str() == row.0,
        };
        if let Some((_, taken)) = HEADERS.iter().find(matches)
            && !taken.iter().any(|taken| value.as_bytes() == taken.as_bytes())
        {
            return Err(S3Error::header_not_implemented(name.as_str()));
        }
    }
    // A bucket without versions has only the null version of each object.
    match call.parameter("versionId") {
        None | Some("null") => Ok(()),
        Some(_) => Err(S3Error::no_such_version()),
    }
}
