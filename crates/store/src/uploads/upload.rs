//! Uploads: begun, looked up, aborted, for both dialects. The parts are in `parts`, the end is in `complete`.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType};
use coldkeep_meta::{Commit, Version};
use coldkeep_seal::{DataKey, Envelope};
use coldkeep_types::{BucketName, Id, ObjectKey, Timestamp};

use crate::access::ObjectAccess;
use crate::contents::owners::release;
use crate::locks::ObjectLock;
use crate::objects::class::StorageClass;
use crate::records::{Attributes, Content, OutcomeRecord, Plan, Record, UploadRecord, time};
use crate::upkeep::due;
use crate::versions::{Stack, VersionId, Versioning};
use crate::{Error, MAX_TRIES, Store, keys};

/// An open upload as it was read.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its id.
    pub id: Id,
    /// How it will be assembled.
    pub plan: Plan,
    /// When it was begun.
    pub created: Timestamp,
    /// S3: metadata of the object it will become.
    pub attributes: Attributes,
    /// S3: the checksum algorithm the client chose.
    pub algorithm: Option<ChecksumAlgorithm>,
    /// S3: whether that checksum will be of the full object.
    pub checksum_type: ChecksumType,
    /// Glacier: the description of the archive it will become.
    pub description: Option<String>,
    /// S3: who began it, who shall own the object, and its ACL.
    pub access: ObjectAccess,
    /// S3: the storage class of the object.
    pub class: StorageClass,
    /// S3: the lock that was asked for the object.
    pub lock: ObjectLock,
    /// S3: the version that it will be, if that is known.
    pub(crate) version: Option<Id>,
    /// The data key under which its parts are sealed, if they are.
    pub sealed: Option<Envelope>,
    /// That key, once it was given.
    pub(crate) data_key: Option<DataKey>,
    /// Name of the bucket; account, region and name of the vault. Empty where it was looked up by its key.
    pub(crate) container: Vec<String>,
    /// Key of the upload's record.
    pub(crate) key: Vec<u8>,
    pub(crate) read: Version,
}

/// What an S3 upload is begun with.
#[derive(Clone, Debug, Default)]
pub struct NewUpload {
    /// Metadata of the object it will become.
    pub attributes: Attributes,
    /// The checksum algorithm, if the client chose one.
    pub algorithm: Option<ChecksumAlgorithm>,
    /// The checksum type, if the client chose one.
    pub checksum_type: Option<ChecksumType>,
    /// Who begins it, who shall own the object, and its ACL.
    pub access: ObjectAccess,
    /// The storage class of the object.
    pub class: StorageClass,
    /// What shall keep the object from being removed; what is not said is as the bucket says when it is completed.
    pub lock: ObjectLock,
    /// The data key to seal its parts under, if they are to be sealed: each part must come with it.
    pub sealed: Option<Envelope>,
}

impl Upload {
    pub(crate) fn from_entry(key: Vec<u8>, entry: &coldkeep_meta::Entry) -> Result<Self, Error> {
        let record = UploadRecord::from_value(&entry.value)?;
        let damaged = || Error::Damaged("an upload's record".into());
        let algorithm = match &record.algorithm {
            Some(name) => Some(ChecksumAlgorithm::parse(name).ok_or_else(damaged)?),
            None => None,
        };
        Ok(Self {
            id: keys::trailing_id(&key).ok_or_else(damaged)?,
            plan: record.plan,
            created: time(record.created_ms),
            attributes: record.attributes,
            algorithm,
            checksum_type: if record.full_object { ChecksumType::FullObject } else { ChecksumType::Composite },
            description: record.description,
            access: record.access.unwrap_or_default(),
            sealed: record.sealed,
            data_key: None,
            container: Vec::new(),
            key,
            class: record.class.unwrap_or_default(),
            lock: record.lock.unwrap_or_default(),
            version: record.version,
            read: entry.version,
        })
    }

    /// When the upload was begun whose record this is.
    pub(crate) fn begun(value: &[u8]) -> Result<Timestamp, Error> {
        Ok(time(UploadRecord::from_value(value)?.created_ms))
    }

    /// The same upload, with the data key that [`sealed`](Self::sealed) says how to unwrap: its parts cannot be written without.
    #[must_use]
    pub fn with_key(self, key: Option<DataKey>) -> Self {
        Self { data_key: key, ..self }
    }

    /// The commit that ends the upload and releases its parts.
    pub(crate) fn abort(&self) -> Commit {
        let mut commit = Commit::default();
        commit.expect(self.key.clone(), Some(self.read)).delete(self.key.clone());
        self.forget(&mut commit);
        release(&mut commit, Content::Parts(self.id));
        commit
    }

