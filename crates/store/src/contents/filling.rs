//! The block that a body is received into, and beside it, where the body is sealed, the same bytes as they will be kept: sealed while they
//! are still near the processor, since the copy for it costs a third of what it costs later.

use bytes::Bytes;
use coldkeep_seal::{FrameSealer, SealError, sealed_bytes};
use coldkeep_types::Id;

use crate::Error;
use crate::contents::blocks::{Block, Blocks};
use crate::contents::sealed::broken;

/// What is being filled.
pub(crate) struct Filling<'a> {
    blocks: &'a Blocks,
    id: Id,
    sealer: Option<FrameSealer>,
    now: Filled,
}

/// A block of plaintext, and what is kept of it, if that is something else.
pub(crate) struct Filled {
    plain: Block,
    sealed: Option<Block>,
}

impl<'a> Filling<'a> {
    /// For the first of a body of about `want` bytes, whose content has this id.
    pub fn new(blocks: &'a Blocks, id: Id, sealer: Option<FrameSealer>, want: u64) -> Self {
        let now = Filled::take(blocks, want, sealer.is_some());
        Self { blocks, id, sealer, now }
    }

    /// How many more bytes the block takes.
    pub fn room(&self) -> usize {
        self.now.plain.room()
    }

    /// Appends bytes, for which there must be room.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.now.plain.append(bytes);
        self.seal(|sealer, out| sealer.push(bytes, out))
    }

    /// The full block, in whose place is a new one for some of the next `want` bytes.
    pub fn next(&mut self, want: u64) -> Result<Filled, Error> {
        self.seal(FrameSealer::rest)?;
        let next = Filled::take(self.blocks, want, self.sealer.is_some());
        Ok(std::mem::replace(&mut self.now, next))
    }

    /// The last block.
    pub fn end(mut self) -> Result<Filled, Error> {
        self.seal(FrameSealer::end)?;
        Ok(self.now)
    }

    fn seal(
        &mut self,
        seal: impl FnOnce(&mut FrameSealer, &mut Vec<u8>) -> Result<(), SealError>,
    ) -> Result<(), Error> {
        let (Some(sealer), Some(sealed)) = (&mut self.sealer, &mut self.now.sealed) else { return Ok(()) };
        sealed.fill(|out| seal(sealer, out)).map_err(|error| broken(self.id, error))
    }
}

impl Filled {
    fn take(blocks: &Blocks, want: u64, sealed: bool) -> Self {
        let plain = blocks.take(want);
        if !sealed {
            return Self { plain, sealed: None };
        }
        let plain = plain.in_frames();
        let sealed = blocks.take(sealed_bytes(plain.room() as u64));
        Self { plain, sealed: Some(sealed) }
    }

    /// The plaintext.
    pub fn plain(&self) -> &[u8] {
        self.plain.as_ref()
    }

    /// What is kept of it.
    pub fn kept(&self) -> &[u8] {
        self.sealed.as_ref().unwrap_or(&self.plain).as_ref()
    }

    /// Both.
    pub fn into_bytes(self) -> (Bytes, Bytes) {
        let plain = Bytes::from_owner(self.plain);
        let kept = self.sealed.map_or_else(|| plain.clone(), Bytes::from_owner);
        (plain, kept)
    }
}
