//! Two PostgreSQL of Debian's packages: a primary whose commits wait for a standby, and who may take whose place again and again. As root, both run
//! as the user `postgres`.
//!
//! In `cluster` they do not sync (`-F`): processes die there, the machine does not. Where they are measured, they do.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use nix::unistd::{User, geteuid};

use super::fleet::free_ports;
use super::program::{Program, until};
use crate::failed;

/// The password of the databases' user, who may everything.
pub const PASSWORD: &str = "correct horse";
const PATIENCE: Duration = Duration::from_secs(60);

/// Both.
pub struct Pair {
    folder: PathBuf,
    programs: PathBuf,
    owner: Option<(u32, u32)>,
    ports: Vec<u16>,
    running: [Option<Program>; 2],
    primary: usize,
    syncs: bool,
}

impl Pair {
    /// Makes them below `folder`, with their ports on this machine; `syncs`: what is committed survives a power cut.
    pub fn start(folder: &Path, syncs: bool) -> Result<Self, String> {
        let programs = programs().ok_or("PostgreSQL is not installed (Debian's package postgresql)")?;
        let owner = match geteuid().is_root() {
            true => User::from_name("postgres").ok().flatten().map(|user| (user.uid.as_raw(), user.gid.as_raw())),
            false => None,
        };
        let folder = folder.join("postgres");
        fs::create_dir(&folder).map_err(failed("no folder for PostgreSQL"))?;
        fs::write(folder.join("password"), PASSWORD).map_err(failed("no password for PostgreSQL"))?;
        if let Some((user, group)) = owner {
            chown(&folder, Some(user), Some(group)).map_err(failed("cannot give PostgreSQL its folder"))?;
        }
        let mut pair =
            Self { folder, programs, owner, ports: free_ports(2)?, running: [None, None], primary: 0, syncs };
        pair.call("initdb", &["-D", "0", "-U", "ck", "--no-sync", "--auth=scram-sha-256", "--pwfile=password"])?;
        pair.run(0)?;
        pair.follow()?;
        Ok(pair)
    }

    /// The address of the database, for servers.
    pub fn address(&self) -> String {
        format!("postgres://ck@127.0.0.1:{},127.0.0.1:{}/postgres?sslmode=disable", self.ports[0], self.ports[1])
    }

    /// Both processes, each with those it has started.
    pub fn pids(&self) -> Vec<i32> {
        self.running.iter().flatten().map(Program::pid).collect()
    }

    /// Kills the primary.
    pub fn kill_primary(&mut self) {
        if let Some(mut program) = self.running[self.primary].take() {
            program.kill();
        }
    }

    /// Holds the primary up: nothing is closed, nothing answered.
    pub fn hold_primary(&self) {
        self.signal(self.primary, Signal::SIGSTOP);
    }

    /// Makes the standby the primary.
    pub fn promote(&mut self) -> Result<(), String> {
        self.primary = 1 - self.primary;
        self.call("pg_ctl", &["-D", &self.primary.to_string(), "-s", "-w", "promote"])
    }

    /// Lets the one go on that was the primary: it takes itself for that still, and has nobody who would copy its commits.
    pub fn let_old_go_on(&self) {
        self.signal(1 - self.primary, Signal::SIGCONT);
    }

    /// Makes the other one a standby anew, whatever it was, and waits until commits wait for it.
    pub fn follow(&mut self) -> Result<(), String> {
        let other = 1 - self.primary;
        if let Some(mut program) = self.running[other].take() {
            program.kill();
        }
        let data = self.folder.join(other.to_string());
        if data.exists() {
            fs::remove_dir_all(&data).map_err(failed("cannot remove the old primary"))?;
        }
        let from = format!("host=127.0.0.1 port={} user=ck password='{PASSWORD}'", self.ports[self.primary]);
        let name = other.to_string();
        self.call("pg_basebackup", &["-D", &name, "-c", "fast", "-X", "stream", "-R", "--no-sync", "-d", &from])?;
        // It must not wait for a standby of its own once it is the primary.
        let settings = data.join("postgresql.auto.conf");
        let text = fs::read_to_string(&settings).map_err(failed("no settings of the standby"))?;
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("synchronous_standby_names")).collect();
        fs::write(&settings, kept.join("\n") + "\n").map_err(failed("cannot write settings"))?;
        self.run(other)?;
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
        self.ask("SELECT pg_reload_conf()")?;
        until("a standby that commits wait for", PATIENCE, || {
            self.ask("SELECT sync_state FROM pg_stat_replication").is_ok_and(|state| state == "sync")
        })
    }

    fn run(&mut self, at: usize) -> Result<(), String> {
        let mut command = self.command("postgres");
        command.args(["-D", &at.to_string(), "-p", &self.ports[at].to_string(), "-c", "max_connections=200"]);
        command.args(if self.syncs { &[][..] } else { &["-F"] });
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        // What lies in /dev/shm under a name of its own outlives a server that is killed.
        command.args(["-c", "dynamic_shared_memory_type=mmap", "-c", "wal_keep_size=256MB"]);
        self.running[at] = Some(Program::start(&mut command, &self.folder.join(format!("{at}.log")))?);
        let port = self.ports[at].to_string();
        until("a database that answers", PATIENCE, || {
            self.call("pg_isready", &["-q", "-h", "127.0.0.1", "-p", &port, "-U", "ck", "-d", "postgres"]).is_ok()
        })
    }

    fn ask(&self, statement: &str) -> Result<String, String> {
        let mut command = self.command("psql");
        command.args(["-h", "127.0.0.1", "-p", &self.ports[self.primary].to_string(), "-U", "ck", "-d", "postgres"]);
        let output = command.args(["-X", "-At", "-c", statement]).output().map_err(failed("psql"))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(format!("{statement}: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    fn signal(&self, at: usize, signal: Signal) {
        if let Some(program) = &self.running[at] {
            program.signal(signal);
        }
    }

    fn call(&self, program: &str, words: &[&str]) -> Result<(), String> {
        let output = self.command(program).args(words).stdout(Stdio::null()).output().map_err(failed(program))?;
        match output.status.success() {
            true => Ok(()),
            false => Err(format!("{program} {words:?}: {}", String::from_utf8_lossy(&output.stderr))),
        }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(&self.folder).stdin(Stdio::null()).env("PGPASSWORD", PASSWORD).env("LC_ALL", "C");
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The folder of its programs, which Debian keeps out of PATH.
fn programs() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> =
        installed.map(|version| version.path().join("bin")).chain(std::env::split_paths(&path)).collect();
    folders.into_iter().find(|folder| ["initdb", "pg_basebackup"].iter().all(|name| folder.join(name).exists()))
}
