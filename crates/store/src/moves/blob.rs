//! A blob, copied as it is into another pool.

use std::sync::atomic::Ordering;

use coldkeep_blob::Draft;
use coldkeep_types::Id;

use crate::admission::room::Reservation;
use crate::contents::label;
use crate::windows::Taken;
use crate::{Error, Store};

/// Bytes that are read and written at once.
const PIECE_BYTES: u64 = 1 << 20;

/// The bytes of a blob under an id of this run, not yet durable. Dropped, they vanish.
pub(super) struct Copy {
    pub id: Id,
    pub bytes: u64,
    draft: Box<dyn Draft>,
    taken: Taken,
    room: Reservation,
}

impl Store {
    /// Copies a blob, which the caller holds, into a pool; each block is verified as it is read. [`Error::Full`] before that begins.
    pub(super) async fn copy_blob(&self, from: Id, pool: u8) -> Result<Copy, Error> {
        let engine = &self.0.blobs;
        let blob = engine.open(from).await?;
        let label = label::of_copy(engine.label(from).await?, from);
        let mut taken = self.take_id(pool).await?;
        let (id, bytes) = (taken.id(), blob.size());
        let mut room = self.reserve(pool, Some(bytes)).await?;
        taken.begin();
        let mut draft = self.noting(pool, engine.create(id, label, Some(bytes)).await)?;
        let mut at = 0;
        while at < bytes {
            let next = bytes.min(at + PIECE_BYTES);
            let piece = blob.read(at..next).await?;
            self.noting(pool, draft.write(piece).await)?;
            room.wrote(next - at);
            at = next;
        }
        Ok(Copy { id, bytes, draft, taken, room })
    }

    /// Makes a copy durable; gives the room that it has until its record is there too. From here on the caller must not be cancelled.
    pub(super) async fn finish_copy(&self, copy: Copy) -> Result<Reservation, Error> {
        let pool = copy.id.pool();
        if let Err(error) = self.noting(pool, copy.draft.finish().await) {
            // The engine may not know whether the blob is there.
            self.0.leaked.store(true, Ordering::Relaxed);
            return Err(error);
        }
        copy.taken.finished();
        self.note_written(pool);
        Ok(copy.room)
    }
}
