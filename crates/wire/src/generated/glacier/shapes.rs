// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// What CompleteMultipartUpload, UploadArchive gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ArchiveCreationOutput {
    /// Header `x-amz-archive-id`.
    pub archive_id: Option<String>,
    /// Header `x-amz-sha256-tree-hash`.
    pub checksum: Option<String>,
    /// Header `location`.
    pub location: Option<String>,
}

impl ArchiveCreationOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(201);
        out.header("x-amz-archive-id", &self.archive_id);
        out.header("x-amz-sha256-tree-hash", &self.checksum);
        out.header("location", &self.location);
        out
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CSVInput {
    /// `Comments` in the body.
    pub comments: Option<String>,
    /// `FieldDelimiter` in the body.
    pub field_delimiter: Option<String>,
    /// `FileHeaderInfo` in the body.
    pub file_header_info: Option<String>,
    /// `QuoteCharacter` in the body.
    pub quote_character: Option<String>,
    /// `QuoteEscapeCharacter` in the body.
    pub quote_escape_character: Option<String>,
    /// `RecordDelimiter` in the body.
    pub record_delimiter: Option<String>,
}

impl ReadJson for CSVInput {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Comments" => out.comments = json.read()?,
                "FieldDelimiter" => out.field_delimiter = json.read()?,
                "FileHeaderInfo" => out.file_header_info = json.read()?,
                "QuoteCharacter" => out.quote_character = json.read()?,
                "QuoteEscapeCharacter" => out.quote_escape_character = json.read()?,
                "RecordDelimiter" => out.record_delimiter = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for CSVInput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Comments", &self.comments);
            json.member("FieldDelimiter", &self.field_delimiter);
            json.member("FileHeaderInfo", &self.file_header_info);
            json.member("QuoteCharacter", &self.quote_character);
            json.member("QuoteEscapeCharacter", &self.quote_escape_character);
            json.member("RecordDelimiter", &self.record_delimiter);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct CSVOutput {
    /// `FieldDelimiter` in the body.
    pub field_delimiter: Option<String>,
    /// `QuoteCharacter` in the body.
    pub quote_character: Option<String>,
    /// `QuoteEscapeCharacter` in the body.
    pub quote_escape_character: Option<String>,
    /// `QuoteFields` in the body.
    pub quote_fields: Option<String>,
    /// `RecordDelimiter` in the body.
    pub record_delimiter: Option<String>,
}

impl ReadJson for CSVOutput {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "FieldDelimiter" => out.field_delimiter = json.read()?,
                "QuoteCharacter" => out.quote_character = json.read()?,
                "QuoteEscapeCharacter" => out.quote_escape_character = json.read()?,
                "QuoteFields" => out.quote_fields = json.read()?,
                "RecordDelimiter" => out.record_delimiter = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for CSVOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("FieldDelimiter", &self.field_delimiter);
            json.member("QuoteCharacter", &self.quote_character);
            json.member("QuoteEscapeCharacter", &self.quote_escape_character);
            json.member("QuoteFields", &self.quote_fields);
            json.member("RecordDelimiter", &self.record_delimiter);
        });
    }
}

/// Part of GetDataRetrievalPolicy, SetDataRetrievalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DataRetrievalPolicy {
    /// `Rules` in the body.
    pub rules: Vec<super::DataRetrievalRule>,
}

impl ReadJson for DataRetrievalPolicy {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Rules" => out.rules = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for DataRetrievalPolicy {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Rules", &self.rules);
        });
    }
}

/// Part of GetDataRetrievalPolicy, SetDataRetrievalPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DataRetrievalRule {
    /// `BytesPerHour` in the body.
    pub bytes_per_hour: Option<i64>,
    /// `Strategy` in the body.
    pub strategy: Option<String>,
}

impl ReadJson for DataRetrievalRule {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "BytesPerHour" => out.bytes_per_hour = json.read()?,
                "Strategy" => out.strategy = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for DataRetrievalRule {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("BytesPerHour", &self.bytes_per_hour);
            json.member("Strategy", &self.strategy);
        });
    }
}

/// What DescribeVault, ListVaults gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct DescribeVaultOutput {
    /// `CreationDate` in the body.
    pub creation_date: Option<String>,
    /// `LastInventoryDate` in the body.
    pub last_inventory_date: Option<String>,
    /// `NumberOfArchives` in the body.
    pub number_of_archives: Option<i64>,
    /// `SizeInBytes` in the body.
    pub size_in_bytes: Option<i64>,
    /// `VaultARN` in the body.
    pub vault_arn: Option<String>,
    /// `VaultName` in the body.
    pub vault_name: Option<String>,
}

