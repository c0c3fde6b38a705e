//! Directories whose entries are made durable, with as few syncs as are needed.
//!
//! Whoever needs a directory synced waits for a sync that *starts* after he asked: one sync serves all who asked while the one
//! before it ran. A directory's own entry in its parent is synced once. After a failed sync a directory refuses all who
//! come later, since the kernel reports a lost write only once.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use coldkeep_disk::{Disk, File, Mode, make_dir};
use coldkeep_types::Id;
use parking_lot::{Condvar, Mutex};

use super::root::{epoch_path, shard, shard_path};
use super::sharing;

/// An open directory.
pub(super) struct Dir {
    path: PathBuf,
    file: Arc<dyn File>,
    parent: Option<Arc<Dir>>,
    /// Its entry in its parent is durable.
    linked: AtomicBool,
    syncs: Mutex<Syncs>,
    synced: Condvar,
}

#[derive(Default)]
struct Syncs {
    started: u64,
    finished: u64,
    failed: Option<(io::ErrorKind, String)>,
}

impl Dir {
    fn open(disk: &dyn Disk, path: PathBuf, parent: Option<Arc<Dir>>) -> io::Result<Arc<Self>> {
        let file = disk.open(&path, Mode::Read)?;
        let linked = AtomicBool::new(parent.is_none());
        Ok(Arc::new(Self { path, file, parent, linked, syncs: Mutex::default(), synced: Condvar::new() }))
    }

    /// Makes all entries of the directory durable, and its own path.
    pub(super) fn persist(&self) -> io::Result<()> {
        self.sync()?;
        if let (false, Some(parent)) = (self.linked.load(Ordering::Acquire), &self.parent) {
            parent.persist()?;
            self.linked.store(true, Ordering::Release);
        }
        Ok(())
    }

    fn has_failed(&self) -> bool {
        self.syncs.lock().failed.is_some()
    }

    fn sync(&self) -> io::Result<()> {
        let mut syncs = self.syncs.lock();
        let mine = syncs.started + 1;
        loop {
            if let Some((kind, what)) = &syncs.failed {
                return Err(io::Error::new(*kind, what.clone()));
            }
            if syncs.finished >= mine {
                return Ok(());
            }
            if syncs.started > syncs.finished {
                self.synced.wait(&mut syncs);
                continue;
            }
            syncs.started += 1;
            drop(syncs);
            let result = self.file.sync_all();
            syncs = self.syncs.lock();
            syncs.finished = syncs.started;
            if let Err(error) = result {
                tracing::error!(%error, dir = %self.path.display(), "cannot sync a directory");
                syncs.failed = Some((error.kind(), format!("a sync of {} failed: {error}", self.path.display())));
            }
            self.synced.notify_all();
        }
    }
}

/// How many directories of blobs stay open; one run has 256. Who writes blobs of many runs, to move a store, would need a descriptor for each.
const MOST_OPEN: usize = 1024;

/// The directories in use. Those that blobs were written to in this run stay open, up to a number.
pub(super) struct Dirs {
    disk: Arc<dyn Disk>,
    root: Arc<Dir>,
    /// Other servers write runs of their own here.
    is_shared: bool,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    epochs: HashMap<u32, Arc<Dir>>,
    shards: HashMap<(u32, u8), Shard>,
    /// On a shared directory: the locks of the runs that are written here, and runs of others that have ended.
    locks: Vec<Arc<dyn File>>,
    ended: HashSet<u32>,
}

struct Shard {
    dir: Arc<Dir>,
    written: bool,
}

