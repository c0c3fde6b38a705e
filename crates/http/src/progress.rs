//! How far one request is, shared by those who watch it: its caller, its body, its answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

use crate::activity::Activity;
use crate::crowd::Crowd;

tokio::task_local! {
    /// Of the HTTP/2 stream that runs in this task.
    pub(crate) static STREAM: Arc<Progress>;
}

/// One request's progress.
#[derive(Default)]
pub(crate) struct Progress {
    /// Bytes of the body that were read.
    pub(crate) bytes_in: AtomicU64,
    verified: AtomicBool,
    /// Grows with each piece of the answer that the connection asks for.
    asked: AtomicU64,
    /// The answer's next piece is still being made.
    ours: AtomicBool,
    answered: Notify,
}

impl Progress {
    /// That of the stream which runs here, or a new one.
    pub(crate) fn here() -> Arc<Self> {
        STREAM.try_with(Arc::clone).unwrap_or_default()
    }

    /// Whether its caller is verified.
    pub(crate) fn is_verified(&self) -> bool {
        self.verified.load(Ordering::Relaxed)
    }

    /// The answer was made; from now on it waits for the client.
    pub(crate) fn answered(&self) {
        self.answered.notify_one();
    }

    /// The connection asked for the next piece of the answer; `waits` while that is not there.
    pub(crate) fn asked(&self, waits: bool) {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.ours.store(waits, Ordering::Relaxed);
    }

    /// Waits until the client has taken nothing of the answer for the time that `longest` gives.
    pub(crate) async fn stalled(&self, longest: impl Fn() -> std::time::Duration) {
        self.answered.notified().await;
        loop {
            let asked = self.asked.load(Ordering::Relaxed);
            tokio::time::sleep(longest()).await;
            if self.asked.load(Ordering::Relaxed) == asked && !self.ours.load(Ordering::Relaxed) {
                return;
            }
        }
    }
}

/// Who makes a call, as far as it is known: goes with the [`Call`](crate::Call).
#[derive(Clone)]
pub(crate) struct Standing {
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) activity: Arc<Activity>,
    pub(crate) progress: Arc<Progress>,
}

impl Standing {
    /// The caller of this request is verified; `proven` if the signature stands for the connection too.
    pub(crate) fn verify(&self, proven: bool) {
        if !self.progress.verified.swap(true, Ordering::Relaxed) {
            self.activity.verify();
        }
        if proven && !self.activity.is_proven() {
            self.crowd.prove(&self.activity);
        }
    }
}

impl std::fmt::Debug for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Standing").field("verified", &self.progress.is_verified()).finish_non_exhaustive()
    }
}
