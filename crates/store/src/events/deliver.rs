//! Handing events over: list by list, that is those of a bucket for a destination, in order, some at a time. What was handed over is struck afterwards, so it may be
//! handed over again if the server is killed in between.
//!
//! A destination that refuses is asked again after a second, doubling to a minute; what waits for it goes, with a line in the log,
//! when it has waited for a day, or when too much waits.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_meta::{Commit, Entry, Step};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{Destination, Event};
use crate::upkeep::due::WAITING_EVENT;
use crate::{Error, Store, keys};

/// Events handed over at once.
const BATCH: usize = 32;
/// Batches for one destination before the next one has its turn.
const TURN: usize = 32;
/// How long an event waits for a destination that refuses it.
pub(crate) const KEEP_MS: i64 = 24 * 60 * 60 * 1000;
/// How many events wait for one such destination.
const MAX_WAITING: u64 = 100_000;
/// The longest pause before a destination is asked again.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// What became of events that were to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// The destination has them, but for so many that it will never take.
    Over {
        /// How many.
        unfit: u64,
    },
    /// It takes none: why. They are handed over again later.
    Refused(String),
}

/// Takes events over.
#[async_trait]
pub trait EventListener: Send + Sync {
    /// Brings these to their destination, which is one, as their bucket is, in this order. With an error, or if it dies, they come again.
    async fn take(&self, destination: &Destination, events: &[Event]) -> Result<Handed, Error>;
}

/// What has become of events since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Handed over.
    pub delivered: u64,
    /// Dropped, since their destinations did not take them.
    pub dropped: u64,
}

/// The state of handing over.
#[derive(Default)]
pub(crate) struct Delivery {
    listener: OnceLock<Arc<dyn EventListener>>,
    /// Lists whose destinations refused: when they are asked again, and after which pause then.
    refusing: Mutex<HashMap<Vec<u8>, (Instant, Duration)>>,
    /// Rung when an event was written.
    written: Notify,
    delivered: AtomicU64,
    dropped: AtomicU64,
}

impl Delivery {
    /// An event was written.
    pub fn ring(&self) {
        self.written.notify_one();
    }
}

/// What became of a list's turn.
enum Turn {
    /// It has all there was, or it is another's turn.
    Moved,
    /// It is not its turn before then.
    Waits(Instant),
}

impl Store {
    /// Hands events over to this listener from now on. There is one for the life of a store; another is not heard.
    pub fn tell_events(&self, listener: Arc<dyn EventListener>) {
        if self.0.delivery.listener.set(listener).is_err() {
            tracing::warn!("somebody is told of events already");
        }
    }

    /// Waits until an event may have been written.
    pub async fn wait_events(&self) {
        self.0.delivery.written.notified().await;
    }

    /// What has become of events since the start.
    pub fn told(&self) -> Told {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Told { delivered: read(&self.0.delivery.delivered), dropped: read(&self.0.delivery.dropped) }
    }

    /// Hands over all events there are. After which pause destinations that refused are asked again, if there are some.
    pub async fn deliver_events(&self) -> Result<Option<Duration>, Error> {
        // As for all that is dropped by time: what is dropped later finds the clock confirmed.
        self.look_at_clock();
        loop {
            let (mut range, mut next, mut moved) = (keys::tagged(b'E'), None::<Instant>, false);
            while let Some((first, _)) = self.0.meta.scan(range.clone(), 1).await?.into_iter().next() {
                let place = keys::event_place(&first).ok_or_else(|| Error::Damaged("the key of an event".into()))?;
                let list = coldkeep_meta::prefix_range(place);
                range.start = list.end.clone();
                match self.take_turn(place, list).await {
                    Ok(Turn::Moved) => moved = true,
                    Ok(Turn::Waits(until)) => next = Some(next.map_or(until, |next| next.min(until))),
                    // It is in the way of its destination, until a repair takes it out, not of others.
                    Err(error @ Error::Damaged(_)) => tracing::error!(%error, "an event cannot be handed over"),
                    Err(error) => return Err(error),
                }
            }
            if !moved {
                return Ok(next.map(|next| next.saturating_duration_since(Instant::now())));
            }
        }
    }

