//! Walks over many groups: told what they are, the database is asked a few times; else once for each.

use std::time::{Duration, Instant};

use coldkeep_meta::{Groups, Meta, Seen, Step, prefix_range};

use crate::cluster::Cluster;
use crate::cuts::through;
use crate::open;
use crate::proxy::Proxy;

const GROUPS: usize = 1000;
/// As large as records of objects.
const FILL: &str = "INSERT INTO kv SELECT convert_to(format('b%s/%s', lpad(g::text, 4, '0'), lpad(n::text, 4, '0')), 'UTF8'), 1, \
     decode(repeat('ab', 168), 'hex') FROM generate_series(0, 999) g, generate_series(0, 199) n; VACUUM ANALYZE kv";
const ROUNDS: usize = 20;

/// What one walk found, how often it asked, and how long it took.
struct Walked {
    groups: usize,
    asked: usize,
    took: Duration,
}

async fn walked(meta: &dyn Meta, proxy: &Proxy, hint: bool) -> Walked {
    let (begin, asked, mut found) = (Instant::now(), proxy.requests(), 0);
    let groups = Groups { prefix_len: 1, delimiter: b"/" };
    let mut visit = |seen: Seen<'_>| {
        found += 1;
        groups.end(seen.key).map_or(Step::Next, Step::Seek)
    };
    match hint {
        true => meta.walk_groups(prefix_range(b"b"), groups, &mut visit).await.expect("walk"),
        false => meta.walk(prefix_range(b"b"), &mut visit).await.expect("walk"),
    }
    Walked { groups: found, asked: proxy.requests() - asked, took: begin.elapsed() }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_groups_cost_few_queries() {
    let Some(cluster) = Cluster::shared() else { return };
    let proxy = Proxy::start(cluster.folder().to_owned()).await;
    let database = cluster.database().await;
    let options = cluster.options(&database);
    let (meta, direct) = (open(&through(&proxy, &options)).await, open(&options).await);
    for statement in FILL.split("; ") {
        cluster.execute(&database, statement).await;
    }
    let (hinted, plain) = (walked(&meta, &proxy, true).await, walked(&meta, &proxy, false).await);
    assert_eq!((hinted.groups, plain.groups), (GROUPS, GROUPS));
    // A connection, its statements, four chunks and the end of the transaction.
    assert!(hinted.asked < 20, "asked {} times", hinted.asked);
    assert!(plain.asked > GROUPS, "asked {} times: what is compared with is not what it was", plain.asked);
    for (what, hint) in [("told of groups", true), ("not told", false)] {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            took.push(walked(&direct, &proxy, hint).await.took);
        }
        took.sort();
        println!("{GROUPS} groups of 200, {what}: {:?}, of {ROUNDS} the median", took[ROUNDS / 2]);
    }
}
