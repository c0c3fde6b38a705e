//! Several servers over one store, under one seed: each with a clock and links of its own, to the metadata, to the blobs, and to the clients. Clients ask whichever
//! answers.
//!
//! A second story is of what ages (`ageing.rs`), a third one of what is archived since nobody reads it (`tiering.rs`), both by `acting.rs`.
//!
//! `link.rs` and `process.rs` are what may happen between a server and the rest of the world, `trouble.rs` when it does.
//! `metadata.rs` and `blobs.rs` are the engines as a server reaches them, `engines.rs` watches where everything passes, `last.rs` looks when all is over.

mod acting;
mod ageing;
mod blobs;
mod engines;
mod last;
mod link;
mod machine;
mod metadata;
mod process;
mod tiering;
mod trouble;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_disk::simulated::Dice;
use parking_lot::Mutex;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::checkers;
use crate::clients::{Client, Wrong, make_shared};
use crate::clock::SimulatedClock;
use crate::model::Model;
use crate::request::{Answer, Request};
use crate::server::Serves;
use crate::trace::Trace;
use engines::Engines;
use machine::Machine;

/// Clients at once.
const CLIENTS: usize = 4;
/// Times of trouble, each with a time of rest after it.
const ROUNDS: u32 = 2;
/// How long trouble lasts.
const TROUBLE: Duration = Duration::from_secs(60);
/// How long it may take until all is well again.
const HEALING: Duration = Duration::from_secs(120);
/// The client that checks.
const CHECKER: usize = 99;
/// How often a client tries to find a server that listens.
const TRIES: u32 = 20;

/// The servers of one store, as clients see them.
struct Fleet {
    engines: Arc<Engines>,
    machines: Vec<Arc<Machine>>,
    model: Arc<Mutex<Model>>,
    dice: Mutex<Dice>,
}

/// Lets it all happen.
pub fn run(seed: u64, trace: Arc<Trace>) -> Result<(), Wrong> {
    let mut dice = Dice::new(seed);
    let clock = Arc::new(SimulatedClock::new(dice.fork()));
    let engines = || Engines::new(clock.clone(), trace.clone());
    let [first, second, third] = [dice.fork(), dice.fork(), dice.fork()];
    clock.in_runtime(async || story(engines(), first).await)?;
    clock.in_runtime(async || ageing::story(engines(), second).await).map_err(checkers::named("ageing"))?;
    clock.in_runtime(async || tiering::story(engines(), third).await).map_err(checkers::named("tiering"))
}

async fn story(engines: Arc<Engines>, mut dice: Dice) -> Result<(), Wrong> {
    let (fleet, supervisors) = Fleet::begin(engines, &mut dice).await?;
    make_shared(&mut fleet.client(CHECKER, dice.fork(), true)).await?;
    for _ in 0..ROUNDS {
        let end = Instant::now() + TROUBLE;
        let working = fleet.work_until(end, &mut dice);
        fleet.suffer(end, dice.fork(), working).await?;
        fleet.settle().await?;
        fleet.model.lock().settle();
        checkers::shared_at_rest(&mut fleet.client(CHECKER, dice.fork(), true)).await?;
    }
    fleet.end(supervisors, dice).await
}

impl Fleet {
    /// Two servers or three, once all is well.
    async fn begin(engines: Arc<Engines>, dice: &mut Dice) -> Result<(Arc<Self>, JoinSet<()>), Wrong> {
        let count = 2 + dice.below(2) as usize;
        let machines: Vec<_> = (0..count).map(|number| Machine::new(number, &engines, dice)).collect();
        let mut supervisors = JoinSet::new();
        for machine in &machines {
            supervisors.spawn(machine.clone().supervise(dice.fork()));
        }
        let fleet = Arc::new(Self { engines, machines, model: Arc::default(), dice: Mutex::new(dice.fork()) });
        fleet.settle().await?;
        Ok((fleet, supervisors))
    }

    /// All stop, and what they leave is looked at.
    async fn end(&self, mut supervisors: JoinSet<()>, dice: Dice) -> Result<(), Wrong> {
        self.machines.iter().for_each(|machine| machine.stop(true));
        while let Some(ended) = supervisors.join_next().await {
            ended.map_err(|error| format!("a server: {error}"))?;
        }
        last::look(&self.engines, &self.machines, dice).await
    }

    fn client(self: &Arc<Self>, number: usize, dice: Dice, healthy: bool) -> Client {
        let (model, trace) = (self.model.clone(), self.engines.trace.clone());
        Client { number, dice, server: self.clone(), model, trace, healthy }
    }

    /// Clients work until then.
    fn work_until(self: &Arc<Self>, end: Instant, dice: &mut Dice) -> impl Future<Output = Result<(), Wrong>> + use<> {
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(self.client(number, dice.fork(), false).work_until(end));
        }
        async move {
            while let Some(done) = clients.join_next().await {
                done.map_err(|error| format!("a client: {error}"))??;
            }
            Ok(())
        }
    }

    /// Somebody works while one thing after the other happens to the servers, until all is well again.
    async fn suffer(
        &self,
        end: Instant,
        dice: Dice,
        working: impl Future<Output = Result<(), Wrong>>,
    ) -> Result<(), Wrong> {
        let trouble = async {
            trouble::until(end, &self.engines, &self.machines, dice).await;
            trouble::heal(&self.machines);
            self.engines.trace.note("all heals".to_owned());
            Ok::<(), Wrong>(())
        };
        tokio::try_join!(trouble, working)?;
        self.engines.judge()
    }

    /// Waits until all serve, one leads, and nothing is under way.
    async fn settle(&self) -> Result<(), Wrong> {
        let began = Instant::now();
        loop {
            self.engines.judge()?;
            match self.unsettled().await {
                None => return Ok(()),
                Some(what) if began.elapsed() > HEALING => return Err(format!("healing: all is well, but {what}")),
                Some(_) => sleep(Duration::from_millis(330)).await,
            }
        }
    }

    /// What is not as it is when all is well.
    async fn unsettled(&self) -> Option<String> {
        let mut leaders = 0;
        for (number, machine) in self.machines.iter().enumerate() {
            let Some(server) = machine.listening() else { return Some(format!("server {number} does not listen")) };
            // Of one that was killed just now there is no answer.
            match timeout(Duration::from_secs(1), server.store.health()).await {
                Ok(Ok(_)) => {}
                unwell => {
                    return Some(format!("server {number} does not serve: {:?}", unwell.map(|health| health.err())));
                }
            }
            let (unfinished, under_way) = (server.store.unfinished(), machine.meta.under_way());
            if unfinished + under_way > 0 {
                return Some(format!("server {number} has {unfinished} tasks and {under_way} calls under way"));
            }
            leaders += usize::from(server.store.leads());
        }
        (leaders != 1).then(|| format!("{leaders} servers lead"))
    }
}

#[async_trait]
impl Serves for Fleet {
    async fn ask(&self, request: &Request) -> Result<Answer, String> {
        for _ in 0..TRIES {
            let (machine, patience) = {
                let mut dice = self.dice.lock();
                (dice.pick(&self.machines).clone(), Duration::from_millis(2000 + dice.below(60_000)))
            };
            if let Some(answer) = machine.ask(request, patience).await? {
                self.engines.judge()?;
                return Ok(answer);
            }
            sleep(Duration::from_millis(250)).await;
        }
        Ok(Answer::default())
    }

    fn is_off(&self) -> bool {
        false
    }
}
