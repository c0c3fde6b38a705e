//! The contract of [`Meta`](crate::Meta), sentence by sentence, for every engine to pass. Failures panic, as tests do.
//!
//! Durability is not tested here: it takes a crash, and each engine's own tests know how to make one.

pub mod groups;
pub mod walks;

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::{Commit, Entry, Error, MAX_KEY_BYTES, MAX_VALUE_BYTES, Meta, Version, prefix_range};

/// Runs every check, each on a new empty engine from `make`.
pub async fn all(make: impl AsyncFn() -> Arc<dyn Meta>) {
    reads_what_was_written(&*make().await).await;
    writes_apply_in_order(&*make().await).await;
    expectations_are_checked(&*make().await).await;
    empty_ranges_are_expected(&*make().await).await;
    refused_commits_change_nothing(&*make().await).await;
    versions_only_grow(&*make().await).await;
    counters_add(&*make().await).await;
    scans_are_ordered_and_limited(&*make().await).await;
    walks::walks_go_where_they_are_told(&*make().await).await;
    groups::walks_with_groups_agree(&*make().await).await;
    limits_are_taken(&*make().await).await;
    beyond_the_limits_is_refused(&*make().await).await;
    racing_increments_lose_nothing(make().await).await;
    racing_adds_never_conflict(make().await).await;
    one_of_many_racing_creators_wins(make().await).await;
    commits_are_never_seen_in_part(make().await).await;
}

const TASKS: u64 = 64;

fn commit(build: impl FnOnce(&mut Commit)) -> Commit {
    let mut commit = Commit::default();
    build(&mut commit);
    commit
}

async fn apply(meta: &dyn Meta, build: impl FnOnce(&mut Commit)) {
    meta.commit(commit(build)).await.expect("a commit that must succeed");
}

async fn refuse(meta: &dyn Meta, build: impl FnOnce(&mut Commit)) -> Error {
    meta.commit(commit(build)).await.expect_err("a commit that must be refused")
}

async fn get(meta: &dyn Meta, key: &[u8]) -> Option<Entry> {
    meta.get(key).await.expect("get")
}

async fn value(meta: &dyn Meta, key: &[u8]) -> Option<Vec<u8>> {
    get(meta, key).await.map(|entry| entry.value)
}

async fn version(meta: &dyn Meta, key: &[u8]) -> Version {
    get(meta, key).await.expect("the key is there").version
}

async fn keys(meta: &dyn Meta, range: Range<&[u8]>, limit: usize) -> Vec<Vec<u8>> {
    let found = meta.scan(range.start.to_vec()..range.end.to_vec(), limit).await.expect("scan");
    found.into_iter().map(|(key, _)| key).collect()
}

/// What was put is read, and nothing else.
pub async fn reads_what_was_written(meta: &dyn Meta) {
    meta.health().expect("a new engine is healthy");
    assert_eq!(value(meta, b"a").await, None);
    apply(meta, |c| {
        c.put("a", "1").put("empty", "").put(vec![0u8, 255], vec![0u8; 3]);
    })
    .await;
    assert_eq!(value(meta, b"a").await, Some(b"1".to_vec()));
    assert_eq!(value(meta, b"empty").await, Some(Vec::new()));
    assert_eq!(value(meta, &[0, 255]).await, Some(vec![0; 3]));
    assert_eq!(value(meta, b"aa").await, None);
    apply(meta, |c| {
        c.put("a", "2").delete("empty").delete("absent");
    })
    .await;
    assert_eq!(value(meta, b"a").await, Some(b"2".to_vec()));
    assert_eq!(value(meta, b"empty").await, None);
}

/// The writes of one commit apply in their order; its expectations hold before the first.
pub async fn writes_apply_in_order(meta: &dyn Meta) {
    apply(meta, |c| {
        c.put("k", "1").delete("k");
    })
    .await;
    assert_eq!(value(meta, b"k").await, None);
    apply(meta, |c| {
        c.delete("k").put("k", "2").put("k", "3").expect("k", None);
    })
    .await;
    assert_eq!(value(meta, b"k").await, Some(b"3".to_vec()));
    apply(meta, |c| {
        c.add("n", 5).delete("n").add("n", 2);
    })
    .await;
    assert_eq!(value(meta, b"n").await, Some(2i64.to_be_bytes().to_vec()));
}

