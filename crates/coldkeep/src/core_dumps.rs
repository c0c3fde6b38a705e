//! The memory of a server that crashed is not written to disk: keys are in it, and whatever clients were sending.
//!
//! On Linux the process is made undumpable, which also counts where dumps go to a program (`systemd-coredump`, `apport`), and keeps
//! other processes of the same user from reading its memory. Elsewhere the limit on the size of dumps is all there is.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Forbids dumps from here on. A system that refuses is told of in the log: the server serves nevertheless.
pub fn forbid() {
    let limit = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    if let Err(error) = limit.and_then(|()| undumpable()) {
        tracing::warn!(%error, "core dumps cannot be forbidden; what a crash writes may hold keys");
    }
}

#[cfg(target_os = "linux")]
fn undumpable() -> rustix::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

#[cfg(not(target_os = "linux"))]
fn undumpable() -> rustix::io::Result<()> {
    Ok(())
}
