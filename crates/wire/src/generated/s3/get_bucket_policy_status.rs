// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketPolicyStatus: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketPolicyStatus takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketPolicyStatusRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketPolicyStatusRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketPolicyStatus gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketPolicyStatusOutput {
    /// The body.
    pub policy_status: Option<super::PolicyStatus>,
}

impl GetBucketPolicyStatusOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        if let Some(body) = &self.policy_status {
            out.xml_body("PolicyStatus", |xml| body.write_xml(xml));
        }
        out
    }
}

/// Part of GetBucketPolicyStatus.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PolicyStatus {
    /// `IsPublic` in the body.
    pub is_public: Option<bool>,
}

impl WriteXml for PolicyStatus {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("IsPublic", &self.is_public);
    }
}
