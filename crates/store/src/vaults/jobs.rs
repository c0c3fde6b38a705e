//! Retrieval jobs of vaults: begun, finished when due, kept for a while with their output.
//!
//! An archive job owns the archive's content from its beginning, so the bytes stay although the archive is deleted.
//! An inventory job owns its own output, which is frozen when the job finishes.

use std::ops::Range;

use coldkeep_digest::{DigestSet, is_tree_hash_aligned};
use coldkeep_meta::{Commit, Version};
use coldkeep_seal::{DataKey, Envelope};
use coldkeep_types::{Id, MAX_OBJECT_BYTES, Timestamp};
use minicbor::{Decode, Encode};

use crate::contents::ingest::Received;
use crate::contents::kept_as::KeptAs;
use crate::contents::label::LabelRecord;
use crate::contents::owners::{disown, own};
use crate::contents::reader::{Open, Reader};
use crate::records::{Content, Record, time};
use crate::upkeep::due;
use crate::vaults::inventory::{Inventory, InventoryFormat, InventoryParameters};
use crate::{Error, Expected, MAX_TRIES, Store, Vault, keys};

/// How urgent an archive retrieval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Tier {
    /// Minutes at Amazon.
    #[n(0)]
    Expedited,
    /// Hours at Amazon.
    #[n(1)]
    Standard,
    /// Half a day at Amazon.
    #[n(2)]
    Bulk,
}

/// What a job is asked to do.
#[derive(Clone, Debug)]
pub enum JobAction {
    /// Retrieve a range of an archive.
    Archive {
        /// The archive.
        id: Id,
        /// Which bytes: first and last, megabyte aligned; `None` for all.
        range: Option<(u64, u64)>,
        /// How urgently.
        tier: Tier,
    },
    /// List the vault.
    Inventory {
        /// In which form.
        format: InventoryFormat,
        /// Which archives.
        parameters: InventoryParameters,
    },
}

/// InitiateJob's request.
#[derive(Clone, Debug)]
pub struct JobRequest {
    /// What to do.
    pub action: JobAction,
    /// At most 1,024 printable ASCII characters.
    pub description: Option<String>,
    /// A topic to be told; kept and shown.
    pub sns_topic: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum JobStatus {
    /// Not yet due or not yet finished.
    #[n(0)]
    InProgress,
    /// There is output.
    #[n(1)]
    Succeeded,
    /// There will be none.
    #[n(2)]
    Failed,
}

/// What an archive job retrieves.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub struct ArchiveJob {
    /// The archive.
    #[n(0)]
    pub archive: Id,
    /// Size of the whole archive.
    #[n(1)]
    pub archive_bytes: u64,
    /// Tree hash of the whole archive.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub archive_tree_hash: [u8; 32],
    /// First byte of the range.
    #[n(3)]
    pub first: u64,
    /// Last byte of the range.
    #[n(4)]
    pub last: u64,
    /// Tree hash of the range, if the range is tree-hash aligned in the archive.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub tree_hash: Option<[u8; 32]>,
    /// How urgent it is.
    #[n(6)]
    pub tier: Tier,
    /// The archive's description.
    #[n(7)]
    pub archive_description: Option<String>,
}

/// What an inventory job lists.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub struct InventoryJob {
    /// In which form.
    #[n(0)]
    pub format: InventoryFormat,
    /// Which archives.
    #[n(1)]
    pub parameters: InventoryParameters,
    /// Where the next inventory goes on, when this one has finished and was limited.
    #[n(2)]
    pub continuation: Option<Id>,
}

/// A job as it was read.
#[derive(Clone, Debug, Encode, Decode)]
#[cbor(map)]
pub struct Job {
    /// Its id.
    #[n(0)]
    pub id: Id,
    /// When it was begun, in milliseconds since 1970.
    #[n(1)]
    pub created_ms: i64,
    /// When it was finished.
    #[n(2)]
    pub completed_ms: Option<i64>,
    /// How far it is.
    #[n(3)]
    pub status: JobStatus,
    /// Its description.
    #[n(4)]
    pub description: Option<String>,
    /// The topic to be told.
    #[n(5)]
    pub sns_topic: Option<String>,
    /// Set for archive jobs.
    #[n(6)]
    pub archive: Option<ArchiveJob>,
    /// Set for inventory jobs.
    #[n(7)]
    pub inventory: Option<InventoryJob>,
    /// Bytes of the output of an inventory job that succeeded.
    #[n(8)]
    pub inventory_bytes: Option<u64>,
    #[n(9)]
    content: Option<Content>,
    /// The vault's names, for work that is due without a request.
    #[n(10)]
    pub(super) vault: (String, String, String),
    /// The data key under which the archive is sealed that it retrieves, if it is.
    #[n(11)]
    pub sealed: Option<Envelope>,
    /// The id that a content was sealed under which the job copied.
    #[n(12)]
    sealed_as: Option<Id>,
}

