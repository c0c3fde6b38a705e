//! The door of websites: what a browser gets that opens a bucket at the name of its website.
//!
//! It reads each object as the S3 door answers a GetObject that nobody signs: policy, ACLs and block of public access decide as there,
//! and so do conditions, ranges, encryption and classes. What a request signs, or says in `x-amz-*` headers or its query, is not
//! heard.

use async_trait::async_trait;
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, ResponseBody, Unserved, website_bucket};
use coldkeep_store::{Pages, Website};
use coldkeep_types::BucketName;
use http::header::{ALLOW, AUTHORIZATION, LOCATION};
use http::{HeaderValue, Method, StatusCode};

use super::configuration::no_website;
use super::pages::{Failure, name_in};
use super::rules::{Here, by_rule, elsewhere, find, path_of, sendable};
use crate::errors::S3Error;
use crate::{Address, S3, unserved_error};

/// The headers by which a reader asks for less than the whole object. They are about the page that is asked for, not about the one
/// that stands in for it.
const ABOUT_THE_PAGE: [&str; 6] =
    ["range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

/// Says that an answer is a redirect, at the S3 door.
const REDIRECT: &str = "x-amz-website-redirect-location";

/// Buckets as websites, over the S3 door.
pub struct Websites {
    s3: S3,
    domains: Vec<String>,
}

impl Websites {
    /// The door for hosts below these domains.
    pub fn new(s3: S3, domains: Vec<String>) -> Self {
        Self { s3, domains }
    }

    async fn answer(&self, call: &Call, at: &Address, note: &mut Annotation) -> Result<Response, Failure> {
        if call.method == Method::OPTIONS {
            return Ok(self.s3.preflight(call, at).await?);
        }
        if ![Method::GET, Method::HEAD].contains(&call.method) {
            return Err(not_allowed(&call.method).into());
        }
        let name = BucketName::parse(at.bucket.as_deref().unwrap_or_default());
        let name = name.map_err(|_| S3Error::from(coldkeep_store::Error::NoSuchBucket))?;
        let bucket = self.s3.store.bucket(&name).await.map_err(S3Error::from)?;
        let website = bucket.website.as_ref().ok_or_else(no_website)?;
        // "Any request to such a bucket receives a 403 Access Denied response."
        if bucket.access.requester_pays == Some(true) {
            return Err(S3Error::access_denied().into());
        }
        match website {
            Website::Elsewhere(to) => {
                let path = call.raw_path.strip_prefix('/').unwrap_or(&call.raw_path);
                Ok(moved(StatusCode::MOVED_PERMANENTLY, &elsewhere(to, path, here(call))))
            }
            Website::Pages(pages) => self.page(call, &name, pages, at, note).await,
        }
    }

    async fn page(
        &self,
        call: &Call,
        bucket: &BucketName,
        pages: &Pages,
        at: &Address,
        note: &mut Annotation,
    ) -> Result<Response, Failure> {
        let by = |rule, key| {
            let status = rule_status(rule);
            moved(status, &by_rule(rule, key, here(call)))
        };
        let key = at.key.as_deref().unwrap_or_default();
        if let Some(rule) = find(&pages.rules, key, None) {
            return Ok(by(rule, key));
        }
        let is_folder = key.is_empty() || key.ends_with('/');
        let of_object = if is_folder { format!("{key}{}", pages.index) } else { key.to_owned() };
        let error = match self.read(call, &call.method, bucket, &of_object, true, note).await {
            Ok(response) => return Ok(response),
            Err(error) if error.is_bare() => return Err(error.into()),
            Err(error) => error,
        };
        let status = error.status;
        if !is_folder && [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&status) {
            let (index, mut unnoted) = (format!("{key}/{}", pages.index), Annotation::default());
            if self.read(call, &Method::HEAD, bucket, &index, false, &mut unnoted).await.is_ok() {
                return Ok(moved(StatusCode::FOUND, &format!("/{}/", path_of(key))));
            }
        }
        if let Some(rule) = find(&pages.rules, key, Some(status.as_u16())) {
            return Ok(by(rule, key));
        }
        let Some(document) = pages.error.as_ref().filter(|_| status.is_client_error()) else {
            return Err(error.into());
        };
        match self.read(call, &call.method, bucket, document, false, note).await {
            Ok(mut response) => {
                if response.status().is_success() {
                    *response.status_mut() = status;
                    name_in(response.headers_mut(), &error);
                    note.error = Some(error.code.to_owned());
                }
                Ok(response)
            }
            Err(missing) => Err(Failure { error, document: Some(missing) }),
        }
    }

    /// An object, read by nobody in particular, or where it sends its readers.
    async fn read(
        &self,
        call: &Call,
        method: &Method,
        bucket: &BucketName,
        key: &str,
        as_asked: bool,
        note: &mut Annotation,
    ) -> Result<Response, S3Error> {
        let mut call = call.clone();
        call.method = method.clone();
        call.query.clear();
        call.raw_query.clear();
        let unheard: Vec<_> = call.headers.keys().filter(|name| is_unheard(name.as_str(), as_asked)).cloned().collect();
        unheard.iter().for_each(|name| _ = call.headers.remove(name));
        let (bucket_text, key_text) = (bucket.as_str().to_owned(), key.to_owned());
        let at = Address { bucket: Some(bucket_text), key: Some(key_text), hosted: true, point: None };
        let response = Box::pin(self.s3.answer(call, at.clone(), Body::empty(), note)).await;
        let response = response.map_err(|error| error.located(&at, None, method))?;
        let Some(to) = response.headers().get(REDIRECT) else { return Ok(response) };
        Ok(moved(StatusCode::MOVED_PERMANENTLY, &sendable(&String::from_utf8_lossy(to.as_bytes()))))
    }
}

#[async_trait]
impl Door for Websites {
    fn name(&self) -> &'static str {
        "website"
    }

    fn dialect(&self) -> Dialect {
        Dialect::S3
    }

    async fn handle(&self, call: Call, _body: Body) -> Response {
        let key = call.path.strip_prefix('/').filter(|key| !key.is_empty()).map(str::to_owned);
        let at = Address { bucket: website_bucket(&call.host, &self.domains), key, hosted: true, point: None };
        let (marks, mut note) = (self.s3.origin_marks(&call, &at).await, Annotation::default());
        let noted = self.s3.noted(&call, &at).await;
        let mut response = match self.answer(&call, &at, &mut note).await {
            Ok(response) => response,
            Err(Failure { error, document }) => {
                let error = error.located(&at, None, &call.method);
                note.error = Some(error.code.to_owned());
                Failure { error, document }.response(&call.id, call.method == Method::HEAD)
            }
        };
        response.headers_mut().extend(marks);
        self.s3.log(noted, &response, &mut note);
        response.extensions_mut().insert(note);
        response
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        Failure::from(unserved_error(why)).response(&call.id, call.method == Method::HEAD)
    }
}

/// What a website does not hear of a request's headers.
fn is_unheard(name: &str, as_asked: bool) -> bool {
    name == AUTHORIZATION || name.starts_with("x-amz-") || !as_asked && ABOUT_THE_PAGE.contains(&name)
}

/// "Supports only GET and HEAD requests on objects."
fn not_allowed(method: &Method) -> S3Error {
    S3Error::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", method.as_str())
        .with("ResourceType", "OBJECT")
        .header(ALLOW, "GET, HEAD, OPTIONS")
}

fn here(call: &Call) -> Here<'_> {
    Here { protocol: if call.tls { "https" } else { "http" }, host: &call.host, query: &call.raw_query }
}

fn rule_status(rule: &coldkeep_store::RoutingRule) -> StatusCode {
    rule.code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::MOVED_PERMANENTLY)
}

/// An answer that sends its reader elsewhere.
fn moved(status: StatusCode, location: &str) -> Response {
    let mut response = Response::new(ResponseBody::empty());
    *response.status_mut() = status;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
