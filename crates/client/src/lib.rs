//! Transfers to and from vaults that go on where they were broken off, against this server or Amazon.
//!
//! - [`put`] sends a file or a stream as a multipart upload. What the server has is never sent again, and a part is sent with the tree
//!   hash of the bytes as they were read. After a kill, the parts that are there are compared with the file as it is read on.
//! - [`get`] fetches an archive by ranges into a file beside its place; the name is given when every byte is proven, not before.
//! - [`import`] brings the archives of a vault elsewhere into a vault or a bucket here, for weeks if it must, within a budget.
//! - [`Listing`] is what a vault holds, by the last inventory that was fetched and what was put and removed from here since.
//!
//! What is kept between runs lies in [`Folders`]; losing it costs time, never bytes. Memory is bounded by the parts in flight.
//!
//! Nothing here prints, and nothing here parses a command line. `amazon.rs` and `bucket.rs` are the files that call the SDK.

#![allow(clippy::disallowed_methods, reason = "files of whoever gives the command, on the machine's own disk")]

mod amazon;
mod answer;
mod bucket;
mod connect;
mod description;
mod download;
mod empty;
mod error;
mod folders;
mod found;
mod hashing;
mod import;
mod inventory;
mod lock;
mod plan;
mod progress;
mod upload;

pub use amazon::Vault;
pub use bucket::Bucket;
pub use connect::{Service, Settings};
pub use description::{Named, describe, understand};
pub use download::{Get, Got, Tier, get};
pub use empty::empty;
pub use error::Error;
pub use folders::Folders;
pub use found::{Job, JobKind, JobState, OpenUpload, Part, Parts};
pub use hashing::hex;
pub use import::{Budget, Destination, Dollars, Failure, Head, Import, Ledger, Plan, Prices, Report, import};
pub use inventory::{Archive, Freshness, Listing, read_inventory};
pub use plan::{MAX_PARTS, STREAM_PART_BYTES, part_size_for};
pub use progress::Progress;
pub use upload::{Put, Source, Stored, put};
