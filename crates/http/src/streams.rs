//! The tasks of HTTP/2 streams: one whose client takes nothing of its answer ends, which resets the stream.
//!
//! Flow control lets a client hold an answer without any write being blocked, so the connection alone cannot tell.

use std::sync::Arc;
use std::time::Duration;

use hyper::rt::Executor;

use crate::activity::Activity;
use crate::progress::{Progress, STREAM};

/// Runs the streams of one connection.
#[derive(Clone)]
pub(crate) struct Streams {
    pub(crate) activity: Arc<Activity>,
    /// The longest a verified caller may take nothing.
    pub(crate) write_stall: Duration,
    /// The longest a stranger may.
    pub(crate) stranger_stall: Duration,
}

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let progress = Arc::new(Progress::default());
        let Self { activity, write_stall, stranger_stall } = self.clone();
        let watched = progress.clone();
        let longest = move || match activity.is_proven() || watched.is_verified() {
            true => write_stall,
            false => stranger_stall,
        };
        tokio::spawn(STREAM.scope(progress.clone(), async move {
            tokio::select! {
                biased;
                () = stream => {}
                () = progress.stalled(longest) => tracing::debug!("a stream was reset: its client takes nothing"),
            }
        }));
    }
}
