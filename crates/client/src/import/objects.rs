//! Archives as objects of a bucket: short ones by one request, others by uploads that later runs go on with.
//!
//! - An object that is there is never replaced: writes are conditional. One that says in its metadata that it is the archive, is it.
//! - A part is sent with its SHA-256, and its ETag is written down with its tree hash; an upload is gone on with by the parts that
//!   still have those ETags. So the tree hash of all of it is known before the upload is completed.
//! - Of an upload that was begun by a run that was killed before it was written down, nothing was sent: it is found by its key and
//!   aborted.

use bytes::Bytes;

use super::bring::{Route, Stop};
use super::destination::{Opened, part_size_of};
use super::ledger::{SentPart, Upload};
use super::lines::Line;
use super::naming;
use crate::bucket::is_taken;
use crate::{Archive, Bucket, Error, Part, Parts};

impl Route {
    /// Stores an archive by one request: its key.
    pub(super) async fn put_object(
        &self,
        bucket: &Bucket,
        n: usize,
        archive: &Archive,
        bytes: Bytes,
    ) -> Result<String, Stop> {
        let sha256 = self.hashing.sha256(bytes.clone()).await;
        let keys = self.keys(bucket, n, archive)?;
        for key in &keys {
            match bucket.put(key, bytes.clone(), sha256, naming::metadata(archive)).await {
                Ok(()) => return Ok(key.clone()),
                Err(error) if is_taken(&error) => {
                    if self.is_there(bucket, key, archive).await? == Some(true) {
                        return Ok(key.clone());
                    }
                }
                Err(error) => return Err(stop(error)),
            }
        }
        Err(Stop::Failed(naming::taken(&keys)))
    }

    pub(super) async fn open_in_bucket(&self, bucket: &Bucket, n: usize, archive: &Archive) -> Result<Opened, Stop> {
        let known = self.ledger().entries[n].upload.clone();
        if let Some(upload) = known
            && let Some(key) = &upload.key
            && let Some(there) = bucket.parts(key, &upload.id).await.map_err(Stop::All)?
        {
            let part_size = part_size_of(archive)?;
            let sent = upload.sent.iter().filter(|(number, part)| there.get(number) == Some(&part.etag));
            let part = |(number, part): (&u32, &SentPart)| {
                let first = u64::from(number - 1) * part_size.get();
                let length = part_size.get().min(archive.bytes.saturating_sub(first));
                (first, Part { length, tree: part.tree })
            };
            let parts = Parts { part_size, parts: sent.map(part).collect() };
            return Ok(Opened::Open(*upload, parts));
        }
        let keys = self.keys(bucket, n, archive)?;
        for key in &keys {
            match self.is_there(bucket, key, archive).await? {
                Some(true) => return Ok(Opened::Stored(key.clone())),
                Some(false) => {}
                None => return self.begin_in_bucket(bucket, n, key, archive).await,
            }
        }
        Err(Stop::Failed(naming::taken(&keys)))
    }

    async fn begin_in_bucket(&self, bucket: &Bucket, n: usize, key: &str, archive: &Archive) -> Result<Opened, Stop> {
        for upload in bucket.open_uploads(key).await.map_err(Stop::All)? {
            if bucket.parts(key, &upload).await.map_err(Stop::All)?.is_some_and(|parts| parts.is_empty()) {
                bucket.abort_upload(key, &upload).await.map_err(Stop::All)?;
            }
        }
        let part_size = part_size_of(archive)?;
        let upload = bucket.begin_upload(key, naming::metadata(archive)).await.map_err(stop)?;
        let line = Line::Upload { n, upload: upload.clone(), key: Some(key.to_owned()) };
        self.ledger().add(line).map_err(Stop::All)?;
        Ok(Opened::Open(Upload::new(upload, Some(key.to_owned())), Parts { part_size, parts: [].into() }))
    }

    /// Sends a part, and writes down what it was.
    pub(super) async fn send_in_bucket(
        &self,
        bucket: &Bucket,
        n: usize,
        upload: &Upload,
        number: u32,
        bytes: Bytes,
        tree: [u8; 32],
    ) -> Result<(), Stop> {
        let sha256 = self.hashing.sha256(bytes.clone()).await;
        let etag = bucket.send_part(upload.key(), &upload.id, number, bytes, sha256).await.map_err(Stop::All)?;
        let (sha256, tree) = (hex::encode(sha256), hex::encode(tree));
        self.ledger().add(Line::Part { n, number, etag, sha256, tree }).map_err(Stop::All)
    }

    pub(super) async fn complete_in_bucket(
        &self,
        bucket: &Bucket,
        n: usize,
        upload: &Upload,
        archive: &Archive,
    ) -> Result<String, Stop> {
        let sent = self.ledger().entries[n].upload.as_ref().map(|upload| upload.sent.clone()).unwrap_or_default();
        let parts = sent.into_iter().map(|(number, part)| (number, part.etag, part.sha256));
        match bucket.complete(upload.key(), &upload.id, archive.bytes, parts).await {
            Ok(()) => Ok(upload.key().to_owned()),
            Err(error) if is_taken(&error) || error.is_refusal(&["NoSuchUpload"]) => {
                // The answer to an earlier completion was lost, or somebody else came between: then it gets another key.
                if self.is_there(bucket, upload.key(), archive).await? == Some(true) {
                    return Ok(upload.key().to_owned());
                }
                self.to.abort(upload).await.map_err(Stop::All)?;
                Err(Stop::Failed(Error::Different(format!("its upload to {} was undone: {error}", upload.key()))))
            }
            Err(error) => Err(stop(error)),
        }
    }

    fn keys(&self, bucket: &Bucket, n: usize, archive: &Archive) -> Result<Vec<String>, Stop> {
        let key = self.ledger().key(n).map_err(Stop::All)?;
        Ok(naming::keys(&key, &bucket.prefix, &archive.id))
    }

    /// Whether the object of this key is the archive; `None` if there is none.
    async fn is_there(&self, bucket: &Bucket, key: &str, archive: &Archive) -> Result<Option<bool>, Stop> {
        let found = bucket.metadata(key).await.map_err(Stop::All)?;
        Ok(found.map(|metadata| naming::is_of(&metadata, archive)))
    }
}

/// Whether others may come where this one was refused.
fn stop(error: Error) -> Stop {
    let of_one = ["EntityTooLarge", "KeyTooLongError", "MetadataTooLarge", "InvalidArgument", "InvalidURI"];
    if error.is_refusal(&of_one) { Stop::Failed(error) } else { Stop::All(error) }
}
