//! DescribeJob and ListJobs: one description of a job for both. Members that do not apply are `null`.

use coldkeep_http::Response;
use coldkeep_store::{InventoryFormat, InventoryJob, Job, JobStatus, OpaqueKind, Store, Tier, Vault};
use coldkeep_types::{Id, Timestamp};
use coldkeep_wire::glacier::{
    DescribeJobInput, GlacierJobDescription, InventoryRetrievalJobDescription, ListJobsInput, ListJobsOutput,
};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::paging::{OTHERS, limit, opened_marker};
use crate::{Glacier, respond};

/// Jobs read at once when a list is filtered.
const SCANNED_AT_ONCE: usize = 200;
/// Jobs read for one page; a filter that few jobs pass gives short pages, with a marker, rather than long waits.
const MAX_SCANNED: usize = 5_000;

/// DescribeJob.
pub(crate) async fn describe_job(
    door: &Glacier,
    call: &GlacierCall,
    input: DescribeJobInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let id = job_id(door, &vault, &input.job_id)?;
    let job = door.store.job(&vault, id).await.map_err(|error| call.refused(error, &input.job_id))?;
    Ok(respond(described(&door.store, &vault, &job).encode()))
}

/// ListJobs: the jobs that are known, newest first, by state if that is asked.
pub(crate) async fn list_jobs(
    door: &Glacier,
    call: &GlacierCall,
    input: ListJobsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let limit = limit(input.limit.as_deref(), OTHERS)?;
    let completed = match input.completed.as_deref() {
        None => None,
        Some(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Some(false),
        Some(text) => return Err(GlacierError::invalid(format!("The completed filter is not valid: {text}"))),
    };
    let status = match input.statuscode.as_deref() {
        None => None,
        Some(text) => {
            let all = [JobStatus::InProgress, JobStatus::Succeeded, JobStatus::Failed];
            let status = all.into_iter().find(|status| status_code(*status) == text);
            let invalid = || GlacierError::invalid(format!("The job status code is not valid: {text}"));
            Some(status.ok_or_else(invalid)?)
        }
    };
    let wanted = |job: &Job| {
        completed.is_none_or(|completed| completed == (job.status != JobStatus::InProgress))
            && status.is_none_or(|status| status == job.status)
    };
    let mut from = opened_marker(door, OpaqueKind::Job, vault.id, input.marker.as_deref())?;
    let (mut job_list, mut scanned) = (Vec::new(), 0);
    let next = 'pages: loop {
        let listed = door.store.list_jobs(&vault, from, SCANNED_AT_ONCE + 1).await;
        let jobs = listed.map_err(|error| call.refused(error, ""))?;
        for job in jobs.iter().take(SCANNED_AT_ONCE).filter(|job| wanted(job)) {
            if job_list.len() == limit {
                break 'pages Some(job.id);
            }
            job_list.push(described(&door.store, &vault, job));
        }
        scanned += SCANNED_AT_ONCE;
        from = jobs.get(SCANNED_AT_ONCE).map(|job| job.id);
        if from.is_none() || scanned >= MAX_SCANNED {
            break from;
        }
    };
    let marker = next.map(|id| door.store.seal_id(OpaqueKind::Job, vault.id, id));
    Ok(respond(ListJobsOutput { job_list, marker }.encode()))
}

/// The id of a job that was begun in this vault.
pub(crate) fn job_id(door: &Glacier, vault: &Vault, text: &str) -> Result<Id, GlacierError> {
    let opened = door.store.open_id(OpaqueKind::Job, text).filter(|opened| opened.vault == vault.id);
    opened.map(|opened| opened.id).ok_or_else(|| GlacierError::no_job(text))
}

/// A job, as DescribeJob and notifications tell it.
pub(crate) fn described(store: &Store, vault: &Vault, job: &Job) -> GlacierJobDescription {
    let status_code = status_code(job.status);
    let completed = job.status != JobStatus::InProgress;
    let mut description = GlacierJobDescription {
        action: Some("InventoryRetrieval".to_owned()),
        completed: Some(completed),
        completion_date: job.completed().map(Timestamp::iso_millis),
        creation_date: Some(job.created().iso_millis()),
        job_description: job.description.clone(),
        job_id: Some(store.seal_id(OpaqueKind::Job, vault.id, job.id)),
        sns_topic: job.sns_topic.clone(),
        status_code: Some(status_code.to_owned()),
        // Java's monitor waits for exactly these words; there is none while the job is in progress.
        status_message: completed.then(|| status_code.to_owned()),
        vault_arn: Some(vault.arn()),
        ..GlacierJobDescription::default()
    };
    if let Some(archive) = &job.archive {
        description.action = Some("ArchiveRetrieval".to_owned());
        description.archive_id = Some(store.seal_id(OpaqueKind::Archive, vault.id, archive.archive));
        description.archive_sha256_tree_hash = Some(hex::encode(archive.archive_tree_hash));
        description.archive_size_in_bytes = Some(archive.archive_bytes as i64);
        description.retrieval_byte_range = Some(format!("{}-{}", archive.first, archive.last));
        description.sha256_tree_hash = archive.tree_hash.map(hex::encode);
        description.tier = Some(tier_name(archive.tier).to_owned());
    }
    if let Some(inventory) = &job.inventory {
        description.inventory_size_in_bytes = job.inventory_bytes.map(|bytes| bytes as i64);
        description.inventory_retrieval_parameters = Some(inventory_described(store, vault, inventory, completed));
    }
    description
}

fn inventory_described(
    store: &Store,
    vault: &Vault,
    inventory: &InventoryJob,
    completed: bool,
) -> InventoryRetrievalJobDescription {
    let parameters = &inventory.parameters;
    let date = |millis: Option<i64>| millis.map(|millis| Timestamp(millis).iso_millis());
    // Until the job has completed the marker is the one it was given, then the one for the next job.
    let marker = if completed { inventory.continuation } else { parameters.from };
    let format = match inventory.format {
        InventoryFormat::Json => "JSON",
        InventoryFormat::Csv => "CSV",
    };
    InventoryRetrievalJobDescription {
        end_date: date(parameters.end_ms),
        format: Some(format.to_owned()),
        limit: parameters.limit.map(|limit| limit.to_string()),
        marker: marker.map(|id| store.seal_id(OpaqueKind::InventoryMarker, vault.id, id)),
        start_date: date(parameters.start_ms),
    }
}

fn status_code(status: JobStatus) -> &'static str {
    match status {
        JobStatus::InProgress => "InProgress",
        JobStatus::Succeeded => "Succeeded",
        JobStatus::Failed => "Failed",
    }
}

fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Expedited => "Expedited",
        Tier::Standard => "Standard",
        Tier::Bulk => "Bulk",
    }
}
