//! A database that crashes, is away, comes back; lanes that were deleted.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Error, Meta};

use crate::cluster::Cluster;
use crate::{add, count, open};

/// The database crashes and comes back: each commit that was under way took effect once, and reads go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_of_the_database_loses_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    for options in cluster.both().await {
        let meta = Arc::new(open(&options).await);
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let meta = meta.clone();
                tokio::spawn(async move {
                    for _ in 0..200 {
                        meta.commit(add("n", 1)).await.expect("a commit over the crash");
                    }
                })
            })
            .collect();
        while count(&*meta, "n").await == 0 {}
        cluster.down();
        cluster.up();
        for task in tasks {
            task.await.expect("a task");
        }
        assert_eq!(count(&*meta, "n").await, 1600);
        meta.health().expect("what was unknown became known");
    }
}

/// While the database is away everybody is told within the deadline, and all goes on when it is back.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_a_database_that_is_away_is_told_so() {
    let Some(cluster) = Cluster::start() else { return };
    let mut options = cluster.options(&cluster.database().await);
    (options.commit_deadline, options.read_deadline) = (Duration::from_millis(300), Duration::from_millis(300));
    let meta = open(&options).await;
    cluster.down();
    let mut unknown = 0;
    for _ in 0..4 {
        // The first ones may have been sent before the connection was seen to be gone.
        match meta.commit(add("n", 1)).await.expect_err("the database is away") {
            Error::Unknown(_) => unknown += 1,
            Error::Away(why) => assert!(why.contains("connect"), "{why}"),
            other => panic!("{other}"),
        }
    }
    assert!(unknown <= 2, "one a lane");
    assert!(matches!(meta.health(), Err(Error::Away(_))), "{:?}", meta.health());
    let error = meta.get(b"n").await.expect_err("the database is away");
    assert!(matches!(error, Error::Away(_)), "{error}");
    let error = meta.scan(vec![0]..vec![255], 10).await.expect_err("the database is away");
    assert!(matches!(error, Error::Away(_)), "{error}");
    cluster.up();
    while meta.health().is_err() || meta.get(b"n").await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = count(&meta, "n").await;
    assert_eq!(before, 0, "nothing of what did not arrive came later");
    while meta.commit(add("n", 1)).await.is_err() {}
    assert_eq!(count(&meta, "n").await, 1);
}

/// Who lost its rows of lanes takes no commit any more; reads go on.
#[tokio::test(flavor = "multi_thread")]
async fn who_lost_its_lanes_stops() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    let fenced = open(&cluster.options(&database)).await;
    cluster.execute(&database, "DELETE FROM lane").await;
    let error = fenced.commit(add("n", 1)).await.expect_err("fenced");
    assert!(matches!(error, Error::Poisoned(_)) && error.to_string().contains("lane"), "{error}");
    assert!(matches!(fenced.health(), Err(Error::Poisoned(_))));
    assert!(matches!(fenced.commit(add("n", 1)).await, Err(Error::Poisoned(_))));
    assert_eq!(count(&fenced, "n").await, 0);
    // Opened anew, it goes on.
    let again = open(&cluster.options(&database)).await;
    again.commit(add("n", 1)).await.expect("a commit");
}

/// An engine that ends takes its lanes with it.
#[tokio::test(flavor = "multi_thread")]
async fn who_ends_leaves_no_lane() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database().await;
    drop(open(&cluster.options(&database)).await);
    let guard = "DO $$ BEGIN IF EXISTS (SELECT FROM lane) THEN RAISE EXCEPTION 'left'; END IF; END $$";
    while cluster.try_execute(&database, guard).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
