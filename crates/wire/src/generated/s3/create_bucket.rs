// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateBucket: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateBucket takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateBucketRequest {
    /// Header `x-amz-acl`.
    pub acl: Option<String>,
    /// Label `Bucket` of the path.
    pub bucket: String,
    /// The body.
    pub create_bucket_configuration: Option<super::CreateBucketConfiguration>,
    /// Header `x-amz-grant-full-control`.
    pub grant_full_control: Option<String>,
    /// Header `x-amz-grant-read`.
    pub grant_read: Option<String>,
    /// Header `x-amz-grant-read-acp`.
    pub grant_read_acp: Option<String>,
    /// Header `x-amz-grant-write`.
    pub grant_write: Option<String>,
    /// Header `x-amz-grant-write-acp`.
    pub grant_write_acp: Option<String>,
    /// Header `x-amz-bucket-object-lock-enabled`.
    pub object_lock_enabled_for_bucket: Option<bool>,
    /// Header `x-amz-object-ownership`.
    pub object_ownership: Option<String>,
    /// Header `x-amz-bucket-namespace`.
    pub bucket_namespace: Option<String>,
}

impl CreateBucketRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            acl: request.header("x-amz-acl")?,
            bucket: request.label("Bucket")?,
            grant_full_control: request.header("x-amz-grant-full-control")?,
            grant_read: request.header("x-amz-grant-read")?,
            grant_read_acp: request.header("x-amz-grant-read-acp")?,
            grant_write: request.header("x-amz-grant-write")?,
            grant_write_acp: request.header("x-amz-grant-write-acp")?,
            object_lock_enabled_for_bucket: request.header("x-amz-bucket-object-lock-enabled")?,
            object_ownership: request.header("x-amz-object-ownership")?,
            bucket_namespace: request.header("x-amz-bucket-namespace")?,
            ..Self::default()
        };
        if let Some(mut xml) = request.xml_body()? {
            out.create_bucket_configuration = Some(xml.read()?);
            xml.finish()?;
        }
        Ok(out)
    }
}

/// Part of CreateBucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct BucketInfo {
    /// `DataRedundancy` in the body.
    pub data_redundancy: Option<String>,
    /// `Type` in the body.
    pub r#type: Option<String>,
}

impl ReadXml for BucketInfo {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "DataRedundancy" => out.data_redundancy = Some(xml.read()?),
                "Type" => out.r#type = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of CreateBucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateBucketConfiguration {
    /// `LocationConstraint` in the body.
    pub location_constraint: Option<String>,
    /// `Location` in the body.
    pub location: Option<super::LocationInfo>,
    /// `Bucket` in the body.
    pub bucket: Option<super::BucketInfo>,
    /// `Tags` in the body.
    pub tags: Vec<super::Tag>,
}

impl ReadXml for CreateBucketConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "LocationConstraint" => out.location_constraint = Some(xml.read()?),
                "Location" => out.location = Some(xml.read()?),
                "Bucket" => out.bucket = Some(xml.read()?),
                "Tags" => xml.push_all("Tag", &mut out.tags)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// What CreateBucket gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateBucketOutput {
    /// Header `location`.
    pub location: Option<String>,
    /// Header `x-amz-bucket-arn`.
    pub bucket_arn: Option<String>,
}

impl CreateBucketOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.header("location", &self.location);
        out.header("x-amz-bucket-arn", &self.bucket_arn);
        out
    }
}

/// Part of CreateBucket.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LocationInfo {
    /// `Type` in the body.
    pub r#type: Option<String>,
    /// `Name` in the body.
    pub name: Option<String>,
}

impl ReadXml for LocationInfo {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Type" => out.r#type = Some(xml.read()?),
                "Name" => out.name = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
