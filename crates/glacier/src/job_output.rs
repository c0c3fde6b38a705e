//! GetJobOutput: an archive, a range of one, or an inventory, streamed.

use coldkeep_http::{Asked, Response, ResponseBody, asked};
use coldkeep_store::{InventoryFormat, Job, Reader};
use coldkeep_wire::Encoded;
use coldkeep_wire::glacier::{GetJobOutputInput, GetJobOutputOutput};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::job_descriptions::job_id;
use crate::{Glacier, respond};

/// GetJobOutput. Ranges are of the output; the tree hash is told where it is that of exactly the bytes sent.
pub(crate) async fn get_job_output(
    door: &Glacier,
    call: &GlacierCall,
    input: GetJobOutputInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let id = job_id(door, &vault, &input.job_id)?;
    let refused = |error| call.refused(error, &input.job_id);
    let output = door.store.job_output(&vault, id).await.map_err(refused)?;
    let header = input.range.as_deref().unwrap_or_default();
    let (first, last, partial) = match asked(header, output.bytes) {
        Asked::All => (0, output.bytes.saturating_sub(1), false),
        Asked::Part(range) => (range.start, range.end - 1, true),
        Asked::Unsatisfiable => {
            return Err(GlacierError::invalid(format!(
                "The start of the range is larger than size of retrieved data: {header}"
            )));
        }
    };
    let tree_hash = door.store.output_tree_hash(&output.job, first, last).await.map_err(refused)?;
    let encoded = GetJobOutputOutput {
        accept_ranges: Some("bytes".to_owned()),
        archive_description: output.job.archive.as_ref().and_then(|archive| archive.archive_description.clone()),
        checksum: tree_hash.map(hex::encode),
        content_range: partial.then(|| format!("bytes {first}-{last}/{}", output.bytes)),
        content_type: Some(content_type(&output.job).to_owned()),
        status: Some(if partial { 206 } else { 200 }),
    }
    .encode();
    let end = output.bytes.min(last + 1);
    let key = door.data_key(output.job.sealed.as_ref(), &vault)?;
    let mut reader = output.with_key(key).read(first..end);
    reader.prepare().await.map_err(refused)?;
    Ok(streamed(encoded, reader))
}

fn content_type(job: &Job) -> &'static str {
    match job.inventory.as_ref().map(|inventory| inventory.format) {
        None => "application/octet-stream",
        Some(InventoryFormat::Json) => "application/json",
        Some(InventoryFormat::Csv) => "text/csv",
    }
}

fn streamed(encoded: Encoded, reader: Reader) -> Response {
    let mut response = respond(encoded);
    *response.body_mut() = ResponseBody::reading(reader, "a job's output");
    response
}
