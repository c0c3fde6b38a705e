//! The listener: accepts connections up to a bound, serves each, and stops gracefully.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use coldkeep_types::{Clock, SystemClock};
use rustls::{ProtocolVersion, ServerConfig};
use tokio::io::BufReader;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::activity::Activity;
use crate::connection::{self, Phase};
use crate::crowd::Crowd;
use crate::front::Front;
use crate::{Doors, Limits, NoObserver, Observer, plain};

/// 1,024: connections the kernel holds until they are accepted.
const BACKLOG: u32 = 1024;

/// How long to wait after a connection could not be accepted.
const AFTER_TROUBLE: Duration = Duration::from_millis(50);
/// How often the log says that connections are refused.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// 32 KiB: what is read at once from an encrypted connection, two full records.
const TLS_READ_BYTES: usize = 32 << 10;

/// Every name of HTTP that TLS clients may ask for.
const ALPN: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A bound port, not yet serving.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    limits: Limits,
    tls: Option<TlsAcceptor>,
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
}

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Everything in work was finished.
    Gracefully,
    /// So many connections were cut at the deadline.
    Cut {
        /// Connections that were still open.
        connections: usize,
    },
}

impl Listener {
    /// Binds the address. Needs a Tokio runtime.
    pub fn bind(address: SocketAddr, limits: Limits) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        let socket = socket.listen(BACKLOG)?;
        let address = socket.local_addr()?;
        let (clock, observer) = (Arc::new(SystemClock), Arc::new(NoObserver));
        Ok(Self { socket, address, limits, tls: None, clock, observer })
    }

    /// Speaks TLS. The protocols offered (ALPN) are set here: HTTP/2 and HTTP/1.1.
    #[must_use]
    pub fn with_tls(mut self, mut config: ServerConfig) -> Self {
        config.alpn_protocols = ALPN.map(<[u8]>::to_vec).to_vec();
        self.tls = Some(TlsAcceptor::from(Arc::new(config)));
        self
    }

    /// Takes the time from another clock than the machine's.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Tells this observer how requests end.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// The address bound, with the port the system chose if it was 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done, then accepts no more, finishes what is in work and returns, at the latest after
    /// [`Limits::shutdown_timeout`].
    pub async fn serve(self, doors: Doors, stop: impl Future<Output = ()> + Send) -> Stopped {
        let Self { socket, limits, tls, clock, observer, .. } = self;
        let crowd = Arc::new(Crowd::new(limits.clone()));
        let mut troubles = Troubles::default();
        let (phase, _) = watch::channel(Phase::Running);
        let open = Arc::new(AtomicUsize::new(0));
        let limits = Arc::new(limits);
        let front = Arc::new(Front {
            doors,
            limits: limits.clone(),
            crowd: crowd.clone(),
            clock,
            observer: observer.clone(),
            in_work: 0.into(),
        });
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = socket.accept() => accepted,
                () = &mut stop => break,
            };
            let (stream, remote) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors: some connections give theirs. Or the client is gone again. Others are served on.
                    if out_of_descriptors(&error) {
                        crowd.make_room();
                    }
                    if troubles.may_be_told() {
                        tracing::warn!(%error, "a connection could not be accepted");
                    }
                    tokio::time::sleep(AFTER_TROUBLE).await;
                    continue;
                }
            };
            let Some(activity) = crowd.join(remote, tls.is_some()) else {
                if troubles.may_be_told() {
                    tracing::warn!(%remote, limit = limits.max_connections, "too many connections; one was closed");
                }
                continue;
            };
            let place = Place::take(activity, crowd.clone(), open.clone(), observer.clone());
            tokio::spawn(serve_stream(front.clone(), stream, tls.clone(), phase.subscribe(), place));
        }
        drop(socket);
        let _ = phase.send(Phase::Draining);
        if tokio::time::timeout(limits.shutdown_timeout, all_closed(&phase)).await.is_ok() {
            return Stopped::Gracefully;
        }
        let connections = open.load(Ordering::Relaxed);
        let _ = phase.send(Phase::Cut);
        Stopped::Cut { connections }
    }
}

/// Every connection holds a receiver as long as it is open.
async fn all_closed(phase: &watch::Sender<Phase>) {
    phase.closed().await;
}

/// A connection's place among the allowed ones.
struct Place {
    activity: Arc<Activity>,
    crowd: Arc<Crowd>,
    open: Arc<AtomicUsize>,
    observer: Arc<dyn Observer>,
}

impl Place {
    fn take(activity: Arc<Activity>, crowd: Arc<Crowd>, open: Arc<AtomicUsize>, observer: Arc<dyn Observer>) -> Self {
        observer.connections(open.fetch_add(1, Ordering::Relaxed) + 1);
        Self { activity, crowd, open, observer }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.crowd.leave(&self.activity);
        self.observer.connections(self.open.fetch_sub(1, Ordering::Relaxed) - 1);
    }
}

async fn serve_stream(
    front: Arc<Front>,
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    phase: watch::Receiver<Phase>,
    place: Place,
) {
    let (activity, remote) = (place.activity.clone(), place.activity.remote);
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%remote, %error, "connection without TCP_NODELAY");
    }
    let Some(tls) = tls else {
        // Boxed: a task for an idle connection should be small.
        return Box::pin(connection::serve(front, stream, activity, phase)).await;
    };
    let handshake = async {
        if plain::is_spoken(&stream).await {
            return plain::refuse(stream).await.map(|()| None);
        }
        // Without it the records of a large body are read from the socket some KiB at a time.
        tls.accept(BufReader::with_capacity(TLS_READ_BYTES, stream)).await.map(Some)
    };
    let handshake = tokio::select! {
        handshake = tokio::time::timeout(front.limits.handshake_timeout, handshake) => handshake,
        _ = activity.wait() => return tracing::debug!(%remote, "connection cut: it gives way to others"),
    };
    match handshake {
        Ok(Ok(None)) => tracing::debug!(%remote, "HTTP on a port that speaks TLS"),
        Ok(Ok(Some(stream))) => {
            if let Some(version) = stream.get_ref().1.protocol_version().and_then(version) {
                // Nobody else sets it.
                _ = activity.tls_version.set(version);
            }
            Box::pin(connection::serve(front, stream, activity, phase)).await;
        }
        Ok(Err(error)) => tracing::debug!(%remote, %error, "TLS handshake failed"),
        Err(_) => tracing::debug!(%remote, "TLS handshake took too long"),
    }
}

/// A version of TLS as policies compare it; others than these are not spoken.
fn version(version: ProtocolVersion) -> Option<&'static str> {
    match version {
        ProtocolVersion::TLSv1_2 => Some("1.2"),
        ProtocolVersion::TLSv1_3 => Some("1.3"),
        _ => None,
    }
}

/// Whether the process or the system has no descriptors left.
fn out_of_descriptors(error: &io::Error) -> bool {
    let out = [rustix::io::Errno::MFILE, rustix::io::Errno::NFILE];
    error.raw_os_error().is_some_and(|code| out.iter().any(|errno| errno.raw_os_error() == code))
}

/// Says that something is wrong once in a while, not for each connection.
#[derive(Default)]
struct Troubles(Option<Instant>);

impl Troubles {
    fn may_be_told(&mut self) -> bool {
        let due = self.0.is_none_or(|told| told.elapsed() >= TOLD_EVERY);
        if due {
            self.0 = Some(Instant::now());
        }
        due
    }
}
