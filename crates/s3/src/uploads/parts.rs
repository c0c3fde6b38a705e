//! UploadPart and ListParts.

use coldkeep_digest::ChecksumType;
use coldkeep_http::{Body, Response};
use coldkeep_types::{MAX_PART_BYTES, PartNumber};
use coldkeep_wire::s3::{ListPartsOutput, ListPartsRequest, Part, UploadPartOutput, UploadPartRequest};

use super::begin::{open_upload, version_of};
use crate::checksums::{declared, set_checksum};
use crate::errors::S3Error;
use crate::lifecycle::told;
use crate::listings::owners::{Owners, root_of};
use crate::listings::page_size;
use crate::locks::asked::must_be_proven;
use crate::objects::put::quoted;
use crate::{S3, S3Call, respond};

/// UploadPart: stores one part of an open upload. Sending the same number again replaces the part.
pub(crate) async fn upload_part(
    door: &S3,
    call: &S3Call,
    input: UploadPartRequest,
    mut body: Body,
) -> Result<Response, S3Error> {
    let number = PartNumber::new(input.part_number.into())?;
    let declared = declared(call)?;
    let upload = open_upload(door, call, &input.upload_id).await?;
    must_be_proven(call, call.found()?, &upload.lock, "Put Part")?;
    match (upload.algorithm, declared.algorithm()) {
        // The composite checksum is one of the parts' checksums as their sender knew them.
        (Some(chosen), None) if upload.checksum_type == ChecksumType::Composite => {
            return Err(S3Error::checksum_unfit(Some(chosen), None));
        }
        (Some(chosen), _) if declared.named.is_some_and(|named| named != chosen) => {
            return Err(S3Error::checksum_unfit(Some(chosen), declared.named));
        }
        _ => {}
    }
    let (key, told) = door.adding(call, upload.sealed.as_ref()).await?;
    let upload = upload.with_key(key);
    let (expected, trailing) = (declared.expected, declared.trailing);
    let written = door.store.put_part(&upload, number.get(), expected, trailing, &mut body, MAX_PART_BYTES).await?;
    let mut output = UploadPartOutput {
        etag: Some(quoted(&written.part.etag())),
        version_id: version_of(&upload),
        ..UploadPartOutput::default()
    };
    if let Some(checksum) = &written.checksum {
        set_checksum!(output, checksum.algorithm(), checksum.to_base64());
    }
    Ok(told.answer(output.encode()))
}

/// ListParts: the parts of an open upload, by number.
pub(crate) async fn list_parts(
    door: &S3,
    call: &S3Call,
    input: ListPartsRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key) = (call.bucket()?, call.key()?);
    let upload = open_upload(door, call, &input.upload_id).await?;
    let limit = page_size(input.max_parts, "max-parts")?;
    let after = match input.part_number_marker {
        None => 0,
        Some(marker) => u32::try_from(marker).map_err(|_| {
            S3Error::invalid_argument("Argument part-number-marker must be an integer between 0 and 2147483647")
                .about("part-number-marker", marker.to_string())
        })?,
    };
    let mut parts = door.store.list_parts(&upload, Some(after), limit + 1).await?;
    let truncated = limit > 0 && parts.len() > limit;
    parts.truncate(limit);
    let (owner, arn) = (upload.access.owner.as_deref(), upload.access.initiator.as_deref());
    let owners = Owners::of(door, call, [owner, arn.and_then(root_of)].into_iter().flatten().collect()).await?;
    let (abort_date, abort_rule_id) = told::abort(&door.store, call.found()?, &key, &upload);
    let output = ListPartsOutput {
        abort_date,
        abort_rule_id,
        bucket: Some(bucket.to_string()),
        key: Some(key.to_string()),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(after as i32),
        next_part_number_marker: Some(parts.last().map_or(0, |part| part.index as i32)),
        max_parts: Some(limit as i32),
        is_truncated: Some(truncated),
        initiator: Some(owners.initiator(arn)),
        owner: Some(owners.owner(owner).clone()),
        storage_class: Some(call.storage_class(upload.class).into()),
        version_id: version_of(&upload),
        checksum_algorithm: upload.algorithm.map(|algorithm| algorithm.name().to_owned()),
        checksum_type: upload.algorithm.map(|_| upload.checksum_type.name().to_owned()),
        ..ListPartsOutput::default()
    };
    // A checksum that nobody asked for is not shown.
    let shown = upload.algorithm.is_some();
    let fill = |row: &mut Part, part: &coldkeep_store::Part| {
        *row = Part {
            part_number: Some(part.index as i32),
            last_modified: Some(part.modified),
            etag: Some(quoted(&part.etag())),
            size: Some(part.bytes as i64),
            ..Part::default()
        };
        if let (true, Some(kept)) = (shown, &part.checksum) {
            set_checksum!(row, kept.checksum.algorithm(), kept.checksum.to_base64());
        }
    };
    Ok(respond(output.encode_with(&parts, fill)))
}
