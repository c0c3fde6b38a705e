//! Keys that a walk takes together: those that are alike up to and with a delimiter.

use crate::prefix_end;

/// How the keys of a walk fall into groups. A key's name ends before its first zero byte from `prefix_len` on; the key is in a group
/// if `delimiter` is in that part of its name, and the group is all keys that begin as it does up to and with the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups<'a> {
    /// How many bytes of a key are passed over before a delimiter is looked for.
    pub prefix_len: usize,
    /// What a group ends with. Without a byte there are no groups.
    pub delimiter: &'a [u8],
}

impl Groups<'_> {
    /// Where the group of `key` ends: the first key that may lie behind it. `None`: it is in no group.
    pub fn end(&self, key: &[u8]) -> Option<Vec<u8>> {
        let name = key.get(self.prefix_len..)?.split(|byte| *byte == 0).next()?;
        let mut places = name.windows(self.delimiter.len().max(1));
        let at = places.position(|part| part == self.delimiter)?;
        Some(prefix_end(key[..self.prefix_len + at + self.delimiter.len()].to_vec()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_ends_behind_its_delimiter() {
        let groups = |prefix_len, delimiter| Groups { prefix_len, delimiter };
        for (groups, key, end) in [
            (groups(0, b"/".as_slice()), b"a/b/c".as_slice(), Some(b"a0".as_slice())),
            (groups(1, b"/"), b"/b/c", Some(b"/b0")),
            (groups(0, b"/"), b"/", Some(b"0")),
            (groups(0, b"--"), b"a-b--c", Some(b"a-b-.")),
            (groups(0, b"a\xff"), b"xa\xff1", Some(b"xb")),
            (groups(0, b"/"), b"ab\0/", None),
            (groups(2, b"/"), b"a/b", None),
            (groups(9, b"/"), b"a/b", None),
            (groups(0, b""), b"a/b", None),
            (groups(0, b"a/b"), b"a/", None),
        ] {
            assert_eq!(groups.end(key).as_deref(), end, "{groups:?} of {key:?}");
        }
    }
}
