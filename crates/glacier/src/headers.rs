//! Header values that several operations take: tree hashes, descriptions, lengths, content ranges.

use coldkeep_http::Call;

use crate::errors::GlacierError;

/// 4 GiB: the most one request may upload, in an archive or a part.
const MAX_UPLOAD_BYTES: u64 = 4 << 30;
/// The most a description may have, in characters.
const MAX_DESCRIPTION_CHARS: usize = 1024;

/// `Content-Length` of an upload, which must be there and at most 4 GiB.
pub(crate) fn upload_length(call: &Call) -> Result<u64, GlacierError> {
    match call.content_length() {
        None => Err(GlacierError::missing("Content-Length")),
        Some(length) if length > MAX_UPLOAD_BYTES => Err(invalid_length(length)),
        Some(length) => Ok(length),
    }
}

pub(crate) fn invalid_length(length: u64) -> GlacierError {
    GlacierError::invalid(format!("Invalid Content-Length: {length}"))
}

/// `x-amz-sha256-tree-hash`, in either case.
pub(crate) fn tree_hash(header: Option<&str>) -> Result<[u8; 32], GlacierError> {
    let text = header.filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| GlacierError::missing("x-amz-sha256-tree-hash"))?;
    let mut hash = [0; 32];
    hex::decode_to_slice(text, &mut hash).map_err(|_| GlacierError::invalid_tree_hash(text))?;
    Ok(hash)
}

/// `x-amz-archive-description`: leading spaces are dropped; an empty one is none.
pub(crate) fn archive_description(header: Option<&str>) -> Result<Option<String>, GlacierError> {
    let Some(text) = header.map(|text| text.trim_start_matches(' ')).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    description(text, "x-amz-archive-description").map(Some)
}

/// At most 1,024 printable ASCII characters.
pub(crate) fn description(text: &str, name: &str) -> Result<String, GlacierError> {
    if !text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(GlacierError::invalid(format!("Invalid {name}: only printable ASCII characters are allowed.")));
    }
    if text.len() > MAX_DESCRIPTION_CHARS {
        return Err(GlacierError::invalid(format!(
            "Invalid {name}: it must not be longer than {MAX_DESCRIPTION_CHARS} characters."
        )));
    }
    Ok(text.to_owned())
}

/// `first-last`, both inclusive, first not after last.
pub(crate) fn byte_range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    (first <= last && last < u64::MAX).then_some((first, last))
}

/// `Content-Range: bytes first-last/*`; a total is accepted in place of the asterisk.
pub(crate) fn content_range(text: &str) -> Option<(u64, u64)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = byte_range(range.trim())?;
    let total_fits = total == "*" || number(total).is_some_and(|total| last < total);
    total_fits.then_some((first, last))
}

/// Decimal digits and nothing else.
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges_have_one_form() {
        assert_eq!(content_range("bytes 0-1048575/*"), Some((0, 1_048_575)));
        assert_eq!(content_range("bytes 5-5/6"), Some((5, 5)));
        for bad in [
            "",
            "bytes",
            "0-9",
            "bytes=0-9/*",
            "bytes 0-9",
            "bytes 9-8/*",
            "bytes x-y/*",
            "bytes -5/*",
            "bytes 0-/*",
            "bytes +1-2/*",
            "bytes 0-9/9",
            "bytes 0-18446744073709551615/*",
            "bytes 0-99999999999999999999/*",
        ] {
            assert_eq!(content_range(bad), None, "{bad}");
        }
    }

    #[test]
    fn descriptions_are_printable_and_short() {
        assert_eq!(archive_description(Some("  two  words ")).unwrap().as_deref(), Some("two  words "));
        assert_eq!(archive_description(Some("   ")).unwrap(), None);
        assert!(archive_description(Some(&"~".repeat(1024))).is_ok());
        for bad in [&"x".repeat(1025), "a\tb", "ä", "\u{7f}"] {
            assert_eq!(archive_description(Some(bad)).unwrap_err().code, "InvalidParameterValueException", "{bad}");
        }
    }
}
