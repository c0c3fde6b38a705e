//! PutObjectLegalHold and GetObjectLegalHold.

use coldkeep_http::{Body, Response};
use coldkeep_store::ObjectLock;
use coldkeep_wire::s3::{
    GetObjectLegalHoldOutput, GetObjectLegalHoldRequest, ObjectLockLegalHold, PutObjectLegalHoldOutput,
    PutObjectLegalHoldRequest,
};

use super::{hold, hold_name, no_lock};
use crate::checksums::must_have_digest;
use crate::errors::S3Error;
use crate::{S3, S3Call, respond};

/// PutObjectLegalHold: a version stays until further notice, or no longer.
pub(crate) async fn put_object_legal_hold(
    door: &S3,
    call: &S3Call,
    input: PutObjectLegalHoldRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    must_have_digest(call)?;
    let status = input.legal_hold.and_then(|wanted| wanted.status);
    let hold = status.as_deref().and_then(hold).ok_or_else(S3Error::malformed_xml)?;
    door.permit_lock(call, ObjectLock { legal_hold: Some(hold), ..ObjectLock::default() }).await?;
    door.store.put_legal_hold(&call.bucket()?, &call.key()?, call.version()?, hold).await?;
    Ok(respond(PutObjectLegalHoldOutput::default().encode()))
}

/// GetObjectLegalHold: `OFF` where it was put once.
pub(crate) async fn get_object_legal_hold(
    door: &S3,
    call: &S3Call,
    _input: GetObjectLegalHoldRequest,
    _body: Body,
) -> Result<Response, S3Error> {
    let object = door.store.head_version(&call.bucket()?, &call.key()?, call.version()?).await?;
    if call.found()?.lock.is_none() {
        return Err(S3Error::no_object_lock());
    }
    let hold = object.lock.legal_hold.ok_or_else(no_lock)?;
    let legal_hold = Some(ObjectLockLegalHold { status: Some(hold_name(hold).to_owned()) });
    Ok(respond(GetObjectLegalHoldOutput { legal_hold }.encode()))
}
