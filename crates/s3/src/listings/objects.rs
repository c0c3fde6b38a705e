//! ListObjects and ListObjectsV2.

use coldkeep_http::{Body, Response};
use coldkeep_store::{Listed, Start};
use coldkeep_wire::s3::{ListObjectsOutput, ListObjectsRequest, ListObjectsV2Output, ListObjectsV2Request, Object};
use http::HeaderValue;

use super::owners::Owners;
use super::{
    Naming, after, anew, common_prefixes, delimiter, entries, owners, page_of_objects, page_size, quote_anew, token,
};
use crate::errors::S3Error;
use crate::restore::told;
use crate::{S3, S3Call, respond};

/// ListObjects: the objects of a bucket, by key.
pub(crate) async fn list_objects(
    door: &S3,
    call: &S3Call,
    input: ListObjectsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_keys, "maxKeys")?;
    let restores = told::is_asked_for(&input.optional_object_attributes)?;
    refuse_of_v2(call)?;
    let (start, delimiter) = (after(input.marker.as_deref()), delimiter(&input.delimiter));
    let page = page_of_objects(door, call, &input.prefix, delimiter, &start, limit).await?;
    // Without a delimiter, the last key of the page is where the next one begins, and clients know that.
    let next = page.items.last().filter(|_| page.truncated && delimiter.is_some());
    let output = ListObjectsOutput {
        is_truncated: Some(page.truncated),
        marker: Some(naming.write(input.marker.as_deref().unwrap_or_default())),
        next_marker: next.map(|item| naming.write(item.name())),
        name: Some(call.bucket()?.to_string()),
        prefix: Some(naming.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: naming.echo(delimiter),
        max_keys: Some(limit as i32),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        ..ListObjectsOutput::default()
    };
    let owners = owners(door, call, &page).await?;
    with_region(call, respond(output.encode_with(entries(&page), object_rows(naming, call, Some(owners), restores))))
}

/// ListObjectsV2: the objects of a bucket, by key.
pub(crate) async fn list_objects_v2(
    door: &S3,
    call: &S3Call,
    input: ListObjectsV2Request,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_keys, "maxKeys")?;
    let restores = told::is_asked_for(&input.optional_object_attributes)?;
    let start = match &input.continuation_token {
        Some(token) => Start::After(token::read(token, |_| true)?),
        None => after(input.start_after.as_deref()),
    };
    let delimiter = delimiter(&input.delimiter);
    let page = page_of_objects(door, call, &input.prefix, delimiter, &start, limit).await?;
    let shown = match input.fetch_owner {
        Some(true) => Some(owners(door, call, &page).await?),
        Some(false) | None => None,
    };
    let next = page.items.last().filter(|_| page.truncated);
    let output = ListObjectsV2Output {
        is_truncated: Some(page.truncated),
        name: Some(call.bucket()?.to_string()),
        prefix: Some(naming.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: naming.echo(delimiter),
        max_keys: Some(limit as i32),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        key_count: Some(page.items.len() as i32),
        continuation_token: input.continuation_token.clone(),
        next_continuation_token: next.map(|item| token::write(item.name())),
        // Beside a token it does not count.
        start_after: naming.echo(input.start_after.as_deref()),
        ..ListObjectsV2Output::default()
    };
    with_region(call, respond(output.encode_with(entries(&page), object_rows(naming, call, shown, restores))))
}

/// A list of objects tells the region of its bucket. The model does not know it; clients look for it there.
fn with_region(call: &S3Call, mut response: Response) -> Result<Response, S3Error> {
    let region = HeaderValue::from_str(&call.found()?.region).map_err(|_| S3Error::internal())?;
    response.headers_mut().insert("x-amz-bucket-region", region);
    Ok(response)
}

/// What only ListObjectsV2 understands would be ignored here.
fn refuse_of_v2(call: &S3Call) -> Result<(), S3Error> {
    let of_v2 = ["start-after", "continuation-token", "fetch-owner"];
    match call.call.query.iter().find(|(name, _)| of_v2.contains(&name.as_str())) {
        None => Ok(()),
        Some((name, value)) => {
            Err(S3Error::invalid_argument(&format!("{name} is only supported with list-type=2")).about(name, value))
        }
    }
}

/// Fills in the rows of objects.
fn object_rows(
    naming: Naming,
    call: &S3Call,
    owners: Option<Owners>,
    restores: bool,
) -> impl FnMut(&mut Object, (&str, &Listed)) {
    move |row, (name, object)| {
        naming.push(anew(&mut row.key), name);
        row.last_modified = Some(object.modified);
        quote_anew(&mut row.etag, |text| object.push_etag(text));
        let names = object.checksum.map(|(algorithm, kind)| (algorithm.name(), kind.name()));
        if row.checksum_algorithm.first().map(String::as_str) != names.map(|(algorithm, _)| algorithm) {
            row.checksum_algorithm = names.map(|(algorithm, _)| algorithm.to_owned()).into_iter().collect();
        }
        if row.checksum_type.as_deref() != names.map(|(_, kind)| kind) {
            row.checksum_type = names.map(|(_, kind)| kind.to_owned());
        }
        row.size = Some(object.bytes as i64);
        let class = call.storage_class(object.class);
        if row.storage_class.as_deref() != Some(class) {
            row.storage_class = Some(class.to_owned());
        }
        if let Some(owner) = owners.as_ref().map(|owners| owners.owner(object.owner.as_deref()))
            && row.owner.as_ref() != Some(owner)
        {
            row.owner = Some(owner.clone());
        }
        if restores {
            row.restore_status = told::status(object.restore);
        }
    }
}
