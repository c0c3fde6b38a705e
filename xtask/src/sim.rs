//! `cargo xtask sim`: whole servers on a simulated disk, each under a seed; see `crates/sim`.

use std::process::Command;

use crate::test::{as_tests_have_it, cargo, heading};

/// What it takes, and what it does without a word.
const USAGE: &str =
    "usage: cargo xtask sim --seeds COUNT [--from SEED]    runs many seeds, as many at once as there are processors
       cargo xtask sim --seed SEED [--trace]         runs one, and prints all that happens";

/// Seeds that run in each `cargo xtask test`.
const SEEDS: &str = "250";

/// Builds the simulation and hands it the words.
pub fn run(words: &[&str]) -> Result<(), String> {
    match words {
        ["--seeds" | "--seed", ..] => {}
        _ => return Err(USAGE.to_owned()),
    }
    let mut command = cargo();
    command.args(["run", "--quiet", "--package", "coldkeep-sim", "--"]).args(words).current_dir(crate::root());
    finish(&mut command)
}

fn finish(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(crate::failed("the simulation does not start"))?;
    if status.success() { Ok(()) } else { Err("the simulation found something; its words are above".into()) }
}

/// As many seeds as each test runs.
pub fn check() -> Result<(), String> {
    let simulation = as_tests_have_it("coldkeep-sim", "seeds")?;
    heading("simulation");
    finish(Command::new(simulation).args(["--seeds", SEEDS]).current_dir(crate::root()))
}
