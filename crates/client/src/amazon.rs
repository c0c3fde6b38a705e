//! The calls of the SDK for a vault, in types of ours.

use std::collections::BTreeMap;

use aws_sdk_glacier::Client;
use aws_sdk_glacier::primitives::ByteStream;
use aws_sdk_glacier::types::{
    ActionCode, GlacierJobDescription, InventoryRetrievalJobDescription, JobParameters, StatusCode, VaultLockPolicy,
};
use bytes::Bytes;
use coldkeep_types::PartSize;

use crate::Error;
use crate::answer::{strange, told};
use crate::found::{Job, JobKind, JobState, OpenUpload, Part, Parts};
use crate::hashing::parse_hash;
use crate::plan::parse_range;

/// A vault, by name.
#[derive(Clone)]
pub struct Vault {
    pub(crate) client: Client,
    /// Where it is: endpoint and region.
    pub(crate) service: String,
    /// Its name.
    pub name: String,
}

impl Vault {
    /// InitiateMultipartUpload: the id.
    pub async fn begin_upload(&self, part_size: PartSize, description: &str) -> Result<String, Error> {
        let call =
            self.client.initiate_multipart_upload().vault_name(&self.name).part_size(part_size.get().to_string());
        let call = call.set_archive_description(Some(description.to_owned()).filter(|text| !text.is_empty()));
        let begun = call.send().await.map_err(told)?;
        begun.upload_id.ok_or_else(|| strange("no upload id"))
    }

    /// UploadMultipartPart. The service must have understood the same bytes.
    pub(crate) async fn send_part(&self, upload: &str, first: u64, body: Bytes, tree: [u8; 32]) -> Result<(), Error> {
        let range = format!("bytes {first}-{}/*", first + body.len() as u64 - 1);
        let call = self.client.upload_multipart_part().vault_name(&self.name).upload_id(upload);
        let call = call.range(range).checksum(hex::encode(tree)).body(ByteStream::from(body));
        let sent = call.send().await.map_err(told)?;
        match sent.checksum.as_deref().and_then(parse_hash) {
            Some(understood) if understood != tree => Err(Error::Different(format!(
                "the service has other bytes than were sent from byte {first} on: tree hash {} and not {}.",
                hex::encode(understood),
                hex::encode(tree)
            ))),
            _ => Ok(()),
        }
    }

    /// CompleteMultipartUpload: the archive's id. Repeated, it gives the same for a day or so.
    pub(crate) async fn complete(&self, upload: &str, bytes: u64, tree: [u8; 32]) -> Result<(String, String), Error> {
        let call = self.client.complete_multipart_upload().vault_name(&self.name).upload_id(upload);
        let done = call.archive_size(bytes.to_string()).checksum(hex::encode(tree)).send().await.map_err(told)?;
        let archive = done.archive_id.ok_or_else(|| strange("no archive id"))?;
        Ok((archive, done.location.unwrap_or_default()))
    }

    /// AbortMultipartUpload: what was sent is thrown away.
    pub async fn abort_upload(&self, upload: &str) -> Result<(), Error> {
        let call = self.client.abort_multipart_upload().vault_name(&self.name).upload_id(upload);
        call.send().await.map(drop).map_err(told)
    }

