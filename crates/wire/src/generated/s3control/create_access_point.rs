// Written by `cargo xtask wire` from models/. Do not edit.

//! CreateAccessPoint: its input, its output and the shapes that only it uses.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CreateAccessPoint takes.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateAccessPointRequest {
    /// Header `x-amz-account-id`.
    pub account_id: String,
    /// Label `name` of the path.
    pub name: String,
    /// `Bucket` in the body.
    pub bucket: String,
    /// `VpcConfiguration` in the body.
    pub vpc_configuration: Option<super::VpcConfiguration>,
    /// `PublicAccessBlockConfiguration` in the body.
    pub public_access_block_configuration: Option<super::PublicAccessBlockConfiguration>,
    /// `BucketAccountId` in the body.
    pub bucket_account_id: Option<String>,
    /// `Scope` in the body.
    pub scope: Option<super::Scope>,
    /// `Tags` in the body.
    pub tags: Vec<super::Tag>,
}

impl CreateAccessPointRequest {
    /// Reads it from a request.
    pub fn decode(request: &Request<'_>) -> Result<Self, DecodeError> {
        let mut out = Self {
            account_id: request.required_header("x-amz-account-id")?,
            name: request.label("name")?,
            ..Self::default()
        };
        let mut bucket = None;
        if let Some(mut xml) = request.xml_body()? {
            while xml.child()? {
                match xml.name() {
                    "Bucket" => bucket = Some(xml.read()?),
                    "VpcConfiguration" => out.vpc_configuration = Some(xml.read()?),
                    "PublicAccessBlockConfiguration" => out.public_access_block_configuration = Some(xml.read()?),
                    "BucketAccountId" => out.bucket_account_id = Some(xml.read()?),
                    "Scope" => out.scope = Some(xml.read()?),
                    "Tags" => xml.push_all("Tag", &mut out.tags)?,
                    _ => xml.skip()?,
                }
            }
            xml.finish()?;
        }
        out.bucket = required(bucket, "Bucket")?;
        Ok(out)
    }
}

/// What CreateAccessPoint gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CreateAccessPointResult {
    /// `AccessPointArn` in the body.
    pub access_point_arn: Option<String>,
    /// `Alias` in the body.
    pub alias: Option<String>,
}

impl CreateAccessPointResult {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.control_body("CreateAccessPointResult", |xml| self.write_xml(xml));
        out
    }
}

impl WriteXml for CreateAccessPointResult {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("AccessPointArn", &self.access_point_arn);
        xml.optional("Alias", &self.alias);
    }
}

/// Part of CreateAccessPoint.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Scope {
    /// `Prefixes` in the body.
    pub prefixes: Vec<String>,
    /// `Permissions` in the body.
    pub permissions: Vec<String>,
}

impl ReadXml for Scope {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Prefixes" => xml.push_all("Prefix", &mut out.prefixes)?,
                "Permissions" => xml.push_all("Permission", &mut out.permissions)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}
