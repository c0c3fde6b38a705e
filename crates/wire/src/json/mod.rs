//! JSON by pulling and by appending: no tree is built in either direction.

mod read;
mod write;

pub(crate) use read::{JsonReader, ReadJson};
pub(crate) use write::{JsonWriter, WriteJson};
