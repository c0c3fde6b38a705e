// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AbortIncompleteMultipartUpload {
    /// `DaysAfterInitiation` in the body.
    pub days_after_initiation: Option<i32>,
}

impl ReadXml for AbortIncompleteMultipartUpload {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "DaysAfterInitiation" => out.days_after_initiation = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for AbortIncompleteMultipartUpload {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DaysAfterInitiation", &self.days_after_initiation);
    }
}

/// Part of PutBucketAcl, PutObjectAcl.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct AccessControlPolicy {
    /// `AccessControlList` in the body.
    pub grants: Vec<super::Grant>,
    /// `Owner` in the body.
    pub owner: Option<super::Owner>,
}

impl ReadXml for AccessControlPolicy {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "AccessControlList" => xml.push_all("Grant", &mut out.grants)?,
                "Owner" => out.owner = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of GetBucketEncryption, PutBucketEncryption.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct BlockedEncryptionTypes {
    /// `EncryptionType` in the body.
    pub encryption_type: Vec<String>,
}

impl ReadXml for BlockedEncryptionTypes {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "EncryptionType" => xml.push(&mut out.encryption_type)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for BlockedEncryptionTypes {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("EncryptionType", &self.encryption_type);
    }
}

/// Part of GetBucketCors, PutBucketCors.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CORSRule {
    /// `ID` in the body.
    pub id: Option<String>,
    /// `AllowedHeader` in the body.
    pub allowed_headers: Vec<String>,
    /// `AllowedMethod` in the body.
    pub allowed_methods: Vec<String>,
    /// `AllowedOrigin` in the body.
    pub allowed_origins: Vec<String>,
    /// `ExposeHeader` in the body.
    pub expose_headers: Vec<String>,
    /// `MaxAgeSeconds` in the body.
    pub max_age_seconds: Option<i32>,
}

impl ReadXml for CORSRule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "ID" => out.id = Some(xml.read()?),
                "AllowedHeader" => xml.push(&mut out.allowed_headers)?,
                "AllowedMethod" => xml.push(&mut out.allowed_methods)?,
                "AllowedOrigin" => xml.push(&mut out.allowed_origins)?,
                "ExposeHeader" => xml.push(&mut out.expose_headers)?,
                "MaxAgeSeconds" => out.max_age_seconds = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for CORSRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ID", &self.id);
        xml.flat_list("AllowedHeader", &self.allowed_headers);
        xml.flat_list("AllowedMethod", &self.allowed_methods);
        xml.flat_list("AllowedOrigin", &self.allowed_origins);
        xml.flat_list("ExposeHeader", &self.expose_headers);
        xml.optional("MaxAgeSeconds", &self.max_age_seconds);
    }
}

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CSVInput {
    /// `FileHeaderInfo` in the body.
    pub file_header_info: Option<String>,
    /// `Comments` in the body.
    pub comments: Option<String>,
    /// `QuoteEscapeCharacter` in the body.
    pub quote_escape_character: Option<String>,
    /// `RecordDelimiter` in the body.
    pub record_delimiter: Option<String>,
    /// `FieldDelimiter` in the body.
    pub field_delimiter: Option<String>,
    /// `QuoteCharacter` in the body.
    pub quote_character: Option<String>,
    /// `AllowQuotedRecordDelimiter` in the body.
    pub allow_quoted_record_delimiter: Option<bool>,
}

impl ReadXml for CSVInput {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "FileHeaderInfo" => out.file_header_info = Some(xml.read()?),
                "Comments" => out.comments = Some(xml.read()?),
                "QuoteEscapeCharacter" => out.quote_escape_character = Some(xml.read()?),
                "RecordDelimiter" => out.record_delimiter = Some(xml.read()?),
                "FieldDelimiter" => out.field_delimiter = Some(xml.read()?),
                "QuoteCharacter" => out.quote_character = Some(xml.read()?),
                "AllowQuotedRecordDelimiter" => out.allow_quoted_record_delimiter = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CSVOutput {
    /// `QuoteFields` in the body.
    pub quote_fields: Option<String>,
    /// `QuoteEscapeCharacter` in the body.
    pub quote_escape_character: Option<String>,
    /// `RecordDelimiter` in the body.
    pub record_delimiter: Option<String>,
    /// `FieldDelimiter` in the body.
    pub field_delimiter: Option<String>,
    /// `QuoteCharacter` in the body.
    pub quote_character: Option<String>,
}

impl ReadXml for CSVOutput {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "QuoteFields" => out.quote_fields = Some(xml.read()?),
                "QuoteEscapeCharacter" => out.quote_escape_character = Some(xml.read()?),
                "RecordDelimiter" => out.record_delimiter = Some(xml.read()?),
                "FieldDelimiter" => out.field_delimiter = Some(xml.read()?),
                "QuoteCharacter" => out.quote_character = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of ListMultipartUploads, ListObjectVersions, ListObjects, ListObjectsV2.
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

/// Part of GetBucketWebsite, PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Condition {
    /// `HttpErrorCodeReturnedEquals` in the body.
    pub http_error_code_returned_equals: Option<String>,
    /// `KeyPrefixEquals` in the body.
    pub key_prefix_equals: Option<String>,
}

impl ReadXml for Condition {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "HttpErrorCodeReturnedEquals" => out.http_error_code_returned_equals = Some(xml.read()?),
                "KeyPrefixEquals" => out.key_prefix_equals = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for Condition {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("HttpErrorCodeReturnedEquals", &self.http_error_code_returned_equals);
        xml.optional("KeyPrefixEquals", &self.key_prefix_equals);
    }
}

/// Part of GetObjectLockConfiguration, PutObjectLockConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DefaultRetention {
    /// `Mode` in the body.
    pub mode: Option<String>,
    /// `Days` in the body.
    pub days: Option<i32>,
    /// `Years` in the body.
    pub years: Option<i32>,
    /// `DefaultEventHold` in the body.
    pub default_event_hold: Option<super::EventHoldDuration>,
}

