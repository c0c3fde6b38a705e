//! Proving the guarded file: both heads, and each block of it against its checksum, also those that are free.

use std::io;

use coldkeep_disk::read_full_at;

use super::head::Copy;
use super::layout::{self, BLOCK_BYTES, GROUP_BLOCKS};
use super::{Pages, read_heads};

/// Damaged blocks that are named one by one.
const NAMED: u64 = 20;

impl Pages {
    /// From now on it is remembered which blocks are read.
    pub fn remember_touched(&self) {
        self.state.lock().touched = Some(Vec::new());
    }

    /// Reports what does not fit. Where the server ended while it wrote, of the blocks that nobody has touched those are left
    /// out that do not fit: the tree does not name them, and they may be torn.
    pub fn prove(&self, report: &mut dyn FnMut(String)) -> io::Result<()> {
        self.prove_heads(report)?;
        let (torn, touched) = {
            let state = self.state.lock();
            (state.durable.torn || state.durable.writing, state.touched.clone().unwrap_or_default())
        };
        let is_touched =
            |block: u64| touched.get((block / 64) as usize).is_some_and(|word| word >> (block % 64) & 1 == 1);
        let file_bytes = self.file.len()?;
        if !torn && !file_bytes.is_multiple_of(BLOCK_BYTES as u64) {
            report(format!("the file of the tree ends within a block, at byte {file_bytes}"));
        }
        let mut damaged = 0;
        for group in (0..).take_while(|group| layout::sums_place(*group) < file_bytes) {
            for block in group * GROUP_BLOCKS..(group + 1) * GROUP_BLOCKS {
                if self.fits(block)? || torn && !is_touched(block) {
                    continue;
                }
                damaged += 1;
                if damaged <= NAMED {
                    let place = layout::place(block);
                    report(format!(
                        "block {block} of the tree (at byte {place} of its file) does not fit its checksum"
                    ));
                }
            }
        }
        if damaged > NAMED {
            report(format!("{} more blocks of the tree do not fit their checksums", damaged - NAMED));
        }
        Ok(())
    }

    fn fits(&self, block: u64) -> io::Result<bool> {
        let mut bytes = [0; BLOCK_BYTES];
        read_full_at(&*self.file, &mut bytes, layout::place(block))?;
        let sum = self.state.lock().sums.get(&*self.file, block)?;
        Ok(match sum {
            0 => layout::sum_as_found(block, &bytes) == 0,
            sum => layout::sum(block, &bytes) == sum,
        })
    }

    fn prove_heads(&self, report: &mut dyn FnMut(String)) -> io::Result<()> {
        match read_heads(&*self.file)? {
            [Copy::Sound(one), Copy::Sound(two)] if one.sequence.abs_diff(two.sequence) == 1 => {}
            [Copy::Sound(_), Copy::Sound(_)] => report("the two heads of the tree do not follow each other".into()),
            [one, two] => [one, two]
                .iter()
                .zip(0..)
                .filter(|(copy, _)| !matches!(copy, Copy::Sound(_)))
                .for_each(|(_, number)| report(format!("head {number} of the tree, one of two, is damaged"))),
        }
        Ok(())
    }
}
