//! Bringing the archives of a vault elsewhere into another vault or a bucket: jobs begun within a budget, bytes passed on as they come.
//!
//! - Nothing is deleted at the source, ever.
//! - What is done is written down first in the [`Ledger`]; a run that was killed at any point is gone on with by the next.
//! - A job that was begun and not written down is found in the source's list of jobs, and counted. One whose output has expired is
//!   begun anew, within the budget. An upload that was begun and not written down has no part, and is aborted.
//! - Ids and creation dates of archives are given by the service that stores them: the ledger says which id one had before. Its
//!   description is kept. Objects are named after descriptions, and say id and date in their metadata.

mod bring;
mod budget;
mod destination;
mod ledger;
mod lines;
mod naming;
mod objects;
mod prices;
mod report;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use coldkeep_types::{Clock, SystemClock, Timestamp};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::hashing::Hashing;
use crate::{Error, Job, JobKind, JobState, Progress, Tier, Vault};
use bring::{Ended, Route};
pub use budget::Budget;
use budget::Purse;
pub use destination::Destination;
pub use ledger::Ledger;
use ledger::State;
pub use lines::Head;
use lines::Line;
pub use prices::{Dollars, Prices};
pub use report::{Failure, Plan, Report};

/// The first pause before jobs are looked at again; each is twice as long, up to a minute.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How archives are brought.
#[derive(Clone, Debug)]
pub struct Import {
    /// How fast jobs are to be.
    pub tier: Tier,
    /// What may be begun in a day.
    pub budget: Budget,
    /// What it costs.
    pub prices: Prices,
    /// How many jobs may be begun whose archives are not here yet.
    pub jobs: usize,
    /// How many parts are in memory, and archives under way, at a time.
    pub parallel: usize,
    /// Whether to wait for jobs and for the budget's next day.
    pub wait: bool,
    /// Whether what failed is tried once more.
    pub retry_failed: bool,
}

/// Brings what the ledger names.
pub async fn import(
    source: &Vault,
    to: &Destination,
    ledger: Ledger,
    what: &Import,
    progress: &Arc<dyn Progress>,
) -> Result<Report, Error> {
    let mut purse = Purse::new(&what.budget);
    for (at, bytes, cost) in &ledger.jobs {
        purse.charge(*at, *bytes, *cost);
    }
    progress.begin(Some(ledger.entries.iter().map(|entry| entry.bytes).sum()));
    let route = Route {
        source: source.clone(),
        to: to.clone(),
        ledger: ledger.into(),
        hashing: Hashing::new()?,
        room: Arc::new(Semaphore::new(what.parallel.max(1))),
    };
    let mut run = Run {
        route: Arc::new(route),
        what,
        purse,
        waiting: VecDeque::new(),
        begun: BTreeMap::new(),
        ready: VecDeque::new(),
        running: JoinSet::new(),
        stored: 0,
    };
    run.take_up(progress.as_ref())?;
    let outcome = run.go(progress).await;
    outcome.map_err(|error| error.and("The ledger is kept. Run the same command again to go on."))?;
    let stored = run.stored;
    let report = Report::of(&run.route.ledger(), stored);
    Ok(report)
}

/// One run.
struct Run<'a> {
    route: Arc<Route>,
    what: &'a Import,
    purse: Purse,
    /// Archives without a job.
    waiting: VecDeque<usize>,
    /// Jobs that are not done, as far as is known.
    begun: BTreeMap<usize, String>,
    /// Archives whose jobs are done.
    ready: VecDeque<(usize, String)>,
    running: JoinSet<(usize, String, Result<Ended, Error>)>,
    stored: u64,
}

