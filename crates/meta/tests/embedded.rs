//! The embedded engine keeps the contract, and what it acknowledged survives reopening and kill -9.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use coldkeep_disk::SystemDisk;
use coldkeep_meta::{Commit, Embedded, Error, Meta, Options, Run, conformance, prefix_range};

fn open(dir: &Path) -> Embedded {
    Embedded::open(Arc::new(SystemDisk), dir, OPTIONS).unwrap()
}

/// Small files, so that many engines are opened quickly.
const OPTIONS: Options = Options {
    cache_bytes: 32 << 20,
    checkpoint_bytes: 8 << 20,
    segment_bytes: 256 << 10,
    ballast_bytes: 64 << 10,
    run: Run::Threads,
};

/// An engine that checkpoints all the time, so that records are met on every way from the overlay into the tree.
fn open_restless(dir: &Path) -> Embedded {
    Embedded::open(Arc::new(SystemDisk), dir, Options { checkpoint_bytes: 500, ..OPTIONS }).unwrap()
}

/// An engine without threads, as simulations run it.
fn open_task(dir: &Path) -> Embedded {
    let options = Options { checkpoint_bytes: 500, run: Run::Task, ..OPTIONS };
    Embedded::open(Arc::new(SystemDisk), dir, options).unwrap()
}

fn put(key: String) -> Commit {
    let mut commit = Commit::default();
    commit.put(key, "value").add("count", 1);
    commit
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    for open in [open, open_restless] {
        let dirs = tempfile::tempdir().unwrap();
        let made = std::sync::atomic::AtomicU64::new(0);
        conformance::all(async || {
            let dir = dirs.path().join(made.fetch_add(1, Ordering::Relaxed).to_string());
            Arc::new(open(&dir)) as Arc<dyn Meta>
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn conforms_without_threads() {
    let dirs = tempfile::tempdir().unwrap();
    let made = std::sync::atomic::AtomicU64::new(0);
    conformance::all(async || {
        let dir = dirs.path().join(made.fetch_add(1, Ordering::Relaxed).to_string());
        Arc::new(open_task(&dir)) as Arc<dyn Meta>
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_threads_commits_still_share_syncs() {
    let dir = tempfile::tempdir().unwrap();
    let meta = Arc::new(open_task(dir.path()));
    let puts: Vec<_> = (0..100)
        .map(|number| {
            let meta = meta.clone();
            tokio::spawn(async move { meta.commit(put(format!("k{number:03}"))).await.unwrap() })
        })
        .collect();
    for put in puts {
        put.await.unwrap();
    }
    let groups = meta.stats().groups.load(Ordering::Relaxed);
    assert!(groups < 50, "{groups} groups for 100 commits");
    drop(meta);
    assert_eq!(open_task(dir.path()).scan(prefix_range(b"k"), 1000).await.unwrap().len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn reopening_sees_everything() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = None;
    for round in 0..3 {
        let meta = Arc::new(open(dir.path()));
        assert_eq!(meta.scan(prefix_range(b"k"), 1000).await.unwrap().len(), round * 100);
        let puts: Vec<_> = (0..100)
            .map(|number| {
                let meta = meta.clone();
                tokio::spawn(async move { meta.commit(put(format!("k{round}-{number:03}"))).await.unwrap() })
            })
            .collect();
        for put in puts {
            put.await.unwrap();
        }
        let stats = meta.stats();
        assert_eq!(stats.commits.load(Ordering::Relaxed), 100);
        assert!(stats.groups.load(Ordering::Relaxed) <= 100 && stats.sync_nanos.load(Ordering::Relaxed) > 0);
        let version = meta.get(b"count").await.unwrap().map(|entry| entry.version);
        assert!(last < version, "versions go on after reopening");
        last = version;
    }
}

#[tokio::test]
async fn walks_merge_what_is_newer_with_the_tree() {
    let dir = tempfile::tempdir().unwrap();
    let mut model = conformance::walks::Model::new();
    for round in 0..4 {
        // What an earlier round wrote is all in the tree, what this one writes lies over it.
        let meta = open(dir.path());
        conformance::walks::walks_agree(&meta, &model).await;
        conformance::walks::fill(&meta, &mut model, round).await;
        conformance::walks::walks_agree(&meta, &model).await;
    }
}

#[tokio::test]
async fn two_servers_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    let second = Embedded::open(Arc::new(SystemDisk), dir.path(), Options::default());
    assert!(matches!(second, Err(Error::Open(what)) if what.contains("in use by another server")));
    drop(first);
    open(dir.path());
}

#[tokio::test]
async fn acknowledged_commits_survive_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for round in 0..5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env("COLDKEEP_TEST_DIR", dir.path())
            .env("COLDKEEP_TEST_ROUND", round.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines =
            lines.map_while(Result::ok).filter_map(|line| Some(line.split_once("acknowledged ")?.1.to_owned()));
        let mut keys = vec![lines.next().expect("the child commits")];
        std::thread::sleep(Duration::from_millis(rand::random_range(1..300)));
        child.kill().unwrap();
        child.wait().unwrap();
        keys.extend(lines);
        let meta = open(dir.path());
        for key in &keys {
            // A line that was cut by the kill names no whole key.
            let whole = key.len() == 12;
            assert!(!whole || meta.get(key.as_bytes()).await.unwrap().is_some(), "{key} was acknowledged and is lost");
        }
        acknowledged += keys.len();
        let all = meta.scan(prefix_range(b"k"), usize::MAX).await.unwrap().len() as i64;
        let count = meta.get(b"count").await.unwrap().unwrap().value;
        assert_eq!(count, all.to_be_bytes(), "a commit was kept in part");
        assert!(all as usize >= acknowledged - (round + 1));
    }
}

#[tokio::test]
async fn starts_that_crash_do_not_grow_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..12 {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crashing_child", "--ignored", "--nocapture"])
            .env("COLDKEEP_TEST_DIR", dir.path())
            .env("COLDKEEP_TEST_ROUND", round.to_string())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(!status.success(), "the child crashes");
    }
    let segments = std::fs::read_dir(dir.path().join("journal")).unwrap().count();
    assert!(segments <= 6, "{segments} segments for twelve commits");
    assert_eq!(open(dir.path()).scan(prefix_range(b"k"), 100).await.unwrap().len(), 12);
}

/// Run by `starts_that_crash_do_not_grow_the_journal`: one commit, a moment, a crash.
#[tokio::test]
#[ignore = "a child of another test"]
async fn crashing_child() {
    let Some(dir) = std::env::var_os("COLDKEEP_TEST_DIR") else { return };
    let meta = open(Path::new(&dir));
    meta.commit(put(format!("k{}", std::env::var("COLDKEEP_TEST_ROUND").unwrap()))).await.unwrap();
    std::thread::sleep(Duration::from_millis(200));
    std::process::abort();
}

/// Run by `acknowledged_commits_survive_kill`: commits from 8 tasks until it is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a child of another test"]
async fn child() {
    let Some(dir) = std::env::var_os("COLDKEEP_TEST_DIR") else { return };
    let round = std::env::var("COLDKEEP_TEST_ROUND").unwrap();
    let open = if round.parse::<u32>().unwrap() % 2 == 0 { open } else { open_restless };
    let meta = Arc::new(open(Path::new(&dir)));
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let (meta, round) = (meta.clone(), round.clone());
            tokio::spawn(async move {
                for number in 0..1_000_000 {
                    let key = format!("k{round}-{task}-{number:07}");
                    meta.commit(put(key.clone())).await.unwrap();
                    writeln!(std::io::stdout(), "acknowledged {key}").unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}
