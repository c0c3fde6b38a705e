//! What `/metrics` shows, and the observer that counts requests.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use coldkeep_http::{Observer, Record};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry, Unit};

use crate::access_log::AccessLines;
use crate::pools::OfStaging;
use crate::wrong_keys::WrongKeys;

/// Bounds of the duration histogram, in seconds: a small GET to a large part.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    door: &'static str,
    operation: &'static str,
    status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    door: &'static str,
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByDoor {
    door: &'static str,
}

/// All metrics of a server.
pub struct Metrics {
    registry: parking_lot::Mutex<Registry>,
    requests: Family<Answered, Counter>,
    durations: Family<Operation, Histogram, fn() -> Histogram>,
    bytes_in: Family<ByDoor, Counter>,
    bytes_out: Family<ByDoor, Counter>,
    connections: Gauge,
    free_bytes: Gauge,
    total_bytes: Gauge,
    pools_free_bytes: Family<OfPool, Gauge>,
    pools_total_bytes: Family<OfPool, Gauge>,
    held: [Gauge; 7],
    quotas: [Family<OfQuota, Gauge>; 6],
}

/// What a store holds, in the order of [`Metrics::set_usage`]: name, words, and unit.
const HELD: [(&str, &str, Option<Unit>); 7] = [
    ("buckets", "Buckets", None),
    ("objects", "Objects in buckets", None),
    ("object", "Bytes of objects, also where copies share them", Some(Unit::Bytes)),
    ("vaults", "Vaults", None),
    ("archives", "Archives in vaults", None),
    ("archive", "Bytes of archives, with 32,768 of overhead each", Some(Unit::Bytes)),
    ("open_uploads", "Multipart uploads that are open", None),
];

/// What is told of each quota.
const QUOTAS: [(&str, &str, Option<Unit>); 6] = [
    ("quota_used", "Bytes of what has a quota", Some(Unit::Bytes)),
    ("quota_soft", "Bytes beyond which the log says so", Some(Unit::Bytes)),
    ("quota_hard", "Bytes that are not exceeded", Some(Unit::Bytes)),
    ("quota_used_objects", "Objects and archives of what has a quota", None),
    ("quota_soft_objects", "Objects and archives beyond which the log says so", None),
    ("quota_hard_objects", "Objects and archives that are not exceeded", None),
];

/// Labels: the name of a pool.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPool {
    pool: String,
}

/// Labels: what a quota is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfQuota {
    of: String,
}

/// With name, words, and unit.
fn register(registry: &mut Registry, (name, help, unit): (&str, &str, Option<Unit>), metric: impl Metric) {
    match unit {
        Some(unit) => registry.register_with_unit(name, help, unit, metric),
        None => registry.register(name, help, metric),
    }
}

