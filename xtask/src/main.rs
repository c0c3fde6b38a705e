//! The project's own commands: `cargo xtask NAME`.

use std::process::ExitCode;

mod test;

const USAGE: &str = "usage: cargo xtask test [--conformance] [PYTEST WORDS]";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.first().map(String::as_str) {
        Some("test") => test::run(&words[1..]),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
