// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of ListMultipartUploads, ListObjects, ListObjectsV2.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CommonPrefix {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
}

impl WriteXml for CommonPrefix {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
    }
}

/// Part of ListMultipartUploads, ListParts.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Initiator {
    /// `ID` in the body.
    pub id: Option<String>,
    /// `DisplayName` in the body.
    pub display_name: Option<String>,
}

impl WriteXml for Initiator {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ID", &self.id);
        xml.optional("DisplayName", &self.display_name);
    }
}

/// Part of ListObjects, ListObjectsV2.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Object {
    /// `Key` in the body.
    pub key: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `LastModified` in the body.
    pub last_modified: Option<Timestamp>,
    /// `ETag` in the body.
    pub etag: Option<String>,
    /// `ChecksumAlgorithm` in the body.
    pub checksum_algorithm: Vec<String>,
    /// `ChecksumType` in the body.
    pub checksum_type: Option<String>,
    /// `Size` in the body.
    pub size: Option<i64>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
    /// `RestoreStatus` in the body.
    pub restore_status: Option<super::RestoreStatus>,
}

impl WriteXml for Object {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Key", &self.key);
        xml.optional("LastModified", &self.last_modified);
        xml.optional("ETag", &self.etag);
        xml.flat_list("ChecksumAlgorithm", &self.checksum_algorithm);
        xml.optional("ChecksumType", &self.checksum_type);
        xml.optional("Size", &self.size);
        xml.optional("StorageClass", &self.storage_class);
        xml.optional("Owner", &self.owner);
        xml.optional("RestoreStatus", &self.restore_status);
    }
}

/// Part of ListBuckets, ListMultipartUploads, ListObjects, ListObjectsV2, ListParts.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Owner {
    /// `DisplayName` in the body.
    pub display_name: Option<String>,
    /// `ID` in the body.
    pub id: Option<String>,
}

impl WriteXml for Owner {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DisplayName", &self.display_name);
        xml.optional("ID", &self.id);
    }
}

/// Part of ListObjects, ListObjectsV2.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RestoreStatus {
    /// `IsRestoreInProgress` in the body.
    pub is_restore_in_progress: Option<bool>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `RestoreExpiryDate` in the body.
    pub restore_expiry_date: Option<Timestamp>,
}

impl WriteXml for RestoreStatus {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("IsRestoreInProgress", &self.is_restore_in_progress);
        xml.optional("RestoreExpiryDate", &self.restore_expiry_date);
    }
}
