//! The binary, running: what tests of it share.

#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "tests reach the server as they need")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_coldkeep");

/// It, with these words, nothing on standard input and none of the environment's settings.
pub fn coldkeep(words: &[&str]) -> Command {
    program(BINARY, words)
}

/// The same of any program.
fn program(path: &str, words: &[&str]) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("COLDKEEP_")) {
        command.env_remove(name);
    }
    command.args(words).stdin(Stdio::null());
    command
}

/// A server on ports that the system chose, and what it printed until it served.
pub struct Running {
    pub child: Child,
    pub greeting: String,
}

impl Running {
    /// Starts it with more words.
    pub fn start(data: &Path, words: &[&str]) -> Self {
        Self::start_under("exec \"$@\"", data, words)
    }

    /// Starts it from a line of a shell.
    pub fn start_under(line: &str, data: &Path, words: &[&str]) -> Self {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
        let mut command = program("sh", &["-c", line, "sh", BINARY]);
        command.args(serve).arg("--data").arg(data).args(words).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Self { child: command.spawn().unwrap(), greeting: String::new() };
        let mut out = BufReader::new(running.child.stdout.take().unwrap());
        // It ends with an empty line; the first start has empty lines in between, and says last how to see the keys.
        loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "ended early: {}", running.greeting);
            running.greeting.push_str(&line);
            let first_start = running.greeting.contains("secret key");
            if line.trim().is_empty() && (!first_start || running.greeting.contains("show-keys")) {
                return running;
            }
        }
    }

    /// Where it listens, by the greeting's row.
    pub fn address(&self, row: &str) -> SocketAddr {
        let line = self.greeting.lines().find(|line| line.trim().starts_with(row)).unwrap();
        line.rsplit("://").next().unwrap().parse().unwrap()
    }

    /// The whole answer of its admin port.
    pub fn admin(&self, path: &str) -> String {
        let mut connection = TcpStream::connect(self.address("health")).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).unwrap();
        text
    }

    /// Asks it to stop; its exit code.
    pub fn stop(mut self) -> i32 {
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
