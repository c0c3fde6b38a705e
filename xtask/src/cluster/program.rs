//! A program that may be killed, held up and let go; its words go into a file. Dropping it kills it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::bench::process::children;
use crate::failed;

/// What runs, or ran.
pub struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it; what it says is added to `log`.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self, String> {
        let told = failed(format!("cannot write {}", log.display()));
        let file = File::options().create(true).append(true).open(log).map_err(told)?;
        let also = file.try_clone().map_err(failed("cannot write a log"))?;
        let child = command.stdin(Stdio::null()).stdout(file).stderr(also).spawn();
        let child = child.map_err(failed(format!("cannot start {}", command.get_program().display())))?;
        Ok(Self { child, log: log.to_owned() })
    }

    /// Its process.
    pub fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Sends a signal to it and to all that it has started.
    pub fn signal(&self, signal: Signal) {
        let pid = self.pid();
        // Those below first known: who sees its parent die may be gone by then.
        for pid in std::iter::once(pid).chain(children(pid).collect::<Vec<_>>()) {
            // One that is gone needs none.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    /// As a power cut of the process: nothing more is said or written.
    pub fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }

    /// Waits for its end; `None`: it goes on.
    pub fn end(&mut self, within: Duration) -> Option<ExitStatus> {
        let begin = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                _ if begin.elapsed() > within => return None,
                _ => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Whether it runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The last it said.
    pub fn words(&self) -> String {
        let text = std::fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = text.unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.runs() {
            self.kill();
        }
    }
}

/// Waits for a state; the time is only a bound.
pub fn until(what: &str, within: Duration, mut holds: impl FnMut() -> bool) -> Result<(), String> {
    let begin = Instant::now();
    while !holds() {
        if begin.elapsed() > within {
            return Err(format!("{what}: not after {} s", within.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
