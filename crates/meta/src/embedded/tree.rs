//! The tree: the B-tree `redb` on its guarded file, opened again after each failure so that reads go on.
//!
//! `redb` refuses everything after one failed read or write. Whoever meets that opens it again, for reading, on the last synced
//! head ([`Tree::read`] does so and asks once more); the next checkpoint opens it for writing. While nothing can be written
//! the tree stays as it was last synced, and the overlay keeps what is newer.

use std::sync::Arc;

use parking_lot::Mutex;
use redb::{
    ConcurrencyMode, Database, DatabaseError, Durability, ReadOnlyDatabase, ReadableDatabase, StorageError, TableError,
    TransactionError,
};

use super::format::{self, FORMAT, Format, LAYOUT, RECORDS, SEQUENCE};
use super::overlay::{Generation, Overlay};
use super::pages::{Access, Backend, DamagedBlock, Pages, StaleBackend, Trouble};
use super::record::HEAD_BYTES;
use super::view::TreeView;
use crate::Error;

/// How often a read is begun again when others meet damage at the same time.
const ATTEMPTS: usize = 100;

/// Why the tree did not answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// `redb` failed before, for somebody else: ask again.
    Stale,
    /// What was asked for cannot be had.
    Error(Error),
}

/// Why a generation is not in the tree.
#[derive(Debug)]
pub(super) enum NotWritten {
    /// Trying again may help.
    Yet(String),
    /// Nothing may be written any more.
    Ever(String),
}

/// The tree, with the overlay of what is newer.
pub(super) struct Tree {
    pages: Arc<Pages>,
    cache_bytes: usize,
    opened: Mutex<Opened>,
    /// Held by who writes or opens the tree again.
    writing: Mutex<()>,
    pub overlay: Overlay,
}

struct Opened {
    database: Option<Opening>,
    /// How often it was opened.
    number: u64,
    /// The tree since it was last written, once somebody has asked for it: opening a view takes longer than most reads.
    view: Option<Arc<TreeView>>,
}

/// How `redb` is open.
enum Opening {
    /// It needs nothing but what is read, not even its own lists of free pages.
    Reading(ReadOnlyDatabase),
    Writing(Arc<Database>),
}

impl Opening {
    fn readable(&self) -> &dyn ReadableDatabase {
        match self {
            Self::Reading(database) => database,
            Self::Writing(database) => &**database,
        }
    }
}

impl Tree {
    /// Opens the tree, for reading until something is to be written.
    pub fn open(pages: Arc<Pages>, cache_bytes: usize) -> Result<Self, Error> {
        let mut opened = Opened { database: None, number: 0, view: None };
        opened.open_for_reading(&pages, cache_bytes)?;
        let (opened, writing) = (Mutex::new(opened), Mutex::new(()));
        Ok(Self { pages, cache_bytes, opened, writing, overlay: Overlay::default() })
    }

    /// Asks the tree as it is now; while somebody holds the overlay's lock, it fits the overlay. `ask` is begun again when
    /// `redb` failed for somebody else.
    pub fn read<T>(&self, mut ask: impl FnMut(&TreeView) -> Result<T, Fault>) -> Result<T, Error> {
        for _ in 0..ATTEMPTS {
            let (number, view) = self.view();
            match view.and_then(|view| ask(&view)) {
                Ok(answer) => return Ok(answer),
                Err(Fault::Error(error)) => return Err(error),
                Err(Fault::Stale) => self.reopen(number)?,
            }
        }
        Err(Error::Read("the tree was opened again too often; see the log for what is damaged".into()))
    }

    /// What the format record tells.
    pub fn format(&self) -> Result<Format, String> {
        match &self.opened.lock().database {
            Some(database) => format::read(database.readable(), LAYOUT),
            None => Err("the tree is not open".into()),
        }
    }

    fn view(&self) -> (u64, Result<Arc<TreeView>, Fault>) {
        // Opened under the lock, so that an older view is never put down after `absorb` took the last one away.
        let mut opened = self.opened.lock();
        let number = opened.number;
        (number, opened.view())
    }

    fn reopen(&self, number: u64) -> Result<(), Error> {
        let _writing = self.writing.lock();
        let mut opened = self.opened.lock();
        match opened.number == number {
            true => opened.open_for_reading(&self.pages, self.cache_bytes),
            // Somebody else did.
            false => Ok(()),
        }
    }

    /// Writes a generation into the tree, durably.
    pub fn absorb(&self, generation: &Generation) -> Result<(), NotWritten> {
        let _writing = self.writing.lock();
        // Twice, since `redb` may have failed for a reader who met damage.
        let written = self.try_absorb(generation).or_else(|fault| match fault {
            Fault::Stale => self.try_absorb(generation),
            error => Err(error),
        });
        let mut opened = self.opened.lock();
        // Before the caller takes the generation out of the overlay.
        opened.view = None;
        let Err(fault) = written else { return Ok(()) };
        let trouble = self.pages.trouble();
        if let Err(error) = opened.open_for_reading(&self.pages, self.cache_bytes) {
            tracing::error!(%error, "the tree cannot be opened again for reading; the next read tries again");
        }
        Err(match (trouble, fault) {
            (Some(Trouble::Write(what)), _) => NotWritten::Yet(format!("the tree cannot be written: {what}")),
            (Some(Trouble::Sync(what)), _) => NotWritten::Ever(format!("the tree cannot be synced: {what}")),
            (Some(Trouble::Unread(what)), _) => NotWritten::Yet(format!("the tree cannot be read: {what}")),
            (Some(Trouble::Damaged(what)), _) => NotWritten::Ever(format!(
                "the tree is damaged where it must be changed: {what}; stop the server and run `coldkeep fsck`"
            )),
            (None, Fault::Stale) => NotWritten::Yet("the tree was damaged for a reader meanwhile".into()),
            (None, Fault::Error(error)) => NotWritten::Ever(error.to_string()),
        })
    }