/// A commit needs the versions it expects.
pub async fn expectations_are_checked(meta: &dyn Meta) {
    apply(meta, |c| {
        c.expect("k", None).put("k", "1");
    })
    .await;
    let old = version(meta, b"k").await;
    assert!(matches!(refuse(meta, |c| _ = c.expect("k", None).put("k", "x")).await, Error::Conflict));
    assert!(matches!(refuse(meta, |c| _ = c.expect("absent", Some(old)).put("k", "x")).await, Error::Conflict));
    apply(meta, |c| {
        c.expect("k", Some(old)).expect("absent", None).put("k", "2");
    })
    .await;
    assert!(matches!(refuse(meta, |c| _ = c.expect("k", Some(old)).delete("k")).await, Error::Conflict));
    let new = version(meta, b"k").await;
    apply(meta, |c| _ = c.expect("k", Some(new))).await;
    assert!(matches!(refuse(meta, |c| _ = c.expect("k", Some(old))).await, Error::Conflict));
    assert_eq!(get(meta, b"k").await, Some(Entry { value: b"2".to_vec(), version: new }));
}

/// A commit needs the ranges empty that it expects empty: start included, end excluded.
pub async fn empty_ranges_are_expected(meta: &dyn Meta) {
    let range = |from: &str, to: &str| from.as_bytes().to_vec()..to.as_bytes().to_vec();
    apply(meta, |c| _ = c.put("b", "")).await;
    for (from, to) in [("a", "b"), ("ba", "c"), ("b", "b"), ("c", "a")] {
        apply(meta, |c| _ = c.expect_empty(range(from, to))).await;
    }
    for (from, to) in [("a", "c"), ("b", "c"), ("a", "b\0"), ("", "z")] {
        assert!(matches!(refuse(meta, |c| _ = c.expect_empty(range(from, to)).put("z", "")).await, Error::Conflict));
    }
    apply(meta, |c| _ = c.delete("b")).await;
    apply(meta, |c| _ = c.expect_empty(range("a", "c")).put("b", "again")).await;
    assert_eq!(value(meta, b"z").await, None);
}

/// A refused commit leaves everything as it was.
pub async fn refused_commits_change_nothing(meta: &dyn Meta) {
    apply(meta, |c| _ = c.put("kept", "1").add("n", 1)).await;
    let before = meta.scan(prefix_range(b""), 100).await.expect("scan");
    refuse(meta, |c| _ = c.put("kept", "2").put("new", "").add("n", 1).delete("kept").expect("kept", None)).await;
    // "kept" is no counter; what came before it in the commit must not stay.
    let invalid = refuse(meta, |c| _ = c.put("new", "").add("n", 1).add("kept", 1)).await;
    assert!(matches!(invalid, Error::Invalid(_)), "{invalid}");
    assert_eq!(meta.scan(prefix_range(b""), 100).await.expect("scan"), before);
    meta.health().expect("refusals are no failures");
}

/// Each commit has its own version, later than all before, also for keys that were deleted meanwhile.
pub async fn versions_only_grow(meta: &dyn Meta) {
    let mut last = None;
    for round in 0..5 {
        apply(meta, |c| _ = c.put("k", "same").put("other", "")).await;
        let now = version(meta, b"k").await;
        assert_eq!(version(meta, b"other").await, now, "one commit, one version");
        assert!(last < Some(now), "round {round}: {last:?} then {now:?}");
        last = Some(now);
        apply(meta, |c| _ = c.delete("k")).await;
        assert!(matches!(refuse(meta, |c| _ = c.expect("k", Some(now))).await, Error::Conflict));
        apply(meta, |c| _ = c.add("count", 1)).await;
        let counted = version(meta, b"count").await;
        assert!(last < Some(counted));
        last = Some(counted);
    }
}

