//! All pages of a list, again and again. The latency is that of a whole walk: the sum of its requests, without what the
//! client needs to read a page and to ask for the next.

use std::time::{Duration, Instant};

use crate::bench::connection::{Connection, Response};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::measure;
use crate::bench::request::Request;
use crate::bench::sample::{Latencies, Sample};

/// The connection of a walk, and what its requests took.
pub struct Walk<'e> {
    endpoint: &'e Endpoint,
    connection: Connection,
    spent: Duration,
}

impl<'e> Walk<'e> {
    /// A walk that has not begun.
    pub fn new(endpoint: &'e Endpoint) -> Result<Self, String> {
        Ok(Self { endpoint, connection: endpoint.connect()?, spent: Duration::ZERO })
    }

    /// Asks for a page.
    pub fn page(&mut self, request: &Request) -> Result<Response, String> {
        let start = Instant::now();
        let page = self.endpoint.call_on(&mut self.connection, request);
        self.spent += start.elapsed();
        page
    }

    /// Walks for so long, at least once. Each walk must find `expected` entries.
    pub fn repeat(
        mut self,
        time: Duration,
        expected: usize,
        mut walk: impl FnMut(&mut Self) -> Result<usize, String>,
    ) -> Result<Sample, String> {
        let mut nanos = Vec::new();
        let endpoint = self.endpoint;
        let ((), mut sample) = measure(endpoint, || {
            let begin = Instant::now();
            while nanos.is_empty() || begin.elapsed() < time {
                self.spent = Duration::ZERO;
                let found = walk(&mut self)?;
                nanos.push(u64::try_from(self.spent.as_nanos()).unwrap_or(u64::MAX));
                if found != expected {
                    return Err(format!("{}: a list gave {found} of {expected} entries", endpoint.name));
                }
            }
            Ok(())
        })?;
        sample.requests = nanos.len() as u64;
        sample.keys = sample.requests * expected as u64;
        sample.latencies = Latencies::of(&mut nanos);
        Ok(sample)
    }
}
