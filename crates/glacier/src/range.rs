//! The `Range` header of GetJobOutput. Pure.

use crate::headers::number;

/// Which bytes of an output are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// All: there is no range, or one that is not understood, which the service ignores.
    All,
    /// From the first to the last, both within the output.
    Part(u64, u64),
    /// A range that begins behind the end.
    Beyond,
}

/// Reads the header for an output of `bytes` bytes. An end behind the last byte is cut.
pub(crate) fn asked(header: &str, bytes: u64) -> Asked {
    parse(header, bytes).unwrap_or(Asked::All)
}

fn parse(header: &str, bytes: u64) -> Option<Asked> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = match (first.trim(), last.trim()) {
        ("", count) => {
            let count = number(count)?;
            if count == 0 || bytes == 0 {
                return Some(Asked::Beyond);
            }
            (bytes.saturating_sub(count), bytes - 1)
        }
        (first, "") => (number(first)?, u64::MAX),
        (first, last) => (number(first)?, number(last)?),
    };
    if first > last {
        return None;
    }
    Some(if first >= bytes { Asked::Beyond } else { Asked::Part(first, last.min(bytes - 1)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_ignored_or_refused() {
        let table = [
            ("bytes=0-9", Asked::Part(0, 9)),
            ("bytes=90-199", Asked::Part(90, 99)),
            ("bytes=99-", Asked::Part(99, 99)),
            ("bytes=-10", Asked::Part(90, 99)),
            ("bytes=-1000", Asked::Part(0, 99)),
            ("bytes=0-99", Asked::Part(0, 99)),
            ("bytes=100-", Asked::Beyond),
            ("bytes=100-200", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
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