impl Run<'_> {
    /// Sorts what earlier runs left.
    fn take_up(&mut self, progress: &dyn Progress) -> Result<(), Error> {
        let mut ledger = self.route.ledger();
        for n in 0..ledger.entries.len() {
            if self.what.retry_failed && matches!(ledger.entries[n].state, State::Failed(_)) {
                ledger.add(Line::Again { n })?;
            }
            match &ledger.entries[n].state {
                State::Waiting => self.waiting.push_back(n),
                State::Job(job) => drop(self.begun.insert(n, job.clone())),
                State::Stored | State::Failed(_) => progress.kept(ledger.entries[n].bytes),
            }
        }
        Ok(())
    }

    async fn go(&mut self, progress: &Arc<dyn Progress>) -> Result<(), Error> {
        self.adopt().await?;
        self.route.abort_unwritten(self.begun.keys()).await?;
        let (mut pause, mut told) = (FIRST_PAUSE, None);
        loop {
            let next = self.begin(progress.as_ref()).await?;
            let news = self.look().await?;
            if news {
                pause = FIRST_PAUSE;
            }
            self.start(progress)?;
            if !self.running.is_empty() {
                // Jobs are looked at meanwhile: their output does not wait for ever.
                if let Ok(Some(done)) = tokio::time::timeout(pause, self.running.join_next()).await {
                    self.ended(done.map_err(|error| Error::File(format!("a transfer's task ended: {error}")))?).await?;
                    continue;
                }
            } else if self.begun.is_empty() && self.waiting.is_empty() || !self.what.wait && !news {
                return Ok(());
            } else {
                if let Some(next) = next.filter(|next| told != Some(*next)) {
                    progress
                        .note(&format!("the day's budget is spent: the next job is begun at {}", next.iso_seconds()));
                    told = Some(next);
                }
                let until =
                    next.map(|next| Duration::from_millis(next.0.saturating_sub(SystemClock.now().0).max(1) as u64));
                tokio::time::sleep(until.unwrap_or(pause).min(pause)).await;
            }
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// Finds jobs for whole archives that were begun and not written down: by a run that was killed, or by other tools.
    async fn adopt(&mut self) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let mut unknown = HashMap::new();
        for job in self.route.source.jobs().await? {
            if let Job { id, kind: JobKind::Archive { id: archive, whole: true, .. }, state, .. } = job
                && state != JobState::Failed
            {
                unknown.insert(archive, id);
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        for n in std::mem::take(&mut self.waiting) {
            let archive = self.route.ledger().archive(n)?;
            match unknown.remove(&archive.id) {
                Some(job) => self.wrote(n, job, archive.bytes)?,
                None => self.waiting.push_back(n),
            }
        }
        Ok(())
    }

    /// A job was begun: it is written down, and counts.
    fn wrote(&mut self, n: usize, job: String, bytes: u64) -> Result<(), Error> {
        let (now, cost) = (SystemClock.now(), self.what.prices.of(bytes));
        self.route.ledger().add(Line::Job { n, job: job.clone(), millis: now.0, cost: cost.0 })?;
        self.purse.charge(now, bytes, cost);
        self.begun.insert(n, job);
        Ok(())
    }

    /// Begins what the budget allows: when it allows the next, if it is the budget that is waited for.
    async fn begin(&mut self, progress: &dyn Progress) -> Result<Option<Timestamp>, Error> {
        while let Some(&n) = self.waiting.front() {
            if self.begun.len() + self.ready.len() + self.running.len() >= self.what.jobs.max(1) {
                return Ok(None);
            }
            let archive = self.route.ledger().archive(n)?;
            let now = SystemClock.now();
            let free = self.purse.free_at(now, archive.bytes, self.what.prices.of(archive.bytes));
            if free > now {
                return Ok(Some(free));
            }
            match self.route.source.begin_retrieval(&archive.id, self.what.tier.word()).await {
                Ok(job) => self.wrote(n, job, archive.bytes)?,
                Err(error) if error.is_not_found() && self.route.source.exists().await? => {
                    self.failed(n, &archive.id, &error).await?;
                }
                // The source gives no more for now: its own limits, or no capacity.
                Err(Error::Refused { code, message }) if is_for_now(&code) => {
                    progress.note(&format!("the source begins no more jobs now: {message}"));
                    return Ok(None);
                }
                Err(error) => return Err(error),
            }
            self.waiting.pop_front();
        }
        Ok(None)
    }

    /// Asks which jobs are done, or gone: whether any is.
    async fn look(&mut self) -> Result<bool, Error> {
        if self.begun.is_empty() {
            return Ok(false);
        }
        let listed = self.route.source.jobs().await?.into_iter().map(|job| (job.id.clone(), job.state));
        let listed: HashMap<String, JobState> = listed.collect();
        let mut any = false;
        for (n, job) in std::mem::take(&mut self.begun) {
            let state = match listed.get(&job) {
                Some(state) => Some(*state),
                // Lists may lag.
                None => match self.route.source.job(&job).await {
                    Ok(job) => Some(job.state),
                    Err(error) if error.is_not_found() => None,
                    Err(error) => return Err(error),
                },
            };
            match state {
                Some(JobState::InProgress) => drop(self.begun.insert(n, job)),
                Some(JobState::Succeeded) => self.ready.push_back((n, job)),
                Some(JobState::Failed) | None => self.lost(n, job)?,
            }
            any |= state != Some(JobState::InProgress);
        }
        Ok(any)
    }

    /// Starts transfers, as many as may be under way.
    fn start(&mut self, progress: &Arc<dyn Progress>) -> Result<(), Error> {
        while self.running.len() < self.what.parallel.max(1)
            && let Some((n, job)) = self.ready.pop_front()
        {
            let archive = self.route.ledger().archive(n)?;
            let (route, progress) = (self.route.clone(), progress.clone());
            self.running.spawn(async move {
                let ended = route.bring(n, &archive, &job, progress.as_ref()).await;
                (n, job, ended)
            });
        }
        Ok(())
    }

    async fn ended(&mut self, (n, job, ended): (usize, String, Result<Ended, Error>)) -> Result<(), Error> {
        let archive = self.route.ledger().archive(n)?.id;
        match ended? {
            Ended::Stored(stored_as) => {
                let at = SystemClock.now().iso_seconds();
                self.route.ledger().add(Line::Stored { n, archive, stored_as, at })?;
                self.stored += 1;
                Ok(())
            }
            Ended::JobLost => self.lost(n, job),
            Ended::Failed(error) => self.failed(n, &archive, &error).await,
        }
    }

    fn lost(&mut self, n: usize, job: String) -> Result<(), Error> {
        self.route.ledger().add(Line::Lost { n, job })?;
        self.waiting.push_back(n);
        Ok(())
    }

    /// It does not come; what was sent of it is thrown away.
    async fn failed(&mut self, n: usize, archive: &str, error: &Error) -> Result<(), Error> {
        let begun = self.route.ledger().entries[n].upload.take();
        if let Some(upload) = begun {
            self.route.to.abort(&upload).await?;
        }
        let (archive, word, why) = (archive.to_owned(), error.word().to_owned(), error.to_string());
        self.route.ledger().add(Line::Failed { n, archive, error: word, why })
    }
}

/// Whether a refusal is of now, not of the request.
fn is_for_now(code: &str) -> bool {
    matches!(code, "PolicyEnforcedException" | "LimitExceededException" | "InsufficientCapacityException")
}
