//! Rows of a report: one of each object, or each version, in CSV. All fields are in quotes, and keys are encoded as in URLs.

use coldkeep_auth::uri::encode_path;
use coldkeep_seal::Scheme;
use coldkeep_store::{ArchiveTier, Bucket, Inventory, ListedVersion, Object, Retention, StorageClass};
use coldkeep_types::ObjectKey;

use super::acl;
use crate::access::grants::canonical;
use crate::errors::S3Error;
use crate::locks::{event_hold, mode_name};

/// Optional fields in the order of their columns, which is that of the user guide's "Querying Amazon S3 Inventory with Amazon Athena" and
/// not that in which a configuration names them; and whether each object is looked at for one.
const FIELDS: [(&str, bool); 17] = [
    ("Size", false),
    ("LastModifiedDate", false),
    ("ETag", false),
    ("StorageClass", false),
    ("IsMultipartUploaded", false),
    ("ReplicationStatus", false),
    ("EncryptionStatus", true),
    ("ObjectLockRetainUntilDate", true),
    ("ObjectLockMode", true),
    ("ObjectLockLegalHoldStatus", true),
    ("ObjectLockEventHoldStatus", true),
    ("IntelligentTieringAccessTier", false),
    ("BucketKeyStatus", true),
    ("ChecksumAlgorithm", false),
    ("ObjectAccessControlList", true),
    ("ObjectOwner", false),
    ("LifecycleExpirationDate", true),
];
/// Those that cannot be told: how Amazon writes a duration, and what the reference date is, is not documented.
const NOT_TOLD: [&str; 2] = ["ObjectLockEventHoldDuration", "IntelligentTieringReferenceDate"];

/// Refuses a field that is none, or that is not told.
pub(super) fn must_be_known(field: &str) -> Result<(), S3Error> {
    if NOT_TOLD.contains(&field) {
        return Err(S3Error::not_implemented(&format!("The optional field {field} of inventories is not implemented")));
    }
    if FIELDS.iter().any(|(name, _)| *name == field) { Ok(()) } else { Err(S3Error::malformed_xml()) }
}

/// The columns of a report.
pub(super) struct Columns {
    /// Those that say which version it is.
    versions: bool,
    optional: Vec<(&'static str, bool)>,
}

impl Columns {
    pub fn of(inventory: &Inventory) -> Self {
        let asked = |(name, _): &(&str, bool)| inventory.fields.iter().any(|field| field == name);
        Self { versions: inventory.all_versions, optional: FIELDS.into_iter().filter(asked).collect() }
    }

    /// Whether rows tell something that a listing does not.
    pub fn look_at_objects(&self) -> bool {
        self.optional.iter().any(|(_, looked_at)| *looked_at)
    }

    /// Their names, as manifests have them.
    pub fn schema(&self) -> String {
        let of_versions = ["VersionId", "IsLatest", "IsDeleteMarker"].into_iter().filter(|_| self.versions);
        let optional = self.optional.iter().map(|(name, _)| *name);
        ["Bucket", "Key"].into_iter().chain(of_versions).chain(optional).collect::<Vec<_>>().join(", ")
    }
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
    pub fn write(&self, columns: &Columns, out: &mut String) {
        push(out, true, self.bucket.name.as_str());
        push(out, false, &encode_path(self.key.as_str().as_bytes()));
        if columns.versions {
            let id = self.bucket.told(self.version.id).map(|id| id.to_string());
            push(out, false, &id.unwrap_or_default());
            push(out, false, yes_or_no(self.version.is_latest));
            push(out, false, yes_or_no(self.version.object.is_none()));
        }
        for (field, looked_at) in &columns.optional {
            let value = match looked_at {
                false => self.listed(field),
                true => self.object.and_then(|object| self.looked_at(field, object)),
            };
            push(out, false, &value.unwrap_or_default());
        }
        out.push('\n');
    }

    /// The canonical user id of the version's owner.
    fn owner(&self) -> String {
        canonical(self.version.owner.as_deref().unwrap_or(&self.bucket.owner))
    }

    fn listed(&self, field: &str) -> Option<String> {
        match field {
            "LastModifiedDate" => return Some(self.version.modified.iso_millis()),
            "ObjectOwner" => return Some(self.owner()),
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
                let tier = match object.tier {
                    None => "FREQUENT",
                    Some(ArchiveTier::Archive) => "ARCHIVE",
                    Some(ArchiveTier::DeepArchive) => "DEEP_ARCHIVE",
                };
                Some(tier.to_owned())
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
            "ObjectLockMode" => mode_name(retention?.mode),
            // "Set to On if a legal hold has been applied to an object. Otherwise, it is set to Off."
            "ObjectLockLegalHoldStatus" => match object.lock.legal_hold {
                Some(true) => "On",
                _ => "Off",
            },
            "ObjectLockEventHoldStatus" => return object.lock.event_hold.map(event_hold::status),
            "ObjectAccessControlList" => return Some(acl::field(&self.owner(), object.access.acl.as_deref())),
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

/// Appends a field. None of them has quotes in it.
fn push(out: &mut String, is_first: bool, text: &str) {
    out.push_str(if is_first { "\"" } else { ",\"" });
    out.push_str(text);
    out.push('"');
}
