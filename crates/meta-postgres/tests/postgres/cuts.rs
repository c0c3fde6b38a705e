//! Connections that are cut under a commit: it takes effect exactly once, and its answer is the one it was given.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Error, Meta};
use coldkeep_meta_postgres::Options;

use crate::cluster::{Cluster, patient};
use crate::proxy::{Next, Proxy};
use crate::{add, count, open};

/// The way to the same database through a proxy.
pub fn through(proxy: &Proxy, direct: &Options) -> Options {
    let name = direct.address["postgres://".len()..].split_once('/').expect("a name").1;
    let more = if name.contains('?') { '&' } else { '?' };
    patient(Options::new(format!("postgres://ck@127.0.0.1:{}/{name}{more}sslmode=disable", proxy.port)))
}

/// New databases, with locks and without, and a proxy before their server.
async fn behind_proxy() -> Option<([Options; 2], Proxy)> {
    let cluster = Cluster::shared()?;
    Some((cluster.both().await, Proxy::start(cluster.folder().to_owned()).await))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_connection_is_cut_takes_effect_once() {
    let Some((databases, proxy)) = behind_proxy().await else { return };
    for direct in databases {
        let meta = open(&through(&proxy, &direct)).await;
        let past = open(&direct).await;
        for (round, next) in (1..).zip([Next::CutBefore, Next::CutAfter, Next::CutAnswer].into_iter().cycle().take(12))
        {
            let met = proxy.arm(next);
            let mut commit = add("n", 1);
            commit.put("last", round.to_string());
            meta.commit(commit).await.unwrap_or_else(|error| panic!("{next:?}: {error}"));
            met.await.expect("the request went by");
            assert_eq!(count(&past, "n").await, round, "{next:?}");
        }
        assert_eq!(count(&meta, "n").await, 12);
        meta.health().expect("all became known");
    }
}

/// What was refused stays refused when it is sent again, although the reason is gone by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_whose_connection_is_cut_stays_one() {
    let Some((databases, proxy)) = behind_proxy().await else { return };
    for direct in databases {
        let meta = open(&through(&proxy, &direct)).await;
        meta.commit(add("there", 1)).await.expect("a commit");
        let met = proxy.arm(Next::CutAnswer);
        let mut commit = add("n", 1);
        commit.expect("there", None);
        assert!(matches!(meta.commit(commit).await, Err(Error::Conflict)));
        met.await.expect("the request went by");
        assert_eq!(count(&meta, "n").await, 0);
    }
}

/// A commit of which nobody knows is told to be unknown; the engine goes on, and what arrives late does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_after_its_deadline_does_nothing() {
    let Some((databases, proxy)) = behind_proxy().await else { return };
    for direct in databases {
        let mut options = through(&proxy, &direct);
        options.commit_deadline = Duration::from_millis(500);
        let meta = Arc::new(open(&options).await);
        let past = open(&direct).await;
        let met = proxy.arm(Next::Hold);
        let error = meta.commit(add("late", 1)).await.expect_err("it is held up");
        assert!(matches!(error, Error::Unknown(_)), "{error}");
        met.await.expect("the request went by");
        // The lane settles, and takes commits again.
        while meta.health().is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        proxy.release().await;
        assert_eq!(count(&past, "late").await, 0);
        for _ in 0..10 {
            past.commit(add("n", 1)).await.expect("a commit");
        }
        while let Err(error) = meta.commit(add("n", 1)).await {
            assert!(matches!(error, Error::Away(_)), "{error}");
        }
        assert_eq!(count(&past, "n").await, 11);
    }
}

/// Reads whose connection is cut are asked again.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_whose_connection_is_cut_is_asked_again() {
    let Some((databases, proxy)) = behind_proxy().await else { return };
    for direct in databases {
        let meta = open(&through(&proxy, &direct)).await;
        meta.commit(add("n", 7)).await.expect("a commit");
        for next in [Next::CutBefore, Next::CutAfter, Next::CutAnswer] {
            let met = proxy.arm(next);
            assert_eq!(count(&meta, "n").await, 7);
            met.await.expect("the get went by");
            let met = proxy.arm(next);
            assert_eq!(meta.scan(vec![0]..vec![255], 1000).await.expect("scan").len(), 1);
            met.await.expect("the scan went by");
        }
    }
}
