// Written by `cargo xtask wire` from models/. Do not edit.

//! RestoreObject: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What RestoreObject takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RestoreObjectRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// Label `Key` of the path.
    pub key: String,
    /// Query parameter `versionId`.
    pub version_id: Option<String>,
    /// The body.
    pub restore_request: Option<super::RestoreRequest>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
}

impl RestoreObjectRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            key: request.label("Key")?,
            version_id: request.query("versionId")?,
            request_payer: request.header("x-amz-request-payer")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.restore_request = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Encryption {
    /// `EncryptionType` in the body.
    pub encryption_type: String,
    /// `KMSKeyId` in the body.
    pub kms_key_id: Option<String>,
    /// `KMSContext` in the body.
    pub kms_context: Option<String>,
}

impl ReadXml for Encryption {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut encryption_type = None;
        while xml.child()? {
            match xml.name() {
                "EncryptionType" => encryption_type = Some(xml.read()?),
                "KMSKeyId" => out.kms_key_id = Some(xml.read()?),
                "KMSContext" => out.kms_context = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.encryption_type = required(encryption_type, "EncryptionType")?;
        Ok(out)
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GlacierJobParameters {
    /// `Tier` in the body.
    pub tier: String,
}

impl ReadXml for GlacierJobParameters {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut tier = None;
        while xml.child()? {
            match xml.name() {
                "Tier" => tier = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.tier = required(tier, "Tier")?;
        Ok(out)
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MetadataEntry {
    /// `Name` in the body.
    pub name: Option<String>,
    /// `Value` in the body.
    pub value: Option<String>,
}

impl ReadXml for MetadataEntry {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Name" => out.name = Some(xml.read()?),
                "Value" => out.value = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OutputLocation {
    /// `S3` in the body.
    pub s3: Option<super::S3Location>,
}

impl ReadXml for OutputLocation {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "S3" => out.s3 = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// What RestoreObject gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RestoreObjectOutput {
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// Header `x-amz-restore-output-path`.
    pub restore_output_path: Option<String>,
}

impl RestoreObjectOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.header("x-amz-restore-output-path", &self.restore_output_path);
        out
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RestoreRequest {
    /// `Days` in the body.
    pub days: Option<i32>,
    /// `GlacierJobParameters` in the body.
    pub glacier_job_parameters: Option<super::GlacierJobParameters>,
    /// `Type` in the body.
    pub r#type: Option<String>,
    /// `Tier` in the body.
    pub tier: Option<String>,
    /// `Description` in the body.
    pub description: Option<String>,
    /// `SelectParameters` in the body.
    pub select_parameters: Option<super::SelectParameters>,
    /// `OutputLocation` in the body.
    pub output_location: Option<super::OutputLocation>,
}

impl ReadXml for RestoreRequest {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Days" => out.days = Some(xml.read()?),
                "GlacierJobParameters" => out.glacier_job_parameters = Some(xml.read()?),
                "Type" => out.r#type = Some(xml.read()?),
                "Tier" => out.tier = Some(xml.read()?),
                "Description" => out.description = Some(xml.read()?),
                "SelectParameters" => out.select_parameters = Some(xml.read()?),
                "OutputLocation" => out.output_location = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct S3Location {
    /// `BucketName` in the body.
    pub bucket_name: String,
    /// `Prefix` in the body.
    pub prefix: String,
    /// `Encryption` in the body.
    pub encryption: Option<super::Encryption>,
    /// `CannedACL` in the body.
    pub canned_acl: Option<String>,
    /// `AccessControlList` in the body.
    pub access_control_list: Vec<super::Grant>,
    /// `Tagging` in the body.
    pub tagging: Option<super::Tagging>,
    /// `UserMetadata` in the body.
    pub user_metadata: Vec<super::MetadataEntry>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
}

impl ReadXml for S3Location {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut bucket_name = None;
        let mut prefix = None;
        while xml.child()? {
            match xml.name() {
                "BucketName" => bucket_name = Some(xml.read()?),
                "Prefix" => prefix = Some(xml.read()?),
                "Encryption" => out.encryption = Some(xml.read()?),
                "CannedACL" => out.canned_acl = Some(xml.read()?),
                "AccessControlList" => xml.push_all("Grant", &mut out.access_control_list)?,
                "Tagging" => out.tagging = Some(xml.read()?),
                "UserMetadata" => xml.push_all("MetadataEntry", &mut out.user_metadata)?,
                "StorageClass" => out.storage_class = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.bucket_name = required(bucket_name, "BucketName")?;
        out.prefix = required(prefix, "Prefix")?;
        Ok(out)
    }
}

/// Part of RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SelectParameters {
    /// `InputSerialization` in the body.
    pub input_serialization: super::InputSerialization,
    /// `ExpressionType` in the body.
    pub expression_type: String,
    /// `Expression` in the body.
    pub expression: String,
    /// `OutputSerialization` in the body.
    pub output_serialization: super::OutputSerialization,
}

impl ReadXml for SelectParameters {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut input_serialization = None;
        let mut expression_type = None;
        let mut expression = None;
        let mut output_serialization = None;
        while xml.child()? {
            match xml.name() {
                "InputSerialization" => input_serialization = Some(xml.read()?),
                "ExpressionType" => expression_type = Some(xml.read()?),
                "Expression" => expression = Some(xml.read()?),
                "OutputSerialization" => output_serialization = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.input_serialization = required(input_serialization, "InputSerialization")?;
        out.expression_type = required(expression_type, "ExpressionType")?;
        out.expression = required(expression, "Expression")?;
        out.output_serialization = required(output_serialization, "OutputSerialization")?;
        Ok(out)
    }
}