impl Metrics {
    /// All metrics, at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("coldkeep");
        let metrics = Self {
            registry: parking_lot::Mutex::default(),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            bytes_in: Family::default(),
            bytes_out: Family::default(),
            connections: Gauge::default(),
            free_bytes: Gauge::default(),
            total_bytes: Gauge::default(),
            pools_free_bytes: Family::default(),
            pools_total_bytes: Family::default(),
            held: Default::default(),
            quotas: Default::default(),
        };
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running build", build);
        registry.register("requests", "Requests that ended, by answer", metrics.requests.clone());
        let seconds = "From a request's head to the last byte of its answer";
        registry.register_with_unit("request_duration", seconds, Unit::Seconds, metrics.durations.clone());
        registry.register_with_unit(
            "received",
            "Request bodies, framing included",
            Unit::Bytes,
            metrics.bytes_in.clone(),
        );
        registry.register_with_unit("sent", "Response bodies", Unit::Bytes, metrics.bytes_out.clone());
        registry.register("open_connections", "Connections that are open", metrics.connections.clone());
        registry.register_with_unit("free", "Room for stored bytes", Unit::Bytes, metrics.free_bytes.clone());
        registry.register_with_unit("capacity", "Room in all", Unit::Bytes, metrics.total_bytes.clone());
        let of_pools = [
            ("pool_free", "Room in a pool", &metrics.pools_free_bytes),
            ("pool_capacity", "Room in all in a pool", &metrics.pools_total_bytes),
        ];
        for (name, help, family) in of_pools {
            registry.register_with_unit(name, help, Unit::Bytes, family.clone());
        }
        for (said, gauge) in HELD.into_iter().zip(&metrics.held) {
            register(&mut registry, said, gauge.clone());
        }
        for (said, family) in QUOTAS.into_iter().zip(&metrics.quotas) {
            register(&mut registry, said, family.clone());
        }
        *metrics.registry.lock() = registry;
        metrics
    }

    /// Adds the counters of background work, and of the metadata engine where it has any.
    pub fn watch(&self, meta: Option<Arc<coldkeep_meta::Stats>>, jobs: Arc<coldkeep_jobs::Stats>) {
        let mut registry = self.registry.lock();
        if let Some(meta) = meta {
            registry.register_collector(Box::new(Records(meta)));
        }
        registry.register_collector(Box::new(Below(jobs)));
    }

    /// Adds what the servers of a shared store know of each other.
    pub fn watch_servers(&self, store: &coldkeep_store::Store) {
        self.registry.lock().register_collector(Box::new(OfServers(store.clone())));
    }

    /// Adds what the programs of staged pools do.
    pub fn watch_staging(&self, staging: OfStaging) {
        self.registry.lock().register_collector(Box::new(staging));
    }

    /// Sets how much room there is.
    pub fn set_space(&self, space: coldkeep_blob::Space) {
        self.free_bytes.set(i64::try_from(space.free_bytes).unwrap_or(i64::MAX));
        self.total_bytes.set(i64::try_from(space.total_bytes).unwrap_or(i64::MAX));
    }

    /// Sets how much room there is in a pool beside the default.
    pub fn set_pool_space(&self, pool: &str, space: coldkeep_blob::Space) {
        let numbers = [(&self.pools_free_bytes, space.free_bytes), (&self.pools_total_bytes, space.total_bytes)];
        for (family, bytes) in numbers {
            family.get_or_create(&OfPool { pool: pool.into() }).set(i64::try_from(bytes).unwrap_or(i64::MAX));
        }
    }

    /// Sets what there is.
    pub fn set_usage(&self, usage: &coldkeep_store::Usage) {
        let numbers = [
            usage.buckets,
            usage.objects,
            usage.object_bytes,
            usage.vaults,
            usage.archives,
            usage.archive_bytes,
            usage.open_uploads,
        ];
        for (gauge, number) in self.held.iter().zip(numbers) {
            gauge.set(i64::try_from(number).unwrap_or(i64::MAX));
        }
    }

    /// Sets what quotas there are, and what is used of them; only what has one is told, so that the operator says how much that is.
    pub fn set_quotas(&self, quotas: &[coldkeep_store::QuotaReport]) {
        self.quotas.iter().for_each(Family::clear);
        for report in quotas {
            let numbers = [
                Some(report.used_bytes),
                report.quota.soft_bytes,
                report.quota.hard_bytes,
                Some(report.used_objects),
                report.quota.soft_objects,
                report.quota.hard_objects,
            ];
            for (family, number) in self.quotas.iter().zip(numbers) {
                if let Some(number) = number {
                    let gauge = family.get_or_create(&OfQuota { of: report.of.to_string() });
                    gauge.set(i64::try_from(number).unwrap_or(i64::MAX));
                }
            }
        }
    }

    /// All metrics in the OpenMetrics text form.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry.lock())?;
        Ok(text)
    }

    fn count(&self, record: &Record) {
        let door = record.door;
        let operation = record.annotation.operation.unwrap_or("none");
        let status = record.status.map_or_else(|| "none".to_owned(), |status| status.as_str().to_owned());
        self.requests.get_or_create(&Answered { door, operation, status }).inc();
        self.durations.get_or_create(&Operation { door, operation }).observe(record.duration.as_secs_f64());
        self.bytes_in.get_or_create(&ByDoor { door }).inc_by(record.bytes_in);
        self.bytes_out.get_or_create(&ByDoor { door }).inc_by(record.bytes_out);
    }
}