impl ReadXml for DefaultRetention {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Mode" => out.mode = Some(xml.read()?),
                "Days" => out.days = Some(xml.read()?),
                "Years" => out.years = Some(xml.read()?),
                "DefaultEventHold" => out.default_event_hold = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for DefaultRetention {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Mode", &self.mode);
        xml.optional("Days", &self.days);
        xml.optional("Years", &self.years);
        xml.optional("DefaultEventHold", &self.default_event_hold);
    }
}

/// Part of GetBucketWebsite, PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ErrorDocument {
    /// `Key` in the body.
    pub key: String,
}

impl ReadXml for ErrorDocument {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key = None;
        while xml.child()? {
            match xml.name() {
                "Key" => key = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.key = required(key, "Key")?;
        Ok(out)
    }
}

impl WriteXml for ErrorDocument {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Key", &self.key);
    }
}

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EventBridgeConfiguration {}

impl ReadXml for EventBridgeConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        xml.skip()?;
        Ok(Self::default())
    }
}

impl WriteXml for EventBridgeConfiguration {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}

/// Part of GetObjectLockConfiguration, GetObjectRetention, PutObjectLockConfiguration, PutObjectRetention.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct EventHoldDuration {
    /// `Days` in the body.
    pub days: Option<i32>,
    /// `Years` in the body.
    pub years: Option<i32>,
}

impl ReadXml for EventHoldDuration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Days" => out.days = Some(xml.read()?),
                "Years" => out.years = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for EventHoldDuration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Days", &self.days);
        xml.optional("Years", &self.years);
    }
}

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct FilterRule {
    /// `Name` in the body.
    pub name: Option<String>,
    /// `Value` in the body.
    pub value: Option<String>,
}

impl ReadXml for FilterRule {
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

impl WriteXml for FilterRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Name", &self.name);
        xml.optional("Value", &self.value);
    }
}

/// Part of GetBucketAcl, GetObjectAcl, PutBucketAcl, PutObjectAcl, RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Grant {
    /// `Grantee` in the body.
    pub grantee: Option<super::Grantee>,
    /// `Permission` in the body.
    pub permission: Option<String>,
}

impl ReadXml for Grant {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Grantee" => out.grantee = Some(xml.read()?),
                "Permission" => out.permission = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for Grant {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Grantee", &self.grantee);
        xml.optional("Permission", &self.permission);
    }
}

/// Part of GetBucketAcl, GetBucketLogging, GetObjectAcl, PutBucketAcl, PutBucketLogging, PutObjectAcl, RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Grantee {
    /// `DisplayName` in the body.
    pub display_name: Option<String>,
    /// `EmailAddress` in the body.
    pub email_address: Option<String>,
    /// `ID` in the body.
    pub id: Option<String>,
    /// Attribute `xsi:type`.
    pub r#type: String,
    /// `URI` in the body.
    pub uri: Option<String>,
}

impl ReadXml for Grantee {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let r#type = xml.attribute("type")?;
        while xml.child()? {
            match xml.name() {
                "DisplayName" => out.display_name = Some(xml.read()?),
                "EmailAddress" => out.email_address = Some(xml.read()?),
                "ID" => out.id = Some(xml.read()?),
                "URI" => out.uri = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.r#type = required(r#type, "xsi:type")?;
        Ok(out)
    }
}

impl WriteXml for Grantee {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DisplayName", &self.display_name);
        xml.optional("EmailAddress", &self.email_address);
        xml.optional("ID", &self.id);
        xml.optional("URI", &self.uri);
    }

    fn write_attributes(&self, xml: &mut XmlWriter) {
        xml.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
        xml.attribute("xsi:type", &self.r#type);
    }
}

/// Part of GetBucketWebsite, PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct IndexDocument {
    /// `Suffix` in the body.
    pub suffix: String,
}

impl ReadXml for IndexDocument {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut suffix = None;
        while xml.child()? {
            match xml.name() {
                "Suffix" => suffix = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.suffix = required(suffix, "Suffix")?;
        Ok(out)
    }
}

impl WriteXml for IndexDocument {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Suffix", &self.suffix);
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

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InputSerialization {
    /// `CSV` in the body.
    pub csv: Option<super::CSVInput>,
    /// `CompressionType` in the body.
    pub compression_type: Option<String>,
    /// `JSON` in the body.
    pub json: Option<super::JSONInput>,
    /// `Parquet` in the body.
    pub parquet: Option<super::ParquetInput>,
}

impl ReadXml for InputSerialization {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "CSV" => out.csv = Some(xml.read()?),
                "CompressionType" => out.compression_type = Some(xml.read()?),
                "JSON" => out.json = Some(xml.read()?),
                "Parquet" => out.parquet = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of GetBucketIntelligentTieringConfiguration, ListBucketIntelligentTieringConfigurations, PutBucketIntelligentTieringConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct IntelligentTieringAndOperator {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tags: Vec<super::Tag>,
}

impl ReadXml for IntelligentTieringAndOperator {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Prefix" => out.prefix = Some(xml.read()?),
                "Tag" => xml.push(&mut out.tags)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for IntelligentTieringAndOperator {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.flat_list("Tag", &self.tags);
    }
}

/// Part of GetBucketIntelligentTieringConfiguration, ListBucketIntelligentTieringConfigurations, PutBucketIntelligentTieringConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct IntelligentTieringConfiguration {
    /// `Id` in the body.
    pub id: String,
    /// `Filter` in the body.
    pub filter: Option<super::IntelligentTieringFilter>,
    /// `Status` in the body.
    pub status: String,
    /// `Tiering` in the body.
    pub tierings: Vec<super::Tiering>,
}

impl ReadXml for IntelligentTieringConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut id = None;
        let mut status = None;
        while xml.child()? {
            match xml.name() {
                "Id" => id = Some(xml.read()?),
                "Filter" => out.filter = Some(xml.read()?),
                "Status" => status = Some(xml.read()?),
                "Tiering" => xml.push(&mut out.tierings)?,
                _ => xml.skip()?,
            }
        }
        out.id = required(id, "Id")?;
        out.status = required(status, "Status")?;
        Ok(out)
    }
}

