//! ListObjectVersions. Without versioning every object has one version, the `null` one, and there are no delete markers.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Item, Listed, Start};
use coldkeep_wire::s3::{ListObjectVersionsOutput, ListObjectVersionsRequest, ObjectVersion};

use super::owners::Owners;
use super::{Naming, after, anew, common_prefixes, delimiter, entries, owners, page_of_objects, page_size, quote_anew};
use crate::errors::S3Error;
use crate::request::known_version;
use crate::{S3, S3Call, respond};

/// ListObjectVersions: the versions of the objects of a bucket, by key.
pub(crate) async fn list_object_versions(
    door: &S3,
    call: &S3Call,
    input: ListObjectVersionsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_keys, "maxKeys")?;
    let (start, delimiter) = (start(&input)?, delimiter(&input.delimiter));
    let page = page_of_objects(door, call, &input.prefix, delimiter, &start, limit).await?;
    let next = page.items.last().filter(|_| page.truncated);
    let output = ListObjectVersionsOutput {
        is_truncated: Some(page.truncated),
        key_marker: Some(naming.write(input.key_marker.as_deref().unwrap_or_default())),
        version_id_marker: Some(input.version_id_marker.clone().unwrap_or_default()),
        next_key_marker: next.map(|item| naming.write(item.name())),
        next_version_id_marker: next.and_then(|item| match item {
            Item::Entry(..) => Some("null".to_owned()),
            Item::Prefix(_) => None,
        }),
        name: Some(call.bucket()?.to_string()),
        prefix: Some(naming.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: naming.echo(delimiter),
        max_keys: Some(limit as i32),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        ..ListObjectVersionsOutput::default()
    };
    Ok(respond(
        output
            .encode_with(entries(&page), version_rows(naming, call.storage_class(), owners(door, call, &page).await?)),
    ))
}

/// Behind the key marker, whose only version is behind it in either form.
fn start(input: &ListObjectVersionsRequest) -> Result<Start, S3Error> {
    let key = input.key_marker.as_deref().filter(|marker| !marker.is_empty());
    match (key, input.version_id_marker.as_deref().filter(|marker| !marker.is_empty())) {
        (_, None) => {}
        (None, Some(marker)) => {
            let message = "A version-id marker cannot be specified without a key marker.";
            return Err(S3Error::invalid_argument(message).about("version-id-marker", marker));
        }
        (Some(_), Some(marker)) => known_version(marker).map_err(|_| {
            S3Error::invalid_argument("Invalid version id specified").about("version-id-marker", marker)
        })?,
    }
    Ok(after(key))
}

/// Fills in the rows of versions.
fn version_rows(
    naming: Naming,
    class: &'static str,
    owners: Owners,
) -> impl FnMut(&mut ObjectVersion, (&str, &Listed)) {
    move |row, (name, object)| {
        naming.push(anew(&mut row.key), name);
        row.last_modified = Some(object.modified);
        quote_anew(&mut row.etag, |text| object.push_etag(text));
        row.checksum_algorithm =
            object.checksum.map(|(algorithm, _)| algorithm.name().to_owned()).into_iter().collect();
        row.checksum_type = object.checksum.map(|(_, kind)| kind.name().to_owned());
        row.size = Some(object.bytes as i64);
        if row.version_id.is_none() {
            row.version_id = Some("null".to_owned());
            row.is_latest = Some(true);
            row.storage_class = Some(class.to_owned());
        }
        let owner = owners.owner(object.owner.as_deref());
        if row.owner.as_ref() != Some(owner) {
            row.owner = Some(owner.clone());
        }
    }
}