impl Dirs {
    pub(super) fn open(disk: Arc<dyn Disk>, root: &Path, is_shared: bool) -> io::Result<Self> {
        let root = Dir::open(&*disk, root.to_owned(), None)?;
        Ok(Self { disk, root, is_shared, open: Mutex::default() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root.path
    }

    /// The directory to write a blob to; made if it is missing.
    pub(super) fn for_writing(&self, id: Id) -> io::Result<Arc<Dir>> {
        let mut open = self.open.lock();
        let key = (id.epoch(), shard(id));
        if let Some(shard) = open.shards.get_mut(&key) {
            shard.written = true;
            return Ok(shard.dir.clone());
        }
        let epoch = match open.epochs.get(&key.0) {
            Some(epoch) => epoch.clone(),
            None => {
                let path = epoch_path(&self.root.path, key.0);
                make_dir(&*self.disk, &path)?;
                if self.is_shared {
                    open.locks.push(sharing::lock_epoch(&*self.disk, &self.root.path, key.0)?);
                }
                let epoch = Dir::open(&*self.disk, path, Some(self.root.clone()))?;
                open.epochs.insert(key.0, epoch.clone());
                epoch
            }
        };
        let path = shard_path(&epoch.path, key.1);
        make_dir(&*self.disk, &path)?;
        let dir = Dir::open(&*self.disk, path, Some(epoch))?;
        open.shards.insert(key, Shard { dir: dir.clone(), written: true });
        if open.shards.len() > MOST_OPEN {
            open.shards.retain(|_, shard| Arc::strong_count(&shard.dir) > 1 || shard.dir.has_failed());
        }
        Ok(dir)
    }

    /// Calls `delete` with the directory of a blob and makes durable what it did; nothing if there is no such directory. A
    /// directory that is empty then goes too, unless blobs were written to it in this run, or may be by another server. After a failure it stays: were it gone,
    /// who tries again would take for durable what is not.
    pub(super) fn deleting(&self, id: Id, delete: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let Some(dir) = self.for_deleting(id)? else { return Ok(()) };
        let result = delete().and_then(|()| dir.sync());
        if result.is_ok() {
            self.close(id, dir);
        }
        result
    }

    fn for_deleting(&self, id: Id) -> io::Result<Option<Arc<Dir>>> {
        let mut open = self.open.lock();
        let key = (id.epoch(), shard(id));
        if let Some(shard) = open.shards.get(&key) {
            return Ok(Some(shard.dir.clone()));
        }
        let path = shard_path(&epoch_path(&self.root.path, key.0), key.1);
        match Dir::open(&*self.disk, path, None) {
            Ok(dir) => {
                open.shards.insert(key, Shard { dir: dir.clone(), written: false });
                Ok(Some(dir))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn close(&self, id: Id, dir: Arc<Dir>) {
        let mut open = self.open.lock();
        let key = (id.epoch(), shard(id));
        // Two: the map and this call. The map's lock keeps out whoever would make blobs here.
        let idle = Arc::strong_count(&dir) == 2 && open.shards.get(&key).is_some_and(|shard| !shard.written);
        if idle {
            open.shards.remove(&key);
            let is_ours = open.epochs.contains_key(&key.0);
            if !is_ours && self.is_others(&mut open, key.0) {
                return;
            }
            if self.disk.remove_dir(&dir.path).is_ok() && !is_ours {
                // Fails while it holds other directories.
                let _ = match self.is_shared {
                    true => sharing::remove_epoch(&*self.disk, &self.root.path, key.0),
                    false => self.disk.remove_dir(&epoch_path(&self.root.path, key.0)),
                };
            }
        }
    }

    /// Whether another server may be writing the blobs of this run.
    fn is_others(&self, open: &mut Open, epoch: u32) -> bool {
        if !self.is_shared || open.ended.contains(&epoch) {
            return false;
        }
        let ended = sharing::has_ended(&*self.disk, &self.root.path, epoch);
        let ended = ended.inspect_err(|error| tracing::debug!(%error, epoch, "whether a run has ended is unknown"));
        let ended = ended.unwrap_or(false);
        if ended {
            open.ended.insert(epoch);
        }
        !ended
    }
}

#[cfg(test)]
mod tests {
    use coldkeep_disk::SystemDisk;

    use super::*;

    #[test]
    fn whoever_writes_many_runs_has_few_directories_open() {
        let dir = tempfile::tempdir().unwrap();
        let dirs = Dirs::open(Arc::new(SystemDisk), dir.path(), false).unwrap();
        let id = |epoch, number| crate::conformance::id(epoch, number);
        let held = dirs.for_writing(id(1, 0)).unwrap();
        for epoch in 2..10 {
            for number in 0..=255 {
                dirs.for_writing(id(epoch, number)).unwrap().persist().unwrap();
            }
        }
        let open = dirs.open.lock();
        assert!(open.shards.len() <= MOST_OPEN + 1, "{}", open.shards.len());
        assert!(Arc::ptr_eq(&open.shards[&(1, shard(id(1, 0)))].dir, &held), "what is in use stays");
    }
}
