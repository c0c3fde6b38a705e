//! Building a tree from records: for a new store, an upgrade, and what is saved of a damaged tree. It has
//! its name only when it is whole.

use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::{Disk, Mode};
use redb::{Database, Durability};

use super::format::{self, Format, RECORDS};
use super::overlay::Slots;
use super::pages::{Access, Pages};
use super::record::HEAD_BYTES;
use super::tree::Fault;
use crate::Error;

/// Bytes of records that are written in one transaction.
const STEP_BYTES: usize = 8 << 20;
/// Memory for pages meanwhile.
const CACHE_BYTES: usize = 32 << 20;

/// A tree that is being built.
pub(super) struct Builder {
    database: Database,
    waiting: Slots,
    bytes: usize,
}

impl Builder {
    /// Begins a tree in the file `path`, in place of what is there.
    pub fn begin(disk: &dyn Disk, path: &Path) -> Result<Self, Error> {
        let file = disk.open(path, Mode::Create).and_then(|file| file.set_len(0).map(|()| file));
        let file = file.map_err(|error| Error::Open(format!("{}: {error}", path.display())))?;
        let pages = Arc::new(Pages::create(file));
        let database = Database::builder().set_cache_size(CACHE_BYTES).create_with_backend(pages.backend(Access::File));
        let database = database.map_err(|error| Fault::from(error).error())?;
        Ok(Self { database, waiting: Slots::new(), bytes: 0 })
    }

    /// Adds a record, or removes one that was added before.
    pub fn add(&mut self, key: Vec<u8>, slot: super::record::Slot) -> Result<(), Error> {
        self.bytes += key.len() + slot.value.as_ref().map_or(0, Vec::len);
        self.waiting.insert(key, slot);
        if self.bytes >= STEP_BYTES { self.step() } else { Ok(()) }
    }

    /// Writes what is left and the format record, durably, and closes the file.
    pub fn finish(mut self, format: &Format) -> Result<(), Error> {
        self.step()?;
        format::write(&self.database, format).map_err(|error| Error::Read(format!("the new tree: {error}")))?;
        self.database.close().map_err(|error| Fault::from(error).error())
    }

    fn step(&mut self) -> Result<(), Error> {
        let written = write(&self.database, &self.waiting);
        self.waiting.clear();
        self.bytes = 0;
        written.map_err(|error| Error::Read(format!("the new tree: {error}")))
    }
}

fn write(database: &Database, slots: &Slots) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate)?;
    transaction.set_quick_repair(true);
    {
        let mut records = transaction.open_table(RECORDS)?;
        for (key, slot) in slots {
            let Some(value) = &slot.value else {
                records.remove(key.as_slice())?;
                continue;
            };
            let mut stored = records.insert_reserve(key.as_slice(), HEAD_BYTES + value.len())?;
            let (head, tail) = stored.as_mut().split_at_mut(HEAD_BYTES);
            head.copy_from_slice(&slot.head());
            tail.copy_from_slice(value);
        }
    }
    transaction.commit()?;
    Ok(())
}
