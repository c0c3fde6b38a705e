//! InitiateJob: its parameters, checked in full before a job comes to be.

use coldkeep_digest::is_megabyte_aligned;
use coldkeep_http::Response;
use coldkeep_messages::{Named, parse_arn};
use coldkeep_store::{InventoryFormat, InventoryParameters, JobAction, JobRequest, OpaqueKind, Tier, Vault};
use coldkeep_types::{Region, Timestamp};
use coldkeep_wire::glacier::{InitiateJobInput, InitiateJobOutput, InventoryRetrievalJobInput, JobParameters};
use serde_json::Value;

use crate::archives::archive_id;
use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::headers::{byte_range, description};
use crate::{Glacier, dates, respond};

/// InitiateJob: begins the retrieval of an archive, a range of one, or the vault's inventory.
pub(crate) async fn initiate_job(
    door: &Glacier,
    call: &GlacierCall,
    input: InitiateJobInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let parameters = input.job_parameters.ok_or_else(|| GlacierError::missing("Job Parameters"))?;
    let document: Value =
        serde_json::from_slice(&call.document).map_err(|error| GlacierError::serialization(error.to_string()))?;
    check_types(&document)?;
    let kind = parameters.r#type.as_deref().ok_or_else(|| GlacierError::missing("type"))?;
    let checked_description = match &parameters.description {
        Some(text) => Some(description(text, "job description")?),
        None => None,
    };
    let sns_topic = check_topic(door, call, &vault, parameters.sns_topic.as_deref()).await?;
    let action = match kind {
        "archive-retrieval" => retrieve_archive(door, call, &vault, &parameters).await?,
        "inventory-retrieval" => retrieve_inventory(door, &vault, &parameters)?,
        "select" => return Err(GlacierError::invalid("Select jobs are not supported.")),
        other => return Err(GlacierError::invalid(format!("The job type is not valid: {other}"))),
    };
    check_select(&document)?;
    let archive = parameters.archive_id.as_deref().unwrap_or_default();
    let request = JobRequest { action, description: checked_description, sns_topic };
    let job = door.store.initiate_job(&vault, request).await.map_err(|error| call.refused(error, archive))?;
    let job_id = door.store.seal_id(OpaqueKind::Job, vault.id, job.id);
    let location = call.location(&vault.name, &format!("/jobs/{job_id}"));
    Ok(respond(InitiateJobOutput { job_id: Some(job_id), job_output_path: None, location: Some(location) }.encode()))
}

/// Numbers are read as text where text is modelled, because of the one member that some clients send as a number.
/// All others must be what they are modelled as.
fn check_types(document: &Value) -> Result<(), GlacierError> {
    let text = |object: &Value, names: &[&str]| {
        let wrong = names.iter().find(|name| object.get(**name).is_some_and(Value::is_number));
        wrong.map_or(Ok(()), |name| Err(GlacierError::serialization(format!("{name} is not a string"))))
    };
    text(document, &["Type", "ArchiveId", "Description", "SNSTopic", "RetrievalByteRange", "Tier", "Format"])?;
    document
        .get("InventoryRetrievalParameters")
        .map_or(Ok(()), |inner| text(inner, &["StartDate", "EndDate", "Marker"]))
}

/// A topic that would never be told is refused: one that cannot be one, is not there, or is another account's.
async fn check_topic(
    door: &Glacier,
    call: &GlacierCall,
    vault: &Vault,
    text: Option<&str>,
) -> Result<Option<String>, GlacierError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    let named = topic(text, &call.region)?;
    let Some(messages) = &door.messages else { return Err(GlacierError::not_implemented_parameter("SNSTopic")) };
    let is_own = named.place.account == vault.account;
    match messages.topic(&named.place, &named.name).await {
        Ok(_) if is_own => Ok(Some(text.to_owned())),
        Ok(_) | Err(coldkeep_messages::Error::NoSuchTopic) => {
            Err(GlacierError::invalid(format!("The SNS topic does not exist, or is not this account's: {text}")))
        }
        Err(error) => {
            tracing::error!(%error, "topics could not be read");
            Err(GlacierError::unavailable("The request has failed due to a temporary failure of the server."))
        }
    }
}

/// The topic that an ARN names, if it is one of this region.
pub(crate) fn topic(text: &str, region: &Region) -> Result<Named, GlacierError> {
    let invalid = || GlacierError::invalid(format!("Invalid SNS topic ARN: {text}"));
    let named = parse_arn(text, "sns").ok_or_else(invalid)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if named.name.len() > 256 || !named.name.bytes().all(fits) {
        return Err(invalid());
    }
    if named.place.region != *region {
        return Err(GlacierError::invalid(format!("SNS topics must be in the local AWS region: {text}")));
    }
    Ok(named)
}

