//! What a browser is told: the answer to its question beforehand (`OPTIONS`, the preflight), and the marks on whatever is answered to a
//! request that names its origin, also when that is refused.

use coldkeep_http::{Call, Response, ResponseBody};
use coldkeep_store::{CorsRule, Error};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method};

use super::METHODS;
use super::rules::{Asked, find, is_for_all};
use crate::errors::S3Error;
use crate::{Address, S3};

/// What the answer depends on, for caches.
const VARIES: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Headers, Access-Control-Request-Method");

impl S3 {
    /// The preflight. Nobody signs it, and it tells nothing but what the bucket's rules say.
    pub(crate) async fn preflight(&self, call: &Call, address: &Address) -> Result<Response, S3Error> {
        let bad = |message: &str| S3Error::new(400, "BadRequest", message);
        let Some(origin) = call.header(ORIGIN.as_str()).filter(|origin| !origin.is_empty()) else {
            return Err(bad("Insufficient information. Origin request header needed."));
        };
        let method = call.header(ACCESS_CONTROL_REQUEST_METHOD.as_str());
        let forbidden = |message: &str, resource: &str| {
            let error = S3Error::new(403, "AccessForbidden", format!("CORSResponse: {message}"));
            error.with("Method", method.unwrap_or(call.method.as_str())).with("ResourceType", resource)
        };
        let name = self.bucket_behind(address).await?;
        let bucket = match self.store.bucket(&name).await {
            Err(Error::NoSuchBucket) => return Err(forbidden("Bucket not found", "BUCKET")),
            found => found?,
        };
        let Some(rules) = &bucket.access.cors else {
            return Err(forbidden("CORS is not enabled for this bucket.", "BUCKET"));
        };
        let Some(method) = method.filter(|method| METHODS.contains(method)) else {
            let sent = method.unwrap_or("null");
            return Err(bad(&format!("Invalid Access-Control-Request-Method: {sent}")));
        };
        let asked = Asked { origin, method, headers: call.header(ACCESS_CONTROL_REQUEST_HEADERS.as_str()) };
        let Some(rule) = find(rules, asked) else {
            return Err(forbidden(
                "This CORS request is not allowed. This is usually because the evalution of Origin, request method / \
                 Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's \
                 CORS spec.",
                if address.key.is_some() { "OBJECT" } else { "BUCKET" },
            ));
        };
        let mut response = Response::new(ResponseBody::empty());
        mark(response.headers_mut(), rule, asked);
        Ok(response)
    }

    /// What marks an answer for the page that asked, where a rule of the bucket lets it see it; nothing for most requests.
    pub(crate) async fn origin_marks(&self, call: &Call, address: &Address) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let Some(origin) = call.header(ORIGIN.as_str()).filter(|_| call.method != Method::OPTIONS) else {
            return headers;
        };
        let Ok(name) = self.bucket_behind(address).await else { return headers };
        let bucket = match self.store.bucket(&name).await {
            Ok(bucket) => bucket,
            Err(Error::NoSuchBucket) => return headers,
            Err(error) => {
                tracing::warn!(%name, %error, "an answer has no CORS headers: its bucket cannot be read");
                return headers;
            }
        };
        let method = call.header(ACCESS_CONTROL_REQUEST_METHOD.as_str()).unwrap_or(call.method.as_str());
        let asked = Asked { origin, method, headers: call.header(ACCESS_CONTROL_REQUEST_HEADERS.as_str()) };
        if let Some(rule) = bucket.access.cors.as_deref().and_then(|rules| find(rules, asked)) {
            mark(&mut headers, rule, asked);
        }
        headers
    }
}

/// The headers by which a browser lets a page go on. What no header can carry is left out, and the browser refuses.
fn mark(headers: &mut HeaderMap, rule: &CorsRule, asked: Asked<'_>) {
    let mut put = |name, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    if is_for_all(rule) {
        put(ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned());
    } else {
        put(ACCESS_CONTROL_ALLOW_ORIGIN, asked.origin.to_owned());
        put(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned());
    }
    put(ACCESS_CONTROL_ALLOW_METHODS, rule.methods.join(", "));
    if asked.header_names().next().is_some() {
        let names: Vec<String> = asked.header_names().map(str::to_ascii_lowercase).collect();
        put(ACCESS_CONTROL_ALLOW_HEADERS, names.join(", "));
    }
    if !rule.exposed.is_empty() {
        put(ACCESS_CONTROL_EXPOSE_HEADERS, rule.exposed.join(", "));
    }
    if let Some(seconds) = rule.max_age_seconds {
        put(ACCESS_CONTROL_MAX_AGE, seconds.to_string());
    }
    headers.insert(VARY, VARIES);
}
