//! `cargo xtask fuzz`: builds the fuzz targets with coverage on the project's own toolchain, and runs them.
//!
//! The compiler's coverage pass is there on stable Rust too, so nothing but a C++ compiler (for libFuzzer) is needed. A finding is
//! written to `target/fuzz/found/TARGET/`; put it into `fuzz/corpus/TARGET/` under a telling name and mend the fault. `--grow` also
//! keeps new inputs that reach new code, made small, in the project's corpus.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::test::{cargo, heading};
use crate::{failed, root};

const USAGE: &str = "usage: cargo xtask fuzz [TARGET...] [--seconds N] [--grow]

  TARGET       folders of fuzz/corpus; all unless named
  --seconds N  how long each runs; 60 unless given
  --grow       keep inputs that reach new code in fuzz/corpus";

/// What makes LLVM count edges and show comparisons to the fuzzer.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions=on -Coverflow-checks=on";

/// An input that takes this long is a finding.
const SLOWEST_SECONDS: u32 = 10;
/// Memory above which an input is a finding.
const MOST_MEMORY_MIB: u32 = 1024;

struct Options {
    targets: Vec<String>,
    seconds: u32,
    grow: bool,
}

/// Builds, then runs each target; fails on the first finding, naming its file.
pub fn run(words: &[&str]) -> Result<(), String> {
    let options = read(words)?;
    let folder = root().join("target").join("fuzz");
    let binary = build(&folder)?;
    for target in &options.targets {
        fuzz(&binary, target, &folder, &options)?;
    }
    println!("fuzz: {} targets, {} s each, nothing found", options.targets.len(), options.seconds);
    Ok(())
}

fn read(words: &[&str]) -> Result<Options, String> {
    let mut options = Options { targets: Vec::new(), seconds: 60, grow: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--seconds" => {
                let seconds = words.next().and_then(|seconds| seconds.parse().ok());
                options.seconds = seconds.filter(|seconds| *seconds > 0).ok_or(USAGE)?;
            }
            "--grow" => options.grow = true,
            target if !target.starts_with('-') => options.targets.push(target.to_owned()),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let known = targets()?;
    if options.targets.is_empty() {
        options.targets = known;
    } else if let Some(unknown) = options.targets.iter().find(|target| !known.contains(target)) {
        return Err(format!("there is no target {unknown}; there are: {}", known.join(", ")));
    }
    Ok(options)
}

fn corpus(target: &str) -> PathBuf {
    root().join("fuzz").join("corpus").join(target)
}

fn targets() -> Result<Vec<String>, String> {
    let folders = fs::read_dir(corpus("")).map_err(failed("fuzz/corpus"))?;
    let names =
        folders.map(|entry| Ok(entry.map_err(failed("fuzz/corpus"))?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_, String>>()?;
    names.sort();
    Ok(names)
}

/// Flags go to what runs on the target only: with a target named, build scripts and macros get none.
fn build(folder: &Path) -> Result<PathBuf, String> {
    let host = host()?;
    let status = cargo()
        .args(["build", "--package", "coldkeep-fuzz", "--features", "libfuzzer", "--release"])
        .args(["--config", "profile.release.lto=false", "--config", "profile.release.codegen-units=16"])
        // It is built far more often than it runs for long.
        .args(["--config", "profile.release.opt-level=1"])
        .args(["--target", &host, "--target-dir"])
        .arg(folder)
        .env("RUSTFLAGS", COVERAGE)
        .status()
        .map_err(failed("cargo build"))?;
    if !status.success() {
        return Err(format!("the fuzz targets do not build: {status}"));
    }
    Ok(folder.join(host).join("release").join("fuzz"))
}

fn host() -> Result<String, String> {
    let output = Command::new("rustc").arg("-vV").output().map_err(failed("rustc -vV"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc names no host".into())
}

fn fuzz(binary: &Path, target: &str, folder: &Path, options: &Options) -> Result<(), String> {
    heading(&format!("fuzz {target}"));
    let (found, kept) = (folder.join("found").join(target), folder.join("corpus").join(target));
    for folder in [&found, &kept] {
        fs::create_dir_all(folder).map_err(failed(folder.display()))?;
    }
    let mut command = Command::new(binary);
    command
        .env("FUZZ_TARGET", target)
        .arg(&kept)
        .arg(corpus(target))
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg(format!("-max_total_time={}", options.seconds))
        .arg(format!("-timeout={SLOWEST_SECONDS}"))
        .arg(format!("-rss_limit_mb={MOST_MEMORY_MIB}"))
        .args(["-max_len=65536", "-verbosity=0", "-print_final_stats=1"]);
    let output = command.output().map_err(failed(target))?;
    let words = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        eprintln!("{words}");
        let (status, found) = (output.status, found.display());
        return Err(format!("{target}: a finding, or the fuzzer failed ({status}); inputs are in {found}"));
    }
    let executed = words.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    println!("{} inputs", executed.unwrap_or("no").trim());
    if options.grow {
        let mut merge = Command::new(binary);
        merge.env("FUZZ_TARGET", target).arg("-merge=1").arg(corpus(target)).arg(&kept);
        let status = merge.status().map_err(failed(target))?;
        if !status.success() {
            return Err(format!("{target}: the corpus cannot be grown ({status})"));
        }
    }
    Ok(())
}
