//! The headers of a request that lock what it writes, or pass over a lock.

use coldkeep_store::{Bucket, EventHold, ObjectLock, Retention};
use coldkeep_types::Timestamp;

use super::event_hold::event_hold_of;
use super::{hold, mode};
use crate::S3Call;
use crate::checksums::has_digest;
use crate::errors::S3Error;

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";
const HOLD: &str = "x-amz-object-lock-legal-hold";
const EVENT_HOLD: &str = "x-amz-object-lock-event-hold";
const BYPASS: &str = "x-amz-bypass-governance-retention";

/// Where there is nothing to bypass, Amazon refuses to bypass it for one object, not for a list: tools empty every bucket so.
const BATCH: &str = "DeleteObjects";

/// What the headers of a request say of locks.
pub(crate) struct Named<'a> {
    pub mode: Option<&'a str>,
    pub until: Option<Timestamp>,
    pub legal_hold: Option<&'a str>,
    pub event_hold: Option<&'a str>,
    pub days: Option<i32>,
    pub years: Option<i32>,
}

/// The [`Named`] of an input that writes a version.
macro_rules! named {
    ($input:expr) => {
        $crate::locks::asked::Named {
            mode: $input.object_lock_mode.as_deref(),
            until: $input.object_lock_retain_until_date,
            legal_hold: $input.object_lock_legal_hold_status.as_deref(),
            event_hold: $input.object_lock_event_hold.as_deref(),
            days: $input.object_lock_event_hold_duration_days,
            years: $input.object_lock_event_hold_duration_years,
        }
    };
}
pub(crate) use named;

/// The lock that a new version shall have by the headers of its request, in this bucket.
pub(crate) fn asked(call: &S3Call, bucket: &Bucket, named: Named<'_>) -> Result<ObjectLock, S3Error> {
    let Named { mode: named_mode, until, legal_hold, event_hold, days, years } = named;
    let event_hold = event_hold_of(EVENT_HOLD, event_hold, days, years)?;
    let held = matches!(event_hold, Some(EventHold::On(_)));
    let retention = match (named_mode, until) {
        (None, None) if event_hold.is_none() => None,
        (Some(name), until) if held || until.is_some() => {
            let unknown = || S3Error::invalid_argument("Unknown wormMode directive.").about(MODE, name);
            let until = until.map(|until| to_come(call, UNTIL, until)).transpose()?;
            Some(Retention::new(mode(name).ok_or_else(unknown)?, until.unwrap_or(Retention::NO_DATE)))
        }
        _ if held => return Err(S3Error::invalid_argument("An event hold needs x-amz-object-lock-mode")),
        _ => {
            let message = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
            let missing = if named_mode.is_some() { UNTIL } else { MODE };
            return Err(S3Error::invalid_argument(message).with("ArgumentName", missing));
        }
    };
    let unknown =
        |name: &str| S3Error::invalid_argument("Legal Hold must be either of 'ON' or 'OFF'").about(HOLD, name);
    let legal_hold = legal_hold.map(|name| hold(name).ok_or_else(|| unknown(name))).transpose()?;
    let lock = ObjectLock { retention, legal_hold, event_hold };
    if bucket.lock.is_none() && lock != ObjectLock::default() {
        return Err(S3Error::invalid_request("Bucket is missing ObjectLockConfiguration"));
    }
    Ok(lock)
}

/// A date that is still to come, by the name of where it is.
pub(super) fn to_come(call: &S3Call, name: &str, until: Timestamp) -> Result<Timestamp, S3Error> {
    if until > call.call.received {
        return Ok(until);
    }
    Err(S3Error::invalid_argument("The retain until date must be in the future!").about(name, until.iso_millis()))
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
    if call.header(BYPASS).is_none() {
        return Ok(());
    }
    let has_locks = call.found.bucket.as_ref().is_some_and(|bucket| bucket.lock.is_some());
    if has_locks || call.operation_name() == BATCH {
        return Ok(());
    }
    let message = "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.";
    Err(S3Error::invalid_argument(message).with("ArgumentName", BYPASS))
}
