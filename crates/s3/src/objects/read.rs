//! GetObject and HeadObject.

use coldkeep_http::{Body, Response, ResponseBody};
use coldkeep_store::{Object, Reader, StorageClass};
use coldkeep_types::PartNumber;
use coldkeep_wire::s3::{GetObjectOutput, GetObjectRequest, HeadObjectOutput, HeadObjectRequest};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderValue};

use super::conditions::{Conditions, range_holds};
use super::metadata::sendable;
use super::put::quoted;
use super::selection::{Selection, Wanted};
use crate::checksums::set_checksum;
use crate::errors::S3Error;
use crate::lifecycle::told::expiration;
use crate::{S3, S3Call, restore};

/// The content type of an object that was put without one.
const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";

macro_rules! read_output {
    ($output:ident, $door:ident, $call:ident, $input:ident, $object:expr, $selection:expr) => {{
        let (object, selection): (&Object, Selection) = ($object, $selection);
        let found = $call.found()?;
        let expiration = match found.lifecycle {
            // Who names a version, be it the current one, is told nothing.
            Some(_) if $call.version()?.is_none() => expiration(&$door.store, found, &$call.key()?, object),
            _ => None,
        };
        for (name, value) in [
            ("response-cache-control", &$input.response_cache_control),
            ("response-content-disposition", &$input.response_content_disposition),
            ("response-content-encoding", &$input.response_content_encoding),
            ("response-content-language", &$input.response_content_language),
            ("response-content-type", &$input.response_content_type),
            ("response-expires", &$input.response_expires),
        ] {
            if value.is_some() && $call.caller.is_none() {
                let message = "Request specific response headers cannot be used for anonymous GET requests.";
                return Err(S3Error::invalid_request(message));
            }
            sendable(name, value)?;
        }
        let lock = $door.shown_lock($call, object);
        let is_partial = selection.partial.is_some();
        let attributes = object.attributes.clone();
        let content_type = $input.response_content_type.or(attributes.content_type);
        let mut output = $output {
            accept_ranges: Some("bytes".into()),
            last_modified: Some(object.modified),
            content_length: Some((selection.range.end - selection.range.start) as i64),
            etag: Some(quoted(&object.etag())),
            expiration,
            cache_control: $input.response_cache_control.or(attributes.cache_control),
            content_disposition: $input.response_content_disposition.or(attributes.content_disposition),
            content_encoding: $input.response_content_encoding.or(attributes.content_encoding),
            content_language: $input.response_content_language.or(attributes.content_language),
            content_range: selection.partial,
            content_type: Some(content_type.unwrap_or_else(|| DEFAULT_CONTENT_TYPE.to_owned())),
            expires: $input.response_expires.or(attributes.expires),
            metadata: attributes.user.into_iter().collect(),
            parts_count: selection.parts,
            restore: restore::told::header(object.restore),
            version_id: $call.told(object.version)?,
            storage_class: (object.class != StorageClass::Standard).then(|| object.class.name().to_owned()),
            tag_count: $door.shown_tags($call, object),
            object_lock_mode: lock.mode,
            object_lock_retain_until_date: lock.until,
            object_lock_legal_hold_status: lock.hold,
            object_lock_event_hold: lock.event_hold,
            object_lock_event_hold_duration_days: lock.days,
            object_lock_event_hold_duration_years: lock.years,
            website_redirect_location: attributes.redirect,
            ..$output::default()
        };
        if let Some(shown) = selection.checksum {
            output.checksum_type = Some(shown.kind.name().to_owned());
            set_checksum!(output, shown.algorithm, shown.text);
        }
        let mut encoded = output.encode();
        if is_partial {
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

macro_rules! wanted {
    ($call:ident, $input:ident, $part:ident, $object:expr) => {{
        let object: &Object = $object;
        let held = |range: &&str| {
            let if_range = $call.header("if-range");
            !range.is_empty() && (if_range.is_none() || range_holds(if_range, &object.etag(), object.modified))
        };
        Wanted {
            range: $input.range.as_deref().filter(held),
            part: $part,
            checksum: $input.checksum_mode.as_deref().is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED")),
        }
    }};
}

/// GetObject: an object, a range of it, or one of its parts.
pub(crate) async fn get_object(
    door: &S3,
    call: &S3Call,
    input: GetObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let part = part_number(input.part_number)?;
    let reader = door.store.open_version(&call.bucket()?, &call.key()?, call.version()?).await?;
    let (key, told) = door.reading(call, reader.object.sealed.as_ref()).await?;
    let reader = reader.with_key(key);
    let object = &reader.object;
    conditions!(input).judge_read(&object.etag(), object.modified, call.call.received)?;
    let wanted = wanted!(call, input, part, object);
    let selection = match wanted.needs_parts(object) {
        true => wanted.select_parts(door, &reader).await?,
        false => wanted.select(object)?,
    };
    let range = selection.range.clone();
    let encoded = read_output!(GetObjectOutput, door, call, input, object, selection);
    let mut reader = reader.read(range);
    reader.prepare().await?;
    Ok(streamed(told.answer(encoded), reader))
}

/// HeadObject: what GetObject would answer, without the body.
pub(crate) async fn head_object(
    door: &S3,
    call: &S3Call,
    input: HeadObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let part = part_number(input.part_number)?;
    let (bucket, key, version) = (call.bucket()?, call.key()?, call.version()?);
    let mut object = door.store.head_version(&bucket, &key, version).await?;
    let told = door.describing(call, object.sealed.as_ref()).await?;
    conditions!(input).judge_read(&object.etag(), object.modified, call.call.received)?;
    let wanted = wanted!(call, input, part, &object);
    let selection = if wanted.needs_parts(&object) {
        let reader = door.store.open_version(&bucket, &key, version).await?;
        let selection = wanted.select_parts(door, &reader).await?;
        object = *reader.object;
        selection
    } else {
        wanted.select(&object)?
    };
    let length = selection.range.end - selection.range.start;
    let encoded = read_output!(HeadObjectOutput, door, call, input, &object, selection);
    let mut response = told.answer(encoded);
    // Nobody but HEAD finds one archived.
    if let Some(tier) = object.tier {
        response.headers_mut().insert("x-amz-archive-status", HeaderValue::from_static(tier.name()));
    }
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

/// The part that is asked for: refused if there can be none, whether the object is there or not.
fn part_number(number: Option<i32>) -> Result<Option<PartNumber>, S3Error> {
    Ok(number.map(|number| PartNumber::new(number.into())).transpose()?)
}

fn streamed(mut response: Response, reader: Reader) -> Response {
    *response.body_mut() = ResponseBody::reading(reader, "an object");
    response
}
