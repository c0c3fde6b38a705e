//! CopyObject.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use coldkeep_http::{Body, Response};
use coldkeep_store::CopyTarget;
use coldkeep_wire::s3::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult};

use super::conditions::Conditions;
use super::copy_source::{judge, source, source_conditions};
use super::metadata::attributes;
use super::put::{precondition, quoted};
use crate::access::grants::of_new_object;
use crate::checksums::{self, algorithm, set_checksum};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// CopyObject: a new object with the bytes of another, up to 5 GiB.
pub(crate) async fn copy_object(
    door: &S3,
    call: &S3Call,
    input: CopyObjectRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let from = source(&input.copy_source)?;
    let (bucket, key) = (call.bucket()?, call.key()?);
    let conditions = source_conditions!(input);
    let replace = match input.metadata_directive.as_deref() {
        None | Some("COPY") => false,
        Some("REPLACE") => true,
        Some(other) => {
            let error = S3Error::invalid_argument("Unknown metadata directive.");
            return Err(error.about("x-amz-metadata-directive", other));
        }
    };
    // Whoever names a class, be it the one it has, changes what Amazon counts as a change.
    if !replace && input.storage_class.is_none() && (&from.bucket, &from.key) == (&bucket, &key) {
        return Err(S3Error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let target = CopyTarget {
        access: of_new_object(door, call, call.found()?).await?,
        bucket,
        key,
        algorithm: input.checksum_algorithm.as_deref().map(algorithm).transpose()?,
        precondition: precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?,
        attributes: if replace { Some(attributes!(input)) } else { None },
    };
    let (refusal, found) = (Mutex::new(None), AtomicBool::new(false));
    let copied = door.store.copy_object(&from.bucket, &from.key, &target, |object| {
        found.store(true, Ordering::Relaxed);
        judge(&conditions, &object.etag(), object.modified, call.call.received).map_err(|error| {
            *refusal.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(error);
            coldkeep_store::Error::PreconditionFailed(coldkeep_store::Condition::IfMatch)
        })
    });
    let copied = copied.await;
    if let Some(error) = refusal.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        return Err(error);
    }
    let object = copied.map_err(|error| match error {
        // The target's, which a condition wants to be there: the source was.
        coldkeep_store::Error::NoSuchKey if found.load(Ordering::Relaxed) => error.into(),
        error => from.error(error),
    })?;
    let mut result = CopyObjectResult {
        etag: Some(quoted(&object.etag())),
        last_modified: Some(object.modified),
        ..CopyObjectResult::default()
    };
    if let Some(checksum) = &object.checksum {
        result.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(result, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
    }
    Ok(respond(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() }.encode()))
}
