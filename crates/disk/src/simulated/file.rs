//! An open file or folder of the simulated disk.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::tree::{Inode, Number};
use super::{Call, Content, SimulatedDisk, State, Verdict, power_off};
use crate::File;

/// What direct writes are aligned to.
const ALIGNED: u64 = 4096;

#[derive(Debug)]
pub(super) struct OpenFile {
    disk: SimulatedDisk,
    path: PathBuf,
    number: Number,
    handle: u64,
    writable: bool,
    direct: AtomicBool,
}

impl OpenFile {
    pub(super) fn new(disk: SimulatedDisk, path: &Path, number: Number, handle: u64, writable: bool) -> Self {
        Self { disk, path: path.to_owned(), number, handle, writable, direct: AtomicBool::new(false) }
    }

    /// Changes the file. `room` says what the change takes; `change` gets `true`, or `false` if it is to end in the middle.
    fn change(
        &self,
        name: &'static str,
        offset: u64,
        data: &[u8],
        room: impl FnOnce(&Content) -> u64,
        change: impl FnOnce(&mut Inode, usize),
    ) -> io::Result<()> {
        let mut state = self.disk.0.lock();
        let verdict = match self.writable {
            true => state.begin(Call::Write),
            false => Verdict::Fail(io::Error::from_raw_os_error(9)),
        };
        let outcome = match verdict {
            Verdict::Fail(error) if state.dead => Err(error),
            Verdict::Fail(error) => {
                let part = part(&mut state, data.len());
                self.partly(&mut state, part, change).and(Err(error))
            }
            Verdict::Cut => self.partly(&mut state, data.len(), change).and(Err(power_off())),
            Verdict::Go => {
                let needed = room(&state.tree.file(self.number)?.now);
                match state.make_room(needed) {
                    Ok(()) => self.partly(&mut state, data.len(), change),
                    Err(error) => Err(error),
                }
            }
        };
        state.tell(name, &self.path, offset, data, outcome.as_ref().map(|()| 0).map_err(io::Error::kind));
        outcome
    }

    fn partly(&self, state: &mut State, bytes: usize, change: impl FnOnce(&mut Inode, usize)) -> io::Result<()> {
        state.tree.file_mut(self.number).map(|inode| change(inode, bytes))
    }

    fn read(&self, name: &'static str, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.0.lock();
        let outcome = match state.begin(Call::Read) {
            Verdict::Go => state.tree.file(self.number).map(|inode| inode.now.read(bytes, offset)),
            Verdict::Fail(error) => Err(error),
            Verdict::Cut => Err(power_off()),
        };
        let told = outcome.as_ref().map(|length| *length as u64).map_err(io::Error::kind);
        let length = *outcome.as_ref().unwrap_or(&0);
        state.tell(name, &self.path, offset, &bytes[..length], told);
        outcome
    }

    fn check_alignment(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let aligned = |number: u64| number.is_multiple_of(ALIGNED);
        if !self.direct.load(Ordering::Relaxed)
            || aligned(bytes.as_ptr().addr() as u64) && aligned(bytes.len() as u64) && aligned(offset)
        {
            return Ok(());
        }
        let what =
            format!("{}: a direct write of {} bytes at {offset} is not aligned", self.path.display(), bytes.len());
        self.disk.0.lock().violations.push(what);
        Err(io::ErrorKind::InvalidInput.into())
    }
}

/// How much of a write that fails comes to be: whole sectors, and never all.
fn part(state: &mut State, bytes: usize) -> usize {
    state.dice.below(bytes.div_ceil(512).max(1) as u64) as usize * 512
}

impl File for OpenFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.read("read", bytes, offset)
    }

    fn read_cached_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let is_absent = self.disk.0.lock().dice.once_in(4);
        match is_absent {
            true => Err(io::ErrorKind::WouldBlock.into()),
            false => self.read("read_cached", bytes, offset),
        }
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.check_alignment(bytes, offset)?;
        let room = |now: &Content| now.room_for(offset, bytes.len() as u64);
        self.change("write", offset, bytes, room, |inode, part| inode.write(&bytes[..part], offset))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.sync_all()
    }

    fn sync_all(&self) -> io::Result<()> {
        let mut state = self.disk.0.lock();
        let outcome = match state.begin(Call::Sync) {
            Verdict::Go => Ok(()),
            Verdict::Fail(error) => Err(error),
            Verdict::Cut => Err(power_off()),
        };
        let forgets = !state.dead && outcome.is_err() && state.dice.once_in(2);
        match (&outcome, state.tree.file_mut(self.number)) {
            (Ok(()), Ok(inode)) => inode.sync(),
            (Ok(()), Err(_)) => state.tree.sync_folder(self.number),
            (Err(_), Ok(inode)) if forgets => inode.forget_dirty(),
            (Err(_), _) => {}
        }
        state.tell("sync", &self.path, 0, &[], outcome.as_ref().map(|()| 0).map_err(io::Error::kind));
        outcome
    }

    fn len(&self) -> io::Result<u64> {
        let state = self.disk.0.lock();
        if state.dead {
            return Err(power_off());
        }
        Ok(state.tree.file(self.number)?.now.bytes)
    }

    fn set_len(&self, bytes: u64) -> io::Result<()> {
        self.change("set_len", bytes, &[], |_| 0, |inode, _| inode.set_len(bytes))
    }

    fn allocate(&self, offset: u64, bytes: u64) -> io::Result<()> {
        let room = |now: &Content| now.room_for(offset, bytes);
        self.change("allocate", offset, &[], room, |inode, _| inode.allocate(offset, bytes))
    }

    fn set_direct(&self, on: bool) -> bool {
        self.direct.store(on, Ordering::Relaxed);
        on
    }

    fn will_read(&self, _: u64, _: u64) {}

    fn forget_cached(&self) -> io::Result<()> {
        Ok(())
    }

    fn is_deleted(&self) -> bool {
        !self.disk.0.lock().tree.has_name(self.number)
    }

    fn try_lock(&self) -> io::Result<bool> {
        self.lock(true)
    }

    fn try_share(&self) -> io::Result<bool> {
        self.lock(false)
    }
}

impl OpenFile {
    fn lock(&self, alone: bool) -> io::Result<bool> {
        let mut state = self.disk.0.lock();
        if state.dead {
            return Err(power_off());
        }
        let inode = state.tree.file_mut(self.number)?;
        let others = inode.locked_by.iter().any(|holder| *holder != self.handle);
        let free = !others || (!alone && !inode.locked_alone);
        if free {
            inode.locked_by.insert(self.handle);
            inode.locked_alone = alone;
        }
        Ok(free)
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut state = self.disk.0.lock();
        state.open.remove(&self.handle);
        if let Ok(inode) = state.tree.file_mut(self.number) {
            inode.locked_by.remove(&self.handle);
        }
    }
}
