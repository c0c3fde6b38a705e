//! Reading records, overlay over tree.
//!
//! A walk goes through a range with jumps. Two places move up side by side, one among the overlay's records, one among the
//! tree's. What a jump leaps over is not read, but for a few records of the tree: stepping over those costs less than a descent from the root. When `redb` fails for
//! somebody else, the walk goes on behind the last record it has shown.

use std::ops::Range;

use super::overlay::Generations;
use super::record::Slot;
use super::tree::{Fault, Tree};
use super::view::TreeView;
use crate::{Entry, Error, Seen, Step, Visit};

/// The record at a key.
pub(super) fn get(tree: &Tree, key: &[u8]) -> Result<Option<Entry>, Error> {
    if let Some(slot) = tree.overlay.read().get(key) {
        return slot.entry(key);
    }
    // What is moved from the overlay into the tree meanwhile is found in the tree.
    tree.read(|tree| tree.get(key))
}

/// The record at a key, whether or not it fits its checksum.
pub(super) fn get_unverified(tree: &Tree, key: &[u8]) -> Result<Option<Entry>, Error> {
    if let Some(slot) = tree.overlay.read().get(key) {
        return Ok(slot.entry_unverified());
    }
    tree.read(|tree| tree.get_unverified(key))
}

/// At most `limit` records of a range, descending.
pub(super) fn scan_back(tree: &Tree, range: &Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
    if range.start >= range.end {
        return Ok(Vec::new());
    }
    let overlay = tree.overlay.read();
    tree.read(|tree| merge_back(overlay.range_back(range), tree.range(range)?.rev(), limit))
}

/// Shows the records of `range` to `visit`.
pub(super) fn walk(tree: &Tree, mut range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
    if range.start >= range.end {
        return Ok(());
    }
    let overlay = tree.overlay.read();
    tree.read(|view| go_on(&overlay, view, &mut range, visit))
}

/// Walks from the start of `range` on; where that fails, the range begins behind what was shown.
fn go_on(
    overlay: &Generations,
    tree: &TreeView,
    range: &mut Range<Vec<u8>>,
    visit: &mut Visit<'_>,
) -> Result<(), Fault> {
    let end = range.end.clone();
    let mut newer = overlay.range(range).peekable();
    let mut older = tree.cursor(&range.start, &end)?;
    loop {
        let newest = newer.peek().copied().filter(|(key, _)| older.key().is_none_or(|stored| key.as_slice() <= stored));
        let (step, both) = match newest {
            Some((key, slot)) => {
                newer.next();
                let value = slot.value(key)?;
                let step = value.map_or(Step::Next, |value| visit(Seen { key, value, version: slot.version }));
                (step, older.key() == Some(key))
            }
            None => match older.head()? {
                Some(stored) => (visit(stored), true),
                None => return Ok(()),
            },
        };
        let jump = match step {
            Step::Next => None,
            Step::Stop => return Ok(()),
            Step::Seek(to) if to >= end => return Ok(()),
            Step::Seek(to) => {
                Some(to).filter(|to| Some(to.as_slice()) > newest.map_or(older.key(), |(key, _)| Some(key)))
            }
        };
        if both && let Err(fault) = older.advance() {
            // The place is still at what was shown.
            range.start = older.key().map(|key| [key, &[0]].concat()).unwrap_or_default();
            return Err(fault);
        }
        let Some(to) = jump else { continue };
        let sought = older.seek(&to);
        if newer.peek().is_some_and(|(key, _)| **key < to) || sought.is_err() {
            range.start = to;
            newer = overlay.range(range).peekable();
        }
        sought?;
    }
}

/// Merges the overlay's run over the tree's, both descending; at most `limit` records that are not deleted.
fn merge_back<'a>(
    overlay: impl Iterator<Item = (&'a Vec<u8>, &'a Slot)>,
    tree: impl Iterator<Item = Result<(Vec<u8>, Entry), Fault>>,
    limit: usize,
) -> Result<Vec<(Vec<u8>, Entry)>, Fault> {
    let (mut overlay, mut tree) = (overlay.peekable(), tree.peekable());
    let mut found = Vec::new();
    while found.len() < limit {
        if let Some(Err(fault)) = tree.next_if(Result::is_err) {
            return Err(fault);
        }
        let stored = tree.peek().and_then(|found| found.as_ref().ok()).map(|(key, _)| key);
        match (overlay.peek(), stored) {
            (None, None) => break,
            (Some((new, _)), Some(old)) if old > *new => found.extend(tree.next().transpose()?),
            (None, Some(_)) => found.extend(tree.next().transpose()?),
            (Some((new, slot)), old) => {
                if old.is_some_and(|old| old == *new) {
                    tree.next();
                }
                found.extend(slot.entry(new)?.map(|entry| ((*new).clone(), entry)));
                overlay.next();
            }
        }
    }
    Ok(found)
}