impl WriteXml for IntelligentTieringConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Id", &self.id);
        xml.optional("Filter", &self.filter);
        xml.element("Status", &self.status);
        xml.flat_list("Tiering", &self.tierings);
    }
}

/// Part of GetBucketIntelligentTieringConfiguration, ListBucketIntelligentTieringConfigurations, PutBucketIntelligentTieringConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct IntelligentTieringFilter {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tag: Option<super::Tag>,
    /// `And` in the body.
    pub and: Option<super::IntelligentTieringAndOperator>,
}

impl ReadXml for IntelligentTieringFilter {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Prefix" => out.prefix = Some(xml.read()?),
                "Tag" => out.tag = Some(xml.read()?),
                "And" => out.and = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for IntelligentTieringFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.optional("Tag", &self.tag);
        xml.optional("And", &self.and);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryConfiguration {
    /// `Destination` in the body.
    pub destination: super::InventoryDestination,
    /// `IsEnabled` in the body.
    pub is_enabled: bool,
    /// `Filter` in the body.
    pub filter: Option<super::InventoryFilter>,
    /// `Id` in the body.
    pub id: String,
    /// `IncludedObjectVersions` in the body.
    pub included_object_versions: String,
    /// `OptionalFields` in the body.
    pub optional_fields: Vec<String>,
    /// `Schedule` in the body.
    pub schedule: super::InventorySchedule,
}

impl ReadXml for InventoryConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut destination = None;
        let mut is_enabled = None;
        let mut id = None;
        let mut included_object_versions = None;
        let mut schedule = None;
        while xml.child()? {
            match xml.name() {
                "Destination" => destination = Some(xml.read()?),
                "IsEnabled" => is_enabled = Some(xml.read()?),
                "Filter" => out.filter = Some(xml.read()?),
                "Id" => id = Some(xml.read()?),
                "IncludedObjectVersions" => included_object_versions = Some(xml.read()?),
                "OptionalFields" => xml.push_all("Field", &mut out.optional_fields)?,
                "Schedule" => schedule = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.destination = required(destination, "Destination")?;
        out.is_enabled = required(is_enabled, "IsEnabled")?;
        out.id = required(id, "Id")?;
        out.included_object_versions = required(included_object_versions, "IncludedObjectVersions")?;
        out.schedule = required(schedule, "Schedule")?;
        Ok(out)
    }
}

impl WriteXml for InventoryConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Destination", &self.destination);
        xml.element("IsEnabled", &self.is_enabled);
        xml.optional("Filter", &self.filter);
        xml.element("Id", &self.id);
        xml.element("IncludedObjectVersions", &self.included_object_versions);
        xml.list_if_any("OptionalFields", "Field", &self.optional_fields);
        xml.element("Schedule", &self.schedule);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryDestination {
    /// `S3BucketDestination` in the body.
    pub s3_bucket_destination: super::InventoryS3BucketDestination,
}

impl ReadXml for InventoryDestination {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut s3_bucket_destination = None;
        while xml.child()? {
            match xml.name() {
                "S3BucketDestination" => s3_bucket_destination = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.s3_bucket_destination = required(s3_bucket_destination, "S3BucketDestination")?;
        Ok(out)
    }
}

impl WriteXml for InventoryDestination {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("S3BucketDestination", &self.s3_bucket_destination);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryEncryption {
    /// `SSE-S3` in the body.
    pub sse_s3: Option<super::SSES3>,
    /// `SSE-KMS` in the body.
    pub sse_kms: Option<super::SSEKMS>,
}

impl ReadXml for InventoryEncryption {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "SSE-S3" => out.sse_s3 = Some(xml.read()?),
                "SSE-KMS" => out.sse_kms = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for InventoryEncryption {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SSE-S3", &self.sse_s3);
        xml.optional("SSE-KMS", &self.sse_kms);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryFilter {
    /// `Prefix` in the body.
    pub prefix: String,
}

impl ReadXml for InventoryFilter {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut prefix = None;
        while xml.child()? {
            match xml.name() {
                "Prefix" => prefix = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.prefix = required(prefix, "Prefix")?;
        Ok(out)
    }
}

impl WriteXml for InventoryFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Prefix", &self.prefix);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryS3BucketDestination {
    /// `AccountId` in the body.
    pub account_id: Option<String>,
    /// `Bucket` in the body.
    pub bucket: String,
    /// `Format` in the body.
    pub format: String,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Encryption` in the body.
    pub encryption: Option<super::InventoryEncryption>,
}

impl ReadXml for InventoryS3BucketDestination {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut bucket = None;
        let mut format = None;
        while xml.child()? {
            match xml.name() {
                "AccountId" => out.account_id = Some(xml.read()?),
                "Bucket" => bucket = Some(xml.read()?),
                "Format" => format = Some(xml.read()?),
                "Prefix" => out.prefix = Some(xml.read()?),
                "Encryption" => out.encryption = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.bucket = required(bucket, "Bucket")?;
        out.format = required(format, "Format")?;
        Ok(out)
    }
}

impl WriteXml for InventoryS3BucketDestination {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("AccountId", &self.account_id);
        xml.element("Bucket", &self.bucket);
        xml.element("Format", &self.format);
        xml.optional("Prefix", &self.prefix);
        xml.optional("Encryption", &self.encryption);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventorySchedule {
    /// `Frequency` in the body.
    pub frequency: String,
}

impl ReadXml for InventorySchedule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut frequency = None;
        while xml.child()? {
            match xml.name() {
                "Frequency" => frequency = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.frequency = required(frequency, "Frequency")?;
        Ok(out)
    }
}

impl WriteXml for InventorySchedule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Frequency", &self.frequency);
    }
}

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct JSONInput {
    /// `Type` in the body.
    pub r#type: Option<String>,
}

impl ReadXml for JSONInput {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Type" => out.r#type = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct JSONOutput {
    /// `RecordDelimiter` in the body.
    pub record_delimiter: Option<String>,
}

impl ReadXml for JSONOutput {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "RecordDelimiter" => out.record_delimiter = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LambdaFunctionConfiguration {
    /// `Id` in the body.
    pub id: Option<String>,
    /// `CloudFunction` in the body.
    pub lambda_function_arn: String,
    /// `Event` in the body.
    pub events: Vec<String>,
    /// `Filter` in the body.
    pub filter: Option<super::NotificationConfigurationFilter>,
}

impl ReadXml for LambdaFunctionConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut lambda_function_arn = None;
        while xml.child()? {
            match xml.name() {
                "Id" => out.id = Some(xml.read()?),
                "CloudFunction" => lambda_function_arn = Some(xml.read()?),
                "Event" => xml.push(&mut out.events)?,
                "Filter" => out.filter = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.lambda_function_arn = required(lambda_function_arn, "CloudFunction")?;
        Ok(out)
    }
}

impl WriteXml for LambdaFunctionConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.element("CloudFunction", &self.lambda_function_arn);
        xml.flat_list("Event", &self.events);
        xml.optional("Filter", &self.filter);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LifecycleExpiration {
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `Date` in the body.
    pub date: Option<Timestamp>,
    /// `Days` in the body.
    pub days: Option<i32>,
    /// `ExpiredObjectDeleteMarker` in the body.
    pub expired_object_delete_marker: Option<bool>,
}

impl ReadXml for LifecycleExpiration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Date" => out.date = Some(xml.read()?),
                "Days" => out.days = Some(xml.read()?),
                "ExpiredObjectDeleteMarker" => out.expired_object_delete_marker = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for LifecycleExpiration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Date", &self.date);
        xml.optional("Days", &self.days);
        xml.optional("ExpiredObjectDeleteMarker", &self.expired_object_delete_marker);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LifecycleRule {
    /// `Expiration` in the body.
    pub expiration: Option<super::LifecycleExpiration>,
    /// `ID` in the body.
    pub id: Option<String>,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Filter` in the body.
    pub filter: Option<super::LifecycleRuleFilter>,
    /// `Status` in the body.
    pub status: String,
    /// `Transition` in the body.
    pub transitions: Vec<super::Transition>,
    /// `NoncurrentVersionTransition` in the body.
    pub noncurrent_version_transitions: Vec<super::NoncurrentVersionTransition>,
    /// `NoncurrentVersionExpiration` in the body.
    pub noncurrent_version_expiration: Option<super::NoncurrentVersionExpiration>,
    /// `AbortIncompleteMultipartUpload` in the body.
    pub abort_incomplete_multipart_upload: Option<super::AbortIncompleteMultipartUpload>,
}

impl ReadXml for LifecycleRule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut status = None;
        while xml.child()? {
            match xml.name() {
                "Expiration" => out.expiration = Some(xml.read()?),
                "ID" => out.id = Some(xml.read()?),
                "Prefix" => out.prefix = Some(xml.read()?),
                "Filter" => out.filter = Some(xml.read()?),
                "Status" => status = Some(xml.read()?),
                "Transition" => xml.push(&mut out.transitions)?,
                "NoncurrentVersionTransition" => xml.push(&mut out.noncurrent_version_transitions)?,
                "NoncurrentVersionExpiration" => out.noncurrent_version_expiration = Some(xml.read()?),
                "AbortIncompleteMultipartUpload" => out.abort_incomplete_multipart_upload = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.status = required(status, "Status")?;
        Ok(out)
    }
}

impl WriteXml for LifecycleRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Expiration", &self.expiration);
        xml.optional("ID", &self.id);
        xml.optional("Prefix", &self.prefix);
        xml.optional("Filter", &self.filter);
        xml.element("Status", &self.status);
        xml.flat_list("Transition", &self.transitions);
        xml.flat_list("NoncurrentVersionTransition", &self.noncurrent_version_transitions);
        xml.optional("NoncurrentVersionExpiration", &self.noncurrent_version_expiration);
        xml.optional("AbortIncompleteMultipartUpload", &self.abort_incomplete_multipart_upload);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LifecycleRuleAndOperator {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tags: Vec<super::Tag>,
    /// `ObjectSizeGreaterThan` in the body.
    pub object_size_greater_than: Option<i64>,
    /// `ObjectSizeLessThan` in the body.
    pub object_size_less_than: Option<i64>,
}

impl ReadXml for LifecycleRuleAndOperator {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Prefix" => out.prefix = Some(xml.read()?),
                "Tag" => xml.push(&mut out.tags)?,
                "ObjectSizeGreaterThan" => out.object_size_greater_than = Some(xml.read()?),
                "ObjectSizeLessThan" => out.object_size_less_than = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for LifecycleRuleAndOperator {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.flat_list("Tag", &self.tags);
        xml.optional("ObjectSizeGreaterThan", &self.object_size_greater_than);
        xml.optional("ObjectSizeLessThan", &self.object_size_less_than);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LifecycleRuleFilter {
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `Tag` in the body.
    pub tag: Option<super::Tag>,
    /// `ObjectSizeGreaterThan` in the body.
    pub object_size_greater_than: Option<i64>,
    /// `ObjectSizeLessThan` in the body.
    pub object_size_less_than: Option<i64>,
    /// `And` in the body.
    pub and: Option<super::LifecycleRuleAndOperator>,
}

impl ReadXml for LifecycleRuleFilter {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Prefix" => out.prefix = Some(xml.read()?),
                "Tag" => out.tag = Some(xml.read()?),
                "ObjectSizeGreaterThan" => out.object_size_greater_than = Some(xml.read()?),
                "ObjectSizeLessThan" => out.object_size_less_than = Some(xml.read()?),
                "And" => out.and = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for LifecycleRuleFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Prefix", &self.prefix);
        xml.optional("Tag", &self.tag);
        xml.optional("ObjectSizeGreaterThan", &self.object_size_greater_than);
        xml.optional("ObjectSizeLessThan", &self.object_size_less_than);
        xml.optional("And", &self.and);
    }
}

/// Part of GetBucketLogging, PutBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct LoggingEnabled {
    /// `TargetBucket` in the body.
    pub target_bucket: String,
    /// `TargetGrants` in the body.
    pub target_grants: Vec<super::TargetGrant>,
    /// `TargetPrefix` in the body.
    pub target_prefix: String,
    /// `TargetObjectKeyFormat` in the body.
    pub target_object_key_format: Option<super::TargetObjectKeyFormat>,
}

impl ReadXml for LoggingEnabled {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut target_bucket = None;
        let mut target_prefix = None;
        while xml.child()? {
            match xml.name() {
                "TargetBucket" => target_bucket = Some(xml.read()?),
                "TargetGrants" => xml.push_all("Grant", &mut out.target_grants)?,
                "TargetPrefix" => target_prefix = Some(xml.read()?),
                "TargetObjectKeyFormat" => out.target_object_key_format = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.target_bucket = required(target_bucket, "TargetBucket")?;
        out.target_prefix = required(target_prefix, "TargetPrefix")?;
        Ok(out)
    }
}

impl WriteXml for LoggingEnabled {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("TargetBucket", &self.target_bucket);
        xml.list_if_any("TargetGrants", "Grant", &self.target_grants);
        xml.element("TargetPrefix", &self.target_prefix);
        xml.optional("TargetObjectKeyFormat", &self.target_object_key_format);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct NoncurrentVersionExpiration {
    /// `NoncurrentDays` in the body.
    pub noncurrent_days: Option<i32>,
    /// `NewerNoncurrentVersions` in the body.
    pub newer_noncurrent_versions: Option<i32>,
}

impl ReadXml for NoncurrentVersionExpiration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "NoncurrentDays" => out.noncurrent_days = Some(xml.read()?),
                "NewerNoncurrentVersions" => out.newer_noncurrent_versions = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for NoncurrentVersionExpiration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("NoncurrentDays", &self.noncurrent_days);
        xml.optional("NewerNoncurrentVersions", &self.newer_noncurrent_versions);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct NoncurrentVersionTransition {
    /// `NoncurrentDays` in the body.
    pub noncurrent_days: Option<i32>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// `NewerNoncurrentVersions` in the body.
    pub newer_noncurrent_versions: Option<i32>,
}

impl ReadXml for NoncurrentVersionTransition {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "NoncurrentDays" => out.noncurrent_days = Some(xml.read()?),
                "StorageClass" => out.storage_class = Some(xml.read()?),
                "NewerNoncurrentVersions" => out.newer_noncurrent_versions = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for NoncurrentVersionTransition {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("NoncurrentDays", &self.noncurrent_days);
        xml.optional("StorageClass", &self.storage_class);
        xml.optional("NewerNoncurrentVersions", &self.newer_noncurrent_versions);
    }
}

/// What GetBucketNotificationConfiguration, PutBucketNotificationConfiguration gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct NotificationConfiguration {
    /// `TopicConfiguration` in the body.
    pub topic_configurations: Vec<super::TopicConfiguration>,
    /// `QueueConfiguration` in the body.
    pub queue_configurations: Vec<super::QueueConfiguration>,
    /// `CloudFunctionConfiguration` in the body.
    pub lambda_function_configurations: Vec<super::LambdaFunctionConfiguration>,
    /// `EventBridgeConfiguration` in the body.
    pub event_bridge_configuration: Option<super::EventBridgeConfiguration>,
}

impl NotificationConfiguration {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.xml_body("NotificationConfiguration", |xml| self.write_xml(xml));
        out
    }
}

impl ReadXml for NotificationConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "TopicConfiguration" => xml.push(&mut out.topic_configurations)?,
                "QueueConfiguration" => xml.push(&mut out.queue_configurations)?,
                "CloudFunctionConfiguration" => xml.push(&mut out.lambda_function_configurations)?,
                "EventBridgeConfiguration" => out.event_bridge_configuration = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for NotificationConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("TopicConfiguration", &self.topic_configurations);
        xml.flat_list("QueueConfiguration", &self.queue_configurations);
        xml.flat_list("CloudFunctionConfiguration", &self.lambda_function_configurations);
        xml.optional("EventBridgeConfiguration", &self.event_bridge_configuration);
    }
}

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct NotificationConfigurationFilter {
    /// `S3Key` in the body.
    pub key: Option<super::S3KeyFilter>,
}

impl ReadXml for NotificationConfigurationFilter {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "S3Key" => out.key = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for NotificationConfigurationFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("S3Key", &self.key);
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

/// Part of GetObjectLockConfiguration, PutObjectLockConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectLockConfiguration {
    /// `ObjectLockEnabled` in the body.
    pub object_lock_enabled: Option<String>,
    /// `Rule` in the body.
    pub rule: Option<super::ObjectLockRule>,
}

impl ReadXml for ObjectLockConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "ObjectLockEnabled" => out.object_lock_enabled = Some(xml.read()?),
                "Rule" => out.rule = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for ObjectLockConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ObjectLockEnabled", &self.object_lock_enabled);
        xml.optional("Rule", &self.rule);
    }
}

/// Part of GetObjectLegalHold, PutObjectLegalHold.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectLockLegalHold {
    /// `Status` in the body.
    pub status: Option<String>,
}