    fn try_absorb(&self, generation: &Generation) -> Result<(), Fault> {
        let undisturbed = self.pages.write_undisturbed();
        let database = self.database_for_writing()?;
        let written = write(&database, generation);
        if matches!(written, Err(Fault::Stale)) {
            // Never written by what failed, so that the next try opens it again.
            self.opened.lock().database = None;
        }
        drop(undisturbed);
        written
    }

    fn database_for_writing(&self) -> Result<Arc<Database>, Fault> {
        let mut opened = self.opened.lock();
        if let Some(Opening::Writing(database)) = &opened.database {
            return Ok(database.clone());
        }
        opened.open_for_writing(&self.pages, self.cache_bytes)
    }
}

impl Opened {
    /// Takes what is open away, and gives a view of what was last synced. What was open cannot write any more, also when
    /// it is dropped.
    fn begin(&mut self, pages: &Arc<Pages>, access: Access) -> Backend {
        self.number += 1;
        self.view = None;
        let backend = pages.backend(access);
        self.database = None;
        backend
    }

    fn open_for_reading(&mut self, pages: &Arc<Pages>, cache_bytes: usize) -> Result<(), Error> {
        let backend = self.begin(pages, Access::Reading);
        // The mode in which a reader needs no lists of free pages. There is no other process: the backend has every lock.
        let mut builder = Database::builder();
        builder.set_cache_size(cache_bytes).set_concurrency_mode(ConcurrencyMode::SingleWriter);
        let database = builder.open_read_only_with_backend(backend).map_err(|error| Fault::from(error).error())?;
        self.database = Some(Opening::Reading(database));
        Ok(())
    }

    fn open_for_writing(&mut self, pages: &Arc<Pages>, cache_bytes: usize) -> Result<Arc<Database>, Fault> {
        let backend = self.begin(pages, Access::File);
        let database = Database::builder().set_cache_size(cache_bytes).create_with_backend(backend);
        let database = Arc::new(database?);
        self.database = Some(Opening::Writing(database.clone()));
        Ok(database)
    }

    fn view(&mut self) -> Result<Arc<TreeView>, Fault> {
        if let Some(view) = &self.view {
            return Ok(view.clone());
        }
        let database = self.database.as_ref().ok_or(Fault::Stale)?;
        let table = database.readable().begin_read()?.open_table(RECORDS)?;
        Ok(self.view.insert(Arc::new(TreeView(table))).clone())
    }
}

fn write(database: &Database, generation: &Generation) -> Result<(), Fault> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate).map_err(|error| broken(&error))?;
    transaction.set_quick_repair(true);
    {
        let mut records = transaction.open_table(RECORDS)?;
        for (key, slot) in &generation.slots {
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
    transaction.open_table(FORMAT)?.insert(SEQUENCE, generation.last)?;
    transaction.commit().map_err(|error| match error {
        redb::CommitError::Storage(error) => error.into(),
        other => broken(&other),
    })
}

fn broken(what: &dyn std::fmt::Display) -> Fault {
    Fault::Error(Error::Read(format!("the tree: {what}")))
}

impl Fault {
    /// As an error, where nobody asks again.
    pub fn error(self) -> Error {
        match self {
            Self::Stale => Error::Read("the tree failed before".into()),
            Self::Error(error) => error,
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        let is = |error: &std::io::Error| {
            error.get_ref().map(|inner| (inner.is::<DamagedBlock>(), inner.is::<StaleBackend>()))
        };
        match error {
            StorageError::PreviousIo | StorageError::DatabaseClosed | StorageError::LockPoisoned(_) => Self::Stale,
            StorageError::Io(error) => match is(&error) {
                Some((true, _)) => Self::Error(Error::Damaged(error.to_string())),
                Some((_, true)) => Self::Stale,
                _ => Self::Error(Error::Read(error.to_string())),
            },
            StorageError::Corrupted(what) => Self::Error(Error::Damaged(format!("the tree: {what}"))),
            other => broken(&other),
        }
    }
}

impl From<TransactionError> for Fault {
    fn from(error: TransactionError) -> Self {
        match error {
            TransactionError::Storage(error) => error.into(),
            other => broken(&other),
        }
    }
}

impl From<TableError> for Fault {
    fn from(error: TableError) -> Self {
        match error {
            TableError::Storage(error) => error.into(),
            other => broken(&other),
        }
    }
}

impl From<DatabaseError> for Fault {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Storage(error) => error.into(),
            other => broken(&other),
        }
    }
}
