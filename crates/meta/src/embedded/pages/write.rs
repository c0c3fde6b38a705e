//! Writing the guarded file: blocks with their checksums, then, at a sync, the head.

use std::io;

use coldkeep_disk::read_full_at;

use super::head::Head;
use super::layout::{self, BLOCK_BYTES, HEAD_BLOCKS};
use super::{Pages, Trouble, aligned};

impl Pages {
    pub(super) fn write(&self, epoch: u64, offset: u64, data: &[u8]) -> io::Result<()> {
        let first = offset / BLOCK_BYTES as u64;
        let mut state = self.enter_to_write(epoch)?;
        if first == 0 {
            let (from, to) = (offset as usize, offset as usize + data.len());
            let image = state.image.get_mut(from..to).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
            image.copy_from_slice(data);
            return Ok(());
        }
        aligned(offset, data.len())?;
        if let Some(memory) = &mut state.memory {
            for (block, bytes) in (first..).zip(data.as_chunks().0) {
                memory.insert(block, Box::new(*bytes));
            }
            return Ok(());
        }
        drop(state);
        self.begin()?;
        for (from, count) in layout::runs(first, (data.len() / BLOCK_BYTES) as u64) {
            let at = (from - first) as usize * BLOCK_BYTES;
            let bytes = &data[at..at + count as usize * BLOCK_BYTES];
            let written = self.file.write_all_at(bytes, layout::place(from));
            if written.is_err() {
                self.keep_sums_true(from, count);
            }
            written.or_else(|error| self.failed(Trouble::Write, error))?;
            let mut state = self.state.lock();
            for (block, bytes) in (from..).zip(bytes.chunks_exact(BLOCK_BYTES)) {
                if let Err(error) = state.sums.set(&*self.file, block, layout::sum(block, bytes)) {
                    state.durable.torn = true;
                    drop(state);
                    return self.failed(Trouble::Write, error);
                }
            }
        }
        Ok(())
    }

    /// After a write that failed, makes the checksums those of what is there now. The tree names none of these blocks.
    fn keep_sums_true(&self, first: u64, count: u64) {
        let mut state = self.state.lock();
        for block in first..first + count {
            let mut bytes = [0; BLOCK_BYTES];
            let kept = read_full_at(&*self.file, &mut bytes, layout::place(block))
                .and_then(|_| state.sums.set(&*self.file, block, layout::sum_as_found(block, &bytes)));
            state.durable.torn |= kept.is_err();
        }
    }

    /// Says in a durable head that blocks are being written.
    fn begin(&self) -> io::Result<()> {
        let head = {
            let durable = &self.state.lock().durable;
            match durable.writing {
                true => return Ok(()),
                false => Head { sequence: durable.sequence + 1, writing: true, ..durable.clone() },
            }
        };
        self.put_head(head)
    }

    fn put_head(&self, head: Head) -> io::Result<()> {
        self.file.write_all_at(&head.encode(), head.place()).or_else(|error| self.failed(Trouble::Write, error))?;
        self.sync_file()?;
        self.state.lock().durable = head;
        Ok(())
    }

    fn sync_file(&self) -> io::Result<()> {
        self.file.sync_data().or_else(|error| self.failed(Trouble::Sync, error))
    }

    fn failed<T>(&self, kind: fn(String) -> Trouble, error: io::Error) -> io::Result<T> {
        let mut state = self.state.lock();
        if !matches!(state.trouble, Some(Trouble::Sync(_))) {
            state.trouble = Some(kind(error.to_string()));
        }
        Err(error)
    }

    pub(super) fn sync(&self, epoch: u64) -> io::Result<()> {
        let mut state = self.enter_to_write(epoch)?;
        let same = state.image == state.durable.image && state.len == state.durable.len;
        if state.memory.is_some() || same && !state.durable.writing {
            return Ok(());
        }
        if state.durable.writing {
            let written = state.sums.write(&*self.file);
            drop(state);
            written.or_else(|error| self.failed(Trouble::Write, error))?;
            self.sync_file()?;
            state = self.enter(epoch)?;
        }
        let sequence = state.durable.sequence + 1;
        let head = Head { sequence, len: state.len, image: state.image, writing: false, torn: state.durable.torn };
        drop(state);
        self.put_head(head)
    }

    /// Longer is only remembered: what was never written takes no room. Shorter cuts the file off.
    pub(super) fn set_len(&self, epoch: u64, len: u64) -> io::Result<()> {
        let mut state = self.enter_to_write(epoch)?;
        let old = std::mem::replace(&mut state.len, len);
        if len >= old || state.memory.is_some() {
            return Ok(());
        }
        drop(state);
        self.begin()?;
        let (from, to) = (len.div_ceil(BLOCK_BYTES as u64), old.div_ceil(BLOCK_BYTES as u64));
        let mut state = self.state.lock();
        let last = layout::group(from.saturating_sub(1));
        (last + 1..=layout::group(to)).for_each(|group| state.sums.forget(group));
        let cut = (from..to)
            .take_while(|block| layout::group(*block) == last)
            .try_for_each(|block| state.sums.set(&*self.file, block, 0));
        state.durable.torn |= cut.is_err();
        drop(state);
        let end = layout::place(from.saturating_sub(1)) + BLOCK_BYTES as u64;
        let end = end.max(HEAD_BLOCKS * BLOCK_BYTES as u64).min(self.file.len()?);
        self.file.set_len(end).or_else(|error| self.failed(Trouble::Write, error))
    }
}
