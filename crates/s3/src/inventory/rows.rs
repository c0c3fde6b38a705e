//! Rows of a report: one of each object, or each version, in CSV. All fields are in quotes, and keys are encoded as in URLs.

use coldkeep_auth::uri::encode_path;
use coldkeep_seal::Scheme;
use coldkeep_store::{Bucket, EventHold, Inventory, ListedVersion, LockMode, Object, Retention, StorageClass};
use coldkeep_types::ObjectKey;

use crate::access::grants::canonical;
use crate::errors::S3Error;

/// Optional fields that are known from a listing.
const LISTED: [&str; 9] = [
    "Size",
    "LastModifiedDate",
    "ETag",
    "StorageClass",
    "IsMultipartUploaded",
    "ReplicationStatus",
    "IntelligentTieringAccessTier",
    "ChecksumAlgorithm",
    "ObjectOwner",
];
/// Those for which each object is looked at.
const LOOKED_AT: [&str; 7] = [
    "EncryptionStatus",
    "ObjectLockRetainUntilDate",
    "ObjectLockMode",
    "ObjectLockLegalHoldStatus",
    "ObjectLockEventHoldStatus",
    "BucketKeyStatus",
    "LifecycleExpirationDate",
];
/// Those that cannot be told: when an object was read last is not written down, and how Amazon writes the others is not documented enough.
const NOT_TOLD: [&str; 3] =
    ["ObjectAccessControlList", "ObjectLockEventHoldDuration", "IntelligentTieringReferenceDate"];

/// Refuses a field that is none, or that is not told.
pub(super) fn must_be_known(field: &str) -> Result<(), S3Error> {
    if NOT_TOLD.contains(&field) {
        return Err(S3Error::not_implemented(&format!("The optional field {field} of inventories is not implemented")));
    }
    if LISTED.contains(&field) || LOOKED_AT.contains(&field) { Ok(()) } else { Err(S3Error::malformed_xml()) }
}

/// Whether rows tell something that a listing does not.
pub(super) fn look_at_objects(inventory: &Inventory) -> bool {
    inventory.fields.iter().any(|field| LOOKED_AT.contains(&field.as_str()))
}

/// The names of the fields, in the order of the rows.
pub(super) fn schema(inventory: &Inventory) -> String {
    let of_versions = ["VersionId", "IsLatest", "IsDeleteMarker"].into_iter().filter(|_| inventory.all_versions);
    let optional = inventory.fields.iter().map(String::as_str);
    ["Bucket", "Key"].into_iter().chain(of_versions).chain(optional).collect::<Vec<_>>().join(", ")
}

/// What a row is of.
pub(super) struct Row<'a> {
    pub bucket: &'a Bucket,
    pub key: &'a ObjectKey,
    pub version: &'a ListedVersion,
    /// The object, where it was looked at.
    pub object: Option<&'a Object>,
    pub day_ms: i64,
}

impl Row<'_> {
    /// Appends the row.
    pub fn write(&self, inventory: &Inventory, out: &mut String) {
        push(out, true, self.bucket.name.as_str());
        push(out, false, &encode_path(self.key.as_str().as_bytes()));
        if inventory.all_versions {
            let id = self.bucket.told(self.version.id).map(|id| id.to_string());
            push(out, false, &id.unwrap_or_default());
            push(out, false, yes_or_no(self.version.is_latest));
            push(out, false, yes_or_no(self.version.object.is_none()));
        }
        for field in &inventory.fields {
            let value = match LISTED.contains(&field.as_str()) {
                true => self.listed(field),
                false => self.object.and_then(|object| self.looked_at(field, object)),
            };
            push(out, false, &value.unwrap_or_default());
        }
        out.push('\n');
    }

    fn listed(&self, field: &str) -> Option<String> {
        match field {
            "LastModifiedDate" => return Some(self.version.modified.iso_millis()),
            "ObjectOwner" => return Some(canonical(self.version.owner.as_deref().unwrap_or(&self.bucket.owner))),
            _ => {}
        }
        // Delete markers have nothing else.
        let object = self.version.object.as_ref()?;
        match field {
            "Size" => Some(object.bytes.to_string()),
            "ETag" => Some(object.etag()),
            "StorageClass" => Some(object.class.name().to_owned()),
            "IsMultipartUploaded" => Some(yes_or_no(object.parts > 0).to_owned()),
            "ChecksumAlgorithm" => object.checksum.map(|(algorithm, _)| algorithm.name().to_owned()),
            "IntelligentTieringAccessTier" if object.class == StorageClass::IntelligentTiering => {
                Some("FREQUENT".to_owned())
            }
            // Nothing is replicated.
            _ => None,
        }
    }

    fn looked_at(&self, field: &str, object: &Object) -> Option<String> {
        let retention = object.lock.retention;
        let text = match field {
            "EncryptionStatus" => match object.sealed.as_ref().map(|envelope| envelope.scheme) {
                None => "NOT-SSE",
                Some(Scheme::Server) => "SSE-S3",
                Some(Scheme::Customer) => "SSE-C",
                Some(Scheme::Kms) => "SSE-KMS",
                Some(Scheme::KmsDual) => "DSSE-KMS",
            },
            "BucketKeyStatus" => match object.sealed.as_ref()?.kms.as_ref()?.bucket_key {
                true => "ENABLED",
                false => "DISABLED",
            },
            "ObjectLockMode" => match retention?.mode {
                LockMode::Governance => "GOVERNANCE",
                LockMode::Compliance => "COMPLIANCE",
            },
            "ObjectLockLegalHoldStatus" => on_or_off(object.lock.legal_hold?),
            "ObjectLockEventHoldStatus" => on_or_off(matches!(object.lock.event_hold?, EventHold::On(_))),
            "ObjectLockRetainUntilDate" => {
                let until = Some(retention?.until()).filter(|until| *until != Retention::NO_DATE);
                return until.map(|until| until.iso_millis());
            }
            // Rules expire what is current.
            _ => {
                let lifecycle = self.bucket.lifecycle.as_ref().filter(|_| self.version.is_latest)?;
                let ruled = lifecycle.expiration(self.key, object.traits(), object.modified, self.day_ms);
                return ruled.map(|ruled| ruled.due.iso_millis());
            }
        };
        Some(text.to_owned())
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}

fn on_or_off(on: bool) -> &'static str {
    if on { "On" } else { "Off" }
}

/// Appends a field. None of them has quotes in it.
fn push(out: &mut String, is_first: bool, text: &str) {
    out.push_str(if is_first { "\"" } else { ",\"" });
    out.push_str(text);
    out.push('"');
}
