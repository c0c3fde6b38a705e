//! Text of clients on its way into a log: what could end a line, move a cursor or change the order of letters is escaped.
//!
//! Keys and paths may hold any character. This is done where lines are written, not where they are logged, so that no place
//! can forget it.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io;

/// Whether a terminal or a reader of lines may do something else with a character than show it.
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Writes text with escapes such as `\u{1b}`; a line break is `\n`.
pub fn plain(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(is_active) {
        out.write_str(&rest[..at])?;
        let mut characters = rest[at..].chars();
        if let Some(character) = characters.next() {
            write!(out, "{}", character.escape_default())?;
        }
        rest = characters.as_str();
    }
    out.write_str(rest)
}

/// A line of JSON with such escapes as JSON has. Its own line break stays.
pub fn json(line: &str) -> Cow<'_, str> {
    let needs = |character: char| is_active(character) && character != '\n';
    if !line.contains(needs) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len() + 16);
    for character in line.chars() {
        if needs(character) {
            // All of them are below U+10000. Writing to a string does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Writes lines of JSON, escaped. Each write must be whole characters, as the log's are.
pub struct JsonLines<W>(pub W);

impl<W: io::Write> io::Write for JsonLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(json(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_is_left_and_ordinary_text_is_as_it_was() {
        let mut out = String::new();
        plain(&mut out, "kéy/日本 \\ \"a\"\nINFO forged\r\u{1b}[31m\u{9b}2J\u{202e}\u{7f}\u{2028}end").unwrap();
        let expected = "kéy/日本 \\ \"a\"\\nINFO forged\\r\\u{1b}[31m\\u{9b}2J\\u{202e}\\u{7f}\\u{2028}end";
        assert_eq!(out, expected);
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "k\u{9b}\u{7f}\u{202e}é\n\u{1b}";
        let line = serde_json::to_string(text).unwrap() + "\n";
        let escaped = json(&line);
        assert!(!escaped.trim_end_matches('\n').contains(is_active), "{escaped:?}");
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        assert!(matches!(json("{\"a\":1}\n"), Cow::Borrowed(_)));
    }
}
