//! What ages in a bucket that keeps versions and has locks, and tells a queue of all that happens: rules that come, change and go while
//! things are due, retention and holds, restored copies; under a clock that jumps to just before midnights, beyond them and back, with
//! servers that are killed in the middle of the work, and sometimes a second worker on the same list.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::{Dice, Happening, SimulatedDisk};

use super::{CAPACITY, CHECKER, End, World};
use crate::checkers::{self, named};
use crate::clients::Wrong;
use crate::clients::ageing::{Look, Time, act, act_unsurely, begin, change_rules, drain, end, finish, look};
use crate::model::ageing::{Ageing, DAY_MS, Reading};
use crate::server::Server;

const MINUTE_MS: i64 = 60_000;
/// Long enough for a clock to be believed, and for what is due to be done.
const QUIET: Duration = Duration::from_secs(300);
/// The longest that the server's work sleeps.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);
/// What the reclaimer needs.
const RECLAIMING: Duration = Duration::from_secs(900);
/// A clock that is ahead for so long is not believed.
const GLITCH: Duration = Duration::from_secs(30);
/// Beyond all days that anybody speaks of.
const LONG_MS: i64 = 40 * DAY_MS;

/// How a life goes.
#[derive(Clone, Copy, Debug)]
struct Life {
    /// The clock jumps by so many milliseconds, before the server starts or once it runs.
    jump_ms: i64,
    is_running: bool,
    /// The clock is far ahead for a moment.
    glitches: bool,
    /// Two work on one list.
    has_second: bool,
    /// So many requests are made, and then it ends so.
    acts: u64,
    end: End,
}

impl World {
    /// The story, on a disk of its own; each step in a life of its own. Nothing is left in the end, and the time is as before.
    pub(super) fn ageing(&mut self) -> Result<(), Wrong> {
        let own = SimulatedDisk::new(self.dice.roll(), CAPACITY, self.trace.clone());
        own.make_folders("/data".as_ref()).map_err(|error| error.to_string())?;
        let (before, disk) = (self.now(), std::mem::replace(&mut self.disk, own));
        let mut ageing = Ageing::default();
        self.ageing_life(&mut ageing, 0, Some(true))?;
        for _ in 0..4 + self.dice.below(3) {
            let ms = self.jump();
            match self.dice.below(5) {
                0 => {
                    ageing.clock(Reading::at(self.now() + ms));
                    self.broken_off(ms)?;
                    ageing.clock(Reading::at(self.now()));
                    self.ageing_life(&mut ageing, 0, None)?;
                }
                1 => self.broken_acts(&mut ageing, ms)?,
                _ => self.ageing_life(&mut ageing, ms, None)?,
            }
        }
        self.ageing_life(&mut ageing, LONG_MS, Some(false))?;
        checkers::nothing_left(&self.disk).map_err(named("leaks"))?;
        self.disk = disk;
        self.clock.jump(before - self.now());
        Ok(())
    }

    fn now(&self) -> i64 {
        coldkeep_types::Clock::now(&*self.clock).0
    }

    /// The time, as one server has it.
    pub(super) fn time(&self) -> Time {
        Time { clock: self.clock.clone(), skews: Vec::new(), patience: LONGEST_SLEEP + QUIET }
    }

    /// To just before a midnight, to just after one, to any hour, or back; with time enough for a life before the next midnight.
    fn jump(&mut self) -> i64 {
        let midnight = DAY_MS - self.now().rem_euclid(DAY_MS);
        let days = self.dice.below(4) as i64 * DAY_MS;
        let ms = match self.dice.below(8) {
            0..2 => return midnight + days - 15 * MINUTE_MS,
            2..5 => midnight + days + MINUTE_MS,
            5 => -(1 + self.dice.below(60) as i64) * 60 * MINUTE_MS,
            _ => self.dice.below(80) as i64 * 60 * MINUTE_MS,
        };
        let is_late = (self.now() + ms).rem_euclid(DAY_MS) > 23 * 60 * MINUTE_MS;
        if is_late { ms + 60 * MINUTE_MS } else { ms }
    }

