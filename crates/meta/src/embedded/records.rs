//! The tree: how records lie in `redb`, and the format record that names this layout.
//!
//! Table `records`: key -> version (8 bytes, big-endian), then the value. Table `format`: `coldkeep-meta` -> version of the
//! layout, `sequence` -> the version up to which the tree goes, `journal-nonce-high` and `-low` -> the nonce of the journal.
//! A newer layout is refused.

use std::fmt::Display;
use std::ops::{Bound, Range};
use std::sync::Arc;

use parking_lot::Mutex;
use redb::{
    AccessGuard, Database, Durability, ReadOnlyTable, ReadableDatabase, ReadableTable, ReadableTableMetadata,
    StorageError, TableDefinition, TableError,
};

use super::journal::Nonce;
use super::overlay::{Generation, Overlay};
use crate::{Entry, Error, Seen, Version};

type Key = &'static [u8];
type Value = &'static [u8];

const RECORDS: TableDefinition<Key, Value> = TableDefinition::new("records");
const FORMAT: TableDefinition<&str, u64> = TableDefinition::new("format");
const FORMAT_NAME: &str = "coldkeep-meta";
const FORMAT_VERSION: u64 = 1;
const SEQUENCE: &str = "sequence";
const NONCE: [&str; 2] = ["journal-nonce-high", "journal-nonce-low"];
const VERSION_BYTES: usize = 8;

fn read_error(error: impl Display) -> Error {
    Error::Read(error.to_string())
}

/// Takes a stored value apart.
fn entry(stored: &[u8]) -> Result<Entry, Error> {
    let (version, value) = split(stored)?;
    Ok(Entry { value: value.to_vec(), version })
}

/// A key and its entry, as a scan gives them.
fn pair(
    found: Result<(AccessGuard<'_, Key>, AccessGuard<'_, Value>), StorageError>,
) -> Result<(Vec<u8>, Entry), Error> {
    let (key, stored) = found.map_err(read_error)?;
    Ok((key.value().to_vec(), entry(stored.value())?))
}

fn split(stored: &[u8]) -> Result<(Version, &[u8]), Error> {
    let (version, value) =
        stored.split_first_chunk::<VERSION_BYTES>().ok_or_else(|| read_error("a record has no version"))?;
    Ok((Version(u64::from_be_bytes(*version)), value))
}

/// The tree, with the overlay of what is newer.
pub(super) struct Tree {
    /// The tree since it was last written, once somebody has asked for it: opening a view takes longer than most reads.
    view: Mutex<Option<Arc<TreeView>>>,
    database: Database,
    pub overlay: Overlay,
}

/// The tree at one moment.
pub(super) struct TreeView(ReadOnlyTable<Key, Value>);

/// A place in the tree that moves up to the end of a range.
pub(super) struct Cursor<'a> {
    tree: &'a TreeView,
    end: Vec<u8>,
    inner: redb::Cursor<'a, Key, Value>,
    head: Option<(AccessGuard<'a, Key>, AccessGuard<'a, Value>)>,
    /// How many records the next jump steps over before it descends from the root.
    steps: usize,
}

/// Records a jump steps over at most before it descends from the root.
const STEPS: usize = 8;

impl Tree {
    pub fn new(database: Database) -> Self {
        Self { view: Mutex::default(), database, overlay: Overlay::default() }
    }

    /// The tree as it is now. Ask for it while holding the overlay's lock.
    pub fn view(&self) -> Result<Arc<TreeView>, Error> {
        // Opened under the lock, so that an older view is never put down after `absorb` took the last one away.
        let mut view = self.view.lock();
        if let Some(view) = &*view {
            return Ok(view.clone());
        }
        let transaction = self.database.begin_read().map_err(read_error)?;
        let opened = transaction.open_table(RECORDS).map(TreeView).map_err(read_error)?;
        Ok(view.insert(Arc::new(opened)).clone())
    }

    /// Writes a generation into the tree, durably.
    pub fn absorb(&self, generation: &Generation) -> Result<(), redb::Error> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        transaction.set_quick_repair(true);
        {
            let mut records = transaction.open_table(RECORDS)?;
            for (key, slot) in &generation.slots {
                let Some(value) = &slot.value else {
                    records.remove(key.as_slice())?;
                    continue;
                };
                let mut stored = records.insert_reserve(key.as_slice(), VERSION_BYTES + value.len())?;
                let (head, tail) = stored.as_mut().split_at_mut(VERSION_BYTES);
                head.copy_from_slice(&slot.version.0.to_be_bytes());
                tail.copy_from_slice(value);
            }
        }
        transaction.open_table(FORMAT)?.insert(SEQUENCE, generation.last)?;
        transaction.commit()?;
        // Before the caller takes the generation out of the overlay.
        *self.view.lock() = None;
        Ok(())
    }
}

