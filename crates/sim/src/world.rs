//! One seed: a disk, the lives of the servers that run on it, the trouble in each, and what is checked after.

mod ageing;
mod deadlines;
mod destruction;
mod flips;
mod prepare;
mod tiering;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::{Call, Dice, Happening, SimulatedDisk, errno};
use parking_lot::Mutex;
use tokio::task::JoinSet;

use crate::checkers::{self, Damage, named};
use crate::clients::{Client, Wrong};
use crate::clock::SimulatedClock;
use crate::model::Model;
use crate::server::{OnDisk, RESERVE_BYTES, Server};
use crate::trace::Trace;

/// Room on the disk.
const CAPACITY: u64 = 512 << 20;
/// What the engines may take for themselves of the room that the store keeps free.
const ENGINES_BYTES: u64 = 1 << 20;
/// Clients at once.
const CLIENTS: usize = 4;
/// What each of them does in one life.
const TASKS: u32 = 11;
/// The client that checks.
const CHECKER: usize = 99;

/// What happens in a life.
#[derive(Clone, Debug)]
enum Trouble {
    /// Nothing.
    None,
    /// Everything ends so many operations after the start.
    End { after: u64 },
    /// Everything ends when something is to be made durable, after so many times.
    EndAtSync { after: u64 },
    /// Calls fail.
    Faults(Vec<(u64, Call, i32, u32)>),
    /// So much room is left, then none.
    Full { left: u64 },
    /// The clock is set.
    Jump { ms: i64 },
}

/// How a life ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Stop,
    Kill,
    PowerCut,
}

/// Everything under one seed.
pub struct World {
    dice: Dice,
    disk: SimulatedDisk,
    /// The disk as it was after an earlier life.
    old: Option<SimulatedDisk>,
    clock: Arc<SimulatedClock>,
    model: Arc<Mutex<Model>>,
    trace: Arc<Trace>,
    /// What comes next, where one life alone shows nothing.
    ahead: Option<(Trouble, End)>,
    /// No room was left by an earlier life.
    is_full: Cell<bool>,
    /// Buckets and vault are there.
    is_prepared: Cell<bool>,
}

impl World {
    /// The world of a seed, before anything happens.
    pub fn new(seed: u64, trace: Arc<Trace>) -> Self {
        let mut dice = Dice::new(seed);
        let disk = SimulatedDisk::new(dice.roll(), CAPACITY, trace.clone());
        let clock = Arc::new(SimulatedClock::new(dice.fork()));
        Self {
            dice,
            disk,
            old: None,
            clock,
            model: Arc::default(),
            trace,
            ahead: None,
            is_full: Cell::new(false),
            is_prepared: Cell::new(false),
        }
    }

    /// Lets it all happen.
    pub fn run(&mut self) -> Result<(), Wrong> {
        self.disk.make_folders("/data".as_ref()).map_err(|error| error.to_string())?;
        let lives = 3 + self.dice.below(3);
        for life in 0..lives {
            let (trouble, end) = self.ahead.take().unwrap_or_else(|| self.fate());
            self.trace.note(format!("life {life}: {trouble:?}, then {end:?}"));
            // Then the journal is needed, and its mark knows all that was acknowledged.
            let marked = end == End::Kill && !matches!(trouble, Trouble::Faults(_) | Trouble::Full { .. });
            self.live(trouble, end)?;
            if self.is_prepared.get() && self.dice.once_in(if marked { 2 } else { 3 }) {
                self.rot(marked)?;
            }
            if self.old.is_none() && self.dice.once_in(2) {
                self.old = Some(self.disk.copy());
            }
        }
        self.trace.note("the last life".to_owned());
        self.live(Trouble::None, End::Stop)?;
        self.rest(false)?;
        match self.dice.below(8) {
            0..2 => self.deadlines().map_err(named("deadlines"))?,
            2..4 => self.ageing().map_err(named("ageing"))?,
            4 => self.tiering().map_err(named("tiering"))?,
            _ => {}
        }
        if self.dice.once_in(4) {
            self.destruction().map_err(named("destruction"))?;
        }
        self.rot(false)?;
        let is_swept = self.rest(true)?;
        if is_swept {
            checkers::nothing_left(&self.disk).map_err(named("leaks"))?;
        }
        match self.disk.violations().first() {
            Some(violation) => Err(format!("disk: {violation}")),
            None => Ok(()),
        }
    }

    /// What happens in a life, and how it ends.
    fn fate(&mut self) -> (Trouble, End) {
        if self.dice.once_in(7) {
            // A sync that fails may leave bytes in memory alone, which the next server reads, and builds on.
            let fault = (1 + self.dice.below(1000), Call::Sync, errno::IO, 1);
            self.ahead = Some((Trouble::EndAtSync { after: self.dice.below(30) }, End::PowerCut));
            return (Trouble::Faults(vec![fault]), End::Kill);
        }
        let trouble = self.trouble();
        let end = match (&trouble, self.dice.below(3)) {
            (Trouble::End { .. }, 0..2) | (Trouble::EndAtSync { .. }, 0) => End::PowerCut,
            (Trouble::End { .. } | Trouble::EndAtSync { .. }, _) => End::Kill,
            (_, 0) => End::Kill,
            (_, 1) => End::PowerCut,
            _ => End::Stop,
        };
        (trouble, end)
    }

