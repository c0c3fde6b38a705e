//! The job that delivers buckets' access logs.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_jobs::{Job, Next};
use coldkeep_s3::S3;
use coldkeep_types::Clock;

/// The shortest period: a server does not deliver all the time.
const SHORTEST: Duration = Duration::from_millis(50);

/// Delivers what waits, once in a period. What a crash loses is at most so old.
pub struct LogDelivery {
    pub s3: S3,
    pub clock: Arc<dyn Clock>,
    pub period: Duration,
}

#[async_trait]
impl Job for LogDelivery {
    fn name(&self) -> &'static str {
        "access logs of buckets"
    }

    async fn run(&self) -> Result<Next, coldkeep_store::Error> {
        self.s3.deliver_logs(self.clock.now()).await?;
        Ok(Next::After(self.period.max(SHORTEST)))
    }
}
