//! The metadata engine as one process reaches it, with what `coldkeep-meta-postgres` promises: what was never sent is [`Error::Away`], what may have taken
//! effect [`Error::Unknown`]; and it may still do so until the engine reaches the database again, so nothing is committed before that is over.

use std::ops::Range;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Error, Meta, Visit};
use coldkeep_types::Clock;
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;

use super::engines::Engines;
use super::link::Silence;
use super::process::Way;

/// How long a read waits for its answer, and a commit.
const READ: Duration = Duration::from_secs(1);
const COMMIT: Duration = Duration::from_secs(3);

/// The engine of one process.
pub struct LinkedMeta {
    engines: Arc<Engines>,
    way: Way,
    /// The run of its server, once it has begun.
    run: OnceLock<u32>,
    /// What was sent and is neither there nor lost yet.
    late: Mutex<Vec<oneshot::Receiver<()>>>,
}

impl LinkedMeta {
    /// One that no server has begun a run on.
    pub fn new(engines: Arc<Engines>, way: Way) -> Self {
        Self { engines, way, run: OnceLock::new(), late: Mutex::default() }
    }

    /// Its server has this run.
    pub fn begins(&self, run: u32) {
        self.run.get_or_init(|| run);
    }

    async fn read<T>(&self, call: impl Future<Output = Result<T, Error>> + Send) -> Result<T, Error> {
        self.way.ask(READ, call).await.unwrap_or_else(|| Err(away()))
    }

    /// Waits until nothing that it sent is late any more; whether that was so in time.
    async fn recover(&self) -> bool {
        let settled = timeout(COMMIT, async {
            let mut late = self.late.lock().await;
            while let Some(over) = late.last_mut() {
                // Its other end is dropped where it was lost.
                let _ = over.await;
                late.pop();
            }
        });
        settled.await.is_ok()
    }
}

fn away() -> Error {
    Error::Away("no answer came in time".into())
}

#[async_trait]
impl Meta for LinkedMeta {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        self.read(self.engines.meta.get(key)).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, Error> {
        self.read(self.engines.meta.scan_back(range, limit)).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), Error> {
        self.read(self.engines.meta.walk(range, visit)).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.way.process.runs().await;
        if !self.recover().await {
            return Err(away());
        }
        let (engines, run) = (self.engines.clone(), self.run.get().copied());
        match self.way.carry(COMMIT, async move { engines.commit(run, commit).await }).await {
            Ok(done) => done,
            Err(Silence::Unsent) => Err(away()),
            Err(Silence::Sent(over)) => {
                self.late.lock().await.push(over);
                Err(Error::Unknown("no answer came in time".into()))
            }
        }
    }

    async fn time(&self) -> Result<Option<i64>, Error> {
        self.read(async { Ok(Some(self.engines.clock.now().0)) }).await
    }

    fn health(&self) -> Result<(), Error> {
        let is_settled = self.late.try_lock().is_ok_and(|late| late.is_empty());
        if is_settled { Ok(()) } else { Err(away()) }
    }
}
