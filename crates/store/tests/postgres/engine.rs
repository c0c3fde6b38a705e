//! The metadata engine under the tests of this program: a real PostgreSQL, a schema for each test.

use std::sync::Arc;

use coldkeep_meta_postgres::Options;

use crate::cluster::Cluster;

pub type Engine = coldkeep_meta_postgres::Postgres;

/// Where a test's records are. Without PostgreSQL the program ends here, as one that passed: the reason has been printed.
pub async fn options() -> Options {
    match Cluster::shared() {
        Some(cluster) => cluster.schema().await,
        None => std::process::exit(0),
    }
}

pub async fn open(options: &Options) -> Arc<Engine> {
    Arc::new(Engine::open(options).await.unwrap())
}

/// One without records.
pub async fn fresh() -> Arc<Engine> {
    open(&options().await).await
}

/// The server was killed, and not the database: what was committed is there.
pub async fn reopen(engine: Arc<Engine>) -> Arc<Engine> {
    engine
}
