//! Errors as S3 Control words them: code, status and message, with what they are about.

use coldkeep_auth::Refusal;
use coldkeep_auth::policy::Malformed;
use coldkeep_http::{BufferError, FramingRefusal, RequestId, Response, ResponseBody, Sha256Mismatch, Unserved};
use coldkeep_store::Error;
use coldkeep_types::InvalidName;
use coldkeep_wire::{DecodeError, Place, control_error_xml};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, StatusCode};

/// An error answer.
#[derive(Debug)]
pub(crate) struct ControlError {
    status: u16,
    pub code: &'static str,
    message: String,
    extra: Vec<(&'static str, String)>,
}

impl ControlError {
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), extra: Vec::new() }
    }

    /// Names what it is about. Control characters cannot stand in XML.
    pub fn naming(mut self, name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.contains(char::is_control) {
            self.extra.push((name, text));
        }
        self
    }

    pub fn access_denied() -> Self {
        Self::new(403, "AccessDenied", "Access Denied")
    }

    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidRequest", message)
    }

    pub fn invalid_point() -> Self {
        Self::new(400, "InvalidAccessPoint", "The specified access point name or account is not valid.")
    }

    /// A name that no access point can have. Some are taken for no part of a URI.
    pub fn invalid_point_name(name: &str) -> Self {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        match (3..=50).contains(&name.len()) && name.bytes().all(plain) {
            true => Self::invalid_request("Your Amazon S3 AccessPoint name is invalid"),
            false => Self::new(400, "InvalidURI", "Couldn't parse the specified URI.")
                .naming("URI", format!("accesspoint/{name}")),
        }
    }

    pub fn no_point_policy(name: &str) -> Self {
        let message = "The specified accesspoint policy does not exist";
        Self::new(404, "NoSuchAccessPointPolicy", message).naming("AccessPointName", name)
    }

    pub fn not_implemented(message: &str) -> Self {
        Self::new(501, "NotImplemented", message)
    }

    pub fn method_not_allowed(method: &Method) -> Self {
        Self::new(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
            .naming("Method", method.as_str())
    }

    fn malformed_xml() -> Self {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        Self::new(400, "MalformedXML", message)
    }

    fn slow_down() -> Self {
        Self::new(503, "SlowDown", "Please reduce your request rate.")
    }

    fn internal() -> Self {
        Self::new(500, "InternalError", "We encountered an internal error. Please try again.")
    }

    /// The answer.
    pub fn response(self, id: &RequestId) -> Response {
        let extra: Vec<(&str, &str)> = self.extra.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let body = control_error_xml(self.code, &self.message, id.as_str(), id.host_id(), &extra);
        let mut response = Response::new(ResponseBody::from(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }
}

impl From<Error> for ControlError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchBucket => Self::new(404, "NoSuchBucket", "The specified bucket does not exist"),
            Error::NoSuchAccessPoint => Self::new(404, "NoSuchAccessPoint", "The specified accesspoint does not exist"),
            Error::AccessPointExists => Self::new(
                409,
                "AccessPointAlreadyOwnedByYou",
                "Your previous request to create the named accesspoint succeeded and you already own it.",
            ),
            Error::AccessPointNameTaken => Self::invalid_request(
                "A bucket has the name that the host of this access point would begin with. Choose another name.",
            ),
            Error::TooManyAccessPoints => Self::new(
                400,
                "TooManyAccessPoints",
                "You have attempted to create more access points than are allowed for an account.",
            ),
            Error::Busy => Self::slow_down(),
            Error::Full => Self::new(503, "ServiceUnavailable", "The disk is full. Nothing was changed."),
            Error::Unavailable(what) | Error::OutcomeUnknown(what) => {
                tracing::error!(what, "an operation of S3 Control failed");
                let message =
                    "Storage is unavailable. It is not known whether anything was changed. See the server's log.";
                Self::new(503, "ServiceUnavailable", message)
            }
            error => {
                tracing::error!(%error, "an operation of S3 Control failed");
                Self::internal()
            }
        }
    }
}

