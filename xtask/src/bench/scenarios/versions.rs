//! Versions: keys that have one and keys that have ten, put, read and listed, so that what versions cost can be seen; and a read of tags.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::objects::{CLIENTS, SMALL};
use super::{BUCKET, Bench, S3, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::payload;
use crate::bench::request::{Proof, Request};
use crate::bench::sample::{Figure, Sample};

/// The bucket with versions.
const VERSIONED: &str = "bench-versions";
/// How many versions keys have: few and many.
const DEPTHS: [usize; 2] = [1, 10];
/// Keys that are read, and of a page of the listing.
const KEYS: usize = 1000;
/// Bytes of what is read and listed. A full run has eleven million of them, which of 4 KiB each would take 60 GB of disk.
const FILLED: usize = 64;
const TAGGING: &str = "<Tagging><TagSet><Tag><Key>kind</Key><Value>bench</Value></Tag></TagSet></Tagging>";

/// Makes keys new in each round.
static ROUND: AtomicUsize = AtomicUsize::new(0);

/// Each beside its like of one version.
pub fn scenarios() -> Vec<Scenario> {
    let of_depths = |make: fn(usize) -> Scenario, name: &str| {
        let [few, many] = DEPTHS.map(make);
        let many = many.beside(&format!("versions-{name}-{}", DEPTHS[0]));
        [few, many]
    };
    let mut all = Vec::new();
    all.extend(of_depths(put, "put"));
    all.extend(of_depths(get, "get"));
    all.extend(of_depths(list, "list"));
    all.push(Scenario::new("tags-get", Figure::RequestsPerSecond, S3, read_tags));
    all
}

/// As many requests at each depth: the keys get their first version one after the other, then their second.
fn put(depth: usize) -> Scenario {
    Scenario::new(format!("versions-put-{depth}"), Figure::RequestsPerSecond, S3, move |bench, endpoint| {
        create(endpoint)?;
        let round = ROUND.fetch_add(1, Ordering::Relaxed);
        let (keys, prefix) = (bench.size(5_000, 50_000) / depth, format!("put/{round}"));
        let puts: Vec<_> = (0..keys * depth).map(|at| put_one(endpoint, &prefix, at % keys, SMALL)).collect();
        Ok(Load::once(&puts, CLIENTS).run(endpoint)?.sample)
    })
}

/// GetObject of the current version.
fn get(depth: usize) -> Scenario {
    Scenario::new(format!("versions-get-{depth}"), Figure::RequestsPerSecond, S3, move |bench, endpoint| {
        let keys = fill(bench, endpoint, depth)?;
        let get = |number| endpoint.s3("GET", path(&filled(depth), number * (keys / KEYS))).build();
        let requests: Vec<_> = (0..KEYS).map(get).collect();
        Ok(Load::repeated(&requests, CLIENTS, bench.time()).run(endpoint)?.sample)
    })
}

/// ListObjectsV2: a page from the middle of all keys, whatever lies below them.
fn list(depth: usize) -> Scenario {
    Scenario::new(format!("versions-list-{depth}"), Figure::Milliseconds, S3, move |bench, endpoint| {
        let middle = fill(bench, endpoint, depth)? / 2;
        let prefix = format!("{}/", filled(depth));
        // Up to the page's first key; where there are no more keys than a page has, from the beginning.
        let after = if middle < KEYS { prefix.clone() } else { format!("{prefix}{middle:07}") };
        let draft = endpoint.s3("GET", format!("/{VERSIONED}")).query("list-type", 2).query("prefix", prefix);
        let request = draft.query("start-after", after).build();
        let found = endpoint.call(&request)?.text().matches("<Contents>").count();
        if found != KEYS {
            return Err(format!("{}: {found} of {KEYS} keys", endpoint.name));
        }
        Ok(Load::repeated(&[request], 1, bench.time() / 2).run(endpoint)?.sample.without_bytes())
    })
}

/// GetObjectTagging, of an object with a tag.
fn read_tags(bench: &Bench, endpoint: &Endpoint) -> Result<Sample, String> {
    endpoint.create_bucket(BUCKET)?;
    let path = format!("/{BUCKET}/tagged");
    endpoint.call(&endpoint.s3("PUT", &path).body(payload::bytes(SMALL), Proof::Unsigned).build())?;
    endpoint.call(&endpoint.s3("PUT", &path).query("tagging", "").document(TAGGING).build())?;
    let request = endpoint.s3("GET", &path).query("tagging", "").build();
    if !endpoint.call(&request)?.text().contains("<Value>bench</Value>") {
        return Err(format!("{}: the tag is not there", endpoint.name));
    }
    Ok(Load::repeated(&[request], CLIENTS, bench.time()).run(endpoint)?.sample.without_bytes())
}

fn create(endpoint: &Endpoint) -> Result<(), String> {
    endpoint.create_bucket(VERSIONED)?;
    let text = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    endpoint.call(&endpoint.s3("PUT", format!("/{VERSIONED}")).query("versioning", "").document(text).build()).map(drop)
}

/// Makes the keys that are read and listed, if they do not have their versions yet. Gives how many there are.
fn fill(bench: &Bench, endpoint: &Endpoint, depth: usize) -> Result<usize, String> {
    let keys = bench.size(KEYS, 1_000_000);
    create(endpoint)?;
    if endpoint.call(&endpoint.s3("HEAD", path(&filled(depth), keys - 1)).build()).is_ok() {
        return Ok(keys);
    }
    eprintln!("  filling {} with {keys} keys of {depth} versions", endpoint.name);
    super::send_all(endpoint, keys * depth, CLIENTS, |at| put_one(endpoint, &filled(depth), at % keys, FILLED))?;
    super::settle();
    Ok(keys)
}

fn put_one(endpoint: &Endpoint, prefix: &str, number: usize, bytes: usize) -> Request {
    endpoint.s3("PUT", path(prefix, number)).body(payload::bytes(bytes), Proof::Unsigned).build()
}

/// Where the keys are that are read and listed.
fn filled(depth: usize) -> String {
    format!("filled/{depth:02}")
}

fn path(prefix: &str, number: usize) -> String {
    format!("/{VERSIONED}/{prefix}/{number:07}")
}
