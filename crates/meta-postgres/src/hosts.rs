//! The hosts of a database: the first that answers and takes writes is where all connections go. When a connection to it is
//! lost, the search begins at the next one; who holds a connection to another host than the last that was found gives it
//! up, since that one may be a primary that was left behind.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::timeout;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::address::Address;
use crate::session::{Session, told};

pub(crate) struct Hosts {
    address: Address,
    deadline: Duration,
    /// Where to begin.
    at: AtomicUsize,
    /// Why nobody could be reached, until somebody is.
    trouble: Mutex<Option<String>>,
}

impl Hosts {
    pub(crate) fn new(address: Address, deadline: Duration) -> Self {
        Self { address, deadline, at: AtomicUsize::new(0), trouble: Mutex::default() }
    }

    /// A session with the first host that answers in time and takes writes; else what each of them had against it.
    pub(crate) async fn connect(&self) -> Result<Session, String> {
        let hosts = &self.address.hosts;
        let first = self.at.load(Ordering::Relaxed);
        let mut failures = Vec::new();
        for place in (0..hosts.len()).map(|step| (first + step) % hosts.len()) {
            let opening = Session::open(&hosts[place], self.address.tls.as_ref(), place);
            let failure = match timeout(self.deadline, opening).await {
                Ok(Ok(session)) => {
                    self.at.store(place, Ordering::Relaxed);
                    *self.trouble.lock() = None;
                    return Ok(session);
                }
                Ok(Err(error)) => told(&error),
                Err(_) => format!("no answer within {:?}", self.deadline),
            };
            failures.push(format!("{}: {failure}", name(&hosts[place])));
        }
        let failures = failures.join("; ");
        *self.trouble.lock() = Some(failures.clone());
        Err(failures)
    }

    /// A session did not do what it should: look further than its host.
    pub(crate) fn lost(&self, place: usize) {
        let next = (place + 1) % self.address.hosts.len();
        _ = self.at.compare_exchange(place, next, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// Whether a session can be used on.
    pub(crate) fn may_use(&self, session: &Session) -> bool {
        !session.client.is_closed() && session.place == self.at.load(Ordering::Relaxed)
    }

    /// Why there is no answer in time.
    pub(crate) fn why(&self) -> String {
        self.trouble.lock().clone().unwrap_or_else(|| "no answer in time".into())
    }
}

fn name(config: &Config) -> String {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match config.get_hosts().first() {
        Some(Host::Tcp(name)) => format!("{name}:{port}"),
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => String::new(),
    }
}
