// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketCors: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketCors takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketCorsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// The body.
    pub cors_configuration: super::CORSConfiguration,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketCorsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "CORSConfiguration")?;
        out.cors_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketCors gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketCorsOutput {}

impl PutBucketCorsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}

/// Part of PutBucketCors.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CORSConfiguration {
    /// `CORSRule` in the body.
    pub cors_rules: Vec<super::CORSRule>,
}

impl ReadXml for CORSConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "CORSRule" => xml.push(&mut out.cors_rules)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
