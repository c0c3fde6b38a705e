//! The binary as an operator meets it: first start, refusals, health, stop, fsck.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_coldkeep");

fn coldkeep(words: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COLDKEEP_")) {
        command.env_remove(name);
    }
    command.args(words).stdin(Stdio::null());
    command
}

/// A server on ports that the system chose, and what it printed until it served.
struct Running {
    child: Child,
    greeting: String,
}

impl Running {
    fn start(data: &Path, words: &[&str]) -> Self {
        let mut command = coldkeep(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        command.arg("--data").arg(data).args(words).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Self { child: command.spawn().unwrap(), greeting: String::new() };
        let mut out = BufReader::new(running.child.stdout.take().unwrap());
        // It ends with an empty line; the first start has empty lines in between, and says the last thing about boto3.
        loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "ended early: {}", running.greeting);
            running.greeting.push_str(&line);
            let first_start = running.greeting.contains("secret key");
            if line.trim().is_empty() && (!first_start || running.greeting.contains("boto3.client")) {
                return running;
            }
        }
    }

    fn address(&self, row: &str) -> SocketAddr {
        let line = self.greeting.lines().find(|line| line.trim().starts_with(row)).unwrap();
        line.rsplit("://").next().unwrap().parse().unwrap()
    }

    fn admin(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(self.address("health")).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        text
    }

    fn stop(mut self) -> i32 {
        let kill = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where a test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn data() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn ends(words: &[&str], data: &Path) -> (i32, String) {
    let output: Output = coldkeep(words).arg("--data").arg(data).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn the_first_start_shows_the_keys_and_later_ones_do_not() {
    let data = data();
    let first = Running::start(data.path(), &[]);
    let word = |row: &str| {
        let line = first.greeting.lines().find(|line| line.trim().starts_with(row)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (access, secret) = (word("access key"), word("secret key"));
    assert!(access.starts_with("AKIA") && access.len() == 20 && secret.len() == 40);
    assert!(first.admin("/health/ready").starts_with("HTTP/1.1 200"));
    assert!(first.admin("/metrics").contains("coldkeep_build_info"));
    assert_eq!(first.stop(), 0);
    let second = Running::start(data.path(), &[]);
    assert!(!second.greeting.contains(&secret) && second.greeting.contains("root.toml"));
    assert_eq!(second.stop(), 0);
    assert_eq!(ends(&["fsck", "--read"], data.path()).0, 0);
}

#[test]
fn what_is_taken_is_refused_with_advice() {
    let data = data();
    let running = Running::start(data.path(), &["--buckets", "one,two"]);
    let taken = running.address("S3").to_string();
    let other = tempfile::tempdir().unwrap();
    let (code, text) = ends(&["serve", "--listen", &taken, "--admin-listen", "off"], other.path());
    assert!(code == 2 && text.contains(&taken) && text.contains("--listen"), "{text}");
    assert_eq!(std::fs::read_dir(other.path()).unwrap().count(), 0, "no data is touched without a port");
    let (code, text) = ends(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off"], data.path());
    assert!(code == 2 && text.contains("in use by another server") && text.contains("--data"), "{text}");
    let (code, text) = ends(&["fsck"], data.path());
    assert!(code == 2 && text.contains("in use by another server"), "{text}");
    assert_eq!(running.stop(), 0);
    // The buckets are there already: that is no mistake.
    assert_eq!(Running::start(data.path(), &["--buckets", "one,two"]).stop(), 0);
}

#[test]
fn fsck_runs_on_data_only() {
    let data = data();
    let (code, text) = ends(&["fsck"], data.path());
    assert!(code == 2 && text.contains("holds no data"), "{text}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "nothing is made");
}