    /// A life that ends well, or at once when all was looked at. It begins the story if told `true`, and ends it if told `false`.
    fn ageing_life(&mut self, ageing: &mut Ageing, jump_ms: i64, edge: Option<bool>) -> Result<(), Wrong> {
        let mut dice = self.dice.fork();
        let is_running = dice.once_in(3);
        let life = Life {
            // That of a server that runs is noticed late.
            jump_ms: if is_running { jump_ms - LONGEST_SLEEP.as_millis() as i64 } else { jump_ms },
            is_running,
            glitches: dice.once_in(4),
            has_second: dice.once_in(2),
            acts: 2 + dice.below(7),
            end: if edge == Some(false) { End::Stop } else { *dice.pick(&[End::Stop, End::Kill, End::PowerCut]) },
        };
        self.trace.note(format!("{life:?}"));
        let next = self.in_runtime(async || {
            let server = self.ageing_server(ageing, life, dice.fork()).await?;
            let mut client = self.client(CHECKER, dice.fork(), &server, true);
            let time = self.time();
            if edge == Some(true) {
                begin(&mut client).await?;
                change_rules(&mut client, ageing, &time, false).await?;
            }
            self.quiet(&server, life).await?;
            look(&mut client, ageing, &time, Look::Quiet).await?;
            match edge {
                Some(false) => end(&mut client, ageing, &time).await?,
                _ => {
                    for _ in 0..life.acts {
                        act(&mut client, ageing, &time).await?;
                    }
                    look(&mut client, ageing, &time, Look::Busy).await?;
                }
            }
            if life.end == End::Stop {
                tokio::time::sleep(RECLAIMING).await;
            }
            drain(&mut client, ageing).await?;
            if edge == Some(false) {
                ageing.told.judge()?;
                finish(&mut client).await?;
            }
            ageing.clock(time.reading());
            drop(client);
            if life.end == End::Stop {
                Arc::try_unwrap(server).map_err(|_| "stop: somebody still uses the server")?.stop().await?;
                return Ok(None);
            }
            Ok(self.after(life.end))
        })?;
        match next {
            Some(next) => self.disk = next,
            None => self.in_runtime(async || checkers::clean(&self.disk).await.map_err(named("fsck")))?,
        }
        Ok(())
    }

    /// Opens a server and looks, before it can be sure of the time; then the clock jumps, if it does that under a running server.
    async fn ageing_server(&self, ageing: &mut Ageing, life: Life, mut dice: Dice) -> Result<Arc<Server>, Wrong> {
        if !life.is_running {
            self.clock.jump(life.jump_ms);
        }
        let server = Server::open(&self.disk, &self.clock, dice.fork()).await;
        let server = Arc::new(server.map_err(|why| format!("open: {why}"))?);
        let mut client = self.client(CHECKER, dice.fork(), &server, true);
        if !ageing.is_new() {
            look(&mut client, ageing, &self.time(), Look::Early).await?;
            // Rules that go while things are due save them: nobody is sure of the time yet.
            if dice.once_in(4) {
                change_rules(&mut client, ageing, &self.time(), false).await?;
            }
        }
        if life.is_running {
            self.clock.jump(life.jump_ms);
        }
        if life.glitches {
            self.clock.jump(LONG_MS);
            tokio::time::sleep(GLITCH).await;
            self.clock.jump(-LONG_MS);
        }
        ageing.clock(Reading::at(self.now()));
        Ok(server)
    }

    /// Time in which the server does what is due, perhaps with a second worker.
    async fn quiet(&self, server: &Arc<Server>, life: Life) -> Result<(), Wrong> {
        if life.is_running {
            // Who sleeps until something is due looks at the clock so often.
            tokio::time::sleep(LONGEST_SLEEP).await;
        }
        let until = tokio::time::Instant::now() + QUIET;
        while life.has_second && tokio::time::Instant::now() < until {
            let (one, other) = tokio::join!(server.store.run_due(), server.store.run_due());
            one.and(other).map_err(|error| format!("a second worker: {error}"))?;
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        tokio::time::sleep_until(until).await;
        Ok(())
    }

    /// A life whose power goes at some operation while requests are made.
    fn broken_acts(&mut self, ageing: &mut Ageing, ms: i64) -> Result<(), Wrong> {
        let mut dice = self.dice.fork();
        self.clock.jump(ms);
        ageing.clock(Reading::at(self.now()));
        self.disk.plan(1 + dice.below(150), Happening::PowerCut);
        let end = *dice.pick(&[End::Kill, End::PowerCut]);
        self.trace.note(format!("the clock jumps by {ms} ms, and the power goes; then {end:?}"));
        let next = self.in_runtime(async || {
            let time = self.time();
            match Server::open(&self.disk, &self.clock, dice.fork()).await {
                Ok(server) => {
                    let mut client = self.client(CHECKER, dice.fork(), &Arc::new(server), false);
                    while !self.disk.is_dead() {
                        act_unsurely(&mut client, ageing, &time).await?;
                    }
                }
                Err(_) if self.disk.is_dead() => {}
                Err(why) => return Err(format!("open: {why}")),
            }
            ageing.clock(time.reading());
            Ok(self.after(end))
        })?;
        self.disk = next.unwrap_or_else(|| self.disk.clone());
        self.disk.heal();
        self.ageing_life(ageing, 0, None)
    }
}
