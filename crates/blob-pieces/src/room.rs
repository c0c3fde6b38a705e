//! Memory for pieces on their way: counted in MiB, so that many slow uploads do not take more than there is.
//!
//! Nobody who waits for memory holds some, or has anybody to wait for but the store: so nobody waits for ever.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use coldkeep_blob::table::table_bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::head::HEADER_BYTES;

const UNIT: u64 = 1 << 20;

/// The memory of all drafts.
pub(crate) struct Memory {
    free: Arc<Semaphore>,
    piece_bytes: u32,
}

/// A piece that is being filled. Before its data there is room for what a head has there, so that a blob of one piece needs no copy.
pub(crate) struct Room {
    bytes: BytesMut,
    front: usize,
    piece_bytes: usize,
    permit: OwnedSemaphorePermit,
}

impl Memory {
    pub fn new(bytes: u64, piece_bytes: u32) -> Self {
        let units = (bytes / UNIT).max(u64::from(piece_bytes).div_ceil(UNIT)).max(1);
        Self { free: Arc::new(Semaphore::new(units as usize)), piece_bytes }
    }

    /// Whole MiB for a piece of which so many bytes are expected. Where more come after all, they are not counted: a hint is rarely wrong
    /// by much.
    fn units(&self, expected: u64) -> u32 {
        expected.clamp(1, self.piece_bytes.into()).div_ceil(UNIT) as u32
    }

    /// Room for a piece, if there is some now.
    pub fn try_take(&self, expected: u64) -> Option<Room> {
        let permit = self.free.clone().try_acquire_many_owned(self.units(expected)).ok()?;
        Some(self.room(permit, expected))
    }

    /// Room for a piece. Who asks holds none.
    pub async fn take(&self, expected: u64) -> Option<Room> {
        let permit = self.free.clone().acquire_many_owned(self.units(expected)).await.ok()?;
        Some(self.room(permit, expected))
    }

    fn room(&self, permit: OwnedSemaphorePermit, expected: u64) -> Room {
        let front = HEADER_BYTES + table_bytes(self.piece_bytes.into()) as usize;
        let expected = expected.min(self.piece_bytes.into()) as usize;
        let mut bytes = BytesMut::with_capacity(front + expected);
        bytes.resize(front, 0);
        Room { bytes, front, piece_bytes: self.piece_bytes as usize, permit }
    }
}

impl Room {
    /// How much more the piece takes.
    pub fn left(&self) -> usize {
        self.front + self.piece_bytes - self.bytes.len()
    }

    /// Adds bytes; at most as many as are [`left`](Self::left).
    pub fn fill(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The data, and what counts its memory as long as it is needed.
    pub fn into_piece(self) -> (Bytes, OwnedSemaphorePermit) {
        (self.bytes.freeze().slice(self.front..), self.permit)
    }

    /// The data after what a head has before it.
    pub fn into_head(mut self, before: &[u8]) -> (Bytes, OwnedSemaphorePermit) {
        let start = self.front - before.len();
        self.bytes[start..self.front].copy_from_slice(before);
        (self.bytes.freeze().slice(start..), self.permit)
    }
}
