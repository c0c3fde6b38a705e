//! The project's own commands, run as `cargo xtask <command>`.

mod bench;
mod cluster;
mod deny;
mod fuzz;
mod models;
mod record;
mod scale;
mod sim;
mod test;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask <command>

  bench    measure the server; bench --help says how
  cluster  two servers over one store, under load, of which each and the database dies; cluster --help says how
  fuzz     look for inputs that break a decoder; fuzz --help says how
  scale    what the plan to 10^12 objects rests on, simulated: scale [--seed SEED | --record]
  sim      whole servers on a simulated disk, under seeds: sim [--servers] --seeds COUNT [--from SEED] | --seed SEED [--trace]
  test     everything that must be true before a change lands; test --conformance [PYTEST WORDS] for real clients only
  models   refresh models/ from the newest botocore
  wire     write crates/wire/src/generated/ from models/";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["bench", ref words @ ..] => bench::run(words),
        ["cluster", ref words @ ..] => cluster::run(words),
        // The bench starts this by itself.
        ["discard", host, tls_host, certificate, key] => bench::discard(host, tls_host, certificate, key),
        ["fuzz", ref words @ ..] => fuzz::run(words),
        ["scale", ref words @ ..] => scale::run(words),
        ["sim", ref words @ ..] => sim::run(words),
        ["test", ref words @ ..] => test::run(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()),
        ["models"] => models::run(),
        ["wire"] => wire::run(),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// An error with what was being done.
fn failed<E: std::fmt::Display>(what: impl std::fmt::Display) -> impl FnOnce(E) -> String {
    move |error| format!("{what}: {error}")
}
