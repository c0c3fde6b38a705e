//! UploadArchive and DeleteArchive.

use coldkeep_http::Response;
use coldkeep_store::{Expected, NewArchive, OpaqueKind, Vault};
use coldkeep_types::Id;
use coldkeep_wire::glacier::{ArchiveCreationOutput, DeleteArchiveInput, DeleteArchiveOutput, UploadArchiveInput};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::headers::{archive_description, invalid_length, tree_hash, upload_length};
use crate::{Glacier, respond};

/// UploadArchive: stores an archive sent in one request, 1 byte to 4 GiB.
pub(crate) async fn upload_archive(
    door: &Glacier,
    call: &GlacierCall,
    input: UploadArchiveInput,
    body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let length = upload_length(&call.call)?;
    if length == 0 {
        return Err(invalid_length(length));
    }
    let tree_hash = Some(tree_hash(input.checksum.as_deref())?);
    let description = archive_description(input.archive_description.as_deref())?;
    let expected = Expected { sha256: body.sha256(), tree_hash, ..Expected::default() };
    let new = NewArchive { description, expected, sealing: door.sealing(&vault)? };
    let uploaded = door.store.upload_archive(&vault, new, body).await;
    let archive = uploaded.map_err(|error| call.refused(error, ""))?;
    Ok(respond(created(door, call, &vault, archive.id, &archive.tree_hash).encode()))
}

/// DeleteArchive: deleting it again succeeds. Outputs of jobs that retrieved it stay.
pub(crate) async fn delete_archive(
    door: &Glacier,
    call: &GlacierCall,
    input: DeleteArchiveInput,
    _body: &mut UploadBody,
) -> Result<Response, GlacierError> {
    let vault = call.vault(door).await?;
    let id = archive_id(door, &vault, &input.archive_id)?;
    let deleted = door.store.delete_archive(&vault, id).await;
    deleted.map_err(|error| call.refused(error, &input.archive_id))?;
    Ok(respond(DeleteArchiveOutput {}.encode()))
}

/// What is answered when an archive has come to be.
pub(crate) fn created(
    door: &Glacier,
    call: &GlacierCall,
    vault: &Vault,
    id: Id,
    tree_hash: &[u8; 32],
) -> ArchiveCreationOutput {
    let archive_id = door.store.seal_id(OpaqueKind::Archive, vault.id, id);
    ArchiveCreationOutput {
        location: Some(call.location(&vault.name, &format!("/archives/{archive_id}"))),
        checksum: Some(hex::encode(tree_hash)),
        archive_id: Some(archive_id),
    }
}

/// The id of an archive that this vault has or had.
pub(crate) fn archive_id(door: &Glacier, vault: &Vault, text: &str) -> Result<Id, GlacierError> {
    match door.store.open_id(OpaqueKind::Archive, text) {
        Some(opened) if opened.vault == vault.id => Ok(opened.id),
        Some(_) => Err(GlacierError::invalid(format!("Invalid vault name: {}", vault.arn()))),
        None => Err(GlacierError::no_archive(text)),
    }
}
