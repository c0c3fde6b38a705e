//! The file of a form as a body that the store receives: slice by slice, within the lengths that the policy gives it, and whole
//! only if the form around it is.
//!
//! What stands behind the file is read and ignored, as Amazon says, within the form's bound; a second file is refused.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::Checksum;
use coldkeep_http::Body;
use coldkeep_store::{Error, Source, SourceError};

use super::parts::{Parts, Step};
use super::policy::LengthRange;
use super::{malformed, unreadable};
use crate::errors::S3Error;

/// The file, as far as it has come.
pub(crate) struct File {
    body: Body,
    parts: Parts,
    range: LengthRange,
    received: u64,
    /// Its last byte has been given out.
    whole: bool,
    /// Why it is refused, where the transport has no word for it.
    refused: Option<S3Error>,
}

impl File {
    /// The file whose head is the last that was read of the form.
    pub fn new(body: Body, parts: Parts, range: LengthRange) -> Self {
        Self { body, parts, range, received: 0, whole: false, refused: None }
    }

    /// Why the store could not receive it.
    pub fn refusal(&mut self, error: S3Error) -> S3Error {
        self.refused.take().unwrap_or(error)
    }

    fn refuse(&mut self, error: S3Error) -> SourceError {
        self.refused = Some(error);
        SourceError::Framing("the form is refused".into())
    }
}

#[async_trait]
impl Source for File {
    /// How much of the body is the file is not known before its end.
    fn declared_bytes(&self) -> Option<u64> {
        None
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        loop {
            match self.parts.next() {
                Ok(Step::Content(_)) if self.whole => {}
                Ok(Step::Content(content)) => {
                    self.received += content.len() as u64;
                    if self.received > self.range.max {
                        let error = Error::TooLarge { max_bytes: self.range.max, bytes: self.received };
                        return Err(self.refuse(error.into()));
                    }
                    return Ok(Some(content));
                }
                Ok(Step::PartEnd) if !self.whole => {
                    self.whole = true;
                    if self.received < self.range.min {
                        return Err(self.refuse(too_small(self.received, self.range.min)));
                    }
                }
                Ok(Step::Part(head)) if head.name.eq_ignore_ascii_case("file") => {
                    let message = "POST requires exactly one file upload per request.";
                    return Err(self.refuse(S3Error::new(400, "IncorrectNumberOfFilesInPostRequest", message)));
                }
                Ok(Step::Part(_) | Step::PartEnd) => {}
                Ok(step @ (Step::More | Step::End)) => match self.body.next().await? {
                    Some(slice) => self.parts.feed(slice),
                    None if step == Step::End => return Ok(None),
                    None => return Err(self.refuse(malformed())),
                },
                Err(why) => return Err(self.refuse(unreadable(why))),
            }
        }
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &[]
    }
}

fn too_small(bytes: u64, min_bytes: u64) -> S3Error {
    S3Error::new(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        .with("ProposedSize", bytes.to_string())
        .with("MinSizeAllowed", min_bytes.to_string())
}
