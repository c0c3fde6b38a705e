//! Errors as a website shows them: HTML, with what an S3 error's XML has, and the code in headers of their own.

use coldkeep_http::{RequestId, Response, ResponseBody};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};

use crate::errors::S3Error;

/// Why there is no page.
#[derive(Debug)]
pub(super) struct Failure {
    pub error: S3Error,
    /// Why there is none of the bucket's own for this error either.
    pub document: Option<S3Error>,
}

impl From<S3Error> for Failure {
    fn from(error: S3Error) -> Self {
        Self { error, document: None }
    }
}

impl Failure {
    /// The answer, as Amazon writes it; without a body for HEAD.
    pub fn response(self, id: &RequestId, head: bool) -> Response {
        let html = if head || self.error.is_bare() { String::new() } else { self.html(id) };
        let mut named = HeaderMap::new();
        name_in(&mut named, &self.error);
        let mut response = self.error.response(id, "", true);
        response.headers_mut().extend(named);
        if !html.is_empty() {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
            *response.body_mut() = ResponseBody::from(html);
        }
        response
    }

    fn html(&self, id: &RequestId) -> String {
        let status = self.error.status;
        let title = format!("{} {}", status.as_str(), status.canonical_reason().unwrap_or_default());
        let ids = [("RequestId", id.as_str()), ("HostId", id.host_id())];
        let document = self.document.as_ref().map_or_else(String::new, |error| {
            let heading = "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>";
            format!("{heading}\n{}", list(error, &[]))
        });
        format!(
            "<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n{}{document}<hr/>\n</body>\n</html>\n",
            list(&self.error, &ids)
        )
    }
}

fn list(error: &S3Error, more: &[(&str, &str)]) -> String {
    let item = |name: &str, text: &str| format!("<li>{name}: {}</li>\n", escaped(text));
    let (code, message) = error.code_and_message();
    let mut items = item("Code", code) + &item("Message", message);
    error.extra.iter().for_each(|(name, text)| items += &item(name, text));
    more.iter().for_each(|(name, text)| items += &item(name, text));
    format!("<ul>\n{items}</ul>\n")
}

/// Names an error in the headers of its answer, which may be a page of the bucket's own.
pub(super) fn name_in(headers: &mut HeaderMap, error: &S3Error) {
    let (code, message) = error.code_and_message();
    if error.is_bare() {
        return;
    }
    for (name, text) in [("x-amz-error-code", code), ("x-amz-error-message", message)] {
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
