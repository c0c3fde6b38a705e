//! Text in headers: UTF-8 or ISO-8859-1 on the way in, ISO-8859-1 or RFC 2047 words on the way out.
//!
//! Clients send header values in either charset. What is valid UTF-8 is taken for it, anything else for ISO-8859-1,
//! so every value is some text. What does not fit ISO-8859-1 goes out in UTF-8, as it came and as Amazon sends it. User metadata goes out in ASCII: what is not ASCII as one RFC 2047 word, as Amazon sends
//! it (S3 user guide, "Working with object metadata"), and such words are read on the way in. Nothing is ever sent raw
//! or left out.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

/// The text of a header's value.
pub(crate) fn text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => text.into(),
        Err(_) => value.iter().copied().map(char::from).collect::<String>().into(),
    }
}

/// Whether a header can carry this text at all: it has no control characters but TAB.
pub fn is_header_text(text: &str) -> bool {
    text.chars().all(|letter| letter == '\t' || !letter.is_control())
}

/// Whether a header can carry this text as it is, in ISO-8859-1 and without control characters but TAB.
pub fn fits_header(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '\t' | ' '..='~' | '\u{a0}'..='\u{ff}'))
}

/// The value that carries this text: as it is, in ISO-8859-1 where that has all its letters, else as an RFC 2047 word.
pub(crate) fn value(text: &str) -> HeaderValue {
    if text.is_ascii() {
        if let Ok(value) = HeaderValue::from_str(text) {
            return value;
        }
    } else if fits_header(text) {
        let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
        if let Ok(value) = HeaderValue::from_bytes(&latin) {
            return value;
        }
    } else if is_header_text(text)
        && let Ok(value) = HeaderValue::from_bytes(text.as_bytes())
    {
        return value;
    }
    word(text)
}

/// The value that carries this text in ASCII: as it is where that reads back, else as an RFC 2047 word.
pub(crate) fn ascii_value(text: &str) -> HeaderValue {
    match HeaderValue::from_str(text) {
        Ok(value) if text.is_ascii() && text.trim() == text && decode_words(text) == text => value,
        _ => word(text),
    }
}

/// Text as one RFC 2047 word, however long, as Amazon writes it: what is mostly ASCII in Q, anything else in Base64.
fn word(text: &str) -> HeaderValue {
    let plain = text.chars().filter(|letter| matches!(letter, '\t' | '\n' | '\r' | ' '..='~')).count();
    let word = match 2 * plain > text.chars().count() {
        true => format!("=?UTF-8?Q?{}?=", encode_q(text)),
        false => format!("=?UTF-8?B?{}?=", STANDARD.encode(text)),
    };
    // Both are visible ASCII.
    HeaderValue::try_from(word).unwrap_or(HeaderValue::from_static(""))
}

/// RFC 2047, section 4.2: a space is `_`, and what has a meaning in a word or is not visible ASCII is `=XX`.
fn encode_q(text: &str) -> String {
    let mut out = String::with_capacity(3 * text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('_'),
            b'!'..=b'~' if !matches!(byte, b'=' | b'_' | b'?') => out.push(char::from(byte)),
            _ => out.push_str(&format!("={byte:02X}")),
        }
    }
    out
}

