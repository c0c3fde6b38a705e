//! GetObject and HeadObject.

use std::ops::Range;

use coldkeep_http::{Asked, Body, Response, ResponseBody, asked};
use coldkeep_store::{Object, ObjectChecksum, ObjectReader, Reader};
use coldkeep_types::PartNumber;
use coldkeep_wire::Encoded;
use coldkeep_wire::s3::{GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderValue};

use super::conditions::Conditions;
use super::put::quoted;
use crate::checksums::{self, set_checksum};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// The content type of an object that was put without one.
const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

/// Which bytes of an object are answered.
struct Selection {
    range: Range<u64>,
    /// `Content-Range`, and with it status 206.
    partial: Option<String>,
    /// Set when a part number was asked for.
    parts: Option<i32>,
    /// Known when all of the object or of a part is answered.
    checksum: Option<ObjectChecksum>,
}

macro_rules! read_output {
    ($output:ident, $input:ident, $object:expr, $selection:expr) => {{
        let (object, selection): (&Object, &Selection) = ($object, $selection);
        let attributes = object.attributes.clone();
        let content_type = $input.response_content_type.or(attributes.content_type);
        let mut output = $output {
            accept_ranges: Some("bytes".into()),
            last_modified: Some(object.modified),
            content_length: Some((selection.range.end - selection.range.start) as i64),
            etag: Some(quoted(&object.etag())),
            cache_control: $input.response_cache_control.or(attributes.cache_control),
            content_disposition: $input.response_content_disposition.or(attributes.content_disposition),
            content_encoding: $input.response_content_encoding.or(attributes.content_encoding),
            content_language: $input.response_content_language.or(attributes.content_language),
            content_range: selection.partial.clone(),
            content_type: Some(content_type.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned())),
            expires: $input.response_expires.or(attributes.expires),
            metadata: attributes.user.into_iter().collect(),
            parts_count: selection.parts,
            ..$output::default()
        };
        if let Some(checksum) = &selection.checksum
            && $input.checksum_mode.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"))
        {
            output.checksum_type = Some(checksum.kind.name().to_owned());
            set_checksum!(output, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
        }
        let mut encoded = output.encode();
        if selection.partial.is_some() {
            encoded.status = StatusCode::PARTIAL_CONTENT;
        }
        encoded
    }};
}

macro_rules! conditions {
    ($input:ident) => {
        Conditions {
            if_match: $input.if_match.clone(),
            if_none_match: $input.if_none_match.clone(),
            if_modified_since: $input.if_modified_since,
            if_unmodified_since: $input.if_unmodified_since,
        }
    };
}

/// GetObject: an object, a range of it, or one of its parts.
pub(crate) async fn get_object(
    door: &S3,
    call: &S3Call,
    input: GetObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let reader = door.store.open_object(&call.bucket()?, &call.key()?).await?;
    conditions!(input).judge_read(&reader.object.etag(), reader.object.modified, call.call.received)?;
    let selection = select(door, &reader, input.range.as_deref(), input.part_number).await?;
    let encoded = read_output!(GetObjectOutput, input, &reader.object, &selection);
    Ok(streamed(encoded, reader.read(selection.range)))
}

/// HeadObject: what GetObject would answer, without the body.
pub(crate) async fn head_object(
    door: &S3,
    call: &S3Call,
    input: HeadObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key) = (call.bucket()?, call.key()?);
    let (object, selection) = match input.part_number {
        // Only a part number needs more than the record.
        Some(_) => {
            let reader = door.store.open_object(&bucket, &key).await?;
            let selection = select(door, &reader, input.range.as_deref(), input.part_number).await;
            (reader.object, selection)
        }
        None => {
            let object = door.store.head_object(&bucket, &key).await?;
            let selection = select_range(&object, input.range.as_deref());
            (object, selection)
        }
    };
    conditions!(input).judge_read(&object.etag(), object.modified, call.call.received)?;
    let selection = selection?;
    let encoded = read_output!(HeadObjectOutput, input, &object, &selection);
    let mut response = respond(encoded);
    let length = selection.range.end - selection.range.start;
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

async fn select(
    door: &S3,
    reader: &ObjectReader,
    range: Option<&str>,
    part_number: Option<i32>,
) -> Result<Selection, S3Error> {
    let Some(number) = part_number else { return select_range(&reader.object, range) };
    if range.is_some() {
        return Err(S3Error::invalid_request("Cannot specify both Range header and partNumber query parameter"));
    }
    let number = PartNumber::new(number.into())?.get();
    let range = reader.part(number)?;
    let object = &reader.object;
    let checksum = match object.parts {
        0 => object.checksum.clone(),
        _ => {
            let parts = door.store.object_parts(object, number - 1, 1).await?;
            parts.into_iter().find(|part| part.number == number).and_then(|part| part.checksum)
        }
    };
    let partial = (!range.is_empty()).then(|| content_range(&range, object.bytes));
    let parts = (object.parts > 0).then_some(object.parts as i32);
    Ok(Selection { range, partial, parts, checksum })
}

fn select_range(object: &Object, range: Option<&str>) -> Result<Selection, S3Error> {
    match range.map_or(Asked::All, |header| asked(header, object.bytes)) {
        Asked::All => {
            Ok(Selection { range: 0..object.bytes, partial: None, parts: None, checksum: object.checksum.clone() })
        }
        Asked::Part(range) => {
            let partial = Some(content_range(&range, object.bytes));
            Ok(Selection { range, partial, parts: None, checksum: None })
        }
        Asked::Unsatisfiable => Err(S3Error::invalid_range(range.unwrap_or_default(), object.bytes)),
    }
}

fn content_range(range: &Range<u64>, bytes: u64) -> String {
    format!("bytes {}-{}/{bytes}", range.start, range.end - 1)
}

fn streamed(encoded: Encoded, reader: Reader) -> Response {
    let mut response = respond(encoded);
    *response.body_mut() = ResponseBody::reading(reader, "an object");
    response
}
