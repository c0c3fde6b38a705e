//! The errors of SNS: what each fact of the messages becomes.

use coldkeep_messages::Error;
use coldkeep_query::QueryError;
use http::StatusCode;

/// A parameter that its rules do not allow: `Invalid parameter: ` and what is wrong.
pub(crate) fn invalid(what: impl std::fmt::Display) -> QueryError {
    QueryError::new(StatusCode::BAD_REQUEST, "InvalidParameter", format!("Invalid parameter: {what}"))
}

/// A text that is no ARN; or one that names nothing of this service and region.
pub(crate) fn invalid_arn(parameter: &str, arn: &str) -> QueryError {
    match arn.split(':').count() {
        elements @ ..6 => invalid(format!("{parameter} Reason: An ARN must have at least 6 elements, not {elements}")),
        _ => invalid(parameter),
    }
}

pub(crate) fn no_such_topic() -> QueryError {
    QueryError::new(StatusCode::NOT_FOUND, "NotFound", "Topic does not exist")
}

pub(crate) fn denied(message: impl Into<String>) -> QueryError {
    QueryError::new(StatusCode::FORBIDDEN, "AuthorizationError", message)
}

/// What a fact becomes.
pub(crate) fn refused(error: Error) -> QueryError {
    let message = error.to_string();
    let new = |status, code: &'static str| QueryError::new(status, code, message.clone());
    match error {
        Error::NoSuchTopic => no_such_topic(),
        Error::NoSuchSubscription => QueryError::new(StatusCode::NOT_FOUND, "NotFound", "Subscription does not exist"),
        Error::InvalidToken => invalid("Token"),
        Error::LabelExists(_) => invalid("Statement already exists"),
        Error::NoSuchLabel(_) => invalid(format!("Label Reason: {message}")),
        Error::Invalid(what) => invalid(what),
        Error::TooMany("subscriptions") => new(StatusCode::FORBIDDEN, "SubscriptionLimitExceeded"),
        Error::TooMany(_) => new(StatusCode::FORBIDDEN, "TopicLimitExceeded"),
        Error::Busy => new(StatusCode::BAD_REQUEST, "ConcurrentAccess"),
        Error::NoSuchQueue
        | Error::QueueExists(_)
        | Error::PurgedLately(_)
        | Error::InvalidReceipt(_)
        | Error::NoSuchMessage(_)
        | Error::NotInFlight
        | Error::TooManyInFlight
        | Error::Damaged(_)
        | Error::Meta(_) => {
            tracing::error!(%error, "topics could not be read or written");
            if matches!(&error, Error::Meta(meta) if meta.is_away()) {
                return QueryError::unavailable();
            }
            let words = "The request has failed due to an internal failure of the server. Try again.";
            QueryError::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", words)
        }
    }
}
