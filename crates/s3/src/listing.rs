//! ListObjects, ListObjectsV2 and ListMultipartUploads.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coldkeep_auth::uri;
use coldkeep_http::{Body, Response};
use coldkeep_store::{Item, Listed, ListedUpload, Page, Start};
use coldkeep_types::Id;
use coldkeep_wire::s3::{
    CommonPrefix, Initiator, ListMultipartUploadsOutput, ListMultipartUploadsRequest, ListObjectsOutput,
    ListObjectsRequest, ListObjectsV2Output, ListObjectsV2Request, MultipartUpload, Object, Owner,
};

use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// 1,000: the most entries of a page, and how many it has unless fewer are asked for.
const PAGE: usize = 1000;

/// How many entries a page shall have. More than the most is not an error.
pub(crate) fn page_size(asked: Option<i32>, name: &'static str) -> Result<usize, S3Error> {
    match asked {
        None => Ok(PAGE),
        Some(asked) => usize::try_from(asked).map(|asked| asked.min(PAGE)).map_err(|_| {
            S3Error::invalid_argument(&format!("Argument {name} must be an integer between 0 and 2147483647"))
                .with("ArgumentName", name)
                .with("ArgumentValue", asked.to_string())
        }),
    }
}

/// How names are written in an answer: as they are, or percent-encoded for clients whose XML parser could not read
/// some of them.
#[derive(Clone, Copy)]
struct Naming {
    encoded: bool,
}

impl Naming {
    fn of(encoding_type: Option<&str>) -> Result<Self, S3Error> {
        match encoding_type {
            None | Some("") => Ok(Self { encoded: false }),
            Some("url") => Ok(Self { encoded: true }),
            Some(other) => Err(S3Error::invalid_argument("Invalid Encoding Method specified in Request")
                .with("ArgumentName", "encoding-type")
                .with("ArgumentValue", other)),
        }
    }

    fn write(self, name: &str) -> String {
        let mut text = String::new();
        self.push(&mut text, name);
        text
    }

    fn push(self, text: &mut String, name: &str) {
        if self.encoded { text.push_str(&uri::encode_path(name.as_bytes())) } else { text.push_str(name) }
    }

    fn echo(self, name: &Option<String>) -> Option<String> {
        name.as_deref().map(|name| self.write(name))
    }

    fn name(self) -> Option<String> {
        self.encoded.then(|| "url".to_owned())
    }
}

/// The entries of a page, without its common prefixes.
fn entries<T>(page: &Page<T>) -> impl Iterator<Item = (&str, &T)> {
    page.items.iter().filter_map(|item| match item {
        Item::Entry(name, entry) => Some((name.as_str(), entry)),
        Item::Prefix(_) => None,
    })
}

/// A field's text, emptied to be written anew: rows are written with the same strings again and again.
fn anew(field: &mut Option<String>) -> &mut String {
    let text = field.get_or_insert_default();
    text.clear();
    text
}

/// An ETag field, written anew, in its quotes.
fn quote_anew(field: &mut Option<String>, push: impl FnOnce(&mut String)) {
    let text = anew(field);
    text.push('"');
    push(text);
    text.push('"');
}

/// Fills in the rows of objects.
fn object_rows(naming: Naming, owner: Option<Owner>) -> impl FnMut(&mut Object, (&str, &Listed)) {
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
        if row.storage_class.is_none() {
            row.storage_class = Some("STANDARD".to_owned());
            row.owner = owner.clone();
        }
    }
}

/// The common prefixes of a page.
fn common_prefixes<T>(items: &[Item<T>], naming: Naming) -> Vec<CommonPrefix> {
    let row = |item: &Item<T>| match item {
        Item::Prefix(prefix) => Some(CommonPrefix { prefix: Some(naming.write(prefix)) }),
        Item::Entry(..) => None,
    };
    items.iter().filter_map(row).collect()
}

fn owner(door: &S3, call: &S3Call) -> Owner {
    Owner { id: Some(call.account(door).to_string()), display_name: Some("root".into()) }
}

/// ListObjects: the objects of a bucket, by key.
pub(crate) async fn list_objects(
    door: &S3,
    call: &S3Call,
    input: ListObjectsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_keys, "max-keys")?;
    let start = after(input.marker.as_deref());
    let page = page_of_objects(door, call, &input.prefix, &input.delimiter, &start, limit).await?;
    // Without a delimiter, the last key of the page is where the next one begins, and clients know that.
    let next = page.items.last().filter(|_| page.truncated && input.delimiter.is_some());
    let output = ListObjectsOutput {
        is_truncated: Some(page.truncated),
        marker: Some(naming.write(input.marker.as_deref().unwrap_or_default())),
        next_marker: next.map(|item| naming.write(item.name())),
        name: Some(call.bucket()?.to_string()),
        prefix: Some(naming.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: naming.echo(&input.delimiter),
        max_keys: Some(limit as i32),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        ..ListObjectsOutput::default()
    };
    Ok(respond(output.encode_with(entries(&page), object_rows(naming, Some(owner(door, call))))))
}

/// ListObjectsV2: the objects of a bucket, by key.
pub(crate) async fn list_objects_v2(
    door: &S3,
    call: &S3Call,
    input: ListObjectsV2Request,
    _body: Body,
) -> Result<Response, S3Error> {
    let naming = Naming::of(input.encoding_type.as_deref())?;
    let limit = page_size(input.max_keys, "max-keys")?;
    let start = match &input.continuation_token {
        Some(token) => Start::After(from_token(token)?),
        None => after(input.start_after.as_deref()),
    };
    let page = page_of_objects(door, call, &input.prefix, &input.delimiter, &start, limit).await?;
    let shown = input.fetch_owner.unwrap_or(false).then(|| owner(door, call));
    let next = page.items.last().filter(|_| page.truncated);
    let output = ListObjectsV2Output {
        is_truncated: Some(page.truncated),
        name: Some(call.bucket()?.to_string()),
        prefix: Some(naming.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: naming.echo(&input.delimiter),
        max_keys: Some(limit as i32),
        common_prefixes: common_prefixes(&page.items, naming),
        encoding_type: naming.name(),
        key_count: Some(page.items.len() as i32),
        continuation_token: input.continuation_token.clone(),
        next_continuation_token: next.map(|item| URL_SAFE_NO_PAD.encode(item.name())),
        start_after: naming.echo(&input.start_after),
        ..ListObjectsV2Output::default()
    };
    Ok(respond(output.encode_with(entries(&page), object_rows(naming, shown))))
}

fn after(name: Option<&str>) -> Start {
    name.filter(|name| !name.is_empty()).map_or(Start::First, |name| Start::After(name.to_owned()))
}

fn from_token(token: &str) -> Result<String, S3Error> {
    let name = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    name.filter(|name| !name.is_empty()).ok_or_else(|| {
        S3Error::invalid_argument("The continuation token provided is incorrect")
            .with("ArgumentName", "continuation-token")
    })
}

async fn page_of_objects(
    door: &S3,
    call: &S3Call,
    prefix: &Option<String>,
    delimiter: &Option<String>,
    start: &Start,
    limit: usize,
) -> Result<Page<Listed>, S3Error> {
    let bucket = call.bucket()?;
    if limit == 0 {
        door.store.bucket(&bucket).await?;
        return Ok(Page { items: Vec::new(), truncated: false });
    }
    let (prefix, delimiter) = (prefix.as_deref().unwrap_or_default(), delimiter.as_deref().unwrap_or_default());
    Ok(door.store.list_objects(&bucket, prefix, delimiter, start, limit).await?)
}

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
