//! Conditional writes: the conditions of PutObject, CompleteMultipartUpload, CopyObject and DeleteObject, judged
//! against the object that is there. Pure.

use coldkeep_types::Timestamp;

use crate::objects::object::Object;
use crate::{Condition, Error};

/// What must hold of the object that is there, or of its absence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precondition {
    /// `If-Match`: an ETag without quotes, or `*`.
    pub if_match: Option<String>,
    /// `If-None-Match`: an ETag without quotes, or `*`.
    pub if_none_match: Option<String>,
    /// `x-amz-if-match-last-modified-time`, compared by whole seconds.
    pub last_modified: Option<Timestamp>,
    /// `x-amz-if-match-size`.
    pub bytes: Option<u64>,
}

impl Precondition {
    /// Whether any condition was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Judges the conditions. `If-Match` on an absent object is [`Error::NoSuchKey`], as S3 answers 404 there.
    pub(crate) fn judge(&self, there: Option<&Object>) -> Result<(), Error> {
        let fails = |condition| Err(Error::PreconditionFailed(condition));
        let matches = |tag: &str, object: &Object| tag == "*" || tag == object.etag();
        match (&self.if_match, there) {
            (Some(_), None) => return Err(Error::NoSuchKey),
            (Some(tag), Some(object)) if !matches(tag, object) => return fails(Condition::IfMatch),
            _ => {}
        }
        if let (Some(tag), Some(object)) = (&self.if_none_match, there)
            && matches(tag, object)
        {
            return fails(Condition::IfNoneMatch);
        }
        match (self.last_modified, there) {
            (Some(_), None) => return Err(Error::NoSuchKey),
            (Some(time), Some(object)) if time.seconds() != object.modified.seconds() => {
                return fails(Condition::IfMatchLastModifiedTime);
            }
            _ => {}
        }
        match (self.bytes, there) {
            (Some(_), None) => Err(Error::NoSuchKey),
            (Some(bytes), Some(object)) if bytes != object.bytes => fails(Condition::IfMatchSize),
            _ => Ok(()),
        }
    }

    /// Judges a write that was begun then, where what is there came since: its conditions were meant for what was there before.
    pub(crate) fn judge_since(&self, there: Option<Timestamp>, begun: Timestamp) -> Result<(), Error> {
        let condition = match (&self.if_match, &self.if_none_match) {
            (Some(_), _) => Condition::IfMatch,
            (None, Some(_)) => Condition::IfNoneMatch,
            (None, None) => return Ok(()),
        };
        match there {
            Some(there) if there > begun => Err(Error::Overtaken(condition)),
            _ => Ok(()),
        }
    }
}
