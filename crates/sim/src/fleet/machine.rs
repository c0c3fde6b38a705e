//! A machine: its clock, its links, and the servers that a supervisor starts on it one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use coldkeep_store::{Error, OpenError, Options, Store};
use coldkeep_types::{Clock, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::blobs::LinkedBlobs;
use super::engines::{Engines, LEASE};
use super::link::{Link, Times};
use super::metadata::LinkedMeta;
use super::process::{Process, Way};
use crate::clients::Wrong;
use crate::clients::ageing::Skewed;
use crate::clock::SimulatedClock;
use crate::request::{Answer, Request};
use crate::server::Server;

/// How long a server that is asked to stop waits for its requests.
const LAST_REQUESTS: Duration = Duration::from_secs(120);

/// The clock of a machine: so far from the true time.
pub struct MachineClock {
    base: Arc<SimulatedClock>,
    skew_ms: AtomicI64,
    /// The least and the most that it was ahead since all was well.
    least_ms: AtomicI64,
    most_ms: AtomicI64,
}

impl MachineClock {
    /// Sets it so far ahead.
    pub fn skew(&self, ms: i64) {
        self.skew_ms.store(ms, Ordering::Relaxed);
        self.least_ms.fetch_min(ms, Ordering::Relaxed);
        self.most_ms.fetch_max(ms, Ordering::Relaxed);
    }

    /// All is well, whatever it showed before.
    pub fn settle(&self) {
        let now = self.skew_ms.load(Ordering::Relaxed);
        self.least_ms.store(now, Ordering::Relaxed);
        self.most_ms.store(now, Ordering::Relaxed);
    }
}

impl Skewed for MachineClock {
    fn skews(&self) -> (i64, i64) {
        (self.least_ms.load(Ordering::Relaxed), self.most_ms.load(Ordering::Relaxed))
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        self.base.now().plus_millis(self.skew_ms.load(Ordering::Relaxed))
    }

    fn random_u32(&self) -> u32 {
        self.base.random_u32()
    }
}

/// A machine.
pub struct Machine {
    number: usize,
    engines: Arc<Engines>,
    /// Its clock.
    pub clock: Arc<MachineClock>,
    /// To the metadata.
    pub meta: Arc<Link>,
    /// To the blobs.
    pub blobs: Arc<Link>,
    /// To the clients.
    pub clients: Arc<Link>,
    process: Mutex<Arc<Process>>,
    listening: Mutex<Option<Arc<Server>>>,
    stop: Notify,
    is_last: AtomicBool,
}

impl Machine {
    /// One on which nothing runs yet.
    pub fn new(number: usize, engines: &Arc<Engines>, dice: &mut Dice) -> Arc<Self> {
        let mut link = |slow_ms, late_ms| Link::new(Times { slow_ms, late_ms }, dice.fork());
        Arc::new(Self {
            number,
            engines: engines.clone(),
            clock: Arc::new(MachineClock {
                base: engines.clock.clone(),
                skew_ms: AtomicI64::new(0),
                least_ms: AtomicI64::new(0),
                most_ms: AtomicI64::new(0),
            }),
            meta: link(700, 40_000),
            blobs: link(4000, 400_000),
            clients: link(700, 10_000),
            process: Mutex::default(),
            listening: Mutex::default(),
            stop: Notify::new(),
            is_last: AtomicBool::new(false),
        })
    }

    /// The process that runs on it, or was the last to.
    pub fn process(&self) -> Arc<Process> {
        self.process.lock().clone()
    }

    /// The server that takes requests, if one does.
    pub fn listening(&self) -> Option<Arc<Server>> {
        self.listening.lock().clone()
    }

    /// Has its server stop; and start no other, if it is the last.
    pub fn stop(&self, is_last: bool) {
        self.is_last.fetch_or(is_last, Ordering::Relaxed);
        self.stop.notify_one();
    }

    /// Starts servers, each when the one before has ended.
    pub async fn supervise(self: Arc<Self>, mut dice: Dice) {
        loop {
            let process = Arc::new(Process::default());
            *self.process.lock() = process.clone();
            let opened = tokio::select! {
                opened = self.open(&process, dice.once_in(2)) => opened,
                () = process.ended() => None,
            };
            if let Some(server) = opened {
                self.serve(Arc::new(server), &process).await;
            }
            process.end();
            if self.is_last.load(Ordering::Relaxed) {
                return;
            }
            sleep(Duration::from_millis(dice.below(5000))).await;
        }
    }

    /// Opens the store; `None` if the engines cannot be reached. That they do not fit each other is never so.
    async fn open(&self, process: &Arc<Process>, seals_archives: bool) -> Option<Server> {
        let way = |link: &Arc<Link>| Way { process: process.clone(), link: link.clone() };
        let meta = Arc::new(LinkedMeta::new(self.engines.clone(), way(&self.meta)));
        let blobs = LinkedBlobs::new(self.engines.clone(), way(&self.blobs));
        let options = Options {
            reserve_bytes: 0,
            hash_threads: 0,
            lease: Some(LEASE),
            // Few, so that more are reserved all the time, and windows move.
            reserved_numbers: 4,
            ..Options::default()
        };
        let store = match Store::open(meta.clone(), Arc::new(blobs.clone()), self.clock.clone(), options).await {
            Ok(store) => store,
            Err(error @ OpenError::Store(Error::Unavailable(_) | Error::OutcomeUnknown(_))) => {
                self.note(&format!("does not start: {error}"));
                return None;
            }
            Err(error) => {
                self.engines.wrong(format!("open: server {}: {error}", self.number));
                return None;
            }
        };
        let run = store.run();
        meta.begins(run);
        blobs.begins(run);
        self.note(&format!("starts as run {run}"));
        let server = Server::over(store, self.clock.clone(), seals_archives);
        server.map_err(|why| self.engines.wrong(format!("open: server {}: {why}", self.number))).ok()
    }

    /// Serves until the server is to end: by itself, since it was declared dead; killed; or asked to stop.
    async fn serve(&self, server: Arc<Server>, process: &Process) {
        *self.listening.lock() = Some(server.clone());
        let stops = tokio::select! {
            () = server.store.wait_dead() => false,
            () = process.ended() => false,
            () = self.stop.notified() => true,
        };
        self.listening.lock().take();
        let run = server.store.run();
        if !stops {
            return self.note(&format!("ends: run {run}"));
        }
        let left = tokio::select! {
            left = leave(server) => left,
            () = process.ended() => Err("it was killed".to_owned()),
        };
        self.note(&format!("is asked to stop: run {run}: {left:?}"));
    }

    /// Asks its server; `None` if nothing listens there.
    pub async fn ask(&self, request: &Request, patience: Duration) -> Result<Option<Answer>, Wrong> {
        let Some(server) = self.listening().filter(|_| !self.clients.is_cut()) else { return Ok(None) };
        let (process, run) = (self.process(), server.store.run());
        let answering = async {
            process.runs().await;
            let answer = server.ask(request).await;
            process.runs().await;
            answer
        };
        let answer = tokio::select! {
            answer = self.clients.ask(patience, answering) => answer,
            () = process.ended() => None,
        };
        let answer = answer.transpose()?.unwrap_or_default();
        // The vault API says so, with this status, where S3 says 503.
        let is_away = memchr::memmem::find(&answer.body, b"ServiceUnavailable").is_some();
        if answer.status == 500 && !is_away && self.engines.lives(run).await {
            return Err(format!("{}: a server that lives answers {}", request.line(), answer.said()));
        }
        Ok(Some(answer))
    }

    fn note(&self, what: &str) {
        self.engines.trace.note(format!("server {} {what}", self.number));
    }
}

/// As a server stops: without new requests, and when the last is answered.
async fn leave(server: Arc<Server>) -> Result<(), String> {
    let last = async {
        while Arc::strong_count(&server) > 1 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LAST_REQUESTS, last).await.map_err(|_| "requests never end".to_owned())?;
    Arc::try_unwrap(server).map_err(|_| "somebody still uses the server".to_owned())?.leave().await
}
