//! ListObjectsV2 over many keys: all pages, and one page of prefixes.

use super::{Bench, S3, Scenario};
use crate::bench::endpoint::{Endpoint, element};
use crate::bench::load::{Load, measure};
use crate::bench::payload;
use crate::bench::request::Proof;
use crate::bench::sample::{Figure, Latencies, Sample};

const BUCKET: &str = "bench-list";
const PREFIXES: usize = 100;
const CLIENTS: usize = 32;
/// Requests that are laid out at once.
const BATCH: usize = 20_000;

/// Flat and with a delimiter.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("list-flat", Figure::KeysPerSecond, S3, list_flat).goal(Figure::KeysPerSecond, 500_000.0),
        Scenario::new("list-delimiter", Figure::Milliseconds, S3, list_prefixes).goal(Figure::Milliseconds, 0.3),
    ]
}

/// How many keys the bucket has.
pub fn keys(bench: &Bench) -> usize {
    bench.size(100_000, 1_000_000)
}

/// Makes the keys, objects of one byte under 100 prefixes, if they are not there.
pub fn fill(bench: &Bench, endpoint: &Endpoint) -> Result<(), String> {
    endpoint.create_bucket(BUCKET)?;
    let keys = keys(bench);
    let path = |number: usize| {
        let each = keys / PREFIXES;
        format!("/{BUCKET}/p{:02}/{:08}", number / each, number % each)
    };
    if endpoint.call(&endpoint.s3("HEAD", path(keys - 1)).build()).is_ok() {
        return Ok(());
    }
    eprintln!("  filling {} with {keys} keys", endpoint.name);
    for batch in (0..keys).step_by(BATCH) {
        let numbers = batch..keys.min(batch + BATCH);
        let put = |number| endpoint.s3("PUT", path(number)).body(payload::bytes(1), Proof::Unsigned).build();
        let requests: Vec<_> = numbers.map(put).collect();
        Load::once(&requests, CLIENTS).run(endpoint)?;
    }
    super::settle();
    Ok(())
}

fn list_flat(bench: &Bench, endpoint: &Endpoint) -> Result<Sample, String> {
    fill(bench, endpoint)?;
    let mut connection = endpoint.connect()?;
    let mut nanos = Vec::new();
    let ((), mut sample) = measure(endpoint, || {
        let mut token = None;
        loop {
            let mut draft = endpoint.s3("GET", format!("/{BUCKET}")).query("list-type", 2).query("max-keys", 1000);
            if let Some(token) = token {
                draft = draft.query("continuation-token", token);
            }
            let request = draft.build();
            let start = std::time::Instant::now();
            let page = endpoint.call_on(&mut connection, &request)?;
            nanos.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
            let text = page.text();
            token = element(&text, "NextContinuationToken").map(str::to_owned);
            if token.is_none() {
                return Ok(());
            }
        }
    })?;
    let pages = keys(bench).div_ceil(1000);
    if nanos.len() != pages {
        return Err(format!("{}: {} pages for {} keys", endpoint.name, nanos.len(), keys(bench)));
    }
    sample.requests = nanos.len() as u64;
    sample.keys = keys(bench) as u64;
    sample.latencies = Latencies::of(&mut nanos);
    Ok(sample)
}

fn list_prefixes(bench: &Bench, endpoint: &Endpoint) -> Result<Sample, String> {
    fill(bench, endpoint)?;
    let request = endpoint.s3("GET", format!("/{BUCKET}")).query("list-type", 2).query("delimiter", "/").build();
    let found = endpoint.call(&request)?.text().matches("<CommonPrefixes>").count();
    if found != PREFIXES {
        return Err(format!("{}: {found} of {PREFIXES} prefixes", endpoint.name));
    }
    Ok(Load::repeated(&[request], 1, bench.time() / 2).run(endpoint)?.sample.without_bytes())
}