    fn trouble(&mut self) -> Trouble {
        let dice = &mut self.dice;
        match dice.below(12) {
            0 | 1 => Trouble::None,
            2..4 => Trouble::EndAtSync { after: dice.below(150) },
            4..7 => {
                // As often among the first few operations as among the many that follow.
                let most = *dice.pick(&[40, 200, 1000, 4000]);
                Trouble::End { after: 1 + dice.below(most) }
            }
            7..9 => {
                let calls = [
                    (Call::Sync, errno::IO),
                    (Call::Write, errno::IO),
                    (Call::Open, errno::OPEN_FILES),
                    (Call::Make, errno::OPEN_FILES),
                    (Call::Read, errno::IO),
                    (Call::Write, errno::NO_ROOM),
                ];
                let fault = |dice: &mut Dice| {
                    let (call, errno) = *dice.pick(&calls);
                    (1 + dice.below(1500), call, errno, 1 + dice.below(3) as u32)
                };
                Trouble::Faults((0..1 + dice.below(3)).map(|_| fault(dice)).collect())
            }
            9 => Trouble::Full { left: dice.below(8 << 20) },
            10 => Trouble::Full { left: RESERVE_BYTES + dice.below(1 << 20) },
            _ => {
                let ms = *dice.pick(&[-86_400_000, -3_600_000, -1000, 1000, 3_600_000, 86_400_000]);
                Trouble::Jump { ms }
            }
        }
    }

    /// Runs something in a runtime of its own, whose time goes only when all wait.
    fn in_runtime<T>(&self, run: impl AsyncFnOnce() -> Result<T, Wrong>) -> Result<T, Wrong> {
        self.clock.in_runtime(run)
    }

    fn client(&self, number: usize, dice: Dice, server: &Arc<Server>, healthy: bool) -> Client {
        let server = Arc::new(OnDisk { server: server.clone(), disk: self.disk.clone() });
        Client { number, dice, server, model: self.model.clone(), trace: self.trace.clone(), healthy }
    }

    /// One server, from its start to its end.
    fn live(&mut self, trouble: Trouble, end: End) -> Result<(), Wrong> {
        let mut dice = self.dice.fork();
        match &trouble {
            Trouble::End { after } => self.disk.plan(*after, Happening::PowerCut),
            Trouble::EndAtSync { after } => self.disk.plan_cut(Call::Sync, *after),
            Trouble::Faults(faults) => {
                for (after, call, errno, times) in faults.clone() {
                    self.disk.plan(after, Happening::Fail { call, errno, times });
                }
            }
            _ => {}
        }
        let faulty = matches!(trouble, Trouble::Faults(_));
        let next = self.in_runtime(async || {
            let server = match Server::open(&self.disk, &self.clock, dice.fork()).await {
                Ok(server) => Arc::new(server),
                Err(_) if self.disk.is_dead() || faulty => return Ok(self.after(end)),
                Err(why) => return Err(format!("open: the data cannot be opened: {why}")),
            };
            self.serve(&server, &trouble, &mut dice).await?;
            self.disk.heal();
            if end == End::Stop && !self.disk.is_dead() {
                let server = Arc::try_unwrap(server).map_err(|_| "stop: somebody still uses the server")?;
                match server.stop().await {
                    Err(why) if !faulty && !self.is_full.get() => return Err(format!("stop: {why}")),
                    _ => {}
                }
                return Ok(None);
            }
            Ok(self.after(end))
        })?;
        if let Some(disk) = next {
            self.disk = disk;
        }
        self.disk.heal();
        self.model.lock().settle();
        checkers::no_plaintext(&self.disk).map_err(named("sealed"))
    }

    /// The disk that the next life finds, when this one does not end by itself.
    fn after(&self, end: End) -> Option<SimulatedDisk> {
        let next = match end {
            End::PowerCut => self.disk.crash(),
            End::Kill | End::Stop => self.disk.kill(),
        };
        Some(next)
    }

