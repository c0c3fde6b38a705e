//! Access logs of buckets: who asked what of a bucket, delivered as objects of another one.
//!
//! [`configuration`] keeps where they go and refuses what could never be delivered, [`record`] writes a line of a request that ended,
//! [`pending`] holds lines until [`deliver`] makes objects of them.
//!
//! Invariants: a bucket without logging costs a look at its record and nothing else; no request waits for its line, and none fails
//! for it; what waits is bounded. A line is no promise, as at Amazon ("best effort"): a crash loses those that wait, which is at most
//! what came since the last delivery. Deliveries are requests of nobody and have no lines themselves, so logs never feed themselves.

pub(crate) mod configuration;
mod deliver;
pub(crate) mod pending;
mod record;
