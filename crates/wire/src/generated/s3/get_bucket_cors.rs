// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketCors: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketCors takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketCorsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketCorsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketCors gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketCorsOutput {
    /// `CORSRule` in the body.
    pub cors_rules: Vec<super::CORSRule>,
}

impl GetBucketCorsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("CORSConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketCorsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("CORSRule", &self.cors_rules);
    }
}
