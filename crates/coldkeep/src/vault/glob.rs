//! What paths must be like.

use std::convert::Infallible;
use std::str::FromStr;

/// `*` is any text, `?` any letter; without either, text that is somewhere in the path.
#[derive(Clone, Debug)]
pub struct Glob(Vec<char>);

impl FromStr for Glob {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let anywhere = !text.contains(['*', '?']);
        let text = if anywhere { format!("*{text}*") } else { text.to_owned() };
        Ok(Self(text.chars().collect()))
    }
}

impl Glob {
    /// Whether a path is like this. Takes no more steps than the product of both lengths.
    pub fn is_like(&self, path: &str) -> bool {
        let path: Vec<char> = path.chars().collect();
        let (mut at, mut pattern) = (0, 0);
        // The last `*`, and how much of the path it stands for.
        let mut star: Option<(usize, usize)> = None;
        while at < path.len() {
            match self.0.get(pattern) {
                Some('*') => {
                    star = Some((pattern, at));
                    pattern += 1;
                }
                Some(letter) if *letter == '?' || *letter == path[at] => {
                    (at, pattern) = (at + 1, pattern + 1);
                }
                _ => {
                    let Some((begun, taken)) = star else { return false };
                    star = Some((begun, taken + 1));
                    (at, pattern) = (taken + 1, begun + 1);
                }
            }
        }
        self.0[pattern..].iter().all(|letter| *letter == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_for_whole_paths_and_plain_text_for_any_place() {
        let table = [
            ("*.jpg", "a/b.jpg", true),
            ("*.jpg", "a/b.jpg.txt", false),
            ("a/?.jpg", "a/\u{e9}.jpg", true),
            ("a/?.jpg", "a/bb.jpg", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b*", "xxbxxaxx", false),
            ("*", "", true),
            ("?", "", false),
            ("b.j", "a/b.jpg", true),
            ("", "anything", true),
            ("b.j", "a/bxj", false),
        ];
        for (pattern, path, like) in table {
            let glob: Glob = pattern.parse().expect("any text");
            assert_eq!(glob.is_like(path), like, "{pattern} {path}");
        }
        let long: Glob = "*a*a*a*a*a*a*b".parse().expect("any text");
        assert!(!long.is_like(&"a".repeat(10_000)));
    }
}