    async fn take_turn(&self, place: &[u8], list: Range<Vec<u8>>) -> Result<Turn, Error> {
        let delivery = &self.0.delivery;
        let Some(listener) = delivery.listener.get() else { return Ok(Turn::Waits(Instant::now() + MAX_PAUSE)) };
        let refusing = delivery.refusing.lock().get(place).copied();
        if let Some((until, _)) = refusing.filter(|(until, _)| *until > Instant::now()) {
            return Ok(Turn::Waits(until));
        }
        for _ in 0..TURN {
            let found = self.0.meta.scan(list.clone(), BATCH).await?;
            let events = found.iter().map(|(key, entry)| Event::read(key, &entry.value));
            let events = events.collect::<Result<Vec<_>, _>>()?;
            let Some(destination) = events.first().map(|event| &event.destination) else { break };
            let why = match listener.take(destination, &events).await {
                Ok(Handed::Over { unfit }) => {
                    delivery.refusing.lock().remove(place);
                    self.strike(&found).await?;
                    delivery.delivered.fetch_add(found.len() as u64 - unfit, Ordering::Relaxed);
                    delivery.dropped.fetch_add(unfit, Ordering::Relaxed);
                    continue;
                }
                Ok(Handed::Refused(why)) => why,
                Err(error) => error.to_string(),
            };
            let pause = refusing.map_or(Duration::from_secs(1), |(_, pause)| (pause * 2).min(MAX_PAUSE));
            let until = Instant::now() + pause;
            delivery.refusing.lock().insert(place.to_vec(), (until, pause));
            let dropped = self.drop_waiting(list.clone()).await?;
            let destination = destination.arn();
            tracing::warn!(destination, why, dropped, "events of buckets are not taken; they are offered again");
            if self.0.meta.scan(list, 1).await?.is_empty() {
                delivery.refusing.lock().remove(place);
            }
            return Ok(Turn::Waits(until));
        }
        Ok(Turn::Moved)
    }

    /// Takes events away that somebody has, or nobody will have.
    async fn strike(&self, events: &[(Vec<u8>, Entry)]) -> Result<(), Error> {
        let mut commit = Commit::default();
        events.iter().for_each(|(key, _)| _ = commit.delete(key.clone()));
        self.commit_freeing(commit).await.map(drop)
    }

    /// Drops what has waited for too long, and the oldest where too much waits: how many.
    async fn drop_waiting(&self, list: Range<Vec<u8>>) -> Result<u64, Error> {
        let mut waiting = 0u64;
        let mut count = |_: coldkeep_meta::Seen<'_>| {
            waiting += 1;
            Step::Next
        };
        self.0.meta.walk(list.clone(), &mut count).await?;
        let mut dropped = 0;
        loop {
            let mut found = self.0.meta.scan(list.clone(), BATCH).await?;
            let too_old = |(key, entry): &(Vec<u8>, Entry)| -> Result<bool, Error> {
                let event = Event::read(key, &entry.value)?;
                Ok(self.sure_now(WAITING_EVENT, event.time().plus_millis(KEEP_MS)).is_ok())
            };
            let mut gone = 0;
            for one in &found {
                if waiting.saturating_sub(gone) <= MAX_WAITING && !too_old(one)? {
                    break;
                }
                gone += 1;
            }
            found.truncate(gone as usize);
            if found.is_empty() {
                self.0.delivery.dropped.fetch_add(dropped, Ordering::Relaxed);
                return Ok(dropped);
            }
            self.strike(&found).await?;
            dropped += gone;
            waiting = waiting.saturating_sub(gone);
        }
    }
}