/// Counters start at zero, add up within a commit and over commits, wrap, and can be set.
pub async fn counters_add(meta: &dyn Meta) {
    let read = async || value(meta, b"n").await.map(|value| i64::from_be_bytes(value.try_into().expect("8 bytes")));
    apply(meta, |c| _ = c.add("n", 3).add("n", -5)).await;
    assert_eq!(read().await, Some(-2));
    apply(meta, |c| _ = c.add("n", 0)).await;
    assert_eq!(read().await, Some(-2));
    apply(meta, |c| _ = c.put("n", i64::MAX.to_be_bytes()).add("n", 1)).await;
    assert_eq!(read().await, Some(i64::MIN));
    apply(meta, |c| _ = c.delete("n")).await;
    assert_eq!(read().await, None);
}

/// Scans are in byte order, from either end, without the end of the range, and stop at their limit.
pub async fn scans_are_ordered_and_limited(meta: &dyn Meta) {
    let stored: [&[u8]; 7] = [b"", b"a", b"a\0", b"a\xff", b"ab", b"b", b"\xff\xff"];
    apply(meta, |c| stored.iter().rev().for_each(|key| _ = c.put(*key, *key))).await;
    let sorted = [&b""[..], b"a", b"a\0", b"ab", b"a\xff", b"b", b"\xff\xff"];
    assert_eq!(keys(meta, prefix_range(b"").start.as_slice()..prefix_range(b"").end.as_slice(), 100).await, sorted);
    assert_eq!(keys(meta, b"a"..b"b", 100).await, sorted[1..5]);
    assert_eq!(keys(meta, b"a\0"..b"b\0", 3).await, sorted[2..5]);
    assert_eq!(keys(meta, b"a"..b"b", 0).await, sorted[..0]);
    assert_eq!(keys(meta, b"a"..b"a", 9).await, sorted[..0]);
    assert_eq!(keys(meta, b"b"..b"a", 9).await, sorted[..0]);
    let prefixed = prefix_range(b"\xff");
    assert_eq!(keys(meta, &prefixed.start..&prefixed.end, 9).await, sorted[6..]);
    for (range, limit, expected) in [
        (b"a".to_vec()..b"b".to_vec(), 100, &[4, 3, 2, 1][..]),
        (b"a".to_vec()..b"b\0".to_vec(), 2, &[5, 4]),
        (b"b".to_vec()..b"a".to_vec(), 2, &[]),
        (Vec::new()..b"a".to_vec(), 2, &[0]),
    ] {
        let found = meta.scan_back(range, limit).await.expect("scan_back");
        let found: Vec<_> = found.into_iter().map(|(key, entry)| (key, entry.value)).collect();
        let expected: Vec<_> = expected.iter().map(|&index| (sorted[index].to_vec(), sorted[index].to_vec())).collect();
        assert_eq!(found, expected);
    }
}

/// The longest key and the largest value that the contract names.
pub async fn limits_are_taken(meta: &dyn Meta) {
    let long = vec![b'k'; MAX_KEY_BYTES];
    let large: Vec<u8> = (0..MAX_VALUE_BYTES).map(|index| (index % 251) as u8).collect();
    apply(meta, |c| (0..20u8).for_each(|number| _ = c.put([&long[1..], &[number]].concat(), large.clone()))).await;
    for (key, entry) in meta.scan(prefix_range(b"k"), 100).await.expect("scan") {
        assert!(entry.value == large, "{} bytes at {:?}", entry.value.len(), key.last());
    }
    assert_eq!(keys(meta, b"k"..b"l", 100).await.len(), 20);
}

/// Longer keys and larger values are refused.
pub async fn beyond_the_limits_is_refused(meta: &dyn Meta) {
    let key = vec![b'k'; MAX_KEY_BYTES + 1];
    for error in [
        refuse(meta, |c| _ = c.put("a", "").put(key.clone(), "")).await,
        refuse(meta, |c| _ = c.put("a", "").delete(key.clone())).await,
        refuse(meta, |c| _ = c.put("a", "").add(key.clone(), 1)).await,
        refuse(meta, |c| _ = c.put("a", "").put("b", vec![0; MAX_VALUE_BYTES + 1])).await,
    ] {
        assert!(matches!(error, Error::Invalid(_)), "{error}");
    }
    assert_eq!(value(meta, b"a").await, None);
    assert_eq!(get(meta, &key).await, None);
}

