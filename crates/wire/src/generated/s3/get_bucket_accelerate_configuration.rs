// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketAccelerateConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketAccelerateConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketAccelerateConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
}

impl GetBucketAccelerateConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            request_payer: request.header("x-amz-request-payer")?,
        })
    }
}

/// What GetBucketAccelerateConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketAccelerateConfigurationOutput {
    /// `Status` in the body.
    pub status: Option<String>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl GetBucketAccelerateConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("AccelerateConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketAccelerateConfigurationOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Status", &self.status);
    }
}
