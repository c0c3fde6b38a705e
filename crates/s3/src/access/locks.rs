//! Locks as conditions see them, `s3:object-lock-*`, and as readers do. A decision that asks for a lock in a body is put off (`body`).

use coldkeep_auth::policy::Values;
use coldkeep_store::{Object, ObjectLock, Retention};
use coldkeep_types::Timestamp;

use super::decide::{Place, Wanted};
use crate::errors::S3Error;
use crate::locks::event_hold::{event_hold_of, in_days, status, told};
use crate::locks::{hold_name, mode, mode_name};
use crate::{S3, S3Call};

/// A lock as those may know who read its object.
#[derive(Debug, Default)]
pub(crate) struct ShownLock {
    pub mode: Option<String>,
    pub until: Option<Timestamp>,
    pub hold: Option<String>,
    pub event_hold: Option<String>,
    pub days: Option<i32>,
    pub years: Option<i32>,
}

const PREFIX: &str = "s3:object-lock-";
const IN_BODIES: [&str; 2] = ["PutObjectRetention", "PutObjectLegalHold"];
const OF_REQUESTED: [&str; 3] = ["s3:PutObject", "s3:PutObjectRetention", "s3:PutObjectLegalHold"];

/// The value of a condition key of locks, for an action; `None`: it is no such key.
pub(super) fn value(call: &S3Call, action: &str, key: &str) -> Option<Values<'static>> {
    let what = key.strip_prefix(PREFIX)?;
    if !OF_REQUESTED.contains(&action) {
        return Some(Values::Absent);
    }
    let lock = match call.lock.get() {
        Some(lock) => *lock,
        None if IN_BODIES.contains(&call.operation_name()) => {
            call.put_off.note();
            return Some(Values::Absent);
        }
        None => of_headers(call),
    };
    let until = lock.retention.map(|retention| retention.until()).filter(|until| *until != Retention::NO_DATE);
    Some(match what {
        "mode" => lock.retention.map(|retention| mode_name(retention.mode).to_owned()).into(),
        "retain-until-date" => until.map(Timestamp::iso_millis).into(),
        "legal-hold" => lock.legal_hold.map(|hold| hold_name(hold).to_owned()).into(),
        "event-hold" => lock.event_hold.map(status).into(),
        "event-hold-duration-days" => lock.held().map(|duration| in_days(duration).to_string()).into(),
        "remaining-retention-days" => until.map(|until| days_left(until, call.call.received).to_string()).into(),
        _ => Values::Absent,
    })
}

/// Days that have begun count: who asks for ten days is a moment short of them when the request is read.
fn days_left(until: Timestamp, now: Timestamp) -> i64 {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    until.0.saturating_sub(now.0).max(0).saturating_add(DAY_MS - 1) / DAY_MS
}

/// What the headers ask for, as far as it can be read: the handler refuses the rest.
fn of_headers(call: &S3Call) -> ObjectLock {
    let header = |name: &str| call.header(&format!("x-amz-object-lock-{name}"));
    let until = header("retain-until-date").and_then(coldkeep_wire::parse_timestamp);
    let mode = header("mode").and_then(mode);
    let number = |name| header(name).and_then(|text| text.parse().ok());
    let (days, years) = (number("event-hold-duration-days"), number("event-hold-duration-years"));
    let event_hold = event_hold_of("", header("event-hold"), days, years).ok().flatten();
    let until = until.or(event_hold.map(|_| Retention::NO_DATE));
    ObjectLock {
        retention: mode.zip(until).map(|(mode, until)| Retention::new(mode, until)),
        legal_hold: header("legal-hold").and_then(crate::locks::hold),
        event_hold,
    }
}

impl S3 {
    /// Asks for what an operation needs once more, now that the lock in its body is known.
    pub(crate) async fn permit_lock(&self, call: &S3Call, lock: ObjectLock) -> Result<(), S3Error> {
        call.lock.get_or_init(|| lock);
        self.permit_body(call).await
    }

    /// The lock of an object, as far as its reader may know: "this header is only returned if the requester has the
    /// s3:GetObjectRetention permission", and `s3:GetObjectLegalHold` likewise.
    pub(crate) fn shown_lock(&self, call: &S3Call, object: &Object) -> ShownLock {
        let (Some(bucket), true) = (&call.found.bucket, object.lock != ObjectLock::default()) else {
            return ShownLock::default();
        };
        let (key, version) = (call.address.key.as_deref(), call.call.parameter("versionId"));
        let (through, place) = (call.found.through.as_ref(), Place::Object(&object.access));
        let may = |action| self.judge_of(call, object, Wanted { action, version, bucket, through, key, place }).is_ok();
        let retention = object.lock.retention.filter(|_| may("s3:GetObjectRetention"));
        let hold = object.lock.legal_hold.filter(|_| may("s3:GetObjectLegalHold"));
        let (days, years) = told(object.lock.held().filter(|_| retention.is_some()));
        ShownLock {
            mode: retention.map(|retention| mode_name(retention.mode).to_owned()),
            until: retention.and_then(|_| object.lock.until(self.store.now())),
            event_hold: object.lock.event_hold.filter(|_| retention.is_some()).map(status),
            days,
            years,
            hold: hold.map(|hold| hold_name(hold).to_owned()),
        }
    }
}
