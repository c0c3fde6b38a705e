//! Server processes that the bench starts itself, on the servers' core.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::endpoint::{Endpoint, Kind};
use super::process::{self, cores, pin_caller};
use super::tls::Tls;

/// Keys of the server under test. It listens on this machine only, and its data go when the run ends.
pub const KEYS: (&str, &str) = ("benchaccesskey", "benchsecretkeybenchsecretkey");
/// A server that is not ready by then has failed.
const START_DEADLINE: Duration = Duration::from_secs(120);
const STOP_DEADLINE: Duration = Duration::from_secs(60);

/// A server process. Dropping it stops it.
pub struct Server {
    child: Child,
    /// From the start of the process to the first answer.
    pub ready_after: Duration,
}

/// How to start a Coldkeep.
#[derive(Clone, Debug)]
pub struct Coldkeep {
    /// The release binary.
    pub binary: PathBuf,
    /// Its data.
    pub data: PathBuf,
    /// Where it listens.
    pub host: String,
    /// Its certificate, if it is to speak TLS.
    pub tls: Option<Tls>,
}

impl Coldkeep {
    /// Starts it and waits until a signed request is answered.
    pub fn start(&self) -> Result<Server, String> {
        let mut command = serve(&self.binary, &self.host);
        command.arg("--data").arg(&self.data);
        if let Some(tls) = &self.tls {
            command.arg("--tls-cert").arg(&tls.certificate).arg("--tls-key").arg(&tls.key);
        }
        Server::start(command, &self.endpoint())
    }

    /// The endpoint, with no process yet.
    pub fn endpoint(&self) -> Endpoint {
        let mut endpoint = Endpoint::new("coldkeep", Kind::Coldkeep, &self.host, KEYS, 0);
        endpoint.tls = self.tls.as_ref().map(|tls| tls.client.clone());
        endpoint
    }
}

/// A command of a Coldkeep, which hears of no settings but those it is given.
pub(crate) fn coldkeep(binary: &Path, what: &str) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COLDKEEP_")) {
        command.env_remove(name);
    }
    command.arg(what);
    command
}

/// A server that is to be measured; where its store is, is still to be said.
pub fn serve(binary: &Path, host: &str) -> Command {
    let mut command = coldkeep(binary, "serve");
    command.args(["--listen", host, "--admin-listen", "off"]);
    command.envs([("COLDKEEP_ROOT_ACCESS_KEY", KEYS.0), ("COLDKEEP_ROOT_SECRET_KEY", KEYS.1)]);
    command.envs([("COLDKEEP_ACCOUNT_ID", "111122223333"), ("COLDKEEP_LOG_LEVEL", "warn")]);
    // What a process wrote (`/proc/PID/io`) is shown of none that may not be looked into.
    command.env("COLDKEEP_CORE_DUMPS", "true").env("COLDKEEP_ALLOW_SSE_C_OVER_HTTP", "true");
    command
}

impl Server {
    /// Starts a process and waits until the endpoint answers a request for its list of buckets, in whatever way.
    pub fn start(mut command: Command, endpoint: &Endpoint) -> Result<Self, String> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let program = command.get_program().to_string_lossy().into_owned();
        // What the caller starts inherits its core.
        let (servers, client) = cores();
        pin_caller(servers)?;
        let begin = Instant::now();
        let child = command.spawn();
        pin_caller(client)?;
        let child = child.map_err(|error| format!("cannot start {program}: {error}"))?;
        let mut server = Self { child, ready_after: Duration::ZERO };
        while endpoint
            .connect()
            .and_then(|mut c| c.exchange(&endpoint.s3("GET", "/").build(), true).map_err(text))
            .is_err()
        {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("{program} ended: {status}"));
            }
            if begin.elapsed() > START_DEADLINE {
                return Err(format!("{program} does not answer on {}", endpoint.host));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        server.ready_after = begin.elapsed();
        Ok(server)
    }

    /// Its process.
    pub fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(mut self) -> Result<(), String> {
        self.end().map_err(|error| format!("cannot stop a server: {error}"))
    }

    fn end(&mut self) -> io::Result<()> {
        if self.child.try_wait()?.is_some() {
            return Ok(());
        }
        process::terminate(self.child.id())?;
        let begin = Instant::now();
        while self.child.try_wait()?.is_none() {
            if begin.elapsed() > STOP_DEADLINE {
                self.child.kill()?;
                self.child.wait()?;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing more can be done with a process that cannot be stopped.
        let _ = self.end();
    }
}

/// An address of this machine that was free just now.
pub fn free_host() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    listener.map(|address| address.to_string()).map_err(|error| format!("no free port: {error}"))
}

/// Starts the server that discards bodies, which is this same program.
pub fn start_discard(tls: &Tls) -> Result<(Server, Endpoint), String> {
    let (host, tls_host) = (free_host()?, free_host()?);
    let endpoint = Endpoint::new("discard (hyper)", Kind::Discard, &host, KEYS, 0);
    let mut command = Command::new(std::env::current_exe().map_err(text)?);
    command.args(["discard", &host, &tls_host]).arg(&tls.certificate).arg(&tls.key);
    let server = Server::start(command, &endpoint)?;
    endpoint.pid.set(server.pid());
    let endpoint = endpoint.with_tls_twin(&tls_host, &tls.client, server.pid());
    Ok((server, endpoint))
}

fn text(error: io::Error) -> String {
    error.to_string()
}
