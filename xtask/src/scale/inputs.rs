//! What the simulation takes for given, each figure with where it is from. What nobody has measured is an assumption, and says so.

use crate::bench::report::number;

/// Objects in the end, after ten years.
pub const OBJECTS: f64 = 1e12;
/// Buckets in the end; those that are too small to weigh anything are left out.
pub const BUCKETS: usize = 100_000;
/// Buckets of an account.
pub const ACCOUNT_BUCKETS: usize = 20;
/// Of Pareto's law: how fast large buckets become rare.
pub const SIZE_TAIL: f64 = 1.2;
/// The same of requests for each object of a bucket.
pub const HEAT_TAIL: f64 = 1.3;
/// Requests a second for a million objects.
pub const REQUESTS_PER_MILLION: f64 = 0.7;
/// Of a thousand requests: how many copy, and how many are about keys from all over a bucket.
pub const COPIES: u64 = 10;
/// Lists with a delimiter, deletions of many.
pub const SPREAD: u64 = 20;
/// Of a hundred requests: how many write.
const WRITES: f64 = 15.0;

/// Objects that fill a store.
pub const STORE_OBJECTS: u64 = 2_000_000_000;
/// Requests a second that fill it.
pub const STORE_REQUESTS: f64 = 20_000.0;
/// Bytes of records in the database for an object whose key has 60 bytes and whose content is a blob.
pub const RECORD_BYTES: f64 = 680.0;
/// Bytes of an object.
pub const OBJECT_BYTES: f64 = 262_144.0;
/// What an OSD is filled with.
pub const OSD_BYTES: f64 = 15e12;
/// OSDs of one Ceph.
pub const CEPH_OSDS: f64 = 1024.0;
/// Processor time of a Coldkeep for a request, in seconds.
pub const SERVER_SECONDS: f64 = 600e-6;
/// Processor time of PostgreSQL for a commit and for a get, in seconds.
pub const COMMIT_SECONDS: f64 = 30e-6;
/// See there.
pub const GET_SECONDS: f64 = 12e-6;
/// A row of the router, in memory.
pub const ROW_BYTES: f64 = 128.0;

/// Promotions of a year that somebody wants, and that nobody does.
pub const SWITCHES: f64 = 4.0;
/// A primary dies.
pub const DEATHS: f64 = 1.0;
/// Both hosts of a database are lost, and it comes from its backup.
pub const LOSSES: f64 = 0.005;
/// Until a dead primary is noticed, in seconds.
pub const NOTICED_SECONDS: f64 = 30.0;
/// How long clients wait after a promotion.
pub const PAUSE_SECONDS: f64 = 2.5;
/// How fast a database comes from its backup, in bytes a second.
pub const RESTORE_RATE: f64 = 200e6;
/// What happened since the backup, done again: seconds.
pub const REPLAY_SECONDS: f64 = 3_600.0;

/// Processor time of PostgreSQL for a request: two gets a read, two commits a write.
pub fn database_seconds() -> f64 {
    let writes = WRITES / 100.0;
    2.0 * (writes * COMMIT_SECONDS + (1.0 - writes) * GET_SECONDS)
}

/// All of them, as a table.
pub fn table() -> String {
    let micros = |seconds: f64| format!("{} µs", number(seconds * 1e6));
    let rows = [
        ("records of an object with a key of 60 bytes", format!("{RECORD_BYTES} bytes"), "measured: *Sizing*"),
        (
            "PostgreSQL for a commit, for a get",
            format!("{}, {}", micros(COMMIT_SECONDS), micros(GET_SECONDS)),
            "design-scale, tried (PostgreSQL 15)",
        ),
        (
            "a Coldkeep for a request",
            micros(SERVER_SECONDS),
            "measured, of a PUT of 4 KiB: *Sizing*; a GET takes less, and nobody has measured how much",
        ),
        (
            "clients wait after a promotion",
            format!("{PAUSE_SECONDS} s"),
            "`cargo xtask cluster`, at most (a build for tests)",
        ),
        (
            "a store is full with",
            format!("{} objects, {} requests/s", number(STORE_OBJECTS as f64), number(STORE_REQUESTS)),
            "chosen: back from a backup within hours; under half of the gets, a fifth of the commits that were tried on two cores (89,000/s, 28,000/s)",
        ),
        (
            "requests",
            format!("{REQUESTS_PER_MILLION}/s a million objects, {WRITES} % of them write"),
            "assumption: Amazon told of 650,000/s over 905 billion objects (S3, 2012), and of 0.4 since",
        ),
        (
            "of a thousand, copies; lists with delimiter and deletions of many",
            format!("{COPIES}; {SPREAD}"),
            "assumption; half of the copies are within a bucket",
        ),
        ("sizes of buckets, requests an object", format!("Pareto {SIZE_TAIL}, {HEAT_TAIL}"), "assumption"),
        (
            "buckets",
            format!("{}, twice as many each year, each grows for two", number(BUCKETS as f64)),
            "assumption; half put new keys last, half anywhere",
        ),
        (
            "an object has; an OSD takes",
            format!("{} KiB; {} TB", OBJECT_BYTES / 1024.0, OSD_BYTES / 1e12),
            "assumption",
        ),
        (
            "a year of a database",
            format!("{SWITCHES} switches, {DEATHS} death, {LOSSES} losses of both hosts"),
            "assumption",
        ),
        ("a death is noticed in", format!("{NOTICED_SECONDS} s"), "Patroni's default"),
        ("a backup comes back with", format!("{} MB/s, and {} s", RESTORE_RATE / 1e6, REPLAY_SECONDS), "assumption"),
    ];
    let rows = rows.map(|(what, value, from)| format!("| {what} | {value} | {from} |\n"));
    format!("| taken for given | | from |\n|---|---|---|\n{}", rows.concat())
}
