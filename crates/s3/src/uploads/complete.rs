//! CompleteMultipartUpload.

use coldkeep_digest::{Checksum, ChecksumAlgorithm};
use coldkeep_http::{Body, Response};
use coldkeep_store::{DigestName, Error, NamedPart, NamedWhole};
use coldkeep_types::{MAX_PARTS, PartNumber};
use coldkeep_wire::s3::{CompleteMultipartUploadOutput, CompleteMultipartUploadRequest, CompletedPart};

use super::begin::named_upload;
use crate::checksums::{self, checksum_members, checksum_type, set_checksum};
use crate::encryption::Told;
use crate::errors::S3Error;
use crate::lifecycle::told;
use crate::objects::put::{precondition, quoted, unquoted};
use crate::{S3, S3Call};

/// CompleteMultipartUpload: makes an object of the named parts. The same request again within 24 hours gets the same
/// answer.
pub(crate) async fn complete_multipart_upload(
    door: &S3,
    call: &S3Call,
    input: CompleteMultipartUploadRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let (bucket, key, id) = named_upload(door, call, &input.upload_id).await?;
    let precondition = precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?;
    let whole = NamedWhole {
        checksum: whole_checksum(&input)?,
        checksum_type: input.checksum_type.as_deref().map(checksum_type).transpose()?,
        bytes: input
            .mpu_object_size
            .map(|bytes| {
                u64::try_from(bytes).map_err(|_| {
                    S3Error::invalid_request(format!(
                        "Value for x-amz-mp-object-size header is less than zero: '{bytes}'"
                    ))
                })
            })
            .transpose()?,
    };
    let Some(named) = input.multipart_upload else {
        return Err(S3Error::invalid_request("You must specify at least one part"));
    };
    let parts = named.parts;
    if parts.len() > MAX_PARTS as usize {
        return Err(S3Error::malformed_xml());
    }
    let named = parts.into_iter().map(named_part).collect::<Result<Vec<_>, _>>()?;
    door.must_fit(call, (&bucket, &key, id)).await?;
    let done = door.store_for(call).complete_upload(&bucket, &key, id, &named, &whole, &precondition).await;
    let done = done.map_err(|error| refused(error, &named))?;
    let found = call.found()?;
    // Only where there are rules is it worth a look at what came to be.
    let expiration = match found.lifecycle {
        Some(_) => {
            let object = door.store.head_object(&bucket, &key).await.ok();
            object.and_then(|object| told::expiration(&door.store, found, &key, &object))
        }
        None => None,
    };
    let mut output = CompleteMultipartUploadOutput {
        expiration,
        location: Some(call.location(&bucket, &key)),
        bucket: Some(bucket.to_string()),
        key: Some(key.to_string()),
        etag: Some(quoted(&done.etag)),
        version_id: done.version.and_then(|version| call.written(version)),
        ..CompleteMultipartUploadOutput::default()
    };
    if let Some(checksum) = &done.checksum {
        output.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(output, checksum.checksum.algorithm(), checksums::text(checksum, done.parts));
    }
    Ok(Told::of(done.sealed.as_ref(), None).answer(output.encode()))
}

/// Why an upload was not completed, with the ETag of the part it is about.
fn refused(error: Error, named: &[NamedPart]) -> S3Error {
    if let Error::DigestMismatch { name: DigestName::Checksum(algorithm), declared, computed } = &error {
        // Other than where bytes are sent, the algorithm is in small letters.
        return S3Error::bad_digest(&algorithm.name().to_ascii_lowercase(), declared, computed);
    }
    let part = match error {
        Error::InvalidPart(number) | Error::InvalidPartOrder(number) | Error::PartTooSmall { number, .. } => {
            named.iter().find(|part| part.number == number)
        }
        _ => None,
    };
    S3Error::from(error).naming("ETag", part.map(|part| part.etag.as_str()))
}

fn named_part(part: CompletedPart) -> Result<NamedPart, S3Error> {
    let (Some(number), Some(etag)) = (part.part_number, &part.etag) else { return Err(S3Error::malformed_xml()) };
    let invalid = || {
        let message = "Invalid Base64 or multiple checksums present in request";
        S3Error::invalid_argument(message).with("ArgumentName", "Checksum")
    };
    let mut checksums = Vec::new();
    for (algorithm, text) in checksum_members!(part) {
        if let Some(text) = text {
            checksums.push(Checksum::parse_base64(algorithm, text).map_err(|_| invalid())?);
        }
    }
    if checksums.len() > 1 {
        return Err(invalid());
    }
    if number < 1 {
        return Err(S3Error::invalid_argument("PartNumber must be >= 1").about("PartNumber", number.to_string()));
    }
    Ok(NamedPart { number: PartNumber::new(number.into())?.get(), etag: unquoted(etag).to_owned(), checksums })
}

/// The declared checksum of the whole: `value` or, for a composite one, `value-parts`.
fn whole_checksum(input: &CompleteMultipartUploadRequest) -> Result<Option<(Checksum, Option<u32>)>, S3Error> {
    let mut found = None;
    for (algorithm, text) in checksum_members!(input) {
        let Some(text) = text else { continue };
        if found.replace(parse_whole(algorithm, text)?).is_some() {
            return Err(S3Error::invalid_request(
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
            ));
        }
    }
    Ok(found)
}

fn parse_whole(algorithm: ChecksumAlgorithm, text: &str) -> Result<(Checksum, Option<u32>), S3Error> {
    let invalid = || S3Error::invalid_request(format!("Value for {} header is invalid.", algorithm.header_name()));
    let (value, parts) = match text.split_once('-') {
        Some((value, parts)) => (value, Some(parts.parse().map_err(|_| invalid())?)),
        None => (text, None),
    };
    Ok((Checksum::parse_base64(algorithm, value).map_err(|_| invalid())?, parts))
}
