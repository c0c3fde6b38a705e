//! What is written down of a record that is taken out of service: all that is known of it.

use coldkeep_meta::Entry;

use super::show;
use crate::Error;
use crate::records::{ArchiveRecord, ObjectRecord, PartRecord, Record, UploadRecord};
use crate::vaults::jobs::Job;

/// A record that was taken out of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenOut {
    /// What and where it was, in words; its key where it has no other name.
    pub place: String,
    /// Why it could not stay.
    pub why: String,
    /// What is known of it, by name.
    pub facts: Vec<(&'static str, String)>,
    /// The key of the record.
    pub key: Vec<u8>,
    /// Its value, as it was stored.
    pub value: Vec<u8>,
}

/// Keeps what is taken out of service. Durable when it returns: the record goes after that.
pub trait Keep: Send {
    /// Writes one record down.
    fn keep(&mut self, taken: &TakenOut) -> Result<(), Error>;
}

impl TakenOut {
    pub(super) fn new(place: Option<String>, why: &str, key: &[u8], entry: &Entry) -> Self {
        let place = place.unwrap_or_else(|| show(key));
        let (why, facts) = (why.to_owned(), facts(key, &entry.value));
        Self { place, why, facts, key: key.to_vec(), value: entry.value.clone() }
    }
}

/// What a record tells of itself.
fn facts(key: &[u8], value: &[u8]) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    match key.first() {
        Some(b'o') => {
            if let Ok(record) = ObjectRecord::from_value(value) {
                facts.push(("bytes", record.bytes.to_string()));
                facts.push(("etag", crate::objects::object::etag(&record.md5, record.parts)));
                facts.push(("modified_ms", record.modified_ms.to_string()));
                facts.extend(record.checksum.map(|kept| (kept.checksum.algorithm().name(), kept.checksum.to_base64())));
                facts.extend(record.attributes.content_type.map(|it| ("content_type", it)));
                let user = record.attributes.user.iter().map(|(name, value)| format!("{name}={value}"));
                facts.push(("metadata", user.collect::<Vec<_>>().join("\n")));
                facts.push(("content", record.content.id().to_string()));
            }
        }
        Some(b'a') => {
            if let Ok(record) = ArchiveRecord::from_value(value) {
                facts.push(("bytes", record.bytes.to_string()));
                facts.push(("tree_hash", hex::encode(record.tree_hash)));
                facts.push(("created_ms", record.created_ms.to_string()));
                facts.extend(record.description.map(|it| ("description", it)));
                facts.push(("content", record.content.id().to_string()));
            }
        }
        Some(b'p') => {
            if let Ok(record) = PartRecord::from_value(value) {
                facts.push(("bytes", record.bytes.to_string()));
                facts.extend(record.md5.map(|md5| ("etag", hex::encode(md5))));
                facts.extend(record.tree_hash.map(|hash| ("tree_hash", hex::encode(hash))));
                facts.extend(record.checksum.map(|kept| (kept.checksum.algorithm().name(), kept.checksum.to_base64())));
                facts.push(("content", record.content.id().to_string()));
            }
        }
        Some(b'j') => {
            if let Ok(job) = Job::from_value(value) {
                facts.push(("created_ms", job.created_ms.to_string()));
                facts.extend(job.archive.map(|archive| ("archive", archive.archive.to_string())));
            }
        }
        Some(b'u' | b'U') => {
            if let Ok(record) = UploadRecord::from_value(value) {
                facts.push(("created_ms", record.created_ms.to_string()));
                facts.extend(record.description.map(|it| ("description", it)));
            }
        }
        _ => {}
    }
    facts
}
