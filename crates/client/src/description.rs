//! What vault tools write into descriptions: paths and dates, each tool in a form of its own. Pure.
//!
//! - mt-aws-glacier, `mt1` and `mt2`: JSON of `filename` and `mtime` in base64url (its MetaData.pm; mt1 is encoded in UTF-8 twice).
//! - FastGlacier, and NAS systems that took its form over: `<m><v>4</v><p>PATH</p><lm>DATE</lm></m>`, the path in base64; and its first
//!   form, `<ArchiveMetadata><Path>PATH</Path></ArchiveMetadata>`.
//! - CloudBerry: JSON of `Path` or `path`, and `UTCDateModified`.
//! - git-annex, by way of glacier-cli: the key, such as `SHA256E-s1048576--HASH.ext`; of `WORM` keys with a date.
//!
//! Anything else is a path itself.

use base64::Engine;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use coldkeep_types::Timestamp;
use serde::{Deserialize, Serialize};

/// What a description says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The path, as its tool wrote it; may be empty.
    pub path: String,
    /// When the file was changed, in ISO 8601 and UTC, where that is said.
    pub modified: Option<String>,
    /// Whose form it is; `None` of plain text.
    pub tool: Option<&'static str>,
}

/// Understands a description.
pub fn understand(description: &str) -> Named {
    let text = description.trim();
    let unquoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim();
    mt_aws(text)
        .or_else(|| fast_glacier(unquoted))
        .or_else(|| cloudberry(unquoted))
        .or_else(|| git_annex(text))
        .unwrap_or_else(|| Named { path: description.to_owned(), modified: None, tool: None })
}

/// The description of a file of this name that was changed at this time: the name where it can be said so, else in the form of
/// mt-aws-glacier, which has room for any.
pub fn describe(name: &str, modified: Timestamp) -> String {
    if name.len() <= 1024 && name.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) && !name.starts_with(' ') {
        return name.to_owned();
    }
    let mtime: String = modified.iso_seconds().chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    let meta = MtAws { filename: name.to_owned(), mtime: Some(mtime) };
    // Strings and nothing else: this does not fail.
    let json = serde_json::to_vec(&meta).unwrap_or_default();
    format!("mt2 {}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json))
}

#[derive(Serialize, Deserialize)]
struct MtAws {
    filename: String,
    mtime: Option<String>,
}

fn mt_aws(text: &str) -> Option<Named> {
    let (marker, encoded) = text.split_once(' ')?;
    let bytes = decode(&URL_SAFE, encoded.trim())?;
    let bytes = match marker {
        "mt2" => bytes,
        // Its letters are the bytes of the text.
        "mt1" => str::from_utf8(&bytes).ok()?.chars().map(|letter| u8::try_from(letter).ok()).collect::<Option<_>>()?,
        _ => return None,
    };
    let meta: MtAws = serde_json::from_slice(&bytes).ok()?;
    Some(Named { path: meta.filename, modified: meta.mtime.as_deref().and_then(date), tool: Some("mt-aws-glacier") })
}

fn fast_glacier(text: &str) -> Option<Named> {
    let (path, modified) = if text.starts_with("<m>") {
        (between(text, "<p>", "</p>")?, between(text, "<lm>", "</lm>").and_then(date))
    } else if text.starts_with("<ArchiveMetadata>") {
        (between(text, "<Path>", "</Path>")?, None)
    } else {
        return None;
    };
    let path = String::from_utf8(decode(&STANDARD, path)?).ok()?;
    Some(Named { path, modified, tool: Some("FastGlacier") })
}

fn cloudberry(text: &str) -> Option<Named> {
    #[derive(Deserialize)]
    struct Meta {
        #[serde(alias = "path", rename = "Path")]
        path: String,
        #[serde(rename = "UTCDateModified")]
        modified: Option<String>,
    }
    let meta: Meta = text.starts_with('{').then(|| serde_json::from_str(text).ok())??;
    Some(Named { path: meta.path, modified: meta.modified.as_deref().and_then(date), tool: Some("CloudBerry") })
}

/// `BACKEND-sSIZE-mMTIME--NAME`, size and time optional. Only keys with a size are taken for some: others look like any text.
fn git_annex(text: &str) -> Option<Named> {
    let (fields, name) = text.split_once("--")?;
    let mut fields = fields.split('-');
    let backend = fields.next()?;
    let is_backend = !backend.is_empty()
        && backend.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let (mut size, mut modified) = (None, None);
    for field in fields {
        let number: i64 = field.get(1..)?.parse().ok()?;
        match field.as_bytes()[0] {
            b's' => size = Some(number),
            b'm' => modified = Some(Timestamp(number.checked_mul(1000)?).iso_seconds()),
            b'S' | b'C' => {}
            _ => return None,
        }
    }
    (is_backend && size.is_some() && !name.is_empty()).then(|| Named {
        path: text.to_owned(),
        modified,
        tool: Some("git-annex"),
    })
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    Some(text.split_once(open)?.1.split_once(close)?.0.trim())
}

fn decode(alphabet: &Alphabet, text: &str) -> Option<Vec<u8>> {
    let any = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, any).decode(text).ok()
}

