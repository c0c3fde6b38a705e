//! `x-amz-copy-source-range` of UploadPartCopy. Pure.

use std::ops::Range;

/// Reads an `x-amz-copy-source-range`, which must be `bytes=first-last` within the source.
pub(crate) fn copied(header: &str, bytes: u64) -> Option<Range<u64>> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    (first <= last && last < bytes).then(|| first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copied_ranges_must_lie_within_the_source() {
        assert_eq!(copied("bytes=2-9", 10), Some(2..10));
        for bad in ["bytes=2-10", "bytes=5-4", "bytes=-5", "bytes=5-", "2-9", "bytes=a-9", ""] {
            assert_eq!(copied(bad, 10), None, "{bad}");
        }
    }
}
