//! ListMultipartUploads.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Item, ListedUpload, Page, Start};
use coldkeep_types::{Id, ObjectKey};
use coldkeep_wire::s3::{ListMultipartUploadsOutput, ListMultipartUploadsRequest, MultipartUpload};

use super::owners::{Owners, root_of};
use super::{Naming, PAGE, after, anew, common_prefixes, delimiter, entries, page_size};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// ListMultipartUploads: the open uploads of a bucket, by key and then by time.
pub(crate) async fn list_multipart_uploads(
    door: &S3,
    call: &S3Call,
    input: ListMultipartUploadsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_uploads, "max-uploads")?;
    let bucket = call.bucket()?;
    let key_marker = input.key_marker.as_deref().filter(|marker| !marker.is_empty());
    // Without a key marker, an upload id marker is ignored, as documented.
    let id_marker = input.upload_id_marker.as_deref().filter(|marker| !marker.is_empty() && key_marker.is_some());
    let start = match (key_marker, id_marker) {
        (Some(key), Some(id)) => Start::AfterUpload(key.to_owned(), marked_upload(door, call, key, id).await?),
        (key, _) => after(key),
    };
    let (prefix, delimiter) = (input.prefix.as_deref().unwrap_or_default(), delimiter(&input.delimiter));
    let page = match limit {
        0 => {
            door.store.bucket(&bucket).await?;
            Page { items: Vec::new(), truncated: false }
        }
        _ => door.store.list_uploads(&bucket, prefix, delimiter.unwrap_or_default(), &start, limit).await?,
    };
    // Where it ended, a page that is the last one says too.
    let next = page.items.last();
    let next_id = next.and_then(|item| match item {
        Item::Entry(_, upload) => Some(upload.id.to_string()),
        Item::Prefix(_) => None,
    });
    let output = ListMultipartUploadsOutput {
        bucket: Some(bucket.to_string()),
        key_marker: Some(naming.write(key_marker.unwrap_or_default())),
        upload_id_marker: Some(id_marker.unwrap_or_default().to_owned()),
        next_key_marker: Some(naming.write(next.map_or("", |item| item.name()))),
        next_upload_id_marker: Some(next_id.unwrap_or_default()),
        prefix: naming.echo(input.prefix.as_deref()),
        delimiter: naming.echo(delimiter),
        max_uploads: Some(limit as i32),
        is_truncated: Some(page.truncated),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        ..ListMultipartUploadsOutput::default()
    };
    let accounts =
        entries(&page).flat_map(|(_, upload)| [upload.owner.as_deref(), upload.initiator.as_deref().and_then(root_of)]);
    let owners = Owners::of(door, call, accounts.flatten().collect()).await?;
    Ok(respond(output.encode_with(entries(&page), upload_rows(naming, call, owners))))
}

/// The upload that an upload id marker names: one of the key beside it. It may have ended since the page before, so one
/// that is not there is only refused when it is an upload of another key.
async fn marked_upload(door: &S3, call: &S3Call, key: &str, marker: &str) -> Result<Id, S3Error> {
    let invalid = || S3Error::invalid_argument("Invalid uploadId marker").about("upload-id-marker", marker);
    let id = Id::parse_hex(marker).ok_or_else(invalid)?;
    let (bucket, mut start) = (call.bucket()?, Start::First);
    let object_key = ObjectKey::parse(key).map_err(|_| invalid())?;
    if door.store.upload(&bucket, &object_key, id).await.is_ok() {
        return Ok(id);
    }
    loop {
        let page = door.store.list_uploads(&bucket, "", "", &start, PAGE).await?;
        let mut uploads = entries(&page);
        if uploads.any(|(name, upload)| upload.id == id && name != key) {
            return Err(invalid());
        }
        match entries(&page).last().filter(|_| page.truncated) {
            Some((name, upload)) => start = Start::AfterUpload(name.to_owned(), upload.id),
            None => return Ok(id),
        }
    }
}

/// Fills in the rows of uploads.
fn upload_rows(
    naming: Naming,
    call: &S3Call,
    owners: Owners,
) -> impl FnMut(&mut MultipartUpload, (&str, &ListedUpload)) {
    move |row, (name, upload)| {
        naming.push(anew(&mut row.key), name);
        row.upload_id = Some(upload.id.to_string());
        row.initiated = Some(upload.created);
        row.checksum_algorithm = upload.checksum.map(|(algorithm, _)| algorithm.name().to_owned());
        row.checksum_type = upload.checksum.map(|(_, kind)| kind.name().to_owned());
        row.storage_class = Some(call.storage_class(upload.class).to_owned());
        row.version_id = upload.version.map(|version| version.to_string());
        row.initiator = Some(owners.initiator(upload.initiator.as_deref()));
        row.owner = Some(owners.owner(upload.owner.as_deref()).clone());
    }
}
