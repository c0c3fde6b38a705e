//! `cargo xtask cluster`: two servers over one store, of which each, the database, and what has the bytes die while clients work, and what must be true afterwards.
//!
//! All of it on this machine, below one temporary folder, and reached by 127.0.0.1 only. It is no part of `cargo xtask test`: it takes minutes.

mod ceph;
mod client;
mod events;
mod fleet;
mod ledger;
mod options;
pub(crate) mod postgres;
mod program;
mod proof;
mod reading;
mod vault;
mod windows;
mod work;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use client::Client;
use events::{EVENTS, Event};
use fleet::Fleet;
use ledger::Ledger;
use options::Options;
use postgres::Pair;

use crate::failed;
use crate::test::{cargo, heading, step, target_folder};

/// One event in so much time; the first comes a little after the start.
const PERIOD: Duration = Duration::from_secs(10);
const WORKERS: usize = 3;

/// Builds what is needed, lets it all happen, and proves it.
pub fn run(words: &[&str]) -> Result<(), String> {
    let options = Options::parse(words)?;
    let binary = binary(&options)?;
    let folder = tempfile::Builder::new().prefix("ck").tempdir().map_err(failed("no folder"))?;
    // Where the database's user must get through.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).map_err(failed("cannot open the folder"))?;
    heading("a database and its standby");
    let mut pair = Pair::start(folder.path(), false)?;
    heading("two servers");
    let mut fleet = Fleet::start(&binary, folder.path(), pair.address(), options.below)?;
    let ledger = Ledger::default();
    let outcome = work_and_prove(&options, &mut fleet, &mut pair, &ledger);
    let faults = ledger.faults();
    if outcome.is_ok() && faults.is_empty() {
        return Ok(());
    }
    println!("kept, with logs: {}", folder.keep().display());
    outcome?;
    Err(format!("{} faults:\n{}", faults.len(), faults.join("\n")))
}

fn work_and_prove(options: &Options, fleet: &mut Fleet, pair: &mut Pair, ledger: &Ledger) -> Result<(), String> {
    proof::prepare(&mut Client::new(&fleet.hosts, 0))?;
    heading("work");
    let (hosts, stop, downloads) = (fleet.hosts.clone(), AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let (hosts, stop, downloads) = (&hosts, &stop, &downloads);
        for worker in 0..WORKERS {
            scope.spawn(move || work::work(Client::new(hosts, worker), ledger, stop));
        }
        scope.spawn(move || vault::upload(Client::new(hosts, 0), ledger, stop));
        for at in [0, 1] {
            scope.spawn(move || work::pulse(Client::new(hosts, at), at, ledger, stop));
            scope.spawn(move || reading::read(hosts, at, ledger, stop, downloads));
        }
        let happened = events(options, fleet, pair, ledger);
        stop.store(true, Ordering::Relaxed);
        happened
    })?;
    let (archives, besides) = ledger.archives();
    println!(
        "  acknowledged by each: {:?}; archives: {}, and {besides} unknown",
        ledger.acknowledged(),
        archives.len()
    );
    println!("  long downloads that came to their end: {}", downloads.load(Ordering::Relaxed));
    heading("proof");
    proof::prove(fleet, ledger)
}

/// One event after the other for so long, or until each has happened; then work goes on for one period more.
fn events(options: &Options, fleet: &mut Fleet, pair: &mut Pair, ledger: &Ledger) -> Result<(), String> {
    let begin = Instant::now();
    let mut next = PERIOD / 3;
    let all: Vec<Event> = EVENTS.into_iter().filter(|event| event.is_of(options.below)).collect();
    for (happened, event) in all.iter().cycle().enumerate() {
        std::thread::sleep(next.saturating_sub(begin.elapsed()));
        if options.time.map_or(happened == all.len(), |time| next >= time) {
            break;
        }
        println!("  {:>3} s: {event:?}", begin.elapsed().as_secs());
        event.happen(fleet, pair, ledger).map_err(failed(format!("{event:?}")))?;
        next = (next + PERIOD).max(begin.elapsed());
    }
    Ok(())
}

fn binary(options: &Options) -> Result<PathBuf, String> {
    if let Some(binary) = &options.binary {
        return Ok(binary.clone());
    }
    step("binary", cargo().args(["build", "--package", "coldkeep", "--quiet"]))?;
    Ok(target_folder()?.join("debug").join("coldkeep"))
}
