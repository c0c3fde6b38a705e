//! Many seeds, each in a process of its own.

use std::process::{Command, ExitCode, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Failures after which no more seeds are begun.
const MOST_FAILURES: usize = 5;

/// The word for several servers over one store.
pub const SERVERS: &str = "--servers";

/// Runs so many seeds from one on, as many at once as there are processors. Prints each failure whole.
pub fn run(from: u64, count: u64, several: bool) -> ExitCode {
    let (next, failures) = (AtomicU64::new(from), Mutex::new(Vec::new()));
    let at_once = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    let failed = failures.lock().unwrap_or_else(PoisonError::into_inner).len();
                    if seed >= from + count || failed >= MOST_FAILURES {
                        return;
                    }
                    if let Err(words) = one(seed, several) {
                        eprintln!("{words}");
                        failures.lock().unwrap_or_else(PoisonError::into_inner).push(seed);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failures.is_empty() {
        true => {
            println!("{count} seeds from {from} on: nothing found");
            ExitCode::SUCCESS
        }
        false => {
            eprintln!("seeds that fail: {failures:?}");
            ExitCode::FAILURE
        }
    }
}

fn one(seed: u64, several: bool) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(several.then_some(SERVERS)).args(["--seed", &seed.to_string()]);
    let output = command.output();
    let Output { status, stderr, .. } = output.map_err(|error| format!("seed {seed}: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{}seed {seed}: {status}", String::from_utf8_lossy(&stderr))),
    }
}
