//! Continuation tokens: the last name of a page, so that a client takes it for what it is not: opaque. A token that nobody could
//! have been given is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::errors::S3Error;

/// The token of a page that ends with this name.
pub(crate) fn write(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(name)
}

/// The name that a page goes on after; one that fits.
pub(crate) fn read(token: &str, fits: impl Fn(&str) -> bool) -> Result<String, S3Error> {
    name(token).filter(|name| fits(name)).ok_or_else(|| {
        let error = S3Error::invalid_argument("The continuation token provided is incorrect");
        match token {
            "" => error.with("ArgumentName", "continuation-token"),
            token => error.about("continuation-token", token),
        }
    })
}

/// A page of at most so many of what was found, where one more was asked for; and the token of the page that follows, if one does.
pub(crate) fn page<T>(mut found: Vec<T>, most: usize, name: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
    let is_truncated = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| is_truncated).map(|last| write(name(last)));
    (found, next)
}

fn name(token: &str) -> Option<String> {
    let name = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    (!name.is_empty()).then_some(name)
}

/// Reads text as a token, and as the marker of an upload: what is read is written the same.
#[cfg(feature = "fuzzing")]
pub fn fuzz(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(name) = name(text) {
        assert_eq!(write(&name), text);
    }
    if !text.is_empty() {
        assert_eq!(name(&write(text)).as_deref(), Some(text));
    }
    if let Some(id) = coldkeep_types::Id::parse_hex(text) {
        assert!(id.to_string().eq_ignore_ascii_case(text));
    }
}
