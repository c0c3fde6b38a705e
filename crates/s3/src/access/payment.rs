//! Who pays: in a bucket of `Requester` everybody but its owner says so with each request, or is refused. From the S3 user guide,
//! "Using Requester Pays buckets". Nothing is counted or charged here; the answer says that it would be.

use coldkeep_store::Bucket;

use crate::S3Call;
use crate::errors::S3Error;

/// Whether the caller pays for this request, or why it is refused.
pub(super) fn charged(call: &S3Call, bucket: &Bucket) -> Result<bool, S3Error> {
    let owner = call.caller.as_ref().is_some_and(|caller| caller.account.as_str() == bucket.owner);
    if owner || bucket.access.requester_pays != Some(true) {
        return Ok(false);
    }
    match call.caller.is_some() && call.header("x-amz-request-payer") == Some("requester") {
        true => Ok(true),
        false => Err(S3Error::access_denied()),
    }
}
