//! Walking a range of records, overlay over tree, with jumps.
//!
//! Two places move up side by side: one among the overlay's records, one among the tree's. What a jump leaps over is not
//! read, but for a few records of the tree: stepping over those costs less than a descent from the root.

use std::ops::Range;

use super::overlay::Generations;
use super::records::TreeView;
use crate::{Error, Seen, Step, Visit};

/// Shows the records of `range` to `visit`. Overlay and tree are of one moment.
pub(super) fn walk(
    overlay: &Generations,
    tree: &TreeView,
    mut range: Range<Vec<u8>>,
    visit: &mut Visit<'_>,
) -> Result<(), Error> {
    if range.start >= range.end {
        return Ok(());
    }
    let mut newer = overlay.range(&range).peekable();
    let mut older = tree.cursor(&range)?;
    loop {
        let stored = older.head()?;
        let newest = newer.peek().copied().filter(|(key, _)| stored.is_none_or(|stored| key.as_slice() <= stored.key));
        let step = match (newest, stored) {
            (Some((key, slot)), stored) => {
                newer.next();
                if stored.is_some_and(|stored| key.as_slice() == stored.key) {
                    older.advance()?;
                }
                let value = slot.value.as_deref();
                value.map_or(Step::Next, |value| visit(Seen { key, value, version: slot.version }))
            }
            (None, Some(stored)) => {
                let step = visit(stored);
                if step != Step::Stop {
                    older.advance()?;
                }
                step
            }
            (None, None) => return Ok(()),
        };
        match step {
            Step::Next => {}
            Step::Stop => return Ok(()),
            Step::Seek(to) if to >= range.end => return Ok(()),
            Step::Seek(to) => {
                older.seek(&to)?;
                if newer.peek().is_some_and(|(key, _)| **key < to) {
                    range.start = to;
                    newer = overlay.range(&range).peekable();
                }
            }
        }
    }
}
