//! GetObjectAttributes.

use coldkeep_digest::ChecksumType;
use coldkeep_http::{Body, Response};
use coldkeep_store::Object;
use coldkeep_wire::s3::{
    Checksum, GetObjectAttributesOutput, GetObjectAttributesParts, GetObjectAttributesRequest, ObjectPart,
};

use crate::checksums::set_checksum;
use crate::errors::S3Error;
use crate::listings::page_size;
use crate::{S3, S3Call, respond};

/// What may be asked for.
const ATTRIBUTES: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

/// GetObjectAttributes: those facts of an object that are asked for.
pub(crate) async fn get_object_attributes(
    door: &S3,
    call: &S3Call,
    input: GetObjectAttributesRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    if input.object_attributes.is_empty() {
        return Err(S3Error::no_attributes());
    }
    if let Some(unknown) = input.object_attributes.iter().find(|name| !ATTRIBUTES.contains(&name.as_str())) {
        return Err(
            S3Error::invalid_argument("Invalid attribute name specified.").about("x-amz-object-attributes", unknown)
        );
    }
    let object = door.store.head_version(&call.bucket()?, &call.key()?, call.version()?).await?;
    door.describing(call, object.sealed.as_ref()).await?;
    let asked = |name: &str| input.object_attributes.iter().any(|attribute| attribute == name);
    let mut output = GetObjectAttributesOutput {
        last_modified: Some(object.modified),
        version_id: call.told(object.version)?,
        ..GetObjectAttributesOutput::default()
    };
    if asked("ETag") {
        // Here, and only here, without quotes.
        output.etag = Some(object.etag());
    }
    if asked("ObjectSize") {
        output.object_size = Some(object.bytes as i64);
    }
    if asked("StorageClass") {
        output.storage_class = Some(call.storage_class(object.class).into());
    }
    if let (true, Some(kept)) = (asked("Checksum"), &object.checksum) {
        let mut checksum = Checksum { checksum_type: Some(kept.kind.name().into()), ..Checksum::default() };
        // Here, and only here, a composite one is without its number of parts.
        set_checksum!(checksum, kept.checksum.algorithm(), kept.checksum.to_base64());
        output.checksum = Some(checksum);
    }
    if asked("ObjectParts") && object.parts > 0 {
        output.object_parts = Some(parts(door, &object, &input).await?);
    }
    Ok(respond(output.encode()))
}

/// The parts of an object. Of those whose parts have checksums that make up the object's, a page of them; of the others their
/// number alone, as Amazon answers it (API reference, GetObjectAttributesParts).
async fn parts(
    door: &S3,
    object: &Object,
    input: &GetObjectAttributesRequest,
) -> Result<GetObjectAttributesParts, S3Error> {
    let limit = page_size(input.max_parts, "x-amz-max-parts")?;
    let after = u32::try_from(input.part_number_marker.unwrap_or(0))
        .map_err(|_| S3Error::invalid_argument("x-amz-part-number-marker must be an integer from 0 on"))?;
    let total_parts_count = Some(object.parts as i32);
    if object.checksum.as_ref().is_none_or(|kept| kept.kind != ChecksumType::Composite) {
        return Ok(GetObjectAttributesParts { total_parts_count, ..GetObjectAttributesParts::default() });
    }
    let mut found = door.store.object_parts(object, after, limit + 1).await?;
    let truncated = limit > 0 && found.len() > limit;
    found.truncate(limit);
    let mut parts = GetObjectAttributesParts {
        total_parts_count,
        part_number_marker: Some(after as i32),
        next_part_number_marker: Some(found.last().map_or(0, |part| part.number as i32)),
        max_parts: Some(limit as i32),
        is_truncated: Some(truncated),
        ..GetObjectAttributesParts::default()
    };
    for part in found {
        let mut row = ObjectPart {
            part_number: Some(part.number as i32),
            size: Some(part.bytes as i64),
            ..ObjectPart::default()
        };
        if let Some(kept) = &part.checksum {
            set_checksum!(row, kept.checksum.algorithm(), kept.checksum.to_base64());
        }
        parts.parts.push(row);
    }
    Ok(parts)
}
