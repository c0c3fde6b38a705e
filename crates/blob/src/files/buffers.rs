//! Memory that blocks are read into, used again: fresh memory would have to be faulted in and cleared for each read.

use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::table::BLOCK_BYTES;

/// Sizes that are kept: 1, 2, 4, 8 and 16 blocks, that is 64 KiB to 1 MiB.
const CLASSES: usize = 5;
/// The most that is kept of each size while nobody uses it.
const KEPT_BYTES: usize = 4 << 20;

/// Buffers that nobody uses now, by size.
#[derive(Default)]
pub(super) struct Buffers(Mutex<[Vec<Vec<u8>>; CLASSES]>);

/// Memory for one read. Goes back when the last reference to its bytes is dropped.
pub(super) struct Buffer {
    memory: Vec<u8>,
    length: usize,
    home: Arc<Buffers>,
}

fn class(bytes: usize) -> (usize, usize) {
    let blocks = bytes.div_ceil(BLOCK_BYTES as usize).max(1).next_power_of_two();
    (blocks.trailing_zeros() as usize, blocks * BLOCK_BYTES as usize)
}

impl Buffers {
    /// Memory for `length` bytes. What is in it is left from earlier reads.
    pub(super) fn take(self: &Arc<Self>, length: usize) -> Buffer {
        let (class, room) = class(length);
        let kept = self.0.lock().get_mut(class).map(Vec::pop);
        let memory = match kept {
            Some(kept) => kept.unwrap_or_else(|| vec![0; room]),
            None => vec![0; length],
        };
        Buffer { memory, length, home: self.clone() }
    }
}

impl Buffer {
    pub(super) fn as_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.length]
    }

    pub(super) fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.length]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let (class, room) = class(self.memory.len());
        if let Some(kept) = self.home.0.lock().get_mut(class)
            && kept.len() * room < KEPT_BYTES
        {
            kept.push(std::mem::take(&mut self.memory));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_comes_back_and_what_is_kept_is_bounded() {
        let buffers = Arc::<Buffers>::default();
        let kept = || buffers.0.lock().iter().flatten().map(Vec::len).sum::<usize>();
        let block = BLOCK_BYTES as usize;
        for length in [1, block, block + 1, 16 * block, 16 * block + 1] {
            let mut buffer = buffers.take(length);
            assert_eq!((buffer.as_mut().len(), buffer.as_ref().len()), (length, length));
            assert_eq!(buffer.into_bytes().len(), length);
        }
        // The second one was the first, and the largest is not kept.
        assert_eq!(kept(), (1 + 2 + 16) * block);
        drop((0..1000).map(|_| buffers.take(8 * block)).collect::<Vec<_>>());
        assert_eq!(kept(), (1 + 2 + 16) * block + KEPT_BYTES);
    }
}
