//! The headers of a request that lock what it writes, or pass over a lock.

use coldkeep_store::{Bucket, ObjectLock, Retention};
use coldkeep_types::Timestamp;

use super::{hold, mode};
use crate::S3Call;
use crate::checksums::has_digest;
use crate::errors::S3Error;

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";
const HOLD: &str = "x-amz-object-lock-legal-hold";
const BYPASS: &str = "x-amz-bypass-governance-retention";

/// Where there is nothing to bypass, Amazon refuses to bypass it for one object, not for a list: tools empty every bucket so.
const BATCH: &str = "DeleteObjects";

/// The lock that a new version shall have by the headers of its request, in this bucket.
pub(crate) fn asked(
    call: &S3Call,
    bucket: &Bucket,
    named_mode: Option<&str>,
    until: Option<Timestamp>,
    named_hold: Option<&str>,
) -> Result<ObjectLock, S3Error> {
    if bucket.lock.is_none() && (named_mode.is_some() || until.is_some() || named_hold.is_some()) {
        return Err(S3Error::no_object_lock());
    }
    let retention = match (named_mode, until) {
        (None, None) => None,
        (Some(name), Some(until)) => {
            let unknown = || S3Error::invalid_argument("Unknown wormMode directive.").about(MODE, name);
            Some(Retention::new(mode(name).ok_or_else(unknown)?, to_come(call, until)?))
        }
        _ => {
            return Err(S3Error::invalid_argument(
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            ));
        }
    };
    let unknown =
        |name: &str| S3Error::invalid_argument("Legal Hold must be either of 'ON' or 'OFF'").about(HOLD, name);
    let legal_hold = named_hold.map(|name| hold(name).ok_or_else(|| unknown(name))).transpose()?;
    Ok(ObjectLock { retention, legal_hold })
}

/// A date that is still to come.
pub(super) fn to_come(call: &S3Call, until: Timestamp) -> Result<Timestamp, S3Error> {
    if until > call.call.received {
        return Ok(until);
    }
    Err(S3Error::invalid_argument("The retain until date must be in the future!").about(UNTIL, until.iso_millis()))
}

/// What is to be locked, if only by the bucket's default, must come with a digest, as at Amazon: nobody can put it right later.
pub(crate) fn must_be_proven(call: &S3Call, bucket: &Bucket, lock: &ObjectLock, what: &str) -> Result<(), S3Error> {
    let retains = bucket.lock.is_some_and(|lock| lock.default.is_some());
    if !retains && *lock == ObjectLock::default() || has_digest(call) {
        return Ok(());
    }
    Err(S3Error::invalid_request(format!(
        "Content-MD5 OR x-amz-checksum- HTTP header is required for {what} requests with Object Lock parameters"
    )))
}

/// Refuses to bypass what there cannot be.
pub(crate) fn judge(call: &S3Call) -> Result<(), S3Error> {
    let Some(value) = call.header(BYPASS).filter(|value| !value.eq_ignore_ascii_case("false")) else { return Ok(()) };
    let has_locks = call.found.bucket.as_ref().is_some_and(|bucket| bucket.lock.is_some());
    if has_locks || call.operation_name() == BATCH {
        return Ok(());
    }
    let message = "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.";
    Err(S3Error::invalid_argument(message).about(BYPASS, value))
}
