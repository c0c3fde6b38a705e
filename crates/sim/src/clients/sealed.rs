//! Keys of objects that are always sealed: some each under a client's key of its own, some under the server's. They are put, uploaded, copied
//! among each other, read, refused to whoever has not their key, and deleted.
//!
//! Their bytes have a [`MARK`] in each block, which must be in no file. They are copied to no other key, where it might be.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::Method;
use sha2::{Digest, Sha256};

use super::kms::alias_of;
use super::objects::{md5_base64, read_object};
use super::{Client, SIZES, Wrong, expect};
use crate::model::Object;
use crate::request::{Fate, Request};

/// What is in the plaintext of each block of what is always sealed, and nowhere else.
pub const MARK: &[u8] = b"never on a disk as it is";
/// What contents are marked in.
const BLOCK: usize = 4096;
/// Where the mark is in a block: behind what makes it another than the one before.
const AT: usize = 8;

/// What keys begin with whose objects are sealed under clients' keys.
const OF_CLIENTS: &str = "sealed/client/";
/// What keys begin with whose objects are sealed under the server's key.
const OF_SERVER: &str = "sealed/server/";
/// The keys.
const KEYS: [&str; 4] = ["sealed/client/1", "sealed/client/2", "sealed/server/1", "sealed/server/2"];

/// The headers of a client's key, here and as the key of a copy's source.
const CUSTOMER: &str = "x-amz-server-side-encryption-customer-";
const SOURCE_CUSTOMER: &str = "x-amz-copy-source-server-side-encryption-customer-";

/// The same bytes with the mark in each block that has room for it.
pub fn marked(bytes: Bytes) -> Bytes {
    let mut bytes = Vec::from(bytes);
    for place in bytes.chunks_mut(BLOCK).filter_map(|block| block.get_mut(AT..AT + MARK.len())) {
        place.copy_from_slice(MARK);
    }
    bytes.into()
}

/// A client's key, made of a name.
fn with_key(request: Request, headers: &str, name: &str) -> Request {
    let key = Sha256::digest(name);
    request
        .header(&format!("{headers}algorithm"), "AES256")
        .header(&format!("{headers}key"), &BASE64_STANDARD.encode(key))
        .header(&format!("{headers}key-md5"), &md5_base64(&key))
}

/// A request for an object, with the client's key that it is sealed under, if it is.
pub fn under_key_of(request: Request, key: &str) -> Request {
    if key.starts_with(OF_CLIENTS) { with_key(request, CUSTOMER, key) } else { request }
}

/// A copy, with the client's key that its source is sealed under, if it is.
pub(super) fn from_sealed(request: Request, from_key: &str) -> Request {
    if from_key.starts_with(OF_CLIENTS) { with_key(request, SOURCE_CUSTOMER, from_key) } else { request }
}

impl Client {
    /// A write of a key, sealed as that key always is; of others, some are sealed, and some as their bucket has it.
    pub(super) fn sealing(&mut self, request: Request, key: &str) -> Request {
        let request = match alias_of(key) {
            Some(alias) => return self.under_kms(request, key, alias),
            None => under_key_of(request, key),
        };
        let by_server = !key.starts_with(OF_CLIENTS) && (key.starts_with(OF_SERVER) || self.dice.once_in(4));
        if by_server { request.header("x-amz-server-side-encryption", "AES256") } else { request }
    }

    pub(super) async fn sealed_work(&mut self) -> Result<(), Wrong> {
        let (bucket, key) = (self.bucket(), *self.dice.pick::<&str>(&KEYS));
        match self.dice.below(12) {
            0..4 => {
                let (bytes, label) = self.fresh(&SIZES);
                self.put_object(bucket, key, Object::sealed(marked(bytes), &label)).await
            }
            4 | 5 => self.upload_sealed(bucket, key).await,
            6 | 7 => {
                let from = (self.bucket(), *self.dice.pick::<&str>(&KEYS));
                self.copy_object((bucket, key), from).await
            }
            8 => self.delete_key(bucket, key).await,
            9 => {
                let first = *self.dice.pick(&SIZES) as u64;
                let last = first + self.dice.below(70_000);
                read_object(self, bucket, key, Some((first, last)), 0).await.map(drop)
            }
            _ => self.read_wrongly(bucket, key).await,
        }
    }

    pub(super) async fn upload_sealed(&mut self, bucket: &str, key: &str) -> Result<(), Wrong> {
        let (bytes, label) = self.fresh(&SIZES[1..]);
        let object = Arc::new(Object::sealed(marked(bytes), &label));
        let request = Request::s3(Method::POST, bucket, key).query("uploads", "").header("x-amz-meta-label", &label);
        let request = self.sealing(request, key);
        let began = self.model.lock().tick();
        let answer = self.ask_perhaps(request).await?;
        if self.refused_by_key(&[key], began, &answer)? || !expect(&answer, "the beginning of a sealed upload")? {
            return Ok(());
        }
        let upload = answer.text("UploadId");
        let request = Request::s3(Method::PUT, bucket, key).query("partNumber", "1").query("uploadId", &upload);
        let request = under_key_of(request, key).body(object.bytes.clone());
        let began = self.model.lock().tick();
        let answer = self.ask_perhaps(request).await?;
        if self.refused_by_key(&[key], began, &answer)? || !expect(&answer, "a sealed part")? {
            return Ok(());
        }
        let part = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", answer.header("etag"));
        let request = Request::s3(Method::POST, bucket, key).query("uploadId", &upload);
        let request = request.body(format!("<CompleteMultipartUpload>{part}</CompleteMultipartUpload>"));
        let began = self.model.lock().tick();
        let ticket = self.model.lock().begin(bucket, key, Some(object));
        let answer = self.ask_perhaps(request).await?;
        self.written(bucket, key, ticket, &answer);
        match self.refused_by_key(&[key], began, &answer)? {
            true => Ok(()),
            false => expect(&answer, "the completion of a sealed upload").map(drop),
        }
    }

    /// With another's key, or with none where one is needed, nobody reads a byte; only that it is there is told.
    async fn read_wrongly(&mut self, bucket: &str, key: &str) -> Result<(), Wrong> {
        let request = Request::s3(Method::GET, bucket, key);
        let (request, what, refusal) = match key.starts_with(OF_CLIENTS) {
            true if self.dice.once_in(2) => (request, "no key", 400),
            true => (with_key(request, CUSTOMER, "another"), "another's key", 403),
            false => (with_key(request, CUSTOMER, "another"), "a client's key", 400),
        };
        let began = self.model.lock().tick();
        let answer = self.ask(request).await?;
        let possible = self.model.lock().possible(bucket, key, began);
        let fits = match answer.status {
            404 => possible.contains(&None),
            status if status == refusal => possible.iter().any(Option::is_some),
            _ => answer.fate() == Fate::Unknown,
        };
        let shows = memchr::memmem::find(&answer.body, MARK).is_some();
        match fits && !shows {
            true => Ok(()),
            false => Err(format!("{bucket}/{key} was read with {what}: {}", answer.said())),
        }
    }
}
