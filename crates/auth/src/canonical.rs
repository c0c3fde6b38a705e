//! The canonical request: what both sides sign.

use std::borrow::Cow;

use crate::uri;

/// A request as it came, for checking its signature.
#[derive(Clone, Debug)]
pub struct SignedRequest<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The path exactly as sent, before any decoding.
    pub raw_path: &'a str,
    /// The query exactly as sent, without `?`; empty when there is none.
    pub raw_query: &'a str,
    /// All headers in order of appearance, names in lower case. `host` must be among them (from `:authority` in HTTP/2).
    pub headers: Vec<(&'a str, &'a [u8])>,
    /// The bucket that the host names (virtual-hosted style), which Signature V2 signs as part of the path.
    pub hosted_bucket: Option<&'a str>,
}

impl<'a> SignedRequest<'a> {
    /// All values of one header.
    pub(crate) fn header_values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |(key, _)| *key == name).map(|(_, value)| *value)
    }
}

/// How white space inside a header's value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spaces {
    /// Runs become one space, as the rules say.
    Collapsed,
    /// Only the ends are trimmed, as some old clients do.
    Trimmed,
}

/// The canonical request up to and including the line feed before the payload hash.
pub(crate) fn canonical_head(
    request: &SignedRequest<'_>,
    s3: bool,
    signed_headers: &[String],
    spaces: Spaces,
) -> Vec<u8> {
    let mut head = Vec::with_capacity(512);
    head.extend_from_slice(request.method.as_bytes());
    head.push(b'\n');
    head.extend_from_slice(
        if s3 { s3_path(request.raw_path) } else { normalised_path(request.raw_path).into() }.as_bytes(),
    );
    head.push(b'\n');
    head.extend_from_slice(canonical_query(request.raw_query).as_bytes());
    head.push(b'\n');
    for name in signed_headers {
        head.extend_from_slice(name.as_bytes());
        head.push(b':');
        for (index, value) in request.header_values(name).enumerate() {
            if index > 0 {
                head.push(b',');
            }
            append_value(&mut head, value, spaces);
        }
        head.push(b'\n');
    }
    head.push(b'\n');
    head.extend_from_slice(signed_headers.join(";").as_bytes());
    head.push(b'\n');
    head
}

/// Whether the two ways to write white space can differ in a signed header.
pub(crate) fn has_runs(request: &SignedRequest<'_>, signed_headers: &[String]) -> bool {
    let run = |value: &[u8]| {
        let value = value.trim_ascii();
        value.windows(2).any(|pair| pair[0].is_ascii_whitespace() && pair[1].is_ascii_whitespace())
            || value.iter().any(|byte| byte.is_ascii_whitespace() && *byte != b' ')
    };
    signed_headers.iter().any(|name| request.header_values(name).any(run))
}

fn append_value(head: &mut Vec<u8>, value: &[u8], spaces: Spaces) {
    match spaces {
        Spaces::Trimmed => head.extend_from_slice(value.trim_ascii()),
        Spaces::Collapsed => {
            let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
            for (index, word) in words.enumerate() {
                if index > 0 {
                    head.push(b' ');
                }
                head.extend_from_slice(word);
            }
        }
    }
}

/// S3's path: not normalised, each segment decoded and encoded once.
fn s3_path(raw_path: &str) -> Cow<'_, str> {
    match uri::encode_path(raw_path.as_bytes()) {
        Cow::Borrowed("") => "/".into(),
        // Most paths: nothing in them is an escape or needs one.
        Cow::Borrowed(plain) => plain.into(),
        Cow::Owned(_) => {
            let segments = raw_path.split('/').map(|segment| uri::encode(&uri::decode(segment)));
            segments.collect::<Vec<_>>().join("/").into()
        }
    }
}

/// Every other service's path: dot segments and empty segments removed, what was sent encoded once more.
fn normalised_path(raw_path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in raw_path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let directory = matches!(raw_path.rsplit('/').next(), Some("" | "." | ".."));
    let mut path = String::from("/");
    path.push_str(&kept.iter().map(|segment| uri::encode(segment.as_bytes())).collect::<Vec<_>>().join("/"));
    if directory && !kept.is_empty() {
        path.push('/');
    }
    path
}

/// The query, decoded, encoded again and sorted, without `X-Amz-Signature`.
fn canonical_query(raw_query: &str) -> String {
    let recode = |text: &str| uri::encode(&uri::decode_query(text));
    let mut pairs: Vec<(String, String)> = uri::query_pairs(raw_query)
        .map(|(name, value)| (recode(name), recode(value)))
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_each_services_rule() {
        let table = [
            ("", "/", "/"),
            ("/", "/", "/"),
            ("/a//b/../c", "/a//b/../c", "/a/c"),
            ("/a%20b/ü(1)", "/a%20b/%C3%BC%281%29", "/a%2520b/%C3%BC%281%29"),
            ("/a%2fb+c~", "/a%2Fb%2Bc~", "/a%252fb%2Bc~"),
            ("/-/vaults/", "/-/vaults/", "/-/vaults/"),
        ];
        for (raw, s3, other) in table {
            assert_eq!((&*s3_path(raw), normalised_path(raw).as_str()), (s3, other), "{raw}");
        }
    }

    #[test]
    fn queries_are_sorted_after_encoding() {
        assert_eq!(
            canonical_query("prefix=somePrefix&marker=someMarker&max-keys=20"),
            "marker=someMarker&max-keys=20&prefix=somePrefix"
        );
        assert_eq!(canonical_query("acl"), "acl=");
        assert_eq!(canonical_query("b=2&a=%2f&a=+&&c=%3d&X-Amz-Signature=x"), "a=%20&a=%2F&b=2&c=%3D");
    }

    #[test]
    fn values_are_trimmed_collapsed_and_joined() {
        let request = SignedRequest {
            method: "GET",
            raw_path: "/",
            raw_query: "",
            headers: vec![("host", b" h "), ("x-amz-meta-a", b" a  b\t c "), ("x-amz-meta-a", b"d")],
            hosted_bucket: None,
        };
        let signed = ["host".to_owned(), "x-amz-meta-a".to_owned()];
        let head = |spaces| String::from_utf8(canonical_head(&request, true, &signed, spaces)).expect("text");
        assert_eq!(head(Spaces::Collapsed), "GET\n/\n\nhost:h\nx-amz-meta-a:a b c,d\n\nhost;x-amz-meta-a\n");
        assert_eq!(head(Spaces::Trimmed), "GET\n/\n\nhost:h\nx-amz-meta-a:a  b\t c,d\n\nhost;x-amz-meta-a\n");
    }
}
