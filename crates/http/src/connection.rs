//! One connection from its first byte to its last: protocol, deadlines, graceful end.

use std::sync::Arc;

use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::Limits;
use crate::activity::{Activity, Told};
use crate::front::Front;
use crate::guarded::Guarded;
use crate::streams::Streams;

/// HTTP/2 streams that the client reset before they were served; more end the connection.
const MAX_PENDING_RESETS: usize = 20;
/// HTTP/2 streams that we reset because of errors of the client's; more end the connection.
const MAX_ERROR_RESETS: usize = 128;

/// What all connections are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    /// Finish what is in work and close.
    Draining,
    /// Close now.
    Cut,
}

/// Serves a connection until it closes, is idle too long, gives way to others, or the server stops.
pub(crate) async fn serve<I>(front: Arc<Front>, io: I, activity: Arc<Activity>, mut phase: watch::Receiver<Phase>)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = front.limits.clone();
    let io = TokioIo::new(Guarded::new(io, front.clone(), activity.clone()));
    let service = service_fn({
        let activity = activity.clone();
        move |request| {
            // Here, not in the request's own task: so many heads may wait for one.
            if !activity.is_proven() {
                front.crowd.charge_request(&activity, head_bytes(&request));
            }
            front.clone().serve(activity.clone(), request)
        }
    });
    let builder = builder(&limits, &activity);
    let connection = builder.serve_connection(io, service);
    tokio::pin!(connection);
    if *phase.borrow_and_update() != Phase::Running {
        connection.as_mut().graceful_shutdown();
    }
    let watch_every = limits.idle_timeout.min(limits.head_timeout) / 4;
    let mut told_to_close: Option<Instant> = None;
    loop {
        // Who was told to close and has nobody waiting is cut soon.
        let next_look =
            if told_to_close.is_some() { limits.stranger_stall_timeout.min(watch_every) } else { watch_every };
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
            told = activity.wait() => match told {
                Told::Nothing => {}
                Told::Close => {
                    told_to_close.get_or_insert_with(Instant::now);
                    connection.as_mut().graceful_shutdown();
                }
                Told::Cut => {
                    tracing::debug!(remote = %activity.remote, "connection cut: it gives way to others");
                    return;
                }
            },
            () = sleep(next_look) => {
                let long_ago = told_to_close.is_some_and(|told| told.elapsed() >= limits.stranger_stall_timeout);
                if long_ago && !activity.is_verified_at_work() {
                    tracing::debug!(remote = %activity.remote, "connection cut: the client does nothing");
                    return;
                }
                if told_to_close.is_none() && activity.is_idle(&limits) {
                    told_to_close = Some(Instant::now());
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// What a head takes up, about.
fn head_bytes(request: &Request<Incoming>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    request.headers().iter().fold(target, |sum, (name, value)| sum + name.as_str().len() + value.len() + 32)
}

fn builder(limits: &Limits, activity: &Arc<Activity>) -> auto::Builder<Streams> {
    let mut builder = auto::Builder::new(Streams {
        activity: activity.clone(),
        write_stall: limits.write_stall_timeout,
        stranger_stall: limits.stranger_stall_timeout,
    });
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_timeout)
        .max_buf_size(limits.max_head_bytes.max(8 << 10))
        .keep_alive(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
        .max_pending_accept_reset_streams(MAX_PENDING_RESETS)
        .max_local_error_reset_streams(MAX_ERROR_RESETS)
        .max_header_list_size(limits.max_header_list_bytes)
        .initial_stream_window_size(limits.stream_window_bytes)
        .initial_connection_window_size(limits.connection_window_bytes)
        .max_send_buf_size(limits.stream_send_bytes)
        .keep_alive_interval(limits.head_timeout)
        .keep_alive_timeout(limits.handshake_timeout);
    builder
}
