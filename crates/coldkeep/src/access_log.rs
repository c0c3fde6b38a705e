//! The access log: one JSON line for each request, written by a thread of its own.
//!
//! Requests never wait for it: when the disk cannot keep up, lines are dropped and their number is logged. A file is only
//! appended to, so it can be rotated by copying and truncating. What clients send shows in it and does nothing.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;

use coldkeep_http::Record;
use parking_lot::Mutex;
use serde::Serialize;

use crate::Failure;
use crate::escape;
use crate::target::Target;
use crate::values::AccessLog;

/// Lines that may wait to be written: some megabytes.
const QUEUE_LINES: usize = 16_384;

/// What calls in work are about, until they are logged.
#[derive(Default)]
pub struct Notes(Mutex<HashMap<String, Target>>);

impl Notes {
    /// Notes what the call with this request id is about.
    pub fn note(&self, request_id: &str, target: Target) {
        self.0.lock().insert(request_id.to_owned(), target);
    }

    fn take(&self, request_id: &str) -> Target {
        self.0.lock().remove(request_id).unwrap_or_default()
    }
}

/// The log, open. Dropping it writes what waits.
pub struct AccessLines {
    lines: Option<SyncSender<String>>,
    thread: Option<JoinHandle<()>>,
    notes: Arc<Notes>,
    dropped: AtomicU64,
}

impl AccessLines {
    /// Opens the log; `None` when it is off.
    pub fn open(place: &AccessLog) -> Result<Option<Self>, Failure> {
        let out: Box<dyn Write + Send> = match place {
            AccessLog::Off => return Ok(None),
            AccessLog::Stdout => Box::new(io::stdout()),
            AccessLog::File(path) => {
                let file = OpenOptions::new().create(true).append(true).mode(0o640).open(path);
                Box::new(file.map_err(|error| Failure::file("open the access log", path, &error))?)
            }
        };
        let (lines, waiting) = sync_channel(QUEUE_LINES);
        let thread = std::thread::Builder::new().name("access-log".into()).spawn(move || write(out, &waiting));
        let thread = thread.map_err(|error| Failure::new(format!("cannot start a thread: {error}")))?;
        let (notes, dropped) = (Arc::default(), AtomicU64::new(0));
        Ok(Some(Self { lines: Some(lines), thread: Some(thread), notes, dropped }))
    }

    /// Where doors note what calls are about.
    pub fn notes(&self) -> &Arc<Notes> {
        &self.notes
    }

    /// Logs a request that ended.
    pub fn log(&self, record: &Record) {
        let target = self.notes.take(record.request_id.as_str());
        let Ok(line) = serde_json::to_string(&Line::new(record, target)) else { return };
        let line = escape::json(&line).into_owned();
        let sent = self.lines.as_ref().is_some_and(|lines| lines.try_send(line).is_ok());
        if !sent {
            let dropped = self.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            if dropped.is_power_of_two() {
                tracing::warn!(dropped, "access lines were dropped: the log is written too slowly");
            }
        }
    }
}

impl Drop for AccessLines {
    fn drop(&mut self) {
        self.lines = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was logged when it happened.
            let _ = thread.join();
        }
    }
}

fn write(out: Box<dyn Write + Send>, waiting: &Receiver<String>) {
    let mut out = BufWriter::with_capacity(64 << 10, out);
    let mut failed = false;
    while let Ok(first) = waiting.recv() {
        let mut line = first;
        let outcome = loop {
            line.push('\n');
            if let Err(error) = out.write_all(line.as_bytes()) {
                break Err(error);
            }
            line = match waiting.try_recv() {
                Ok(next) => next,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break out.flush(),
            };
        };
        if let Err(error) = &outcome
            && !failed
        {
            tracing::error!(%error, "the access log cannot be written");
        }
        failed = outcome.is_err();
    }
}

/// One line. Field names as S3's own parameters have them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    time: String,
    request_id: &'a str,
    door: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'a str>,
    method: &'a str,
    host: &'a str,
    path: &'a str,
    #[serde(flatten)]
    target: Target,
    /// Absent when the client left before there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    complete: bool,
    bytes_in: u64,
    bytes_out: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_byte_ms: Option<f64>,
    duration_ms: f64,
    remote: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn new(record: &'a Record, target: Target) -> Self {
        fn text(value: &http::HeaderValue) -> Option<&str> {
            value.to_str().ok()
        }
        // Microseconds are enough.
        let millis = |time: std::time::Duration| time.as_micros() as f64 / 1000.0;
        Self {
            time: record.received.iso_millis(),
            request_id: record.request_id.as_str(),
            door: record.door,
            operation: record.annotation.operation,
            method: record.method.as_str(),
            host: record.host.as_ref().and_then(text).unwrap_or_default(),
            path: record.uri.path(),
            target: Target { key: target.key.or_else(|| record.annotation.key.clone()), ..target },
            status: record.status.map(|status| status.as_u16()),
            error: record.annotation.error.as_deref(),
            complete: record.complete,
            bytes_in: record.bytes_in,
            bytes_out: record.bytes_out,
            first_byte_ms: record.to_response.map(millis),
            duration_ms: millis(record.duration),
            remote: record.remote.to_string(),
            caller: record.annotation.caller.as_deref(),
            user_agent: record.user_agent.as_ref().and_then(text),
        }
    }
}