impl ReadXml for ObjectLockLegalHold {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Status" => out.status = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for ObjectLockLegalHold {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Status", &self.status);
    }
}

/// Part of GetObjectRetention, PutObjectRetention.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectLockRetention {
    /// `Mode` in the body.
    pub mode: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `RetainUntilDate` in the body.
    pub retain_until_date: Option<Timestamp>,
    /// `EventHold` in the body.
    pub event_hold: Option<String>,
    /// `EventHoldDuration` in the body.
    pub event_hold_duration: Option<super::EventHoldDuration>,
}

impl ReadXml for ObjectLockRetention {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Mode" => out.mode = Some(xml.read()?),
                "RetainUntilDate" => out.retain_until_date = Some(xml.read()?),
                "EventHold" => out.event_hold = Some(xml.read()?),
                "EventHoldDuration" => out.event_hold_duration = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for ObjectLockRetention {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Mode", &self.mode);
        xml.optional("RetainUntilDate", &self.retain_until_date);
        xml.optional("EventHold", &self.event_hold);
        xml.optional("EventHoldDuration", &self.event_hold_duration);
    }
}

/// Part of GetObjectLockConfiguration, PutObjectLockConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ObjectLockRule {
    /// `DefaultRetention` in the body.
    pub default_retention: Option<super::DefaultRetention>,
}