/// What the metadata engine counts for itself, read when somebody asks.
#[derive(Debug)]
struct Records(Arc<coldkeep_meta::Stats>);

impl Collector for Records {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = [
            ("metadata_commits", "Commits applied", read(&self.0.commits)),
            ("metadata_refusals", "Commits refused since a record had changed", read(&self.0.refusals)),
            ("metadata_groups", "Groups of commits, that is syncs", read(&self.0.groups)),
        ];
        encode_counters(&mut encoder, &counters)?;
        let seconds = ConstCounter::new(read(&self.0.sync_nanos) as f64 / 1e9);
        let help = "Time spent writing and syncing groups";
        seconds.encode(encoder.encode_descriptor("metadata_sync", help, Some(&Unit::Seconds), counter_kind())?)
    }
}

/// What background work counts for itself.
#[derive(Debug)]
struct Below(Arc<coldkeep_jobs::Stats>);

impl Collector for Below {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = [
            ("reclaimed_contents", "Contents freed or found to be owned", read(&self.0.reclaimed)),
            ("swept_blobs", "Blobs moved to quarantine that an earlier run left unfinished", read(&self.0.swept)),
            (
                "expired_objects",
                "Objects, versions and delete markers that went by a lifecycle rule",
                read(&self.0.expired_objects),
            ),
            (
                "moved_objects",
                "Objects and versions that a lifecycle rule moved to another storage class",
                read(&self.0.moved_objects),
            ),
            (
                "archived_objects",
                "Objects and versions archived by Intelligent-Tiering since nobody read them",
                read(&self.0.archived_objects),
            ),
            (
                "pool_moved_objects",
                "Objects and versions whose bytes followed their class into another pool",
                read(&self.0.pool_moved_objects),
            ),
            ("pool_moved_bytes", "Bytes that followed a class into another pool", read(&self.0.pool_moved_bytes)),
            ("expired_archives", "Archives that expired by the rule of their vault", read(&self.0.expired_archives)),
            ("aborted_uploads", "Uploads aborted by a lifecycle rule", read(&self.0.aborted_uploads)),
            ("abandoned_uploads", "Uploads dropped that nobody went on with", read(&self.0.abandoned_uploads)),
            ("delivered_events", "Events of buckets handed over to queues and topics", read(&self.0.delivered_events)),
            ("dropped_events", "Events dropped that queues and topics did not take", read(&self.0.dropped_events)),
            ("due_runs", "Passes over the work due", read(&self.0.due_runs)),
        ];
        encode_counters(&mut encoder, &counters)?;
        let next_due = self.0.next_due_ms.load(Ordering::Relaxed) as f64 / 1e3;
        let gauges = [
            ("held_contents", "Released contents that are still being read", None, read(&self.0.held) as f64),
            ("quarantined", "Bytes in quarantine", Some(&Unit::Bytes), read(&self.0.quarantined_bytes) as f64),
            (
                "sweep_withheld",
                "1 while nothing of earlier runs is swept, since metadata was lost",
                None,
                read(&self.0.sweep_withheld) as f64,
            ),
            (
                "pool_moves_waiting",
                "Objects and versions whose bytes were still to follow their class at the last pass",
                None,
                read(&self.0.pool_moves_waiting) as f64,
            ),
            ("next_due", "When work will be due next, since 1970; 0 when none is", Some(&Unit::Seconds), next_due),
        ];
        for (name, help, unit, value) in gauges {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// The servers of a shared store, as this one sees them.
struct OfServers(coldkeep_store::Store);

impl fmt::Debug for OfServers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.servers().fmt(out)
    }
}

