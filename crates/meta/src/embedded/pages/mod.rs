//! The guarded file of the tree: what `redb` writes, with a checksum for each block, so that nothing damaged is ever served.
//!
//! `redb` verifies pages only when it is told to check everything. This file verifies each block whenever `redb` reads it, and can
//! be [proven](Pages::prove) as a whole. Where things lie: [`layout`].
//!
//! - *Committed blocks keep their checksums, whatever a crash does.* `redb` is copy-on-write: a block that the tree as it was
//!   last synced consists of is never written before the tree is synced without it. A block of checksums is written in
//!   place, but the entries of such blocks are in its old and its new version the same four bytes, so they are right
//!   whatever mix of sectors survives.
//! - *The head goes last.* A sync writes data and checksums, syncs, writes the head (`redb`'s own header) in the place of the
//!   one before the last, and syncs. A head is one sector: there is the old one or the new one.
//! - *What may be torn is known.* Before the first block is written after a sync, a head says so, durably. If the server ends
//!   before the next sync, blocks that the tree does not name may not fit their checksums; all others must.
//! - *A failure leaves the last synced tree readable.* `redb` refuses everything after one failed call; the engine then
//!   opens it again on a new [`Backend`], which begins with the last synced head, and on which writes can be kept in
//!   memory ([`Access::Memory`]): reads go on while nothing can be written. Backends from before are refused.
//! - A damaged block would make `redb` fail, and with it a checkpoint that is under way. Readers that meet one wait for its
//!   end ([`Pages::write_undisturbed`]).

mod backend;
mod head;
mod layout;
mod proof;
mod sums;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::thread::ThreadId;

use coldkeep_disk::{File, read_full_at};
use parking_lot::{Condvar, Mutex, MutexGuard};

pub(super) use backend::Backend;
use head::{Copy, Head, IMAGE_BYTES};
use layout::BLOCK_BYTES;
use sums::Sums;

use crate::Error;

type Block = [u8; BLOCK_BYTES];

/// Where `redb`'s header has its flags, and the one of a file that a writer has open, or had when it crashed. What was last
/// synced is consistent in any case, so a reader need not be refused for it.
const FLAGS_AT: usize = 9;
const RECOVERY_REQUIRED: u8 = 2;

/// What becomes of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// It goes into the file.
    File,
    /// It stays in memory, until another backend is asked for.
    Memory,
    /// Nothing is.
    Reading,
}

/// Why the file could not be written or read for a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A write failed; it may succeed later.
    Write(String),
    /// A sync failed: nobody knows what is on the disk.
    Sync(String),
    /// What the checkpoint needs could not be read; it may be read later.
    Unread(String),
    /// A block that the checkpoint needs is damaged.
    Damaged(String),
}

/// A block does not fit its checksum.
#[derive(Clone, Debug, thiserror::Error)]
#[error("block {block} of the tree (at byte {place} of its file) does not fit its checksum")]
pub(super) struct DamagedBlock {
    block: u64,
    place: u64,
}

/// A backend from before the tree was opened again.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the tree was opened again since")]
pub(super) struct StaleBackend;

/// The file.
pub(super) struct Pages {
    file: Arc<dyn File>,
    state: Mutex<State>,
    /// Nobody writes undisturbed any more.
    calm: Condvar,
}

struct State {
    /// The newest head that is durable.
    durable: Head,
    /// As the present backend sees and left them.
    image: [u8; IMAGE_BYTES],
    len: u64,
    sums: Sums,
    /// Number of the present backend, and what it may do.
    epoch: u64,
    access: Access,
    /// What was written with [`Access::Memory`].
    memory: Option<BTreeMap<u64, Box<Block>>>,
    /// Which blocks were read, a bit each, while somebody wants to know.
    touched: Option<Vec<u64>>,
    /// Who writes undisturbed.
    writer: Option<ThreadId>,
    trouble: Option<Trouble>,
}

