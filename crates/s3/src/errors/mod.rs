//! Errors as S3 words them: code, status and message by Amazon's "Error responses" page.
//!
//! Here is the answer itself; `facts` words what the store states, `credentials` why a signature is refused, `requests`
//! what is wrong with a request's form.

mod credentials;
mod facts;
mod requests;

use std::borrow::Cow;

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_http::{Call, RequestId, Response, ResponseBody};
use coldkeep_store::Error;
use coldkeep_wire::s3_error_xml;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};

use crate::Address;

/// An error answer.
#[derive(Debug)]
pub(crate) struct S3Error {
    pub status: StatusCode,
    pub code: &'static str,
    message: String,
    /// Further elements of the answer.
    pub extra: Vec<(Cow<'static, str>, String)>,
    headers: Vec<(HeaderName, String)>,
    /// 304 has no body.
    bare: bool,
}

impl S3Error {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message: message.into(), extra: Vec::new(), headers: Vec::new(), bare: false }
    }

    pub fn with(mut self, name: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        self.extra.push((name.into(), text.into()));
        self
    }

    pub fn header(mut self, name: HeaderName, text: impl Into<String>) -> Self {
        self.headers.push((name, text.into()));
        self
    }

    /// Names the argument that an `InvalidArgument` is about, and its value.
    pub fn about(self, name: &str, value: impl Into<String>) -> Self {
        self.with("ArgumentName", name).with("ArgumentValue", value)
    }

    pub fn access_denied() -> Self {
        Self::new(403, "AccessDenied", "Access Denied")
    }

    pub fn acl_beside_enforced() -> Self {
        let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
        Self::new(400, "InvalidBucketAclWithObjectOwnership", message)
    }

    /// Of a bucket with versions that is not empty.
    pub fn versions_left() -> Self {
        let message = "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
        Self::new(409, "BucketNotEmpty", message)
    }

    pub fn no_acls() -> Self {
        Self::new(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
    }

    pub fn invalid_class(class: &str) -> Self {
        Self::new(400, "InvalidStorageClass", "The storage class you specified is not valid")
            .with("StorageClassRequested", class)
    }

    pub fn invalid_state(message: &str, class: &str) -> Self {
        Self::new(403, "InvalidObjectState", message).with("StorageClass", class)
    }

    /// Of a configuration, of which a bucket has many.
    pub fn id_mismatch() -> Self {
        Self::new(400, "IdMismatch", "Document ID does not match the specified configuration ID.")
    }

    pub fn no_configuration() -> Self {
        Self::new(404, "NoSuchConfiguration", "The specified configuration does not exist.")
    }

    pub fn no_object_lock() -> Self {
        Self::invalid_request("Bucket is missing Object Lock Configuration")
    }

    pub fn not_implemented(message: &str) -> Self {
        Self::new(501, "NotImplemented", message)
    }

    pub fn header_not_implemented(header: &str) -> Self {
        let message = format!("A header you provided implies functionality that is not implemented: {header}");
        Self::not_implemented(&message).with("Header", header)
    }

    /// A condition of a write that Amazon does not take either; it says why in an element of its own.
    pub fn condition_not_implemented(header: &str, why: &str) -> Self {
        Self::not_implemented("A header you provided implies functionality that is not implemented")
            .with("Header", header)
            .with("additionalMessage", why)
    }

    pub fn no_such_version(version: &str) -> Self {
        Self::new(404, "NoSuchVersion", "The specified version does not exist.").with("VersionId", version)
    }

    /// Of what tags or gives access to an object: a delete marker has neither, whether it is named or the current version.
    pub fn of_marker_itself(error: Error) -> Self {
        match error {
            Error::IsDeleteMarker { version, modified, .. } => {
                Error::IsDeleteMarker { version, modified, asked: true }.into()
            }
            error => error.into(),
        }
    }

    /// It is a delete marker that is in the way.
    pub fn of_marker(self, version: &str) -> Self {
        self.header(HeaderName::from_static("x-amz-delete-marker"), "true")
            .header(HeaderName::from_static("x-amz-version-id"), version)
    }

    /// A value that no header could carry back.
    pub fn unsendable(header: &str, value: &str) -> Self {
        Self::invalid_argument("Header value cannot be represented using ISO-8859-1.").about(header, value)
    }

    pub fn invalid_argument(message: &str) -> Self {
        Self::new(400, "InvalidArgument", message)
    }

    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequest", message)
    }

    pub fn no_attributes() -> Self {
        Self::invalid_request(
            "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
        )
    }

    pub fn malformed_xml() -> Self {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        Self::new(400, "MalformedXML", message)
    }

    pub fn invalid_uri() -> Self {
        Self::new(400, "InvalidURI", "Couldn't parse the specified URI.")
    }

    pub fn unreadable(too_large: bool) -> Self {
        match too_large {
            true => Self::new(
                400,
                "RequestHeaderSectionTooLarge",
                "Your request header and query-string parameters exceed the maximum allowed size.",
            ),
            false => Self::new(400, "BadRequest", coldkeep_http::UNREADABLE),
        }
    }

    pub fn slow_down() -> Self {
        Self::new(503, "SlowDown", "Please reduce your request rate.")
    }

    pub fn internal() -> Self {
        Self::new(500, "InternalError", "We encountered an internal error. Please try again.")
    }

    pub fn request_timeout() -> Self {
        Self::new(
            400,
            "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the timeout period. Idle \
             connections will be closed.",
        )
    }

    pub fn missing_content_length() -> Self {
        Self::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    }

    pub fn invalid_digest(call: &Call) -> Self {
        Self::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
            .naming("Content-MD5", call.header("content-md5"))
    }

    /// Chunks that would be signed, of a request that is not.
    pub fn unsigned_chunks() -> Self {
        Self::invalid_request(
            "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or \
             STREAMING-UNSIGNED-PAYLOAD-TRAILER.",
        )
    }

    /// The same of an operation whose document was not sent. A Complete without one names no part, as one with an empty list, and a
    /// legal hold none; a policy is no XML.
    pub fn of_no_document(self, operation: &str) -> Self {
        match (self.code, operation) {
            ("MalformedXML", "CompleteMultipartUpload" | "PutObjectLegalHold") => self,
            ("MalformedXML", "PutBucketPolicy") => {
                Self::new(400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
            }
            ("MalformedXML", _) => Self::new(400, "MissingRequestBodyError", "Request Body is empty"),
            _ => self,
        }
    }

    pub fn max_message_length(max_bytes: usize) -> Self {
        Self::new(400, "MaxMessageLengthExceeded", "Your request was too big.")
            .with("MaxMessageLengthBytes", max_bytes.to_string())
    }

    pub fn sha256_mismatch(declared: &str, computed: &str) -> Self {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        Self::new(400, "XAmzContentSHA256Mismatch", message)
            .with("ClientComputedContentSHA256", declared)
            .with("S3ComputedContentSHA256", computed)
    }

    /// The two are in Base64.
    pub fn bad_md5(declared: impl Into<String>, computed: impl Into<String>) -> Self {
        Self::new(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
            .with("ExpectedDigest", declared)
            .with("CalculatedDigest", computed)
    }

    pub fn bad_digest(name: &str, declared: &str, computed: &str) -> Self {
        let message = format!("The {name} you specified did not match the calculated checksum.");
        Self::new(400, "BadDigest", message).with("ExpectedDigest", declared).with("CalculatedDigest", computed)
    }

    pub fn checksum_unfit(expected: Option<ChecksumAlgorithm>, actual: Option<ChecksumAlgorithm>) -> Self {
        let name = |algorithm: Option<ChecksumAlgorithm>| {
            algorithm.map_or_else(|| "null".to_owned(), |algorithm| algorithm.name().to_ascii_lowercase())
        };
        Self::invalid_request(format!(
            "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
            name(expected),
            name(actual)
        ))
    }

    pub fn not_modified() -> Self {
        Self { bare: true, ..Self::new(304, "NotModified", "Not Modified") }
    }

    pub fn precondition_failed(condition: &str) -> Self {
        let message = "At least one of the pre-conditions you specified did not hold";
        Self::new(412, "PreconditionFailed", message).with("Condition", condition)
    }

    pub fn invalid_range(requested: &str, actual_bytes: u64) -> Self {
        Self::new(416, "InvalidRange", "The requested range is not satisfiable")
            .with("RangeRequested", requested)
            .with("ActualObjectSize", actual_bytes.to_string())
            .header(http::header::CONTENT_RANGE, format!("bytes */{actual_bytes}"))
    }

    /// Adds what the error is about, where whoever made it has not named another.
    pub fn located(self, address: &Address, upload_id: Option<&str>, method: &http::Method) -> Self {
        match self.code {
            "NoSuchKey" | "NoSuchVersion" | "ConditionalRequestConflict" => self.naming("Key", address.key.as_deref()),
            "MethodNotAllowed" => self.naming("Method", Some(method.as_str())),
            "NoSuchUpload" => self.naming("UploadId", upload_id),
            "InvalidPart" | "InvalidPartOrder" => self.naming("UploadId", upload_id),
            code if crate::configuration::is_about_bucket(code) => self.naming("BucketName", address.bucket.as_deref()),
            _ => self,
        }
    }

    /// Names a thing, unless that is done already.
    pub fn naming(self, name: &'static str, text: Option<&str>) -> Self {
        match text {
            // Control characters cannot stand in XML.
            Some(text) if !text.contains(char::is_control) && !self.extra.iter().any(|(known, _)| *known == name) => {
                self.with(name, text)
            }
            _ => self,
        }
    }

    /// Of a missing key, which it was: not the one of the path.
    pub fn naming_key(self, key: Option<&str>) -> Self {
        if self.code == "NoSuchKey" { self.naming("Key", key) } else { self }
    }

    /// Whether its answer has no body whoever asks.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// Code and message, for an answer about several objects.
    pub fn code_and_message(&self) -> (&'static str, &str) {
        (self.code, &self.message)
    }

    /// The answer; without a body for HEAD.
    pub fn response(self, id: &RequestId, resource: &str, head: bool) -> Response {
        let extra: Vec<(&str, &str)> = self.extra.iter().map(|(name, text)| (&**name, text.as_str())).collect();
        let body = match head || self.bare {
            true => ResponseBody::empty(),
            false => s3_error_xml(self.code, &self.message, resource, id.as_str(), id.host_id(), &extra).into(),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !head && !self.bare {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        }
        for (name, text) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        }
        response
    }
}
