//! Memory that bodies are received into: blocks from a bounded pool, used again.
//!
//! Large blocks cost least: fewer calls and interrupts for the disk. As more of the pool is out, blocks get smaller, so that many
//! requests at once each have their two; when it is empty, because many requests or slow senders hold blocks, a request goes on
//! with small blocks of its own. Nothing waits for a block, so nobody starves.

use std::sync::Arc;

use coldkeep_blob::ALIGNED_BYTES;
use coldkeep_seal::{FRAME_BYTES, FRAME_PLAIN_BYTES};
use parking_lot::Mutex;

/// Bytes of a block when the pool is empty, and of the first block of a body of unknown length.
pub(crate) const SMALL_BLOCK_BYTES: usize = 64 << 10;
/// Sizes of pooled blocks, each with how much of the pool may be out with one more of them: 80 MiB in all.
const SIZES: [(usize, usize); 2] = [(1 << 20, 32 << 20), (512 << 10, 80 << 20)];
/// Blocks of each size that are kept for reuse when nobody needs them: so many come back at once when many streams were
/// hashed together, and memory that was given back to the system costs more than what is done with it.
const KEPT_BLOCKS: usize = 16;

/// The pool. Clones are the same pool.
#[derive(Clone, Default)]
pub(crate) struct Blocks(Arc<Mutex<Pool>>);

#[derive(Default)]
struct Pool {
    out_bytes: usize,
    free: [Vec<Vec<u8>>; SIZES.len()],
}

/// A block that goes back to its pool when it is dropped. Its bytes begin aligned as the blob engine likes them.
pub(crate) struct Block {
    data: Vec<u8>,
    /// Where its bytes begin in `data`.
    start: usize,
    /// How many bytes it takes.
    most: usize,
    /// Its pool, and its place in [`SIZES`].
    home: Option<(Blocks, usize)>,
}

impl Blocks {
    /// A block for some of the next `want` bytes: not much larger than they are, and as large as can be had.
    pub fn take(&self, want: u64) -> Block {
        let mut pool = self.0.lock();
        let fits = |(size, most_out): &(usize, usize)| want > *size as u64 / 2 && pool.out_bytes + size <= *most_out;
        match SIZES.iter().position(fits) {
            Some(class) => {
                let size = SIZES[class].0;
                pool.out_bytes += size;
                let kept = pool.free[class].pop();
                drop(pool);
                let mut data = kept.unwrap_or_else(|| Vec::with_capacity(size + ALIGNED_BYTES));
                data.clear();
                let start = data.as_ptr().addr().wrapping_neg() % ALIGNED_BYTES;
                data.resize(start, 0);
                Block { data, start, most: size, home: Some((self.clone(), class)) }
            }
            None => {
                let most = SMALL_BLOCK_BYTES.min(want as usize);
                Block { data: Vec::with_capacity(most), start: 0, most, home: None }
            }
        }
    }
}

impl Block {
    /// Takes no more than what is whole frames of sealed contents, unless it takes less than one.
    pub fn in_frames(mut self) -> Self {
        if self.most > FRAME_PLAIN_BYTES {
            self.most = (self.most / FRAME_BYTES).max(1) * FRAME_PLAIN_BYTES;
        }
        self
    }

    /// Lets bytes be appended, which must not be more than it was taken for.
    pub fn fill<E>(&mut self, fill: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<(), E> {
        fill(&mut self.data)
    }

    /// How many more bytes it takes.
    pub fn room(&self) -> usize {
        self.most - self.as_ref().len()
    }

    /// Appends bytes, for which there must be room.
    pub fn append(&mut self, bytes: &[u8]) {
        self.data.extend_from_slice(bytes);
    }
}

impl AsRef<[u8]> for Block {
    fn as_ref(&self) -> &[u8] {
        &self.data[self.start..]
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Some((pool, class)) = &self.home {
            let mut pool = pool.0.lock();
            pool.out_bytes -= SIZES[*class].0;
            if pool.free[*class].len() < KEPT_BLOCKS {
                pool.free[*class].push(std::mem::take(&mut self.data));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_get_smaller_as_the_pool_empties_and_never_run_out() {
        let blocks = Blocks::default();
        let held: Vec<Block> = (0..200).map(|_| blocks.take(u64::MAX)).collect();
        let count = |size: usize| held.iter().filter(|block| block.room() == size).count();
        assert_eq!((count(1 << 20), count(512 << 10), count(64 << 10)), (32, 96, 72));
        assert!(held.iter().take(128).all(|block| block.as_ref().as_ptr().addr().is_multiple_of(ALIGNED_BYTES)));
        drop(held);
        let pool = blocks.0.lock();
        assert_eq!((pool.out_bytes, pool.free[0].len(), pool.free[1].len()), (0, 16, 16));
    }

    #[test]
    fn a_block_is_not_much_larger_than_what_is_to_come() {
        let blocks = Blocks::default();
        let room = |want: u64| blocks.take(want).room() as u64;
        for (want, expected) in [(1, 1), (65_536, 65_536), (65_537, 65_536), (262_145, 512 << 10), (524_289, 1 << 20)] {
            assert_eq!(room(want), expected, "{want}");
        }
        let mut block = blocks.take(u64::MAX);
        block.append(&[7; 100]);
        assert_eq!((block.as_ref(), block.room()), (&[7; 100][..], (1 << 20) - 100));
        drop(block);
        assert_eq!(blocks.take(u64::MAX).as_ref(), b"", "what was in it is gone");
    }
}
