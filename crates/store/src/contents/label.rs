//! What a blob's label says: where its bytes belong, so that metadata that is lost could be made anew from the blobs.
//!
//! A label is a byte that counts its format, then a record of numbered fields. What labels were before, the key of a record
//! alone, begins with the tag of that key, which is no such count. Whatever else there is to say is left out where a label would
//! be too long.

use coldkeep_blob::{Label, MAX_LABEL_BYTES};
use coldkeep_seal::Envelope;
use coldkeep_types::{BucketName, Id, ObjectKey};
use minicbor::{Decode, Encode};

use crate::records::{Attributes, Plan, Record};
use crate::{Upload, Vault};

/// What the bytes are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Of {
    /// An object put in one request.
    #[n(0)]
    Object,
    /// A part of an upload, of either dialect.
    #[n(1)]
    Part,
    /// An archive uploaded in one request.
    #[n(2)]
    Archive,
    /// The output of a job.
    #[n(3)]
    Output,
    /// An annotation, whose name is the description.
    #[n(4)]
    Annotation,
}

/// What a label says.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct LabelRecord {
    #[n(0)]
    pub of: Of,
    /// The key of the record: of the object, the upload, the vault or the job. Of an annotation, the key of its object.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// The name of the bucket; the account, region and name of the vault.
    #[n(2)]
    pub container: Vec<String>,
    /// The part's index.
    #[n(3)]
    pub part: Option<u32>,
    /// When it began to come.
    #[n(4)]
    pub created_ms: i64,
    /// Of an object, or of what the upload will be.
    #[n(5)]
    pub attributes: Option<Attributes>,
    /// Of an archive, or of what the upload will be.
    #[n(6)]
    pub description: Option<String>,
    /// How the upload will be assembled.
    #[n(7)]
    pub plan: Option<Plan>,
    /// The data key under which the bytes are sealed.
    #[n(8)]
    pub sealed: Option<Envelope>,
    /// The id that they were sealed under, if that is not the blob's.
    #[n(9)]
    pub sealed_as: Option<Id>,
}

impl Record for LabelRecord {}

impl LabelRecord {
    fn new(of: Of, key: Vec<u8>, container: Vec<String>, created_ms: i64) -> Self {
        Self {
            of,
            key,
            container,
            part: None,
            created_ms,
            attributes: None,
            description: None,
            plan: None,
            sealed: None,
            sealed_as: None,
        }
    }

    pub fn object(bucket: &BucketName, key: Vec<u8>, attributes: &Attributes, now_ms: i64) -> Self {
        let attributes = Some(attributes.clone());
        Self { attributes, ..Self::new(Of::Object, key, vec![bucket.to_string()], now_ms) }
    }

    pub fn annotation(bucket: &BucketName, object: &ObjectKey, name: &str, now_ms: i64) -> Self {
        let new = Self::new(Of::Annotation, object.as_str().as_bytes().to_vec(), vec![bucket.to_string()], now_ms);
        Self { description: Some(name.to_owned()), ..new }
    }

    pub fn part(upload: &Upload, index: u32, now_ms: i64) -> Self {
        Self {
            part: Some(index),
            attributes: Some(upload.attributes.clone()),
            description: upload.description.clone(),
            plan: Some(upload.plan),
            sealed: upload.sealed.clone(),
            ..Self::new(Of::Part, upload.key.clone(), upload.container.clone(), now_ms)
        }
    }

    pub fn archive(vault: &Vault, description: Option<&String>, now_ms: i64) -> Self {
        let new = Self::new(Of::Archive, vault.key(), names(vault), now_ms);
        Self { description: description.cloned(), ..new }
    }

    pub fn output(vault: &Vault, key: Vec<u8>, now_ms: i64) -> Self {
        Self::new(Of::Output, key, names(vault), now_ms)
    }

    /// The same, of bytes that are sealed under this data key.
    pub fn sealed(mut self, envelope: Option<&Envelope>) -> Self {
        self.sealed = envelope.cloned();
        self
    }

    /// The label, without attributes and description where it would be too long.
    pub fn label(mut self) -> Label {
        let mut value = self.to_value();
        if value.len() > MAX_LABEL_BYTES {
            (self.attributes, self.description) = (None, None);
            value = self.to_value();
        }
        Label(value)
    }
}

/// The label of a blob that has the same bytes as `from`, whose label this is. One of another form stays as it is.
pub(crate) fn of_copy(label: Label, from: Id) -> Label {
    match LabelRecord::from_value(&label.0) {
        Ok(mut record) if record.sealed.is_some() => {
            record.sealed_as.get_or_insert(from);
            record.label()
        }
        _ => label,
    }
}

/// The names of a vault.
pub(crate) fn names(vault: &Vault) -> Vec<String> {
    vec![vault.account.to_string(), vault.region.to_string(), vault.name.to_string()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys;

    #[test]
    fn labels_say_where_bytes_belong_and_are_never_too_long() {
        let bucket = BucketName::parse(&"b".repeat(63)).unwrap();
        let key = keys::object([7; 8], &coldkeep_types::ObjectKey::parse(&"k".repeat(1024)).unwrap());
        let mut attributes = Attributes { content_type: Some("text/plain".into()), ..Attributes::default() };
        for user_bytes in [10, 2048] {
            attributes.user = vec![("name".into(), "v".repeat(user_bytes))];
            let label = LabelRecord::object(&bucket, key.clone(), &attributes, 5).label();
            assert!(label.0.len() <= MAX_LABEL_BYTES);
            let read = LabelRecord::from_value(&label.0).unwrap();
            assert_eq!((read.of, &read.key, read.container), (Of::Object, &key, vec![bucket.to_string()]));
            assert_eq!(read.attributes, (user_bytes == 10).then_some(attributes.clone()));
        }
        // What labels were before.
        assert!(LabelRecord::from_value(&key).is_err());
    }
}
