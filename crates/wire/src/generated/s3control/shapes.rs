// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of CreateAccessPoint, GetAccessPoint, GetPublicAccessBlock, PutPublicAccessBlock.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PublicAccessBlockConfiguration {
    /// `BlockPublicAcls` in the body.
    pub block_public_acls: Option<bool>,
    /// `IgnorePublicAcls` in the body.
    pub ignore_public_acls: Option<bool>,
    /// `BlockPublicPolicy` in the body.
    pub block_public_policy: Option<bool>,
    /// `RestrictPublicBuckets` in the body.
    pub restrict_public_buckets: Option<bool>,
}

impl ReadXml for PublicAccessBlockConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "BlockPublicAcls" => out.block_public_acls = Some(xml.read()?),
                "IgnorePublicAcls" => out.ignore_public_acls = Some(xml.read()?),
                "BlockPublicPolicy" => out.block_public_policy = Some(xml.read()?),
                "RestrictPublicBuckets" => out.restrict_public_buckets = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for PublicAccessBlockConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("BlockPublicAcls", &self.block_public_acls);
        xml.optional("IgnorePublicAcls", &self.ignore_public_acls);
        xml.optional("BlockPublicPolicy", &self.block_public_policy);
        xml.optional("RestrictPublicBuckets", &self.restrict_public_buckets);
    }
}

/// Part of CreateAccessPoint, ListTagsForResource, TagResource.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tag {
    /// `Key` in the body.
    pub key: String,
    /// `Value` in the body.
    pub value: String,
}

impl ReadXml for Tag {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key = None;
        let mut value = None;
        while xml.child()? {
            match xml.name() {
                "Key" => key = Some(xml.read()?),
                "Value" => value = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.key = required(key, "Key")?;
        out.value = required(value, "Value")?;
        Ok(out)
    }
}

impl WriteXml for Tag {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Key", &self.key);
        xml.element("Value", &self.value);
    }
}

/// Part of CreateAccessPoint, GetAccessPoint, ListAccessPoints.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VpcConfiguration {
    /// `VpcId` in the body.
    pub vpc_id: String,
}

impl ReadXml for VpcConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut vpc_id = None;
        while xml.child()? {
            match xml.name() {
                "VpcId" => vpc_id = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.vpc_id = required(vpc_id, "VpcId")?;
        Ok(out)
    }
}

impl WriteXml for VpcConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("VpcId", &self.vpc_id);
    }
}
