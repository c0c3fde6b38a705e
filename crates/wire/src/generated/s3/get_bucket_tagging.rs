// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketTagging: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketTagging takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketTaggingRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketTaggingRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketTagging gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketTaggingOutput {
    /// `TagSet` in the body.
    pub tag_set: Vec<super::Tag>,
}

impl GetBucketTaggingOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("Tagging", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketTaggingOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.list("TagSet", "Tag", &self.tag_set);
    }
}
