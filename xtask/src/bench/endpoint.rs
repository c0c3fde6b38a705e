//! A server under load: where it is, who the client is there, which process it is; and calls that prepare a scenario.

use std::cell::Cell;
use std::sync::Arc;

use rustls::ClientConfig;

use super::connection::{Connection, Response};
use super::process::{self, Usage};
use super::request::{Draft, Request};
use super::signature::Signer;

/// What a server is, which decides what it can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This project's server.
    Coldkeep,
    /// Another S3 server.
    Peer,
    /// The server that discards bodies.
    Discard,
    /// nginx over files.
    Nginx,
}

/// A server under load.
pub struct Endpoint {
    /// Its name in the tables.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// `HOST:PORT`.
    pub host: String,
    /// The process that is measured, with its children.
    pub pid: Cell<i32>,
    /// Another server over the same store, which takes every other connection and is measured with it: its address and its process.
    pub also: Option<(String, i32)>,
    /// The processes below them, which are measured by themselves.
    pub below: Vec<i32>,
    /// How many connections there were.
    connections: Cell<usize>,
    /// How the client speaks TLS to it, if it does.
    pub tls: Option<Arc<ClientConfig>>,
    /// The same server where it speaks TLS, if this one does not.
    tls_twin: Option<Box<Endpoint>>,
    s3: Signer,
    glacier: Signer,
}

impl Endpoint {
    /// An endpoint.
    pub fn new(name: &str, kind: Kind, host: &str, keys: (&str, &str), pid: i32) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            host: host.to_owned(),
            pid: Cell::new(pid),
            also: None,
            below: Vec::new(),
            connections: Cell::new(0),
            tls: None,
            tls_twin: None,
            s3: Signer::new(keys.0, keys.1, "s3"),
            glacier: Signer::new(keys.0, keys.1, "glacier"),
        }
    }

    /// Adds the same server where it speaks TLS: another address, and if need be another process.
    pub fn with_tls_twin(self, host: &str, tls: &Arc<ClientConfig>, pid: i32) -> Self {
        let twin = Self {
            tls: Some(tls.clone()),
            s3: self.s3.clone(),
            glacier: self.glacier.clone(),
            ..Self::new(&self.name, self.kind, host, ("", ""), pid)
        };
        Self { tls_twin: Some(Box::new(twin)), ..self }
    }

    /// The same server where it speaks TLS.
    pub fn over_tls(&self) -> Result<&Self, String> {
        self.tls_twin.as_deref().ok_or_else(|| format!("{}: no address with TLS is known", self.name))
    }

    /// An S3 request.
    pub fn s3(&self, method: &'static str, path: impl Into<String>) -> Draft<'_> {
        Draft::new(&self.s3, &self.host, method, path)
    }

    /// A Glacier request; the path begins behind the account. Without a body, it is signed as having none.
    pub fn glacier(&self, method: &'static str, path: &str) -> Draft<'_> {
        let draft = Draft::new(&self.glacier, &self.host, method, format!("/-{path}")).document("");
        draft.header("x-amz-glacier-version", "2012-06-01")
    }

    /// Connects.
    pub fn connect(&self) -> Result<Connection, String> {
        self.connections.set(self.connections.get() + 1);
        let host = match &self.also {
            Some((other, _)) if self.connections.get().is_multiple_of(2) => other,
            _ => &self.host,
        };
        Connection::open(host, self.tls.as_ref()).map_err(|error| format!("{}: cannot connect: {error}", self.name))
    }

    /// Sends one request; any answer but success is an error.
    pub fn call(&self, request: &Request) -> Result<Response, String> {
        self.call_on(&mut self.connect()?, request)
    }

    /// The same over a connection that is there.
    pub fn call_on(&self, connection: &mut Connection, request: &Request) -> Result<Response, String> {
        let response = connection.exchange(request, true).map_err(|error| format!("{}: {error}", self.name))?;
        self.expect_success(request, response)
    }

    /// Makes a refusal an error. S3 also answers 200 with an error inside.
    pub fn expect_success(&self, request: &Request, response: Response) -> Result<Response, String> {
        if !response.is_refusal() {
            return Ok(response);
        }
        let line = request.head.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let text: String = response.text().chars().take(400).collect();
        Err(format!("{}: {line}: {} {text}", self.name, response.status))
    }

    /// Makes a bucket, if it is not there.
    pub fn create_bucket(&self, bucket: &str) -> Result<(), String> {
        if self.call(&self.s3("HEAD", format!("/{bucket}")).build()).is_ok() {
            return Ok(());
        }
        self.call(&self.s3("PUT", format!("/{bucket}")).build()).map(drop)
    }

    /// What the server's process has used so far; and that of the other server, and those below.
    pub fn usage(&self) -> Result<Usage, String> {
        let of =
            |pid| process::usage(pid).map_err(|error| format!("{}: cannot measure its process: {error}", self.name));
        let mut usage = of(self.pid.get())?;
        if let Some((_, pid)) = self.also {
            let also = of(pid)?;
            usage.cpu_seconds += also.cpu_seconds;
            usage.written_bytes += also.written_bytes;
            usage.peak_bytes += also.peak_bytes;
        }
        for pid in &self.below {
            usage.below_cpu_seconds += of(*pid)?.cpu_seconds;
        }
        Ok(usage)
    }
}

/// The text of the first element of this name; enough for documents of known servers.
pub fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(value, _)| value)
}
