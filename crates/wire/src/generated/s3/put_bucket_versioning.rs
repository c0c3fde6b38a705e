// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketVersioning: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketVersioning takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketVersioningRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-mfa`.
    pub mfa: Option<String>,
    /// The body.
    pub versioning_configuration: super::VersioningConfiguration,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketVersioningRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            mfa: request.header("x-amz-mfa")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "VersioningConfiguration")?;
        out.versioning_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketVersioning gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketVersioningOutput {}

impl PutBucketVersioningOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}

/// Part of PutBucketVersioning.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VersioningConfiguration {
    /// `MfaDelete` in the body.
    pub mfa_delete: Option<String>,
    /// `Status` in the body.
    pub status: Option<String>,
}

impl ReadXml for VersioningConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "MfaDelete" => out.mfa_delete = Some(xml.read()?),
                "Status" => out.status = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
