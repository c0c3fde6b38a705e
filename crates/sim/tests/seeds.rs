//! The simulation itself: the same seed gives the same bytes, and another seed gives others.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::process::{Command, Output};

/// What a run says of itself in one line: how many answers, and the hash of all that happened.
fn run(seed: u64) -> String {
    said(&["--seed", &seed.to_string()])
}

fn said(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_coldkeep-sim")).args(words).output();
    let Output { stdout, stderr, .. } = output.expect("the simulation starts");
    // A failure has a hash too.
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    said.trim().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_seed_gives_the_same_bytes_each_time() {
    let first: Vec<String> = (1000..1024).map(run).collect();
    for (seed, once) in (1000..1024).zip(&first) {
        assert_eq!(*once, run(seed), "seed {seed}");
    }
    let mut hashes: Vec<&str> = first.iter().filter_map(|line| line.split_whitespace().last()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), first.len(), "seeds differ");
}

#[test]
fn a_seed_of_several_servers_gives_the_same_bytes_each_time() {
    for seed in 1000..1002_u64 {
        let words = ["--servers", "--seed", &seed.to_string()];
        let once = said(&words);
        assert!(once.contains(" answers, "), "{once}");
        assert_eq!(once, said(&words));
    }
}

#[test]
fn a_seed_does_much() {
    let line = run(1);
    let answers = line.split_whitespace().find_map(|word| word.parse::<u64>().ok());
    assert!(line.starts_with("seed 1: ") && answers.is_some_and(|answers| answers > 100), "{line}");
}

/// A thousand, in two data folders.
#[test]
fn no_flip_of_a_bit_anywhere_is_served_or_called_clean() {
    let flips =
        |seed: &str| Command::new(env!("CARGO_BIN_EXE_coldkeep-sim")).args(["--flips", "500", "--seed", seed]).spawn();
    let folders = ["1", "2"].map(|seed| flips(seed).expect("the simulation starts"));
    for mut folder in folders {
        assert!(folder.wait().expect("the simulation ends").success());
    }
}