impl ReadXml for ObjectLockRule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "DefaultRetention" => out.default_retention = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for ObjectLockRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DefaultRetention", &self.default_retention);
    }
}

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OutputSerialization {
    /// `CSV` in the body.
    pub csv: Option<super::CSVOutput>,
    /// `JSON` in the body.
    pub json: Option<super::JSONOutput>,
}

impl ReadXml for OutputSerialization {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "CSV" => out.csv = Some(xml.read()?),
                "JSON" => out.json = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of GetBucketAcl, GetObjectAcl, ListBuckets, ListMultipartUploads, ListObjectVersions, ListObjects, ListObjectsV2, ListParts, PutBucketAcl, PutObjectAcl.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Owner {
    /// `DisplayName` in the body.
    pub display_name: Option<String>,
    /// `ID` in the body.
    pub id: Option<String>,
}

impl ReadXml for Owner {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "DisplayName" => out.display_name = Some(xml.read()?),
                "ID" => out.id = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for Owner {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("DisplayName", &self.display_name);
        xml.optional("ID", &self.id);
    }
}

/// Part of GetBucketOwnershipControls, PutBucketOwnershipControls.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OwnershipControls {
    /// `Rule` in the body.
    pub rules: Vec<super::OwnershipControlsRule>,
}

impl ReadXml for OwnershipControls {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Rule" => xml.push(&mut out.rules)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for OwnershipControls {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("Rule", &self.rules);
    }
}

