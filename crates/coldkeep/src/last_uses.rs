//! A job: when access keys were last used is written now and then, and not for each request.

use std::time::Duration;

use async_trait::async_trait;
use coldkeep_identity::Identity;
use coldkeep_jobs::{Job, Next};

/// How often. What a crash loses is at most so old.
const PAUSE: Duration = Duration::from_secs(600);

/// Writes what is known of uses.
pub struct LastUses(pub Identity);

#[async_trait]
impl Job for LastUses {
    fn name(&self) -> &'static str {
        "last uses"
    }

    async fn run(&self) -> Result<Next, coldkeep_store::Error> {
        match self.0.write_last_uses().await {
            Ok(()) => Ok(Next::After(PAUSE)),
            Err(error) => Err(coldkeep_store::Error::Unavailable(error.to_string())),
        }
    }
}
