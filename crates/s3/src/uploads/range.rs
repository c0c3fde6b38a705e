//! `x-amz-copy-source-range` of UploadPartCopy. Pure.

use std::ops::Range;

/// Reads an `x-amz-copy-source-range`, which must be `bytes=first-last`. `None` if it has another form.
pub(crate) fn copied(header: &str) -> Option<Range<u64>> {
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then(|| first..last.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_ranges_name_their_first_and_last_byte() {
        assert_eq!(copied("bytes=2-9"), Some(2..10));
        assert_eq!(copied("bytes=0-18446744073709551615"), Some(0..u64::MAX));
        for bad in ["bytes=5-4", "bytes=-5", "bytes=5-", "2-9", "bytes=a-9", "bytes=+1-9", "bytes=0-1,3-4", ""] {
            assert_eq!(copied(bad), None, "{bad}");
        }
    }
}
