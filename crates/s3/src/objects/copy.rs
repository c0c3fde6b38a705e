//! CopyObject.

use coldkeep_http::{Body, Response};
use coldkeep_seal::Scheme;
use coldkeep_store::{Bucket, CopyTarget, Error, Object, VersionId};
use coldkeep_wire::Encoded;
use coldkeep_wire::s3::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult};

use super::conditions::Conditions;
use super::copy_source::{judge, source, source_conditions};
use super::metadata::{attributes, class, redirect};
use super::put::{precondition, quoted, tags_of};
use crate::access::grants::of_new_object;
use crate::checksums::{self, algorithm, set_checksum};
use crate::encryption::asks_for_encryption;
use crate::errors::S3Error;
use crate::lifecycle::told::expiration;
use crate::locks::asked::{asked, named};
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
    let (from, version) = source(&input.copy_source)?;
    let (bucket, key) = (call.bucket()?, call.key()?);
    let conditions = source_conditions!(input);
    let replace = replaces("metadata", input.metadata_directive.as_deref())?;
    let replace_tags = replaces("tagging", input.tagging_directive.as_deref())?;
    // Whoever names a class, be it the one it has, changes what Amazon counts as a change; and an old version is made the current one.
    let changes = replace
        || input.storage_class.is_some()
        || input.website_redirect_location.is_some()
        || asks_for_encryption(&call.call);
    let onto_itself = !changes && version.is_none() && (&from.bucket, &from.key) == (&bucket, &key);
    let found = call.found()?;
    let mut target = CopyTarget {
        access: of_new_object(door, call, found).await?,
        bucket,
        key,
        algorithm: input.checksum_algorithm.as_deref().map(algorithm).transpose()?,
        precondition: precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?,
        class: class(input.storage_class.as_deref())?,
        // Without the directive, tags that are sent count for nothing, as at Amazon.
        tags: if replace_tags { Some(tags_of(input.tagging.as_deref())?.unwrap_or_default()) } else { None },
        redirect: redirect(input.website_redirect_location.clone())?,
        attributes: if replace { Some(attributes!(input)) } else { None },
        sealing: None,
        lock: asked(call, found, named!(input))?,
    };
    for _ in 0..MAX_TRIES {
        let opened = door.store.open_version(&from.bucket, &from.key, version).await;
        let reader = opened.map_err(|error| from.error(error))?;
        if onto_itself && !loses_key(found, &reader.object) {
            return Err(S3Error::invalid_request(
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes.",
            ));
        }
        if !replace_tags {
            door.may_copy_tags(call, from.key.as_str(), from.version.as_deref(), &reader.object)?;
        }
        let reader = match input.annotation_directive.as_deref() {
            Some("EXCLUDE") => reader.without_annotations(),
            _ => reader,
        };
        door.may_copy_annotations(call, from.key.as_str(), from.version.as_deref(), &reader.object)?;
        judge(&conditions, &reader.object.etag(), reader.object.modified, call.call.received)?;
        let copied_version = reader.object.version;
        let key = door.source_key(call, &from, reader.object.sealed.as_ref()).await?;
        let (sealing, told) = door.copying(call, found, key.as_ref()).await?;
        target.sealing = sealing;
        let copied =
            door.store_for(call).copy_object(&reader.with_key(key), &target).await.map_err(|error| match error {
                Error::TooLarge { .. } | Error::MustBeRestored(_) => from.error(error),
                // A key that is missing is the target's, which a condition wants to be there: the source was.
                error => error.into(),
            })?;
        if let Some(object) = copied {
            let expires = expiration(&door.store, found, &target.key, &object);
            return Ok(told.answer(answer(call, &object, copied_version, expires)?));
        }
    }
    Err(Error::Busy.into())
}

/// Whether a copy that says nothing of encryption changes it: it has the bucket's, not a key of KMS that its source was put under.
fn loses_key(bucket: &Bucket, source: &Object) -> bool {
    let scheme = source.sealed.as_ref().map(|sealed| sealed.scheme);
    let by_default = bucket.encryption.as_ref().map(|kept| kept.scheme);
    matches!(scheme, Some(Scheme::Kms | Scheme::KmsDual)) && scheme != by_default
}

fn answer(call: &S3Call, object: &Object, copied: VersionId, expiration: Option<String>) -> Result<Encoded, S3Error> {
    let mut result = CopyObjectResult {
        etag: Some(quoted(&object.etag())),
        last_modified: Some(object.modified),
        ..CopyObjectResult::default()
    };
    if let Some(checksum) = &object.checksum {
        result.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(result, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
    }
    let output = CopyObjectOutput {
        copy_object_result: Some(result),
        expiration,
        // Other than a put, a copy tells the null version too, where versioning is suspended.
        version_id: call.told(object.version)?,
        copy_source_version_id: source_version(call, copied),
        ..CopyObjectOutput::default()
    };
    Ok(output.encode())
}

/// Whether a directive asks for what the request has in place of what the source has.
fn replaces(what: &str, directive: Option<&str>) -> Result<bool, S3Error> {
    match directive {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => {
            let error = S3Error::invalid_argument(&format!("Unknown {what} directive."));
            Err(error.about(&format!("x-amz-{what}-directive"), other))
        }
    }
}

/// The version that was copied, where the source's bucket has versions; the null one is not told.
pub(crate) fn source_version(call: &S3Call, version: VersionId) -> Option<String> {
    let bucket = call.found.source.as_ref()?;
    bucket.told(version).filter(|version| *version != VersionId::Null).map(|version| version.to_string())
}
