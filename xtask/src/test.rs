//! `cargo xtask test`: everything that must be true before a change lands, from nothing but Rust and Python 3.
//!
//! In order of speed: format, lints, dependencies, Rust tests, models of threads, the simulation,
//! then `conformance/`: real clients against the binary as the tests build it, or the one that COLDKEEP_BIN names, in virtual environments of their own under the target folder.
//! Optional clients that are absent are named at the end; with `CI=true` they are a failure. It installs nothing outside the target folder.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// Clients that some conformance tests need and that neither Rust nor Python brings, with what they prove.
const OPTIONAL_CLIENTS: [(&str, &str); 9] = [
    ("ceph-osd", "blobs in a pool of Ceph"),
    ("radosgw", "blobs in the S3 of Ceph's gateway"),
    ("java", "Amazon's Java SDK for Glacier"),
    ("mvn", "Amazon's Java SDK for Glacier"),
    ("rclone", "rclone copy, check and sync"),
    ("restic", "a restic backup, check and restore"),
    ("initdb", "the metadata engine over PostgreSQL, and the store over that"),
    ("promtool", "alarms and dashboard of deploy/"),
    ("systemd-analyze", "the systemd unit of deploy/"),
];

/// Runs all steps. `--conformance` leaves out format, lints and Rust tests; further words go to pytest.
pub fn run(words: &[String]) -> Result<(), String> {
    let conformance_only = words.first().is_some_and(|word| word == "--conformance");
    let pytest_words = &words[usize::from(conformance_only)..];
    let absent = absent_clients()?;
    let target = target_folder()?;

    if !conformance_only {
        step("format", cargo().args(["fmt", "--all", "--check"]))?;
        let deny = crate::deny::begin(&target)?;
        // As it is built for users: with the features that it asks for itself, and no others.
        step("the server by itself", cargo().args(["check", "--package", "coldkeep", "--quiet"]))?;
        // The fuzz targets run in the Rust tests, without coverage; the little that is there for that is looked at with the rest.
        let all =
            ["clippy", "--workspace", "--all-targets", "--features", "coldkeep-fuzz/libfuzzer", "--", "-D", "warnings"];
        step("lints", cargo().args(all))?;
        deny.check()?;
        step("Rust tests", cargo().args(["test", "--workspace"]).env("PROPTEST_CASES", proptest_cases()))?;
        if !absent.iter().any(|(client, _)| *client == "ceph-osd") {
            // Of all packages, so that what was built is as it is wanted.
            let words = ["conformance/ceph.py", "run", "cargo", "test", "--workspace", "--test", "pieces", "rados"];
            step("Rust tests over Ceph", Command::new("python3").args(words))?;
        }
        step("models of threads", &mut models())?;
        crate::sim::check()?;
    }
    let binary = match env::var_os("COLDKEEP_BIN") {
        Some(other) => PathBuf::from(other),
        None => as_tests_have_it("coldkeep", "compatibility")?,
    };
    step("wire goldens", cargo().args(["build", "--workspace", "--example", "golden"]))?;
    let python = virtual_environment(&target, "conformance-venv", "conformance/requirements.txt")?;
    let s3fs = virtual_environment(&target, "conformance-s3fs-venv", "conformance/s3fs-requirements.txt")?;

    heading("conformance");
    let closing = pytest(&python, &s3fs, &target, &binary, pytest_words)?;

    heading("done");
    for (client, proves) in &absent {
        println!("skipped, {client} is not installed: {proves}");
    }
    println!("{}", closing.line);
    println!("conformance: {} passed, {} failed, {} skipped", closing.passed, closing.failed, closing.skipped);
    if closing.success { Ok(()) } else { Err("conformance tests failed".into()) }
}

/// A program as the Rust tests have built it, for this one of its tests among others: with checks for overflow, and without a quarter of an hour
/// of optimising. Built by itself it would have other features of the same libraries, so that all of them would be built again.
pub(crate) fn as_tests_have_it(program: &str, test: &str) -> Result<PathBuf, String> {
    step(program, cargo().args(["test", "--workspace", "--no-run", "--quiet", "--test", test]))?;
    Ok(target_folder()?.join("debug").join(program))
}

/// Where threads meet, tried in many orders.
fn models() -> Command {
    let mut command = cargo();
    command.arg("test");
    for package in ["coldkeep-digest", "coldkeep-meta", "coldkeep-store"] {
        command.args(["--package", package, "--features", &format!("{package}/shuttle")]);
    }
    command.args(["--lib", "models"]);
    command
}

