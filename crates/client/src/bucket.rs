//! The calls of the SDK for a bucket, in types of ours. Keys are whole: the prefix is a matter of who makes them.
//!
//! Nothing here replaces an object: what would is refused by the service, with [`is_taken`].

use std::collections::{BTreeMap, HashMap};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, StorageClass};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::Error;
use crate::answer::{strange, told};

/// A bucket, by name, and how objects are stored in it.
#[derive(Clone)]
pub struct Bucket {
    pub(crate) client: Client,
    /// Where it is: endpoint and region.
    pub(crate) service: String,
    /// Its name.
    pub name: String,
    /// What keys begin with.
    pub(crate) prefix: String,
    /// The class of what is stored; the bucket's usual one otherwise.
    pub(crate) storage_class: Option<StorageClass>,
}

impl Bucket {
    /// Whether it is there and may be asked.
    pub async fn check(&self) -> Result<(), Error> {
        let call = self.client.list_multipart_uploads().bucket(&self.name).prefix(&self.prefix).max_uploads(1);
        call.send().await.map(drop).map_err(told)
    }

    /// HeadObject: the user metadata of the object; `None` if there is none.
    pub(crate) async fn metadata(&self, key: &str) -> Result<Option<HashMap<String, String>>, Error> {
        match self.client.head_object().bucket(&self.name).key(key).send().await.map_err(told) {
            Ok(head) => Ok(Some(head.metadata.unwrap_or_default())),
            Err(error) if error.is_refusal(&["NotFound", "NoSuchKey"]) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// PutObject, where no object is. The service must have understood the same bytes.
    pub(crate) async fn put(
        &self,
        key: &str,
        body: Bytes,
        sha256: [u8; 32],
        metadata: HashMap<String, String>,
    ) -> Result<(), Error> {
        let call = self.client.put_object().bucket(&self.name).key(key).if_none_match("*");
        let call = call.set_storage_class(self.storage_class.clone()).set_metadata(Some(metadata));
        let call = call.checksum_sha256(STANDARD.encode(sha256)).body(ByteStream::from(body));
        call.send().await.map(drop).map_err(told)
    }

    /// CreateMultipartUpload: the id.
    pub(crate) async fn begin_upload(&self, key: &str, metadata: HashMap<String, String>) -> Result<String, Error> {
        let call = self.client.create_multipart_upload().bucket(&self.name).key(key);
        let call = call.set_storage_class(self.storage_class.clone()).set_metadata(Some(metadata));
        let begun = call.checksum_algorithm(ChecksumAlgorithm::Sha256).send().await.map_err(told)?;
        begun.upload_id.ok_or_else(|| strange("no upload id"))
    }

    /// UploadPart: the part's ETag. The service must have understood the same bytes.
    pub(crate) async fn send_part(
        &self,
        key: &str,
        upload: &str,
        number: u32,
        body: Bytes,
        sha256: [u8; 32],
    ) -> Result<String, Error> {
        let call = self.client.upload_part().bucket(&self.name).key(key).upload_id(upload);
        let call = call.part_number(number as i32).checksum_sha256(STANDARD.encode(sha256));
        let sent = call.body(ByteStream::from(body)).send().await.map_err(told)?;
        sent.e_tag.ok_or_else(|| strange("a part without ETag"))
    }

    /// ListParts, all pages: ETags by number; `None` if the upload is not open.
    pub(crate) async fn parts(&self, key: &str, upload: &str) -> Result<Option<BTreeMap<u32, String>>, Error> {
        let (mut parts, mut marker) = (BTreeMap::new(), None);
        loop {
            let call = self.client.list_parts().bucket(&self.name).key(key).upload_id(upload);
            let page = match call.set_part_number_marker(marker).send().await.map_err(told) {
                Ok(page) => page,
                Err(error) if error.is_refusal(&["NoSuchUpload"]) => return Ok(None),
                Err(error) => return Err(error),
            };
            for part in page.parts.unwrap_or_default() {
                let number = part.part_number.and_then(|number| u32::try_from(number).ok());
                let (Some(number), Some(etag)) = (number, part.e_tag) else {
                    return Err(strange("a part without number or ETag"));
                };
                parts.insert(number, etag);
            }
            marker = page.next_part_number_marker.filter(|_| page.is_truncated == Some(true));
            if marker.is_none() {
                return Ok(Some(parts));
            }
        }
    }

    /// CompleteMultipartUpload of these numbers, ETags and SHA-256, where no object is.
    pub(crate) async fn complete(
        &self,
        key: &str,
        upload: &str,
        bytes: u64,
        parts: impl Iterator<Item = (u32, String, [u8; 32])>,
    ) -> Result<(), Error> {
        let parts = parts.map(|(number, etag, sha256)| {
            let part = CompletedPart::builder().part_number(number as i32).e_tag(etag);
            part.checksum_sha256(STANDARD.encode(sha256)).build()
        });
        let list = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let call = self.client.complete_multipart_upload().bucket(&self.name).key(key).upload_id(upload);
        let call = call.if_none_match("*").mpu_object_size(i64::try_from(bytes).unwrap_or(i64::MAX));
        call.multipart_upload(list).send().await.map(drop).map_err(told)
    }

    /// AbortMultipartUpload: what was sent is thrown away. One that is not open is no error.
    pub(crate) async fn abort_upload(&self, key: &str, upload: &str) -> Result<(), Error> {
        let call = self.client.abort_multipart_upload().bucket(&self.name).key(key).upload_id(upload);
        match call.send().await.map_err(told) {
            Err(error) if !error.is_refusal(&["NoSuchUpload"]) => Err(error),
            _ => Ok(()),
        }
    }

    /// ListMultipartUploads: those of this key that are open, of the first thousand.
    pub(crate) async fn open_uploads(&self, key: &str) -> Result<Vec<String>, Error> {
        let page = self.client.list_multipart_uploads().bucket(&self.name).prefix(key).send().await.map_err(told)?;
        let of_key = page.uploads.unwrap_or_default().into_iter().filter(|upload| upload.key.as_deref() == Some(key));
        Ok(of_key.filter_map(|upload| upload.upload_id).collect())
    }
}

/// Whether a write was refused because there is an object.
pub fn is_taken(error: &Error) -> bool {
    error.is_refusal(&["PreconditionFailed"])
}