impl Collector for OfServers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let (Some(servers), Some(windows)) = (self.0.servers(), self.0.windows()) else { return Ok(()) };
        let gauges = [
            ("servers", "Servers of this store that are alive", servers.alive as f64),
            (
                "clock_skew_seconds",
                "How far this server's clock is ahead of the database's",
                servers.skew_ms as f64 / 1000.0,
            ),
            (
                "window_open",
                "Numbers of blobs that are being written, or whose commit was not answered",
                windows.open as f64,
            ),
            (
                "window_left",
                "Numbers of blobs that were begun in vain, and are looked at once more after a quarter of an hour",
                windows.left as f64,
            ),
            ("window_reserved", "Numbers of blobs that are reserved and not used yet", windows.reserved as f64),
            ("leads", "1 where this server reclaims, sweeps, and does what is due", f64::from(u8::from(servers.leads))),
        ];
        for (name, help, value) in gauges {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        let deaths = ("servers_declared_dead", "Other servers that this one declared dead", servers.declared_dead);
        encode_counters(&mut encoder, &[deaths])
    }
}

fn encode_counters(encoder: &mut DescriptorEncoder<'_>, counters: &[(&str, &str, u64)]) -> Result<(), fmt::Error> {
    for (name, help, value) in counters {
        let counter = ConstCounter::new(*value);
        counter.encode(encoder.encode_descriptor(name, help, None, counter_kind())?)?;
    }
    Ok(())
}

fn counter_kind() -> prometheus_client::metrics::MetricType {
    prometheus_client::metrics::MetricType::Counter
}

/// Hears of the requests of one listener.
pub struct Watcher {
    metrics: Arc<Metrics>,
    access: Option<Arc<AccessLines>>,
    wrong_keys: WrongKeys,
    open: AtomicI64,
}

impl Watcher {
    /// A watcher for one listener.
    pub fn new(metrics: Arc<Metrics>, access: Option<Arc<AccessLines>>) -> Self {
        Self { metrics, access, wrong_keys: WrongKeys::default(), open: AtomicI64::new(0) }
    }
}

impl Observer for Watcher {
    fn finished(&self, record: &Record) {
        self.metrics.count(record);
        self.wrong_keys.saw(record);
        if let Some(access) = &self.access {
            access.log(record);
        }
    }

    fn connections(&self, open: usize) {
        // Each listener reports its own number; the gauge is the sum.
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        let before = self.open.swap(open, Ordering::Relaxed);
        self.metrics.connections.inc_by(open - before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_add_up_and_everything_has_a_name() {
        let metrics = Arc::new(Metrics::new());
        metrics.watch(Some(Arc::default()), Arc::default());
        let (one, other) = (Watcher::new(metrics.clone(), None), Watcher::new(metrics.clone(), None));
        one.connections(3);
        other.connections(2);
        one.connections(1);
        metrics.set_space(coldkeep_blob::Space { free_bytes: 7, total_bytes: 9 });
        metrics.set_pool_space("cold", coldkeep_blob::Space { free_bytes: 4, total_bytes: 5 });
        metrics.set_usage(&coldkeep_store::Usage { objects: 3, object_bytes: 5, ..Default::default() });
        let text = metrics.text().unwrap();
        for line in [
            "coldkeep_objects 3",
            "coldkeep_object_bytes 5",
            "coldkeep_open_connections 3",
            "coldkeep_free_bytes 7",
            "coldkeep_pool_free_bytes{pool=\"cold\"} 4",
            "coldkeep_pool_capacity_bytes{pool=\"cold\"} 5",
            "coldkeep_metadata_commits_total 0",
            "coldkeep_metadata_sync_seconds_total 0.0",
            "coldkeep_next_due_seconds 0.0",
            "coldkeep_reclaimed_contents_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}
