//! What this machine can do without any server: what a server's figures are to be compared with.

mod digests;
mod disk;

use std::path::Path;
use std::time::Instant;

use super::process::own_cpu_seconds;

/// One limit.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What was done.
    pub what: String,
    /// How much of it.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// Processor seconds of this process for each GiB, or for 1,000 operations where the unit is operations.
    pub cpu: f64,
}

/// Measures all of them; files go into `folder`.
pub fn measure(folder: &Path, quick: bool) -> Result<Vec<Limit>, String> {
    // The buffer of all bodies is made at its first use.
    super::payload::bytes(1);
    let mut limits = disk::measure(folder, quick)?;
    limits.extend(digests::measure());
    Ok(limits)
}

/// Times something that says how much it did. The first number is what a second did, the second is the processor
/// seconds that one of it cost.
fn timed(run: impl FnOnce() -> Result<f64, String>) -> Result<(f64, f64), String> {
    let (cpu, begin) = (own_cpu_seconds(), Instant::now());
    let amount = run()?;
    Ok((amount / begin.elapsed().as_secs_f64(), (own_cpu_seconds() - cpu) / amount))
}