    async fn serve(&self, server: &Arc<Server>, trouble: &Trouble, dice: &mut Dice) -> Result<(), Wrong> {
        let faulty = matches!(trouble, Trouble::Faults(_));
        let mut checker = self.client(CHECKER, dice.fork(), server, !faulty && !self.is_full.get());
        if self.is_full.get() && self.is_prepared.get() && !faulty {
            // What was started on a full disk serves, and frees; then there is room again.
            checkers::at_rest(&mut checker).await?;
            self.client(CHECKER, dice.fork(), server, false).free(5).await.map_err(named("full disk"))?;
        }
        if self.is_full.take() {
            self.disk.set_capacity(CAPACITY);
            tokio::time::sleep(Duration::from_secs(60)).await;
            checker.healthy = !faulty;
        }
        self.is_prepared.set(prepare::all(&mut checker).await? || self.is_prepared.get());
        if !self.is_prepared.get() {
            return Ok(());
        }
        checkers::at_rest(&mut checker).await?;
        let healthy = checker.healthy && !matches!(trouble, Trouble::Full { .. });
        match trouble {
            Trouble::Full { left } => {
                self.is_full.set(true);
                self.disk.set_capacity(self.disk.used() + left);
                // What the store read of the disk just now was so then: nobody fills a disk while the clock stands still.
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            Trouble::Jump { ms } => {
                self.clock.jump(*ms);
                self.model.lock().forget_outcomes();
            }
            _ => {}
        }
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let client = self.client(number, dice.fork(), server, healthy);
            match trouble {
                Trouble::Full { .. } if number % 2 == 1 => clients.spawn(client.crowd(TASKS)),
                _ => clients.spawn(client.work(TASKS)),
            };
        }
        while let Some(done) = clients.join_next().await {
            done.map_err(|error| format!("a client: {error}"))??;
        }
        if let Trouble::Full { left } = trouble {
            let free = self.disk.used().abs_diff(self.disk.capacity());
            if *left >= RESERVE_BYTES && free < RESERVE_BYTES - ENGINES_BYTES {
                return Err(format!("full disk: {free} bytes are left of the {RESERVE_BYTES} that are to stay free"));
            }
            self.disk.set_capacity(self.disk.used());
            self.client(CHECKER, dice.fork(), server, false).free(5).await.map_err(named("full disk"))?;
        }
        Ok(())
    }

    /// Lets all work come to rest, and proves the disk. If asked to, deletes all there is before. Gives whether all was swept:
    /// where the end of the journal was torn, an operator must look first.
    fn rest(&mut self, remove_all: bool) -> Result<bool, Wrong> {
        let mut dice = self.dice.fork();
        let is_swept = self.in_runtime(async || {
            let server = Server::open(&self.disk, &self.clock, dice.fork()).await;
            let server = Arc::new(server.map_err(|why| format!("open: {why}"))?);
            let mut client = self.client(CHECKER, dice.fork(), &server, true);
            checkers::at_rest(&mut client).await?;
            if remove_all {
                checkers::remove_all(&mut client).await.map_err(named("leaks"))?;
            }
            tokio::time::sleep(Duration::from_secs(900)).await;
            drop(client);
            let server = Arc::try_unwrap(server).map_err(|_| "stop: somebody still uses the server")?;
            let is_withheld = server.store.sweep_withheld().await.map_err(|error| error.to_string())?;
            server.stop().await.map_err(named("stop"))?;
            Ok(!is_withheld)
        })?;
        self.in_runtime(async || checkers::clean(&self.disk).await.map_err(named("fsck")))?;
        Ok(is_swept)
    }

    /// Damages a copy of the disk in some way, and looks what the server makes of it. Told whether the journal's mark knows all
    /// that was acknowledged: where it does not, the end of the journal cannot be told from a torn one.
    fn rot(&mut self, marked: bool) -> Result<(), Wrong> {
        match Damage::roll(&self.disk, marked, &mut self.dice) {
            Some(damage) => self.suffer(&damage).map(drop),
            None => Ok(()),
        }
    }

    /// Damages a copy of the disk, and looks what the server makes of it: the copy as the server leaves it.
    fn suffer(&mut self, damage: &Damage) -> Result<SimulatedDisk, Wrong> {
        let healthy = self.disk.clone();
        let old = self.old.clone().unwrap_or_else(|| healthy.copy());
        let damaged = healthy.copy();
        if !damage.inflict(&damaged, &old)? {
            return Ok(damaged);
        }
        self.trace.note(format!("rot: {damage:?}"));
        // What is looked at may be learnt from a server that is wrong.
        let model = self.model.lock().clone();
        let model = std::mem::replace(&mut self.model, Arc::new(Mutex::new(model)));
        self.disk = damaged;
        self.survive().map_err(|wrong| format!("rot: after {damage:?} {wrong}"))?;
        self.model = model;
        Ok(std::mem::replace(&mut self.disk, healthy))
    }

    fn survive(&mut self) -> Result<(), Wrong> {
        let mut dice = self.dice.fork();
        let looked_at = self.disk.copy();
        let found = self.in_runtime(async || Ok(checkers::is_found(&looked_at).await))?;
        self.in_runtime(async || {
            let Ok(server) = Server::open(&self.disk, &self.clock, dice.fork()).await else { return Ok(()) };
            let server = Arc::new(server);
            let mut client = self.client(CHECKER, dice.fork(), &server, false);
            checkers::rotten(&mut client).await?;
            // What the jobs make of it must not be worse.
            tokio::time::sleep(Duration::from_secs(900)).await;
            client.healthy = !found;
            checkers::rotten(&mut client).await
        })
    }
}