impl DescribeVaultOutput {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for DescribeVaultOutput {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("CreationDate", &self.creation_date);
            json.member("LastInventoryDate", &self.last_inventory_date);
            json.member("NumberOfArchives", &self.number_of_archives);
            json.member("SizeInBytes", &self.size_in_bytes);
            json.member("VaultARN", &self.vault_arn);
            json.member("VaultName", &self.vault_name);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Encryption {
    /// `EncryptionType` in the body.
    pub encryption_type: Option<String>,
    /// `KMSContext` in the body.
    pub kms_context: Option<String>,
    /// `KMSKeyId` in the body.
    pub kms_key_id: Option<String>,
}

impl ReadJson for Encryption {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "EncryptionType" => out.encryption_type = json.read()?,
                "KMSContext" => out.kms_context = json.read()?,
                "KMSKeyId" => out.kms_key_id = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for Encryption {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("EncryptionType", &self.encryption_type);
            json.member("KMSContext", &self.kms_context);
            json.member("KMSKeyId", &self.kms_key_id);
        });
    }
}

/// What DescribeJob, ListJobs gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GlacierJobDescription {
    /// `Action` in the body.
    pub action: Option<String>,
    /// `ArchiveId` in the body.
    pub archive_id: Option<String>,
    /// `ArchiveSHA256TreeHash` in the body.
    pub archive_sha256_tree_hash: Option<String>,
    /// `ArchiveSizeInBytes` in the body.
    pub archive_size_in_bytes: Option<i64>,
    /// `Completed` in the body.
    pub completed: Option<bool>,
    /// `CompletionDate` in the body.
    pub completion_date: Option<String>,
    /// `CreationDate` in the body.
    pub creation_date: Option<String>,
    /// `InventoryRetrievalParameters` in the body.
    pub inventory_retrieval_parameters: Option<super::InventoryRetrievalJobDescription>,
    /// `InventorySizeInBytes` in the body.
    pub inventory_size_in_bytes: Option<i64>,
    /// `JobDescription` in the body.
    pub job_description: Option<String>,
    /// `JobId` in the body.
    pub job_id: Option<String>,
    /// `JobOutputPath` in the body.
    pub job_output_path: Option<String>,
    /// `OutputLocation` in the body.
    pub output_location: Option<super::OutputLocation>,
    /// `RetrievalByteRange` in the body.
    pub retrieval_byte_range: Option<String>,
    /// `SHA256TreeHash` in the body.
    pub sha256_tree_hash: Option<String>,
    /// `SNSTopic` in the body.
    pub sns_topic: Option<String>,
    /// `SelectParameters` in the body.
    pub select_parameters: Option<super::SelectParameters>,
    /// `StatusCode` in the body.
    pub status_code: Option<String>,
    /// `StatusMessage` in the body.
    pub status_message: Option<String>,
    /// `Tier` in the body.
    pub tier: Option<String>,
    /// `VaultARN` in the body.
    pub vault_arn: Option<String>,
}

impl GlacierJobDescription {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for GlacierJobDescription {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Action", &self.action);
            json.member("ArchiveId", &self.archive_id);
            json.member("ArchiveSHA256TreeHash", &self.archive_sha256_tree_hash);
            json.member("ArchiveSizeInBytes", &self.archive_size_in_bytes);
            json.member("Completed", &self.completed);
            json.member("CompletionDate", &self.completion_date);
            json.member("CreationDate", &self.creation_date);
            json.member("InventoryRetrievalParameters", &self.inventory_retrieval_parameters);
            json.member("InventorySizeInBytes", &self.inventory_size_in_bytes);
            json.member("JobDescription", &self.job_description);
            json.member("JobId", &self.job_id);
            json.present_member("JobOutputPath", &self.job_output_path);
            json.present_member("OutputLocation", &self.output_location);
            json.member("RetrievalByteRange", &self.retrieval_byte_range);
            json.member("SHA256TreeHash", &self.sha256_tree_hash);
            json.member("SNSTopic", &self.sns_topic);
            json.present_member("SelectParameters", &self.select_parameters);
            json.member("StatusCode", &self.status_code);
            json.member("StatusMessage", &self.status_message);
            json.member("Tier", &self.tier);
            json.member("VaultARN", &self.vault_arn);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Grant {
    /// `Grantee` in the body.
    pub grantee: Option<super::Grantee>,
    /// `Permission` in the body.
    pub permission: Option<String>,
}

impl ReadJson for Grant {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Grantee" => out.grantee = json.read()?,
                "Permission" => out.permission = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for Grant {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Grantee", &self.grantee);
            json.member("Permission", &self.permission);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Grantee {
    /// `DisplayName` in the body.
    pub display_name: Option<String>,
    /// `EmailAddress` in the body.
    pub email_address: Option<String>,
    /// `ID` in the body.
    pub id: Option<String>,
    /// `Type` in the body.
    pub r#type: String,
    /// `URI` in the body.
    pub uri: Option<String>,
}

impl ReadJson for Grantee {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut r#type = None;
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "DisplayName" => out.display_name = json.read()?,
                "EmailAddress" => out.email_address = json.read()?,
                "ID" => out.id = json.read()?,
                "Type" => r#type = json.read()?,
                "URI" => out.uri = json.read()?,
                _ => json.skip()?,
            }
        }
        out.r#type = required(r#type, "Type")?;
        Ok(out)
    }
}

impl WriteJson for Grantee {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("DisplayName", &self.display_name);
            json.member("EmailAddress", &self.email_address);
            json.member("ID", &self.id);
            json.member("Type", &self.r#type);
            json.member("URI", &self.uri);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InputSerialization {
    /// `csv` in the body.
    pub csv: Option<super::CSVInput>,
}

impl ReadJson for InputSerialization {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "csv" => out.csv = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for InputSerialization {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("csv", &self.csv);
        });
    }
}

/// Part of DescribeJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct InventoryRetrievalJobDescription {
    /// `EndDate` in the body.
    pub end_date: Option<String>,
    /// `Format` in the body.
    pub format: Option<String>,
    /// `Limit` in the body.
    pub limit: Option<String>,
    /// `Marker` in the body.
    pub marker: Option<String>,
    /// `StartDate` in the body.
    pub start_date: Option<String>,
}

