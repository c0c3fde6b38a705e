//! A disk in memory that does what POSIX allows a disk to do, as a seed decides.
//!
//! - Every call is one numbered operation, told to a [`Watch`]. A plan says at which operation what [happens](Happening).
//! - [`SimulatedDisk::kill`] gives what a killed process leaves: all it wrote, nothing of it more durable than before.
//! - [`SimulatedDisk::crash`] gives what is there when the power is back: of what was not synced each write, length and name
//!   may be there or not, and of a write any of its 512-byte sectors. A sector is whole; a rename is whole.
//! - After a failed sync the bytes may be taken for written and be lost, whatever later syncs say.
//! - Room ends at a capacity. Direct writes that are not aligned are refused, and remembered as [violations](SimulatedDisk::violations).
//! - At rest, files can be [looked at](SimulatedDisk::read_file) and [damaged](SimulatedDisk::put_file).
//!
//! The same calls on the same seed give the same answers. It takes no time; whoever wants delays makes them outside.

mod content;
mod dice;
mod file;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

pub use dice::Dice;

use crate::{Disk, File, Mode, Names, Space};
use content::{Content, PAGE};
use file::OpenFile;
use tree::{Folder, Inode, Node, Number, Tree};

/// The errors of a disk, by their numbers.
pub mod errno {
    /// Input or output failed.
    pub const IO: i32 = 5;
    /// Too many files are open.
    pub const OPEN_FILES: i32 = 24;
    /// No room is left.
    pub const NO_ROOM: i32 = 28;
}

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Opens what is there.
    Open,
    /// Makes a file or a folder.
    Make,
    /// Looks: bytes, names, room.
    Read,
    /// Changes bytes, length or room of a file.
    Write,
    /// Makes something durable.
    Sync,
    /// Changes names.
    Name,
}

/// What can happen at an operation.
#[derive(Clone, Debug)]
pub enum Happening {
    /// The power is cut: this and every later call fails. A write is as torn as those before it.
    PowerCut,
    /// From here on so many calls of this kind fail so.
    Fail {
        /// Which.
        call: Call,
        /// With which error; see [`errno`].
        errno: i32,
        /// How many.
        times: u32,
    },
}

/// One call, as a [`Watch`] hears of it.
#[derive(Debug)]
pub struct Operation<'a> {
    /// Its number.
    pub number: u64,
    /// What was called.
    pub name: &'static str,
    /// On what.
    pub path: &'a Path,
    /// Where in the file.
    pub offset: u64,
    /// The bytes that were written or read.
    pub data: &'a [u8],
    /// How it ended.
    pub outcome: Result<u64, io::ErrorKind>,
}

/// Hears of every operation, in order.
pub trait Watch: Send + Sync + 'static {
    /// An operation has ended.
    fn operation(&self, operation: &Operation<'_>);
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone)]
pub struct SimulatedDisk(Arc<Mutex<State>>);

struct State {
    tree: Tree,
    operations: u64,
    plan: BTreeMap<u64, Happening>,
    /// At which call of a kind, counted from now, the power is cut.
    cut_at: Option<(Call, u64)>,
    failing: Vec<(Call, i32, u32)>,
    /// Every call fails: the power is off, or the process that called is no more.
    dead: bool,
    capacity: u64,
    dice: Dice,
    watch: Arc<dyn Watch>,
    violations: Vec<String>,
    /// By handle.
    open: BTreeMap<u64, Number>,
    next_handle: u64,
}

impl fmt::Debug for SimulatedDisk {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SimulatedDisk")
    }
}

impl SimulatedDisk {
    /// An empty disk of so many bytes.
    pub fn new(seed: u64, capacity: u64, watch: Arc<dyn Watch>) -> Self {
        Self::of(Tree::new(), 0, capacity, Dice::new(seed), watch)
    }

    fn of(tree: Tree, operations: u64, capacity: u64, dice: Dice, watch: Arc<dyn Watch>) -> Self {
        Self(Arc::new(Mutex::new(State {
            tree,
            operations,
            plan: BTreeMap::new(),
            cut_at: None,
            failing: Vec::new(),
            dead: false,
            capacity,
            dice,
            watch,
            violations: Vec::new(),
            open: BTreeMap::new(),
            next_handle: 0,
        })))
    }

    /// Lets something happen so many operations from now.
    pub fn plan(&self, after: u64, happening: Happening) {
        let mut state = self.0.lock();
        let at = state.operations + after;
        state.plan.insert(at, happening);
    }