/// Part of GetBucketOwnershipControls, PutBucketOwnershipControls.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OwnershipControlsRule {
    /// `ObjectOwnership` in the body.
    pub object_ownership: String,
}

impl ReadXml for OwnershipControlsRule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut object_ownership = None;
        while xml.child()? {
            match xml.name() {
                "ObjectOwnership" => object_ownership = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.object_ownership = required(object_ownership, "ObjectOwnership")?;
        Ok(out)
    }
}

impl WriteXml for OwnershipControlsRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("ObjectOwnership", &self.object_ownership);
    }
}

/// Part of RestoreObject, SelectObjectContent.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ParquetInput {}

impl ReadXml for ParquetInput {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        xml.skip()?;
        Ok(Self::default())
    }
}

/// Part of GetBucketLogging, PutBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct PartitionedPrefix {
    /// `PartitionDateSource` in the body.
    pub partition_date_source: Option<String>,
}

impl ReadXml for PartitionedPrefix {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "PartitionDateSource" => out.partition_date_source = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for PartitionedPrefix {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("PartitionDateSource", &self.partition_date_source);
    }
}

/// Part of GetPublicAccessBlock, PutPublicAccessBlock.
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

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct QueueConfiguration {
    /// `Id` in the body.
    pub id: Option<String>,
    /// `Queue` in the body.
    pub queue_arn: String,
    /// `Event` in the body.
    pub events: Vec<String>,
    /// `Filter` in the body.
    pub filter: Option<super::NotificationConfigurationFilter>,
}

