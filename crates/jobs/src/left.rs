//! What a server of a shared store has left itself: see `store/windows/`. Every server does this for its own.

use async_trait::async_trait;
use coldkeep_store::{Error, Store};

use crate::{Job, Next};

/// Removes what uploads that were cut short have left, once nothing can be added to it any more.
pub struct Left {
    store: Store,
}

impl Left {
    /// The one of this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

#[async_trait]
impl Job for Left {
    fn name(&self) -> &'static str {
        "left"
    }

    async fn run(&self) -> Result<Next, Error> {
        Ok(self.store.remove_left().await?.map_or(Next::Never, Next::After))
    }
}
