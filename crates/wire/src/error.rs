//! Why a request could not be decoded. A door turns each into its API's error.

use thiserror::Error;

/// Where in a request a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Place {
    /// A label of the path.
    #[error("path")]
    Path,
    /// A query parameter.
    #[error("query parameter")]
    Query,
    /// A header.
    #[error("header")]
    Header,
    /// The body, or an element of it.
    #[error("body")]
    Body,
}

/// A request that its operation's model does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A required member is absent. The name is the one on the wire (`uploadId`, `x-amz-copy-source`).
    #[error("{place} {name} is missing")]
    Missing {
        /// Where it should have been.
        place: Place,
        /// Its name on the wire.
        name: &'static str,
    },
    /// A path, query or header member does not have its modelled type.
    #[error("{place} {name} is not {expected}")]
    Invalid {
        /// Where it was.
        place: Place,
        /// Its name on the wire.
        name: &'static str,
        /// What it should be, such as `an integer`.
        expected: &'static str,
        /// What was sent; invalid UTF-8 is replaced.
        value: String,
    },
    /// The body is not the XML that the operation takes: S3's `MalformedXML`.
    #[error("malformed XML: {0}")]
    MalformedXml(String),
    /// The body is not the JSON that the operation takes: Glacier's `SerializationException`.
    #[error("malformed JSON: {0}")]
    MalformedJson(String),
}

impl DecodeError {
    pub(crate) fn xml(problem: impl ToString) -> Self {
        Self::MalformedXml(problem.to_string())
    }

    pub(crate) fn json(problem: impl ToString) -> Self {
        Self::MalformedJson(problem.to_string())
    }
}
