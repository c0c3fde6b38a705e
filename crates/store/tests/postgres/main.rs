//! The store over PostgreSQL: a part of its own tests, and several servers, each with an engine of its own over one database. Left to the engine in
//! memory are tests that count turns of the runtime or milliseconds, that make commits fail, and, but for lists, that take thousands of commits.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]
#![allow(dead_code, reason = "the modules of the other program's tests are taken as they are")]

#[path = "../../../meta-postgres/tests/postgres/cluster.rs"]
mod cluster;
mod engine;
mod servers;

#[path = "../store/access.rs"]
mod access;
#[path = "../store/access_points.rs"]
mod access_points;
#[path = "../store/beating.rs"]
mod beating;
#[path = "../store/body.rs"]
mod body;
#[path = "../store/checksums.rs"]
mod checksums;
#[path = "../store/deletes.rs"]
mod deletes;
#[path = "../store/jitter.rs"]
mod jitter;
#[path = "../store/listing.rs"]
mod listing;
#[path = "../store/uploads.rs"]
mod uploads;
#[path = "../store/world.rs"]
mod world;