    /// Adds to the commit that ends the upload what only an open one has.
    pub(crate) fn forget(&self, commit: &mut Commit) {
        commit.delete(keys::part_writes(self.id));
        if let Some(container) = keys::container(&self.key) {
            commit.add(keys::open_uploads_count(container), -1);
        }
        if let Plan::Ranges(_) = self.plan {
            commit.delete(keys::activity(self.id));
        }
    }

    /// The version that clients know from the beginning, where the bucket keeps versions then.
    pub fn version(&self) -> Option<VersionId> {
        self.version.map(VersionId::Named)
    }

    /// The algorithm whose checksums are kept with the parts: the client's, or CRC64NVME, which Amazon adds to
    /// objects that came without one.
    pub fn kept_algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm.unwrap_or(ChecksumAlgorithm::Crc64Nvme)
    }
}

impl Store {
    /// CreateMultipartUpload.
    pub async fn create_upload(
        &self,
        bucket: &BucketName,
        object_key: &ObjectKey,
        new: NewUpload,
    ) -> Result<Upload, Error> {
        let algorithm = new.algorithm;
        let kept = algorithm.unwrap_or(ChecksumAlgorithm::Crc64Nvme);
        let checksum_type = match (algorithm, new.checksum_type) {
            (Some(_), Some(chosen)) => chosen,
            (None, Some(kind)) => return Err(Error::ChecksumTypeUnfit { algorithm, kind }),
            (_, None) => kept.default_type(),
        };
        if !kept.supports(checksum_type) {
            return Err(Error::ChecksumTypeUnfit { algorithm, kind: checksum_type });
        }
        let mut record = UploadRecord {
            plan: Plan::Numbered,
            created_ms: self.now().0,
            attributes: new.attributes,
            algorithm: algorithm.map(|algorithm| algorithm.name().to_owned()),
            full_object: checksum_type == ChecksumType::FullObject,
            description: None,
            access: new.access.stored(),
            version: None,
            class: new.class.stored(),
            sealed: new.sealed,
            lock: new.lock.stored(),
        };
        let id = self.next_id();
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(bucket).await?;
            bucket.lock_of_new(&new.lock, self.now())?;
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            record.version = match bucket.versioning {
                Some(Versioning::Enabled) => Some(Stack::read(self, &bucket, object_key).await?.next_instance(self)),
                Some(Versioning::Suspended) | None => None,
            };
            let key = keys::upload(bucket.id, object_key, id);
            self.schedule_abort(&mut commit, &bucket, object_key, time(record.created_ms), &key);
            commit.put(key.clone(), record.to_value()).add(keys::open_uploads_count(bucket.id), 1);
            if self.commit(commit).await? {
                let upload = self.upload_at(key).await?;
                return Ok(Upload { container: vec![bucket.name.to_string()], ..upload });
            }
        }
        Err(Error::Busy)
    }

    /// The open upload of this id for this key; [`Error::NoSuchUpload`] otherwise.
    pub async fn upload(&self, bucket: &BucketName, key: &ObjectKey, id: Id) -> Result<Upload, Error> {
        let bucket = self.bucket(bucket).await?;
        let upload = self.upload_at(keys::upload(bucket.id, key, id)).await?;
        Ok(Upload { container: vec![bucket.name.to_string()], ..upload })
    }

    pub(crate) async fn upload_at(&self, key: Vec<u8>) -> Result<Upload, Error> {
        let entry = self.get(&key).await?.ok_or(Error::NoSuchUpload)?;
        Upload::from_entry(key, &entry)
    }

    /// AbortMultipartUpload: the upload is gone at once, its parts are freed by the reclaimer.
    pub async fn abort_upload(&self, bucket: &BucketName, key: &ObjectKey, id: Id) -> Result<(), Error> {
        let bucket = self.bucket(bucket).await?;
        self.abort_at(&keys::upload(bucket.id, key, id), None).await
    }

    /// Aborts the upload whose record is at `key`; with `remember`, leaves this outcome for a repeated request.
    pub(crate) async fn abort_at(&self, key: &[u8], remember: Option<OutcomeRecord>) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let upload = self.upload_at(key.to_vec()).await?;
            let mut commit = upload.abort();
            if let Some(outcome) = &remember {
                self.remember(&mut commit, upload.id, outcome);
            }
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// Drops the upload whose record is at `key`, if it has not ended by itself meanwhile.
    pub(crate) async fn drop_upload(&self, key: &[u8]) -> Result<(), Error> {
        match self.abort_at(key, None).await {
            Err(Error::NoSuchUpload) => Ok(()),
            done => done,
        }
    }

    /// Keeps how an upload ended, for as long as a repeated request shall get the same answer.
    pub(crate) fn remember(&self, commit: &mut Commit, upload: Id, outcome: &OutcomeRecord) {
        commit.put(keys::outcome(upload), outcome.to_value());
        let until = self.now().plus_millis(self.0.options.remember_ms);
        commit.put(keys::due(until, due::FORGET_OUTCOME, upload), Vec::new());
    }
}
