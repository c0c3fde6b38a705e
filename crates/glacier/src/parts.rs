//! UploadMultipartPart and ListParts.

use coldkeep_http::Response;
use coldkeep_store::{Expected, OpaqueKind, Part};
use coldkeep_types::MAX_PARTS;
use coldkeep_wire::glacier::{
    ListPartsInput, ListPartsOutput, PartListElement, UploadMultipartPartInput, UploadMultipartPartOutput,
};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::headers::{content_range, number, tree_hash, upload_length};
use crate::paging::{OTHERS, cut, invalid_marker, limit, marker};
use crate::uploads::{part_size, upload_id};
use crate::{Glacier, respond};

/// UploadMultipartPart: stores one range of an open upload. Sending the same range again replaces it.
pub(crate) async fn upload_multipart_part(
    door: &Glacier,
    call: &GlacierCall,
    input: UploadMultipartPartInput,
    body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let text = input.range.as_deref().ok_or_else(|| GlacierError::missing("Content-Range"))?;
    let length = upload_length(&call.call)?;
    let (first, last) =
        content_range(text).ok_or_else(|| GlacierError::invalid(format!("Invalid Content-Range: {text}")))?;
    if last - first + 1 != length {
        return Err(GlacierError::invalid(format!(
            "Content-Range: {text} is incompatible with Content-Length: {length}"
        )));
    }
    let tree_hash = Some(tree_hash(input.checksum.as_deref())?);
    let id = upload_id(door, &vault, &input.upload_id)?;
    let found = door.store.vault_upload(&vault, id).await;
    let upload = found.map_err(|error| call.refused(error, &input.upload_id))?;
    let key = door.data_key(upload.sealed.as_ref(), &vault)?;
    let upload = upload.with_key(key);
    let part_size = part_size(&upload);
    let index = part_index(first, length, part_size, text)?;
    let expected = Expected { sha256: body.sha256(), tree_hash, ..Expected::default() };
    let put = door.store.put_part(&upload, index, expected, None, body, part_size).await;
    let written = put.map_err(|error| call.refused(error, &input.upload_id))?;
    Ok(respond(UploadMultipartPartOutput { checksum: written.part.tree_hash.map(hex::encode) }.encode()))
}

/// Which part a range is, counted from 0.
fn part_index(first: u64, length: u64, part_size: u64, text: &str) -> Result<u32, GlacierError> {
    if part_size == 0 || !first.is_multiple_of(part_size) {
        return Err(GlacierError::invalid(format!(
            "Content-Range: {text} does not begin at a multiple of the part size: {part_size}"
        )));
    }
    if length > part_size {
        return Err(GlacierError::invalid(format!("Content-Range: {text} is longer than the part size: {part_size}")));
    }
    let index = first / part_size;
    u32::try_from(index).ok().filter(|index| *index < MAX_PARTS).ok_or_else(|| {
        GlacierError::invalid(format!(
            "This is part number {} for the current multipart upload. It exceeds the limit of {MAX_PARTS} parts.",
            index + 1
        ))
    })
}

/// ListParts: the parts that an open upload has, by their place.
pub(crate) async fn list_parts(
    door: &Glacier,
    call: &GlacierCall,
    input: ListPartsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let limit = limit(input.limit.as_deref(), OTHERS)?;
    let id = upload_id(door, &vault, &input.upload_id)?;
    let found = door.store.vault_upload(&vault, id).await;
    let upload = found.map_err(|error| call.refused(error, &input.upload_id))?;
    let part_size = part_size(&upload);
    // A marker is where the next part begins.
    let from = match marker(input.marker.as_deref()) {
        None => 0,
        Some(text) => {
            let index = number(text).and_then(|first| part_index(first, 0, part_size, text).ok());
            index.ok_or_else(|| invalid_marker(text))?
        }
    };
    let listed = door.store.list_parts(&upload, from.checked_sub(1), limit + 1).await;
    let mut parts = listed.map_err(|error| call.refused(error, &input.upload_id))?;
    let first = |part: &Part| u64::from(part.index) * part_size;
    let marker = cut(&mut parts, limit).map(|next| first(&next).to_string());
    let element = |part: &Part| PartListElement {
        range_in_bytes: Some(format!("{}-{}", first(part), first(part) + part.bytes.saturating_sub(1))),
        sha256_tree_hash: part.tree_hash.map(hex::encode),
    };
    let output = ListPartsOutput {
        archive_description: upload.description.clone(),
        creation_date: Some(upload.created.iso_millis()),
        marker,
        multipart_upload_id: Some(door.store.seal_id(OpaqueKind::Upload, vault.id, upload.id)),
        part_size_in_bytes: Some(part_size as i64),
        parts: parts.iter().map(element).collect(),
        vault_arn: Some(vault.arn()),
    };
    Ok(respond(output.encode()))
}