impl ReadXml for QueueConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut queue_arn = None;
        while xml.child()? {
            match xml.name() {
                "Id" => out.id = Some(xml.read()?),
                "Queue" => queue_arn = Some(xml.read()?),
                "Event" => xml.push(&mut out.events)?,
                "Filter" => out.filter = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.queue_arn = required(queue_arn, "Queue")?;
        Ok(out)
    }
}

impl WriteXml for QueueConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.element("Queue", &self.queue_arn);
        xml.flat_list("Event", &self.events);
        xml.optional("Filter", &self.filter);
    }
}

/// Part of GetBucketWebsite, PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Redirect {
    /// `HostName` in the body.
    pub host_name: Option<String>,
    /// `HttpRedirectCode` in the body.
    pub http_redirect_code: Option<String>,
    /// `Protocol` in the body.
    pub protocol: Option<String>,
    /// `ReplaceKeyPrefixWith` in the body.
    pub replace_key_prefix_with: Option<String>,
    /// `ReplaceKeyWith` in the body.
    pub replace_key_with: Option<String>,
}

impl ReadXml for Redirect {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "HostName" => out.host_name = Some(xml.read()?),
                "HttpRedirectCode" => out.http_redirect_code = Some(xml.read()?),
                "Protocol" => out.protocol = Some(xml.read()?),
                "ReplaceKeyPrefixWith" => out.replace_key_prefix_with = Some(xml.read()?),
                "ReplaceKeyWith" => out.replace_key_with = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for Redirect {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("HostName", &self.host_name);
        xml.optional("HttpRedirectCode", &self.http_redirect_code);
        xml.optional("Protocol", &self.protocol);
        xml.optional("ReplaceKeyPrefixWith", &self.replace_key_prefix_with);
        xml.optional("ReplaceKeyWith", &self.replace_key_with);
    }
}

/// Part of GetBucketWebsite, PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RedirectAllRequestsTo {
    /// `HostName` in the body.
    pub host_name: String,
    /// `Protocol` in the body.
    pub protocol: Option<String>,
}

impl ReadXml for RedirectAllRequestsTo {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut host_name = None;
        while xml.child()? {
            match xml.name() {
                "HostName" => host_name = Some(xml.read()?),
                "Protocol" => out.protocol = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.host_name = required(host_name, "HostName")?;
        Ok(out)
    }
}

impl WriteXml for RedirectAllRequestsTo {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("HostName", &self.host_name);
        xml.optional("Protocol", &self.protocol);
    }
}

/// Part of ListObjectVersions, ListObjects, ListObjectsV2.
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

/// Part of GetBucketWebsite, PutBucketWebsite.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RoutingRule {
    /// `Condition` in the body.
    pub condition: Option<super::Condition>,
    /// `Redirect` in the body.
    pub redirect: super::Redirect,
}

impl ReadXml for RoutingRule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut redirect = None;
        while xml.child()? {
            match xml.name() {
                "Condition" => out.condition = Some(xml.read()?),
                "Redirect" => redirect = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.redirect = required(redirect, "Redirect")?;
        Ok(out)
    }
}

impl WriteXml for RoutingRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Condition", &self.condition);
        xml.element("Redirect", &self.redirect);
    }
}

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct S3KeyFilter {
    /// `FilterRule` in the body.
    pub filter_rules: Vec<super::FilterRule>,
}

impl ReadXml for S3KeyFilter {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "FilterRule" => xml.push(&mut out.filter_rules)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for S3KeyFilter {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("FilterRule", &self.filter_rules);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SSEKMS {
    /// `KeyId` in the body.
    pub key_id: String,
}

impl ReadXml for SSEKMS {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut key_id = None;
        while xml.child()? {
            match xml.name() {
                "KeyId" => key_id = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.key_id = required(key_id, "KeyId")?;
        Ok(out)
    }
}

impl WriteXml for SSEKMS {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("KeyId", &self.key_id);
    }
}

/// Part of GetBucketInventoryConfiguration, ListBucketInventoryConfigurations, PutBucketInventoryConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SSES3 {}

impl ReadXml for SSES3 {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        xml.skip()?;
        Ok(Self::default())
    }
}

impl WriteXml for SSES3 {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}

/// Part of GetBucketEncryption, PutBucketEncryption.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ServerSideEncryptionByDefault {
    /// `SSEAlgorithm` in the body.
    pub sse_algorithm: String,
    /// `KMSMasterKeyID` in the body.
    pub kms_master_key_id: Option<String>,
}

impl ReadXml for ServerSideEncryptionByDefault {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut sse_algorithm = None;
        while xml.child()? {
            match xml.name() {
                "SSEAlgorithm" => sse_algorithm = Some(xml.read()?),
                "KMSMasterKeyID" => out.kms_master_key_id = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.sse_algorithm = required(sse_algorithm, "SSEAlgorithm")?;
        Ok(out)
    }
}

impl WriteXml for ServerSideEncryptionByDefault {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("SSEAlgorithm", &self.sse_algorithm);
        xml.optional("KMSMasterKeyID", &self.kms_master_key_id);
    }
}

/// Part of GetBucketEncryption, PutBucketEncryption.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ServerSideEncryptionConfiguration {
    /// `Rule` in the body.
    pub rules: Vec<super::ServerSideEncryptionRule>,
}

impl ReadXml for ServerSideEncryptionConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Rule" => xml.push(&mut out.rules)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for ServerSideEncryptionConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.flat_list("Rule", &self.rules);
    }
}