/// Tasks that read, expect and write lose no update.
pub async fn racing_increments_lose_nothing(meta: Arc<dyn Meta>) {
    const ROUNDS: u64 = 5;
    race(&meta, |meta, _| async move {
        for _ in 0..ROUNDS {
            loop {
                let read = get(&*meta, b"n").await;
                let count: u64 =
                    read.as_ref().map_or(0, |entry| String::from_utf8_lossy(&entry.value).parse().expect("a number"));
                let version = read.map(|entry| entry.version);
                match meta.commit(commit(|c| _ = c.expect("n", version).put("n", (count + 1).to_string()))).await {
                    Ok(()) => break,
                    Err(Error::Conflict) => continue,
                    Err(error) => panic!("{error}"),
                }
            }
        }
    })
    .await;
    assert_eq!(value(&*meta, b"n").await, Some((TASKS * ROUNDS).to_string().into_bytes()));
}

/// Additions never conflict and never get lost.
pub async fn racing_adds_never_conflict(meta: Arc<dyn Meta>) {
    race(&meta, |meta, task| async move {
        for _ in 0..10 {
            apply(&*meta, |c| _ = c.add("sum", task as i64).add("count", 1)).await;
        }
    })
    .await;
    let sum = (0..TASKS as i64).sum::<i64>() * 10;
    assert_eq!(value(&*meta, b"sum").await, Some(sum.to_be_bytes().to_vec()));
    assert_eq!(value(&*meta, b"count").await, Some((TASKS as i64 * 10).to_be_bytes().to_vec()));
}

/// Of many that create the same key, or the first key of a range, one wins.
pub async fn one_of_many_racing_creators_wins(meta: Arc<dyn Meta>) {
    race(&meta, |meta, task| async move {
        let key = format!("w/{task}");
        let created = meta.commit(commit(|c| _ = c.expect("key", None).put("key", "").put(key, ""))).await;
        assert!(matches!(created, Ok(()) | Err(Error::Conflict)), "{created:?}");
        let key = format!("r/{task}");
        let first = meta.commit(commit(|c| _ = c.expect_empty(prefix_range(b"r/")).put(key, ""))).await;
        assert!(matches!(first, Ok(()) | Err(Error::Conflict)), "{first:?}");
    })
    .await;
    assert_eq!(keys(&*meta, b"w/"..b"w0", 100).await.len(), 1);
    assert_eq!(keys(&*meta, b"r/"..b"r0", 100).await.len(), 1);
}

/// Scans see all writes of a commit or none, and what was acknowledged is there; commits have versions of their own.
pub async fn commits_are_never_seen_in_part(meta: Arc<dyn Meta>) {
    race(&meta, |meta, task| async move {
        let own = format!("p/{task:02}");
        for round in 0..10 {
            apply(&*meta, |c| {
                _ = c.put(format!("{own}/a"), round.to_string()).put(format!("{own}/b"), round.to_string())
            })
            .await;
            let all = meta.scan(prefix_range(b"p/"), 1000).await.expect("scan");
            for pair in all.chunks(2) {
                assert_eq!(pair[0].1, pair[1].1, "{:?} and {:?} differ", pair[0].0, pair[1].0);
            }
            let mine = get(&*meta, format!("{own}/a").as_bytes()).await.expect("acknowledged");
            assert_eq!(mine.value, round.to_string().into_bytes());
        }
    })
    .await;
    let all = meta.scan(prefix_range(b"p/"), 1000).await.expect("scan");
    assert_eq!(all.iter().map(|(_, entry)| entry.version).collect::<HashSet<_>>().len() as u64, TASKS);
}

/// Runs `task` 64 times at once.
async fn race<F>(meta: &Arc<dyn Meta>, task: impl Fn(Arc<dyn Meta>, u64) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let tasks: Vec<_> = (0..TASKS).map(|number| tokio::spawn(task(meta.clone(), number))).collect();
    for task in tasks {
        task.await.expect("a racing task");
    }
}
