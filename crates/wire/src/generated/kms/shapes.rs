// Written by `cargo xtask wire` from models/. Do not edit.

//! Shapes that several operations share.

#[allow(unused_imports)]
use crate::prelude::*;

/// Part of CreateGrant, ListGrants, ListRetirableGrants.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GrantConstraints {
    /// `EncryptionContextEquals` in the body.
    pub encryption_context_equals: BTreeMap<String, String>,
    /// `EncryptionContextSubset` in the body.
    pub encryption_context_subset: BTreeMap<String, String>,
    /// `SourceArn` in the body.
    pub source_arn: Option<String>,
}

impl ReadJson for GrantConstraints {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "EncryptionContextEquals" => out.encryption_context_equals = json.read()?,
                "EncryptionContextSubset" => out.encryption_context_subset = json.read()?,
                "SourceArn" => out.source_arn = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

impl WriteJson for GrantConstraints {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.filled_member("EncryptionContextEquals", &self.encryption_context_equals);
            json.filled_member("EncryptionContextSubset", &self.encryption_context_subset);
            json.present_member("SourceArn", &self.source_arn);
        });
    }
}

/// Part of ListGrants, ListRetirableGrants.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct GrantListEntry {
    /// `Constraints` in the body.
    pub constraints: Option<super::GrantConstraints>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreationDate` in the body.
    pub creation_date: Option<Timestamp>,
    /// `GrantId` in the body.
    pub grant_id: Option<String>,
    /// `GranteePrincipal` in the body.
    pub grantee_principal: Option<String>,
    /// `GranteeServicePrincipal` in the body.
    pub grantee_service_principal: Option<String>,
    /// `IssuingAccount` in the body.
    pub issuing_account: Option<String>,
    /// `KeyId` in the body.
    pub key_id: Option<String>,
    /// `Name` in the body.
    pub name: Option<String>,
    /// `Operations` in the body.
    pub operations: Vec<String>,
    /// `RetiringPrincipal` in the body.
    pub retiring_principal: Option<String>,
    /// `RetiringServicePrincipal` in the body.
    pub retiring_service_principal: Option<String>,
}

impl WriteJson for GrantListEntry {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("Constraints", &self.constraints);
            json.present_member("CreationDate", &self.creation_date);
            json.present_member("GrantId", &self.grant_id);
            json.present_member("GranteePrincipal", &self.grantee_principal);
            json.present_member("GranteeServicePrincipal", &self.grantee_service_principal);
            json.present_member("IssuingAccount", &self.issuing_account);
            json.present_member("KeyId", &self.key_id);
            json.present_member("Name", &self.name);
            json.member("Operations", &self.operations);
            json.present_member("RetiringPrincipal", &self.retiring_principal);
            json.present_member("RetiringServicePrincipal", &self.retiring_service_principal);
        });
    }
}

/// Part of CreateKey, DescribeKey.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct KeyMetadata {
    /// `AWSAccountId` in the body.
    pub aws_account_id: Option<String>,
    /// `Arn` in the body.
    pub arn: Option<String>,
    /// `CloudHsmClusterId` in the body.
    pub cloud_hsm_cluster_id: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `CreationDate` in the body.
    pub creation_date: Option<Timestamp>,
    /// `CurrentKeyMaterialId` in the body.
    pub current_key_material_id: Option<String>,
    /// `CustomKeyStoreId` in the body.
    pub custom_key_store_id: Option<String>,
    /// `CustomerMasterKeySpec` in the body.
    pub customer_master_key_spec: Option<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `DeletionDate` in the body.
    pub deletion_date: Option<Timestamp>,
    /// `Description` in the body.
    pub description: Option<String>,
    /// `Enabled` in the body.
    pub enabled: Option<bool>,
    /// `EncapsulationAlgorithms` in the body.
    pub encapsulation_algorithms: Vec<String>,
    /// `EncryptionAlgorithms` in the body.
    pub encryption_algorithms: Vec<String>,
    /// `ExpirationModel` in the body.
    pub expiration_model: Option<String>,
    /// `KeyAgreementAlgorithms` in the body.
    pub key_agreement_algorithms: Vec<String>,
    /// `KeyId` in the body.
    pub key_id: String,
    /// `KeyManager` in the body.
    pub key_manager: Option<String>,
    /// `KeySpec` in the body.
    pub key_spec: Option<String>,
    /// `KeyState` in the body.
    pub key_state: Option<String>,
    /// `KeyUsage` in the body.
    pub key_usage: Option<String>,
    /// `MacAlgorithms` in the body.
    pub mac_algorithms: Vec<String>,
    /// `MultiRegion` in the body.
    pub multi_region: Option<bool>,
    /// `MultiRegionConfiguration` in the body.
    pub multi_region_configuration: Option<super::MultiRegionConfiguration>,
    /// `Origin` in the body.
    pub origin: Option<String>,
    /// `PendingDeletionWindowInDays` in the body.
    pub pending_deletion_window_in_days: Option<i32>,
    /// `SigningAlgorithms` in the body.
    pub signing_algorithms: Vec<String>,
    #[cfg_attr(feature = "golden", serde(with = "crate::golden::timestamp"))]
    /// `ValidTo` in the body.
    pub valid_to: Option<Timestamp>,
    /// `XksKeyConfiguration` in the body.
    pub xks_key_configuration: Option<super::XksKeyConfigurationType>,
}

impl WriteJson for KeyMetadata {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("AWSAccountId", &self.aws_account_id);
            json.present_member("Arn", &self.arn);
            json.present_member("CloudHsmClusterId", &self.cloud_hsm_cluster_id);
            json.present_member("CreationDate", &self.creation_date);
            json.present_member("CurrentKeyMaterialId", &self.current_key_material_id);
            json.present_member("CustomKeyStoreId", &self.custom_key_store_id);
            json.present_member("CustomerMasterKeySpec", &self.customer_master_key_spec);
            json.present_member("DeletionDate", &self.deletion_date);
            json.present_member("Description", &self.description);
            json.present_member("Enabled", &self.enabled);
            json.filled_member("EncapsulationAlgorithms", &self.encapsulation_algorithms);
            json.filled_member("EncryptionAlgorithms", &self.encryption_algorithms);
            json.present_member("ExpirationModel", &self.expiration_model);
            json.filled_member("KeyAgreementAlgorithms", &self.key_agreement_algorithms);
            json.member("KeyId", &self.key_id);
            json.present_member("KeyManager", &self.key_manager);
            json.present_member("KeySpec", &self.key_spec);
            json.present_member("KeyState", &self.key_state);
            json.present_member("KeyUsage", &self.key_usage);
            json.filled_member("MacAlgorithms", &self.mac_algorithms);
            json.present_member("MultiRegion", &self.multi_region);
            json.present_member("MultiRegionConfiguration", &self.multi_region_configuration);
            json.present_member("Origin", &self.origin);
            json.present_member("PendingDeletionWindowInDays", &self.pending_deletion_window_in_days);
            json.filled_member("SigningAlgorithms", &self.signing_algorithms);
            json.present_member("ValidTo", &self.valid_to);
            json.present_member("XksKeyConfiguration", &self.xks_key_configuration);
        });
    }
}

/// What ListGrants, ListRetirableGrants gives.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct ListGrantsResponse {
    /// `Grants` in the body.
    pub grants: Vec<super::GrantListEntry>,
    /// `NextMarker` in the body.
    pub next_marker: Option<String>,
    /// `Truncated` in the body.
    pub truncated: Option<bool>,
}

impl ListGrantsResponse {
    /// Writes it to a response.
    pub fn encode(&self) -> Encoded {
        let mut out = Encoded::new(200);
        out.json_body(self);
        out
    }
}

impl WriteJson for ListGrantsResponse {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("Grants", &self.grants);
            json.present_member("NextMarker", &self.next_marker);
            json.present_member("Truncated", &self.truncated);
        });
    }
}

/// Part of CreateKey, DescribeKey.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MultiRegionConfiguration {
    /// `MultiRegionKeyType` in the body.
    pub multi_region_key_type: Option<String>,
    /// `PrimaryKey` in the body.
    pub primary_key: Option<super::MultiRegionKey>,
    /// `ReplicaKeys` in the body.
    pub replica_keys: Vec<super::MultiRegionKey>,
}

impl WriteJson for MultiRegionConfiguration {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("MultiRegionKeyType", &self.multi_region_key_type);
            json.present_member("PrimaryKey", &self.primary_key);
            json.member("ReplicaKeys", &self.replica_keys);
        });
    }
}

/// Part of CreateKey, DescribeKey.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MultiRegionKey {
    /// `Arn` in the body.
    pub arn: Option<String>,
    /// `Region` in the body.
    pub region: Option<String>,
}

impl WriteJson for MultiRegionKey {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("Arn", &self.arn);
            json.present_member("Region", &self.region);
        });
    }
}

/// Part of Decrypt, DeriveSharedSecret, GenerateDataKey, GenerateDataKeyPair, GenerateRandom.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RecipientInfo {
    /// `AttestationDocument` in the body.
    pub attestation_document: Option<Bytes>,
    /// `KeyEncryptionAlgorithm` in the body.
    pub key_encryption_algorithm: Option<String>,
}

impl ReadJson for RecipientInfo {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "AttestationDocument" => out.attestation_document = json.read()?,
                "KeyEncryptionAlgorithm" => out.key_encryption_algorithm = json.read()?,
                _ => json.skip()?,
            }
        }
        Ok(out)
    }
}

/// Part of CreateKey, ListResourceTags, TagResource.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Tag {
    /// `TagKey` in the body.
    pub tag_key: String,
    /// `TagValue` in the body.
    pub tag_value: String,
}

impl ReadJson for Tag {
    fn read_json(json: &mut JsonReader<'_>) -> Result<Self, DecodeError> {
        let mut out = Self::default();
        let mut tag_key = None;
        let mut tag_value = None;
        json.open_object()?;
        while let Some(name) = json.member()? {
            match name.as_str() {
                "TagKey" => tag_key = json.read()?,
                "TagValue" => tag_value = json.read()?,
                _ => json.skip()?,
            }
        }
        out.tag_key = required(tag_key, "TagKey")?;
        out.tag_value = required(tag_value, "TagValue")?;
        Ok(out)
    }
}

impl WriteJson for Tag {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.member("TagKey", &self.tag_key);
            json.member("TagValue", &self.tag_value);
        });
    }
}

/// Part of CreateKey, DescribeKey.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "golden", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct XksKeyConfigurationType {
    /// `Id` in the body.
    pub id: Option<String>,
}

impl WriteJson for XksKeyConfigurationType {
    fn write_json(&self, json: &mut JsonWriter) {
        json.object(|json| {
            json.present_member("Id", &self.id);
        });
    }
}
