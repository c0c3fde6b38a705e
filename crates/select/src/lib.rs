//! SELECT over the records of one object: bytes in, the frames of an event stream out.
//!
//! Invariants: nothing is read or sent here, and no clock is asked; a [`Query`] takes pieces of an object as they come and never holds
//! more than a piece, a record and the answer of a step, however large or well compressed the object is; what is wrong with the data
//! is told in the stream, as Amazon does it, and ends it. A step is short, so that whoever runs it can stop between two. Of Parquet,
//! which is behind the feature `parquet`, it holds pages of the columns that are named, and says which bytes it wants.
//!
//! Not here: which object is read by whom.

#![cfg_attr(test, allow(clippy::disallowed_methods))]

mod aggregate;
mod compression;
mod csv;
mod errors;
mod expression;
mod frames;
mod functions;
mod input;
mod json;
mod number;
mod output;
#[cfg(feature = "parquet")]
mod parquet;
mod pattern;
mod query;
mod record;
mod sql;
mod timestamp;
mod value;

pub use compression::Compression;
pub use csv::{Csv, Header};
pub use errors::SelectError;
pub use input::Format;
pub use output::Output;
pub use query::{Query, Step};

/// The longest record, read or answered, in bytes: Amazon's 1 MB.
pub(crate) const MAX_RECORD_BYTES: usize = 1 << 20;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The query, in SQL.
    pub expression: String,
    /// How the object is written.
    pub format: Format,
    /// How it is compressed.
    pub compression: Compression,
    /// Only records that begin in this range of its bytes; of plain CSV and lines of JSON.
    pub range: Option<std::ops::Range<u64>>,
    /// How records are answered.
    pub output: Output,
    /// Whether it is told how far the query is.
    pub progress: bool,
    /// When it is: `UTCNOW`.
    pub now: jiff::Timestamp,
}
