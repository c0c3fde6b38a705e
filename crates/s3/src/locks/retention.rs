//! PutObjectRetention and GetObjectRetention.

use coldkeep_http::{Body, Response};
use coldkeep_store::{ObjectLock, Retention};
use coldkeep_wire::s3::{
    GetObjectRetentionOutput, GetObjectRetentionRequest, ObjectLockRetention, PutObjectRetentionOutput,
    PutObjectRetentionRequest,
};

use super::asked::to_come;
use super::{mode, mode_name, no_lock};
use crate::checksums::must_have_digest;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// PutObjectRetention: until when a version stays. An empty one takes it away, from whom it may be taken.
pub(crate) async fn put_object_retention(
    door: &S3,
    call: &S3Call,
    input: PutObjectRetentionRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    must_have_digest(call)?;
    let wanted = input.retention.ok_or_else(S3Error::malformed_xml)?;
    if wanted.event_hold.is_some() || wanted.event_hold_duration.is_some() {
        return Err(S3Error::not_implemented("Event holds are not implemented"));
    }
    let retention = match (wanted.mode.as_deref(), wanted.retain_until_date) {
        (None, None) => None,
        (Some(name), Some(until)) => {
            let mode = mode(name).ok_or_else(S3Error::malformed_xml)?;
            Some(Retention::new(mode, to_come(call, until)?))
        }
        _ => return Err(S3Error::malformed_xml()),
    };
    door.permit_lock(call, ObjectLock { retention, legal_hold: None }).await?;
    let bypass = input.bypass_governance_retention == Some(true);
    door.store.put_retention(&call.bucket()?, &call.key()?, call.version()?, retention, bypass).await?;
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
    let shown = ObjectLockRetention {
        mode: Some(mode_name(retention.mode).to_owned()),
        retain_until_date: Some(retention.until()),
        ..ObjectLockRetention::default()
    };
    Ok(respond(GetObjectRetentionOutput { retention: Some(shown) }.encode()))
}
