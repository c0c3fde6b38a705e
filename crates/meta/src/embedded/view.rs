//! Reading the tree at one moment: by key, by range, and by a cursor that jumps. Every record is verified.

use std::ops::{Bound, Range};

use redb::{AccessGuard, ReadOnlyTable, ReadableTable};

use super::format::{Key, Value};
use super::record;
use super::tree::Fault;
use crate::{Entry, Error, Seen, Version};

/// The tree at one moment.
pub(super) struct TreeView(pub ReadOnlyTable<Key, Value>);

/// A place in the tree that moves up to the end of a range.
pub(super) struct Cursor<'a> {
    tree: &'a TreeView,
    end: &'a [u8],
    inner: redb::Cursor<'a, Key, Value>,
    head: Option<(AccessGuard<'a, Key>, AccessGuard<'a, Value>)>,
    /// How many records the next jump steps over before it descends from the root.
    steps: usize,
}

/// Records a jump steps over at most before it descends from the root.
const STEPS: usize = 8;

impl TreeView {
    pub fn get(&self, key: &[u8]) -> Result<Option<Entry>, Fault> {
        let Some(stored) = self.0.get(key)? else { return Ok(None) };
        let (version, value) = record::open(key, stored.value())?;
        Ok(Some(Entry { value: value.to_vec(), version }))
    }

    /// The same, whether or not it fits its checksum.
    pub fn get_unverified(&self, key: &[u8]) -> Result<Option<Entry>, Fault> {
        let Some(stored) = self.0.get(key)? else { return Ok(None) };
        let (version, _, value) = record::parts(key, stored.value())?;
        Ok(Some(Entry { value: value.to_vec(), version }))
    }

    pub fn version(&self, key: &[u8]) -> Result<Option<Version>, Fault> {
        let Some(stored) = self.0.get(key)? else { return Ok(None) };
        Ok(Some(record::open(key, stored.value())?.0))
    }

    /// The records of a range, ascending or, by its end, descending.
    pub fn range(
        &self,
        range: &Range<Vec<u8>>,
    ) -> Result<impl DoubleEndedIterator<Item = Result<(Vec<u8>, Entry), Fault>>, Fault> {
        let found = ReadableTable::range(&self.0, range.start.as_slice()..range.end.as_slice())?;
        Ok(found.map(|found| {
            let (key, stored) = found?;
            let (version, value) = record::open(key.value(), stored.value())?;
            Ok((key.value().to_vec(), Entry { value: value.to_vec(), version }))
        }))
    }

    /// Shows the records of a range from its start on, or from its end back, and reads nothing ahead of them.
    pub fn each(
        &self,
        range: &Range<Vec<u8>>,
        back: bool,
        show: &mut dyn FnMut(Seen<'_>) -> Result<(), Error>,
    ) -> Result<(), Fault> {
        let mut cursor = match back {
            true => self.0.upper_bound(Bound::Excluded(range.end.as_slice()))?,
            false => self.place(&range.start)?,
        };
        while let Some((key, stored)) = if back { cursor.prev()? } else { cursor.next()? } {
            let key = key.value();
            if key < range.start.as_slice() || key >= range.end.as_slice() {
                break;
            }
            let (version, value) = record::open(key, stored.value())?;
            show(Seen { key, value, version })?;
        }
        Ok(())
    }

    /// A place at the first record at or after `start`, that ends before `end`.
    pub fn cursor<'a>(&'a self, start: &[u8], end: &'a [u8]) -> Result<Cursor<'a>, Fault> {
        let mut cursor = Cursor { tree: self, end, inner: self.place(start)?, head: None, steps: STEPS };
        cursor.advance()?;
        Ok(cursor)
    }

    fn place(&self, at: &[u8]) -> Result<redb::Cursor<'_, Key, Value>, Fault> {
        Ok(self.0.lower_bound(Bound::Included(at))?)
    }
}

impl Cursor<'_> {
    /// The key at the place; `None` past the last one.
    pub fn key(&self) -> Option<&[u8]> {
        self.head.as_ref().map(|(key, _)| key.value())
    }

    /// The record at the place; `None` past the last one.
    pub fn head(&self) -> Result<Option<Seen<'_>>, Error> {
        let Some((key, stored)) = &self.head else { return Ok(None) };
        let (version, value) = record::open(key.value(), stored.value())?;
        Ok(Some(Seen { key: key.value(), value, version }))
    }

    /// Moves to the next record. Where that fails, the place stays.
    pub fn advance(&mut self) -> Result<(), Fault> {
        let next = self.inner.next()?;
        self.head = next.filter(|(key, _)| key.value() < self.end);
        Ok(())
    }

    /// Moves to the first record at or after `to`, but never back.
    pub fn seek(&mut self, to: &[u8]) -> Result<(), Fault> {
        let mut left = self.steps;
        while self.key().is_some_and(|key| key < to) {
            if left == 0 {
                return self.descend(to);
            }
            left -= 1;
            self.advance()?;
        }
        self.steps = STEPS;
        Ok(())
    }

    fn descend(&mut self, to: &[u8]) -> Result<(), Fault> {
        // Where one jump was long, the next will be: try less.
        self.steps = (self.steps / 2).max(1);
        self.inner = self.tree.place(to)?;
        self.advance()
    }
}
