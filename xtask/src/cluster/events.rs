//! What happens to servers and database meanwhile, one after the other, and how long clients then wait.

use std::time::{Duration, Instant};

use super::fleet::Fleet;
use super::ledger::Ledger;
use super::postgres::Pair;
use super::program::until;

/// Clients must not wait longer after a promotion.
const PAUSE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);

/// What happens.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// kill -9 of a server, which is started again.
    KillServer(usize),
    /// A server stands still beyond the lease, and goes on.
    HoldServer(usize),
    /// kill -9 of the primary; its standby is promoted.
    KillPrimary,
    /// The primary stands still; its standby is promoted; then the old one goes on.
    HoldPrimary,
}

/// In this order, and from the beginning again. What a short run has are the first two.
pub const EVENTS: [Event; 6] = [
    Event::KillServer(0),
    Event::KillPrimary,
    Event::HoldServer(1),
    Event::HoldPrimary,
    Event::KillServer(1),
    Event::HoldServer(0),
];

impl Event {
    /// Lets it happen, and waits until all is as before: two servers, and a standby.
    pub fn happen(self, fleet: &mut Fleet, pair: &mut Pair, ledger: &Ledger) -> Result<(), String> {
        match self {
            Self::KillServer(at) => {
                fleet.kill(at);
                fleet.start_one(at)?;
            }
            Self::HoldServer(at) => {
                fleet.hold_beyond_the_lease(at)?;
                fleet.start_one(at)?;
            }
            Self::KillPrimary => {
                let began = Instant::now();
                pair.kill_primary();
                promote(began, pair, ledger)?;
                pair.follow()?;
            }
            Self::HoldPrimary => {
                let began = Instant::now();
                pair.hold_primary();
                promote(began, pair, ledger)?;
                pair.let_old_go_on();
                // Nobody goes back to it.
                let back = Instant::now();
                for at in [0, 1] {
                    until("both servers go on", PATIENCE, || ledger.first_after(at, back).is_some())?;
                }
                std::thread::sleep(Duration::from_secs(1));
                pair.follow()?;
            }
        }
        fleet.wait_ready()
    }
}

fn promote(began: Instant, pair: &mut Pair, ledger: &Ledger) -> Result<(), String> {
    pair.promote()?;
    let promoted = Instant::now();
    for at in [0, 1] {
        until("a PUT after the promotion", PATIENCE, || ledger.first_after(at, promoted).is_some())?;
        let first = ledger.first_after(at, promoted).unwrap_or(promoted);
        let (pause, whole) = (first - promoted, first - began);
        println!(
            "  server {at} took a PUT {:.2} s after the promotion, {:.2} s in all",
            pause.as_secs_f64(),
            whole.as_secs_f64()
        );
        if pause > PAUSE {
            ledger.fault(format!("server {at} took no PUT for {:.2} s after the promotion", pause.as_secs_f64()));
        }
    }
    Ok(())
}
