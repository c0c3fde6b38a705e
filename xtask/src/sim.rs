//! `cargo xtask sim`: whole servers on a simulated disk, or several over one store, each under a seed; see `crates/sim`.

use std::process::Command;

use crate::test::{as_tests_have_it, cargo, heading};

/// What it takes, and what it does without a word.
const USAGE: &str =
    "usage: cargo xtask sim --seeds COUNT [--from SEED]    runs many seeds, as many at once as there are processors
       cargo xtask sim --seed SEED [--trace]         runs one, and prints all that happens
       cargo xtask sim --servers --seed|--seeds ...  the same of several servers over one store";

/// Seeds that run in each `cargo xtask test`, of one server, and of several over one store.
const SEEDS: &str = "250";
const SEEDS_OF_SEVERAL: &str = "30";

/// Builds the simulation and hands it the words.
pub fn run(words: &[&str]) -> Result<(), String> {
    match words {
        ["--seeds" | "--seed", ..] | ["--servers", "--seeds" | "--seed", ..] => {}
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
    let run = |words: &[&str]| finish(Command::new(&simulation).args(words).current_dir(crate::root()));
    run(&["--seeds", SEEDS])?;
    run(&["--servers", "--seeds", SEEDS_OF_SEVERAL])
}
