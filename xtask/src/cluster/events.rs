//! What happens to servers, database and what has the bytes meanwhile, one after the other, and how long clients then wait.

use std::time::{Duration, Instant};

use super::client::Client;
use super::fleet::Fleet;
use super::ledger::Ledger;
use super::options::Below;
use super::postgres::Pair;
use super::program::until;
use super::work::put_through;

/// Clients must not wait longer after a promotion.
const PAUSE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);
/// More than is kept in the database.
const BLOB: usize = 100_000;
/// How long two of three OSDs stand still: less than Ceph takes to see it.
const STILL: Duration = Duration::from_secs(6);

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
    /// kill -9 of an OSD, which is started again.
    KillOsd,
    /// Two of three OSDs stand still, and go on: meanwhile nothing can be written to the pool.
    HoldOsds,
}

/// In this order, and from the beginning again. What a short run has are the first two.
pub const EVENTS: [Event; 8] = [
    Event::KillServer(0),
    Event::KillPrimary,
    Event::KillOsd,
    Event::HoldServer(1),
    Event::HoldOsds,
    Event::HoldPrimary,
    Event::KillServer(1),
    Event::HoldServer(0),
];

impl Event {
    /// Whether it can happen where the bytes lie there.
    pub fn is_of(self, below: Below) -> bool {
        below == Below::Rados || !matches!(self, Self::KillOsd | Self::HoldOsds)
    }

    /// Lets it happen, and waits until all is as before: two servers, a standby, three OSDs.
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
            Self::KillOsd => {
                fleet.ceph()?.tell("kill", &[0])?;
                blobs_go_on(fleet, ledger, "the death of an OSD")?;
                fleet.ceph()?.tell("start", &[0])?;
            }
            Self::HoldOsds => {
                fleet.ceph()?.tell("hold", &[1, 2])?;
                std::thread::sleep(STILL);
                // What is small is no blob.
                let small = [0, 1].map(|at| ledger.first_after(at, Instant::now() - PAUSE).is_some());
                fleet.ceph()?.tell("release", &[1, 2])?;
                if small != [true, true] {
                    ledger.fault(format!("whether servers took small objects while OSDs stood still: {small:?}"));
                }
                blobs_go_on(fleet, ledger, "OSDs went on")?;
            }
        }
        fleet.wait_ready()
    }
}

/// Each server takes a blob again.
fn blobs_go_on(fleet: &Fleet, ledger: &Ledger, since: &str) -> Result<(), String> {
    let began = Instant::now();
    let mut client = Client::new(&fleet.hosts, 0);
    for at in [0, 1] {
        until("a PUT of a blob", PATIENCE, || put_through(&mut client, at, ledger, BLOB))?;
        println!("  server {at} took a blob {:.2} s after {since}", began.elapsed().as_secs_f64());
    }
    Ok(())
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
