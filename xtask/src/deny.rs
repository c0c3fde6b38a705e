//! The check of all dependencies against `deny.toml`: their licences, where they come from, what is banned.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use crate::failed;
use crate::test::{cargo, heading, step};

/// The release of cargo-deny that is used; its own dependencies are locked.
const VERSION: &str = "0.20.2";

/// cargo-deny in the target folder, which may still be being built.
pub struct Deny {
    program: PathBuf,
    build: Option<Child>,
}

/// Begins to build cargo-deny into the target folder where it is not there yet (some two minutes of one processor).
pub fn begin(target: &Path) -> Result<Deny, String> {
    let tools = target.join("tools");
    let program = tools.join("bin").join("cargo-deny");
    let version = Command::new(&program).arg("--version").output();
    if version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim().ends_with(VERSION)) {
        return Ok(Deny { program, build: None });
    }
    heading("cargo-deny, beside what follows");
    let mut install = cargo();
    install.args(["install", "cargo-deny", "--quiet", "--locked", "--force", "--version", VERSION]);
    // It runs for a second: optimising it takes longer.
    install.args(["--debug", "--config", "profile.dev.debug=false", "--root"]);
    install.arg(&tools).arg("--target-dir").arg(tools.join("build"));
    let build = install.spawn().map_err(failed("cargo-deny"))?;
    Ok(Deny { program, build: Some(build) })
}

impl Deny {
    /// Checks, as soon as it is built.
    pub fn check(self) -> Result<(), String> {
        if let Some(mut build) = self.build {
            let status = build.wait().map_err(failed("cargo-deny"))?;
            status.success().then_some(()).ok_or(format!("cargo-deny: {status}"))?;
        }
        let checks = ["--log-level", "error", "--all-features", "check", "--hide-inclusion-graph"];
        step("dependencies", Command::new(self.program).args(checks).args(["licenses", "bans", "sources"]))
    }
}
