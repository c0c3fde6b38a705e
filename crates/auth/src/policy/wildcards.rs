//! Matching text against `*` (any run of characters, also none) and `?` (exactly one character).
//!
//! A pattern is UTF-8 in which two bytes that UTF-8 never has stand for the wildcards. So a `*` that a policy variable brought in, or
//! that was written as `${*}`, is only ever the character. At most text times pattern steps: only the last `*` is ever tried again.

/// Stands for `*` in a pattern.
pub(super) const ANY: u8 = 0xFF;
/// Stands for `?` in a pattern.
pub(super) const ONE: u8 = 0xFE;

/// Whether the whole text matches, where `same` says whether two bytes are the same character.
fn matches_by(pattern: &[u8], text: &[u8], same: impl Fn(u8, u8) -> bool) -> bool {
    let (mut at, mut from) = (0, 0);
    // What follows the last `*`, and where in the text that was last tried.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(from)) {
            (Some(&ANY), _) if at + 1 == pattern.len() => return true,
            (Some(&ANY), _) => {
                at += 1;
                retry = Some((at, from));
            }
            (Some(&ONE), Some(_)) => {
                at += 1;
                from = after_character(text, from);
            }
            (Some(expected), Some(found)) if same(*expected, *found) => {
                at += 1;
                from += 1;
            }
            (None, None) => return true,
            _ => match &mut retry {
                Some((rest, tried)) if *tried < text.len() => {
                    *tried = after_character(text, *tried);
                    (at, from) = (*rest, *tried);
                }
                _ => return false,
            },
        }
    }
}

/// Where the character after the one at `from` begins.
fn after_character(text: &[u8], from: usize) -> usize {
    let rest = &text[from + 1..];
    from + 1 + rest.iter().position(|byte| !is_continuation(*byte)).unwrap_or(rest.len())
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

/// Whether the whole text matches the pattern.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    matches_by(pattern, text, |expected, found| expected == found)
}

/// Whether the whole text matches the pattern, `A` and `a` being the same.
pub(super) fn matches_ignoring_case(pattern: &[u8], text: &[u8]) -> bool {
    matches_by(pattern, text, |expected, found| expected.eq_ignore_ascii_case(&found))
}

/// A pattern of text that has wildcards and nothing else of meaning.
pub(super) fn compile(text: &str) -> Box<[u8]> {
    let compiled = |byte| match byte {
        b'*' => ANY,
        b'?' => ONE,
        other => other,
    };
    text.bytes().map(compiled).collect()
}

/// A pattern as it was written.
pub(super) fn text(pattern: &[u8]) -> String {
    let written = |byte: &u8| match *byte {
        ANY => b'*',
        ONE => b'?',
        other => other,
    };
    String::from_utf8_lossy(&pattern.iter().map(written).collect::<Vec<_>>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_characters() {
        let yes = [
            ("", ""),
            ("*", ""),
            ("*", "a/b"),
            ("a*", "a"),
            ("*a", "ba"),
            ("a*c*e", "abcde"),
            ("a**e", "ae"),
            ("?", "é"),
            ("?é?", "aéb"),
            ("*?", "日本"),
            ("a?c", "a/c"),
            ("*aab", "aaaaab"),
        ];
        for (pattern, text) in yes {
            assert!(matches(&compile(pattern), text.as_bytes()), "{pattern} {text}");
        }
        let no = [("", "a"), ("?", ""), ("a", ""), ("a*b", "ac"), ("??", "é"), ("a*", "A"), ("*a", "ab"), ("a?", "a")];
        for (pattern, text) in no {
            assert!(!matches(&compile(pattern), text.as_bytes()), "{pattern} {text}");
        }
        assert!(matches_ignoring_case(&compile("s3:get*"), b"S3:GetObject"));
        assert!(!matches(b"*", b"a"), "a literal asterisk is only itself");
        assert!(matches(b"*", b"*"));
    }

    /// A hundred stars over a text that never matches: a matcher that backtracks would not end.
    #[test]
    fn many_stars_end_soon() {
        let pattern = compile(&"a*".repeat(100)).into_vec();
        let pattern = [&pattern[..], b"b"].concat();
        assert!(!matches(&pattern, "a".repeat(2000).as_bytes()));
    }
}
