// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketLogging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketLogging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketLoggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// The body.
    pub bucket_logging_status: super::BucketLoggingStatus,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketLoggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "BucketLoggingStatus")?;
        out.bucket_logging_status = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketLogging gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketLoggingOutput {}

impl PutBucketLoggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}

/// Part of PutBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct BucketLoggingStatus {
    /// `LoggingEnabled` in the body.
    pub logging_enabled: Option<super::LoggingEnabled>,
}

impl ReadXml for BucketLoggingStatus {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "LoggingEnabled" => out.logging_enabled = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
