//! RestoreObject.

use coldkeep_http::{Body, Response};
use coldkeep_store::{RestoreRequest, Tier};
use coldkeep_wire::s3::{self, RestoreObjectOutput, RestoreObjectRequest};
use http::StatusCode;

use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// RestoreObject: `202` where a restore begins, or goes faster from now on, `200` where the object is restored already and is kept
/// for longer.
pub(crate) async fn restore_object(
    door: &S3,
    call: &S3Call,
    input: RestoreObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let asked = asked(input.restore_request.unwrap_or_default())?;
    let restored = door.store_for(call).restore_object(&call.bucket()?, &call.key()?, call.version()?, asked).await?;
    let mut encoded = RestoreObjectOutput::default().encode();
    encoded.status = if restored.already { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(respond(encoded))
}

/// What a document asks for. The tier has two places; `Description` is of queries, and told nowhere.
fn asked(document: s3::RestoreRequest) -> Result<RestoreRequest, S3Error> {
    if document.r#type.is_some() || document.select_parameters.is_some() || document.output_location.is_some() {
        return Err(S3Error::not_implemented("Restores of the type SELECT are not implemented."));
    }
    let of_job = document.glacier_job_parameters.map(|parameters| parameters.tier);
    let tier = match (of_job, document.tier) {
        (Some(of_job), Some(tier)) if of_job != tier => return Err(S3Error::malformed_xml()),
        (of_job, tier) => of_job.or(tier),
    };
    let tier = match tier.as_deref() {
        None | Some("Standard") => Tier::Standard,
        Some("Expedited") => Tier::Expedited,
        Some("Bulk") => Tier::Bulk,
        Some(_) => return Err(S3Error::malformed_xml()),
    };
    // Whether some must be said is up to where the object is.
    let Some(days) = document.days else { return Ok(RestoreRequest { days: None, tier }) };
    match u32::try_from(days) {
        Ok(days @ 1..) => Ok(RestoreRequest { days: Some(days), tier }),
        _ => Err(S3Error::invalid_argument("restoration days should be at least 1").about("Days", days.to_string())),
    }
}
