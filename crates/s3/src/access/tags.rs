//! Tags as conditions see them: `s3:ExistingObjectTag/*` of the object that is asked about, `s3:RequestObjectTag/*` and
//! `s3:RequestObjectTagKeys` of the request.
//!
//! The object is read for its tags only where a policy asks for them: a decision that had to do without is made anew. One that asks for
//! tags in a body is put off (`body`).

use std::sync::atomic::{AtomicBool, Ordering};

use coldkeep_auth::policy::Values;
use coldkeep_store::Object;
use parking_lot::Mutex;

use super::body::PutOff;
use super::decide::{Place, Wanted};
use crate::errors::S3Error;
use crate::tags::{Tags, form};
use crate::{S3, S3Call};

/// What is known of the tags of a call.
#[derive(Debug, Default)]
pub(crate) struct CallTags {
    existing: Mutex<Option<Tags>>,
    requested: Mutex<Option<Tags>>,
    asked_existing: AtomicBool,
}

impl CallTags {
    /// The tags of the object that is asked about from here on; `None`: unknown, until somebody asks.
    pub fn set_existing(&self, tags: Option<&[(String, String)]>) {
        *self.existing.lock() = tags.map(<[_]>::to_vec);
        self.asked_existing.store(false, Ordering::Relaxed);
    }

    /// The tags that the request has in its body.
    pub fn set_requested(&self, tags: &[(String, String)]) {
        *self.requested.lock() = Some(tags.to_vec());
    }

    /// Whether a decision was made without the object's tags that asked for them.
    pub fn lacks_existing(&self) -> bool {
        self.asked_existing.load(Ordering::Relaxed)
    }

    /// The value of a condition key of tags, for an action; `None`: it is no such key. `header` is `x-amz-tagging`, `in_body` there
    /// where the request has its tags in its body instead.
    pub fn value(
        &self,
        key: &str,
        action: &str,
        header: Option<&str>,
        in_body: Option<&PutOff>,
    ) -> Option<Values<'static>> {
        if let Some(tag) = key.strip_prefix("s3:ExistingObjectTag/") {
            let existing = self.existing.lock();
            if existing.is_none() {
                self.asked_existing.store(true, Ordering::Relaxed);
            }
            return Some(of(existing.as_deref().unwrap_or_default(), tag));
        }
        let tag = key.strip_prefix("s3:RequestObjectTag/");
        if tag.is_none() && key != "s3:RequestObjectTagKeys" {
            return None;
        }
        if !OF_REQUESTED.contains(&action) {
            return Some(Values::Absent);
        }
        let known = self.requested.lock().clone();
        if let (Some(put_off), None) = (in_body, &known) {
            put_off.note();
            return Some(Values::Absent);
        }
        let sent = known.or_else(|| header.and_then(|header| form(header).ok())).unwrap_or_default();
        Some(match tag {
            Some(tag) => of(&sent, tag),
            None if sent.is_empty() => Values::Absent,
            None => Values::Many(sent.into_iter().map(|(key, _)| key.into()).collect()),
        })
    }
}

fn of(tags: &[(String, String)], wanted: &str) -> Values<'static> {
    let value = tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone());
    value.into()
}

const READ: &str = "s3:GetObjectTagging";
const READ_OF_VERSION: &str = "s3:GetObjectVersionTagging";

/// The actions that have the request's tags.
const OF_REQUESTED: [&str; 3] = ["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectVersionTagging"];

impl S3 {
    /// Asks for what an operation needs once more, now that the tags in its body are known.
    pub(crate) async fn permit_tags(&self, call: &S3Call, tags: &[(String, String)]) -> Result<(), S3Error> {
        call.tags.set_requested(tags);
        self.permit_body(call).await
    }

    /// How many tags an object has, for those who may know: "the number of tags, if any, on the object, when you have the relevant
    /// permission to read object tags".
    pub(crate) fn shown_tags(&self, call: &S3Call, object: &Object) -> Option<i32> {
        let count = object.attributes.tags().len();
        let bucket = call.found.bucket.as_ref().filter(|_| count > 0)?;
        let (key, version) = (call.address.key.as_deref(), call.call.parameter("versionId"));
        let (through, place) = (call.found.through.as_ref(), Place::Object(&object.access));
        let action = if version.is_some() { READ_OF_VERSION } else { READ };
        self.judge_of(call, object, Wanted { action, version, bucket, through, key, place }).ok().map(|()| count as i32)
    }

    /// To copy tags is to read those of the source and to write them.
    pub(crate) fn may_copy_tags(
        &self,
        call: &S3Call,
        source_key: &str,
        version: Option<&str>,
        object: &Object,
    ) -> Result<(), S3Error> {
        if object.attributes.tags().is_empty() {
            return Ok(());
        }
        let read = if version.is_some() { READ_OF_VERSION } else { READ };
        self.may_copy(call, (source_key, version, object), [read, "s3:PutObjectTagging"])
    }

    /// To copy annotations is to read those of the source and to write them.
    pub(crate) fn may_copy_annotations(
        &self,
        call: &S3Call,
        source_key: &str,
        version: Option<&str>,
        object: &Object,
    ) -> Result<(), S3Error> {
        if object.annotations() == 0 {
            return Ok(());
        }
        let read = if version.is_some() { "s3:GetObjectVersionAnnotation" } else { "s3:GetObjectAnnotation" };
        self.may_copy(call, (source_key, version, object), [read, "s3:PutObjectAnnotation"])
    }

    /// One permission on the source, and one on what is written.
    fn may_copy(
        &self,
        call: &S3Call,
        (source_key, version, object): (&str, Option<&str>, &Object),
        [read, write]: [&'static str; 2],
    ) -> Result<(), S3Error> {
        let bucket = call.found.source.as_ref().ok_or_else(S3Error::internal)?;
        let (key, through, place) =
            (Some(source_key), call.found.source_through.as_ref(), Place::Object(&object.access));
        self.judge_of(call, object, Wanted { action: read, version, bucket, through, key, place })?;
        let (key, place, through) = (call.address.key.as_deref(), Place::Written, call.found.through.as_ref());
        self.judge(call, Wanted { action: write, version: None, bucket: call.found()?, through, key, place })
    }

    /// One permission on an object that was read, whose tags are known so.
    pub(super) fn judge_of(&self, call: &S3Call, object: &Object, wanted: Wanted<'_>) -> Result<(), S3Error> {
        call.tags.set_existing(Some(object.attributes.tags()));
        let judged = self.judge(call, wanted);
        call.tags.set_existing(None);
        judged
    }
}
