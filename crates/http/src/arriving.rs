//! A body as it comes off a connection, and how fast it must: a client that trickles holds a request's memory for nothing.
//!
//! Only time that is spent waiting for the client counts, so a slow disk of ours is not held against anybody. The rate is
//! an average over a window; a body that ends or moves within its first window is never judged.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use coldkeep_store::SourceError;
use futures_util::FutureExt;
use futures_util::future::poll_fn;
use http_body::Body as _;
use hyper::body::Incoming;
use tokio::time::{Instant, timeout};

use crate::Limits;
use crate::progress::Progress;

/// The least rate of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Bytes in a second; 0 switches the rule off.
    pub bytes_per_second: u64,
    /// The time that is averaged over, which is also the time before the first judgement.
    pub window: Duration,
}

/// A body on its way in.
pub(crate) struct Arriving {
    pub(crate) incoming: Incoming,
    pub(crate) limits: Arc<Limits>,
    pace: Pace,
    progress: Arc<Progress>,
}

/// What hyper gives: data, the end, or a broken connection.
type Came = Result<Option<Bytes>, hyper::Error>;

impl Arriving {
    pub(crate) fn new(incoming: Incoming, limits: Arc<Limits>, progress: Arc<Progress>) -> Self {
        let pace = Pace { rate: limits.body_rate, waited: Duration::ZERO, received: 0 };
        Self { incoming, limits, pace, progress }
    }

    /// The next data, unless the client is too slow.
    pub(crate) async fn next(&mut self) -> Result<Came, SourceError> {
        // What is there already needs no clock.
        let came = match next_data(&mut self.incoming).now_or_never() {
            Some(came) => {
                self.pace.received += length(&came);
                came
            }
            None => self.wait().await?,
        };
        self.progress.bytes_in.fetch_add(length(&came), Ordering::Relaxed);
        Ok(came)
    }

    async fn wait(&mut self) -> Result<Came, SourceError> {
        let slow = SourceError::Slow { bytes_per_second: self.pace.rate.bytes_per_second };
        let idle = self.limits.body_idle_timeout;
        let began = Instant::now();
        loop {
            let since = Instant::now();
            let patience = idle.saturating_sub(began.elapsed()).min(self.pace.patience());
            match timeout(patience, next_data(&mut self.incoming)).await {
                Ok(came) if self.pace.came(length(&came), since) || !matches!(came, Ok(Some(_))) => return Ok(came),
                Ok(_) => return Err(slow),
                Err(_) if began.elapsed() >= idle => return Err(SourceError::Idle { seconds: idle.as_secs() }),
                Err(_) if self.pace.came(0, since) => {}
                Err(_) => return Err(slow),
            }
        }
    }
}

fn length(came: &Came) -> u64 {
    came.as_ref().ok().and_then(Option::as_ref).map_or(0, |slice| slice.len() as u64)
}

/// The next data of a body; HTTP trailers are skipped.
pub(crate) async fn next_data(incoming: &mut Incoming) -> Came {
    loop {
        match poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx)).await {
            None => return Ok(None),
            Some(Err(error)) => return Err(error),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) if data.is_empty() => {}
                Ok(data) => return Ok(Some(data)),
                Err(_trailers) => {}
            },
        }
    }
}

/// Judges one body.
struct Pace {
    rate: Rate,
    waited: Duration,
    received: u64,
}

impl Pace {
    /// How long the next wait may take at most until it is time to judge.
    fn patience(&self) -> Duration {
        match self.rate.bytes_per_second {
            0 => Duration::MAX,
            _ => self.rate.window.saturating_sub(self.waited),
        }
    }

    /// Bytes came, after waiting since `since`. False when the window is over and too few came in it.
    fn came(&mut self, bytes: u64, since: Instant) -> bool {
        self.received += bytes;
        self.waited += since.elapsed();
        if self.rate.bytes_per_second == 0 || self.waited < self.rate.window {
            return true;
        }
        let least = u128::from(self.rate.bytes_per_second) * self.waited.as_millis() / 1000;
        let enough = u128::from(self.received) >= least;
        (self.waited, self.received) = (Duration::ZERO, 0);
        enough
    }
}
