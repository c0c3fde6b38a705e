//! The servers under test: two, equal, over one database and one place for bytes; each is started, killed, held up, and asked how it is.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::ceph::Ceph;
use super::options::Below;
use super::postgres::PASSWORD;
use super::program::{Program, until};
use crate::bench::connection::Connection;
use crate::bench::endpoint::{Endpoint, Kind};
use crate::bench::server::coldkeep;

/// Keys of the servers under test, and of the one below.
pub const KEYS: (&str, &str) = ("clusteraccesskey", "clustersecretkeyclustersecretkey");
/// How long a server may be silent. A build for tests on a machine that does other things is slow.
const LEASE: Duration = Duration::from_secs(8);
/// A start may meet a database that is just being promoted; and a stop, long downloads.
const PATIENCE: Duration = Duration::from_secs(90);

/// Both servers, and what is below them.
pub struct Fleet {
    binary: PathBuf,
    folder: PathBuf,
    settings: Vec<(String, String)>,
    /// Where each serves, `HOST:PORT`.
    pub hosts: [String; 2],
    admins: [String; 2],
    running: [Option<Program>; 2],
    below: Option<Program>,
    ceph: Option<Ceph>,
}

impl Fleet {
    /// Starts them, and what is below.
    pub fn start(binary: &Path, folder: &Path, database: String, below: Below) -> Result<Self, String> {
        let ports = free_ports(6)?;
        let host = |at: usize| format!("127.0.0.1:{}", ports[at]);
        let mut fleet = Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            settings: Vec::new(),
            hosts: [host(0), host(1)],
            admins: [host(2), host(3)],
            running: [None, None],
            below: None,
            ceph: None,
        };
        let lease = format!("{}s", LEASE.as_secs());
        fleet.set(&[("META", &database), ("META_PASSWORD", PASSWORD), ("LEASE", &lease)]);
        fleet.set(&[("ROOT_KEY", &"ab".repeat(32)), ("ACCOUNT_ID", "111122223333")]);
        fleet.set(&[("ROOT_ACCESS_KEY", KEYS.0), ("ROOT_SECRET_KEY", KEYS.1)]);
        match below {
            Below::Folder => fleet.set(&[("BLOBS", &format!("file://{}", folder.join("blobs").display()))]),
            Below::S3 => {
                let data = folder.join("below").display().to_string();
                let words = ["--data", &data, "--buckets", "below", "--listen", &host(4), "--admin-listen", &host(5)];
                let mut command = fleet.command("serve", &[("ROOT_ACCESS_KEY", KEYS.0), ("ROOT_SECRET_KEY", KEYS.1)]);
                fleet.below = Some(Program::start(command.args(words), &folder.join("below.log"))?);
                until("the S3 below", PATIENCE, || is_ready(&host(5)))?;
                fleet.set(&[("BLOBS", &format!("s3://below/place?endpoint=http://{}&region=us-east-1", host(4)))]);
                fleet.set(&[("BLOBS_ACCESS_KEY", KEYS.0), ("BLOBS_SECRET_KEY", KEYS.1)]);
            }
            Below::Rados => {
                let ceph = Ceph::start(&folder.join("ceph.log"))?;
                fleet.set(&[("BLOBS", &ceph.address)]);
                fleet.ceph = Some(ceph);
            }
        }
        [0, 1].into_iter().try_for_each(|at| fleet.start_one(at))?;
        Ok(fleet)
    }

    fn set(&mut self, settings: &[(&str, &str)]) {
        let named = settings.iter().map(|(name, value)| (format!("COLDKEEP_{name}"), (*value).to_owned()));
        self.settings.extend(named);
    }

    /// What is below, where that is a Ceph.
    pub fn ceph(&mut self) -> Result<&mut Ceph, String> {
        self.ceph.as_mut().ok_or("the bytes lie in no Ceph".into())
    }

    /// Starts one and waits until it serves; as its supervisor would, again and again.
    pub fn start_one(&mut self, at: usize) -> Result<(), String> {
        let log = self.folder.join(format!("server{at}.log"));
        let words = ["--listen", &self.hosts[at], "--admin-listen", &self.admins[at]].map(str::to_owned);
        let admin = self.admins[at].clone();
        let mut program: Option<Program> = None;
        let ready = until("a server that is ready", PATIENCE, || {
            if !program.as_mut().is_some_and(Program::runs) {
                program = Program::start(self.shared("serve").args(&words), &log).ok();
            }
            is_ready(&admin)
        });
        self.running[at] = program;
        ready.map_err(|problem| format!("{problem}\n{}", self.words(at)))
    }

    /// Waits until both would take a PUT.
    pub fn wait_ready(&self) -> Result<(), String> {
        until("both servers ready", PATIENCE, || self.admins.iter().all(|admin| is_ready(admin)))
    }

    /// kill -9.
    pub fn kill(&mut self, at: usize) {
        if let Some(program) = &mut self.running[at] {
            program.kill();
        }
    }

    /// Holds one up until the other has declared it dead, and lets it go on: it must see that by itself, and end.
    pub fn hold_beyond_the_lease(&mut self, at: usize) -> Result<(), String> {
        let dead = |fleet: &Self| fleet.metric(1 - at, "servers_declared_dead_total").unwrap_or_default();
        let before = dead(self);
        self.signal(at, Signal::SIGSTOP);
        let declared = until("the silent one declared dead", PATIENCE, || dead(self) > before);
        self.signal(at, Signal::SIGCONT);
        declared?;
        let program = self.running[at].as_mut().ok_or("nothing was held up")?;
        match program.end(PATIENCE).map(|status| status.code()) {
            Some(Some(2)) => Ok(()),
            other => Err(format!("a server that was declared dead ended with {other:?}, not 2\n{}", self.words(at))),
        }
    }

    /// Stops both as a supervisor would; each must end well.
    pub fn stop(&mut self) -> Result<(), String> {
        [0, 1].iter().for_each(|at| self.signal(*at, Signal::SIGTERM));
        for at in [0, 1] {
            let program = self.running[at].as_mut().ok_or("no server")?;
            let status = program.end(PATIENCE);
            if !status.is_some_and(|status| status.success()) {
                return Err(format!("server {at} stopped with {status:?}\n{}", self.words(at)));
            }
        }
        Ok(())
    }

    /// Proves the store.
    pub fn fsck(&self, words: &[&str]) -> Result<String, String> {
        let mut command = self.shared("fsck");
        let output = command.arg("--read").args(words).output().map_err(crate::failed("fsck"))?;
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        match output.status.success() {
            true => Ok(text),
            false => Err(format!("fsck {words:?}: {}\n{text}", output.status)),
        }
    }

    /// A number of `/metrics`.
    pub fn metric(&self, at: usize, name: &str) -> Option<u64> {
        let text = admin(&self.admins[at], "/metrics")?.1;
        let name = format!("coldkeep_{name} ");
        let number: f64 = text.lines().find_map(|line| line.strip_prefix(&name))?.parse().ok()?;
        Some(number as u64)
    }

    fn signal(&self, at: usize, signal: Signal) {
        if let Some(program) = &self.running[at] {
            program.signal(signal);
        }
    }

    fn words(&self, at: usize) -> String {
        self.running[at].as_ref().map(Program::words).unwrap_or_default()
    }

    fn shared(&self, what: &str) -> Command {
        let settings: Vec<_> = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut command = self.command(what, &[]);
        command.envs(settings);
        command
    }

    fn command(&self, what: &str, settings: &[(&str, &str)]) -> Command {
        let mut command = coldkeep(&self.binary, what);
        command.envs(settings.iter().map(|(name, value)| (format!("COLDKEEP_{name}"), value)));
        command
    }
}

fn is_ready(host: &str) -> bool {
    admin(host, "/health/ready").is_some_and(|(status, _)| status == 200)
}

fn admin(host: &str, path: &str) -> Option<(u16, String)> {
    let endpoint = Endpoint::new("admin", Kind::Coldkeep, host, KEYS, 0);
    let mut connection = Connection::open_within(host, None, Duration::from_secs(5)).ok()?;
    let answer = connection.exchange(&endpoint.s3("GET", path).anonymous().build(), true).ok()?;
    Some((answer.status, answer.text()))
}

/// Ports of this machine that nobody has, below those that the system gives to clients: a server that starts again finds its own.
pub fn free_ports(number: usize) -> Result<Vec<u16>, String> {
    let from = 20_000 + u16::try_from(std::process::id() % 500).unwrap_or_default() * 20;
    let mut held: Vec<TcpListener> = Vec::new();
    for port in from..32_000 {
        held.extend(TcpListener::bind(("127.0.0.1", port)));
        if held.len() == number {
            let ports = held.iter().map(|listener| listener.local_addr().map(|address| address.port()));
            return ports.collect::<Result<_, _>>().map_err(crate::failed("no free port"));
        }
    }
    Err("no free ports".into())
}
