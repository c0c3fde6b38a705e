//! What `/metrics` tells of staged pools: what their programs have done, and have before them.

use std::fmt;

use coldkeep_store::{StagedCount, StagedWork, Store};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Unit;

/// The counts of a store, read when somebody asks.
pub struct OfStaging(pub Store);

impl fmt::Debug for OfStaging {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.staged().fmt(out)
    }
}

/// A name, what it says, and what it is of a count.
type Said = (&'static str, &'static str, fn(&StagedCount) -> u64);

const COUNTERS: [Said; 4] = [
    ("staged_batches", "Calls of the programs of staged pools", |of| of.batches),
    ("staged_blobs", "Blobs of which the programs of staged pools said that it is done", |of| of.blobs),
    ("staged_bytes", "Bytes of those blobs", |of| of.bytes),
    ("staged_failures", "Times that something failed with a blob of a staged pool", |of| of.failures),
];

impl Collector for OfStaging {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let staged = self.0.staged();
        let each = || StagedWork::ALL.into_iter().zip(&staged.of).map(|(work, of)| ([("work", work.name())], of));
        for (name, help, read) in COUNTERS {
            let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
            for (work, of) in each() {
                ConstCounter::new(read(of)).encode(family.encode_family(&work)?)?;
            }
        }
        let help = "Blobs of staged pools that waited when that was last looked at";
        let mut family = encoder.encode_descriptor("staged_waiting", help, None, MetricType::Gauge)?;
        for (work, of) in each() {
            ConstGauge::new(of.waiting as f64).encode(family.encode_family(&work)?)?;
        }
        let help = "When the oldest of them was asked for, since 1970; 0 when none waited";
        let oldest = encoder.encode_descriptor("staged_oldest", help, Some(&Unit::Seconds), MetricType::Gauge)?;
        ConstGauge::new(staged.oldest_ms as f64 / 1e3).encode(oldest)
    }
}
