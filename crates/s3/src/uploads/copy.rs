//! UploadPartCopy.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::Checksum;
use coldkeep_http::{Body, Response};
use coldkeep_store::{Expected, Reader, Source, SourceError};
use coldkeep_types::{MAX_PART_BYTES, PartNumber};
use coldkeep_wire::s3::{CopyPartResult, UploadPartCopyOutput, UploadPartCopyRequest};

use super::begin::upload_id;
use super::range::copied;
use crate::checksums::set_checksum;
use crate::errors::S3Error;
use crate::objects::conditions::Conditions;
use crate::objects::copy_source::{judge, source, source_conditions, too_large_source};
use crate::objects::put::quoted;
use crate::{S3, S3Call, respond};

/// UploadPartCopy: a part with bytes of an object.
pub(crate) async fn upload_part_copy(
    door: &S3,
    call: &S3Call,
    input: UploadPartCopyRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let number = PartNumber::new(input.part_number.into())?;
    let id = upload_id(&input.upload_id)?;
    let (from_bucket, from_key) = source(door, call, &input.copy_source).await?;
    let upload = door.store.upload(&call.bucket()?, &call.key()?, id).await?;
    let reader = door.store.open_object(&from_bucket, &from_key).await?;
    judge(&source_conditions!(input), &reader.object.etag(), reader.object.modified, call.call.received)?;
    let bytes = reader.object.bytes;
    let range = match input.copy_source_range.as_deref() {
        None => 0..bytes,
        Some(header) => copied(header, bytes).ok_or_else(|| {
            S3Error::invalid_argument(&format!("Range specified is not valid for source object of size: {bytes}"))
                .with("ArgumentName", "x-amz-copy-source-range")
                .with("ArgumentValue", header)
        })?,
    };
    let mut source = Copied(reader.read(range));
    let written = door.store.put_part(&upload, number.get(), Expected::default(), None, &mut source, MAX_PART_BYTES);
    let written = written.await.map_err(too_large_source)?;
    let mut result = CopyPartResult {
        etag: Some(quoted(&written.part.etag())),
        last_modified: Some(written.part.modified),
        ..CopyPartResult::default()
    };
    if let Some(checksum) = &written.checksum {
        set_checksum!(result, checksum.algorithm(), checksum.to_base64());
    }
    Ok(respond(UploadPartCopyOutput { copy_part_result: Some(result), ..UploadPartCopyOutput::default() }.encode()))
}

/// The bytes of an object as the body of a part.
struct Copied(Reader);

#[async_trait]
impl Source for Copied {
    fn declared_bytes(&self) -> Option<u64> {
        Some(self.0.remaining())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        self.0.next().await.map_err(|error| SourceError::Broken(error.to_string()))
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &[]
    }
}
