//! How a server stands among the others: whether it may serve, and whether it leads.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Servers;
use super::clock::agrees;

/// The standing of one server.
pub(crate) struct Standing {
    start: Instant,
    lease: Duration,
    /// When the last beat began that came through, in milliseconds since the start.
    beat_ms: AtomicU64,
    /// How far its clock is ahead of the database's, in milliseconds.
    skew_ms: AtomicI64,
    dead: AtomicBool,
    leads: AtomicBool,
    /// The store has a pool that this server was not told of, or whose program it was not told of.
    lacks_pool: AtomicBool,
    /// How many servers there are, itself included, and how many others it has declared dead.
    alive: AtomicUsize,
    declared_dead: AtomicU64,
    died: Notify,
}

impl Standing {
    /// Of a server that was entered just now.
    pub fn new(lease: Duration) -> Self {
        let (beat_ms, skew_ms, start) = (AtomicU64::new(0), AtomicI64::new(0), Instant::now());
        let (dead, leads) = (AtomicBool::new(false), AtomicBool::new(false));
        let (alive, declared_dead) = (AtomicUsize::new(1), AtomicU64::new(0));
        let (lacks_pool, died) = (AtomicBool::new(false), Notify::new());
        Self { start, lease, beat_ms, skew_ms, dead, leads, lacks_pool, alive, declared_dead, died }
    }

    pub fn lease(&self) -> Duration {
        self.lease
    }

    /// When every server that serves knows what was written down of pools before this one began: half a lease after it each has read that, or does not serve.
    pub fn is_known_at(&self) -> Instant {
        self.start + self.lease
    }

    /// A beat came through that began then.
    pub fn beaten(&self, began: Instant) {
        let millis = began.saturating_duration_since(self.start).as_millis();
        self.beat_ms.store(u64::try_from(millis).unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Its clock is so far ahead of the database's; says how far it was before.
    pub fn clock_is_off(&self, skew_ms: i64) -> i64 {
        self.skew_ms.swap(skew_ms, Ordering::SeqCst)
    }

    /// Whether its clock and the database's agree well enough.
    pub fn clock_agrees(&self) -> bool {
        agrees(self.skew_ms.load(Ordering::SeqCst))
    }

    /// Whether the store has a pool that it was not told of, or not of its program; says whether that was so before.
    pub fn lacks_pool(&self, lacks: bool) -> bool {
        self.lacks_pool.swap(lacks, Ordering::Relaxed)
    }

    /// So many others were alive at its last look, and so many of them it has declared dead now.
    pub fn saw(&self, others: usize, declared_dead: u64) {
        self.alive.store(others + 1, Ordering::Relaxed);
        self.declared_dead.fetch_add(declared_dead, Ordering::Relaxed);
    }

    /// All servers, as it last saw them.
    pub fn servers(&self) -> Servers {
        let (alive, declared_dead) = (self.alive.load(Ordering::Relaxed), self.declared_dead.load(Ordering::Relaxed));
        Servers { alive, leads: self.leads(), declared_dead, skew_ms: self.skew_ms.load(Ordering::SeqCst) }
    }

    /// Nothing it does comes through any more.
    pub fn die(&self, why: &str) {
        if !self.dead.swap(true, Ordering::SeqCst) {
            tracing::error!(why, "this server can do nothing more for its store, and ends");
        }
        self.died.notify_waiters();
    }

    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    /// Returns when nothing it does comes through any more.
    pub async fn wait_dead(&self) {
        loop {
            let died = self.died.notified();
            tokio::pin!(died);
            died.as_mut().enable();
            if self.is_dead() {
                return;
            }
            died.await;
        }
    }

    /// Whether it may answer anything: `Err` says why not.
    pub fn may_serve(&self) -> Result<(), &'static str> {
        if self.is_dead() {
            return Err(
                "this server can do nothing more for its store, as its log says; nothing was changed, start it again",
            );
        }
        if !self.clock_agrees() {
            return Err(
                "this server's clock and the database's differ by more than a minute; it serves again once they agree, look at NTP on both",
            );
        }
        let beat = Duration::from_millis(self.beat_ms.load(Ordering::SeqCst));
        match self.start.elapsed().saturating_sub(beat) < self.lease / 2 {
            true => Ok(()),
            false => Err("this server cannot reach the metadata it shares with others; it serves again once it can"),
        }
    }

    /// Whether it leads. That it may stop to at any moment does no harm.
    pub fn leads(&self) -> bool {
        self.leads.load(Ordering::SeqCst) && self.may_serve().is_ok()
    }

    pub fn lead(&self, leads: bool) {
        if self.leads.swap(leads, Ordering::SeqCst) != leads {
            tracing::info!(leads, "who leads the servers of this store has changed");
        }
    }
}