    /// Cuts the power at a call of this kind: at the next one, if `after` is zero.
    pub fn plan_cut(&self, call: Call, after: u64) {
        self.0.lock().cut_at = Some((call, after));
    }

    /// Nothing that was planned happens, and what failed works again.
    pub fn heal(&self) {
        let mut state = self.0.lock();
        state.plan.clear();
        state.failing.clear();
        state.cut_at = None;
    }

    /// How many operations there were.
    pub fn operations(&self) -> u64 {
        self.0.lock().operations
    }

    /// Whether the power is off.
    pub fn is_dead(&self) -> bool {
        self.0.lock().dead
    }

    /// Room in all. What is there stays, also beyond it.
    pub fn set_capacity(&self, bytes: u64) {
        self.0.lock().capacity = bytes;
    }

    /// Room in all, as it was set.
    pub fn capacity(&self) -> u64 {
        self.0.lock().capacity
    }

    /// Room taken.
    pub fn used(&self) -> u64 {
        self.0.lock().tree.room()
    }

    /// Calls that no disk would take, such as direct writes that are not aligned.
    pub fn violations(&self) -> Vec<String> {
        self.0.lock().violations.clone()
    }

    /// The disk as a killed process leaves it. Here every call fails from now on.
    #[must_use]
    pub fn kill(&self) -> Self {
        self.reborn(|tree, _| tree.after_kill())
    }

    /// The disk when the power is back. Here every call fails from now on.
    #[must_use]
    pub fn crash(&self) -> Self {
        self.reborn(Tree::after_cut)
    }

    /// A disk of its own with all that is here, durable: for damage, and to be put back later.
    #[must_use]
    pub fn copy(&self) -> Self {
        let mut state = self.0.lock();
        let mut tree = state.tree.clone().after_kill();
        tree.settle();
        let dice = state.dice.fork();
        Self::of(tree, state.operations, state.capacity, dice, state.watch.clone())
    }

    fn reborn(&self, fate: impl FnOnce(Tree, &mut Dice) -> Tree) -> Self {
        let mut state = self.0.lock();
        state.dead = true;
        let mut dice = state.dice.fork();
        let tree = fate(std::mem::replace(&mut state.tree, Tree::new()), &mut dice);
        Self::of(tree, state.operations, state.capacity, dice, state.watch.clone())
    }

    /// All files, in order of their paths.
    pub fn files(&self) -> Vec<PathBuf> {
        self.0.lock().tree.files().into_iter().map(|(path, _)| path).collect()
    }

    /// The bytes of a file, if it is there. No operation.
    pub fn read_file(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.0.lock();
        let file = state.tree.file(state.tree.find(path).ok()?).ok()?;
        let mut bytes = vec![0; file.now.bytes as usize];
        file.now.read(&mut bytes, 0);
        Some(bytes)
    }

    /// Puts a file here, durably, or takes it away: damage, not an operation.
    pub fn put_file(&self, path: &Path, bytes: Option<&[u8]>) -> io::Result<()> {
        let mut state = self.0.lock();
        match (bytes, state.tree.find(path)) {
            (Some(bytes), found) => {
                let number = match found {
                    Ok(number) => number,
                    Err(_) => state.tree.make(path, Node::File(Inode::default()))?,
                };
                let file = state.tree.file_mut(number)?;
                file.set_len(0);
                file.write(bytes, 0);
            }
            (None, Ok(_)) => state.tree.remove(path, false)?,
            (None, Err(_)) => {}
        }
        state.tree.settle();
        Ok(())
    }

    /// Makes folders, durably: not an operation.
    pub fn make_folders(&self, path: &Path) -> io::Result<()> {
        let mut state = self.0.lock();
        let above: Vec<_> = path.ancestors().filter(|above| above.parent().is_some()).collect();
        for folder in above.into_iter().rev() {
            if state.tree.find(folder).is_err() {
                state.tree.make(folder, Node::Folder(Folder::default()))?;
            }
        }
        state.tree.settle();
        Ok(())
    }
}

/// Whether an operation goes on.
enum Verdict {
    Go,
    /// It fails.
    Fail(io::Error),
    /// The power is cut during it.
    Cut,
}