impl Record for Job {}

/// A job's output, open for reading.
pub struct JobOutput {
    /// The job.
    pub job: Job,
    /// Size of the output.
    pub bytes: u64,
    open: Open,
    offset: u64,
}

impl JobOutput {
    /// The same output, with the data key of a sealed archive, which [`Job::sealed`] says how to unwrap.
    #[must_use]
    pub fn with_key(mut self, key: Option<DataKey>) -> Self {
        self.open.give(key);
        self
    }

    /// Reads a range of the output, which must lie within it.
    pub fn read(self, range: Range<u64>) -> Reader {
        Reader::new(self.open, range.start + self.offset..range.end + self.offset)
    }
}

impl Store {
    /// InitiateJob. With no delay set, the job has finished when this returns. [`Error::RetrievalRefused`] if the account's policy is
    /// against it.
    pub async fn initiate_job(&self, vault: &Vault, request: JobRequest) -> Result<Job, Error> {
        let id = self.next_id();
        let delay = match &request.action {
            JobAction::Archive { tier, .. } => self.0.options.retrieval_delay_ms[*tier as usize],
            JobAction::Inventory { .. } => self.0.options.inventory_delay_ms,
        };
        let mut vault = vault.clone();
        for _ in 0..MAX_TRIES {
            let _entrance;
            let mut commit = Commit::default();
            vault.require(&mut commit);
            let key = keys::job(vault.id, id);
            let mut job = Job {
                id,
                created_ms: self.now().0,
                completed_ms: None,
                status: JobStatus::InProgress,
                description: request.description.clone(),
                sns_topic: request.sns_topic.clone(),
                archive: None,
                inventory: None,
                inventory_bytes: None,
                content: None,
                vault: (vault.account.to_string(), vault.region.to_string(), vault.name.to_string()),
                sealed: None,
                sealed_as: None,
            };
            match &request.action {
                JobAction::Archive { id: archive_id, range, tier } => {
                    // Nothing that is found is freed until the job owns it.
                    _entrance = self.0.readers.enter();
                    let (archive, version) = self.archive_at(&vault, *archive_id).await?;
                    commit.expect(keys::archive(vault.id, archive.id), Some(version));
                    own(&mut commit, archive.content, id, &key);
                    self.look_at_content(&mut commit, archive.content, *tier);
                    let mut content = archive.content;
                    if let Content::Inline(from) = archive.content {
                        // Inline bytes are never shared: the job gets its own.
                        let Some(entry) = self.get(&keys::inline(from)).await? else { continue };
                        let copy = self.next_id();
                        commit.put(keys::inline(copy), entry.value);
                        content = Content::Inline(copy);
                        job.sealed_as = archive.sealed.as_ref().map(|_| from);
                    }
                    let (first, last) = range.unwrap_or((0, archive.bytes.saturating_sub(1)));
                    let mut tree_hash = range.is_none().then_some(archive.tree_hash);
                    if is_tree_hash_aligned(first, last, archive.bytes) {
                        let (bytes, root) = (archive.bytes, archive.tree_hash);
                        tree_hash = Some(self.range_tree_hash(archive.content, bytes, root, first, last).await?);
                    }
                    job.content = Some(content);
                    job.sealed = archive.sealed.clone();
                    let retrieved = ArchiveJob {
                        archive: archive.id,
                        archive_bytes: archive.bytes,
                        archive_tree_hash: archive.tree_hash,
                        first,
                        last,
                        tree_hash,
                        tier: *tier,
                        archive_description: archive.description,
                    };
                    if *tier == Tier::Standard {
                        self.count_retrieval(&vault, retrieved.bytes(), &mut commit).await?;
                    }
                    job.archive = Some(retrieved);
                }
                JobAction::Inventory { format, parameters } => {
                    let (format, parameters) = (*format, parameters.clone());
                    job.inventory = Some(InventoryJob { format, parameters, continuation: None });
                }
            }
            commit.put(key.clone(), job.to_value());
            commit.put(keys::due(self.now().plus_millis(delay), due::FINISH_JOB, id), key.clone());
            if self.commit(commit).await? {
                if delay <= 0
                    && let Err(error) = self.finish_job(&key).await
                {
                    // The job was taken and stays due.
                    tracing::warn!(%id, %error, "a job could not be finished at once");
                }
                return self.job(&vault, id).await;
            }
            vault = self.same_vault(&vault).await?;
        }
        Err(Error::Busy)
    }

