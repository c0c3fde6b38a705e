//! A primary that dies or stands still, a standby that takes its place, and a primary that was left behind and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use coldkeep_meta::Meta;

use crate::cluster::Cluster;
use crate::{add, count, open};

const WRITERS: usize = 8;

/// Commits that were under way take effect once, on the new primary; what was acknowledged is there; nobody goes back to the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_standby_goes_on_where_the_primary_was() {
    let Some(primary) = Cluster::start() else { return };
    let database = primary.database().await;
    let standby = primary.standby().await;
    let meta = Arc::new(open(&primary.options_with(&standby, &database)).await);
    let (acknowledged, stop) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let (meta, acknowledged, stop) = (meta.clone(), acknowledged.clone(), stop.clone());
            tokio::spawn(async move {
                while !stop.load(Ordering::SeqCst) {
                    meta.commit(add("n", 1)).await.expect("a commit over the failover");
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            })
        })
        .collect();
    let more_than = async |number: i64| {
        while acknowledged.load(Ordering::SeqCst) <= number {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    more_than(50).await;
    primary.down();
    let before = acknowledged.load(Ordering::SeqCst);
    standby.promote();
    more_than(before + 50).await;
    // It comes back as it was, and takes writes as far as it knows.
    primary.up();
    let before = acknowledged.load(Ordering::SeqCst);
    more_than(before + 50).await;
    stop.store(true, Ordering::SeqCst);
    for writer in writers {
        writer.await.expect("a writer");
    }
    meta.health().expect("all is known");
    let acknowledged = acknowledged.load(Ordering::SeqCst);
    assert_eq!(count(&*meta, "n").await, acknowledged);
    let only_new = open(&standby.options(&database)).await;
    assert_eq!(count(&only_new, "n").await, acknowledged);
}

/// A primary that stands still is not waited for once a standby has taken its place: neither by reads, nor by a commit that was under way, which takes
/// effect once, nor by who comes later.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_primary_that_keeps_silent_goes_on_with_another() {
    let Some(primary) = Cluster::start() else { return };
    let database = primary.database().await;
    let standby = primary.standby().await;
    let mut options = primary.options_with(&standby, &database);
    // Commits are patient: none of them comes to its deadline.
    (options.read_deadline, options.connect_deadline) = (Duration::from_millis(500), Duration::from_millis(500));
    let meta = Arc::new(open(&options).await);
    meta.commit(add("n", 1)).await.expect("a commit");
    primary.silence();
    // Both lanes have one, and others wait behind them.
    let commits: Vec<_> = (0..WRITERS)
        .map(|_| {
            let meta = meta.clone();
            tokio::spawn(async move { meta.commit(add("n", 1)).await })
        })
        .collect();
    meta.get(b"n").await.expect_err("nobody answers");
    standby.promote();
    while meta.get(b"n").await.is_err() {}
    for commit in commits {
        commit.await.expect("a commit").expect("it came to the new primary");
    }
    let all = 1 + WRITERS as i64;
    assert_eq!(count(&*meta, "n").await, all);
    // It goes on, and takes writes as far as it knows; whoever looks for a host again passes it by.
    primary.wake();
    let cut = "BEGIN; LOCK TABLE kv; SELECT pg_sleep(0.2); \
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid(); COMMIT";
    for _ in 0..3 {
        // A connection that is lost with a request under way makes them look further. The request comes while the table is locked, or the round is idle.
        let read = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            meta.get(b"n").await
        };
        _ = tokio::join!(read, standby.execute(&database, cut));
        while meta.get(b"n").await.is_err() {}
    }
    meta.commit(add("n", 1)).await.expect("a commit");
    assert_eq!(count(&*meta, "n").await, all + 1);
    let only_new = open(&standby.options(&database)).await;
    assert_eq!(count(&only_new, "n").await, all + 1);
}