    /// ListMultipartUploads, all pages.
    pub async fn uploads(&self) -> Result<Vec<OpenUpload>, Error> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let call = self.client.list_multipart_uploads().vault_name(&self.name).set_marker(marker);
            let page = call.send().await.map_err(told)?;
            for upload in page.uploads_list.unwrap_or_default() {
                all.push(OpenUpload {
                    id: upload.multipart_upload_id.ok_or_else(|| strange("an upload without id"))?,
                    description: upload.archive_description,
                    part_size: u64::try_from(upload.part_size_in_bytes).unwrap_or_default(),
                    created: upload.creation_date.unwrap_or_default(),
                });
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                return Ok(all);
            }
        }
    }

    /// ListParts, all pages; `None` if the upload is not open.
    pub async fn parts(&self, upload: &str) -> Result<Option<Parts>, Error> {
        let (mut parts, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.client.list_parts().vault_name(&self.name).upload_id(upload).limit(1000).set_marker(marker);
            let page = match call.send().await.map_err(told) {
                Ok(page) => page,
                Err(error) if error.is_not_found() => return Ok(None),
                Err(error) => return Err(error),
            };
            for part in page.parts.unwrap_or_default() {
                let range = part.range_in_bytes.as_deref().and_then(parse_range);
                let tree = part.sha256_tree_hash.as_deref().and_then(parse_hash);
                let (Some((first, length)), Some(tree)) = (range, tree) else {
                    return Err(strange("a part without range or tree hash"));
                };
                parts.insert(first, Part { length, tree });
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                let size = u64::try_from(page.part_size_in_bytes).unwrap_or_default();
                let part_size = PartSize::new(size).map_err(|error| strange(&error.to_string()))?;
                return Ok(Some(Parts { part_size, parts }));
            }
        }
    }

    /// InitiateJob for a whole archive: the job's id.
    pub(crate) async fn begin_retrieval(&self, archive: &str, tier: &str) -> Result<String, Error> {
        let what = JobParameters::builder().r#type("archive-retrieval").archive_id(archive).tier(tier);
        self.begin_job(what.build()).await
    }

    /// InitiateJob for the whole inventory: the job's id.
    pub(crate) async fn begin_inventory(&self) -> Result<String, Error> {
        self.begin_job(JobParameters::builder().r#type("inventory-retrieval").format("JSON").build()).await
    }

    async fn begin_job(&self, what: JobParameters) -> Result<String, Error> {
        let call = self.client.initiate_job().vault_name(&self.name).job_parameters(what);
        call.send().await.map_err(told)?.job_id.ok_or_else(|| strange("no job id"))
    }

    /// ListJobs, all pages, newest first.
    pub async fn jobs(&self) -> Result<Vec<Job>, Error> {
        let (mut all, mut marker) = (Vec::new(), None);
        loop {
            let call = self.client.list_jobs().vault_name(&self.name).set_marker(marker);
            let page = call.send().await.map_err(told)?;
            for job in page.job_list.unwrap_or_default() {
                all.push(job_of(job)?);
            }
            marker = page.marker.filter(|marker| !marker.is_empty());
            if marker.is_none() {
                all.sort_by(|one, other| other.created.cmp(&one.created));
                return Ok(all);
            }
        }
    }

    /// DescribeJob.
    pub async fn job(&self, id: &str) -> Result<Job, Error> {
        let call = self.client.describe_job().vault_name(&self.name).job_id(id);
        let found = call.send().await.map_err(told)?;
        let job = GlacierJobDescription::builder()
            .set_job_id(found.job_id)
            .set_action(found.action)
            .set_archive_id(found.archive_id)
            .set_archive_size_in_bytes(found.archive_size_in_bytes)
            .set_archive_sha256_tree_hash(found.archive_sha256_tree_hash)
            .set_retrieval_byte_range(found.retrieval_byte_range)
            .set_inventory_retrieval_parameters(found.inventory_retrieval_parameters)
            .set_status_code(found.status_code)
            .set_tier(found.tier)
            .set_job_description(found.job_description)
            .set_creation_date(found.creation_date)
            .set_completion_date(found.completion_date);
        job_of(job.build())
    }

    /// GetJobOutput: the bytes of this range, or all; and the tree hash that is sent with them.
    pub(crate) async fn output(
        &self,
        job: &str,
        range: Option<(u64, u64)>,
    ) -> Result<(ByteStream, Option<[u8; 32]>), Error> {
        let range = range.map(|(first, length)| format!("bytes={first}-{}", first + length - 1));
        let call = self.client.get_job_output().vault_name(&self.name).job_id(job).set_range(range);
        let output = call.send().await.map_err(told)?;
        let tree = output.checksum.as_deref().and_then(parse_hash);
        Ok((output.body, tree))
    }

    /// DeleteArchive. One that is gone already is no error.
    pub async fn delete_archive(&self, archive: &str) -> Result<(), Error> {
        let call = self.client.delete_archive().vault_name(&self.name).archive_id(archive);
        call.send().await.map(drop).map_err(told)
    }

    /// GetVaultLock: policy, state, when it was made and when it lapses; `None` without one.
    pub async fn lock(&self) -> Result<Option<[Option<String>; 4]>, Error> {
        match self.client.get_vault_lock().vault_name(&self.name).send().await.map_err(told) {
            Ok(lock) => Ok(Some([lock.policy, lock.state, lock.creation_date, lock.expiration_date])),
            Err(error) if error.is_not_found() && self.exists().await? => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn exists(&self) -> Result<bool, Error> {
        match self.client.describe_vault().vault_name(&self.name).send().await.map_err(told) {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// InitiateVaultLock: the lock's id, which completes it within a day.
    pub async fn begin_lock(&self, policy: &str) -> Result<String, Error> {
        let call = self.client.initiate_vault_lock().vault_name(&self.name);
        let begun = call.policy(VaultLockPolicy::builder().policy(policy).build()).send().await.map_err(told)?;
        begun.lock_id.ok_or_else(|| strange("no lock id"))
    }

    /// CompleteVaultLock. Nobody can undo it.
    pub async fn complete_lock(&self, lock: &str) -> Result<(), Error> {
        let call = self.client.complete_vault_lock().vault_name(&self.name).lock_id(lock);
        call.send().await.map(drop).map_err(told)
    }

    /// AbortVaultLock, while it is not completed.
    pub async fn abort_lock(&self) -> Result<(), Error> {
        self.client.abort_vault_lock().vault_name(&self.name).send().await.map(drop).map_err(told)
    }
}

fn job_of(job: GlacierJobDescription) -> Result<Job, Error> {
    let kind = match (&job.action, job.archive_id) {
        (Some(ActionCode::ArchiveRetrieval), Some(id)) => {
            let bytes = job.archive_size_in_bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default();
            let range = job.retrieval_byte_range.as_deref().and_then(parse_range);
            let tree = job.archive_sha256_tree_hash.as_deref().and_then(parse_hash);
            JobKind::Archive { id, bytes, tree, whole: range.is_none_or(|range| range == (0, bytes)) }
        }
        (Some(ActionCode::InventoryRetrieval), _) => {
            JobKind::Inventory { whole: job.inventory_retrieval_parameters.as_ref().is_none_or(is_whole) }
        }
        _ => JobKind::Other,
    };
    let state = match job.status_code {
        Some(StatusCode::Succeeded) => JobState::Succeeded,
        Some(StatusCode::Failed) => JobState::Failed,
        _ => JobState::InProgress,
    };
    Ok(Job {
        id: job.job_id.ok_or_else(|| strange("a job without id"))?,
        kind,
        state,
        tier: job.tier,
        description: job.job_description,
        created: job.creation_date.unwrap_or_default(),
        completed: job.completion_date,
    })
}

/// Whether an inventory is of the whole vault and in JSON: others may have been begun by other tools.
fn is_whole(asked: &InventoryRetrievalJobDescription) -> bool {
    let limits = [&asked.start_date, &asked.end_date, &asked.limit, &asked.marker];
    limits.iter().all(|limit| limit.is_none()) && asked.format.as_deref().is_none_or(|format| format == "JSON")
}
