//! A group: commits that are independent of each other and go as one statement. Expectations of all hold as of before the
//! first, so no commit of a group expects or overwrites what an earlier one writes; additions to one counter may meet.

use std::collections::BTreeMap;
use std::ops::Range;

use coldkeep_meta::{Commit, Error, Expect, MAX_KEY_BYTES, MAX_VALUE_BYTES, Write};

/// The step of the sequence of versions: commits of a group are told apart within it.
const MAX_COMMITS: usize = 1024;
/// A group beyond this takes no further commit; a larger commit goes alone.
const MAX_BYTES: usize = 4 << 20;

/// What a commit leaves at a key.
pub(crate) enum Change {
    Put(Vec<u8>),
    Delete,
    Add(i64),
}

/// A commit with its writes folded: one change a key.
pub(crate) struct Folded {
    versions: Vec<(Vec<u8>, i64)>,
    ranges: Vec<Range<Vec<u8>>>,
    changes: BTreeMap<Vec<u8>, Change>,
    bytes: usize,
}

impl Folded {
    /// Folds `commit`; refuses what no state of the store could take.
    pub(crate) fn new(commit: Commit) -> Result<Self, Error> {
        let (mut versions, mut ranges) = (Vec::new(), Vec::new());
        for expect in commit.expects {
            match expect {
                Expect::Version { key, version } => versions.push((key, version.map_or(0, |version| version.0 as i64))),
                Expect::Empty { range } if range.start < range.end => ranges.push(range),
                Expect::Empty { .. } => {}
            }
        }
        let mut changes = BTreeMap::new();
        for write in commit.writes {
            match write {
                Write::Put { value, .. } if value.len() > MAX_VALUE_BYTES => {
                    return Err(Error::Invalid("a value is longer than 1 MiB"));
                }
                Write::Put { key, .. } | Write::Delete { key } | Write::Add { key, .. }
                    if key.len() > MAX_KEY_BYTES =>
                {
                    return Err(Error::Invalid("a key is longer than 2048 bytes"));
                }
                Write::Put { key, value } => _ = changes.insert(key, Change::Put(value)),
                Write::Delete { key } => _ = changes.insert(key, Change::Delete),
                Write::Add { key, delta } => {
                    let sum = add(changes.get(&key), delta)?;
                    changes.insert(key, sum);
                }
            }
        }
        let put = |change: &Change| if let Change::Put(value) = change { value.len() } else { 0 };
        let bytes = changes.iter().map(|(key, change)| key.len() + put(change)).sum();
        Ok(Self { versions, ranges, changes, bytes })
    }
}

fn add(before: Option<&Change>, delta: i64) -> Result<Change, Error> {
    Ok(match before {
        None => Change::Add(delta),
        Some(Change::Add(sum)) => Change::Add(sum.wrapping_add(delta)),
        Some(Change::Delete) => Change::Put(delta.to_be_bytes().to_vec()),
        Some(Change::Put(value)) => {
            let invalid = |_| Error::Invalid("a value that is not eight bytes is no counter");
            let count = i64::from_be_bytes(value.as_slice().try_into().map_err(invalid)?);
            Change::Put(count.wrapping_add(delta).to_be_bytes().to_vec())
        }
    })
}

/// Commits that go together, in their order.
#[derive(Default)]
pub(crate) struct Group {
    pub(crate) commits: Vec<Folded>,
    /// The keys that are written, and whether by additions only.
    written: BTreeMap<Vec<u8>, bool>,
    bytes: usize,
}

impl Group {
    /// Takes `commit` if it is independent of those that are here and there is room; else gives it back.
    pub(crate) fn take(&mut self, commit: Folded) -> Result<(), Box<Folded>> {
        let full = self.commits.len() == MAX_COMMITS || self.bytes + commit.bytes > MAX_BYTES;
        if !self.commits.is_empty() && (full || !self.is_independent(&commit)) {
            return Err(Box::new(commit));
        }
        self.bytes += commit.bytes;
        for (key, change) in &commit.changes {
            self.written.insert(key.clone(), matches!(change, Change::Add(_)));
        }
        self.commits.push(commit);
        Ok(())
    }

    fn is_independent(&self, commit: &Folded) -> bool {
        let meets = |(key, change): (&Vec<u8>, &Change)| match (self.written.get(key), change) {
            (None, _) => false,
            (Some(added), change) => !(*added && matches!(change, Change::Add(_))),
        };
        !commit.versions.iter().any(|(key, _)| self.written.contains_key(key))
            && !commit.ranges.iter().any(|range| self.written.range(range.clone()).next().is_some())
            && !commit.changes.iter().any(meets)
    }
}

/// A group as the columns that the function of the database takes.
#[derive(Default)]
pub(crate) struct Columns<'a> {
    pub(crate) expected: (Vec<i32>, Vec<&'a [u8]>, Vec<i64>),
    pub(crate) ranges: (Vec<i32>, Vec<&'a [u8]>, Vec<&'a [u8]>),
    pub(crate) deletes: (Vec<i32>, Vec<&'a [u8]>),
    pub(crate) puts: (Vec<i32>, Vec<&'a [u8]>, Vec<&'a [u8]>),
    pub(crate) adds: (Vec<i32>, Vec<&'a [u8]>, Vec<i64>),
}

impl<'a> Columns<'a> {
    pub(crate) fn of(group: &'a Group) -> Self {
        let mut columns = Self::default();
        for (commit, place) in group.commits.iter().zip(0i32..) {
            for (key, version) in &commit.versions {
                columns.expected.0.push(place);
                columns.expected.1.push(key);
                columns.expected.2.push(*version);
            }
            for range in &commit.ranges {
                columns.ranges.0.push(place);
                columns.ranges.1.push(&range.start);
                columns.ranges.2.push(&range.end);
            }
            for (key, change) in &commit.changes {
                columns.change(place, key, change);
            }
        }
        columns
    }

    fn change(&mut self, place: i32, key: &'a [u8], change: &'a Change) {
        match change {
            Change::Delete => {
                self.deletes.0.push(place);
                self.deletes.1.push(key);
            }
            Change::Put(value) => {
                self.puts.0.push(place);
                self.puts.1.push(key);
                self.puts.2.push(value);
            }
            Change::Add(delta) => {
                self.adds.0.push(place);
                self.adds.1.push(key);
                self.adds.2.push(*delta);
            }
        }
    }
}
