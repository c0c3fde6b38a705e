//! Every input of the corpus through its target, as it is and changed at random: what was found once stays found, and its neighbours are tried.
//! `cargo xtask fuzz` looks for more, led by coverage.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;

use coldkeep_fuzz::{TARGETS, Target};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// Changed inputs of each target.
const CHANGED: u64 = 1_500;
/// The longest, in bytes.
const LONGEST: usize = 1 << 16;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// Where the target panics, its input is kept, to go into the corpus under a telling name.
fn try_input((name, run): Target, input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(input))) {
        let found = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("found-{name}"));
        fs::write(&found, input).unwrap();
        println!("{name}: the input is in {}", found.display());
        resume_unwind(panic);
    }
}

#[test]
fn the_corpus_holds() {
    for target in TARGETS {
        let inputs = corpus(target.0);
        assert!(!inputs.is_empty(), "{} has no corpus", target.0);
        inputs.iter().for_each(|input| try_input(*target, input));
    }
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).unwrap().count();
    assert_eq!(folders, TARGETS.len(), "a folder of the corpus belongs to no target");
}

#[test]
fn changed_inputs_hold() {
    for target in TARGETS {
        let inputs = corpus(target.0);
        for _ in 0..CHANGED {
            let seed = rand::random();
            try_input(*target, &changed(&inputs, &mut StdRng::seed_from_u64(seed)));
        }
    }
}

/// An input of the corpus with some of its bytes flipped, replaced, left out, repeated, or followed by another one's.
fn changed(inputs: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    let some = |random: &mut StdRng| inputs.choose(random).cloned().unwrap_or_default();
    let mut input = some(random);
    for _ in 0..random.random_range(1..=4) {
        let at = random.random_range(0..=input.len());
        let end = (at + random.random_range(0..=16)).min(input.len());
        match random.random_range(0..6) {
            0 if at < input.len() => input[at] ^= 1 << random.random_range(0..8),
            1 if at < input.len() => input[at] = *[0, 0x7f, 0x80, 0xff, b'"', b'<', b'%'].choose(random).unwrap_or(&0),
            2 => drop(input.drain(at..end)),
            3 => {
                let again = input[at..end].to_vec();
                input.splice(at..at, again.repeat(random.random_range(1..=20)));
            }
            4 => {
                let other = some(random);
                let from = random.random_range(0..=other.len());
                input.splice(at.., other[from..].iter().copied());
            }
            _ => input.extend((0..random.random_range(0..9)).map(|_| random.random::<u8>())),
        }
    }
    input.truncate(LONGEST);
    input
}
