//! The tables of the tree, and the format record that names this layout.
//!
//! Table `records`: key -> [record](super::record). Table `format`: `coldkeep-meta` -> version of the layout, `sequence` ->
//! the version up to which the tree goes, `journal-nonce-high` and `-low` -> the nonce of the journal. A newer layout is refused.

use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableDefinition, TableError};

use super::journal::Nonce;

pub(super) type Key = &'static [u8];
pub(super) type Value = &'static [u8];

pub(super) const RECORDS: TableDefinition<Key, Value> = TableDefinition::new("records");
pub(super) const FORMAT: TableDefinition<&str, u64> = TableDefinition::new("format");
/// The version up to which the tree goes.
pub(super) const SEQUENCE: &str = "sequence";
const NAME: &str = "coldkeep-meta";
const NONCE: [&str; 2] = ["journal-nonce-high", "journal-nonce-low"];
/// The layout this server writes.
pub(super) const LAYOUT: u64 = 2;

/// What the format record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// The version up to which the tree goes.
    pub sequence: u64,
    /// What marks the journal's groups as this store's.
    pub nonce: Nonce,
}

/// Reads the format record of a tree that has this layout.
pub(super) fn read(database: &dyn ReadableDatabase, layout: u64) -> Result<Format, String> {
    match stored(database).map_err(|error| error.to_string())? {
        (found, format) if found == layout => Ok(format),
        (found, _) if found > layout => {
            Err(format!("its format is {NAME} {found}, this server knows {layout}; use a newer server"))
        }
        (found, _) => Err(format!("its format is {NAME} {found}, where {layout} is expected")),
    }
}

fn stored(database: &dyn ReadableDatabase) -> Result<(u64, Format), redb::Error> {
    let foreign = || redb::Error::Corrupted(format!("this is not a {NAME} file"));
    let table = match database.begin_read()?.open_table(FORMAT) {
        Err(TableError::TableDoesNotExist(_)) => return Err(foreign()),
        table => table?,
    };
    let number = |name: &str| -> Result<Option<u64>, redb::Error> { Ok(table.get(name)?.map(|guard| guard.value())) };
    let layout = number(NAME)?.ok_or_else(foreign)?;
    let mut nonce = Nonce::default();
    for (half, name) in nonce.chunks_exact_mut(8).zip(NONCE) {
        half.copy_from_slice(&number(name)?.unwrap_or(0).to_be_bytes());
    }
    Ok((layout, Format { sequence: number(SEQUENCE)?.unwrap_or(0), nonce }))
}

/// Writes the format record, and makes the tables.
pub(super) fn write(database: &Database, format: &Format) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    {
        let mut table = transaction.open_table(FORMAT)?;
        table.insert(NAME, LAYOUT)?;
        table.insert(SEQUENCE, format.sequence)?;
        for (half, name) in format.nonce.as_chunks().0.iter().zip(NONCE) {
            table.insert(name, u64::from_be_bytes(*half))?;
        }
    }
    transaction.open_table(RECORDS)?.len()?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn a_newer_or_foreign_file_is_refused() {
        let make = || Database::builder().create_with_backend(InMemoryBackend::new()).unwrap();
        let newer = make();
        let format = Format { sequence: 7, nonce: [3; 16] };
        write(&newer, &format).unwrap();
        assert_eq!(read(&newer, LAYOUT), Ok(format));
        assert!(read(&newer, LAYOUT - 1).unwrap_err().contains("newer server"));
        assert!(read(&newer, LAYOUT + 1).unwrap_err().contains("is expected"));

        let foreign = make();
        let transaction = foreign.begin_write().unwrap();
        transaction.open_table(RECORDS).unwrap();
        transaction.commit().unwrap();
        assert!(read(&foreign, LAYOUT).unwrap_err().contains("not a coldkeep-meta file"));
    }
}