/// `20121114T201618Z` as `2012-11-14T20:16:18Z`.
fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    (digits(day, 8) && digits(time, 6))
        .then(|| format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(description: &str) -> (String, Option<String>, Option<&'static str>) {
        let named = understand(description);
        (named.path, named.modified, named.tool)
    }

    /// From the tests of mt-aws-glacier, and of tools that read what it wrote.
    #[test]
    fn mt_aws_glacier() {
        let table = [
            ("mt2 eyJmaWxlbmFtZSI6ImZpbGUiLCJtdGltZSI6IjIwMTIxMTE0VDIwMTYxOFoifQ", "file", "2012-11-14T20:16:18Z"),
            ("mt2 eyJmaWxlbmFtZSI6ImZpbGUvYSIsIm10aW1lIjoiMjAxMjExMDNUMDYyOTM4WiJ9", "file/a", "2012-11-03T06:29:38Z"),
            (
                "mt2 eyJmaWxlbmFtZSI6InZhci93d3cvbmV0Y3Y0XzExL25jZGVscmVjLmpzIiwibXRpbWUiOiIyMDA4MDgwN1QwNjUwMzFaIn0",
                "var/www/netcv4_11/ncdelrec.js",
                "2008-08-07T06:50:31Z",
            ),
        ];
        for (description, path, modified) in table {
            assert_eq!(said(description), (path.into(), Some(modified.into()), Some("mt-aws-glacier")));
        }
        // mt1: the bytes of the JSON were taken for letters and encoded once more.
        let json = "{\"filename\":\"\u{fc}\",\"mtime\":\"20121114T201618Z\"}";
        let twice: String = json.bytes().map(char::from).collect();
        let mt1 = format!("mt1 {}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(twice));
        assert_eq!(said(&mt1).0, "\u{fc}");
    }

    /// From the tests of Amazon's own tool for moving vaults to S3, which reads both forms of FastGlacier's and CloudBerry's.
    #[test]
    fn fast_glacier_and_cloudberry() {
        let first = "<ArchiveMetadata>           <Path>       UkVOREVSRkFSTTUvQjovb25lL3R3by90aHJlZS9jaDAxX3NlcTAwNF9zaDAwMTAuMjA0NC5kcHg=   </Path></ArchiveMetadata>";
        let path = "RENDERFARM5/B:/one/two/three/ch01_seq004_sh0010.2044.dpx";
        assert_eq!(said(first), (path.into(), None, Some("FastGlacier")));
        assert_eq!(said(&format!("\"{first}\"")), (path.into(), None, Some("FastGlacier")));
        let later = "           <m><v>4</v><p>RlgxNTAvQ0JCX2ZpZ3VyZS90ZXN0X3B5dGjDtm5fZmlsZS5jYmI=</p><lm>20190121T085242Z       </lm>        </m>";
        let date = Some("2019-01-21T08:52:42Z".to_owned());
        assert_eq!(said(later), ("FX150/CBB_figure/test_pyth\u{f6}n_file.cbb".into(), date, Some("FastGlacier")));
        for key in ["Path", "path"] {
            let path = "CB+F8-M5/B:/c01/q004/s0010/c01+AF8-s00+A8-s0010+F8/h01.1094.dpx";
            let json = format!("{{\"{key}\":\"{path}\",\"UTCDateModified\":\"20100310T110623Z\"}}");
            assert_eq!(said(&json), (path.into(), Some("2010-03-10T11:06:23Z".into()), Some("CloudBerry")));
        }
    }

    /// The form of keys, from git-annex's own description of it.
    #[test]
    fn git_annex_keys() {
        let key = "SHA256E-s31390--f50d7ac4c6b9031379986bc362fcefb65f1e52621ce1708d537e740fefc59cc0.mp3";
        assert_eq!(said(key), (key.into(), None, Some("git-annex")));
        let dated = "WORM-s3-m1289672605--file";
        assert_eq!(said(dated), (dated.into(), Some("2010-11-13T18:23:25Z".into()), Some("git-annex")));
    }

    #[test]
    fn anything_else_is_a_path_and_nothing_panics() {
        let plain = [
            "",
            " ",
            "photo.jpg",
            "mt2",
            "mt2 ",
            "mt2 !!",
            "mt2 e30",
            "mt3 e30",
            "<m>",
            "<m><p>!</p></m>",
            "<m></p><p>",
            "{",
            "{}",
            "{\"Path\":1}",
            "a--b",
            "--",
            "A-\u{e9}--b",
            "A-x1--b",
            "A-s--b",
            "A-s1--",
            "\"",
            "2024-01-01--notes.txt",
        ];
        for text in plain {
            assert_eq!(said(text), (text.to_owned(), None, None), "{text:?}");
        }
    }

    #[test]
    fn a_name_that_is_no_ascii_comes_back_from_its_description() {
        let time = Timestamp(1_352_924_178_000);
        assert_eq!(describe("a b.tar", time), "a b.tar");
        for name in ["\u{e4}\u{65e5}.tar", "line\nbreak", " led", &"\u{e9}".repeat(200)] {
            let description = describe(name, time);
            assert!(description.is_ascii(), "{description}");
            assert_eq!(said(&description), (name.into(), Some("2012-11-14T20:16:18Z".into()), Some("mt-aws-glacier")));
        }
    }
}
