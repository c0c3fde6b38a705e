//! Errors as S3 words them: code, status and message by Amazon's "Error responses" page.

use crate::Address;
use coldkeep_auth::Refusal;
use coldkeep_http::{FramingRefusal, RequestId, Response, ResponseBody};
use coldkeep_store::{Condition, DigestName, Error, SourceError};
use coldkeep_types::{InvalidName, InvalidPart, MIN_PART_BYTES};
use coldkeep_wire::{DecodeError, s3_error_xml};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderName, StatusCode};

/// An error answer.
#[derive(Debug)]
pub(crate) struct S3Error {
    pub status: StatusCode,
    pub code: &'static str,
    message: String,
    /// Further elements of the answer.
    extra: Vec<(&'static str, String)>,
    headers: Vec<(HeaderName, String)>,
    /// 304 has no body.
    bare: bool,
}

impl S3Error {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code, message: message.into(), extra: Vec::new(), headers: Vec::new(), bare: false }
    }

    pub fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.extra.push((name, text.into()));
        self
    }

    pub fn header(mut self, name: HeaderName, text: impl Into<String>) -> Self {
        self.headers.push((name, text.into()));
        self
    }

    pub fn access_denied() -> Self {
        Self::new(403, "AccessDenied", "Access Denied")
    }

    pub fn method_not_allowed() -> Self {
        Self::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    }

    pub fn not_implemented(message: &str) -> Self {
        Self::new(501, "NotImplemented", message)
    }

    pub fn header_not_implemented(header: &str) -> Self {
        let message = format!("A header you provided implies functionality that is not implemented: {header}");
        Self::not_implemented(&message).with("Header", header)
    }

    pub fn no_such_version() -> Self {
        Self::new(404, "NoSuchVersion", "The specified version does not exist.")
    }

    pub fn invalid_argument(message: &str) -> Self {
        Self::new(400, "InvalidArgument", message)
    }

    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequest", message)
    }

    pub fn malformed_xml() -> Self {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        Self::new(400, "MalformedXML", message)
    }

    pub fn invalid_uri() -> Self {
        Self::new(400, "InvalidURI", "Couldn't parse the specified URI.")
    }

    pub fn slow_down() -> Self {
        Self::new(503, "SlowDown", "Please reduce your request rate.")
    }

    pub fn internal() -> Self {
        Self::new(500, "InternalError", "We encountered an internal error. Please try again.")
    }

    pub fn missing_content_length() -> Self {
        Self::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    }

    pub fn invalid_digest() -> Self {
        Self::new(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
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

    pub fn bad_digest(name: &str, declared: &str, computed: &str) -> Self {
        let message = format!("The {name} you specified did not match the calculated checksum.");
        Self::new(400, "BadDigest", message).with("ExpectedDigest", declared).with("CalculatedDigest", computed)
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

    /// Adds what the error is about.
    pub fn located(self, address: &Address, upload_id: Option<&str>) -> Self {
        let about = match self.code {
            "NoSuchBucket" | "BucketNotEmpty" | "InvalidBucketName" => ("BucketName", address.bucket.as_deref()),
            "NoSuchKey" => ("Key", address.key.as_deref()),
            "NoSuchUpload" => ("UploadId", upload_id),
            _ => return self,
        };
        match about {
            // Control characters cannot stand in XML.
            (name, Some(text)) if !text.contains(char::is_control) => self.with(name, text),
            _ => self,
        }
    }

    /// Code and message, for an answer about several objects.
    pub fn code_and_message(&self) -> (&'static str, &str) {
        (self.code, &self.message)
    }

    /// The answer; without a body for HEAD.
    pub fn response(self, id: &RequestId, resource: &str, head: bool) -> Response {
        let extra: Vec<(&str, &str)> = self.extra.iter().map(|(name, text)| (*name, text.as_str())).collect();
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

impl From<Error> for S3Error {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchBucket => Self::new(404, "NoSuchBucket", "The specified bucket does not exist"),
            Error::BucketExists { owned: true } => Self::new(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            ),
            Error::BucketExists { owned: false } => Self::new(
                409,
                "BucketAlreadyExists",
                "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                 system. Please select a different name and try again.",
            ),
            Error::BucketNotEmpty => Self::new(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"),
            Error::NoSuchKey => Self::new(404, "NoSuchKey", "The specified key does not exist."),
            Error::NoSuchUpload | Error::CompletedOtherwise => Self::new(
                404,
                "NoSuchUpload",
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed.",
            ),
            Error::NoSuchPart(number) => {
                Self::new(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
                    .with("PartNumberRequested", number.to_string())
            }
            Error::InvalidPart(number) => Self::new(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
            .with("PartNumber", number.to_string()),
            Error::InvalidPartOrder(number) => Self::new(
                400,
                "InvalidPartOrder",
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            )
            .with("PartNumber", number.to_string()),
            Error::PartChecksumMissing { number, algorithm } => {
                let name = algorithm.name().to_ascii_lowercase();
                Self::invalid_request(format!(
                    "The upload was created using a {name} checksum. The complete request must include the checksum for \
                     each part. It was missing for part {number} in the request."
                ))
            }
            Error::PartTooSmall { number, bytes } => {
                Self::new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                    .with("ProposedSize", bytes.to_string())
                    .with("MinSizeAllowed", MIN_PART_BYTES.to_string())
                    .with("PartNumber", number.to_string())
            }
            Error::NoParts => Self::malformed_xml(),
            Error::TooLarge { max_bytes, bytes } => {
                Self::new(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                    .with("ProposedSize", bytes.to_string())
                    .with("MaxSizeAllowed", max_bytes.to_string())
            }
            Error::SizeMismatch { declared, actual } => Self::invalid_request(format!(
                "The provided 'x-amz-mp-object-size' header value {declared} does not match what was computed: {actual}"
            )),
            Error::PreconditionFailed(condition) => Self::precondition_failed(match condition {
                Condition::IfMatch => "If-Match",
                Condition::IfNoneMatch => "If-None-Match",
                Condition::IfMatchLastModifiedTime => "x-amz-if-match-last-modified-time",
                Condition::IfMatchSize => "x-amz-if-match-size",
            }),
            Error::DigestMismatch { name, declared, computed } => match name {
                DigestName::PayloadSha256 => Self::sha256_mismatch(&declared, &computed),
                DigestName::ContentMd5 => {
                    Self::new(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
                        .with("ExpectedDigest", declared)
                        .with("CalculatedDigest", computed)
                }
                DigestName::Checksum(algorithm) => Self::bad_digest(algorithm.name(), &declared, &computed),
                DigestName::TreeHash => Self::bad_digest("tree hash", &declared, &computed),
            },
            Error::ChecksumUnfit(what) => Self::invalid_request(format!("Checksum Type mismatch occurred, {what}")),
            Error::Body(error) => error.into(),
            Error::Full => Self::new(
                507,
                "InsufficientStorage",
                "The server has no room for this object. Nothing of it was kept. Free space, then send it again.",
            ),
            Error::Busy => Self::slow_down(),
            Error::Unavailable(what) => {
                tracing::error!(what, "storage is unavailable");
                Self::new(
                    503,
                    "ServiceUnavailable",
                    "Storage is unavailable. Nothing was changed. See the server's log.",
                )
            }
            Error::OutcomeUnknown(what) => {
                tracing::error!(what, "storage failed while a change was under way");
                Self::new(
                    503,
                    "ServiceUnavailable",
                    "Storage failed. It is not known whether the change was made. See the server's log.",
                )
            }
            Error::Damaged(what) => {
                tracing::error!(what, "stored data is damaged");
                Self::internal()
            }
            Error::NoSuchVault
            | Error::VaultNotEmpty
            | Error::TooManyVaults
            | Error::NoSuchArchive
            | Error::NoSuchJob
            | Error::JobNotReady
            | Error::MissingRange(_) => {
                tracing::error!(%error, "a vault's error in the S3 door");
                Self::internal()
            }
        }
    }
}

impl From<SourceError> for S3Error {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::Truncated { .. } | SourceError::TooLong { .. } | SourceError::Broken(_) => {
                let message = "You did not provide the number of bytes specified by the Content-Length HTTP header";
                Self::new(400, "IncompleteBody", message)
            }
            SourceError::Idle { seconds } => Self::new(
                400,
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the timeout period. \
                 Idle connections will be closed.",
            )
            .with("TimeoutSeconds", seconds.to_string()),
            SourceError::Framing(what) => Self::invalid_request(format!("The aws-chunked body is malformed: {what}")),
            SourceError::Storage(what) => Error::Unavailable(what).into(),
            SourceError::Signature => Self::new(
                403,
                "SignatureDoesNotMatch",
                "The signature of a chunk does not match the signature you provided. Check your key and signing method.",
            ),
            SourceError::Trailer(what) => Self::new(
                400,
                "MalformedTrailerError",
                format!(
                    "The request contained trailing data that was not well-formed or did not conform to our published \
                     schema: {what}"
                ),
            ),
        }
    }
}

impl From<InvalidName> for S3Error {
    fn from(error: InvalidName) -> Self {
        match error {
            InvalidName::Bucket => Self::new(400, "InvalidBucketName", "The specified bucket is not valid."),
            InvalidName::KeyTooLong(bytes) => Self::new(400, "KeyTooLongError", "Your key is too long")
                .with("Size", bytes.to_string())
                .with("MaxSizeAllowed", coldkeep_types::MAX_KEY_BYTES.to_string()),
            InvalidName::Key | InvalidName::Vault | InvalidName::Account | InvalidName::Region => {
                Self::invalid_argument(&error.to_string())
            }
        }
    }
}

impl From<InvalidPart> for S3Error {
    fn from(error: InvalidPart) -> Self {
        match error {
            InvalidPart::Number(number) => {
                Self::invalid_argument("Part number must be an integer between 1 and 10000, inclusive")
                    .with("ArgumentName", "partNumber")
                    .with("ArgumentValue", number.to_string())
            }
            InvalidPart::Size(_) => Self::invalid_argument(&error.to_string()),
        }
    }
}

impl From<DecodeError> for S3Error {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_) => Self::malformed_xml(),
            DecodeError::Missing { place: coldkeep_wire::Place::Body, .. }
            | DecodeError::Invalid { place: coldkeep_wire::Place::Body, .. } => Self::malformed_xml(),
            DecodeError::Missing { place: coldkeep_wire::Place::Query, name } => {
                Self::invalid_argument(&format!("This operation does not accept a request without {name}"))
                    .with("ArgumentName", name)
            }
            DecodeError::Missing { name, .. } => {
                Self::invalid_request(format!("Missing required parameter for this request: {name}"))
            }
            DecodeError::Invalid { name, expected, value, .. } => {
                Self::invalid_argument(&format!("Provided {name} is not {expected}"))
                    .with("ArgumentName", name)
                    .with("ArgumentValue", value)
            }
        }
    }
}

impl From<FramingRefusal> for S3Error {
    fn from(error: FramingRefusal) -> Self {
        match error {
            FramingRefusal::MissingDecodedLength => Self::missing_content_length(),
            FramingRefusal::InvalidDecodedLength(_) => Self::invalid_argument(&error.to_string()),
            FramingRefusal::UnsupportedTrailer(name) => Self::invalid_request(format!(
                "The value specified in the x-amz-trailer header is not supported: {name}"
            )),
        }
    }
}

impl From<Refusal> for S3Error {
    fn from(refusal: Refusal) -> Self {
        let text = refusal.to_string();
        match refusal {
            Refusal::NoCredentials => Self::access_denied(),
            Refusal::SeveralCredentials => Self::invalid_argument(
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                 parameter or the Authorization header should be specified",
            ),
            Refusal::UnsupportedMechanism(_) => Self::invalid_request(
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ),
            Refusal::Malformed { place: coldkeep_auth::Place::Header, what } => Self::new(
                400,
                "AuthorizationHeaderMalformed",
                format!("The authorization header is malformed; {what}."),
            ),
            Refusal::Malformed { place: coldkeep_auth::Place::Query, what } => {
                Self::new(400, "AuthorizationQueryParametersError", format!("{what}."))
            }
            Refusal::MissingDate => {
                let message = "AWS authentication requires a valid Date or x-amz-date header";
                Self::new(403, "AccessDenied", message)
            }
            Refusal::MissingPayloadHash => {
                Self::invalid_request("Missing required header for this request: x-amz-content-sha256")
            }
            Refusal::UnsupportedPayload(name) => Self::not_implemented(&format!("{name} is not implemented")),
            Refusal::InvalidPayloadHash(value) => Self::invalid_argument(
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                 STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 \
                 value.",
            )
            .with("ArgumentName", "x-amz-content-sha256")
            .with("ArgumentValue", value),
            Refusal::UnsignedHeaders(names) => {
                Self::new(403, "AccessDenied", "There were headers present in the request which were not signed")
                    .with("HeadersNotSigned", names.join(", "))
            }
            Refusal::MissingSignedHeader(_) => Self::new(403, "SignatureDoesNotMatch", text),
            Refusal::UnknownAccessKey(key) => Self::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with("AWSAccessKeyId", key),
            Refusal::InvalidToken => {
                Self::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            }
            Refusal::Skewed { request_time, server_time, max_skew_millis } => Self::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with("RequestTime", request_time.iso_seconds())
            .with("ServerTime", server_time.iso_seconds())
            .with("MaxAllowedSkewMilliseconds", max_skew_millis.to_string()),
            Refusal::NotYetValid { signed_at, server_time } => {
                Self::new(403, "AccessDenied", "Request is not valid yet")
                    .with("X-Amz-Date", signed_at.iso_seconds())
                    .with("ServerTime", server_time.iso_seconds())
            }
            Refusal::Expired { expires_seconds, expired_at, server_time } => {
                Self::new(403, "AccessDenied", "Request has expired")
                    .with("X-Amz-Expires", expires_seconds.to_string())
                    .with("Expires", expired_at.iso_seconds())
                    .with("ServerTime", server_time.iso_seconds())
            }
            Refusal::SignatureMismatch(mismatch) => Self::new(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method.",
            )
            .with("AWSAccessKeyId", mismatch.access_key)
            .with("StringToSign", mismatch.string_to_sign)
            .with("SignatureProvided", mismatch.signature_provided)
            .with("CanonicalRequest", String::from_utf8_lossy(&mismatch.canonical_request)),
        }
    }
}
