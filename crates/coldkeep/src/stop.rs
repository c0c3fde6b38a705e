//! SIGTERM and SIGINT: the first asks for a graceful stop, the second ends the process at once.

use std::future::pending;

use coldkeep_blob_pieces::end_process;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::Failure;

/// Told once a stop is asked for. Cheap to clone.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Takes over both signals. Needs a Tokio runtime.
    pub fn on_signals() -> Result<Self, Failure> {
        let take = |kind| signal(kind).map_err(|error| Failure::new(format!("cannot take over signals: {error}")));
        let (mut terminate, mut interrupt) = (take(SignalKind::terminate())?, take(SignalKind::interrupt())?);
        let (stop, asked) = watch::channel(false);
        tokio::spawn(async move {
            let mut next = async || {
                tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                }
            };
            let signal = next().await;
            tracing::info!(signal, "stopping; the same signal again stops at once");
            // Nobody may be left to hear it.
            let _ = stop.send(true);
            let signal = next().await;
            tracing::warn!(signal, "stopped at once");
            end_process(1);
        });
        Ok(Self(asked))
    }

    /// Waits until a stop is asked for.
    pub async fn asked(mut self) {
        if self.0.wait_for(|stop| *stop).await.is_err() {
            pending::<()>().await;
        }
    }

    /// Whether a stop was asked for.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }
}