/// Text with its RFC 2047 words decoded. What is no word stays as it is; white space between words falls away.
pub(crate) fn decode_words(text: &str) -> Cow<'_, str> {
    if !text.contains("=?") {
        return text.into();
    }
    let (mut out, mut rest, mut after_word) = (String::new(), text, false);
    while let Some(at) = rest.find("=?") {
        let (before, found) = rest.split_at(at);
        match decode_word(found) {
            Some((decoded, length)) => {
                if !(after_word && before.trim().is_empty()) {
                    out.push_str(before);
                }
                out.push_str(&decoded);
                rest = &found[length..];
                after_word = true;
            }
            None => {
                out.push_str(before);
                out.push_str("=?");
                rest = &found[2..];
                after_word = false;
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// The text of the word that `found` begins with, and the word's length.
fn decode_word(found: &str) -> Option<(String, usize)> {
    let (charset, rest) = found.strip_prefix("=?")?.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (data, _) = rest.split_once("?=")?;
    let length = "=????=".len() + charset.len() + encoding.len() + data.len();
    let bytes = match encoding {
        "B" | "b" => STANDARD.decode(data).ok()?,
        "Q" | "q" => decode_q(data)?,
        _ => return None,
    };
    // RFC 2231 lets a language follow the charset.
    let charset = charset.split('*').next().unwrap_or(charset).to_ascii_lowercase();
    let decoded = match charset.as_str() {
        "utf-8" | "us-ascii" => String::from_utf8(bytes).ok()?,
        "iso-8859-1" => bytes.into_iter().map(char::from).collect(),
        _ => return None,
    };
    Some((decoded, length))
}

/// RFC 2047, section 4.2: `_` is a space, `=XX` a byte.
fn decode_q(data: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::with_capacity(data.len()), data.as_bytes());
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'_' => bytes.push(b' '),
            b'=' => {
                let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &rest[2..];
            }
            b' ' => return None,
            plain => bytes.push(*plain),
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_charsets_are_read() {
        assert_eq!(text("Grüße 東京".as_bytes()), "Grüße 東京");
        assert_eq!(text(b"Gr\xfc\xdfe"), "Grüße");
    }

    #[test]
    fn words_are_read_and_other_text_stays() {
        for (sent, meant) in [
            ("plain", "plain"),
            ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
            ("=?utf-8?q?Gr=C3=BC=C3=9Fe_da?=", "Grüße da"),
            ("=?ISO-8859-1?Q?Gr=FC=DFe?=", "Grüße"),
            ("=?us-ascii*en?q?a?=", "a"),
            ("a =?UTF-8?B?w7w=?= =?UTF-8?B?w7w=?= b", "a üü b"),
            ("=?UTF-8?B?w7w=?= x =?UTF-8?B?w7w=?=", "ü x ü"),
            // Not words: an unknown charset, wrong Base64, bytes that are not UTF-8, half a word.
            ("=?koi8-r?B?w7w=?=", "=?koi8-r?B?w7w=?="),
            ("=?UTF-8?B?***?=", "=?UTF-8?B?***?="),
            ("=?UTF-8?Q?=FF?=", "=?UTF-8?Q?=FF?="),
            ("=?UTF-8?Q?=F", "=?UTF-8?Q?=F"),
            ("=?=?", "=?=?"),
        ] {
            assert_eq!(decode_words(sent), meant, "{sent}");
        }
    }

    #[test]
    fn what_goes_out_is_never_raw_and_never_lost() {
        for (text, sent) in [
            ("plain\ttab", &b"plain\ttab"[..]),
            ("é", b"\xe9"),
            ("–", "–".as_bytes()),
            ("a\r\nb", b"=?UTF-8?Q?a=0D=0Ab?="),
            ("\u{85}", b"=?UTF-8?B?woU=?="),
        ] {
            assert_eq!(value(text).as_bytes(), sent, "{text:?}");
        }
        assert_eq!(ascii_value("a_Ä? é").as_bytes(), b"=?UTF-8?Q?a=5F=C3=84=3F_=C3=A9?=");
        assert_eq!(ascii_value("aÄ").as_bytes(), b"=?UTF-8?B?YcOE?=");
        for text in ["é", "東京", "a\nb", "ab é=_?", "=?UTF-8?B?w7w=?=", "=?x", "", "  "] {
            let sent = ascii_value(text);
            assert!(sent.as_bytes().is_ascii(), "{text:?}");
            assert_eq!(decode_words(sent.to_str().unwrap()), text, "{text:?}");
        }
    }

    #[test]
    fn a_header_can_carry_latin_letters_only() {
        assert!(is_header_text("–\t") && !is_header_text("\u{80}") && !is_header_text("\n"));
        assert!(fits_header("attachment; filename=\"ü.txt\"\t"));
        for text in ["–", "\n", "\0", "\u{7f}", "\u{80}", "東"] {
            assert!(!fits_header(text), "{text:?}");
        }
    }
}