impl State {
    fn begin(&mut self, call: Call) -> Verdict {
        if self.dead {
            return Verdict::Fail(power_off());
        }
        self.operations += 1;
        if let Some((at, left)) = &mut self.cut_at
            && *at == call
        {
            if *left == 0 {
                self.dead = true;
                return Verdict::Cut;
            }
            *left -= 1;
        }
        match self.plan.remove(&self.operations) {
            Some(Happening::PowerCut) => {
                self.dead = true;
                return Verdict::Cut;
            }
            Some(Happening::Fail { call, errno, times }) => self.failing.push((call, errno, times)),
            None => {}
        }
        let Some(at) = self.failing.iter().position(|(failing, ..)| *failing == call) else { return Verdict::Go };
        let (_, errno, times) = &mut self.failing[at];
        let error = io::Error::from_raw_os_error(*errno);
        *times -= 1;
        if *times == 0 {
            self.failing.remove(at);
        }
        Verdict::Fail(error)
    }

    /// Whether there is room for so many bytes more.
    fn make_room(&self, bytes: u64) -> io::Result<()> {
        match bytes == 0 || self.tree.room() + bytes <= self.capacity {
            true => Ok(()),
            false => Err(io::Error::from_raw_os_error(errno::NO_ROOM)),
        }
    }

    fn tell(&self, name: &'static str, path: &Path, offset: u64, data: &[u8], outcome: Result<u64, io::ErrorKind>) {
        self.watch.operation(&Operation { number: self.operations, name, path, offset, data, outcome });
    }
}

fn power_off() -> io::Error {
    io::Error::from_raw_os_error(errno::IO)
}

impl SimulatedDisk {
    /// Runs a call that is whole or fails, and tells of it.
    fn call<T>(
        &self,
        call: Call,
        name: &'static str,
        path: &Path,
        run: impl FnOnce(&mut State) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut state = self.0.lock();
        let outcome = match state.begin(call) {
            Verdict::Go => run(&mut state),
            Verdict::Fail(error) => Err(error),
            Verdict::Cut => Err(power_off()),
        };
        let told = outcome.as_ref().map(|_| 0).map_err(io::Error::kind);
        state.tell(name, path, 0, &[], told);
        outcome
    }
}

impl Disk for SimulatedDisk {
    fn open(&self, path: &Path, mode: Mode) -> io::Result<Arc<dyn File>> {
        self.call(if mode == Mode::CreateNew { Call::Make } else { Call::Open }, "open", path, |state| {
            let found = state.tree.find(path);
            let number = match (mode, found) {
                (Mode::CreateNew, Ok(_)) => return Err(io::ErrorKind::AlreadyExists.into()),
                (Mode::Create | Mode::CreateNew, Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                    // Some file systems have room for a name where there is none for bytes.
                    if state.dice.once_in(2) {
                        state.make_room(PAGE)?;
                    }
                    state.tree.make(path, Node::File(Inode::default()))?
                }
                (_, found) => found?,
            };
            if mode != Mode::Read {
                state.tree.file(number)?;
            }
            state.next_handle += 1;
            let handle = state.next_handle;
            state.open.insert(handle, number);
            let writable = mode != Mode::Read;
            let file: Arc<dyn File> = Arc::new(OpenFile::new(self.clone(), path, number, handle, writable));
            Ok(file)
        })
    }

    fn names(&self, path: &Path) -> io::Result<Names> {
        self.call(Call::Read, "names", path, |state| {
            let number = state.tree.find(path)?;
            let mut names: Vec<OsString> = state.tree.folder(number)?.names.keys().cloned().collect();
            for last in (1..names.len()).rev() {
                let other = state.dice.below(last as u64 + 1) as usize;
                names.swap(last, other);
            }
            let names: Names = Box::new(names.into_iter().map(Ok));
            Ok(names)
        })
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.call(Call::Make, "create_dir", path, |state| {
            if state.tree.find(path).is_ok() {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            state.make_room(PAGE)?;
            state.tree.make(path, Node::Folder(Folder::default())).map(drop)
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(Call::Name, "rename", to, |state| state.tree.rename(from, to))
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.call(Call::Name, "remove_file", path, |state| {
            state.tree.remove(path, false)?;
            let open: BTreeSet<Number> = state.open.values().copied().collect();
            state.tree.collect(open.into_iter());
            Ok(())
        })
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.call(Call::Name, "remove_dir", path, |state| state.tree.remove(path, true))
    }

    fn space(&self, path: &Path) -> io::Result<Space> {
        self.call(Call::Read, "space", path, |state| {
            let free_bytes = state.capacity.saturating_sub(state.tree.room());
            Ok(Space { free_bytes, total_bytes: state.capacity })
        })
    }
}

#[cfg(test)]
mod tests;