/// Ends what [`Pages::write_undisturbed`] began.
pub(super) struct Undisturbed<'a>(&'a Pages);

impl Pages {
    /// A new file, without bytes yet.
    pub fn create(file: Arc<dyn File>) -> Self {
        Self::with(file, Head::NEW)
    }

    /// Makes the newest head durable, which a server that was killed may have written without syncing it, or with a sync that
    /// failed: writes it again where it stands. What it stands for was synced before it was written.
    pub fn settle(file: &dyn File) -> io::Result<()> {
        let heads = read_heads(file)?.into_iter().filter_map(|copy| match copy {
            Copy::Sound(head) => Some(head),
            Copy::Empty | Copy::Damaged | Copy::Newer(_) => None,
        });
        if let Some(newest) = heads.max_by_key(|head| head.sequence) {
            file.write_all_at(&newest.encode(), newest.place())?;
        }
        file.sync_data()
    }

    /// A file that is there. Fails if it has no sound head, or was written by a newer server.
    pub fn open(file: Arc<dyn File>) -> Result<Self, Error> {
        let mut newest: Option<Box<Head>> = None;
        for copy in read_heads(&*file).map_err(|error| Error::Open(format!("the tree cannot be read: {error}")))? {
            match copy {
                Copy::Newer(format) => {
                    let known = head::FORMAT;
                    return Err(Error::Open(format!(
                        "the file of the tree has format {format}, this server knows {known}; use a newer server"
                    )));
                }
                Copy::Sound(head) if newest.as_ref().is_none_or(|newest| newest.sequence < head.sequence) => {
                    newest = Some(head);
                }
                Copy::Sound(_) | Copy::Empty => {}
                Copy::Damaged => tracing::warn!("one of both heads of the tree is damaged; the other one counts"),
            }
        }
        let mut head = *newest.ok_or_else(|| Error::Damaged("both heads of the tree are damaged".into()))?;
        head.torn |= head.writing;
        Ok(Self::with(file, head))
    }

    fn with(file: Arc<dyn File>, durable: Head) -> Self {
        let state = State {
            image: durable.image,
            len: durable.len,
            durable,
            sums: Sums::default(),
            epoch: 0,
            access: Access::Reading,
            memory: None,
            touched: None,
            writer: None,
            trouble: None,
        };
        Self { file, state: Mutex::new(state), calm: Condvar::new() }
    }

    /// A view of the file as it was last synced, for a new `redb`. All backends before it are refused from now on.
    pub fn backend(self: &Arc<Self>, access: Access) -> Backend {
        let mut state = self.state.lock();
        state.epoch += 1;
        state.access = access;
        state.image = state.durable.image;
        state.len = state.durable.len;
        if access == Access::Reading {
            state.image[FLAGS_AT] &= !RECOVERY_REQUIRED;
        }
        state.memory = (access == Access::Memory).then(BTreeMap::new);
        if !matches!(state.trouble, Some(Trouble::Sync(_))) {
            state.trouble = None;
        }
        Backend { pages: self.clone(), epoch: state.epoch }
    }

    /// Why what was written undisturbed failed, if it was this file.
    pub fn trouble(&self) -> Option<Trouble> {
        self.state.lock().trouble.clone()
    }

