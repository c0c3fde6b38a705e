//! The metadata engine over PostgreSQL: one table, and a function that applies a group of commits.
//!
//! READ COMMITTED and locks that are named (`locks.rs`), not SERIALIZABLE: ids rise with time, so all writers meet on the last page
//! of the index. Two lanes (`lane.rs`) commit what waits, a group a round trip; gets that wait share a query (`gets.rs`). Every
//! call has a deadline; after it, what was never sent is [`Error::Away`], and what may have taken effect [`Error::Unknown`].
//!
//! Where two sessions show at opening that locks do not exclude, the same function runs in SERIALIZABLE transactions, and what the
//! database refuses of them is sent again until the deadline.
//!
//! Several engines may be open over one database, and see each other's commits at once. An engine whose rows of `lane` are gone or
//! behind, since an operator deleted them or the database lost what it had acknowledged, is poisoned: it is reopened to go on.
//!
//! It needs sessions of its own: a pooler that shares them between statements will not do.

mod address;
mod chunk;
mod dialect;
mod gets;
mod group;
mod hosts;
mod lane;
mod locks;
mod options;
mod pause;
mod queue;
mod schema;
mod sending;
mod session;
mod tls;
mod walks;

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Error, Groups, Meta, Visit};
use tokio::time::{Instant, timeout, timeout_at};

pub use options::Options;

use address::Address;
use chunk::Way;
use dialect::Dialect;
use gets::Gets;
use group::Folded;
use hosts::Hosts;
use lane::Lane;
use queue::Queue;
use walks::{Walks, collect};

/// How long opening may take: another server may be changing the schema.
const OPENING: Duration = Duration::from_secs(60);
/// A lane that has a commit knows at the deadline what became of it; this is for telling.
const TELLING: Duration = Duration::from_millis(250);

/// The engine. Its connections end with it.
pub struct Postgres {
    hosts: Arc<Hosts>,
    queue: Arc<Queue>,
    gets: Gets,
    walks: Walks,
    commit_deadline: Duration,
}

impl Postgres {
    /// Connects, makes or migrates the schema, and finds out whether the database's locks exclude. [`Error::Open`] tells what stands
    /// against it.
    pub async fn open(options: &Options) -> Result<Self, Error> {
        let address = Address::parse(&options.address, options.password.as_deref())?;
        let hosts = Arc::new(Hosts::new(address, options.connect_deadline));
        let late = |_| Error::Open(format!("the database was not ready within {OPENING:?}: {}", hosts.why()));
        let lanes = timeout(OPENING, open_lanes(&hosts)).await.map_err(late)??;
        let queue = Arc::new(Queue::default());
        for lane in lanes {
            tokio::spawn(lane.run(queue.clone()));
        }
        let gets = Gets::new(hosts.clone(), options.read_deadline);
        let walks = Walks::new(hosts.clone(), options.read_deadline);
        Ok(Self { hosts, queue, gets, walks, commit_deadline: options.commit_deadline })
    }
}

/// Two lanes; one where locks do not exclude, since there two of one engine would meet each other all the time.
async fn open_lanes(hosts: &Arc<Hosts>) -> Result<Vec<Lane>, Error> {
    let mut first = hosts.connect().await.map_err(Error::Open)?;
    let second = hosts.connect().await.map_err(Error::Open)?;
    // What READ COMMITTED is in YugabyteDB depends on how it was started, so it is SERIALIZABLE there, whatever its locks do.
    let locks = first.dialect == Dialect::Postgres && schema::locks_exclude(&first.client, &second.client).await?;
    if !locks {
        tracing::warn!(
            "this database is not PostgreSQL, or its advisory locks do not exclude: commits are SERIALIZABLE transactions, which are \
             slower, and were tried with PostgreSQL only"
        );
    }
    schema::look_at_syncs(&first.client).await?;
    schema::prepare(&mut first, locks).await?;
    let mut lanes = Vec::new();
    for session in [first, second].into_iter().take(if locks { 2 } else { 1 }) {
        lanes.push(Lane::open(hosts.clone(), session, locks).await.map_err(Error::Open)?);
    }
    Ok(lanes)
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.queue.close();
    }
}

#[async_trait]
impl Meta for Postgres {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.gets.get(key).await
    }

    async fn scan(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        let mut found = Vec::new();
        self.walks.walk(range, Way::Up, limit, &mut collect(&mut found, limit)).await?;
        Ok(found)
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        let mut found = Vec::new();
        self.walks.walk(range, Way::Down, limit, &mut collect(&mut found, limit)).await?;
        Ok(found)
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.walks.walk(range, Way::Up, usize::MAX, visit).await
    }

    async fn walk_groups(&self, range: Range<Vec<u8>>, groups: Groups<'_>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.walks.walk_groups(range, groups, visit).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        let deadline = Instant::now() + self.commit_deadline;
        let (number, mut outcome) = self.queue.push(Folded::new(commit)?, deadline)?;
        if let Ok(outcome) = timeout_at(deadline, &mut outcome).await {
            return outcome.unwrap_or_else(|_| Err(Error::Unknown("the engine ended".into())));
        }
        if self.queue.withdraw(number) {
            return Err(Error::Away(self.hosts.why()));
        }
        match timeout_at(deadline + TELLING, outcome).await {
            Ok(Ok(outcome)) => outcome,
            _ => Err(Error::Unknown(self.hosts.why())),
        }
    }

    async fn time(&self) -> Result<Option<i64>, Error> {
        self.walks.time().await.map(Some)
    }

    fn health(&self) -> Result<(), Error> {
        self.queue.health()
    }
}
