//! One request as doors see it: everything but the body.

use std::net::SocketAddr;

use coldkeep_auth::{Place, Verified, uri};
use coldkeep_types::Timestamp;
use http::header::{CONTENT_LENGTH, EXPECT, HOST};
use http::{HeaderMap, HeaderValue, Method, Version};

use crate::RequestId;
use crate::progress::Standing;

/// A request's head, parsed once. Path and query are valid UTF-8; they may still hold any character, NUL included.
#[derive(Clone, Debug)]
pub struct Call {
    /// The id of this request, in the form of the door it goes to.
    pub id: RequestId,
    /// The method.
    pub method: Method,
    /// The HTTP version.
    pub version: Version,
    /// The path as sent.
    pub raw_path: String,
    /// The path with percent-escapes decoded.
    pub path: String,
    /// The query as sent, without `?`; empty when there is none.
    pub raw_query: String,
    /// The query's parameters, decoded, in order; `+` is a space, no value is an empty one.
    pub query: Vec<(String, String)>,
    /// All headers; `host` is there in HTTP/2 too.
    pub headers: HeaderMap,
    /// The host as the client named it, with its port; empty when it named none.
    pub host: String,
    /// The client's address.
    pub remote: SocketAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Which version of TLS it speaks, such as `1.3`, where it is.
    pub tls_version: Option<&'static str>,
    /// When the head had arrived.
    pub received: Timestamp,
    /// Its connection and its own progress; none in tests of doors.
    pub(crate) standing: Option<Standing>,
}

impl Call {
    /// Parses a head. What cannot be decoded is reported beside a call that holds it with replacement characters; such
    /// a call goes to [`Door::unserved`](crate::Door::unserved), never to `handle`.
    pub fn new(
        head: http::request::Parts,
        id: RequestId,
        remote: SocketAddr,
        tls: bool,
        received: Timestamp,
    ) -> (Self, Option<&'static str>) {
        let mut malformed =
            (!escapes_are_whole(head.uri.path())).then_some("the path has an incomplete percent-escape");
        let mut text = |bytes: Vec<u8>, what: &'static str| {
            String::from_utf8(bytes).unwrap_or_else(|error| {
                malformed.get_or_insert(what);
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            })
        };
        let raw_path = match head.uri.path() {
            "" => "/".to_owned(),
            path => path.to_owned(),
        };
        let raw_query = head.uri.query().unwrap_or_default().to_owned();
        let path = text(uri::decode(&raw_path), "the path is not valid UTF-8");
        let query = uri::query_pairs(&raw_query)
            .map(|(name, value)| {
                let what = "the query is not valid UTF-8";
                (text(uri::decode_query(name), what), text(uri::decode_query(value), what))
            })
            .collect();
        let mut headers = head.headers;
        if !headers.contains_key(HOST)
            && let Some(value) = head.uri.authority().and_then(|name| HeaderValue::from_str(name.as_str()).ok())
        {
            headers.insert(HOST, value);
        }
        let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (method, version) = (head.method, head.version);
        let standing = None;
        let call = Self {
            id,
            method,
            version,
            raw_path,
            path,
            raw_query,
            query,
            headers,
            host,
            remote,
            tls,
            tls_version: None,
            received,
            standing,
        };
        (call, malformed)
    }

    /// Notes that the caller is proven, where that came after [`authenticate`](crate::authenticate): such a call is held to
    /// longer deadlines, and a connection whose caller signs in a header is no stranger's any more.
    pub fn verified(&self, verified: &Verified) {
        if let Some(standing) = &self.standing {
            standing.verify(verified.place == Place::Header);
        }
    }

    /// Charges the connection, as long as it is a stranger's, for bytes that are held for a caller who is not proven.
    pub fn charge(&self, bytes: usize) {
        if let Some(standing) = &self.standing {
            standing.crowd.charge(&standing.activity, bytes);
        }
    }

    /// The value of a header, named in lower case. Of several, the first.
    pub fn header_value(&self, name: &str) -> Option<&HeaderValue> {
        // Requests have few headers: looking through them beats hashing the name.
        self.headers.iter().find(|(header, _)| header.as_str() == name).map(|(_, value)| value)
    }

    /// The text of a header, named in lower case; `None` when it is absent or not visible ASCII. Of several, the first.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.header_value(name)?.to_str().ok()
    }

    /// The first value of a query parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a query parameter is there, with or without a value.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.parameter(name).is_some()
    }

    /// The segments of the path after its leading slash, each decoded by itself, so that `%2F` stays inside one.
    /// `/a//b` has the three segments `a`, empty and `b`.
    pub fn segments(&self) -> Vec<String> {
        let path = self.raw_path.strip_prefix('/').unwrap_or(&self.raw_path);
        path.split('/').map(|segment| String::from_utf8_lossy(&uri::decode(segment)).into_owned()).collect()
    }

    /// The declared length of the body on the wire; `None` when there is none.
    pub fn content_length(&self) -> Option<u64> {
        self.header(CONTENT_LENGTH.as_str()).and_then(|text| text.parse().ok())
    }

    /// Whether the client waits for `100 Continue` before it sends the body. It is sent when the body is first read.
    pub fn expects_continue(&self) -> bool {
        self.header(EXPECT.as_str()).is_some_and(|value| value.eq_ignore_ascii_case("100-continue"))
    }
}

/// Whether every `%` begins an escape of two hexadecimal digits.
fn escapes_are_whole(raw: &str) -> bool {
    let digits = |rest: &str| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    raw.split('%').skip(1).all(digits)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::Dialect;

    /// A call for tests: headers as pairs.
    pub(crate) fn call(method: &str, uri: &str, headers: &[(&str, &str)]) -> (Call, Option<&'static str>) {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let head = request.body(()).expect("a valid request").into_parts().0;
        let remote = SocketAddr::from(([127, 0, 0, 1], 1));
        Call::new(head, RequestId::random(Dialect::S3), remote, false, Timestamp(0))
    }

    #[test]
    fn paths_and_queries_are_decoded_and_kept_raw() {
        let (call, malformed) = call("GET", "/b/a%2Fb%20c+?uploads&prefix=a+b%26&x=1&x=2", &[]);
        assert_eq!(malformed, None);
        assert_eq!((call.path.as_str(), call.raw_path.as_str()), ("/b/a/b c+", "/b/a%2Fb%20c+"));
        assert_eq!(call.segments(), ["b", "a/b c+"]);
        assert_eq!((call.parameter("uploads"), call.parameter("prefix")), (Some(""), Some("a b&")));
        assert_eq!((call.parameter("x"), call.has_parameter("y")), (Some("1"), false));
    }

    #[test]
    fn invalid_utf8_is_reported() {
        assert!(call("GET", "/b/%ff", &[]).1.is_some());
        assert!(call("GET", "/b?prefix=%C3", &[]).1.is_some());
    }

    #[test]
    fn http2_names_the_host_in_its_authority() {
        assert_eq!(call("GET", "http://h:9000/", &[]).0.header("host"), Some("h:9000"));
        assert_eq!(call("GET", "http://h:9000/", &[("host", "signed")]).0.host, "signed");
    }
}
