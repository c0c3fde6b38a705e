//! InitiateMultipartUpload, CompleteMultipartUpload, AbortMultipartUpload, ListMultipartUploads.

use coldkeep_http::Response;
use coldkeep_store::{DigestName, Error, OpaqueKind, Plan, Upload, Vault};
use coldkeep_types::{Id, PartSize};
use coldkeep_wire::glacier::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput, InitiateMultipartUploadInput,
    InitiateMultipartUploadOutput, ListMultipartUploadsInput, ListMultipartUploadsOutput, UploadListElement,
};

use crate::archives::created;
use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::headers::{archive_description, number, tree_hash};
use crate::paging::{OTHERS, cut, limit, opened_marker};
use crate::{Glacier, respond};

/// InitiateMultipartUpload: begins an upload in parts of one size, a power of two from 1 MiB to 4 GiB.
pub(crate) async fn initiate_multipart_upload(
    door: &Glacier,
    call: &GlacierCall,
    input: InitiateMultipartUploadInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let part_size = input.part_size.as_deref().and_then(number).and_then(|bytes| PartSize::new(bytes).ok());
    let part_size = part_size.ok_or_else(|| {
        GlacierError::invalid(format!(
            "Invalid part size: {}. Part size must not be null, must be a power of two and be between 1048576 and \
             4294967296 bytes.",
            input.part_size.as_deref().unwrap_or("null")
        ))
    })?;
    let description = archive_description(input.archive_description.as_deref())?;
    let sealed = door.sealing(&vault)?.map(|sealing| sealing.envelope);
    let begun = door.store.create_vault_upload_with(&vault, part_size, description, sealed).await;
    let upload = begun.map_err(|error| call.refused(error, ""))?;
    let upload_id = door.store.seal_id(OpaqueKind::Upload, vault.id, upload.id);
    let location = call.location(&vault.name, &format!("/multipart-uploads/{upload_id}"));
    let output = InitiateMultipartUploadOutput { location: Some(location), upload_id: Some(upload_id) };
    Ok(respond(output.encode()))
}

/// CompleteMultipartUpload: makes the parts an archive, if they are contiguous and of the declared size and tree hash.
/// A refused one leaves the upload open; the same one again gives the same archive.
pub(crate) async fn complete_multipart_upload(
    door: &Glacier,
    call: &GlacierCall,
    input: CompleteMultipartUploadInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let size = input.archive_size.as_deref().filter(|text| !text.is_empty());
    let size = size.ok_or_else(|| GlacierError::missing("x-amz-archive-size"))?;
    let bytes = number(size).ok_or_else(|| GlacierError::invalid(format!("Invalid x-amz-archive-size: {size}")))?;
    let tree_hash = tree_hash(input.checksum.as_deref())?;
    let id = upload_id(door, &vault, &input.upload_id)?;
    let completed = door.store.complete_vault_upload(&vault, id, bytes, tree_hash).await;
    let archive = completed.map_err(|error| match error {
        Error::DigestMismatch { name: DigestName::TreeHash, .. } => {
            GlacierError::invalid_tree_hash(input.checksum.as_deref().unwrap_or_default())
        }
        error => call.refused(error, &input.upload_id),
    })?;
    Ok(respond(created(door, call, &vault, archive.id, &archive.tree_hash).encode()))
}

/// AbortMultipartUpload: drops an upload with its parts. Aborting again succeeds for a while.
pub(crate) async fn abort_multipart_upload(
    door: &Glacier,
    call: &GlacierCall,
    input: AbortMultipartUploadInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let id = upload_id(door, &vault, &input.upload_id)?;
    let aborted = door.store.abort_vault_upload(&vault, id).await;
    aborted.map_err(|error| call.refused(error, &input.upload_id))?;
    Ok(respond(AbortMultipartUploadOutput {}.encode()))
}

/// ListMultipartUploads: the open uploads of a vault, oldest first.
pub(crate) async fn list_multipart_uploads(
    door: &Glacier,
    call: &GlacierCall,
    input: ListMultipartUploadsInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let limit = limit(input.limit.as_deref(), OTHERS)?;
    let from = opened_marker(door, OpaqueKind::Upload, vault.id, input.marker.as_deref())?;
    let listed = door.store.list_vault_uploads(&vault, from, limit + 1).await;
    let mut uploads = listed.map_err(|error| call.refused(error, ""))?;
    let marker = cut(&mut uploads, limit).map(|next| door.store.seal_id(OpaqueKind::Upload, vault.id, next.id));
    let element = |upload: &Upload| UploadListElement {
        archive_description: upload.description.clone(),
        creation_date: Some(upload.created.iso_millis()),
        multipart_upload_id: Some(door.store.seal_id(OpaqueKind::Upload, vault.id, upload.id)),
        part_size_in_bytes: Some(part_size(upload) as i64),
        vault_arn: Some(vault.arn()),
    };
    let output = ListMultipartUploadsOutput { marker, uploads_list: uploads.iter().map(element).collect() };
    Ok(respond(output.encode()))
}

/// The id of an upload that was begun in this vault.
pub(crate) fn upload_id(door: &Glacier, vault: &Vault, text: &str) -> Result<Id, GlacierError> {
    let opened = door.store.open_id(OpaqueKind::Upload, text).filter(|opened| opened.vault == vault.id);
    opened.map(|opened| opened.id).ok_or_else(|| GlacierError::no_upload(text))
}

/// The part size of a vault's upload, in bytes.
pub(crate) fn part_size(upload: &Upload) -> u64 {
    match upload.plan {
        Plan::Ranges(part_size) => part_size,
        Plan::Numbered => 0,
    }
}