    /// Lets this thread write without being disturbed by readers that meet damage: they wait until it is done.
    pub fn write_undisturbed(&self) -> Undisturbed<'_> {
        self.state.lock().writer = Some(std::thread::current().id());
        Undisturbed(self)
    }

    fn enter(&self, epoch: u64) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state.lock();
        match state.epoch == epoch {
            true => Ok(state),
            false => Err(io::Error::other(StaleBackend)),
        }
    }

    fn enter_to_write(&self, epoch: u64) -> io::Result<MutexGuard<'_, State>> {
        let state = self.enter(epoch)?;
        match state.access {
            Access::Reading => Err(io::ErrorKind::PermissionDenied.into()),
            Access::File | Access::Memory => Ok(state),
        }
    }

    fn read(&self, epoch: u64, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let first = offset / BLOCK_BYTES as u64;
        if first == 0 {
            return self.read_header(epoch, offset as usize, out);
        }
        aligned(offset, out.len())?;
        drop(self.enter(epoch)?);
        for (from, count) in layout::runs(first, (out.len() / BLOCK_BYTES) as u64) {
            let at = (from - first) as usize * BLOCK_BYTES;
            let bytes = &mut out[at..at + count as usize * BLOCK_BYTES];
            let there = read_full_at(&*self.file, bytes, layout::place(from));
            let there = there.map_err(|error| self.disturbed(Trouble::Unread, error))?;
            bytes[there..].fill(0);
        }
        for (block, bytes) in (first..).zip(out.chunks_exact_mut(BLOCK_BYTES)) {
            let found = layout::sum(block, bytes);
            let mut state = self.enter(epoch)?;
            if let Some(kept) = state.memory.as_ref().and_then(|memory| memory.get(&block)) {
                bytes.copy_from_slice(&**kept);
                continue;
            }
            let State { sums, touched, .. } = &mut *state;
            if let Some(touched) = touched {
                touch(touched, block);
            }
            let sum = sums.get(&*self.file, block);
            drop(state);
            // A block that was never written is damaged too: `redb` reads only what it wrote.
            match sum {
                Ok(sum) if sum == found => {}
                Ok(_) => {
                    let damage = DamagedBlock { block, place: layout::place(block) };
                    let error = io::Error::new(io::ErrorKind::InvalidData, damage);
                    return Err(self.disturbed(Trouble::Damaged, error));
                }
                Err(error) => return Err(self.disturbed(Trouble::Unread, error)),
            }
        }
        Ok(())
    }

    fn read_header(&self, epoch: u64, offset: usize, out: &mut [u8]) -> io::Result<()> {
        let state = self.enter(epoch)?;
        let mut block = [0; BLOCK_BYTES];
        block[..IMAGE_BYTES].copy_from_slice(&state.image);
        let end = offset + out.len();
        let bytes = block.get(offset..end).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    /// A read failed: hands the error on when it disturbs no other thread's writing.
    fn disturbed(&self, kind: fn(String) -> Trouble, error: io::Error) -> io::Error {
        let mut state = self.state.lock();
        match state.writer {
            Some(writer) if writer == std::thread::current().id() => {
                state.trouble.get_or_insert(kind(error.to_string()));
            }
            _ => self.calm.wait_while(&mut state, |state| state.writer.is_some()),
        }
        error
    }

    fn len(&self, epoch: u64) -> io::Result<u64> {
        Ok(self.enter(epoch)?.len)
    }
}

impl Drop for Undisturbed<'_> {
    fn drop(&mut self) {
        self.0.state.lock().writer = None;
        self.0.calm.notify_all();
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Pages").field("file", &self.file).finish_non_exhaustive()
    }
}

fn aligned(offset: u64, bytes: usize) -> io::Result<()> {
    match offset.is_multiple_of(BLOCK_BYTES as u64) && bytes.is_multiple_of(BLOCK_BYTES) {
        true => Ok(()),
        false => Err(io::ErrorKind::InvalidInput.into()),
    }
}

fn read_heads(file: &dyn File) -> io::Result<[Copy; 2]> {
    let mut copies = [Copy::Empty, Copy::Empty];
    for (number, copy) in (0u64..).zip(&mut copies) {
        let mut block = [0; BLOCK_BYTES];
        read_full_at(file, &mut block, number * BLOCK_BYTES as u64)?;
        *copy = Head::decode(&block, number);
    }
    Ok(copies)
}

fn touch(touched: &mut Vec<u64>, block: u64) {
    let (word, bit) = ((block / 64) as usize, block % 64);
    if touched.len() <= word {
        touched.resize(word + 1, 0);
    }
    touched[word] |= 1 << bit;
}
