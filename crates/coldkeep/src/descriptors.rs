//! How many connections and requests the process can have with the descriptors that the system gives it.
//!
//! Connections must not use up what the engines need: a server that cannot open its files serves nobody. So of the limit
//! some are kept for the process and its open blobs, up to a quarter for the files of requests in work, and the rest is for
//! connections.

use coldkeep_http::Limits;

/// For the engines, the log, the admin listener and the runtime: 128; for blobs that are kept open: 256.
const KEPT: u64 = 128 + 256;
/// A request in work writes one file, or reads one and has the next one open.
const FILES_A_REQUEST: u64 = 2;

/// The limits that fit, each listener's share of them; says so in the log where they are lower than what was set.
/// `most` is the limit on open files, `None` if there is none.
pub fn fitted(mut limits: Limits, listeners: usize, most: Option<u64>) -> Limits {
    let Some(most) = most else { return limits };
    let listeners = listeners.max(1) as u64;
    let share = |number: u64| usize::try_from((number / listeners).max(1)).unwrap_or(usize::MAX);
    let set = (limits.max_connections, limits.max_requests);
    limits.max_requests = limits.max_requests.min(share(most / 4 / FILES_A_REQUEST));
    let files = KEPT + FILES_A_REQUEST * listeners * limits.max_requests as u64;
    limits.max_connections = limits.max_connections.min(share(most.saturating_sub(files)));
    if (limits.max_connections, limits.max_requests) != set {
        tracing::info!(
            open_files = most,
            connections = limits.max_connections,
            requests = limits.max_requests,
            "the limit on open files allows fewer connections and requests on each address than are set; raise it \
             (`ulimit -n`, LimitNOFILE)"
        );
    }
    limits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_files() {
        let fit = |listeners, most| {
            let limits = fitted(Limits::default(), listeners, most);
            (limits.max_connections, limits.max_requests)
        };
        let full = (Limits::default().max_connections, Limits::default().max_requests);
        assert_eq!(fit(1, None), full);
        assert_eq!(fit(1, Some(1 << 20)), full);
        assert_eq!(fit(1, Some(1024)), (384, 128));
        assert_eq!(fit(2, Some(1024)), (192, 64));
        assert_eq!(fit(1, Some(64)), (1, 8), "hopeless, but no panic");
    }
}
