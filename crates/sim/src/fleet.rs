//! Several servers over one store, under one seed: each with a clock and links of its own, to the metadata, to the blobs, and to the clients. Clients ask whichever
//! answers.
//!
//! `link.rs` and `process.rs` are what may happen between a server and the rest of the world, `trouble.rs` when it does.
//! `metadata.rs` and `blobs.rs` are the engines as a server reaches them, `engines.rs` watches where everything passes, `last.rs` looks when all is over.

mod blobs;
mod engines;
mod last;
mod link;
mod machine;
mod metadata;
mod process;
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
    let engines = Engines::new(clock.clone(), trace);
    clock.in_runtime(async || story(engines, dice).await)
}

async fn story(engines: Arc<Engines>, mut dice: Dice) -> Result<(), Wrong> {
    let count = 2 + dice.below(2) as usize;
    let machines: Vec<_> = (0..count).map(|number| Machine::new(number, &engines, &mut dice)).collect();
    let mut supervisors = JoinSet::new();
    for machine in &machines {
        supervisors.spawn(machine.clone().supervise(dice.fork()));
    }
    let own = Mutex::new(dice.fork());
    let fleet = Arc::new(Fleet { engines, machines, model: Arc::default(), dice: own });
    fleet.clone().settle().await?;
    make_shared(&mut fleet.client(CHECKER, dice.fork(), true)).await?;
    for _ in 0..ROUNDS {
        fleet.suffer(&mut dice).await?;
        fleet.clone().settle().await?;
        fleet.model.lock().settle();
        checkers::shared_at_rest(&mut fleet.client(CHECKER, dice.fork(), true)).await?;
    }
    fleet.machines.iter().for_each(|machine| machine.stop(true));
    while let Some(ended) = supervisors.join_next().await {
        ended.map_err(|error| format!("a server: {error}"))?;
    }
    last::look(&fleet.engines, &fleet.machines, dice).await
}

impl Fleet {
    fn client(self: &Arc<Self>, number: usize, dice: Dice, healthy: bool) -> Client {
        let (model, trace) = (self.model.clone(), self.engines.trace.clone());
        Client { number, dice, server: self.clone(), model, trace, healthy }
    }

    /// Clients work while one thing after the other happens to the servers.
    async fn suffer(self: &Arc<Self>, dice: &mut Dice) -> Result<(), Wrong> {
        let end = Instant::now() + TROUBLE;
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(self.client(number, dice.fork(), false).work_until(end));
        }
        let working = async {
            while let Some(done) = clients.join_next().await {
                done.map_err(|error| format!("a client: {error}"))??;
            }
            Ok(())
        };
        let trouble = async {
            trouble::until(end, &self.engines, &self.machines, dice.fork()).await;
            trouble::heal(&self.machines);
            self.engines.trace.note("all heals".to_owned());
            Ok::<(), Wrong>(())
        };
        tokio::try_join!(trouble, working)?;
        self.engines.judge()
    }

    /// Waits until all serve, one leads, and nothing is under way.
    async fn settle(&self) -> Result<(), Wrong> {
        let settled = async {
            loop {
                self.engines.judge()?;
                if self.is_settled().await {
                    return Ok(());
                }
                sleep(Duration::from_millis(330)).await;
            }
        };
        let settled = timeout(HEALING, settled).await;
        settled.map_err(|_| "healing: all is well, but not all serve, or not one of them leads".to_owned())?
    }

    async fn is_settled(&self) -> bool {
        let mut servers = Vec::new();
        for machine in &self.machines {
            let Some(server) = machine.listening() else { return false };
            if server.store.health().await.is_err() {
                return false;
            }
            servers.push(server);
        }
        let is_quiet = servers.iter().all(|server| server.store.unfinished() == 0)
            && self.machines.iter().all(|machine| machine.meta.under_way() == 0);
        is_quiet && servers.iter().filter(|server| server.store.leads()).count() == 1
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
