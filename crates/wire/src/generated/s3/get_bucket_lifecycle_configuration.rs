// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketLifecycleConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketLifecycleConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketLifecycleConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketLifecycleConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketLifecycleConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketLifecycleConfigurationOutput {
    /// `Rule` in the body.
    pub rules: Vec<super::LifecycleRule>,
    /// Header `x-amz-transition-default-minimum-object-size`.
    pub transition_default_minimum_object_size: Option<String>,
}

impl GetBucketLifecycleConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-transition-default-minimum-object-size", &self.transition_default_minimum_object_size);
        out.xml_body("LifecycleConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketLifecycleConfigurationOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("Rule", &self.rules);
    }
}
