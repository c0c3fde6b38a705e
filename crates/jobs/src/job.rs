//! What a job is.

use std::time::Duration;

use async_trait::async_trait;
use coldkeep_store::Error;
use coldkeep_types::Timestamp;

/// When a job wants to run again. Being rung always wakes it, but for [`Next::Never`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// When rung.
    Rung,
    /// At this time.
    At(Timestamp),
    /// After this pause.
    After(Duration),
    /// Never: the job has ended.
    Never,
}

/// One kind of background work.
#[async_trait]
pub trait Job: Send + Sync + 'static {
    /// A short name for the log.
    fn name(&self) -> &'static str;

    /// Does what there is to do. The future may be dropped at any await when the server stops.
    async fn run(&self) -> Result<Next, Error>;

    /// Waits until there may be something to do. A ring while the job runs must not be lost. By default: for ever.
    async fn rung(&self) {
        std::future::pending().await
    }
}
