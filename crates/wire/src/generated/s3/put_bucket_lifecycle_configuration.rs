// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketLifecycleConfiguration: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketLifecycleConfiguration takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketLifecycleConfigurationRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// The body.
    pub lifecycle_configuration: Option<super::BucketLifecycleConfiguration>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-transition-default-minimum-object-size`.
    pub transition_default_minimum_object_size: Option<String>,
}

impl PutBucketLifecycleConfigurationRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            transition_default_minimum_object_size: request.header("x-amz-transition-default-minimum-object-size")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.lifecycle_configuration = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// Part of PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct BucketLifecycleConfiguration {
    /// `Rule` in the body.
    pub rules: Vec<super::LifecycleRule>,
}

impl ReadXml for BucketLifecycleConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Rule" => xml.push(&mut out.rules)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// What PutBucketLifecycleConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketLifecycleConfigurationOutput {
    /// Header `x-amz-transition-default-minimum-object-size`.
    pub transition_default_minimum_object_size: Option<String>,
}

impl PutBucketLifecycleConfigurationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-transition-default-minimum-object-size", &self.transition_default_minimum_object_size);
        out
    }
}
