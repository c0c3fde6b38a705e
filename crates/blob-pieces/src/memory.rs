//! A store for tests: a map behind a mutex, of a size. Clones share their objects.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_blob::Space;
use parking_lot::Mutex;

use crate::store::{Listed, PieceStore, StoreError};

/// An object store in memory.
#[derive(Clone)]
pub struct Memory {
    objects: Arc<Mutex<BTreeMap<String, Bytes>>>,
    piece_bytes: u32,
    total_bytes: u64,
}

impl Memory {
    /// An empty store that wants pieces of this length, and holds so many bytes.
    pub fn new(piece_bytes: u32, total_bytes: u64) -> Self {
        Self { objects: Arc::default(), piece_bytes, total_bytes }
    }

    /// The names of all objects.
    pub fn names(&self) -> Vec<String> {
        self.objects.lock().keys().cloned().collect()
    }

    /// Has an object changed, or removed where `change` gives nothing, as no store should.
    pub fn change(&self, name: &str, change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>) {
        let mut objects = self.objects.lock();
        if let Some(changed) = change(objects.remove(name).unwrap_or_default().to_vec()) {
            objects.insert(name.to_owned(), changed.into());
        }
    }
}

#[async_trait]
impl PieceStore for Memory {
    fn piece_bytes(&self) -> u32 {
        self.piece_bytes
    }

    async fn put_new(&self, name: &str, bytes: Bytes) -> Result<(), StoreError> {
        let mut objects = self.objects.lock();
        if objects.contains_key(name) {
            return Err(StoreError::Exists);
        }
        let used: u64 = objects.values().map(|object| object.len() as u64).sum();
        if used + bytes.len() as u64 > self.total_bytes {
            return Err(StoreError::Full);
        }
        objects.insert(name.to_owned(), bytes);
        Ok(())
    }

    async fn read(&self, name: &str, range: Range<u64>) -> Result<Bytes, StoreError> {
        let objects = self.objects.lock();
        let object = objects.get(name).ok_or(StoreError::NotFound)?;
        let end = object.len().min(usize::try_from(range.end).unwrap_or(usize::MAX));
        let start = usize::try_from(range.start).unwrap_or(usize::MAX).min(end);
        Ok(object.slice(start..end))
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        self.objects.lock().remove(name);
        Ok(())
    }

    async fn list(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Listed>, StoreError> {
        let objects = self.objects.lock();
        let from = if after < prefix { Bound::Included(prefix) } else { Bound::Excluded(after) };
        let listed = objects.range::<str, _>((from, Bound::Unbounded)).take_while(|(name, _)| name.starts_with(prefix));
        let listed = listed.map(|(name, object)| Listed { name: name.clone(), bytes: object.len() as u64 });
        Ok(listed.take(limit).collect())
    }

    async fn folders(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        let objects = self.objects.lock();
        let names = objects.keys().filter_map(|name| name.strip_prefix(prefix)?.split_once('/'));
        let folders: BTreeSet<_> = names.map(|(folder, _)| folder.to_owned()).collect();
        Ok(folders.into_iter().collect())
    }

    async fn space(&self) -> Result<Space, StoreError> {
        let used: u64 = self.objects.lock().values().map(|object| object.len() as u64).sum();
        Ok(Space { free_bytes: self.total_bytes - used, total_bytes: self.total_bytes })
    }
}
