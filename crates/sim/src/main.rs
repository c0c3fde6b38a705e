//! Whole servers on a simulated disk, under one seed: `coldkeep-sim --seeds 500` runs many, `coldkeep-sim --seed 7 --trace` one. With `--servers` before
//! that it is several servers over one store in memory, with networks and clocks that go wrong.
//!
//! - `world.rs` has one seed's story: lives of servers, trouble, ends. `fleet.rs` has that of several. `server.rs` is a server without sockets and threads.
//! - `clients/` ask and judge answers by `model.rs`; `checkers/` each prove one promise at rest.
//! - Nothing comes from outside: time is `clock.rs` and a paused runtime, chance is `chance.rs`, the disk is `coldkeep_disk::simulated`.
//!   So a seed gives the same bytes each time, which `trace.rs` sums up in a hash.
//!
//! Each seed has a process of its own, since some libraries count in statics. What is not simulated: sockets and HTTP framing
//! (`crates/http/tests`), threads (the engines' own tests).

mod chance;
mod checkers;
mod clients;
mod clock;
mod fleet;
mod jitter;
mod model;
mod register;
mod request;
mod seeds;
mod server;
mod trace;
mod world;

use std::process::ExitCode;
use std::sync::Arc;

use clients::Wrong;
use trace::Trace;
use tracing_subscriber::filter::LevelFilter;
use world::World;

const USAGE: &str = "usage: coldkeep-sim --seeds COUNT [--from SEED]    runs many, two at a time
       coldkeep-sim --seed SEED [--trace]         runs one, and prints the hash of all that happened
       coldkeep-sim --servers --seed|--seeds ...  the same of several servers over one store
       coldkeep-sim --flips COUNT --seed SEED     damages what one seed leaves, one bit at a time";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |word: &str| word.parse::<u64>().ok();
    let several = words.first() == Some(&seeds::SERVERS);
    let (story, words) = if several { (Story::Several, &words[1..]) } else { (Story::One, &words[..]) };
    match *words {
        ["--seed", seed] if number(seed).is_some() => one(number(seed).unwrap_or(0), false, story),
        ["--seed", seed, "--trace"] if number(seed).is_some() => one(number(seed).unwrap_or(0), true, story),
        ["--flips", count, "--seed", seed] if number(count).is_some() && number(seed).is_some() => {
            one(number(seed).unwrap_or(0), false, Story::Flips(number(count).unwrap_or(0)))
        }
        ["--seeds", count] if number(count).is_some() => seeds::run(0, number(count).unwrap_or(0), several),
        ["--seeds", count, "--from", from] if number(count).is_some() && number(from).is_some() => {
            seeds::run(number(from).unwrap_or(0), number(count).unwrap_or(0), several)
        }
        _ => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

/// What a seed is of.
#[derive(Clone, Copy)]
enum Story {
    /// One server, and its disk.
    One,
    /// Several servers over one store.
    Several,
    /// So many bits of what one server leaves.
    Flips(u64),
}

impl Story {
    fn run(self, seed: u64, trace: Arc<Trace>) -> Result<(), Wrong> {
        match self {
            Self::One => World::new(seed, trace).run(),
            Self::Several => fleet::run(seed, trace),
            Self::Flips(count) => World::new(seed, trace).flips(count),
        }
    }
}

/// Runs one seed in this process.
fn one(seed: u64, is_traced: bool, story: Story) -> ExitCode {
    chance::begin(seed);
    if is_traced {
        // What the server says, among the lines of what it does.
        tracing_subscriber::fmt().with_ansi(false).without_time().with_max_level(LevelFilter::INFO).init();
    }
    let trace = Arc::new(Trace::new(is_traced));
    match story.run(seed, trace.clone()) {
        Ok(()) => {
            println!("seed {seed}: {} answers, {:016x}", trace.answers(), trace.hash());
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            if !is_traced {
                trace.last().iter().for_each(|line| eprintln!("{line}"));
            }
            eprintln!("seed {seed} fails: {wrong}");
            let servers = if matches!(story, Story::Several) { "--servers " } else { "" };
            eprintln!("hash {:016x}; again: cargo xtask sim {servers}--seed {seed} --trace", trace.hash());
            ExitCode::FAILURE
        }
    }
}