/// Part of GetBucketEncryption, PutBucketEncryption.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ServerSideEncryptionRule {
    /// `ApplyServerSideEncryptionByDefault` in the body.
    pub apply_server_side_encryption_by_default: Option<super::ServerSideEncryptionByDefault>,
    /// `BucketKeyEnabled` in the body.
    pub bucket_key_enabled: Option<bool>,
    /// `BlockedEncryptionTypes` in the body.
    pub blocked_encryption_types: Option<super::BlockedEncryptionTypes>,
}

impl ReadXml for ServerSideEncryptionRule {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "ApplyServerSideEncryptionByDefault" => out.apply_server_side_encryption_by_default = Some(xml.read()?),
                "BucketKeyEnabled" => out.bucket_key_enabled = Some(xml.read()?),
                "BlockedEncryptionTypes" => out.blocked_encryption_types = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for ServerSideEncryptionRule {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("ApplyServerSideEncryptionByDefault", &self.apply_server_side_encryption_by_default);
        xml.optional("BucketKeyEnabled", &self.bucket_key_enabled);
        xml.optional("BlockedEncryptionTypes", &self.blocked_encryption_types);
    }
}

/// Part of GetBucketLogging, PutBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SimplePrefix {}

impl ReadXml for SimplePrefix {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        xml.skip()?;
        Ok(Self::default())
    }
}

impl WriteXml for SimplePrefix {
    fn write_xml(&self, _xml: &mut XmlWriter) {}
}

/// Part of CreateBucket, GetBucketIntelligentTieringConfiguration, GetBucketLifecycleConfiguration, GetBucketTagging, GetObjectTagging, ListBucketAnalyticsConfigurations, ListBucketIntelligentTieringConfigurations, ListBucketMetricsConfigurations, PutBucketIntelligentTieringConfiguration, PutBucketLifecycleConfiguration, PutBucketTagging, PutObjectTagging, RestoreObject.
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

/// Part of PutBucketTagging, PutObjectTagging, RestoreObject.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tagging {
    /// `TagSet` in the body.
    pub tag_set: Vec<super::Tag>,
}

impl ReadXml for Tagging {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "TagSet" => xml.push_all("Tag", &mut out.tag_set)?,
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of GetBucketLogging, PutBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TargetGrant {
    /// `Grantee` in the body.
    pub grantee: Option<super::Grantee>,
    /// `Permission` in the body.
    pub permission: Option<String>,
}

impl ReadXml for TargetGrant {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Grantee" => out.grantee = Some(xml.read()?),
                "Permission" => out.permission = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for TargetGrant {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Grantee", &self.grantee);
        xml.optional("Permission", &self.permission);
    }
}

/// Part of GetBucketLogging, PutBucketLogging.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TargetObjectKeyFormat {
    /// `SimplePrefix` in the body.
    pub simple_prefix: Option<super::SimplePrefix>,
    /// `PartitionedPrefix` in the body.
    pub partitioned_prefix: Option<super::PartitionedPrefix>,
}

impl ReadXml for TargetObjectKeyFormat {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "SimplePrefix" => out.simple_prefix = Some(xml.read()?),
                "PartitionedPrefix" => out.partitioned_prefix = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for TargetObjectKeyFormat {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("SimplePrefix", &self.simple_prefix);
        xml.optional("PartitionedPrefix", &self.partitioned_prefix);
    }
}

/// Part of GetBucketIntelligentTieringConfiguration, ListBucketIntelligentTieringConfigurations, PutBucketIntelligentTieringConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tiering {
    /// `Days` in the body.
    pub days: i32,
    /// `AccessTier` in the body.
    pub access_tier: String,
}

impl ReadXml for Tiering {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut days = None;
        let mut access_tier = None;
        while xml.child()? {
            match xml.name() {
                "Days" => days = Some(xml.read()?),
                "AccessTier" => access_tier = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.days = required(days, "Days")?;
        out.access_tier = required(access_tier, "AccessTier")?;
        Ok(out)
    }
}

impl WriteXml for Tiering {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.element("Days", &self.days);
        xml.element("AccessTier", &self.access_tier);
    }
}

/// Part of GetBucketNotificationConfiguration, PutBucketNotificationConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct TopicConfiguration {
    /// `Id` in the body.
    pub id: Option<String>,
    /// `Topic` in the body.
    pub topic_arn: String,
    /// `Event` in the body.
    pub events: Vec<String>,
    /// `Filter` in the body.
    pub filter: Option<super::NotificationConfigurationFilter>,
}

impl ReadXml for TopicConfiguration {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut topic_arn = None;
        while xml.child()? {
            match xml.name() {
                "Id" => out.id = Some(xml.read()?),
                "Topic" => topic_arn = Some(xml.read()?),
                "Event" => xml.push(&mut out.events)?,
                "Filter" => out.filter = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        out.topic_arn = required(topic_arn, "Topic")?;
        Ok(out)
    }
}

impl WriteXml for TopicConfiguration {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Id", &self.id);
        xml.element("Topic", &self.topic_arn);
        xml.flat_list("Event", &self.events);
        xml.optional("Filter", &self.filter);
    }
}

/// Part of GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Transition {
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `Date` in the body.
    pub date: Option<Timestamp>,
    /// `Days` in the body.
    pub days: Option<i32>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
}

impl ReadXml for Transition {
    fn read_xml(xml: &mut XmlReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        while xml.child()? {
            match xml.name() {
                "Date" => out.date = Some(xml.read()?),
                "Days" => out.days = Some(xml.read()?),
                "StorageClass" => out.storage_class = Some(xml.read()?),
                _ => xml.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteXml for Transition {
    fn write_xml(&self, xml: &mut XmlWriter) {
        xml.optional("Date", &self.date);
        xml.optional("Days", &self.days);
        xml.optional("StorageClass", &self.storage_class);
    }
}
