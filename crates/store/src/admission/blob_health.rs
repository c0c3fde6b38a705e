//! Whether blobs can be written, in each pool: remembered from the last attempt, and tried where there was none for a while.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use coldkeep_blob::Label;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{Error, Store};

/// How long a blob that was written proves that others can be.
const PROVEN: Duration = Duration::from_secs(60);

/// What became of the last blob that was written, by pool.
#[derive(Default)]
pub(crate) struct BlobHealth(Mutex<BTreeMap<u8, Last>>);

enum Last {
    Written(Instant),
    Failed,
}

impl Store {
    /// Notes a failure to write a blob into a pool. A full disk is told from others by its free space.
    pub(crate) fn noting<T>(&self, pool: u8, outcome: Result<T, coldkeep_blob::Error>) -> Result<T, Error> {
        if let Err(error) = &outcome
            && !matches!(error, coldkeep_blob::Error::Full)
        {
            self.0.blob_health.0.lock().insert(pool, Last::Failed);
        }
        Ok(outcome?)
    }

    /// Notes that a blob was written into a pool.
    pub(crate) fn note_written(&self, pool: u8) {
        self.0.blob_health.0.lock().insert(pool, Last::Written(Instant::now()));
    }

    /// `Ok` if in each pool that is written into a blob was written lately, and nothing failed since; else one is written and deleted again.
    pub(crate) async fn blobs_can_be_written(&self) -> Result<(), Error> {
        for pool in self.0.rooms.keys() {
            self.pool_can_be_written(*pool).await?;
        }
        Ok(())
    }

    async fn pool_can_be_written(&self, pool: u8) -> Result<(), Error> {
        if matches!(self.0.blob_health.0.lock().get(&pool), Some(Last::Written(at)) if at.elapsed() < PROVEN) {
            return Ok(());
        }
        let mut taken = self.take_id(pool).await?;
        let id = taken.id();
        taken.begin();
        let write = async {
            let mut draft = self.0.blobs.create(id, Label::default(), None).await?;
            draft.write(Bytes::from_static(b"probe")).await?;
            draft.finish().await?;
            self.0.blobs.delete(id).await
        };
        let written = match self.noting(pool, write.await) {
            // It refuses what would go there, and nothing else.
            Err(Error::Full) if pool != 0 => return Ok(()),
            written => written,
        };
        written.map_err(|error| match error {
            Error::Unavailable(what) if pool == 0 => Error::Unavailable(format!("blobs cannot be written: {what}")),
            Error::Unavailable(what) => {
                Error::Unavailable(format!("blobs cannot be written into the pool of number {pool}: {what}"))
            }
            other => other,
        })?;
        self.note_written(pool);
        Ok(())
    }
}
