//! What the engine asks of an object store.

use std::collections::HashMap;
use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::{Error, Space};
use coldkeep_types::Id;

/// Why a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// No such object.
    NotFound,
    /// There is an object of that name, and it was left as it is.
    Exists,
    /// There is no room. Nothing was written.
    Full,
    /// It was refused. Nothing was written.
    Refused(String),
    /// There was no answer in time, or none that says what happened: a write may have happened, or may happen later.
    Unknown(String),
}

impl StoreError {
    /// What it means for a blob.
    pub(crate) fn of_blob(self, id: Id) -> Error {
        match self {
            Self::NotFound => Error::NotFound(id),
            other => other.into(),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::Io("an object is not there any more".into()),
            StoreError::Exists => Self::Io("an object is there already".into()),
            StoreError::Full => Self::Full,
            StoreError::Refused(what) | StoreError::Unknown(what) => Self::Io(what),
        }
    }
}

/// Of the pieces of a blob fewer than this are missing in a row, with one there that comes after them: writing leaves out one that was not answered, deleting takes
/// [`DELETES`] at once, from the end.
const GAP: u64 = 16;
/// How many pieces are deleted at once.
pub(crate) const DELETES: usize = 8;

/// An object that was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
}

/// A store of immutable objects. Names are of letters, digits, `/` and `.`, at most 80 bytes; of each other's objects stores know nothing.
///
/// - Every call ends within a time of the store's own; one that does not is [`StoreError::Unknown`].
/// - What a call acknowledged survives any crash, and is seen by every call of every client that begins later.
#[async_trait]
pub trait PieceStore: Send + Sync + 'static {
    /// How long pieces should be, at most: a multiple of 64 KiB.
    fn piece_bytes(&self) -> u32;

    /// How many names a list gives well at once.
    fn page(&self) -> usize {
        1000
    }

    /// Writes an object, whole or not at all, unless there is one of that name. A store that tries again by itself may find what an
    /// earlier try wrote, and that is [`StoreError::Exists`] too.
    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError>;

    /// The bytes of a range of an object, or as many of them as there are.
    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError>;

    /// Deletes an object; what is not there is deleted.
    async fn delete(&self, name: &str) -> Result<(), StoreError>;

    /// The objects whose names begin with `prefix` and come after `after` in the order of their bytes, in that order, at most `limit`; fewer mean
    /// that there are no more.
    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError>;

    /// As [`list`](Self::list), names alone: for stores to which their lengths are more work.
    async fn names(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        Ok(self.list(prefix, after, limit).await?.into_iter().map(|listed| listed.name).collect())
    }

    /// Those of the named objects that are there, in that order. All names begin with `of`, and few others do: who finds them by a list may.
    async fn lengths(&self, of: &str, names: &[String]) -> Result<Vec<Listed>, StoreError> {
        let mut found: HashMap<_, _> = list_all(self, of).await?.into_iter().map(|one| (one.name, one.bytes)).collect();
        let listed = names.iter().filter_map(|name| found.remove_entry(name));
        Ok(listed.map(|(name, bytes)| Listed { name, bytes }).collect())
    }

    /// The objects whose names are `of` and a number, the lowest first if that is 0 or 1. A store whose lists are dear may do as [`numbered`] does.
    async fn numbered(&self, of: &str) -> Result<Vec<Listed>, StoreError> {
        list_all(self, of).await
    }

    /// What comes between `prefix` and the next `/` in names that have both, each once, ascending.
    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError>;

    /// How much room there is.
    async fn space(&self) -> Result<Space, StoreError>;
}

/// The objects whose names are `of` and a number: asked for one number after the other, from 0 on, until many in a row are not there.
pub async fn numbered<S: PieceStore + ?Sized>(store: &S, of: &str) -> Result<Vec<Listed>, StoreError> {
    let mut all = Vec::new();
    for first in (0..).step_by(GAP as usize) {
        let names: Vec<String> = (first..first + GAP).map(|number| format!("{of}{number}")).collect();
        let found = store.lengths(of, &names).await?;
        if found.is_empty() {
            break;
        }
        all.extend(found);
    }
    Ok(all)
}

/// All objects whose names begin so.
pub(crate) async fn list_all<S: PieceStore + ?Sized>(store: &S, prefix: &str) -> Result<Vec<Listed>, StoreError> {
    let mut all: Vec<Listed> = Vec::new();
    loop {
        let after = all.last().map_or("", |listed| &listed.name);
        let page = store.list(prefix, after, store.page()).await?;
        let is_last = page.len() < store.page();
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}
