//! The check of all dependencies against `deny.toml`: their licences, where they come from, what is banned.

use std::path::Path;
use std::process::Command;

use crate::test::{cargo, step};

/// The release of cargo-deny that is used; its own dependencies are locked.
const VERSION: &str = "0.20.2";

/// Checks, with a cargo-deny that is built into the target folder where it is not there yet (some three minutes).
pub fn check(target: &Path) -> Result<(), String> {
    let tools = target.join("tools");
    let deny = tools.join("bin").join("cargo-deny");
    let is_there = Command::new(&deny).arg("--version").output();
    if !is_there.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim().ends_with(VERSION)) {
        let mut install = cargo();
        install
            .args(["install", "cargo-deny", "--quiet", "--locked", "--force", "--version", VERSION, "--root"])
            .arg(&tools);
        step("cargo-deny", install.arg("--target-dir").arg(tools.join("build")))?;
    }
    let checks = ["--log-level", "error", "--all-features", "check", "--hide-inclusion-graph"];
    step("dependencies", Command::new(deny).args(checks).args(["licenses", "bans", "sources"]))
}
