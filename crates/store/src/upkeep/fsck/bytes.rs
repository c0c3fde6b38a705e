//! The bytes of contents: that they are there, have their length, are what was written, and what their digests are.

use std::ops::Range;

use coldkeep_blob::Blob;
use coldkeep_digest::{DigestSet, Digests, Hasher};
use coldkeep_seal::{plain_bytes, sealed_bytes, sealed_range};
use coldkeep_types::Id;

use super::{Check, damaged};
use crate::records::Content;
use crate::{Error, keys};

/// Bytes read at once.
const READ_BYTES: u64 = 1 << 20;

impl Check<'_> {
    /// Checks a content of one piece, and takes its digests where its bytes are read: small ones always are. Of what is sealed there
    /// are none to be had without its key; that its bytes are what was written, the blob's own checksums say.
    pub(super) async fn bytes(
        &mut self,
        content: Content,
        bytes: u64,
        sealed: bool,
        set: &DigestSet,
    ) -> Result<Option<Digests>, Error> {
        if self.is_away(content.id()).await? {
            self.report.staged += 1;
            return Ok(None);
        }
        let unhashed = DigestSet::default();
        let mut hasher = Hasher::new(if sealed { &unhashed } else { set });
        let kept = if sealed && !matches!(content, Content::Slice(..)) { sealed_bytes(bytes) } else { bytes };
        let (have, read) = match content {
            Content::Inline(id) => {
                self.inline_named += 1;
                let entry = self.meta.get(&keys::inline(id)).await?;
                let data = entry.ok_or_else(|| damaged(format!("content {id} is missing")))?.value;
                hasher.update(&data);
                (data.len() as u64, true)
            }
            Content::Blob(id) => {
                let blob = self.open(id).await?;
                blob.prove_frame().await.map_err(|error| damaged(error.to_string()))?;
                if self.read {
                    self.read_into(&*blob, 0..blob.size(), &mut hasher).await?;
                }
                (blob.size(), self.read)
            }
            Content::Slice(id, start) => {
                let blob = self.open(id).await?;
                blob.prove_frame().await.map_err(|error| damaged(error.to_string()))?;
                let range = slice(&*blob, start, bytes, sealed)?;
                if self.read {
                    self.read_into(&*blob, range, &mut hasher).await?;
                }
                (bytes, self.read)
            }
            Content::Parts(id) => return Err(damaged(format!("content {id} is made of parts"))),
        };
        match have == kept {
            true => Ok((read && !sealed).then(|| hasher.finish())),
            false => Err(damaged(format!("content {} has {have} bytes, not {kept}", content.id()))),
        }
    }

    /// The digests of contents of one piece each, none of them sealed, read one after another.
    pub(super) async fn digests_of(
        &mut self,
        contents: impl IntoIterator<Item = (Content, u64)>,
        set: &DigestSet,
    ) -> Result<Digests, Error> {
        let mut hasher = Hasher::new(set);
        for (content, bytes) in contents {
            match content {
                Content::Inline(id) => {
                    let entry = self.meta.get(&keys::inline(id)).await?;
                    hasher.update(&entry.ok_or_else(|| damaged(format!("content {id} is missing")))?.value);
                }
                Content::Blob(id) => {
                    let blob = self.open(id).await?;
                    self.read_into(&*blob, 0..blob.size(), &mut hasher).await?;
                }
                Content::Slice(id, start) => {
                    let blob = self.open(id).await?;
                    let range = slice(&*blob, start, bytes, false)?;
                    self.read_into(&*blob, range, &mut hasher).await?;
                }
                Content::Parts(id) => return Err(damaged(format!("content {id} is made of parts"))),
            }
        }
        Ok(hasher.finish())
    }

    /// Opens a blob. While repairing, one that is in quarantine by mistake is put back.
    async fn open(&mut self, id: Id) -> Result<Box<dyn Blob>, Error> {
        match self.blobs.open(id).await {
            Err(coldkeep_blob::Error::NotFound(_)) if self.repair.is_some() && self.blobs.restore(id).await? => {
                self.done(format!("blob {id} was put back from quarantine, since a record names it"));
                self.blobs.open(id).await.map_err(|error| damaged(error.to_string()))
            }
            opened => opened.map_err(|error| damaged(error.to_string())),
        }
    }

    async fn read_into(&mut self, blob: &dyn Blob, range: Range<u64>, hasher: &mut Hasher) -> Result<(), Error> {
        let mut at = range.start;
        while at < range.end {
            let next = range.end.min(at + READ_BYTES);
            let bytes = blob.read(at..next).await.map_err(|error| damaged(error.to_string()))?;
            hasher.update(&bytes);
            self.report.bytes_read += next - at;
            at = next;
        }
        Ok(())
    }
}

/// The bytes of a blob that a slice of it is. Of a sealed blob they are its whole frames.
fn slice(blob: &dyn Blob, start: u64, bytes: u64, sealed: bool) -> Result<Range<u64>, Error> {
    let size = if sealed { plain_bytes(blob.size()).unwrap_or_default() } else { blob.size() };
    match start.checked_add(bytes) {
        Some(end) if end <= size && sealed => Ok(sealed_range(size, &(start..end))),
        Some(end) if end <= size => Ok(start..end),
        _ => Err(damaged(format!("a slice of {bytes} bytes from {start} on is not in its blob of {}", blob.size()))),
    }
}
