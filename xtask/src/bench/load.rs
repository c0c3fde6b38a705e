//! Sends many requests over several connections at once, and measures.
//!
//! A thread for each connection, each blocking: on the one core that the client has, that costs less than any runtime.
//! Requests are made before the clock starts and connections are open by then.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::endpoint::Endpoint;
use super::process;
use super::request::Request;
use super::sample::{Latencies, Sample};

/// What is sent how.
pub struct Load<'r> {
    /// The requests.
    pub requests: &'r [Request],
    /// Connections, each with one request in flight.
    pub connections: usize,
    /// Send the requests again and again for so long; once otherwise.
    pub repeat_for: Option<Duration>,
    /// Keep the answers' ETags, by request. Only for requests that are sent once.
    pub keep_etags: bool,
}

/// What came back.
pub struct Outcome {
    /// The measurement.
    pub sample: Sample,
    /// ETags in the order of requests, if they were kept.
    pub etags: Vec<String>,
}

impl<'r> Load<'r> {
    /// Each request once.
    pub fn once(requests: &'r [Request], connections: usize) -> Self {
        Self { requests, connections, repeat_for: None, keep_etags: false }
    }

    /// The requests again and again.
    pub fn repeated(requests: &'r [Request], connections: usize, time: Duration) -> Self {
        Self { requests, connections, repeat_for: Some(time), keep_etags: false }
    }

    /// Runs it. The first refusal ends it.
    pub fn run(&self, endpoint: &Endpoint) -> Result<Outcome, String> {
        let shared = Shared {
            load: self,
            host: &endpoint.host,
            next: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            ready: Barrier::new(self.connections + 1),
        };
        // A process that cannot be measured is found out before threads wait for the start.
        endpoint.usage()?;
        let mut connections = Vec::new();
        for _ in 0..self.connections {
            connections.push(endpoint.connect()?);
        }
        let name = &endpoint.name;
        let (sample, etags) = std::thread::scope(|scope| {
            let lanes: Vec<_> = connections
                .into_iter()
                .map(|connection| scope.spawn(|| shared.lane(connection).map_err(|error| format!("{name}: {error}"))))
                .collect();
            let measured = measure(endpoint, || {
                shared.ready.wait();
                let mut all = Lane::default();
                for lane in lanes {
                    let lane = lane.join().map_err(|_| "a client thread panicked".to_owned())??;
                    all.nanos.extend(lane.nanos);
                    all.bytes += lane.bytes;
                    all.etags.extend(lane.etags);
                }
                Ok(all)
            });
            let (mut all, mut sample) = measured?;
            sample.requests = all.nanos.len() as u64;
            sample.bytes = all.bytes;
            sample.latencies = Latencies::of(&mut all.nanos);
            all.etags.sort_unstable();
            Ok::<_, String>((sample, all.etags.into_iter().map(|(_, etag)| etag).collect()))
        })?;
        Ok(Outcome { sample, etags })
    }
}

/// Measures the server and the client while something runs. Requests, bytes and latencies are the caller's to fill in.
pub fn measure<T>(endpoint: &Endpoint, run: impl FnOnce() -> Result<T, String>) -> Result<(T, Sample), String> {
    // Where the kernel does not allow it, the peak is that of the server's life.
    let _ = process::reset_peak(endpoint.pid.get());
    let client = process::cores().1;
    let (before, idle) = (endpoint.usage()?, process::idle_seconds(client));
    let (own, start) = (process::own_cpu_seconds(), Instant::now());
    let value = run()?;
    let (seconds, own_after, after) = (start.elapsed().as_secs_f64(), process::own_cpu_seconds(), endpoint.usage()?);
    let client_idle_seconds = process::idle_seconds(client) - idle;
    let server = process::Usage {
        cpu_seconds: after.cpu_seconds - before.cpu_seconds,
        written_bytes: after.written_bytes - before.written_bytes,
        peak_bytes: after.peak_bytes,
        below_cpu_seconds: after.below_cpu_seconds - before.below_cpu_seconds,
    };
    let client_cpu_seconds = own_after - own;
    Ok((value, Sample { seconds, server, client_cpu_seconds, client_idle_seconds, ..Sample::default() }))
}

struct Shared<'l> {
    load: &'l Load<'l>,
    host: &'l str,
    next: AtomicUsize,
    stop: AtomicBool,
    ready: Barrier,
}

#[derive(Default)]
struct Lane {
    nanos: Vec<u64>,
    bytes: u64,
    etags: Vec<(usize, String)>,
}

impl Shared<'_> {
    fn lane(&self, mut connection: Connection) -> Result<Lane, String> {
        self.ready.wait();
        let outcome = self.send(&mut connection);
        if outcome.is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
        outcome.map_err(|error| format!("{}: {error}", self.host))
    }

    fn send(&self, connection: &mut Connection) -> Result<Lane, String> {
        let (requests, begin, mut lane) = (self.load.requests, Instant::now(), Lane::default());
        let mut now = begin;
        while !self.stop.load(Ordering::Relaxed) {
            let mut index = self.next.fetch_add(1, Ordering::Relaxed);
            match self.load.repeat_for {
                Some(time) if now - begin >= time => break,
                Some(_) => index %= requests.len(),
                None if index >= requests.len() => break,
                None => {}
            }
            let request = &requests[index];
            let start = Instant::now();
            let answer = connection.exchange(request, self.load.keep_etags).map_err(|error| error.to_string())?;
            now = Instant::now();
            if answer.status >= 300 {
                let text: String = answer.text().chars().take(400).collect();
                return Err(format!("request {index}: {} {text}", answer.status));
            }
            lane.nanos.push(u64::try_from((now - start).as_nanos()).unwrap_or(u64::MAX));
            lane.bytes += request.body.len() as u64 + answer.body_bytes;
            if self.load.keep_etags {
                lane.etags.push((index, answer.header("etag").ok_or("no ETag")?.to_owned()));
            }
        }
        Ok(lane)
    }
}
