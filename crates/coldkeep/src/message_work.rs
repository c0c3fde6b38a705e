//! Jobs of queues and topics: what was published goes to those that subscribed, endpoints are asked, and messages past their time go.

use std::time::Duration;

use async_trait::async_trait;
use coldkeep_jobs::{Job, Leading, Next};
use coldkeep_messages::Messages;
use coldkeep_sns::Endpoints;
use coldkeep_store::{Store, SureClock};
use coldkeep_types::Timestamp;
use parking_lot::Mutex;
use tokio::time::Instant;

/// How long the clock must agree with itself before messages are dropped: a tenth of the shortest time that a queue keeps them.
const CONFIRM: Duration = Duration::from_secs(6);

/// All of them. Where several servers share the store, one does them.
pub fn all(store: &Store, messages: &Messages, endpoints: Endpoints) -> [Box<dyn Job>; 3] {
    let clock = Mutex::new(SureClock::new(Instant::now()));
    let old = OldMessages { messages: messages.clone(), clock };
    [
        Box::new(Leading::new(store, Published(messages.clone()))),
        Box::new(Leading::new(store, Deliveries { messages: messages.clone(), endpoints })),
        Box::new(Leading::new(store, old)),
    ]
}

fn failed(error: coldkeep_messages::Error) -> coldkeep_store::Error {
    coldkeep_store::Error::Unavailable(error.to_string())
}

/// Hands over what was published.
struct Published(Messages);

#[async_trait]
impl Job for Published {
    fn name(&self) -> &'static str {
        "published"
    }

    async fn run(&self) -> Result<Next, coldkeep_store::Error> {
        self.0.hand_over().await.map_err(failed)?;
        Ok(Next::Rung)
    }

    async fn rung(&self) {
        self.0.wait_published().await;
    }
}

/// Asks endpoints.
struct Deliveries {
    messages: Messages,
    endpoints: Endpoints,
}

#[async_trait]
impl Job for Deliveries {
    fn name(&self) -> &'static str {
        "deliveries"
    }

    async fn run(&self) -> Result<Next, coldkeep_store::Error> {
        let due = self.messages.deliver(&self.endpoints).await.map_err(failed)?;
        Ok(due.next.map_or(Next::Rung, Next::At))
    }

    async fn rung(&self) {
        self.messages.wait_outgoing().await;
    }
}

/// Drops messages that are past their time, and what deleted queues left.
struct OldMessages {
    messages: Messages,
    clock: Mutex<SureClock>,
}

impl OldMessages {
    /// A time that has surely come.
    fn sure(&self) -> Timestamp {
        let (now, steady) = (self.messages.now(), Instant::now());
        let mut clock = self.clock.lock();
        clock.look(now, steady, CONFIRM);
        clock.sure(steady).unwrap_or(Timestamp(0))
    }
}

#[async_trait]
impl Job for OldMessages {
    fn name(&self) -> &'static str {
        "messages"
    }

    async fn run(&self) -> Result<Next, coldkeep_store::Error> {
        let due = self.messages.drop_old(self.sure()).await.map_err(failed)?;
        Ok(match due.next {
            None => Next::Rung,
            Some(next) if next > self.messages.now() => Next::At(next),
            // It is due, but the clock is not sure yet.
            Some(next) => Next::After(self.clock.lock().wait(next, Instant::now(), CONFIRM)),
        })
    }

    async fn rung(&self) {
        self.messages.wait_aging().await;
    }
}
