// Written by `cargo xtask wire` from models/. Do not edit.

//! UpdateObjectEncryption: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What UpdateObjectEncryption takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateObjectEncryptionRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// The body.
    pub object_encryption: super::ObjectEncryption,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
}

impl UpdateObjectEncryptionRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            request_payer: request.header("x-amz-request-payer")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "ObjectEncryption")?;
        out.object_encryption = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// Part of UpdateObjectEncryption.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectEncryption {
    /// `SSE-KMS` in the body.
    pub sse_kms: Option<super::SSEKMSEncryption>,
}

impl ReadXml for ObjectEncryption {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "SSE-KMS" => out.sse_kms = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of UpdateObjectEncryption.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SSEKMSEncryption {
    /// `KMSKeyArn` in the body.
    pub kms_key_arn: String,
    /// `BucketKeyEnabled` in the body.
    pub bucket_key_enabled: Option<bool>,
}

impl ReadXml for SSEKMSEncryption {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut kms_key_arn = None;
        while xml.child()? {
            match xml.name() {
                "KMSKeyArn" => kms_key_arn = Some(xml.read()?),
                "BucketKeyEnabled" => out.bucket_key_enabled = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.kms_key_arn = required(kms_key_arn, "KMSKeyArn")?;
        Ok(out)
    }
}

/// What UpdateObjectEncryption gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct UpdateObjectEncryptionResponse {
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
}

impl UpdateObjectEncryptionResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out
    }
}
