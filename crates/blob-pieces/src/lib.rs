//! The blob engine over an object store that others run: blobs cut into pieces, and a head that makes them one, written last.
//!
//! [`Pieces`] is the engine, [`PieceStore`] all that it asks of a store; [`S3`] is one, [`Rados`] another, [`Memory`] serves tests. `docs/format/pieces.md` has the bytes,
//! decision 0050 the reasons.
//!
//! - An object is written once, whole or not at all, and never written over: what is there under a name is what was meant to be.
//! - A blob is there exactly if its head is. Pieces without head are what was cut short; they are listed, and can be taken out of service.
//! - Nothing is moved: a blob in quarantine keeps its pieces where they are, and has its head elsewhere.
//! - What a store did not answer is unknown: it may have been done, or be done later. The run of such a write does not settle, and is swept.
//! - Memory is bounded: bytes of pieces on their way are counted ([`Options::memory_bytes`]), and who finds no room waits.

mod claim;
mod draft;
mod engine;
mod head;
mod identity;
mod listing;
mod memory;
mod names;
mod parameters;
mod quarantine;
mod rados;
mod read;
mod room;
mod s3;
mod store;

pub use engine::{Options, Pieces};
pub use memory::Memory;
pub use rados::{Rados, RadosLocation, end_process};
pub use s3::{Keys, Location, S3};
pub use store::{Listed, PieceStore, StoreError, numbered};
