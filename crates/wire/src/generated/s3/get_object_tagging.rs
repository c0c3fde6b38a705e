// Written by `cargo xtask wire` from models/. Do not edit.

//! GetObjectTagging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetObjectTagging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectTaggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
}

impl GetObjectTaggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            request_payer: request.header("x-amz-request-payer")?,
        })
    }
}

/// What GetObjectTagging gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetObjectTaggingOutput {
    /// Header `x-amz-version-id`.
    pub version_id: Option<String>,
    /// `TagSet` in the body.
    pub tag_set: Vec<super::Tag>,
}

impl GetObjectTaggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-version-id", &self.version_id);
        out.xml_body("Tagging", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetObjectTaggingOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("TagSet", "Tag", &self.tag_set);
    }
}
