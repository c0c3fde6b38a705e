//! What one round of a scenario on one endpoint gave, and how rounds become one figure.

use serde_json::{Value, json};

use super::process::Usage;

/// Times of single requests, in milliseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Latencies {
    /// Half of them are no longer.
    pub p50: f64,
    /// 99 of 100 are no longer.
    pub p99: f64,
    /// 999 of 1,000 are no longer.
    pub p999: f64,
}

/// One round.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// Requests answered.
    pub requests: u64,
    /// Keys listed or deleted, where a request is about many.
    pub keys: u64,
    /// Bytes of bodies sent or received.
    pub bytes: u64,
    /// From the first request to the last answer.
    pub seconds: f64,
    /// What the server used meanwhile.
    pub server: Usage,
    /// Processor seconds of the client.
    pub client_cpu_seconds: f64,
    /// Seconds in which the client's core had nothing to do, in hundredths.
    pub client_idle_seconds: f64,
    /// Times of single requests.
    pub latencies: Latencies,
}

/// A figure that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// MiB of bodies a second.
    MibPerSecond,
    /// Requests a second.
    RequestsPerSecond,
    /// Keys a second.
    KeysPerSecond,
    /// Milliseconds of server CPU in a second.
    BusyMillis,
    /// Median time of a request, in milliseconds.
    Milliseconds,
    /// Server CPU seconds for a GiB of bodies.
    CpuPerGib,
    /// Server CPU seconds for 1,000 requests.
    CpuPerThousand,
    /// CPU seconds of the database below the servers of a shared store, for 1,000 requests.
    BelowPerThousand,
    /// Requests, or keys where there are many in one, in a CPU second of the server.
    PerCoreSecond,
    /// Peak of the server's memory, in MiB.
    PeakMib,
    /// Bytes written to disk for each byte of body.
    WrittenPerByte,
    /// What the client took of the time that its core had for it, other work set aside: near 1, the client was the
    /// bottleneck.
    ClientBusy,
}

impl Latencies {
    /// Of times in nanoseconds, which are sorted for it.
    pub fn of(nanos: &mut [u64]) -> Self {
        nanos.sort_unstable();
        let at = |share: f64| {
            let index = ((nanos.len() as f64 * share).ceil() as usize).clamp(1, nanos.len().max(1)) - 1;
            nanos.get(index).map_or(0.0, |nanos| *nanos as f64 / 1e6)
        };
        Self { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
    }
}

impl Sample {
    /// The same, where requests and answers are short and cost what they cost whatever their length.
    pub fn without_bytes(self) -> Self {
        Self { bytes: 0, ..self }
    }

    /// A figure, where it has a meaning.
    pub fn figure(&self, figure: Figure) -> Option<f64> {
        let units = if self.keys > 0 { self.keys } else { self.requests };
        let ratio = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole).filter(|ratio| ratio.is_finite());
        match figure {
            Figure::MibPerSecond => ratio(self.bytes as f64 / f64::from(1 << 20), self.seconds),
            Figure::RequestsPerSecond => ratio(self.requests as f64, self.seconds),
            Figure::KeysPerSecond => ratio(self.keys as f64, self.seconds),
            Figure::BusyMillis => ratio(self.server.cpu_seconds * 1000.0, self.seconds),
            Figure::Milliseconds => (self.requests > 0).then_some(self.latencies.p50),
            Figure::CpuPerGib => ratio(self.server.cpu_seconds, self.bytes as f64 / f64::from(1 << 30)),
            Figure::CpuPerThousand => ratio(self.server.cpu_seconds * 1000.0, self.requests as f64),
            Figure::BelowPerThousand if self.server.below_cpu_seconds == 0.0 => None,
            Figure::BelowPerThousand => ratio(self.server.below_cpu_seconds * 1000.0, self.requests as f64),
            Figure::PerCoreSecond => ratio(units as f64, self.server.cpu_seconds),
            Figure::PeakMib => (self.server.peak_bytes > 0).then(|| self.server.peak_bytes as f64 / f64::from(1 << 20)),
            Figure::WrittenPerByte => ratio(self.server.written_bytes as f64, self.bytes as f64),
            // In a shorter time, hundredths of a second say nothing; nor does the rest of a core about a client at rest.
            Figure::ClientBusy if self.seconds < 0.5 || self.client_cpu_seconds < self.seconds / 20.0 => {
                ratio(self.client_cpu_seconds, self.seconds)
            }
            Figure::ClientBusy => ratio(self.client_cpu_seconds, self.client_cpu_seconds + self.client_idle_seconds),
        }
    }

    /// All of it.
    pub fn json(&self) -> Value {
        json!({
            "requests": self.requests, "keys": self.keys, "bytes": self.bytes, "seconds": self.seconds,
            "p50_ms": self.latencies.p50, "p99_ms": self.latencies.p99, "p999_ms": self.latencies.p999,
            "server_cpu_seconds": self.server.cpu_seconds, "server_written_bytes": self.server.written_bytes,
            "below_cpu_seconds": self.server.below_cpu_seconds, "server_peak_bytes": self.server.peak_bytes, "client_cpu_seconds": self.client_cpu_seconds,
            "client_idle_seconds": self.client_idle_seconds,
        })
    }
}

/// Median, least and most over the rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median; of an even number, the mean of the middle two.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
}

impl Spread {
    /// Over all values there are; none without any.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_unstable_by(f64::total_cmp);
        let (min, max) = (*values.first()?, *values.last()?);
        let middle = values.len() / 2;
        let median = if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 };
        Some(Self { median, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_latencies() {
        let mut nanos: Vec<u64> = (1..=1000).rev().map(|n| n * 1_000_000).collect();
        let latencies = Latencies::of(&mut nanos);
        assert_eq!((latencies.p50, latencies.p99, latencies.p999), (500.0, 990.0, 999.0));
        assert_eq!(Latencies::of(&mut [2_000_000]).p999, 2.0);
        assert_eq!(Latencies::of(&mut []).p50, 0.0);
    }

    #[test]
    fn figures_without_a_meaning_are_absent() {
        let server = Usage { cpu_seconds: 0.5, ..Usage::default() };
        let sample = Sample { requests: 1000, seconds: 2.0, server, ..Sample::default() };
        assert_eq!(sample.figure(Figure::PerCoreSecond), Some(2000.0));
        assert_eq!(sample.figure(Figure::CpuPerThousand), Some(0.5));
        assert_eq!(sample.figure(Figure::CpuPerGib), None);
        // Half of the core went to others: what the client got of the rest counts.
        let sample = Sample { client_cpu_seconds: 0.75, client_idle_seconds: 0.25, ..sample };
        assert_eq!(sample.figure(Figure::ClientBusy), Some(0.75));
    }

    #[test]
    fn medians() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Some(Spread { median: 2.0, min: 1.0, max: 3.0 }));
        assert_eq!(Spread::of([4.0, 1.0]).map(|spread| spread.median), Some(2.5));
        assert_eq!(Spread::of([]), None);
    }
}
