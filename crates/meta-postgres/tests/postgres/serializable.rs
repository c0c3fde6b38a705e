//! A database whose locks do not exclude: the contract holds by SERIALIZABLE transactions, over several engines at once; and without
//! them it would not.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Error, Groups, Meta, Visit, conformance};
use coldkeep_meta_postgres::{Options, Postgres};

use crate::cluster::Cluster;
use crate::open;

/// Several engines over one database, of which each call goes to the next.
struct Several {
    engines: Vec<Postgres>,
    next: AtomicUsize,
}

impl Several {
    async fn open(options: &Options) -> Self {
        let one = open(options).await;
        let (two, three) = tokio::join!(open(options), open(options));
        Self { engines: vec![one, two, three], next: AtomicUsize::new(0) }
    }

    fn next(&self) -> &Postgres {
        &self.engines[self.next.fetch_add(1, Ordering::Relaxed) % self.engines.len()]
    }
}

#[async_trait]
impl Meta for Several {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.next().get(key).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.next().scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.next().walk(range, visit).await
    }

    async fn walk_groups(&self, range: Range<Vec<u8>>, groups: Groups<'_>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.next().walk_groups(range, groups, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.next().commit(commit).await
    }

    fn health(&self) -> Result<(), Error> {
        self.engines.iter().try_for_each(Postgres::health)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms_without_locks() {
    let Some(cluster) = Cluster::shared() else { return };
    conformance::all(async || Arc::new(open(&cluster.without_locks(false).await).await) as Arc<dyn Meta>).await;
    conformance::all(async || Arc::new(Several::open(&cluster.without_locks(false).await).await) as Arc<dyn Meta>)
        .await;
}

/// Where locks only pretend and transactions are READ COMMITTED, the contract is broken, and its tests say so.
#[tokio::test(flavor = "multi_thread")]
async fn without_both_updates_are_lost() {
    let Some(cluster) = Cluster::shared() else { return };
    for _ in 0..20 {
        let engines = Several::open(&cluster.without_locks(true).await).await;
        let racing = tokio::spawn(conformance::racing_increments_lose_nothing(Arc::new(engines)));
        if racing.await.is_err() {
            return;
        }
    }
    panic!("nothing was lost: the test of racing increments sees nothing");
}
