// Written by `cargo xtask wire` from models/. Do not edit.

//! GetBucketRequestPayment: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What GetBucketRequestPayment takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketRequestPaymentRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl GetBucketRequestPaymentRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            bucket: request.label("Bucket")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
        })
    }
}

/// What GetBucketRequestPayment gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GetBucketRequestPaymentOutput {
    /// `Payer` in the body.
    pub payer: Option<String>,
}

impl GetBucketRequestPaymentOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("RequestPaymentConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for GetBucketRequestPaymentOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Payer", &self.payer);
    }
}