fn absent_clients() -> Result<Vec<(&'static str, &'static str)>, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian has PostgreSQL's programs outside of PATH.
    let postgresql = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let folders: Vec<_> = env::split_paths(&path).chain(postgresql.map(|version| version.path().join("bin"))).collect();
    let is_present = |client: &str| folders.iter().any(|folder| folder.join(client).is_file());
    let absent: Vec<_> = OPTIONAL_CLIENTS.into_iter().filter(|(client, _)| !is_present(client)).collect();
    if env::var("CI").is_ok_and(|value| value == "true") && !absent.is_empty() {
        let names: Vec<_> = absent.iter().map(|(client, _)| *client).collect();
        return Err(format!("CI skips nothing, but {} is not installed; .ci/run installs it", names.join(", ")));
    }
    Ok(absent)
}

fn proptest_cases() -> String {
    env::var("PROPTEST_CASES").unwrap_or_else(|_| "64".into())
}

pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The line above a step's words, with the seconds since the first one.
pub(crate) fn heading(name: &str) {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    println!("== {name} ({} s)", BEGAN.get_or_init(Instant::now).elapsed().as_secs());
}

pub(crate) fn step(name: &str, command: &mut Command) -> Result<(), String> {
    heading(name);
    let status = command.status().map_err(|error| format!("{name}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{name}: {status}")) }
}

pub(crate) fn target_folder() -> Result<PathBuf, String> {
    let output = cargo()
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    metadata["target_directory"]
        .as_str()
        .map(PathBuf::from)
        .ok_or_else(|| "cargo metadata names no target folder".into())
}

/// Makes a virtual environment under the target folder, unless one with just these requirements is there; gives its Python.
fn virtual_environment(target: &Path, name: &str, requirements: &str) -> Result<PathBuf, String> {
    let folder = target.join(name);
    let python = folder.join("bin").join("python");
    let stamp = folder.join("requirements.txt");
    let wanted = fs::read_to_string(requirements).map_err(|error| format!("{requirements}: {error}"))?;
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == wanted) {
        return Ok(python);
    }
    step("virtual environment", Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let install = ["-m", "pip", "install", "--disable-pip-version-check", "--quiet", "-r", requirements];
    step("Python clients", Command::new(&python).args(install))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(python)
}

struct Closing {
    line: String,
    passed: u64,
    failed: u64,
    skipped: u64,
    success: bool,
}

/// Runs pytest, shows what it prints, and reads its closing line.
fn pytest(python: &Path, s3fs: &Path, target: &Path, binary: &Path, words: &[String]) -> Result<Closing, String> {
    let mut command = Command::new(python);
    command.args(["-m", "pytest"]);
    if words.is_empty() {
        command.args(["conformance", "-n", "2", "--dist", "worksteal", "-q"]);
    } else {
        command.args(words);
    }
    let mut child = command
        .env("COLDKEEP_BIN", binary)
        .env("COLDKEEP_S3FS_PYTHON", s3fs)
        .env("COLDKEEP_WIRE_GOLDEN", target.join("debug").join("examples").join("golden"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONUNBUFFERED", "1")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("pytest: {error}"))?;
    let mut line = String::new();
    for printed in BufReader::new(child.stdout.take().ok_or("pytest: no output")?).lines() {
        let printed = printed.map_err(|error| format!("pytest: {error}"))?;
        println!("{printed}");
        if printed.contains(" in ") && [" passed", " failed", " error"].iter().any(|word| printed.contains(word)) {
            line = printed.trim_matches(['=', ' ']).to_owned();
        }
    }
    let status = child.wait().map_err(|error| format!("pytest: {error}"))?;
    let passed = count(&line, "passed");
    Ok(Closing {
        passed,
        failed: count(&line, "failed") + count(&line, "error") + count(&line, "errors"),
        skipped: count(&line, "skipped"),
        success: status.success() && passed > 0,
        line,
    })
}

/// The number before a word in "3 failed, 180 passed in 12.00s".
fn count(line: &str, word: &str) -> u64 {
    let words: Vec<&str> = line.split([' ', ',']).filter(|piece| !piece.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn reads_pytests_closing_line() {
        let line = "1 failed, 180 passed, 2 skipped, 1 error in 12.00s (0:00:12)";
        assert_eq!([180, 1, 2, 1], ["passed", "failed", "skipped", "error"].map(|word| count(line, word)));
        assert_eq!(count(line, "errors"), 0);
    }
}
