//! What the SDK says of a call that did not succeed, in errors of ours.

use std::error::Error as _;

use aws_sdk_glacier::config::http::HttpResponse;
use aws_sdk_glacier::error::{ProvideErrorMetadata, SdkError};

use crate::Error;

/// What went wrong with a call.
pub fn told<E: ProvideErrorMetadata + std::error::Error + 'static>(error: SdkError<E, HttpResponse>) -> Error {
    if let (SdkError::ServiceError(_), Some(code)) = (&error, error.code()) {
        return Error::Refused { code: code.to_owned(), message: error.message().unwrap_or_default().to_owned() };
    }
    let status = error.raw_response().map(|response| format!(", status {}", response.status()));
    let (mut words, mut source) = (error.to_string(), error.source());
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = cause.source();
    }
    Error::Unreachable(format!("the service gave no usable answer: {words}{}", status.unwrap_or_default()))
}

/// An answer that the API does not give.
pub fn strange(what: &str) -> Error {
    Error::Unreachable(format!("the answer of the service makes no sense: {what}"))
}
