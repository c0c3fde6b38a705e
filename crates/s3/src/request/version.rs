//! The version that a request names, and text that is encoded as in a query where it does not stand in one.

use coldkeep_auth::uri;
use coldkeep_store::VersionId;

use crate::errors::S3Error;

/// The id of a version. One that no server can have made is told from one that merely does not exist: those that Amazon makes have
/// 32 letters too.
pub(crate) fn parse_version(text: &str) -> Result<VersionId, S3Error> {
    let possible =
        text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
    match VersionId::parse(text) {
        Some(version) => Ok(version),
        None if text.is_empty() => {
            Err(S3Error::invalid_argument("Version id cannot be the empty string").about("versionId", ""))
        }
        None if possible => Err(S3Error::no_such_version(text)),
        None => Err(S3Error::invalid_argument("Invalid version id specified").about("versionId", text)),
    }
}

/// Query-decoded text; `None` where an escape is not whole or the bytes are no text.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    text.split('%').skip(1).all(digits).then(|| String::from_utf8(uri::decode_query(text)).ok())?
}
