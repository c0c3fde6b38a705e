//! Judging a commit: do its expectations hold, and what does it leave at each key?
//!
//! Pure over a [`View`] of the state before the commit, so that all engines of this crate judge alike and a refused
//! commit has touched nothing. Does not give out versions.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::{Commit, Error, Expect, MAX_KEY_BYTES, MAX_VALUE_BYTES, Version, Write};

/// The state a commit is judged against.
pub(crate) trait View {
    /// The version of a key.
    fn version(&self, key: &[u8]) -> Result<Option<Version>, Error>;
    /// The value of a key.
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error>;
    /// Whether no key lies in a range, whose start is less than its end.
    fn is_empty(&self, range: &Range<Vec<u8>>) -> Result<bool, Error>;
}

/// What a commit leaves: for each key it writes the final value, or `None` where it deletes.
pub(crate) type Outcome = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Checks the expectations, then folds the writes in their order. Fails with [`Error::Conflict`] or [`Error::Invalid`],
/// or with what the view failed with.
pub(crate) fn plan(view: &impl View, commit: Commit) -> Result<Outcome, Error> {
    for expect in &commit.expects {
        let holds = match expect {
            Expect::Version { key, version } => view.version(key)? == *version,
            Expect::Empty { range } => range.start >= range.end || view.is_empty(range)?,
        };
        if !holds {
            return Err(Error::Conflict);
        }
    }
    let mut outcome = Outcome::new();
    for write in commit.writes {
        match write {
            Write::Put { key, value } => outcome.insert(key, Some(value)),
            Write::Delete { key } => outcome.insert(key, None),
            Write::Add { key, delta } => {
                let before = match outcome.get(&key) {
                    Some(value) => value.clone(),
                    None => view.value(&key)?,
                };
                let sum = counter(before.as_deref())?.wrapping_add(delta);
                outcome.insert(key, Some(sum.to_be_bytes().to_vec()))
            }
        };
    }
    Ok(outcome)
}

/// Refuses what is too long, before it waits in any queue.
pub(crate) fn check_sizes(commit: &Commit) -> Result<(), Error> {
    for write in &commit.writes {
        let (key, value_bytes) = match write {
            Write::Put { key, value } => (key, value.len()),
            Write::Delete { key } | Write::Add { key, .. } => (key, 0),
        };
        if key.len() > MAX_KEY_BYTES {
            return Err(Error::Invalid("a key is longer than 2048 bytes"));
        }
        if value_bytes > MAX_VALUE_BYTES {
            return Err(Error::Invalid("a value is longer than 1 MiB"));
        }
    }
    Ok(())
}

fn counter(value: Option<&[u8]>) -> Result<i64, Error> {
    let Some(value) = value else { return Ok(0) };
    let bytes = value.try_into().map_err(|_| Error::Invalid("a value that is not eight bytes is no counter"))?;
    Ok(i64::from_be_bytes(bytes))
}
