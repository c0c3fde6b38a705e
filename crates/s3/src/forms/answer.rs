//! What a browser gets for a form that was taken: nothing, a document, or another page to go to.

use coldkeep_auth::uri;
use coldkeep_http::{Response, ResponseBody};
use coldkeep_wire::s3::PutObjectOutput;
use coldkeep_wire::s3_post_response_xml;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode, Uri};

use super::fields::Fields;
use crate::S3Call;
use crate::errors::S3Error;

/// The answer, with the headers that PutObject has.
pub(crate) fn answer(call: &S3Call, fields: &Fields, output: &PutObjectOutput) -> Result<Response, S3Error> {
    let (bucket, key, etag) = (call.bucket()?, call.key()?, output.etag.as_deref().unwrap_or_default());
    let location = call.location(&bucket, &key);
    let redirect = fields.get("success_action_redirect").or_else(|| fields.get("redirect"));
    let redirect = redirect.and_then(|url| redirected(url, bucket.as_str(), key.as_str(), etag));
    let status = fields.get("success_action_status").map(String::as_str);
    let (status, location, document) = match (redirect, status) {
        (Some(url), _) => (StatusCode::SEE_OTHER, url, None),
        (None, Some("201")) => {
            let document = s3_post_response_xml(&location, bucket.as_str(), key.as_str(), etag);
            (StatusCode::CREATED, location, Some(document))
        }
        (None, Some("200")) => (StatusCode::OK, location, None),
        (None, _) => (StatusCode::NO_CONTENT, location, None),
    };
    let is_document = document.is_some();
    let mut response = Response::new(document.map_or_else(ResponseBody::empty, ResponseBody::from));
    *response.status_mut() = status;
    *response.headers_mut() = output.encode().headers;
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::try_from(location).map_err(|_| S3Error::internal())?);
    if is_document {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    }
    Ok(response)
}

/// The page to go to, told what came to be. "If Amazon S3 cannot interpret the URL, it acts as if the field is not present."
fn redirected(url: &str, bucket: &str, key: &str, etag: &str) -> Option<String> {
    let (page, fragment) = url.split_once('#').map_or((url, None), |(page, fragment)| (page, Some(fragment)));
    let parsed: Uri = page.parse().ok()?;
    let is_page = matches!(parsed.scheme_str(), Some("http" | "https")) && parsed.authority().is_some();
    let encoded = |text: &str| uri::encode(text.as_bytes());
    let separator = if parsed.query().is_some() { '&' } else { '?' };
    let mut target = format!("{page}{separator}bucket={}&key={}&etag={}", encoded(bucket), encoded(key), encoded(etag));
    if let Some(fragment) = fragment {
        target.push('#');
        target.push_str(fragment);
    }
    (is_page && HeaderValue::from_str(&target).is_ok()).then_some(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_and_what_is_no_page_is_not_gone_to() {
        let to = |url: &str| redirected(url, "b", "a b/é", "\"1\"");
        let told = "bucket=b&key=a%20b%2F%C3%A9&etag=%221%22";
        assert_eq!(to("http://h/done"), Some(format!("http://h/done?{told}")));
        assert_eq!(to("https://h:8443/done?x=y"), Some(format!("https://h:8443/done?x=y&{told}")));
        assert_eq!(to("http://h/#end"), Some(format!("http://h/?{told}#end")));
        for other in [
            "",
            "/done",
            "h/done",
            "javascript:alert(1)",
            "ftp://h/",
            "http://",
            "http://h/\r\nset-cookie: a",
            "http://h/a b",
        ] {
            assert_eq!(to(other), None, "{other}");
        }
    }
}
