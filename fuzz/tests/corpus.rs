//! Every input of the corpus through its target: what was found once stays found.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::fs;
use std::path::Path;

use coldkeep_fuzz::TARGETS;

#[test]
fn the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, run) in TARGETS {
        let inputs: Vec<_> = fs::read_dir(corpus.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!inputs.is_empty(), "{name} has no corpus");
        for input in inputs {
            // A panic names the target; the input is the last one named.
            println!("{name}: {}", input.display());
            run(&fs::read(input).unwrap());
        }
    }
    let folders = fs::read_dir(corpus).unwrap().count();
    assert_eq!(folders, TARGETS.len(), "a folder of the corpus belongs to no target");
}
