//! Why a request's signature was not accepted.

use coldkeep_types::Timestamp;
use thiserror::Error;

/// Where the credentials stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the `Authorization` header.
    Header,
    /// In the query, as a presigned URL has them.
    Query,
    /// In the fields of a form that a browser posts.
    Form,
}

/// What S3 tells a client about a signature that does not match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureMismatch {
    /// The access key id that was named.
    pub access_key: String,
    /// The canonical request as computed here.
    pub canonical_request: Vec<u8>,
    /// The string to sign as computed here.
    pub string_to_sign: String,
    /// The signature that came.
    pub signature_provided: String,
}

/// A fact that prevents authentication. Each door maps it exhaustively to its wire errors.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The request carries no credentials: it is anonymous.
    #[error("the request is not signed")]
    NoCredentials,
    /// Credentials in both the header and the query, or in either more than once.
    #[error("only one authentication mechanism is allowed")]
    SeveralCredentials,
    /// An `Authorization` header of one word.
    #[error("the Authorization header names no mechanism")]
    NoScheme(String),
    /// An `Authorization` header of another mechanism (Signature V4A, Basic ...).
    #[error("the authentication mechanism {:?} is not supported; use AWS4-HMAC-SHA256", .0.split(' ').next().unwrap_or(""))]
    UnsupportedMechanism(String),
    /// An `Authorization` header of Signature V2 without a colon; all of it.
    #[error("the Authorization header has no signature")]
    NoV2Signature(String),
    /// Signature V2, where it is not taken.
    #[error("Signature V2 is not taken here; use AWS4-HMAC-SHA256")]
    SignatureV2Off,
    /// A URL presigned with Signature V2 that lacks one of its three parameters.
    #[error("the query lacks Signature, Expires or AWSAccessKeyId")]
    IncompleteV2Query,
    /// `Expires` of Signature V2 is not a number of seconds.
    #[error("the expiry {0:?} is not a number of seconds since 1970")]
    InvalidExpires(String),
    /// The credentials cannot be understood.
    #[error("malformed credentials: {what}")]
    Malformed {
        /// Where they stood.
        place: Place,
        /// What is wrong, in words for the client: of a header without a full stop, else a whole sentence.
        what: String,
    },
    /// Header authentication without a usable `x-amz-date` or `Date`.
    #[error("the request has no valid x-amz-date or Date header")]
    MissingDate,
    /// S3 header authentication without `x-amz-content-sha256`.
    #[error("the header x-amz-content-sha256 is missing")]
    MissingPayloadHash,
    /// `x-amz-content-sha256` names something that is not supported (Signature V4A).
    #[error("the payload signature {0} is not supported")]
    UnsupportedPayload(&'static str),
    /// `x-amz-content-sha256` is neither a known name nor a SHA-256.
    #[error("the value {0:?} of x-amz-content-sha256 is not valid")]
    InvalidPayloadHash(String),
    /// `x-amz-*` headers that are present but not signed, in order of appearance.
    #[error("there were headers present in the request which were not signed: {}", .0.join(", "))]
    UnsignedHeaders(Vec<String>),
    /// A header is named as signed but was not sent.
    #[error("the signed header {0:?} is missing")]
    MissingSignedHeader(String),
    /// There is no such access key.
    #[error("the access key id {0:?} does not exist")]
    UnknownAccessKey(String),
    /// A session token with a permanent key, or not the token of this temporary key.
    #[error("the session token is not valid")]
    InvalidToken,
    /// The session of this temporary key has ended.
    #[error("the session token has expired")]
    ExpiredToken,
    /// The key is of an account that is suspended.
    #[error("the account is suspended")]
    AccountSuspended,
    /// Keys cannot be read at the moment: who asks is not known to be anybody or nobody. Ask again.
    #[error("access keys cannot be read: {0}")]
    KeysUnavailable(String),
    /// The signing time is too far from the server's.
    #[error("the difference between the request time and the server's time is too large")]
    Skewed {
        /// When the request says it was signed.
        request_time: Timestamp,
        /// The server's time.
        server_time: Timestamp,
        /// The most difference that is accepted, in milliseconds.
        max_skew_millis: i64,
    },
    /// A presigned URL from the future.
    #[error("the request is not valid yet")]
    NotYetValid {
        /// From when it would be valid.
        signed_at: Timestamp,
        /// The server's time.
        server_time: Timestamp,
    },
    /// A presigned URL past its life.
    #[error("the request has expired")]
    Expired {
        /// `X-Amz-Expires`, in seconds; `None` in Signature V2, which has only a moment.
        expires_seconds: Option<u32>,
        /// Until when it was valid.
        expired_at: Timestamp,
        /// The server's time.
        server_time: Timestamp,
    },
    /// The signature is not the one computed here.
    #[error("the request signature we calculated does not match the signature you provided")]
    SignatureMismatch(Box<SignatureMismatch>),
}
