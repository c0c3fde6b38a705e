//! Server processes that the bench starts itself, on the servers' core.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::endpoint::{Endpoint, Kind};
use super::process::{self, cores, pin_caller};

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
}

impl Coldkeep {
    /// Starts it and waits until a signed request is answered.
    pub fn start(&self) -> Result<Server, String> {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COLDKEEP_")) {
            command.env_remove(name);
        }
        command.arg("serve").arg("--data").arg(&self.data).args(["--listen", &self.host, "--admin-listen", "off"]);
        command.envs([("COLDKEEP_ROOT_ACCESS_KEY", KEYS.0), ("COLDKEEP_ROOT_SECRET_KEY", KEYS.1)]);
        command.envs([("COLDKEEP_ACCOUNT_ID", "111122223333"), ("COLDKEEP_LOG_LEVEL", "warn")]);
        Server::start(command, &self.endpoint())
    }

    /// The endpoint, with no process yet.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::new("coldkeep", Kind::Coldkeep, &self.host, KEYS, 0)
    }
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
pub fn start_discard() -> Result<(Server, Endpoint), String> {
    let host = free_host()?;
    let endpoint = Endpoint::new("discard (hyper)", Kind::Discard, &host, KEYS, 0);
    let mut command = Command::new(std::env::current_exe().map_err(text)?);
    command.args(["discard", &host]);
    let server = Server::start(command, &endpoint)?;
    endpoint.pid.set(server.pid());
    Ok((server, endpoint))
}

/// Starts nginx over files as the GET scenarios want them; none where it is not installed.
pub fn start_nginx(folder: &Path, objects: &[(String, usize)]) -> Result<Option<(Server, Endpoint)>, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    let Some(binary) = places.map(|place| place.join("nginx")).find(|file| file.is_file()) else { return Ok(None) };
    let host = free_host()?;
    for (path, bytes) in objects {
        let file = folder.join(path.trim_start_matches('/'));
        fs::create_dir_all(file.parent().unwrap_or(folder)).map_err(text)?;
        fs::write(file, super::payload::bytes(*bytes)).map_err(text)?;
    }
    // One process, which is both master and worker, so that the process that was started is the one that is measured.
    let root = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {root}/{name}; "))
        .concat();
    let configuration = format!(
        "daemon off; master_process off; error_log {root}/error.log; pid {root}/nginx.pid;\n\
         events {{ worker_connections 1024; }}\n\
         http {{ access_log off; sendfile on; keepalive_requests 1000000000; {temporary}\n\
         open_file_cache max=2000; server {{ listen {host}; root {root}; location = / {{ return 204; }} }} }}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration).map_err(text)?;
    let mut command = Command::new(binary);
    command.arg("-c").arg(&file).arg("-p").arg(folder).stderr(Stdio::null());
    let endpoint = Endpoint::new("nginx", Kind::Nginx, &host, KEYS, 0);
    let server = Server::start(command, &endpoint)?;
    endpoint.pid.set(server.pid());
    Ok(Some((server, endpoint)))
}

fn text(error: io::Error) -> String {
    error.to_string()
}
