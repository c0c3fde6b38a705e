// Written by `cargo xtask wire` from models/. Do not edit.

//! RenameObject: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What RenameObject takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RenameObjectRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Header `x-amz-rename-source`.
    pub rename_source: String,
    /// Header `if-match`.
    pub destination_if_match: Option<String>,
    /// Header `if-none-match`.
    pub destination_if_none_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `if-modified-since`.
    pub destination_if_modified_since: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `if-unmodified-since`.
    pub destination_if_unmodified_since: Option<Timestamp>,
    /// Header `x-amz-rename-source-if-match`.
    pub source_if_match: Option<String>,
    /// Header `x-amz-rename-source-if-none-match`.
    pub source_if_none_match: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-rename-source-if-modified-since`.
    pub source_if_modified_since: Option<Timestamp>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// Header `x-amz-rename-source-if-unmodified-since`.
    pub source_if_unmodified_since: Option<Timestamp>,
    /// Header `x-amz-client-token`.
    pub client_token: Option<String>,
}

impl RenameObjectRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            rename_source: request.required_header("x-amz-rename-source")?,
            destination_if_match: request.header("if-match")?,
            destination_if_none_match: request.header("if-none-match")?,
            destination_if_modified_since: request.lenient_header("if-modified-since"),
            destination_if_unmodified_since: request.lenient_header("if-unmodified-since"),
            source_if_match: request.header("x-amz-rename-source-if-match")?,
            source_if_none_match: request.header("x-amz-rename-source-if-none-match")?,
            source_if_modified_since: request.header("x-amz-rename-source-if-modified-since")?,
            source_if_unmodified_since: request.header("x-amz-rename-source-if-unmodified-since")?,
            client_token: request.header("x-amz-client-token")?,
        })
    }
}

/// What RenameObject gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RenameObjectOutput {}

impl RenameObjectOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
