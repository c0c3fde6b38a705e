// Written by `cargo xtask wire` from models/. Do not edit.

//! DeleteObjects: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What DeleteObjects takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectsRequest {
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// The body.
    pub delete: super::Delete,
    /// Header `x-amz-mfa`.
    pub mfa: Option<String>,
    /// Header `x-amz-request-payer`.
    pub request_payer: Option<String>,
    /// Header `x-amz-bypass-governance-retention`.
    pub bypass_governance_retention: Option<bool>,
    /// Header `x-amz-expected-bucket-owner`.
    pub expected_bucket_owner: Option<String>,
    /// Header `x-amz-sdk-checksum-algorithm`.
    pub checksum_algorithm: Option<String>,
}

impl DeleteObjectsRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            bucket: request.label("Bucket")?,
            mfa: request.header("x-amz-mfa")?,
            request_payer: request.header("x-amz-request-payer")?,
            bypass_governance_retention: request.header("x-amz-bypass-governance-retention")?,
            expected_bucket_owner: request.header("x-amz-expected-bucket-owner")?,
            checksum_algorithm: request.header("x-amz-sdk-checksum-algorithm")?,
            ..Self::default()
        };
        let mut xml = required(request.xml_body()?, "Delete")?;
        out.delete = xml.read()?;
        xml.finish()?;
        Ok(out)
    }
}

/// Part of DeleteObjects.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Delete {
    /// `Object` in the body.
    pub objects: Vec<super::ObjectIdentifier>,
    /// `Quiet` in the body.
    pub quiet: Option<bool>,
}

impl ReadXml for Delete {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Object" => xml.push(&mut out.objects)?,
                "Quiet" => out.quiet = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// What DeleteObjects gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeleteObjectsOutput {
    /// `Deleted` in the body.
    pub deleted: Vec<super::DeletedObject>,
    /// Header `x-amz-request-charged`.
    pub request_charged: Option<String>,
    /// `Error` in the body.
    pub errors: Vec<super::Error>,
}

impl DeleteObjectsOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("x-amz-request-charged", &self.request_charged);
        out.xml_body("DeleteResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for DeleteObjectsOutput {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("Deleted", &self.deleted);
        xml.flat_list("Error", &self.errors);
    }
}

/// Part of DeleteObjects.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DeletedObject {
    /// `Key` in the body.
    pub key: Option<String>,
    /// `VersionId` in the body.
    pub version_id: Option<String>,
    /// `DeleteMarker` in the body.
    pub delete_marker: Option<bool>,
    /// `DeleteMarkerVersionId` in the body.
    pub delete_marker_version_id: Option<String>,
}

impl WriteXml for DeletedObject {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Key", &self.key);
        xml.optional("VersionId", &self.version_id);
        xml.optional("DeleteMarker", &self.delete_marker);
        xml.optional("DeleteMarkerVersionId", &self.delete_marker_version_id);
    }
}

/// Part of DeleteObjects.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Error {
    /// `Key` in the body.
    pub key: Option<String>,
    /// `VersionId` in the body.
    pub version_id: Option<String>,
    /// `Code` in the body.
    pub code: Option<String>,
    /// `Message` in the body.
    pub message: Option<String>,
}

impl WriteXml for Error {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Key", &self.key);
        xml.optional("VersionId", &self.version_id);
        xml.optional("Code", &self.code);
        xml.optional("Message", &self.message);
    }
}

/// Part of DeleteObjects.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectIdentifier {
    /// `Key` in the body.
    pub key: String,
    /// `VersionId` in the body.
    pub version_id: Option<String>,
    /// `ETag` in the body.
    pub etag: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModifiedTime` in the body.
    pub last_modified_time: Option<Timestamp>,
    /// `Size` in the body.
    pub size: Option<i64>,
}

impl ReadXml for ObjectIdentifier {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key = None;
        while xml.child()? {
            match xml.name() {
                "Key" => key = Some(xml.read()?),
                "VersionId" => out.version_id = Some(xml.read()?),
                "ETag" => out.etag = Some(xml.read()?),
                "LastModifiedTime" => out.last_modified_time = Some(xml.read()?),
                "Size" => out.size = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.key = required(key, "Key")?;
        Ok(out)
    }
}
