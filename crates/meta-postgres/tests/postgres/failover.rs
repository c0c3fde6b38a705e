//! A primary that dies, a standby that takes its place, and a primary that was left behind and comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

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
