//! Sealed contents, as the store sees them: it is given data keys for as long as it writes or reads, and keeps envelopes that it
//! cannot open.
//!
//! Invariants: a sealed object, upload or archive has sealed contents only, each under a key of its own (`coldkeep_seal`). Digests
//! are taken of plaintext. What is shared with another object keeps its key, wrapped in the part's record.

use coldkeep_seal::{ContentKey, DataKey, Envelope, SealError};
use coldkeep_types::Id;

use crate::records::{Content, PartSeal};
use crate::{Error, Upload};

/// The key of a body on its way in, and the number of the part that it is; 0 for what is no part.
#[derive(Clone, Copy)]
pub(crate) struct SealAs<'a> {
    pub key: &'a DataKey,
    pub part: u32,
}

impl<'a> SealAs<'a> {
    /// For what is to be this part of an upload: sealed if the upload is.
    pub fn part_of(upload: &'a Upload, part: u32) -> Result<Option<Self>, Error> {
        match (&upload.sealed, &upload.data_key) {
            (None, _) => Ok(None),
            (Some(_), Some(key)) => Ok(Some(Self { key, part })),
            (Some(_), None) => Err(Error::NoKey),
        }
    }

    /// The key of the content of this id.
    pub fn content(&self, id: Id) -> Result<ContentKey, Error> {
        self.key.content(id.as_bytes(), self.part).map_err(|error| broken(id, error))
    }
}

impl PartSeal {
    /// The key of a part's content, whose object has this data key.
    pub fn key(&self, data_key: &DataKey, part: u32, content: Content) -> Result<ContentKey, Error> {
        let id = content.id();
        match self {
            Self::Own => SealAs { key: data_key, part }.content(id),
            Self::Shared(wrapped) => {
                let opened = data_key.wrapping().and_then(|key| key.unwrap_content(wrapped, &about(part, content)));
                opened.map_err(|error| broken(id, error))
            }
        }
    }

    /// For a part that shares a content, whose key this is, with its source.
    pub fn shared(key: &ContentKey, under: &DataKey, part: u32, content: Content) -> Result<Self, Error> {
        let wrapped = under.wrapping().and_then(|under| under.wrap_content(key, &about(part, content)));
        Ok(Self::Shared(wrapped.map_err(|error| broken(content.id(), error))?))
    }
}

/// What the key of a shared part is of.
fn about(part: u32, content: Content) -> Vec<u8> {
    let start = if let Content::Slice(_, start) = content { start } else { 0 };
    [b"coldkeep shared part".as_slice(), &part.to_be_bytes(), content.id().as_bytes(), &start.to_be_bytes()].concat()
}

/// The bytes of the ETag of what is sealed so: its MD5, or, where an ETag must tell nothing of the plaintext, random ones.
#[expect(clippy::disallowed_methods, reason = "nobody may foresee such an ETag")]
pub(crate) fn etag_bytes(sealed: Option<&Envelope>, md5: Option<[u8; 16]>) -> [u8; 16] {
    match sealed {
        Some(envelope) if !envelope.scheme.etag_is_md5() => rand::random(),
        _ => md5.unwrap_or_default(),
    }
}

/// Whether the MD5 must be taken of what is sealed so.
pub(crate) fn needs_md5(sealed: Option<&Envelope>) -> bool {
    sealed.is_none_or(|envelope| envelope.scheme.etag_is_md5())
}

/// That a content does not open.
pub(crate) fn broken(content: Id, error: SealError) -> Error {
    Error::Damaged(format!("content {content}: {error}"))
}