impl WriteJson for InventoryRetrievalJobDescription {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("EndDate", &self.end_date);
            json.member("Format", &self.format);
            json.member("Limit", &self.limit);
            json.member("Marker", &self.marker);
            json.member("StartDate", &self.start_date);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OutputLocation {
    /// `S3` in the body.
    pub s3: Option<super::S3Location>,
}

impl ReadJson for OutputLocation {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "S3" => out.s3 = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for OutputLocation {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("S3", &self.s3);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct OutputSerialization {
    /// `csv` in the body.
    pub csv: Option<super::CSVOutput>,
}

impl ReadJson for OutputSerialization {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "csv" => out.csv = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for OutputSerialization {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("csv", &self.csv);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct S3Location {
    /// `AccessControlList` in the body.
    pub access_control_list: Vec<super::Grant>,
    /// `BucketName` in the body.
    pub bucket_name: Option<String>,
    /// `CannedACL` in the body.
    pub canned_acl: Option<String>,
    /// `Encryption` in the body.
    pub encryption: Option<super::Encryption>,
    /// `Prefix` in the body.
    pub prefix: Option<String>,
    /// `StorageClass` in the body.
    pub storage_class: Option<String>,
    /// `Tagging` in the body.
    pub tagging: BTreeMap<String, String>,
    /// `UserMetadata` in the body.
    pub user_metadata: BTreeMap<String, String>,
}

impl ReadJson for S3Location {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "AccessControlList" => out.access_control_list = json.read()?,
                "BucketName" => out.bucket_name = json.read()?,
                "CannedACL" => out.canned_acl = json.read()?,
                "Encryption" => out.encryption = json.read()?,
                "Prefix" => out.prefix = json.read()?,
                "StorageClass" => out.storage_class = json.read()?,
                "Tagging" => out.tagging = json.read()?,
                "UserMetadata" => out.user_metadata = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for S3Location {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("AccessControlList", &self.access_control_list);
            json.member("BucketName", &self.bucket_name);
            json.member("CannedACL", &self.canned_acl);
            json.member("Encryption", &self.encryption);
            json.member("Prefix", &self.prefix);
            json.member("StorageClass", &self.storage_class);
            json.member("Tagging", &self.tagging);
            json.member("UserMetadata", &self.user_metadata);
        });
    }
}

/// Part of DescribeJob, InitiateJob, ListJobs.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct SelectParameters {
    /// `Expression` in the body.
    pub expression: Option<String>,
    /// `ExpressionType` in the body.
    pub expression_type: Option<String>,
    /// `InputSerialization` in the body.
    pub input_serialization: Option<super::InputSerialization>,
    /// `OutputSerialization` in the body.
    pub output_serialization: Option<super::OutputSerialization>,
}

impl ReadJson for SelectParameters {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Expression" => out.expression = json.read()?,
                "ExpressionType" => out.expression_type = json.read()?,
                "InputSerialization" => out.input_serialization = json.read()?,
                "OutputSerialization" => out.output_serialization = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for SelectParameters {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Expression", &self.expression);
            json.member("ExpressionType", &self.expression_type);
            json.member("InputSerialization", &self.input_serialization);
            json.member("OutputSerialization", &self.output_serialization);
        });
    }
}

/// Part of GetVaultAccessPolicy, SetVaultAccessPolicy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VaultAccessPolicy {
    /// `Policy` in the body.
    pub policy: Option<String>,
}

impl ReadJson for VaultAccessPolicy {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Policy" => out.policy = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for VaultAccessPolicy {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Policy", &self.policy);
        });
    }
}

/// Part of GetVaultNotifications, SetVaultNotifications.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct VaultNotificationConfig {
    /// `Events` in the body.
    pub events: Vec<String>,
    /// `SNSTopic` in the body.
    pub sns_topic: Option<String>,
}

impl ReadJson for VaultNotificationConfig {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "Events" => out.events = json.read()?,
                "SNSTopic" => out.sns_topic = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for VaultNotificationConfig {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Events", &self.events);
            json.member("SNSTopic", &self.sns_topic);
        });
    }
}
