//! What the query says in place of headers, so that the rest of the door looks in one place only: the headers.
//!
//! Whatever Amazon reads from an `x-amz-*` header it also reads from the query, where presigners put it: metadata, class,
//! ACL, expected owner, checksums ... and so it does the conditions of a write. A URL presigned with Signature V2 carries `content-type` and `content-md5` there too.
//! The query of a request is always signed, so such a parameter is as good as a signed header.

use coldkeep_http::Call;
use http::{HeaderName, HeaderValue, Method};

use crate::errors::S3Error;

/// Parameters that are the signature's own.
const OF_SIGNATURES: [&str; 8] = [
    "x-amz-algorithm",
    "x-amz-content-sha256",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
];

/// The headers that the query stands for.
pub(crate) fn headers_of_query(call: &Call) -> Result<Vec<(HeaderName, HeaderValue)>, S3Error> {
    let mut found = Vec::new();
    let version_2 = call.has_parameter("AWSAccessKeyId");
    let writes = !matches!(call.method, Method::GET | Method::HEAD);
    for (name, value) in &call.query {
        if !is_header(name, version_2, writes) {
            continue;
        }
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            S3Error::invalid_argument("A parameter that stands for a header has no header's name.").about("query", name)
        })?;
        let value =
            HeaderValue::from_bytes(value.as_bytes()).map_err(|_| S3Error::unsendable(header.as_str(), value))?;
        match call.headers.get(&header) {
            // Said twice is said once, but for metadata, which would be joined.
            Some(known) if *known == value => {}
            Some(_) => {
                let message = "A header and a query parameter of the same name have different values.";
                return Err(S3Error::invalid_argument(message).about(name, String::from_utf8_lossy(value.as_bytes())));
            }
            None => found.push((header, value)),
        }
    }
    Ok(found)
}

fn is_header(name: &str, version_2: bool, writes: bool) -> bool {
    let begins = name.len() > "x-amz-".len() && name.as_bytes()[.."x-amz-".len()].eq_ignore_ascii_case(b"x-amz-");
    let own = || OF_SIGNATURES.iter().any(|own| name.eq_ignore_ascii_case(own));
    let condition = || ["if-match", "if-none-match"].iter().any(|header| name.eq_ignore_ascii_case(header));
    let content = || ["content-type", "content-md5"].iter().any(|header| name.eq_ignore_ascii_case(header));
    (begins && !own()) || (writes && condition()) || (version_2 && content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_header() {
        for name in ["x-amz-meta-a", "X-Amz-Acl", "x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm", "If-Match"] {
            assert!(is_header(name, false, true), "{name}");
        }
        for name in ["X-Amz-Signature", "x-amz-date", "X-Amz-SignedHeaders", "x-id", "x-amz-", "content-type", "é"] {
            assert!(!is_header(name, false, true), "{name}");
        }
        assert!(!is_header("if-match", false, false));
        assert!(
            is_header("Content-Type", true, false)
                && is_header("content-md5", true, false)
                && !is_header("range", true, true)
        );
    }
}
