//! What is due: objects that a lifecycle rule moves to another class, from the rule's arrival until the last of them has moved, few and many,
//! to see what grows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::objects::{CLIENTS, SMALL};
use super::{Bench, OURS, Scenario, lists};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::measure;
use crate::bench::payload;
use crate::bench::request::Proof;
use crate::bench::sample::{Figure, Latencies, Sample};

/// Objects of the small bucket.
const FEW: usize = 10_000;
/// How often the last object is looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// What has not moved by then never will.
const PATIENCE: Duration = Duration::from_secs(600);
/// All that is in the bucket, at once: the sizes that Amazon leaves where they are by default too.
const RULE: &str = "<LifecycleConfiguration><Rule><ID>due</ID><Status>Enabled</Status>\
    <Filter><ObjectSizeGreaterThan>1</ObjectSizeGreaterThan></Filter>\
    <Transition><Date>2020-01-01T00:00:00Z</Date><StorageClass>STANDARD_IA</StorageClass></Transition></Rule></LifecycleConfiguration>";

/// Makes buckets new in each round.
static ROUND: AtomicUsize = AtomicUsize::new(0);

/// Few and many.
pub fn scenarios() -> Vec<Scenario> {
    let of = |name: String, number: fn(&Bench) -> usize| {
        Scenario::new(name, Figure::KeysPerSecond, OURS, move |bench, endpoint| transitions(endpoint, number(bench)))
    };
    vec![of(format!("due-{FEW}"), |_| FEW), of("due".into(), |bench| bench.size(30_000, 100_000))]
}

fn transitions(endpoint: &Endpoint, number: usize) -> Result<Sample, String> {
    let bucket = |kind: &str| format!("bench-due-{kind}-{}", ROUND.fetch_add(1, Ordering::Relaxed));
    // In its first minute a server does nothing that its clock decides.
    let first = bucket("first");
    fill(endpoint, &first, 1)?;
    move_all(endpoint, &first, 1)?;
    let bucket = bucket(&number.to_string());
    fill(endpoint, &bucket, number)?;
    let (nanos, sample) = measure(endpoint, || {
        let start = Instant::now();
        move_all(endpoint, &bucket, number)?;
        Ok(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    })?;
    Ok(Sample { requests: 1, keys: number as u64, latencies: Latencies::of(&mut [nanos]), ..sample })
}

/// Gives a bucket its rule and waits until all of its objects have moved.
fn move_all(endpoint: &Endpoint, bucket: &str, number: usize) -> Result<(), String> {
    let last = endpoint.s3("HEAD", path(bucket, number - 1)).build();
    let begun = Instant::now();
    endpoint.call(&endpoint.s3("PUT", format!("/{bucket}")).query("lifecycle", "").document(RULE).build())?;
    while endpoint.call(&last)?.header("x-amz-storage-class").is_none() || moved(endpoint, bucket)? < number {
        if begun.elapsed() > PATIENCE {
            return Err(format!("{}: {} of {number} objects moved", endpoint.name, moved(endpoint, bucket)?));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

fn fill(endpoint: &Endpoint, bucket: &str, number: usize) -> Result<(), String> {
    endpoint.create_bucket(bucket)?;
    let put = |number| endpoint.s3("PUT", path(bucket, number)).body(payload::bytes(SMALL), Proof::Unsigned).build();
    super::send_all(endpoint, number, CLIENTS, put)?;
    super::settle();
    Ok(())
}

/// How many objects have the new class.
fn moved(endpoint: &Endpoint, bucket: &str) -> Result<usize, String> {
    let mut moved = 0;
    let count = |page: &str, _| moved += page.matches("<StorageClass>STANDARD_IA<").count();
    lists::pages(endpoint, &mut endpoint.connect()?, bucket, count)?;
    Ok(moved)
}

fn path(bucket: &str, number: usize) -> String {
    format!("/{bucket}/{number:06}")
}
