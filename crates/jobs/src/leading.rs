//! Work that one server of several does: the one that leads.

use std::time::Duration;

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next};

/// How often a server of several looks whether it leads, and, where it does, whether others have left it work: what they put there
/// rings nothing here.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A job that runs where its server leads. That of the only server always does, and is as if this were not here.
pub struct Leading<J> {
    store: Store,
    job: J,
}

impl<J> Leading<J> {
    /// This job of this store.
    pub fn new(store: &Store, job: J) -> Self {
        Self { store: store.clone(), job }
    }
}

#[async_trait]
impl<J: Job> Job for Leading<J> {
    fn name(&self) -> &'static str {
        self.job.name()
    }

    async fn run(&self) -> Result<Next, Error> {
        if !self.store.is_shared() {
            return self.job.run().await;
        }
        if !self.store.leads() {
            return Ok(Next::After(LOOK_AGAIN));
        }
        Ok(match self.job.run().await? {
            Next::Rung | Next::At(_) => Next::After(LOOK_AGAIN),
            next => next,
        })
    }

    async fn rung(&self) {
        self.job.rung().await;
    }
}
