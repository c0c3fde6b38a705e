//! Goldens of the S3 door: request bytes in, response bytes out, over the memory engines.
//!
//! `goldens/*.txt` hold exchanges: lines with `>` are requests, lines with `<` what the door answered, `#` a comment.
//! `script` says how they are written, `world` what they are sent to, `sign` how they are signed. A wrong byte shows as a
//! difference; `UPDATE_GOLDENS=1 cargo test -p coldkeep-s3 --test door` writes what is answered now, to be read as a change.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod callers;
mod coverage;
mod events;
mod forms;
mod inventory;
mod locks;
mod logs;
mod matrix;
mod matrix_kms;
mod matrix_points;
mod script;
mod sign;
mod tags;
mod world;

use std::path::PathBuf;

use crate::coverage::Coverage;
use crate::script::Script;

#[tokio::test]
async fn every_answer_is_as_it_was_to_the_byte() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/door/goldens");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the goldens").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let (mut coverage, mut differences) = (Coverage::default(), Vec::new());
    for path in paths {
        let wanted = std::fs::read_to_string(&path).expect("a golden");
        let came = Script::parse(&wanted).play(&mut coverage).await;
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            std::fs::write(&path, came).expect("writes a golden");
        } else if let Some(difference) = difference(&wanted, &came) {
            differences.push(format!("{}:{difference}", path.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    coverage.assert_complete();
}

/// The first line that differs, with the request above it.
fn difference(wanted: &str, came: &str) -> Option<String> {
    let (wanted, came): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), came.lines().collect());
    let at = (0..wanted.len().max(came.len())).find(|at| wanted.get(*at) != came.get(*at))?;
    let asked = wanted[..at.min(wanted.len())].iter().rev().find(|line| line.starts_with("> ") && line.contains(" /"));
    let line = |lines: &[&str]| lines.get(at).map_or_else(|| "(the end)".to_owned(), |line| (*line).to_owned());
    Some(format!("{}\n  {}\n  wanted {}\n  came   {}", at + 1, asked.unwrap_or(&""), line(&wanted), line(&came)))
}
