//! UploadPartCopy.

use std::ops::Range;

use coldkeep_http::{Body, Response};
use coldkeep_types::PartNumber;
use coldkeep_wire::s3::{CopyPartResult, UploadPartCopyOutput, UploadPartCopyRequest};

use super::begin::{open_upload, version_of};
use super::range::copied;
use crate::checksums::set_checksum;
use crate::errors::S3Error;
use crate::objects::conditions::Conditions;
use crate::objects::copy::source_version;
use crate::objects::copy_source::{judge, source, source_conditions};
use crate::objects::put::quoted;
use crate::{S3, S3Call};

/// UploadPartCopy: a part with bytes of an object.
pub(crate) async fn upload_part_copy(
    door: &S3,
    call: &S3Call,
    input: UploadPartCopyRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let number = PartNumber::new(input.part_number.into())?;
    let upload = open_upload(door, call, &input.upload_id).await?;
    let (key, told) = door.adding(call, upload.sealed.as_ref()).await?;
    let upload = upload.with_key(key);
    let (from, version) = source(&input.copy_source)?;
    let reader = door.store.open_version(&from.bucket, &from.key, version).await.map_err(|error| from.error(error))?;
    judge(&source_conditions!(input), &reader.object.etag(), reader.object.modified, call.call.received)?;
    let key = door.source_key(call, &from, reader.object.sealed.as_ref()).await?;
    let reader = reader.with_key(key);
    let (bytes, copied_version) = (reader.object.bytes, reader.object.version);
    let range = match input.copy_source_range.as_deref() {
        None => 0..bytes,
        Some(header) => within(header, bytes)?,
    };
    let written = door.store.copy_part(&upload, number.get(), reader, range).await;
    let written = written.map_err(|error| from.error(error))?;
    let mut result = CopyPartResult {
        etag: Some(quoted(&written.part.etag())),
        last_modified: Some(written.part.modified),
        ..CopyPartResult::default()
    };
    if let Some(checksum) = &written.checksum {
        set_checksum!(result, checksum.algorithm(), checksum.to_base64());
    }
    let output = UploadPartCopyOutput {
        copy_part_result: Some(result),
        version_id: version_of(&upload),
        copy_source_version_id: source_version(call, copied_version),
        ..UploadPartCopyOutput::default()
    };
    Ok(told.answer(output.encode()))
}

/// The range to copy, which must lie within the source.
fn within(header: &str, bytes: u64) -> Result<Range<u64>, S3Error> {
    let invalid = |message: &str| S3Error::invalid_argument(message).about("x-amz-copy-source-range", header);
    let range = copied(header).ok_or_else(|| {
        invalid(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
             zero-based offsets of the first and last bytes to copy",
        )
    })?;
    match range {
        range if range.end <= bytes => Ok(range),
        range if range.start < bytes => {
            Err(invalid(&format!("Range specified is not valid for source object of size: {bytes}")))
        }
        _ => Err(S3Error::invalid_request("The specified copy range is invalid for the source object size")),
    }
}
