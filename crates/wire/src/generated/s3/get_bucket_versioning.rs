// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketVersioning: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketVersioning takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketVersioningRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketVersioningRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketVersioning gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketVersioningOutput {
    /// `Status` in the body.
    pub status: Option<String>,
    /// `MfaDelete` in the body.
    pub mfa_delete: Option<String>,
}

impl GetBucketVersioningOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("VersioningConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketVersioningOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Status", &self.status);
        xml.optional("MfaDelete", &self.mfa_delete);
    }
}
