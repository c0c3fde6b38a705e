//! PutObjectRetention and GetObjectRetention.

use coldkeep_http::{Body, Response};
use coldkeep_store::{EventHold, NewRetention, ObjectLock, Retention};
use coldkeep_wire::s3::{
    EventHoldDuration, GetObjectRetentionOutput, GetObjectRetentionRequest, ObjectLockRetention,
    PutObjectRetentionOutput, PutObjectRetentionRequest,
};

use super::asked::to_come;
use super::event_hold::{event_hold_of, status, told};
use super::{mode, mode_name, no_lock};
use crate::checksums::must_have_digest;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// PutObjectRetention: until when a version stays, or what holds and releases it. An empty one takes it away, from whom it may be
/// taken.
pub(crate) async fn put_object_retention(
    door: &S3,
    call: &S3Call,
    input: PutObjectRetentionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    must_have_digest(call)?;
    let wanted = input.retention.ok_or_else(S3Error::malformed_xml)?;
    let mode = wanted.mode.as_deref().map(|name| mode(name).ok_or_else(S3Error::malformed_xml)).transpose()?;
    let until = wanted.retain_until_date.map(|until| to_come(call, "RetainUntilDate", until)).transpose()?;
    let duration = wanted.event_hold_duration.unwrap_or_default();
    let event_hold = event_hold_of("EventHold", wanted.event_hold.as_deref(), duration.days, duration.years)?;
    let retention = match (event_hold, mode, until) {
        (None, None, None) => NewRetention::None,
        (None, Some(mode), Some(until)) => NewRetention::Until(Retention::new(mode, until)),
        (Some(EventHold::On(duration)), Some(mode), until) => NewRetention::Held(mode, duration, until),
        (Some(EventHold::Off), mode, until) => NewRetention::Released(mode, until),
        (Some(EventHold::On(_)), None, _) => {
            return Err(S3Error::invalid_argument("An event hold needs a retention mode"));
        }
        _ => return Err(S3Error::malformed_xml()),
    };
    let named = mode.map(|mode| Retention::new(mode, until.unwrap_or(Retention::NO_DATE)));
    door.permit_lock(call, ObjectLock { retention: named, legal_hold: None, event_hold }).await?;
    let bypass = input.bypass_governance_retention == Some(true);
    door.store_for(call).put_retention(&call.bucket()?, &call.key()?, call.version()?, retention, bypass).await?;
    Ok(respond(PutObjectRetentionOutput::default().encode()))
}

/// GetObjectRetention: also of one that has ended.
pub(crate) async fn get_object_retention(
    door: &S3,
    call: &S3Call,
    _input: GetObjectRetentionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let object = door.store.head_version(&call.bucket()?, &call.key()?, call.version()?).await?;
    if call.found()?.lock.is_none() {
        return Err(S3Error::no_object_lock());
    }
    let retention = object.lock.retention.ok_or_else(no_lock)?;
    let (days, years) = told(object.lock.held());
    let shown = ObjectLockRetention {
        mode: Some(mode_name(retention.mode).to_owned()),
        retain_until_date: object.lock.until(door.store.now()),
        event_hold: object.lock.event_hold.map(status),
        event_hold_duration: object.lock.held().map(|_| EventHoldDuration { days, years }),
    };
    Ok(respond(GetObjectRetentionOutput { retention: Some(shown) }.encode()))
}