    /// Finishes the job whose record is at `key`, unless it has finished or was forgotten. Bytes that are away are to be
    /// fetched first: those are given, and how urgent that is.
    pub(crate) async fn finish_job(&self, key: &[u8]) -> Result<Option<(Content, Tier)>, Error> {
        for _ in 0..MAX_TRIES {
            let Some(entry) = self.get(key).await? else { return Ok(None) };
            let mut job = Job::from_value(&entry.value)?;
            if job.status != JobStatus::InProgress {
                return Ok(None);
            }
            if let Some(content) = job.content
                && !self.is_resident(content).await?
            {
                return Ok(Some((content, job.archive.as_ref().map_or(Tier::Bulk, |archive| archive.tier))));
            }
            let mut output = None;
            if let Some(inventory) = &mut job.inventory {
                let vault = match self.vault_of(&job.vault).await {
                    Ok(vault) if key[1..].starts_with(&vault.id) => vault,
                    // Deleted, maybe made anew: the job goes with what the vault left.
                    Ok(_) | Err(Error::NoSuchVault) => return Ok(None),
                    Err(error) => return Err(error),
                };
                let (format, parameters) = (inventory.format, inventory.parameters.clone());
                let (now_ms, of) = (self.now().0, vault.clone());
                let mut source = Inventory::new(self.clone(), vault, format, parameters);
                let label = || LabelRecord::output(&of, key.to_vec(), now_ms).label();
                let (set, expected) = (DigestSet::default(), Expected::default());
                output = Some(
                    self.receive(&mut source, set, &expected, MAX_OBJECT_BYTES, KeptAs::standard(None), label).await?,
                );
                inventory.continuation = source.continuation;
            }
            let (store, key) = (self.clone(), key.to_vec());
            let finish = async move { store.put_finished(&key, entry.version, job, output).await };
            if self.uncancelled(Box::pin(finish)).await? {
                return Ok(None);
            }
        }
        Err(Error::Busy)
    }

    /// Puts a job that has succeeded in place of its record of this version, with the output it wrote, if any.
    async fn put_finished(
        &self,
        key: &[u8],
        version: Version,
        mut job: Job,
        output: Option<Received>,
    ) -> Result<bool, Error> {
        let mut commit = Commit::default();
        let mut written = None;
        if let Some(output) = output {
            let output = output.finish(self).await?;
            job.inventory_bytes = Some(output.bytes);
            job.content = Some(output.content);
            output.put(&mut commit);
            own(&mut commit, output.content, job.id, key);
            written = Some(output.content);
        }
        job.status = JobStatus::Succeeded;
        job.completed_ms = Some(self.now().0);
        let until = self.now().plus_millis(self.0.options.job_retention_ms);
        commit.expect(key, Some(version)).put(key, job.to_value());
        commit.put(keys::due(until, due::FORGET_JOB, job.id), key);
        if self.is_told(&job).await? {
            commit.put(keys::due(self.now(), due::TELL_JOB, job.id), key);
        }
        let finished = self.commit(commit).await;
        if let (Some(content), false) = (written, matches!(finished, Ok(true))) {
            let error = finished.as_ref().err().cloned().unwrap_or(Error::Busy);
            self.discard(content, &error).await;
        }
        finished
    }

