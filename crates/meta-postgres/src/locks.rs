//! The advisory locks of a group, in ascending order, so that groups never deadlock: shared for keys that are expected, exclusive
//! for those that are written. A key that may come to be also takes shared the lock of its first 9 bytes, and every group
//! that of the store; who expects a range to be empty takes exclusive the one that covers the range. Locks are hashes: two keys
//! that share one only wait for each other.

use std::collections::BTreeMap;

use coldkeep_meta::prefix_end;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::group::Columns;

/// Beyond this only the store's lock is taken: PostgreSQL's table of locks is finite.
const MAX_LOCKS: usize = 2000;
/// How much of a key names the ranges that are locked as a whole.
const PREFIX: usize = 9;
const STORE: i64 = i64::MIN;

/// Numbers and whether they are taken exclusive; `whole`: the store's alone, since there is no room for others.
pub(crate) fn of(columns: &Columns<'_>, whole: bool) -> (Vec<i64>, Vec<bool>) {
    if whole {
        return (vec![STORE], vec![true]);
    }
    let mut locks = BTreeMap::from([(STORE, false)]);
    let mut take = |lock: i64, exclusive: bool| *locks.entry(lock).or_default() |= exclusive;
    for key in &columns.expected.1 {
        take(hash(key, 0), false);
    }
    for key in [&columns.deletes.1, &columns.puts.1, &columns.adds.1].into_iter().flatten() {
        take(hash(key, 0), true);
    }
    for key in [&columns.puts.1, &columns.adds.1].into_iter().flatten() {
        if let Some(prefix) = key.get(..PREFIX) {
            take(hash(prefix, 1), false);
        }
    }
    for (start, end) in columns.ranges.1.iter().zip(&columns.ranges.2) {
        match start.get(..PREFIX) {
            Some(prefix) if *end <= prefix_end(prefix.to_vec()).as_slice() => take(hash(prefix, 1), true),
            _ => take(STORE, true),
        }
    }
    if locks.len() > MAX_LOCKS { (vec![STORE], vec![true]) } else { locks.into_iter().unzip() }
}

fn hash(bytes: &[u8], kind: u64) -> i64 {
    (xxh3_64_with_seed(bytes, kind) as i64).max(STORE + 1)
}