impl TreeView {
    pub fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        let stored = self.0.get(key).map_err(read_error)?;
        stored.map(|stored| entry(stored.value())).transpose()
    }

    pub fn version(&self, key: &[u8]) -> Result<Option<Version>, Error> {
        let stored = self.0.get(key).map_err(read_error)?;
        stored.map(|stored| Ok(split(stored.value())?.0)).transpose()
    }

    /// The records of a range, ascending or, by its end, descending.
    pub fn range(
        &self,
        range: &Range<Vec<u8>>,
    ) -> Result<impl DoubleEndedIterator<Item = Result<(Vec<u8>, Entry), Error>>, Error> {
        let found = ReadableTable::range(&self.0, range.start.as_slice()..range.end.as_slice());
        Ok(found.map_err(read_error)?.map(pair))
    }

    /// A place at the first record of a range.
    pub fn cursor(&self, range: &Range<Vec<u8>>) -> Result<Cursor<'_>, Error> {
        let inner = self.place(&range.start)?;
        let mut cursor = Cursor { tree: self, end: range.end.clone(), inner, head: None, steps: STEPS };
        cursor.advance()?;
        Ok(cursor)
    }

    fn place(&self, at: &[u8]) -> Result<redb::Cursor<'_, Key, Value>, Error> {
        self.0.lower_bound(Bound::Included(at)).map_err(read_error)
    }
}

impl Cursor<'_> {
    /// The record at the place; `None` past the last one.
    pub fn head(&self) -> Result<Option<Seen<'_>>, Error> {
        let Some((key, stored)) = &self.head else { return Ok(None) };
        let (version, value) = split(stored.value())?;
        Ok(Some(Seen { key: key.value(), value, version }))
    }

    /// Moves to the next record.
    pub fn advance(&mut self) -> Result<(), Error> {
        let next = self.inner.next().map_err(read_error)?;
        self.head = next.filter(|(key, _)| key.value() < self.end.as_slice());
        Ok(())
    }

    /// Moves to the first record at or after `to`, but never back.
    pub fn seek(&mut self, to: &[u8]) -> Result<(), Error> {
        let mut left = self.steps;
        while self.head.as_ref().is_some_and(|(key, _)| key.value() < to) {
            if left == 0 {
                return self.descend(to);
            }
            left -= 1;
            self.advance()?;
        }
        self.steps = STEPS;
        Ok(())
    }

    fn descend(&mut self, to: &[u8]) -> Result<(), Error> {
        // Where one jump was long, the next will be: try less.
        self.steps = (self.steps / 2).max(1);
        self.inner = self.tree.place(to)?;
        self.advance()
    }
}

/// What the format record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// The version up to which the tree goes.
    pub sequence: u64,
    /// What marks the journal's groups as this store's.
    pub nonce: Nonce,
}

/// Checks the format record, or writes it into a new file.
pub(super) fn check_format(database: &Database) -> Result<Format, String> {
    let stored = |database: &Database| stored_format(database).map_err(|error| error.to_string());
    let found = match stored(database)? {
        None => {
            write_format(database).map_err(|error| error.to_string())?;
            stored(database)?
        }
        found => found,
    };
    match found {
        Some((FORMAT_VERSION, format)) => Ok(format),
        Some((version, _)) => Err(format!(
            "its format is {FORMAT_NAME} {version}, this server knows {FORMAT_VERSION}; use a newer server"
        )),
        None => Err("its format record was not kept".to_owned()),
    }
}

/// The layout's version and the format; `None` for a file without any table.
fn stored_format(database: &Database) -> Result<Option<(u64, Format)>, redb::Error> {
    let transaction = database.begin_read()?;
    let foreign = || redb::Error::Corrupted(format!("this is not a {FORMAT_NAME} file"));
    let table = match transaction.open_table(FORMAT) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => {
            let new = transaction.list_tables()?.next().is_none();
            return if new { Ok(None) } else { Err(foreign()) };
        }
        Err(error) => return Err(error.into()),
    };
    let number = |name: &str| -> Result<Option<u64>, redb::Error> { Ok(table.get(name)?.map(|guard| guard.value())) };
    let version = number(FORMAT_NAME)?.ok_or_else(foreign)?;
    let mut nonce = Nonce::default();
    for (half, name) in nonce.chunks_exact_mut(8).zip(NONCE) {
        half.copy_from_slice(&number(name)?.unwrap_or(0).to_be_bytes());
    }
    Ok(Some((version, Format { sequence: number(SEQUENCE)?.unwrap_or(0), nonce })))
}

fn write_format(database: &Database) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    {
        let mut format = transaction.open_table(FORMAT)?;
        format.insert(FORMAT_NAME, FORMAT_VERSION)?;
        for name in NONCE {
            format.insert(name, rand::random::<u64>())?;
        }
    }
    transaction.open_table(RECORDS)?.len()?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_or_foreign_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let newer = Database::create(dir.path().join("newer")).unwrap();
        assert_eq!(check_format(&newer).unwrap().sequence, 0);
        assert_eq!(check_format(&newer), check_format(&newer), "the nonce stays");
        let transaction = newer.begin_write().unwrap();
        transaction.open_table(FORMAT).unwrap().insert(FORMAT_NAME, FORMAT_VERSION + 1).unwrap();
        transaction.commit().unwrap();
        assert!(check_format(&newer).unwrap_err().contains("newer server"));

        let foreign = Database::create(dir.path().join("foreign")).unwrap();
        let transaction = foreign.begin_write().unwrap();
        transaction.open_table(RECORDS).unwrap();
        transaction.commit().unwrap();
        assert!(check_format(&foreign).unwrap_err().contains("not a coldkeep-meta file"));
    }
}
