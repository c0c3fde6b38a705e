//! One connection from its first byte to its last: protocol, deadlines, graceful end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::Limits;
use crate::front::Front;
use crate::guarded::Guarded;

/// What all connections are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    /// Finish what is in work and close.
    Draining,
    /// Close now.
    Cut,
}

/// What one connection is doing, as its watchdog needs to know.
pub(crate) struct Activity {
    pub(crate) remote: SocketAddr,
    pub(crate) tls: bool,
    opened: Instant,
    /// Requests in work, responses being sent included.
    in_work: AtomicUsize,
    /// Responses being sent.
    responding: AtomicUsize,
    /// Milliseconds from `opened` to the last sign of life.
    last: AtomicU64,
    linger: Arc<AtomicBool>,
}

impl Activity {
    pub(crate) fn new(remote: SocketAddr, tls: bool) -> Self {
        Self {
            remote,
            tls,
            opened: Instant::now(),
            in_work: AtomicUsize::new(0),
            responding: AtomicUsize::new(0),
            last: AtomicU64::new(0),
            linger: Arc::default(),
        }
    }

    pub(crate) fn begin(&self) {
        self.in_work.fetch_add(1, Ordering::Relaxed);
        self.progress();
    }

    pub(crate) fn responding(&self) {
        self.responding.fetch_add(1, Ordering::Relaxed);
        self.progress();
    }

    pub(crate) fn end(&self, responded: bool) {
        if responded {
            self.responding.fetch_sub(1, Ordering::Relaxed);
        }
        self.in_work.fetch_sub(1, Ordering::Relaxed);
        self.progress();
    }

    pub(crate) fn progress(&self) {
        let millis = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(millis, Ordering::Relaxed);
    }

    /// From now on, a close waits for the client to see the answer.
    pub(crate) fn linger(&self) {
        self.linger.store(true, Ordering::Relaxed);
    }

    fn still_for(&self) -> Duration {
        self.opened.elapsed().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }

    fn is_idle(&self, limits: &Limits) -> bool {
        self.in_work.load(Ordering::Relaxed) == 0 && self.still_for() >= limits.idle_timeout
    }

    /// Every request in work waits for the client to take its response, and it takes nothing: HTTP/2 flow control can
    /// do that without any write being blocked.
    fn is_stalled(&self, limits: &Limits) -> bool {
        let responding = self.responding.load(Ordering::Relaxed);
        responding > 0
            && responding == self.in_work.load(Ordering::Relaxed)
            && self.still_for() >= limits.write_stall_timeout
    }
}

/// Serves a connection until it closes, is idle too long, stalls, or the server stops.
pub(crate) async fn serve<I>(front: Arc<Front>, io: I, activity: Activity, mut phase: watch::Receiver<Phase>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = front.limits.clone();
    let activity = Arc::new(activity);
    let io = TokioIo::new(Guarded::new(io, &limits, activity.linger.clone()));
    let service = service_fn({
        let activity = activity.clone();
        move |request| front.clone().serve(activity.clone(), request)
    });
    let builder = builder(&limits);
    let connection = builder.serve_connection(io, service);
    tokio::pin!(connection);
    if *phase.borrow_and_update() != Phase::Running {
        connection.as_mut().graceful_shutdown();
    }
    let watch_every = limits.idle_timeout.min(limits.write_stall_timeout) / 4;
    let mut told_to_close = false;
    loop {
        tokio::select! {
            result = connection.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!(remote = %activity.remote, %error, "connection ended");
                }
                return;
            }
            changed = phase.changed() => match (changed, *phase.borrow_and_update()) {
                (Err(_), _) | (Ok(()), Phase::Cut) => return,
                (Ok(()), Phase::Draining) => connection.as_mut().graceful_shutdown(),
                (Ok(()), Phase::Running) => {}
            },
            () = sleep(watch_every) => {
                if activity.is_stalled(&limits) || told_to_close && activity.is_idle(&limits) {
                    tracing::debug!(remote = %activity.remote, "connection cut: the client does nothing");
                    return;
                }
                if activity.is_idle(&limits) {
                    told_to_close = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

fn builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let head_bytes = limits.max_head_bytes.max(8 << 10);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(head_bytes)
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(u32::try_from(head_bytes).unwrap_or(u32::MAX))
        .initial_stream_window_size(limits.stream_window_bytes)
        .initial_connection_window_size(limits.connection_window_bytes)
        .max_send_buf_size(limits.stream_send_bytes)
        .keep_alive_interval(limits.head_timeout)
        .keep_alive_timeout(limits.handshake_timeout);
    builder
}
