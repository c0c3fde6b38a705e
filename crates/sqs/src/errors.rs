//! The errors of SQS: their shape's name in JSON, and the code that the older protocol had, which clients of both look at
//! (`x-amzn-query-error`).

use coldkeep_auth::Refusal;
use coldkeep_http::{
    BufferError, CommonError, RefusedCredentials, Response, ResponseBody, SUSPENDED, Sha256Mismatch, Unserved,
};
use coldkeep_messages::Error;
use coldkeep_query::QueryError;
use coldkeep_wire::{DecodeError, json_error};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};

const NO_SUCH_QUEUE: &str = "QueueDoesNotExist";

/// An error as the client sees it.
#[derive(Clone, Debug)]
pub(crate) struct SqsError {
    status: StatusCode,
    /// The name of its shape.
    shape: &'static str,
    /// Amazon's code for it.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl SqsError {
    /// An error that is the client's.
    pub fn new(shape: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, shape, code, message: message.into() }
    }

    pub fn no_such_queue() -> Self {
        let message = "The specified queue does not exist.";
        Self::new(NO_SUCH_QUEUE, "AWS.SimpleQueueService.NonExistentQueue", message)
    }

    /// A parameter's value that its rules do not allow.
    pub fn invalid_value(parameter: &str, value: impl std::fmt::Display, reason: &str) -> Self {
        Self::invalid(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
    }

    /// The same, in words of its own.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValueException", "InvalidParameterValue", message)
    }

    /// An attribute of a queue that there is not.
    pub fn unknown_attribute(name: &str) -> Self {
        Self::new("InvalidAttributeName", "InvalidAttributeName", format!("Unknown Attribute {name}."))
    }

    /// A value that an attribute of a queue cannot have.
    pub fn invalid_attribute(name: &str, reason: &str) -> Self {
        let dot = if reason.is_empty() { String::new() } else { format!(" Reason: {reason}") };
        let message = format!("Invalid value for the parameter {name}.{dot}");
        Self::new("InvalidAttributeValue", "InvalidAttributeValue", message)
    }

    pub fn missing(parameter: &str) -> Self {
        let message = format!("The request must contain the parameter {parameter}.");
        Self::new("MissingRequiredParameterException", "MissingParameter", message)
    }

    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", message)
    }

    /// The caller may not.
    pub fn access_denied(message: impl Into<String>) -> Self {
        let error = Self::new("AccessDeniedException", "AccessDenied", message);
        Self { status: StatusCode::FORBIDDEN, ..error }
    }

    pub fn unknown_operation(name: &str) -> Self {
        let message = format!("The action {name} is not valid for this endpoint.");
        Self::new("UnknownOperationException", "InvalidAction", message)
    }

    /// An operation that the API has and this server has not.
    pub fn not_implemented(operation: &str) -> Self {
        let message = format!("The operation {operation} is not implemented by this server");
        let error = Self::new("NotImplementedException", "NotImplemented", message);
        Self { status: StatusCode::NOT_IMPLEMENTED, ..error }
    }

    fn throttled() -> Self {
        Self::new("RequestThrottled", "RequestThrottled", "Rate exceeded")
    }

    /// Something is wrong with the server; the log says what.
    fn internal() -> Self {
        let message = "The request has failed due to an internal failure of the server. Try again.";
        let error = Self::new("InternalFailure", "InternalFailure", message);
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, ..error }
    }

    /// The queues cannot be reached just now.
    fn unavailable() -> Self {
        let message = "The request has failed due to a temporary failure of the server. Try again.";
        let error = Self::new("ServiceUnavailable", "ServiceUnavailable", message);
        Self { status: StatusCode::SERVICE_UNAVAILABLE, ..error }
    }

    /// Whether it is the client's fault.
    pub fn is_senders(&self) -> bool {
        self.status.is_client_error()
    }

    /// The answer.
    pub fn response(self) -> Response {
        let whose = if self.is_senders() { "Sender" } else { "Receiver" };
        let body = json_error(&format!("com.amazonaws.sqs#{}", self.shape), &self.message);
        let mut response = Response::new(ResponseBody::from(body));
        response.headers_mut().insert(CONTENT_TYPE, crate::CONTENT);
        if let Ok(code) = HeaderValue::from_str(&format!("{};{whose}", self.code)) {
            response.headers_mut().insert(HeaderName::from_static("x-amzn-query-error"), code);
        }
        *response.status_mut() = self.status;
        response
    }
}

