//! The hosts of a database: the first that answers and takes writes is where all connections go. When one of them fails or keeps
//! silent, the next search begins behind it; who holds a connection to another host than the last that was found gives it up, also
//! with a request under way, since that one may be a primary that was left behind, or stands still. Such a one may come back and take
//! writes as far as it knows: each promotion begins a new timeline, and a host on an earlier one than was seen is none.

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::{Config, Statement};

use crate::address::Address;
use crate::session::{MOVED, Session, told};

pub(crate) struct Hosts {
    address: Address,
    deadline: Duration,
    /// Where to begin.
    at: AtomicUsize,
    /// Where the last session was made.
    found: watch::Sender<usize>,
    /// The latest timeline that a host was on.
    timeline: AtomicU32,
    /// Why nobody could be reached, until somebody is.
    trouble: Mutex<Option<String>>,
}

impl Hosts {
    pub(crate) fn new(address: Address, deadline: Duration) -> Self {
        let (at, timeline) = (AtomicUsize::new(0), AtomicU32::new(0));
        Self { address, deadline, at, found: watch::Sender::new(0), timeline, trouble: Mutex::default() }
    }

    /// A session with the first host that answers in time and takes writes; else what each of them had against it.
    pub(crate) async fn connect(&self) -> Result<Session, String> {
        let hosts = &self.address.hosts;
        let first = self.at.load(Ordering::Relaxed);
        let mut failures = Vec::new();
        for place in (0..hosts.len()).map(|step| (first + step) % hosts.len()) {
            let asked = Asked { hosts: self, place };
            let opening = Session::open(&hosts[place], self.address.tls.as_ref(), place);
            let failure = match timeout(self.deadline, opening).await {
                Ok(Ok(session)) if session.timeline < self.timeline.load(Ordering::SeqCst) => {
                    "it was left behind by a promotion of another".into()
                }
                Ok(Ok(session)) => {
                    self.timeline.fetch_max(session.timeline, Ordering::SeqCst);
                    asked.answered();
                    self.at.store(place, Ordering::Relaxed);
                    self.found.send_if_modified(|found| std::mem::replace(found, place) != place);
                    *self.trouble.lock() = None;
                    return Ok(session);
                }
                Ok(Err(failure)) => failure,
                Err(_) => format!("no answer within {:?}", self.deadline),
            };
            failures.push(format!("{}: {failure}", name(&hosts[place])));
        }
        let failures = failures.join("; ");
        *self.trouble.lock() = Some(failures.clone());
        Err(failures)
    }

    /// What comes of a request over a session with a host; `None`: another host was found meanwhile. Whether it fails or is dropped since it is
    /// late, the next search begins behind that host.
    pub(crate) async fn ask<T, E>(
        &self,
        place: usize,
        request: impl Future<Output = Result<T, E>>,
    ) -> Option<Result<T, E>> {
        let (asked, mut found) = (Asked { hosts: self, place }, self.found.subscribe());
        let answer = tokio::select! {
            answer = request => answer,
            _ = found.wait_for(|found| *found != place) => return None,
        };
        if answer.is_ok() {
            asked.answered();
        }
        Some(answer)
    }

    /// Prepares a statement over a session.
    pub(crate) async fn prepare(&self, session: &Session, statement: &str) -> Result<Statement, String> {
        let prepared = self.ask(session.place, session.client.prepare(statement)).await;
        prepared.ok_or(MOVED)?.map_err(|error| told(&error))
    }

    /// Whether a session can be used on.
    pub(crate) fn may_use(&self, session: &Session) -> bool {
        !session.client.is_closed() && session.place == *self.found.borrow()
    }

    /// Why there is no answer in time.
    pub(crate) fn why(&self) -> String {
        self.trouble.lock().clone().unwrap_or_else(|| "no answer in time".into())
    }
}

/// A host that is asked something. Dropped without an answer, it is behind others.
struct Asked<'a> {
    hosts: &'a Hosts,
    place: usize,
}

impl Asked<'_> {
    fn answered(self) {
        std::mem::forget(self);
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        let (place, at) = (self.place, &self.hosts.at);
        let next = (place + 1) % self.hosts.address.hosts.len();
        _ = at.compare_exchange(place, next, Ordering::Relaxed, Ordering::Relaxed);
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
