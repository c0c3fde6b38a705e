//! ListObjectsV2 over many keys: all pages, and one page of prefixes; and the same over few, to see what grows.

use std::time::Instant;

use super::{Bench, S3, Scenario};
use crate::bench::connection::Connection;
use crate::bench::endpoint::{Endpoint, element};
use crate::bench::load::{Load, measure};
use crate::bench::payload;
use crate::bench::request::Proof;
use crate::bench::sample::{Figure, Latencies};

const PREFIXES: usize = 100;
const CLIENTS: usize = 32;
/// Keys of the small bucket.
const FEW: usize = 10_000;

/// Flat and with a delimiter.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        list_flat(format!("list-flat-{FEW}"), |_| FEW),
        list_prefixes(format!("list-delimiter-{FEW}"), |_| FEW),
        list_flat("list-flat".into(), many).goal(Figure::KeysPerSecond, 500_000.0),
        list_prefixes("list-delimiter".into(), many).goal(Figure::Milliseconds, 0.3),
    ]
}

/// How many keys the large bucket has.
pub fn many(bench: &Bench) -> usize {
    bench.size(100_000, 1_000_000)
}

/// Makes a bucket with so many keys, objects of one byte under 100 prefixes, if it is not there. Gives its name.
pub fn fill(endpoint: &Endpoint, keys: usize) -> Result<String, String> {
    let bucket = format!("bench-list-{keys}");
    endpoint.create_bucket(&bucket)?;
    let path = |number: usize| {
        let each = keys / PREFIXES;
        format!("/{bucket}/p{:02}/{:08}", number / each, number % each)
    };
    if endpoint.call(&endpoint.s3("HEAD", path(keys - 1)).build()).is_ok() {
        return Ok(bucket);
    }
    eprintln!("  filling {} with {keys} keys", endpoint.name);
    let put = |number| endpoint.s3("PUT", path(number)).body(payload::bytes(1), Proof::Unsigned).build();
    super::send_all(endpoint, keys, CLIENTS, put)?;
    super::settle();
    Ok(bucket)
}

/// ListObjectsV2 of a whole bucket: each page's text, and the nanoseconds that it took.
pub fn pages(
    endpoint: &Endpoint,
    connection: &mut Connection,
    bucket: &str,
    mut page: impl FnMut(&str, u64),
) -> Result<(), String> {
    let mut token = None;
    loop {
        let mut draft = endpoint.s3("GET", format!("/{bucket}")).query("list-type", 2).query("max-keys", 1000);
        if let Some(token) = token {
            draft = draft.query("continuation-token", token);
        }
        let request = draft.build();
        let start = Instant::now();
        let answer = endpoint.call_on(connection, &request)?;
        let nanos = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let text = answer.text();
        page(&text, nanos);
        token = element(&text, "NextContinuationToken").map(str::to_owned);
        if token.is_none() {
            return Ok(());
        }
    }
}

fn list_flat(name: String, keys: fn(&Bench) -> usize) -> Scenario {
    Scenario::new(name, Figure::KeysPerSecond, S3, move |bench, endpoint| {
        let keys = keys(bench);
        let bucket = fill(endpoint, keys)?;
        let mut nanos = Vec::new();
        let mut connection = endpoint.connect()?;
        let ((), mut sample) =
            measure(endpoint, || pages(endpoint, &mut connection, &bucket, |_, took| nanos.push(took)))?;
        let pages = keys.div_ceil(1000);
        if nanos.len() != pages {
            return Err(format!("{}: {} pages for {keys} keys", endpoint.name, nanos.len()));
        }
        sample.requests = nanos.len() as u64;
        sample.keys = keys as u64;
        sample.latencies = Latencies::of(&mut nanos);
        Ok(sample)
    })
}

fn list_prefixes(name: String, keys: fn(&Bench) -> usize) -> Scenario {
    Scenario::new(name, Figure::Milliseconds, S3, move |bench, endpoint| {
        let bucket = fill(endpoint, keys(bench))?;
        let request = endpoint.s3("GET", format!("/{bucket}")).query("list-type", 2).query("delimiter", "/").build();
        let found = endpoint.call(&request)?.text().matches("<CommonPrefixes>").count();
        if found != PREFIXES {
            return Err(format!("{}: {found} of {PREFIXES} prefixes", endpoint.name));
        }
        Ok(Load::repeated(&[request], 1, bench.time() / 2).run(endpoint)?.sample.without_bytes())
    })
}
