//! The engine over a real PostgreSQL keeps the contract, whatever becomes of its connections, and tells what it cannot know.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod cluster;
mod cuts;
mod failover;
mod groups;
mod opening;
mod outages;
mod proxy;
mod refusals;
mod serializable;
mod writers;

use std::sync::Arc;

use cluster::Cluster;
use coldkeep_meta::{Commit, Meta, conformance};
use coldkeep_meta_postgres::{Options, Postgres};

async fn open(options: &Options) -> Postgres {
    Postgres::open(options).await.expect("open")
}

/// An engine over a new schema.
async fn fresh(cluster: &Cluster) -> Postgres {
    open(&cluster.schema().await).await
}

fn add(key: &str, delta: i64) -> Commit {
    let mut commit = Commit::default();
    commit.add(key, delta);
    commit
}

/// What a counter has; zero where it is not.
async fn count(meta: &dyn Meta, key: &str) -> i64 {
    let entry = meta.get(key.as_bytes()).await.expect("get");
    entry.map_or(0, |entry| i64::from_be_bytes(entry.value.try_into().expect("8 bytes")))
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    let Some(cluster) = Cluster::shared() else { return };
    conformance::all(async || Arc::new(fresh(cluster).await) as Arc<dyn Meta>).await;
}
