//! What answers that are no success mean.

use std::error::Error as _;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::store::StoreError;

/// What went wrong with a call.
pub(super) fn told<E: ProvideErrorMetadata + std::error::Error + 'static>(
    error: SdkError<E, HttpResponse>,
) -> StoreError {
    let status = error.raw_response().map_or(0, |response| response.status().as_u16());
    if let SdkError::ServiceError(_) = &error {
        let code = error.code().unwrap_or("no code");
        let words = format!("the object store answered {status} {code}: {}", error.message().unwrap_or_default());
        return meaning(status, code, words);
    }
    let (mut words, mut source) = (error.to_string(), error.source());
    while let Some(cause) = source {
        let text = cause.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        source = cause.source();
    }
    StoreError::Unknown(format!("the object store gave no usable answer: {words}"))
}

fn meaning(status: u16, code: &str, words: String) -> StoreError {
    match (status, code) {
        (404, "NoSuchKey") => StoreError::NotFound,
        (412, _) => StoreError::Exists,
        (507, _) | (_, "QuotaExceeded" | "XMinioStorageFull") => StoreError::Full,
        // Of two writes of one name: the other one may be an earlier try of ours.
        (409, "ConditionalRequestConflict" | "OperationAborted") => StoreError::Unknown(words),
        (400..500, _) => StoreError::Refused(words),
        _ => StoreError::Unknown(words),
    }
}

/// Whether a range was refused because the object ends before it.
pub(super) fn is_beyond_end<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    error.raw_response().is_some_and(|response| response.status().as_u16() == 416)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_have_been_written_is_known() {
        let of = |status, code| meaning(status, code, String::new());
        assert_eq!(of(404, "NoSuchKey"), StoreError::NotFound);
        assert_eq!(of(412, "PreconditionFailed"), StoreError::Exists);
        assert_eq!((of(507, "InsufficientStorage"), of(403, "QuotaExceeded")), (StoreError::Full, StoreError::Full));
        assert_eq!(of(404, "NoSuchBucket"), StoreError::Refused(String::new()));
        assert_eq!(of(403, "AccessDenied"), StoreError::Refused(String::new()));
        for (status, code) in [(409, "ConditionalRequestConflict"), (500, "InternalError"), (503, "SlowDown")] {
            assert_eq!(of(status, code), StoreError::Unknown(String::new()), "{code}");
        }
    }
}
