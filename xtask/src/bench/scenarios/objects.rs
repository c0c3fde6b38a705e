//! Whole objects: PutObject, GetObject, HeadObject.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{BUCKET, Bench, DOWNLOADS, Scenario, TLS_DOWNLOADS, UPLOADS};
use crate::bench::endpoint::{Endpoint, Kind};
use crate::bench::load::Load;
use crate::bench::payload;
use crate::bench::request::{Proof, Request};
use crate::bench::sample::Figure;

/// Requests in flight.
pub const CLIENTS: usize = 16;
/// Bytes of the small objects.
pub const SMALL: usize = 4 << 10;
const RANGE: usize = 64 << 10;
/// Bytes of the large objects.
pub const LARGE: usize = 64 << 20;

/// Makes keys new in each round.
static ROUND: AtomicUsize = AtomicUsize::new(0);

/// Put, then get and head.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        put("put-4k", SMALL, (20_000, 100_000)).goal(Figure::PerCoreSecond, 15_000.0),
        put("put-64k", 64 << 10, (4_000, 20_000)),
        put("put-1m", 1 << 20, (500, 2_000)),
        read("get-4k", Figure::RequestsPerSecond, CLIENTS, |endpoint| {
            small_paths().map(|path| endpoint.s3("GET", path).build()).collect()
        })
        .goal(Figure::PerCoreSecond, 30_000.0),
        read("head", Figure::RequestsPerSecond, CLIENTS, |endpoint| {
            small_paths().map(|path| endpoint.s3("HEAD", path).build()).collect()
        })
        .goal(Figure::PerCoreSecond, 40_000.0),
        read("range-64k", Figure::RequestsPerSecond, CLIENTS, ranges).goal(Figure::PerCoreSecond, 10_000.0),
        get_large().goal(Figure::CpuPerGib, 0.30),
        get_large().over_tls(TLS_DOWNLOADS),
    ]
}

/// Path and size of the objects that are read.
pub fn served_objects() -> Vec<(String, usize)> {
    small_paths().map(|path| (path, SMALL)).chain(large_paths().map(|path| (path, LARGE))).collect()
}

fn small_paths() -> impl Iterator<Item = String> {
    (0..1000).map(|number| format!("/{BUCKET}/get/{SMALL}-{number}"))
}

/// Paths of the large objects.
pub fn large_paths() -> impl Iterator<Item = String> {
    (0..4).map(|number| format!("/{BUCKET}/get/{LARGE}-{number}"))
}

fn put(name: &str, bytes: usize, (quick, full): (usize, usize)) -> Scenario {
    Scenario::new(name, Figure::RequestsPerSecond, UPLOADS, move |bench, endpoint| {
        endpoint.create_bucket(BUCKET)?;
        let round = ROUND.fetch_add(1, Ordering::Relaxed);
        let path = |number: usize| format!("/{BUCKET}/put/{round}/{number:06}");
        let put = |number| endpoint.s3("PUT", path(number)).body(payload::bytes(bytes), Proof::Unsigned).build();
        let requests: Vec<_> = (0..bench.size(quick, full)).map(put).collect();
        // What was put stays: after a delete of many files, ext4 searches long for an inode that is not too fresh.
        Ok(Load::once(&requests, CLIENTS).run(endpoint)?.sample)
    })
}

fn get_large() -> Scenario {
    read("get-64m", Figure::MibPerSecond, 4, |endpoint| {
        large_paths().map(|path| endpoint.s3("GET", path).build()).collect()
    })
}

fn read(name: &str, rate: Figure, clients: usize, requests: fn(&Endpoint) -> Vec<Request>) -> Scenario {
    Scenario::new(name, rate, DOWNLOADS, move |bench: &Bench, endpoint: &Endpoint| {
        if matches!(endpoint.kind, Kind::Coldkeep | Kind::Peer) {
            fill(endpoint)?;
        }
        Ok(Load::repeated(&requests(endpoint), clients, bench.time()).run(endpoint)?.sample)
    })
}

/// Offsets that are aligned to nothing a server may use, spread over the large objects.
fn ranges(endpoint: &Endpoint) -> Vec<Request> {
    let paths: Vec<_> = large_paths().collect();
    let range = |number: usize| {
        let first = number * 1_299_709 % (LARGE - RANGE);
        let range = format!("bytes={first}-{}", first + RANGE - 1);
        endpoint.s3("GET", &paths[number % paths.len()]).header("range", range).build()
    };
    (0..1000).map(range).collect()
}

/// Makes the objects that are read, if they are not there.
pub fn fill(endpoint: &Endpoint) -> Result<(), String> {
    endpoint.create_bucket(BUCKET)?;
    let objects = served_objects();
    let (last, _) = &objects[objects.len() - 1];
    if endpoint.call(&endpoint.s3("HEAD", last).build()).is_ok() {
        return Ok(());
    }
    let put = |(path, bytes): &(String, usize)| {
        endpoint.s3("PUT", path).body(payload::bytes(*bytes), Proof::Unsigned).build()
    };
    let requests: Vec<_> = objects.iter().map(put).collect();
    Load::once(&requests, CLIENTS).run(endpoint)?;
    super::settle();
    Ok(())
}
