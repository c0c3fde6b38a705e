//! Object lock, as requests speak of it: the configuration of a bucket, retention and legal hold of a version, and the headers by
//! which a new version gets them. What a lock keeps from happening is the store's to see to.
//!
//! From the S3 user guide, "Locking objects with Object Lock", and the API reference of its six operations.

pub(crate) mod asked;
pub(crate) mod configuration;
pub(crate) mod event_hold;
pub(crate) mod hold;
pub(crate) mod retention;

use coldkeep_store::LockMode;

use crate::errors::S3Error;

/// The name of a mode.
pub(crate) fn mode_name(mode: LockMode) -> &'static str {
    match mode {
        LockMode::Governance => "GOVERNANCE",
        LockMode::Compliance => "COMPLIANCE",
    }
}

/// The mode of a name.
pub(crate) fn mode(name: &str) -> Option<LockMode> {
    match name {
        "GOVERNANCE" => Some(LockMode::Governance),
        "COMPLIANCE" => Some(LockMode::Compliance),
        _ => None,
    }
}

/// `ON` or `OFF`.
pub(crate) fn hold_name(hold: bool) -> &'static str {
    if hold { "ON" } else { "OFF" }
}

/// What [`hold_name`] gives.
pub(crate) fn hold(name: &str) -> Option<bool> {
    match name {
        "ON" => Some(true),
        "OFF" => Some(false),
        _ => None,
    }
}

/// What has no lock of the kind that was asked for.
fn no_lock() -> S3Error {
    let message = "The specified object does not have a ObjectLock configuration";
    S3Error::new(404, "NoSuchObjectLockConfiguration", message)
}
