// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketLogging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketLogging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketLoggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketLoggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketLogging gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketLoggingOutput {
    /// `LoggingEnabled` in the body.
    pub logging_enabled: Option<super::LoggingEnabled>,
}

impl GetBucketLoggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("BucketLoggingStatus", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketLoggingOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("LoggingEnabled", &self.logging_enabled);
    }
}
