//! PutObject.

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_http::{Body, Response};
use coldkeep_store::{Attributes, NewObject, Precondition};
use coldkeep_wire::s3::{PutObjectOutput, PutObjectRequest};

use crate::checksums::{self, declared, set_checksum};
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// 2 KiB: the most that names and values of user metadata may have together.
const MAX_USER_METADATA_BYTES: usize = 2048;

/// PutObject: stores an object in one request, in place of what has its key.
pub(crate) async fn put_object(
    door: &S3,
    call: &S3Call,
    input: PutObjectRequest,
    mut body: Body,
) -> Result<Response, S3Error> {
    let declared = declared(call)?;
    let new = NewObject {
        bucket: call.bucket()?,
        key: call.key()?,
        attributes: attributes!(call, input),
        algorithm: declared.algorithm().unwrap_or(ChecksumAlgorithm::Crc64Nvme),
        precondition: precondition(input.if_match.as_deref(), input.if_none_match.as_deref())?,
        expected: declared.expected,
    };
    let object = door.store.put_object(new, &mut body).await?;
    let mut output = PutObjectOutput { etag: Some(quoted(&object.etag())), ..PutObjectOutput::default() };
    if let Some(checksum) = &object.checksum {
        output.checksum_type = Some(checksum.kind.name().to_owned());
        set_checksum!(output, checksum.checksum.algorithm(), checksums::text(checksum, object.parts));
    }
    Ok(respond(output.encode()))
}

/// The metadata members that PutObject, CopyObject and CreateMultipartUpload share.
macro_rules! attributes {
    ($call:expr, $input:expr) => {
        $crate::objects::put::checked(coldkeep_store::Attributes {
            content_type: $input.content_type,
            cache_control: $input.cache_control,
            content_disposition: $input.content_disposition,
            content_encoding: coldkeep_http::content_encoding(&$call.call.headers),
            content_language: $input.content_language,
            expires: $input.expires,
            user: $input.metadata.into_iter().collect(),
        })?
    };
}
pub(crate) use attributes;

/// Refuses user metadata over the limit.
pub(crate) fn checked(attributes: Attributes) -> Result<Attributes, S3Error> {
    let bytes = attributes.user.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    if bytes > MAX_USER_METADATA_BYTES {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        return Err(S3Error::new(400, "MetadataTooLarge", message)
            .with("Size", bytes.to_string())
            .with("MaxSizeAllowed", MAX_USER_METADATA_BYTES.to_string()));
    }
    Ok(attributes)
}

/// The conditions of a write: `If-Match` with an ETag, `If-None-Match` with `*`.
pub(crate) fn precondition(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Precondition, S3Error> {
    if if_none_match.is_some_and(|value| value.trim() != "*") {
        return Err(S3Error::header_not_implemented("If-None-Match"));
    }
    if if_match.is_some() && if_none_match.is_some() {
        return Err(S3Error::header_not_implemented("If-Match"));
    }
    Ok(Precondition {
        if_match: if_match.map(unquoted),
        if_none_match: if_none_match.map(unquoted),
        ..Precondition::default()
    })
}

/// An ETag as headers carry it.
pub(crate) fn quoted(etag: &str) -> String {
    format!("\"{etag}\"")
}

/// An ETag without its quotes, which clients may leave out.
pub(crate) fn unquoted(etag: &str) -> String {
    let etag = etag.trim();
    etag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(etag).to_owned()
}
