//! A blob being written: pieces are filled one after the other, and two of them are on their way at once. The head goes last and alone.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::table::Checksums;
use coldkeep_blob::{Draft, Error, Label};
use coldkeep_types::Id;

use crate::claim::{Claim, Finished, lost};
use crate::engine::Shared;
use crate::head::Head;
use crate::names;
use crate::room::Room;

/// A draft, as its writer holds it.
pub(crate) struct PieceDraft {
    claim: Claim,
    label: Label,
    size_hint: Option<u64>,
    checksums: Checksums,
    /// The piece that is being filled.
    room: Option<Room>,
    /// Pieces before it.
    pieces: u64,
    failed: Option<Error>,
}

impl PieceDraft {
    pub fn create(shared: Arc<Shared>, id: Id, label: Label, size_hint: Option<u64>) -> Result<Self, Error> {
        let claim = Claim::new(shared, id)?;
        let checksums = Checksums::new(id);
        Ok(Self { claim, label, size_hint, checksums, room: None, pieces: 0, failed: None })
    }

    async fn append(&mut self, mut block: Bytes) -> Result<(), Error> {
        while !block.is_empty() {
            // Only what is followed by more is a piece: a blob of one is its head.
            if self.room.as_ref().is_some_and(|room| room.left() == 0) {
                self.send_piece().await?;
            }
            let mut room = match self.room.take() {
                Some(room) => room,
                None => self.find_room(self.expected()).await?,
            };
            let now = block.split_to(room.left().min(block.len()));
            self.checksums.update(&now);
            room.fill(&now);
            self.room = Some(room);
        }
        Ok(())
    }

    /// How many bytes are still expected. What comes beyond the hint may be anything.
    fn expected(&self) -> u64 {
        let expected = self.size_hint.map(|hint| hint.saturating_sub(self.checksums.size()));
        expected.filter(|more| *more > 0).unwrap_or(u64::MAX)
    }

    /// Room for the next piece. What is on its way has some that it gives back; who has nothing on its way waits.
    async fn find_room(&mut self, expected: u64) -> Result<Room, Error> {
        let shared = self.claim.shared.clone();
        loop {
            if let Some(room) = shared.memory.try_take(expected) {
                return Ok(room);
            }
            if !self.claim.is_busy() {
                return shared.memory.take(expected).await.ok_or_else(lost);
            }
            self.claim.one_done().await?;
        }
    }

    async fn send_piece(&mut self) -> Result<(), Error> {
        let Some(room) = self.room.take() else { return Ok(()) };
        let (bytes, permit) = room.into_piece();
        let name = names::piece(self.claim.id, self.pieces);
        self.pieces += 1;
        self.claim.put(name, bytes, permit).await
    }

    /// Writes what is left, and the head.
    async fn complete(mut self) -> Result<Finished, Error> {
        if self.pieces > 0 {
            self.send_piece().await?;
            self.claim.all_done().await?;
        }
        // None left: the data is in pieces, or there is none.
        let room = match self.room.take() {
            Some(room) => room,
            None => self.find_room(0).await?,
        };
        let Self { mut claim, label, checksums, .. } = self;
        let size = checksums.size();
        let head = Head { size, piece_bytes: claim.shared.store.piece_bytes(), label };
        let mut before = head.to_bytes(claim.id);
        before.extend_from_slice(&checksums.finish());
        let name = names::head(claim.id);
        // A table of many pieces is longer than the room before data.
        let (bytes, permit) = match head.pieces() {
            0 => room.into_head(&before),
            _ => (before.into(), room.into_piece().1),
        };
        claim.put(name, bytes, permit).await?;
        claim.all_done().await?;
        Ok(Finished { claim, size })
    }
}

#[async_trait]
impl Draft for PieceDraft {
    async fn write(&mut self, block: Bytes) -> Result<(), Error> {
        // Until the block is taken, and if this call is dropped: for ever.
        if let Some(error) = self.failed.replace(lost()) {
            self.failed = Some(error.clone());
            return Err(error);
        }
        let done = self.append(block).await;
        self.failed = done.as_ref().err().cloned();
        done
    }

    async fn finish(self: Box<Self>) -> Result<u64, Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        // A task of its own: it goes to its end, and who does not take delivery has it removed.
        let finished = tokio::spawn(self.complete()).await.unwrap_or_else(|_| Err(lost()))?;
        Ok(finished.keep())
    }
}
