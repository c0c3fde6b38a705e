//! Whether blobs can be written: remembered from the last attempt, and tried where there was none for a while.

use std::time::Duration;

use bytes::Bytes;
use coldkeep_blob::Label;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{Error, Store};

/// How long a blob that was written proves that others can be.
const PROVEN: Duration = Duration::from_secs(60);

/// What became of the last blob that was written.
#[derive(Default)]
pub(crate) struct BlobHealth(Mutex<Last>);

#[derive(Default)]
enum Last {
    #[default]
    None,
    Written(Instant),
    Failed,
}

impl Store {
    /// Notes a failure to write a blob. A full disk is told from others by its free space.
    pub(crate) fn noting<T>(&self, outcome: Result<T, coldkeep_blob::Error>) -> Result<T, Error> {
        if let Err(error) = &outcome
            && !matches!(error, coldkeep_blob::Error::Full)
        {
            *self.0.blob_health.0.lock() = Last::Failed;
        }
        Ok(outcome?)
    }

    /// Notes that a blob was written.
    pub(crate) fn note_written(&self) {
        *self.0.blob_health.0.lock() = Last::Written(Instant::now());
    }

    /// `Ok` if a blob was written lately, and nothing failed since; else one is written and deleted again.
    pub(crate) async fn blobs_can_be_written(&self) -> Result<(), Error> {
        if matches!(*self.0.blob_health.0.lock(), Last::Written(at) if at.elapsed() < PROVEN) {
            return Ok(());
        }
        let id = self.next_id();
        let write = async {
            let mut draft = self.0.blobs.create(id, Label::default(), None).await?;
            draft.write(Bytes::from_static(b"probe")).await?;
            draft.finish().await?;
            self.0.blobs.delete(id).await
        };
        self.noting(write.await).map_err(|error| match error {
            Error::Unavailable(what) => Error::Unavailable(format!("blobs cannot be written: {what}")),
            other => other,
        })?;
        self.note_written();
        Ok(())
    }
}
