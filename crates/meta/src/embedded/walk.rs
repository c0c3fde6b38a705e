//! Walking a range of records, overlay over tree, with jumps.
//!
//! Two places move up side by side: one among the overlay's records, one among the tree's. What a jump leaps over is not
//! read, but for a few records of the tree: stepping over those costs less than a descent from the root. When `redb` fails for
//! somebody else, the walk goes on behind the last record it has shown.

use std::ops::Range;

use super::overlay::Generations;
use super::tree::{Fault, Tree};
use super::view::{Cursor, TreeView};
use crate::{Error, Seen, Step, Visit};

/// Shows the records of `range` to `visit`. The caller holds the overlay's lock.
pub(super) fn walk(
    overlay: &Generations,
    tree: &Tree,
    mut range: Range<Vec<u8>>,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    if range.start >= range.end {
        return Ok(());
    }
    tree.read(|view| go_on(overlay, view, &mut range, visit))
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
        let step = match newest {
            Some((key, slot)) => {
                newer.next();
                slot.value(key)?.map_or(Step::Next, |value| visit(Seen { key, value, version: slot.version }))
            }
            None => match older.head()? {
                Some(stored) => visit(stored),
                None => return Ok(()),
            },
        };
        let shown = newest.map(|(key, _)| key.as_slice()).or(older.key()).unwrap_or_default();
        let jump = match step {
            Step::Stop => return Ok(()),
            Step::Seek(to) if to >= end => return Ok(()),
            Step::Seek(to) if to.as_slice() > shown => Some(to),
            Step::Seek(_) | Step::Next => None,
        };
        if older.key() == Some(shown) {
            let behind =
                |older: &Cursor<'_>| newest.map(|(key, _)| &**key).or(older.key()).map(|key| [key, &[0]].concat());
            if let Err(fault) = older.advance() {
                range.start = behind(&older).unwrap_or_default();
                return Err(fault);
            }
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
