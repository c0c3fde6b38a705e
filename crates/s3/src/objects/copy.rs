//! CopyObject.

use coldkeep_http::{Body, Response};
use coldkeep_store::{CopyTarget, Error, Object};
use coldkeep_wire::Encoded;
use coldkeep_wire::s3::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult};

use super::conditions::Conditions;
use super::copy_source::{judge, source, source_conditions};
use super::metadata::attributes;
use super::put::{precondition, quoted};
use crate::access::grants::of_new_object;
use crate::checksums::{self, algorithm, set_checksum};
use crate::encryption::asks_for_encryption;
use crate::errors::S3Error;
use crate::{S3, S3Call};

/// How often a source is read anew that changes while it is copied: each time, somebody else has written it.
const MAX_TRIES: usize = 1000;

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
    let changes = replace || input.storage_class.is_some() || asks_for_encryption(&call.call);
    if !changes && (&from.bucket, &from.key) == (&bucket, &key) {
        return Err(S3Error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the \
             object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let found = call.found()?;
    let mut target = CopyTarget {
        access: of_new_object(door, call, found).await?,
        bucket,
        key,
        algorithm: input.checksum_algorithm.as_deref().map(algorithm).transpose()?,
        precondition: precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?,
        attributes: if replace { Some(attributes!(input)) } else { None },
        sealing: None,
    };
    for _ in 0..MAX_TRIES {
        let reader = door.store.open_object(&from.bucket, &from.key).await.map_err(|error| from.error(error))?;
        judge(&conditions, &reader.object.etag(), reader.object.modified, call.call.received)?;
        let key = door.source_key(call, &from, reader.object.sealed.as_ref()).await?;
        let (sealing, told) = door.copying(call, found, key.as_ref()).await?;
        target.sealing = sealing;
        let copied = door.store.copy_object(&reader.with_key(key), &target).await.map_err(|error| match error {
            Error::TooLarge { .. } => from.error(error),
            // A key that is missing is the target's, which a condition wants to be there: the source was.
            error => error.into(),
        })?;
        if let Some(object) = copied {
            return Ok(told.answer(answer(&object)));
        }
    }
    Err(Error::Busy.into())
}

fn answer(object: &Object) -> Encoded {
    let mut result = CopyObjectResult {
        etag: Some(quoted(&object.etag())),
        last_modified: Some(object.modified),
        ..CopyObjectResult::default()
    };
    if let Some(checksum) = &object.checksum {
        result.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(result, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
    }
    CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() }.encode()
}
