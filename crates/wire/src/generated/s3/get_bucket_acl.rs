// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketAcl: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketAcl takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketAclRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketAclRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketAcl gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketAclOutput {
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `AccessControlList` in the body.
    pub grants: Vec<super::Grant>,
}

impl GetBucketAclOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("AccessControlPolicy", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketAclOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Owner", &self.owner);
        xml.list("AccessControlList", "Grant", &self.grants);
    }
}
