//! ListMultipartUploads.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Item, ListedUpload, Page, Start};
use coldkeep_types::Id;
use coldkeep_wire::s3::{Initiator, ListMultipartUploadsOutput, ListMultipartUploadsRequest, MultipartUpload, Owner};

use super::{Naming, after, anew, common_prefixes, entries, owner, page_size};
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
    let id_marker = input.upload_id_marker.as_deref().filter(|marker| !marker.is_empty());
    let start = match (key_marker, id_marker) {
        (Some(key), Some(id)) => {
            let id = Id::parse_hex(id).ok_or_else(|| {
                S3Error::invalid_argument("Invalid uploadId marker")
                    .with("ArgumentName", "upload-id-marker")
                    .with("ArgumentValue", id)
            })?;
            Start::AfterUpload(key.to_owned(), id)
        }
        // Without a key marker, an upload id marker is ignored.
        (key, _) => after(key),
    };
    let (prefix, delimiter) = (input.prefix.as_deref().unwrap_or_default(), input.delimiter.as_deref());
    let page = match limit {
        0 => {
            door.store.bucket(&bucket).await?;
            Page { items: Vec::new(), truncated: false }
        }
        _ => door.store.list_uploads(&bucket, prefix, delimiter.unwrap_or_default(), &start, limit).await?,
    };
    let next = page.items.last().filter(|_| page.truncated);
    let next_id = next.and_then(|item| match item {
        Item::Entry(_, upload) => Some(upload.id.to_string()),
        Item::Prefix(_) => None,
    });
    let output = ListMultipartUploadsOutput {
        bucket: Some(bucket.to_string()),
        key_marker: Some(naming.write(key_marker.unwrap_or_default())),
        upload_id_marker: Some(id_marker.unwrap_or_default().to_owned()),
        next_key_marker: next.map(|item| naming.write(item.name())),
        next_upload_id_marker: next_id,
        prefix: naming.echo(&input.prefix),
        delimiter: naming.echo(&input.delimiter),
        max_uploads: Some(limit as i32),
        is_truncated: Some(page.truncated),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        ..ListMultipartUploadsOutput::default()
    };
    Ok(respond(output.encode_with(entries(&page), upload_rows(naming, owner(door, call)))))
}

/// Fills in the rows of uploads.
fn upload_rows(naming: Naming, owner: Owner) -> impl FnMut(&mut MultipartUpload, (&str, &ListedUpload)) {
    move |row, (name, upload)| {
        naming.push(anew(&mut row.key), name);
        row.upload_id = Some(upload.id.to_string());
        row.initiated = Some(upload.created);
        row.checksum_algorithm = upload.checksum.map(|(algorithm, _)| algorithm.name().to_owned());
        row.checksum_type = upload.checksum.map(|(_, kind)| kind.name().to_owned());
        if row.storage_class.is_none() {
            row.storage_class = Some("STANDARD".to_owned());
            row.initiator = Some(Initiator { id: owner.id.clone(), display_name: owner.display_name.clone() });
            row.owner = Some(owner.clone());
        }
    }
}
