//! The scenarios: each is a name, what it is compared by, where it has a meaning, and a function that runs one round.

pub mod baselines;
mod callers;
mod complete;
mod due;
mod glacier;
mod inventories;
mod lifecycle;
mod lists;
mod lookups;
mod objects;
mod part_copy;
mod parts;
mod queues;
mod removal;
mod sealed;
mod upload_lists;
mod uploads;
mod vault_put;
mod versions;
mod walk;

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use super::endpoint::{Endpoint, Kind};
use super::load::Load;
use super::request::Request;
use super::sample::{Figure, Sample};
use super::server::{Coldkeep, Server};

pub use objects::served_objects;

/// The bucket of most scenarios.
pub const BUCKET: &str = "bench";

/// What a scenario may use besides the endpoint.
pub struct Bench {
    /// Smaller loads.
    pub quick: bool,
    /// The server under test, where it was started. Scenarios about the start restart it.
    pub server: RefCell<Option<Server>>,
    /// How it is started.
    pub coldkeep: Coldkeep,
    /// A folder for further servers' data, and for files.
    pub folder: PathBuf,
    /// How long the file is that a command sends.
    pub file_bytes: u64,
}

impl Bench {
    /// The one of the two for this size of run.
    pub fn size<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    /// How long requests that can be repeated are.
    pub fn time(&self) -> Duration {
        Duration::from_secs(self.size(2, 10))
    }
}

type Run = Box<dyn Fn(&Bench, &Endpoint) -> Result<Sample, String>>;

/// A scenario.
pub struct Scenario {
    /// Its name, lower case with hyphens.
    pub name: String,
    /// Its rate, as the table shows it.
    pub rate: Figure,
    /// Where it has a meaning.
    pub on: &'static [Kind],
    /// Whether a quick run has it.
    pub quick: bool,
    /// What is to be reached.
    pub goals: Vec<Goal>,
    /// The scenario that it takes turns with, and whose cost its own is compared with; it stands before this one.
    pub beside: Option<String>,
    /// One round.
    pub run: Run,
}

/// A bound that this project's server is to reach.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// Which figure.
    pub figure: Figure,
    /// Its bound.
    pub bound: f64,
}

/// S3 servers.
const S3: &[Kind] = &[Kind::Coldkeep, Kind::Peer];
/// S3 servers and the discarding one.
const UPLOADS: &[Kind] = &[Kind::Coldkeep, Kind::Peer, Kind::Discard];
/// Whatever serves files.
const DOWNLOADS: &[Kind] = &[Kind::Coldkeep, Kind::Peer, Kind::Discard, Kind::Nginx];
/// This project's server, and what HTTP alone costs.
const OURS_AND_DISCARD: &[Kind] = &[Kind::Coldkeep, Kind::Discard];
/// What speaks TLS here and takes uploads.
const TLS_UPLOADS: &[Kind] = &[Kind::Coldkeep, Kind::Discard];
/// What speaks TLS here and serves files.
const TLS_DOWNLOADS: &[Kind] = &[Kind::Coldkeep, Kind::Discard, Kind::Nginx];
/// This project's server alone.
const OURS: &[Kind] = &[Kind::Coldkeep];

impl Scenario {
    fn new(
        name: impl Into<String>,
        rate: Figure,
        on: &'static [Kind],
        run: impl Fn(&Bench, &Endpoint) -> Result<Sample, String> + 'static,
    ) -> Self {
        Self { name: name.into(), rate, on, quick: true, goals: Vec::new(), beside: None, run: Box::new(run) }
    }

    fn only_full(mut self) -> Self {
        self.quick = false;
        self
    }

    /// The same over TLS, on servers of these kinds, with no goals.
    fn over_tls(self, on: &'static [Kind]) -> Self {
        let (name, run) = (format!("{}-tls", self.name), self.run);
        let run = move |bench: &Bench, endpoint: &Endpoint| run(bench, endpoint.over_tls()?);
        Self { name, on, goals: Vec::new(), run: Box::new(run), ..self }
    }

    fn beside(mut self, other: &str) -> Self {
        self.beside = Some(other.to_owned());
        self
    }

    /// Whether the scenario after it takes turns with it.
    pub fn takes_turns_with(&self, next: &Self) -> bool {
        next.beside.as_ref().is_some_and(|other| *other == self.name || self.beside.as_ref() == Some(other))
    }

    fn goal(mut self, figure: Figure, bound: f64) -> Self {
        self.goals.push(Goal { figure, bound });
        self
    }
}

impl Goal {
    /// Whether more is better.
    pub fn is_at_least(&self) -> bool {
        use Figure::{KeysPerSecond, MibPerSecond, PerCoreSecond, RequestsPerSecond};
        matches!(self.figure, KeysPerSecond | MibPerSecond | PerCoreSecond | RequestsPerSecond)
    }
}

/// All scenarios, in the order in which they run.
pub fn all() -> Vec<Scenario> {
    let groups = [
        lifecycle::on_an_empty_store(),
        parts::scenarios(),
        part_copy::scenarios(),
        complete::scenarios(),
        uploads::scenarios(),
        upload_lists::scenarios(),
        objects::scenarios(),
        sealed::scenarios(),
        callers::scenarios(),
        lookups::scenarios(),
        lists::scenarios(),
        versions::scenarios(),
        due::scenarios(),
        removal::scenarios(),
        glacier::scenarios(),
        vault_put::scenarios(),
        inventories::scenarios(),
        queues::scenarios(),
        lifecycle::on_a_filled_store(),
    ];
    groups.into_iter().flatten().collect()
}

/// Requests that are laid out at once.
const BATCH: usize = 20_000;

/// Sends so many requests, each once; memory does not grow with their number.
fn send_all(
    endpoint: &Endpoint,
    number: usize,
    connections: usize,
    request: impl Fn(usize) -> Request,
) -> Result<(), String> {
    for batch in (0..number).step_by(BATCH) {
        let requests: Vec<_> = (batch..number.min(batch + BATCH)).map(&request).collect();
        Load::once(&requests, connections).run(endpoint)?;
    }
    Ok(())
}

/// Lets what a preparation left behind, such as released blobs, pass before the clock starts.
fn settle() {
    // Where there is no such command, the pause must do.
    let _ = std::process::Command::new("sync").status();
    std::thread::sleep(Duration::from_millis(500));
}
