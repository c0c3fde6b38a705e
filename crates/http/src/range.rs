//! The `Range` header of reads (RFC 9110, section 14), as both APIs take it: one range, or none that counts. Pure.

use std::ops::Range;

/// What a `Range` header asks for of a content of a known size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Everything: several ranges, or what is no byte range, are ignored.
    All,
    /// These bytes.
    Part(Range<u64>),
    /// Nothing there is.
    Unsatisfiable,
}

/// Reads a `Range` header for a content of `bytes` bytes. An end behind the last byte is cut.
pub fn asked(header: &str, bytes: u64) -> Asked {
    // White space may stand around the one range of the list, not inside it (RFC 9110, sections 5.6.1 and 14.1.1).
    let spec = header.trim().strip_prefix("bytes=").map(|list| list.trim_matches([' ', '\t', ',']));
    let Some((first, last)) = spec.and_then(|spec| spec.split_once('-')) else { return Asked::All };
    let number = |text: &str| match text {
        text if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            // A number beyond u64 is beyond every content.
            Some(text.parse().unwrap_or(u64::MAX))
        }
        _ => None,
    };
    match (number(first), number(last)) {
        // The end of nothing is all of it.
        (None, Some(1..)) if first.is_empty() && bytes == 0 => Asked::All,
        (None, Some(suffix)) if first.is_empty() => match suffix.min(bytes) {
            0 => Asked::Unsatisfiable,
            suffix => Asked::Part(bytes - suffix..bytes),
        },
        (Some(first), None) if last.is_empty() => match first < bytes {
            true => Asked::Part(first..bytes),
            false => Asked::Unsatisfiable,
        },
        (Some(first), Some(last)) if first <= last => match first < bytes {
            true => Asked::Part(first..last.saturating_add(1).min(bytes)),
            false => Asked::Unsatisfiable,
        },
        _ => Asked::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_clamped_or_refused_or_ignored() {
        let rows = [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=0-", Asked::Part(0..10)),
            ("bytes=3-5", Asked::Part(3..6)),
            ("bytes=3-99", Asked::Part(3..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=9-18446744073709551616", Asked::Part(9..10)),
            ("bytes=10-", Asked::Unsatisfiable),
            ("bytes=10-20", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=5-3", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("bytes=a-b", Asked::All),
            ("bytes=-", Asked::All),
            ("bytes 0-4/10", Asked::All),
            ("items=0-1", Asked::All),
            ("bytes= 0-1", Asked::Part(0..2)),
            ("bytes=\t0-1 ,", Asked::Part(0..2)),
            ("bytes=0 -1", Asked::All),
            ("bytes=0- 1", Asked::All),
            ("bytes=- 3", Asked::All),
            ("bytes =0-1", Asked::All),
        ];
        for (header, expected) in rows {
            assert_eq!(asked(header, 10), expected, "{header}");
        }
        for (header, expected) in
            [("bytes=0-", Asked::Unsatisfiable), ("bytes=-0", Asked::Unsatisfiable), ("bytes=-5", Asked::All)]
        {
            assert_eq!(asked(header, 0), expected, "{header} of nothing");
        }
    }

    #[test]
    fn ranges_that_glacier_clients_send() {
        let table = [
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=90-199", Asked::Part(90..100)),
            ("bytes=99-", Asked::Part(99..100)),
            ("bytes=-10", Asked::Part(90..100)),
            ("bytes=-1000", Asked::Part(0..100)),
            ("bytes=0-99", Asked::Part(0..100)),
            ("bytes=100-", Asked::Unsatisfiable),
            ("bytes=100-200", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes 0-4194303/235812776", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("bytes=9-8", Asked::All),
            ("chunks=1-2", Asked::All),
            ("bytes=-", Asked::All),
            ("", Asked::All),
        ];
        for (header, expected) in table {
            assert_eq!(asked(header, 100), expected, "{header}");
        }
    }
}
