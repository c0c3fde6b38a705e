// Written by `cargo xtask wire` from models/. Do not edit.

//! GetObjectAcl: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetObjectAcl takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectAclRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetObjectAclRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetObjectAcl gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectAclOutput {
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `AccessControlList` in the body.
    pub grants: Vec<super::Grant>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl GetObjectAclOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("AccessControlPolicy", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetObjectAclOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Owner", &self.owner);
        xml.list("AccessControlList", "Grant", &self.grants);
    }
}
