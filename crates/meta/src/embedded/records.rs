//! How records lie in the tree, and the format record that names this layout.
//!
//! Table `records`: key -> version (8 bytes, big-endian), then the value. Table `format`: `coldkeep-meta` -> version of the
//! layout, `sequence` -> the last version given out. A newer layout is refused.

use std::fmt::Display;
use std::ops::Range;

use redb::{
    AccessGuard, Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, StorageError, Table,
    TableDefinition, TableError, WriteTransaction,
};

use crate::plan::{Outcome, View};
use crate::{Entry, Error, Version};

pub(super) type Key = &'static [u8];
pub(super) type Value = &'static [u8];

pub(super) const RECORDS: TableDefinition<Key, Value> = TableDefinition::new("records");
const FORMAT: TableDefinition<&str, u64> = TableDefinition::new("format");
const FORMAT_NAME: &str = "coldkeep-meta";
const FORMAT_VERSION: u64 = 1;
const SEQUENCE: &str = "sequence";
const VERSION_BYTES: usize = 8;

pub(super) fn read_error(error: impl Display) -> Error {
    Error::Read(error.to_string())
}

/// Takes a stored value apart.
pub(super) fn entry(stored: &[u8]) -> Result<Entry, Error> {
    let (version, value) = split(stored)?;
    Ok(Entry { value: value.to_vec(), version })
}

/// A key and its entry, as a scan gives them.
pub(super) fn pair(
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

/// The records inside a write transaction.
pub(super) struct Records<'a>(Table<'a, Key, Value>);

impl<'a> Records<'a> {
    pub(super) fn open(transaction: &'a WriteTransaction) -> Result<Self, TableError> {
        transaction.open_table(RECORDS).map(Self)
    }

    /// Applies what a commit leaves.
    pub(super) fn apply(&mut self, outcome: Outcome, version: Version) -> Result<(), StorageError> {
        for (key, value) in outcome {
            let Some(value) = value else {
                self.0.remove(key.as_slice())?;
                continue;
            };
            let mut stored = self.0.insert_reserve(key.as_slice(), VERSION_BYTES + value.len())?;
            let (head, tail) = stored.as_mut().split_at_mut(VERSION_BYTES);
            head.copy_from_slice(&version.0.to_be_bytes());
            tail.copy_from_slice(&value);
        }
        Ok(())
    }
}

impl View for Records<'_> {
    fn version(&self, key: &[u8]) -> Result<Option<Version>, Error> {
        let stored = self.0.get(key).map_err(read_error)?;
        stored.map(|stored| Ok(split(stored.value())?.0)).transpose()
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let stored = self.0.get(key).map_err(read_error)?;
        stored.map(|stored| Ok(split(stored.value())?.1.to_vec())).transpose()
    }

    fn is_empty(&self, range: &Range<Vec<u8>>) -> Result<bool, Error> {
        let mut found = self.0.range(range.start.as_slice()..range.end.as_slice()).map_err(read_error)?;
        Ok(found.next().transpose().map_err(read_error)?.is_none())
    }
}

/// Records the last version given out, in the same transaction as what it was given to.
pub(super) fn save_sequence(transaction: &WriteTransaction, sequence: u64) -> Result<(), redb::Error> {
    transaction.open_table(FORMAT)?.insert(SEQUENCE, sequence)?;
    Ok(())
}

/// Checks the format record, or writes it into a new file. Returns the last version given out.
pub(super) fn check_format(database: &Database) -> Result<u64, String> {
    match stored_format(database).map_err(|error| error.to_string())? {
        Some((FORMAT_VERSION, sequence)) => Ok(sequence),
        Some((version, _)) => Err(format!(
            "its format is {FORMAT_NAME} {version}, this server knows {FORMAT_VERSION}; use a newer server"
        )),
        None => {
            write_format(database).map_err(|error| error.to_string())?;
            Ok(0)
        }
    }
}

/// Format version and sequence; `None` for a file without any table.
fn stored_format(database: &Database) -> Result<Option<(u64, u64)>, redb::Error> {
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
    let Some(version) = table.get(FORMAT_NAME)? else { return Err(foreign()) };
    let sequence = table.get(SEQUENCE)?.map_or(0, |sequence| sequence.value());
    Ok(Some((version.value(), sequence)))
}

fn write_format(database: &Database) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    transaction.open_table(FORMAT)?.insert(FORMAT_NAME, FORMAT_VERSION)?;
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
        assert_eq!(check_format(&newer), Ok(0));
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
