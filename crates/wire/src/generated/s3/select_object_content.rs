// Written by `cargo xtask wire` from models/. Do not edit.

//! SelectObjectContent: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What SelectObjectContent takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SelectObjectContentRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Header `x-amz-server-side-encryption-customer-algorithm`.
    pub sse_customer_algorithm: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key`.
    pub sse_customer_key: Option<String>,
    /// Header `x-amz-server-side-encryption-customer-key-md5`.
    pub sse_customer_key_md5: Option<String>,
    /// `Expression` in the body.
    pub expression: String,
    /// `ExpressionType` in the body.
    pub expression_type: String,
    /// `RequestProgress` in the body.
    pub request_progress: Option<super::RequestProgress>,
    /// `InputSerialization` in the body.
    pub input_serialization: super::InputSerialization,
    /// `OutputSerialization` in the body.
    pub output_serialization: super::OutputSerialization,
    /// `ScanRange` in the body.
    pub scan_range: Option<super::ScanRange>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl SelectObjectContentRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            sse_customer_algorithm: request.header("x-amz-server-side-encryption-customer-algorithm")?,
            sse_customer_key: request.header("x-amz-server-side-encryption-customer-key")?,
            sse_customer_key_md5: request.header("x-amz-server-side-encryption-customer-key-md5")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        let mut expression = None;
        let mut expression_type = None;
        let mut input_serialization = None;
        let mut output_serialization = None;
        if let Some(mut xml) = request.xml_body()? {
            while xml.child()? {
                match xml.name() {
                    "Expression" => expression = Some(xml.read()?),
                    "ExpressionType" => expression_type = Some(xml.read()?),
                    "RequestProgress" => out.request_progress = Some(xml.read()?),
                    "InputSerialization" => input_serialization = Some(xml.read()?),
                    "OutputSerialization" => output_serialization = Some(xml.read()?),
                    "ScanRange" => out.scan_range = Some(xml.read()?),
                    _ => xml.skip()?,
                }
            }
            xml.finish()?;
        }
        out.expression = required(expression, "Expression")?;
        out.expression_type = required(expression_type, "ExpressionType")?;
        out.input_serialization = required(input_serialization, "InputSerialization")?;
        out.output_serialization = required(output_serialization, "OutputSerialization")?;
        Ok(out)
    }
}

/// Part of SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RequestProgress {
    /// `Enabled` in the body.
    pub enabled: Option<bool>,
}

impl ReadXml for RequestProgress {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Enabled" => out.enabled = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ScanRange {
    /// `Start` in the body.
    pub start: Option<i64>,
    /// `End` in the body.
    pub end: Option<i64>,
}

impl ReadXml for ScanRange {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Start" => out.start = Some(xml.read()?),
                "End" => out.end = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// What SelectObjectContent gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SelectObjectContentOutput {}

impl SelectObjectContentOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        Encoded::new(200)
    }
}
