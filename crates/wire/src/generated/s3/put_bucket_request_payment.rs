// Written by `cargo xtask wire` from models/. Do not edit.

//! PutBucketRequestPayment: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What PutBucketRequestPayment takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketRequestPaymentRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `content-md5`.
    pub content_md5: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// The body.
    pub request_payment_configuration: super::RequestPaymentConfiguration,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl PutBucketRequestPaymentRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            content_md5: request.header("content-md5")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "RequestPaymentConfiguration")?;
        out.request_payment_configuration = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// What PutBucketRequestPayment gives: nothing but its status.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PutBucketRequestPaymentOutput {}

impl PutBucketRequestPaymentOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}

/// Part of PutBucketRequestPayment.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RequestPaymentConfiguration {
    /// `Payer` in the body.
    pub payer: String,
}

impl ReadXml for RequestPaymentConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut payer = None;
        while xml.child()? {
            match xml.name() {
                "Payer" => payer = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.payer = required(payer, "Payer")?;
        Ok(out)
    }
}