/// Members of select jobs, which other jobs would leave undone.
fn check_select(document: &Value) -> Result<(), GlacierError> {
    let given = |name: &&&str| document.get(**name).is_some_and(|value| !value.is_null());
    match ["SelectParameters", "OutputLocation"].iter().find(given) {
        Some(name) => Err(GlacierError::invalid(format!("Only select jobs take {name}, and they are not supported."))),
        None => Ok(()),
    }
}

async fn retrieve_archive(
    door: &Glacier,
    call: &GlacierCall,
    vault: &Vault,
    parameters: &JobParameters,
) -> Result<JobAction, GlacierError> {
    let text = parameters.archive_id.as_deref().ok_or_else(|| GlacierError::missing("archiveId"))?;
    let tier = tier(parameters)?;
    // An archive has no format; clients name one all the same.
    format(parameters)?;
    let none = InventoryRetrievalJobInput::default();
    if parameters.inventory_retrieval_parameters.as_ref().is_some_and(|given| *given != none) {
        return Err(GlacierError::invalid("An archive retrieval takes no inventory retrieval parameters."));
    }
    let invalid_range = |range: &str| {
        GlacierError::invalid(format!(
            "Invalid retrieval byte range: {range}. It must lie in the archive and be megabyte aligned."
        ))
    };
    let range_text = parameters.retrieval_byte_range.as_deref();
    let range = match range_text {
        Some(text) => Some(byte_range(text).ok_or_else(|| invalid_range(text))?),
        None => None,
    };
    let id = archive_id(door, vault, text)?;
    let archive = door.store.archive(vault, id).await.map_err(|error| call.refused(error, text))?;
    if let Some((first, last)) = range
        && !is_megabyte_aligned(first, last, archive.bytes)
    {
        return Err(invalid_range(range_text.unwrap_or_default()));
    }
    Ok(JobAction::Archive { id, range, tier })
}

fn retrieve_inventory(door: &Glacier, vault: &Vault, parameters: &JobParameters) -> Result<JobAction, GlacierError> {
    if parameters.archive_id.is_some() {
        return Err(GlacierError::invalid("An inventory retrieval takes no archive ID."));
    }
    if parameters.retrieval_byte_range.is_some() {
        return Err(GlacierError::invalid("An inventory retrieval takes no retrieval byte range."));
    }
    let format = format(parameters)?;
    // All inventories take the same time; clients name a tier all the same.
    tier(parameters)?;
    let parameters = match &parameters.inventory_retrieval_parameters {
        Some(input) => inventory_parameters(door, vault, input)?,
        None => InventoryParameters::default(),
    };
    Ok(JobAction::Inventory { format, parameters })
}

fn tier(parameters: &JobParameters) -> Result<Tier, GlacierError> {
    match parameters.tier.as_deref() {
        None | Some("Standard") => Ok(Tier::Standard),
        Some("Expedited") => Ok(Tier::Expedited),
        Some("Bulk") => Ok(Tier::Bulk),
        Some(other) => Err(GlacierError::invalid(format!("The retrieval tier is not valid: {other}"))),
    }
}

fn format(parameters: &JobParameters) -> Result<InventoryFormat, GlacierError> {
    match parameters.format.as_deref() {
        None | Some("JSON") => Ok(InventoryFormat::Json),
        Some("CSV") => Ok(InventoryFormat::Csv),
        Some(other) => Err(GlacierError::invalid(format!("The output format is not valid: {other}"))),
    }
}

fn inventory_parameters(
    door: &Glacier,
    vault: &Vault,
    input: &InventoryRetrievalJobInput,
) -> Result<InventoryParameters, GlacierError> {
    let date = |text: &Option<String>, name: &str| match text {
        None => Ok(None),
        Some(text) => match dates::parse(text) {
            Some(Timestamp(millis)) => Ok(Some(millis)),
            None => Err(GlacierError::invalid(format!("Invalid {name}: {text}"))),
        },
    };
    let limit = match input.limit.as_deref() {
        None => None,
        Some(text) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let limit = if digits { text.parse().unwrap_or(u64::MAX) } else { 0 };
            if limit == 0 {
                return Err(GlacierError::invalid(format!("Invalid inventory retrieval limit: {text}")));
            }
            Some(limit)
        }
    };
    let from = match input.marker.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match door.store.open_id(OpaqueKind::InventoryMarker, text) {
            Some(opened) if opened.vault == vault.id => Some(opened.id),
            _ => return Err(GlacierError::invalid(format!("Invalid inventory retrieval marker: {text}"))),
        },
    };
    let (start_ms, end_ms) = (date(&input.start_date, "start date")?, date(&input.end_date, "end date")?);
    Ok(InventoryParameters { start_ms, end_ms, limit, from })
}
