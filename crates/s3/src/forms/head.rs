//! The head of a form's part: its name, and the name of its file (RFC 7578, section 4.2).

use super::parts::Unreadable;

/// What a part's head says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub name: String,
    /// The name of the file, without its folders.
    pub filename: Option<String>,
}

/// Encodings that are none.
const PLAIN: [&str; 3] = ["binary", "8bit", "7bit"];

impl Head {
    /// Reads the lines of a head, without the empty one.
    pub fn parse(head: &[u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(head).map_err(|_| Unreadable::Malformed)?;
        let mut found = None;
        for line in text.split("\r\n") {
            let (name, value) = line.split_once(':').ok_or(Unreadable::Malformed)?;
            match name.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => found = Some(Self::of_disposition(value)?),
                // RFC 7578 knows no other any more, and nobody sends one.
                "content-transfer-encoding" if !PLAIN.contains(&value.trim().to_ascii_lowercase().as_str()) => {
                    return Err(Unreadable::Malformed);
                }
                _ => {}
            }
        }
        found.ok_or(Unreadable::Malformed)
    }

    fn of_disposition(value: &str) -> Result<Self, Unreadable> {
        let (kind, parameters) = value.split_once(';').ok_or(Unreadable::Malformed)?;
        let name = parameter(parameters, "name").ok_or(Unreadable::Malformed)?;
        if !kind.trim().eq_ignore_ascii_case("form-data") {
            return Err(Unreadable::Malformed);
        }
        // As old clients write a name that is not ASCII: "utf-8''", then percent-escapes.
        let extended = parameter(parameters, "filename*").and_then(|value| {
            let (charset, rest) = value.split_once('\'')?;
            let (_, escaped) = rest.split_once('\'')?;
            let utf8 = charset.eq_ignore_ascii_case("utf-8");
            String::from_utf8(coldkeep_auth::uri::decode(escaped)).ok().filter(|_| utf8)
        });
        let filename = extended.or_else(|| parameter(parameters, "filename"));
        // "If the browser or client provides a full or partial path to the file, only the text following the last slash or
        // backslash is used."
        let base = |path: String| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        Ok(Self { name, filename: filename.map(base) })
    }
}

/// A parameter of a header's value: `; name="value"` or `; name=value`. In quotes, only the quote itself is escaped: browsers send
/// folders with a single backslash.
pub(crate) fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    while let Some((name, value)) = rest.split_once('=') {
        let (mut found, mut end) = (String::new(), value.len());
        match value.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let mut letters = quoted.char_indices().peekable();
                while let Some((at, letter)) = letters.next() {
                    match letter {
                        '\\' if letters.peek().is_some_and(|(_, next)| *next == '"') => {
                            found.push('"');
                            letters.next();
                        }
                        '"' => {
                            end = value.len() - quoted.len() + at + 1;
                            break;
                        }
                        letter => found.push(letter),
                    }
                }
            }
            None => {
                end = value.find(';').unwrap_or(value.len());
                value[..end].trim().clone_into(&mut found);
            }
        }
        if name.trim_matches([' ', '\t', ';']).eq_ignore_ascii_case(wanted) {
            return Some(found);
        }
        rest = &value[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_as_browsers_and_libraries_write_them() {
        for (rest, name, filename) in [
            ("name=\"a;b=c\"; filename=\"x\"", "a;b=c", Some("x")),
            ("filename=\"x\";name=\"a\"", "a", Some("x")),
            ("name=\"a\"; filename=\"\"", "a", Some("")),
            ("name=\"a\"; filename=\"say \\\"hi\\\".txt\"", "a", Some("say \"hi\".txt")),
            ("name=\"a\"; filename=\"/tmp/\u{e9}.png\"", "a", Some("\u{e9}.png")),
            ("name=\"a\"; filename=x; filename*=utf-8''%C3%A9.png", "a", Some("\u{e9}.png")),
            ("NAME=a", "a", None),
        ] {
            let head = Head::parse(format!("Content-Disposition: form-data; {rest}").as_bytes());
            assert_eq!(head, Ok(Head { name: name.into(), filename: filename.map(str::to_owned) }), "{rest}");
        }
    }
}