    /// The vault of a job, by its names.
    pub(super) async fn vault_of(&self, names: &(String, String, String)) -> Result<Vault, Error> {
        use coldkeep_types::{AccountId, Region, VaultName};
        let damaged = |_| Error::Damaged("the vault of a job".into());
        let account = AccountId::parse(&names.0).map_err(damaged)?;
        let region = Region::parse(&names.1).map_err(damaged)?;
        let name = VaultName::parse(&names.2).map_err(damaged)?;
        self.vault(&account, &region, &name).await
    }

    /// Adds to a commit what removes a job with its output.
    pub(crate) async fn forget_job(&self, key: &[u8], commit: &mut Commit) -> Result<(), Error> {
        let Some(entry) = self.get(key).await? else { return Ok(()) };
        let job = Job::from_value(&entry.value)?;
        commit.expect(key, Some(entry.version)).delete(key);
        if let Some(content) = job.content {
            disown(commit, content, job.id);
        }
        Ok(())
    }

    /// DescribeJob.
    pub async fn job(&self, vault: &Vault, id: Id) -> Result<Job, Error> {
        let entry = self.get(&keys::job(vault.id, id)).await?.ok_or(Error::NoSuchJob)?;
        Ok(Job::from_value(&entry.value)?)
    }

    /// ListJobs: at most `limit` jobs, newest first, beginning with the id `from`.
    pub async fn list_jobs(&self, vault: &Vault, from: Option<Id>, limit: usize) -> Result<Vec<Job>, Error> {
        let mut range = keys::jobs(vault.id);
        if let Some(from) = from {
            range.end = keys::after(keys::job(vault.id, from));
        }
        let found = self.0.meta.scan_back(range, limit).await?;
        found.iter().map(|(_, entry)| Ok(Job::from_value(&entry.value)?)).collect()
    }

    /// GetJobOutput, opened.
    pub async fn job_output(&self, vault: &Vault, id: Id) -> Result<JobOutput, Error> {
        for _ in 0..MAX_TRIES {
            let entrance = self.0.readers.enter();
            let job = self.job(vault, id).await?;
            let (JobStatus::Succeeded, Some(content)) = (job.status, job.content) else {
                return Err(Error::JobNotReady);
            };
            let (whole, offset, bytes) = match (&job.archive, job.inventory_bytes) {
                (Some(archive), _) => (archive.archive_bytes, archive.first, archive.bytes()),
                (None, Some(bytes)) => (bytes, 0, bytes),
                (None, None) => return Err(Error::Damaged("a job without output".into())),
            };
            if let Some(mut open) = self.open_content(entrance, content, whole, job.sealed.is_some()).await? {
                open.sealed_as = job.sealed_as;
                return Ok(JobOutput { job, bytes, open, offset });
            }
        }
        Err(Error::Busy)
    }

    /// The tree hash of the bytes `first..=last` of an archive job's output: only if the job's range is tree-hash
    /// aligned in the archive, and these bytes are so in the output.
    pub async fn output_tree_hash(&self, job: &Job, first: u64, last: u64) -> Result<Option<[u8; 32]>, Error> {
        let (Some(archive), Some(content)) = (&job.archive, job.content) else { return Ok(None) };
        let bytes = archive.bytes();
        if bytes == 0 {
            return Ok(archive.tree_hash);
        }
        if archive.tree_hash.is_none() || !is_tree_hash_aligned(first, last, bytes) {
            return Ok(None);
        }
        if (first, last + 1) == (0, bytes) {
            return Ok(archive.tree_hash);
        }
        let (whole, root) = (archive.archive_bytes, archive.archive_tree_hash);
        let (first, last) = (first + archive.first, last + archive.first);
        self.range_tree_hash(content, whole, root, first, last).await.map(Some)
    }
}

impl ArchiveJob {
    /// Size of what it retrieves. An empty archive has no last byte, though its job names one.
    pub fn bytes(&self) -> u64 {
        (self.last + 1).min(self.archive_bytes) - self.first
    }
}

impl Job {
    /// When it was begun.
    pub fn created(&self) -> Timestamp {
        time(self.created_ms)
    }

    /// The content it owns, and its size.
    pub(crate) fn content(&self) -> Option<(Content, u64)> {
        let bytes = self.archive.as_ref().map(|archive| archive.archive_bytes).or(self.inventory_bytes)?;
        Some((self.content?, bytes))
    }

    /// When it was finished.
    pub fn completed(&self) -> Option<Timestamp> {
        self.completed_ms.map(time)
    }
}
