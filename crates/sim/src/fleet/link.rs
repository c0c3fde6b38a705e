//! What lies between a server and an engine, or between clients and a server: calls take time on it, are lost on either way, arrive late, and do not get
//! through while it is cut.
//!
//! The network goes on whatever its ends do. A call that changes something travels by itself: who sent it may give up, or die, and it takes effect all
//! the same.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

/// How it is on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Calls take a few milliseconds.
    Fair,
    /// They take longer, some of them longer than anybody waits.
    Slow,
    /// Some are lost, before or after they took effect, and some arrive late.
    Lossy,
    /// None gets through.
    Cut,
}

/// The longest times on a link, in milliseconds.
#[derive(Clone, Copy)]
pub struct Times {
    /// For one way, where it is slow.
    pub slow_ms: u64,
    /// Of what arrives late.
    pub late_ms: u64,
}

/// Nobody answered in time.
pub enum Silence {
    /// There was no connection: nothing was sent.
    Unsent,
    /// It may have taken effect, or still may, until this has come.
    Sent(oneshot::Receiver<()>),
}

/// One call's way.
struct Trip {
    there: Duration,
    back: Duration,
    /// It is lost on the way there, or back.
    lost: Option<End>,
}

#[derive(PartialEq, Eq)]
enum End {
    There,
    Back,
}

/// A link.
pub struct Link {
    times: Times,
    dice: Mutex<Dice>,
    weather: Mutex<Weather>,
    /// Held by each call under way that changes something.
    under_way: Arc<()>,
}

impl Link {
    /// One on which all is fair.
    pub fn new(times: Times, dice: Dice) -> Arc<Self> {
        let (dice, weather) = (Mutex::new(dice), Mutex::new(Weather::Fair));
        Arc::new(Self { times, dice, weather, under_way: Arc::default() })
    }

    /// From now on it is so.
    pub fn turns(&self, weather: Weather) {
        *self.weather.lock() = weather;
    }

    /// Whether nothing gets through.
    pub fn is_cut(&self) -> bool {
        *self.weather.lock() == Weather::Cut
    }

    /// How many calls are under way that change something.
    pub fn under_way(&self) -> usize {
        Arc::strong_count(&self.under_way) - 1
    }

    /// Carries a call that changes nothing, and its answer; `None`: nobody answered for so long. Dropped, it is as if it had not been.
    pub async fn ask<T>(&self, patience: Duration, call: impl Future<Output = T> + Send) -> Option<T> {
        let trip = self.trip();
        let carried = async {
            travel(trip.there).await;
            if trip.lost == Some(End::There) {
                return pending().await;
            }
            let answer = call.await;
            travel(trip.back).await;
            if trip.lost.is_some() || self.is_cut() { pending().await } else { answer }
        };
        timeout(patience, carried).await.ok()
    }

    /// Carries a call that changes something, and its answer.
    pub async fn carry<T: Send + 'static>(
        &self,
        patience: Duration,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Silence> {
        let deadline = Instant::now() + patience;
        if self.is_cut() {
            sleep_until(deadline).await;
            return Err(Silence::Unsent);
        }
        let (trip, under_way) = (self.trip(), self.under_way.clone());
        let (answer, answered) = oneshot::channel();
        let (over, is_over) = oneshot::channel();
        tokio::spawn(async move {
            travel(trip.there).await;
            if trip.lost != Some(End::There) {
                let done = call.await;
                let _ = over.send(());
                travel(trip.back).await;
                if trip.lost.is_none() {
                    let _ = answer.send(done);
                }
            }
            drop(under_way);
        });
        match timeout_at(deadline, answered).await {
            Ok(Ok(done)) if !self.is_cut() => Ok(done),
            // Nothing tells that an answer was lost but the time.
            _ => {
                sleep_until(deadline).await;
                Err(Silence::Sent(is_over))
            }
        }
    }

    fn trip(&self) -> Trip {
        let (mut dice, weather) = (self.dice.lock(), *self.weather.lock());
        let Times { slow_ms, late_ms } = self.times;
        let mut way = |most: u64| match dice.below(12) {
            0..6 => 0,
            6..10 => 1 + dice.below(2),
            _ => dice.below(most),
        };
        let (mut there, back, mut lost) = match weather {
            Weather::Slow => (dice.below(slow_ms), dice.below(slow_ms), None),
            _ => (way(5), way(5), None),
        };
        match weather {
            Weather::Cut => lost = Some(End::There),
            Weather::Lossy => match dice.below(12) {
                0 => lost = Some(End::There),
                1 => lost = Some(End::Back),
                2 | 3 => there = 1 + dice.below(late_ms),
                _ => {}
            },
            Weather::Fair | Weather::Slow => {}
        }
        Trip { there: Duration::from_millis(there), back: Duration::from_millis(back), lost }
    }
}

async fn travel(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}
