//! What one connection is doing and what it has shown of its caller, as its watchdog and the [`Crowd`](crate::crowd::Crowd) need to know.
//!
//! A connection is a stranger's until a signature in a header was proven on it. A presigned URL proves only its own request:
//! such URLs are given away.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::Limits;

/// What a connection is told to do, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Told {
    /// Nothing.
    Nothing,
    /// Take no more requests, finish what is in work, close.
    Close,
    /// Close now.
    Cut,
}

pub(crate) struct Activity {
    pub(crate) remote: SocketAddr,
    pub(crate) tls: bool,
    /// Known once the handshake is over.
    pub(crate) tls_version: OnceLock<&'static str>,
    /// Its number in the crowd.
    pub(crate) number: u64,
    opened: Instant,
    /// Requests in work, responses being sent included.
    in_work: AtomicUsize,
    /// Requests that were ever begun.
    begun: AtomicUsize,
    /// Requests in work whose caller is verified.
    verified: AtomicUsize,
    proven: AtomicBool,
    /// Microseconds from `opened` to the last sign of life.
    last: AtomicU64,
    linger: AtomicBool,
    told: AtomicU8,
    wake: Notify,
}

impl Activity {
    pub(crate) fn new(remote: SocketAddr, tls: bool, number: u64) -> Self {
        Self {
            remote,
            tls,
            tls_version: OnceLock::new(),
            number,
            opened: Instant::now(),
            in_work: AtomicUsize::new(0),
            begun: AtomicUsize::new(0),
            verified: AtomicUsize::new(0),
            proven: AtomicBool::new(false),
            last: AtomicU64::new(0),
            linger: AtomicBool::new(false),
            told: AtomicU8::new(Told::Nothing as u8),
            wake: Notify::new(),
        }
    }

    pub(crate) fn begin(&self) {
        self.in_work.fetch_add(1, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.progress();
    }

    /// How many requests were begun.
    pub(crate) fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }

    /// A request in work turned out to have a verified caller.
    pub(crate) fn verify(&self) {
        self.verified.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn end(&self, verified: bool) {
        if verified {
            self.verified.fetch_sub(1, Ordering::Relaxed);
        }
        self.in_work.fetch_sub(1, Ordering::Relaxed);
        self.progress();
    }

    pub(crate) fn progress(&self) {
        let micros = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.last.store(micros, Ordering::Relaxed);
    }

    /// Whether a caller was proven on this connection.
    pub(crate) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// Notes that a caller was proven; true the first time.
    pub(crate) fn prove(&self) -> bool {
        !self.proven.swap(true, Ordering::Relaxed)
    }

    /// Whether a verified caller waits for something.
    pub(crate) fn is_verified_at_work(&self) -> bool {
        self.verified.load(Ordering::Relaxed) > 0
    }

    /// Whether no request is in work.
    pub(crate) fn is_free(&self) -> bool {
        self.in_work.load(Ordering::Relaxed) == 0
    }

    /// When it last showed a sign of life.
    pub(crate) fn last_seen(&self) -> Instant {
        self.opened + Duration::from_micros(self.last.load(Ordering::Relaxed))
    }

    pub(crate) fn is_idle(&self, limits: &Limits) -> bool {
        let longest = if self.is_proven() { limits.idle_timeout } else { limits.idle_timeout.min(limits.head_timeout) };
        self.is_free() && self.last_seen().elapsed() >= longest
    }

    /// From now on, a close waits for the client to see the answer.
    pub(crate) fn linger(&self) {
        self.linger.store(true, Ordering::Relaxed);
    }

    pub(crate) fn lingers(&self) -> bool {
        self.linger.load(Ordering::Relaxed)
    }

    /// Tells the connection's task what to do.
    pub(crate) fn tell(&self, what: Told) {
        if self.told.fetch_max(what as u8, Ordering::Relaxed) < what as u8 {
            self.wake.notify_one();
        }
    }

    /// What it is told by now.
    pub(crate) fn told(&self) -> Told {
        match self.told.load(Ordering::Relaxed) {
            0 => Told::Nothing,
            1 => Told::Close,
            _ => Told::Cut,
        }
    }

    /// Waits until it is told more than at the last time.
    pub(crate) async fn wait(&self) -> Told {
        self.wake.notified().await;
        self.told()
    }
}

/// Who counts as one client: an IPv4 address, or an IPv6 network of 64 bits, which is what one customer gets.
pub(crate) fn client(remote: SocketAddr) -> IpAddr {
    match remote.ip().to_canonical() {
        IpAddr::V6(ip) => {
            let network = ip.to_bits() >> 64 << 64;
            Ipv6Addr::from_bits(network).into()
        }
        ip => ip,
    }
}