impl From<InvalidName> for ControlError {
    fn from(error: InvalidName) -> Self {
        match error {
            InvalidName::AccessPoint | InvalidName::Outpost => Self::invalid_point(),
            InvalidName::Bucket => Self::new(400, "InvalidBucketName", "The specified bucket is not valid."),
            other => Self::invalid_request(other.to_string()),
        }
    }
}

impl From<DecodeError> for ControlError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_) => Self::malformed_xml(),
            DecodeError::Missing { place: Place::Body, .. } | DecodeError::Invalid { place: Place::Body, .. } => {
                Self::malformed_xml()
            }
            DecodeError::Missing { name, .. } => {
                Self::invalid_request(format!("Missing required parameter for this request: {name}"))
            }
            DecodeError::Invalid { name, expected, .. } => {
                Self::invalid_request(format!("Provided {name} is not {expected}"))
            }
        }
    }
}

impl From<&Malformed> for ControlError {
    fn from(error: &Malformed) -> Self {
        let detail = match error.at.as_str() {
            "" => error.detail.clone(),
            at => format!("{at}: {}", error.detail),
        };
        Self::new(400, "MalformedPolicy", error.message.clone()).naming("Detail", detail)
    }
}

impl From<Refusal> for ControlError {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = match &refusal {
            Refusal::NoCredentials => return Self::access_denied(),
            Refusal::KeysUnavailable(_) => return Self::slow_down(),
            Refusal::UnsupportedPayload(_) => (501, "NotImplemented"),
            Refusal::Malformed { place: coldkeep_auth::Place::Header, .. } => (400, "AuthorizationHeaderMalformed"),
            Refusal::Malformed { place: coldkeep_auth::Place::Query, .. } => (400, "AuthorizationQueryParametersError"),
            // A form's, which this door does not have.
            Refusal::Malformed { place: coldkeep_auth::Place::Form, .. }
            | Refusal::SeveralCredentials
            | Refusal::NoScheme(_)
            | Refusal::UnsupportedMechanism(_)
            | Refusal::NoV2Signature(_)
            | Refusal::InvalidPayloadHash(_) => (400, "InvalidArgument"),
            Refusal::SignatureV2Off | Refusal::MissingPayloadHash => (400, "InvalidRequest"),
            Refusal::InvalidToken => (400, "InvalidToken"),
            Refusal::ExpiredToken => (400, "ExpiredToken"),
            Refusal::UnknownAccessKey(_) => (403, "InvalidAccessKeyId"),
            Refusal::AccountSuspended => (403, "AccountProblem"),
            Refusal::Skewed { .. } => (403, "RequestTimeTooSkewed"),
            Refusal::SignatureMismatch(_) | Refusal::MissingSignedHeader(_) => (403, "SignatureDoesNotMatch"),
            Refusal::IncompleteV2Query
            | Refusal::InvalidExpires(_)
            | Refusal::MissingDate
            | Refusal::UnsignedHeaders(_)
            | Refusal::NotYetValid { .. }
            | Refusal::Expired { .. } => (403, "AccessDenied"),
        };
        Self::new(status, code, format!("{}.", capital(&refusal.to_string())))
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl From<BufferError> for ControlError {
    fn from(error: BufferError) -> Self {
        match error {
            BufferError::TooLarge { .. } => Self::new(400, "MaxMessageLengthExceeded", "Your request was too big."),
            BufferError::NoMemory => Self::slow_down(),
            BufferError::Source(_) => Self::new(400, "IncompleteBody", "The request body could not be read."),
        }
    }
}

impl From<FramingRefusal> for ControlError {
    fn from(error: FramingRefusal) -> Self {
        Self::invalid_request(error.to_string())
    }
}

impl From<Sha256Mismatch> for ControlError {
    fn from(mismatch: Sha256Mismatch) -> Self {
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        Self::new(400, "XAmzContentSHA256Mismatch", message)
            .naming("ClientComputedContentSHA256", mismatch.declared)
            .naming("S3ComputedContentSHA256", mismatch.computed)
    }
}

impl From<Unserved> for ControlError {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Malformed(_) => Self::new(400, "InvalidURI", "Couldn't parse the specified URI."),
            Unserved::Unreadable { .. } => Self::new(400, "BadRequest", coldkeep_http::UNREADABLE),
            Unserved::Overloaded => Self::slow_down(),
        }
    }
}