impl SqsError {
    /// The answer in the older protocol.
    pub fn document(mut self, request_id: &str) -> Response {
        if self.shape == NO_SUCH_QUEUE {
            self.message = "The specified queue does not exist for this wsdl version.".to_owned();
        }
        let error = QueryError::new(self.status, self.code, self.message).with_detail();
        error.response(crate::documents::NAMESPACE, request_id)
    }
}

impl From<Error> for SqsError {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NoSuchQueue => Self::no_such_queue(),
            Error::QueueExists(attribute) => {
                let message = format!(
                    "A queue already exists with the same name and a different value for attribute {attribute}"
                );
                Self::new("QueueNameExists", "QueueAlreadyExists", message)
            }
            Error::PurgedLately(queue) => {
                let message = format!("Only one PurgeQueue operation on {queue} is allowed every 60 seconds.");
                let error = Self::new("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", message);
                Self { status: StatusCode::FORBIDDEN, ..error }
            }
            Error::InvalidReceipt(handle) => {
                let message = format!("The input receipt handle \"{handle}\" is not a valid receipt handle.");
                Self::new("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", message)
            }
            Error::NoSuchMessage(handle) => {
                let reason = "Message does not exist or is not available for visibility timeout change.";
                Self::invalid_value("ReceiptHandle", handle, reason)
            }
            Error::LabelExists(label) => Self::invalid_value("Label", label, "Already exists."),
            Error::NoSuchLabel(label) => Self::invalid_value("Label", label, "can't find label."),
            Error::NotInFlight => Self::new("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", message),
            Error::TooManyInFlight => Self::new("OverLimit", "OverLimit", message),
            Error::TooMany(_) | Error::Invalid(_) => Self::invalid(message),
            Error::Busy => Self::throttled(),
            Error::NoSuchTopic
            | Error::NoSuchSubscription
            | Error::InvalidToken
            | Error::Damaged(_)
            | Error::Meta(_) => {
                tracing::error!(%error, "queues could not be read or written");
                let is_away = matches!(&error, Error::Meta(meta) if meta.is_away());
                if is_away { Self::unavailable() } else { Self::internal() }
            }
        }
    }
}

impl From<DecodeError> for SqsError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Missing { name, .. } => Self::missing(name),
            other @ (DecodeError::Invalid { .. } | DecodeError::MalformedXml(_) | DecodeError::MalformedJson(_)) => {
                Self::new("SerializationException", "MalformedInput", other.to_string())
            }
        }
    }
}

impl From<BufferError> for SqsError {
    fn from(error: BufferError) -> Self {
        match error {
            BufferError::TooLarge { max_bytes } => {
                Self::invalid(format!("The request has more than {max_bytes} bytes"))
            }
            BufferError::NoMemory => Self::throttled(),
            BufferError::Source(error) => Self::invalid(error.to_string()),
        }
    }
}

impl From<Unserved> for SqsError {
    fn from(why: Unserved) -> Self {
        match why {
            Unserved::Unreadable { .. } => Self::invalid(coldkeep_http::UNREADABLE),
            Unserved::Malformed(what) => Self::invalid(what),
            Unserved::Overloaded => Self::throttled(),
        }
    }
}

impl From<CommonError> for SqsError {
    fn from(common: CommonError) -> Self {
        let status = if common.is_incomplete { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
        Self { status, ..Self::new(common.shape, common.code, common.message) }
    }
}

impl From<Sha256Mismatch> for SqsError {
    fn from(_: Sha256Mismatch) -> Self {
        CommonError::signature_mismatch().into()
    }
}

impl From<Refusal> for SqsError {
    fn from(refusal: Refusal) -> Self {
        match refusal.into() {
            RefusedCredentials::Common(common) => common.into(),
            RefusedCredentials::Suspended => Self::access_denied(SUSPENDED),
            RefusedCredentials::Unavailable => Self::unavailable(),
        }
    }
}
