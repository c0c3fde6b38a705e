//! ListObjectVersions: versions and delete markers.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Item, Listed, ListedVersion, Page, VersionStart};
use coldkeep_wire::s3::{DeleteMarkerEntry, ListObjectVersionsOutput, ListObjectVersionsRequest, ObjectVersion};

use super::owners::Owners;
use super::{Naming, anew, common_prefixes, delimiter, entries, page_size, quote_anew};
use crate::errors::S3Error;
use crate::request::parse_version;
use crate::restore::told;
use crate::{S3, S3Call, respond};

/// ListObjectVersions: the versions of the objects of a bucket, by key, then newest first.
pub(crate) async fn list_object_versions(
    door: &S3,
    call: &S3Call,
    input: ListObjectVersionsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_keys, "maxKeys")?;
    let restores = told::is_asked_for(&input.optional_object_attributes)?;
    let (start, delimiter) = (start(&input)?, delimiter(&input.delimiter));
    let bucket = call.bucket()?;
    let page = match limit {
        0 => Page { items: Vec::new(), truncated: false },
        _ => {
            let (prefix, delimiter) = (input.prefix.as_deref().unwrap_or_default(), delimiter.unwrap_or_default());
            door.store.list_versions(&bucket, prefix, delimiter, &start, limit).await?
        }
    };
    let next = page.items.last().filter(|_| page.truncated);
    let owners = owners(door, call, &page).await?;
    let output = ListObjectVersionsOutput {
        is_truncated: Some(page.truncated),
        key_marker: Some(naming.write(input.key_marker.as_deref().unwrap_or_default())),
        version_id_marker: Some(input.version_id_marker.clone().unwrap_or_default()),
        next_key_marker: next.map(|item| naming.write(item.name())),
        next_version_id_marker: next.and_then(|item| match item {
            Item::Entry(_, version) => Some(version.id.to_string()),
            Item::Prefix(_) => None,
        }),
        name: Some(bucket.to_string()),
        prefix: Some(naming.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: naming.echo(delimiter),
        max_keys: Some(limit as i32),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        delete_markers: markers(&page, naming, &owners),
        ..ListObjectVersionsOutput::default()
    };
    let rows = entries(&page).filter_map(|(name, version)| Some((name, version, version.object.as_ref()?)));
    Ok(respond(output.encode_with(rows, version_rows(naming, call, owners, restores))))
}

/// Behind the key marker; with a version marker, behind that version of it.
fn start(input: &ListObjectVersionsRequest) -> Result<VersionStart, S3Error> {
    let key = input.key_marker.clone().filter(|marker| !marker.is_empty());
    let version = match (&key, input.version_id_marker.as_deref().filter(|marker| !marker.is_empty())) {
        (_, None) => None,
        (None, Some(marker)) => {
            let message = "A version-id marker cannot be specified without a key marker.";
            return Err(S3Error::invalid_argument(message).about("version-id-marker", marker));
        }
        (Some(_), Some(marker)) => Some(parse_version(marker).map_err(|_| {
            S3Error::invalid_argument("Invalid version id specified").about("version-id-marker", marker)
        })?),
    };
    Ok(VersionStart { key, version })
}

/// The owners of the versions of a page.
async fn owners(door: &S3, call: &S3Call, page: &Page<ListedVersion>) -> Result<Owners, S3Error> {
    let accounts = entries(page).filter_map(|(_, version)| version.owner.as_deref()).collect();
    Owners::of(door, call, accounts).await
}

fn markers(page: &Page<ListedVersion>, naming: Naming, owners: &Owners) -> Vec<DeleteMarkerEntry> {
    let marker = |(name, version): (&str, &ListedVersion)| DeleteMarkerEntry {
        owner: Some(owners.owner(version.owner.as_deref()).clone()),
        key: Some(naming.write(name)),
        version_id: Some(version.id.to_string()),
        is_latest: Some(version.is_latest),
        last_modified: Some(version.modified),
    };
    entries(page).filter(|(_, version)| version.object.is_none()).map(marker).collect()
}

/// Fills in the rows of versions.
fn version_rows(
    naming: Naming,
    call: &S3Call,
    owners: Owners,
    restores: bool,
) -> impl FnMut(&mut ObjectVersion, (&str, &ListedVersion, &Listed)) {
    move |row, (name, version, object)| {
        naming.push(anew(&mut row.key), name);
        row.last_modified = Some(object.modified);
        quote_anew(&mut row.etag, |text| object.push_etag(text));
        row.checksum_algorithm =
            object.checksum.map(|(algorithm, _)| algorithm.name().to_owned()).into_iter().collect();
        row.checksum_type = object.checksum.map(|(_, kind)| kind.name().to_owned());
        row.size = Some(object.bytes as i64);
        row.version_id = Some(version.id.to_string());
        row.is_latest = Some(version.is_latest);
        row.storage_class = Some(call.storage_class(object.class).to_owned());
        let owner = owners.owner(object.owner.as_deref());
        if row.owner.as_ref() != Some(owner) {
            row.owner = Some(owner.clone());
        }
        if restores {
            row.restore_status = told::status(object.restore);
        }
    }
}
