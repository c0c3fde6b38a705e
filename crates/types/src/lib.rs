//! The nouns of Coldkeep, parsed once at a door and trusted below it.
//!
//! Every type here has one way in (`parse` or `new`) that checks Amazon's rule for it, so that
//! code further down never checks again. Nothing here does I/O.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod access_points;
mod id;
mod names;
mod parts;
mod time;

pub use access_points::{AccessPointArn, AccessPointName, OutpostId, is_alias};
pub use id::{Id, IdGenerator};
pub use names::{AccountId, BucketName, InvalidName, MAX_KEY_BYTES, ObjectKey, Region, VaultName};
pub use parts::{
    InvalidPart, MAX_OBJECT_BYTES, MAX_PART_BYTES, MAX_PARTS, MAX_SINGLE_PUT_BYTES, MIN_PART_BYTES, PartNumber,
    PartSize,
};
pub use time::{Clock, SystemClock, Timestamp};
