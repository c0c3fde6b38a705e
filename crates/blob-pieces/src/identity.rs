//! Whose place it is: records that are written once, each an object of its own, since an object store has no way to change one that all agree on.
//!
//! The format record is there from the first opening. The first claim makes the store's record, for good. The store's last run is the greatest of the
//! marks of runs; a claim makes the next one, then removes those before.

use bytes::Bytes;
use coldkeep_blob::table::crc;
use coldkeep_blob::{Error, Identity};

use crate::names;
use crate::store::{PieceStore, StoreError};

const NAME: &str = "coldkeep-pieces ";
const FORMAT: &str = "coldkeep-pieces 1\n";
/// Longer than any record.
const RECORD_BYTES: u64 = 1 << 10;

fn checked(text: String) -> Bytes {
    let check = crc(text.as_bytes());
    format!("{text}check {check:08x}\n").into()
}

fn store_record(store: [u8; 16]) -> Bytes {
    checked(format!("store {:032x}\n", u128::from_be_bytes(store)))
}

/// Whose record it is, if it is exactly what is written for them.
fn read_store_record(bytes: &[u8]) -> Option<[u8; 16]> {
    let digits = std::str::from_utf8(bytes).ok()?.strip_prefix("store ")?.get(..32)?;
    let store = u128::from_str_radix(digits, 16).ok()?.to_be_bytes();
    (store_record(store) == bytes).then_some(store)
}

fn damaged(what: &str) -> Error {
    Error::Open(format!("its {what} record is damaged"))
}

async fn record(store: &dyn PieceStore, name: &str) -> Result<Option<Bytes>, Error> {
    match store.read(name, 0..RECORD_BYTES).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether there is the format record; refuses another one than this version's.
async fn has_format(store: &dyn PieceStore) -> Result<bool, Error> {
    let Some(found) = record(store, names::FORMAT).await? else { return Ok(false) };
    if found == checked(FORMAT.into()) {
        return Ok(true);
    }
    let text = String::from_utf8_lossy(&found);
    let version = text.strip_prefix(NAME).and_then(|rest| rest.lines().next()?.parse::<u32>().ok());
    Err(match version {
        Some(version @ 2..) => {
            Error::Open(format!("its format is {version}, this server knows only 1; use a newer server"))
        }
        _ => damaged("format"),
    })
}

/// Refuses what is not the engine's place, nor empty.
pub(crate) async fn open(store: &dyn PieceStore) -> Result<(), Error> {
    if !has_format(store).await? {
        let found = store.list("", "", 1).await?;
        // Another server may just have made it.
        if let Some(found) = found.first()
            && !has_format(store).await?
        {
            let name = &found.name;
            return Err(Error::Open(format!(
                "there is something else, {name} for one. Name an empty prefix, or bucket"
            )));
        }
        match store.put_new(names::FORMAT, checked(FORMAT.into())).await {
            Ok(()) | Err(StoreError::Exists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // The same bytes once more: a store that takes them would take others too.
    match store.put_new(names::FORMAT, checked(FORMAT.into())).await {
        Err(StoreError::Exists) => Ok(()),
        Ok(()) => Err(Error::Open("the store writes over objects although it is asked not to (If-None-Match)".into())),
        Err(error) => Err(error.into()),
    }
}

/// Refuses where there is nothing to look at.
pub(crate) async fn inspect(store: &dyn PieceStore) -> Result<(), Error> {
    match has_format(store).await? {
        true => Ok(()),
        false => Err(Error::Open("there are no blobs: the format record is missing".into())),
    }
}

async fn newest(store: &dyn PieceStore) -> Result<Option<u32>, Error> {
    Ok(marks(store).await?.pop())
}

/// The marks of runs, ascending. There are few: each claim removes those before.
async fn marks(store: &dyn PieceStore) -> Result<Vec<u32>, Error> {
    let marks = store.names(names::EPOCHS, "", store.page()).await?;
    let marks = marks.iter().map(|mark| mark.strip_prefix(names::EPOCHS).and_then(names::parse_epoch));
    marks.collect::<Option<_>>().ok_or_else(|| damaged("run's"))
}

/// Whose blobs they are.
pub(crate) async fn read(store: &dyn PieceStore) -> Result<Option<Identity>, Error> {
    let Some(found) = record(store, names::STORE).await? else { return Ok(None) };
    let owner = read_store_record(&found).ok_or_else(|| damaged("store's"))?;
    Ok(newest(store).await?.map(|epoch| Identity { store: owner, epoch }))
}

/// Claims the place for a store's run; that of another store is refused.
pub(crate) async fn claim(store: &dyn PieceStore, identity: Identity) -> Result<(), Error> {
    match store.put_new(names::STORE, store_record(identity.store)).await {
        Ok(()) => {}
        Err(StoreError::Exists) => {
            let found = store.read(names::STORE, 0..RECORD_BYTES).await?;
            if read_store_record(&found).ok_or_else(|| damaged("store's"))? != identity.store {
                return Err(Error::Open("another store has claimed these blobs".into()));
            }
        }
        Err(error) => return Err(error.into()),
    }
    match store.put_new(&names::epoch(identity.epoch), Bytes::new()).await {
        Ok(()) | Err(StoreError::Exists) => {}
        Err(error) => return Err(error.into()),
    }
    let marks = marks(store).await?;
    for mark in marks.iter().rev().skip(1) {
        store.delete(&names::epoch(*mark)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_a_record_is_noticed() {
        let record = store_record([0x0b; 16]);
        assert_eq!(read_store_record(&record), Some([0x0b; 16]));
        for place in 0..record.len() {
            for bit in 0..8 {
                let mut changed = record.to_vec();
                changed[place] ^= 1 << bit;
                assert_eq!(read_store_record(&changed), None, "byte {place}, bit {bit}");
            }
            assert_eq!(read_store_record(&record[..place]), None, "cut to {place}");
        }
    }
}
