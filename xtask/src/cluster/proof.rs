//! What must be true afterwards: every acknowledged byte is there, counters say what there is, fsck finds nothing, beside the servers and without them, and what
//! servers may have left without a name is looked at (`windows.rs`).

use std::time::{Duration, Instant};

use super::client::Client;
use super::fleet::Fleet;
use super::ledger::Ledger;
use super::program::until;
use super::windows::{self, UNSEEN};
use super::{vault, work};
use crate::bench::connection::Response;
use crate::bench::endpoint::{Endpoint, element};

/// Counters are told at once; what was under way when the clients stopped may end a moment later.
const PATIENCE: Duration = Duration::from_secs(30);

/// Proves all of it; what is wrong becomes a fault.
pub fn prove(fleet: &mut Fleet, ledger: &Ledger) -> Result<(), String> {
    let hosts = fleet.hosts.clone();
    let keys = ledger.keys();
    std::thread::scope(|scope| {
        for lane in 0..4 {
            let (keys, hosts) = (&keys, &hosts);
            scope.spawn(move || {
                let mut client = Client::new(hosts, lane);
                for key in keys.iter().skip(lane).step_by(4) {
                    let is_bucket = key.matches('/').count() == 1;
                    let said =
                        if is_bucket { bucket_is(&mut client, ledger, key) } else { read(&mut client, ledger, key) };
                    if let Err(problem) = said {
                        ledger.fault(format!("{key} cannot be read: {problem}"));
                    }
                }
            });
        }
    });
    let mut client = Client::new(&hosts, 0);
    let archives = vault::prove(&mut client, ledger)?;
    println!("  {} keys and {archives} archives read back", keys.len());
    counters(fleet, &mut client, archives, ledger)?;
    let begin = Instant::now();
    while fleet.fsck(&["--online"])?.contains(UNSEEN) {
        if begin.elapsed() > PATIENCE {
            return Err("nobody looks at what servers left that died".into());
        }
    }
    println!("  fsck beside the servers: clean");
    let names = ["window_open", "window_left"];
    let open = [0, 1].into_iter().flat_map(|at| names.map(|name| fleet.metric(at, name)));
    let open = open.sum::<Option<u64>>().ok_or("a server does not tell of its windows")?;
    fleet.stop()?;
    let report = fleet.fsck(&[])?;
    println!("  fsck of the stopped servers: clean");
    match windows::judge(&report, open, jiff::Timestamp::now()) {
        Ok(words) => println!("  {words}"),
        Err(problem) => ledger.fault(problem),
    }
    Ok(())
}

fn read(client: &mut Client, ledger: &Ledger, key: &str) -> Result<(), String> {
    // Through one, and if it is slow, the other.
    let answer = client.insist(|endpoint| endpoint.s3("GET", key).build())?;
    if ledger.judge(key, &answer) { Ok(()) } else { Err(format!("{} {}", answer.status, answer.text())) }
}

/// A bucket is there or not; it has no bytes of its own.
fn bucket_is(client: &mut Client, ledger: &Ledger, bucket: &str) -> Result<(), String> {
    let answer = client.insist(|endpoint| endpoint.s3("GET", bucket).query("location", "").build())?;
    ledger.judge(bucket, &Response { body: Vec::new(), ..answer });
    Ok(())
}

/// What `/metrics` of each server says is what lists say.
fn counters(fleet: &Fleet, client: &mut Client, archives: u64, ledger: &Ledger) -> Result<(), String> {
    let listed = |client: &mut Client| -> Result<[u64; 4], String> {
        let text = client.insist(|endpoint| endpoint.s3("GET", "/").build())?.text();
        let buckets: Vec<&str> = elements(&text, "Name").collect();
        let (mut objects, mut bytes) = (0, 0);
        for bucket in &buckets {
            abort_open(client, bucket)?;
            let mut after: Option<String> = None;
            loop {
                let list = |endpoint: &Endpoint| {
                    let draft = endpoint.s3("GET", format!("/{bucket}")).query("list-type", 2);
                    match &after {
                        Some(token) => draft.query("continuation-token", token).build(),
                        None => draft.build(),
                    }
                };
                let text = client.insist(list)?.text();
                objects += elements(&text, "Key").count() as u64;
                bytes += elements(&text, "Size").filter_map(|size| size.parse::<u64>().ok()).sum::<u64>();
                after = element(&text, "NextContinuationToken").map(str::to_owned);
                if after.is_none() {
                    break;
                }
            }
        }
        Ok([buckets.len() as u64, objects, bytes, archives])
    };
    vault::abort_open(client)?;
    let listed = listed(client)?;
    for at in [0, 1] {
        let told = || {
            ["buckets", "objects", "object_bytes", "archives"].map(|name| fleet.metric(at, name).unwrap_or(u64::MAX))
        };
        let holds =
            until("counters that fit", PATIENCE, || told() == listed && fleet.metric(at, "open_uploads") == Some(0));
        match holds {
            Ok(()) => println!("  counters of server {at} are exact: {listed:?} buckets, objects, bytes, archives"),
            Err(_) => {
                let (told, open) = (told(), fleet.metric(at, "open_uploads"));
                ledger.fault(format!("server {at} counts {told:?} and {open:?} open uploads, lists have {listed:?}"));
            }
        }
    }
    Ok(())
}

/// Uploads that their clients gave up.
fn abort_open(client: &mut Client, bucket: &str) -> Result<(), String> {
    let text = client.insist(|endpoint| endpoint.s3("GET", format!("/{bucket}")).query("uploads", "").build())?.text();
    let uploads: Vec<_> = elements(&text, "Key").zip(elements(&text, "UploadId")).collect();
    for (key, upload) in uploads {
        let path = format!("/{bucket}/{key}");
        client.insist(|endpoint| endpoint.s3("DELETE", path.as_str()).query("uploadId", upload).build())?;
    }
    Ok(())
}

fn elements<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let pieces: Vec<&str> =
        text.split(open.as_str()).skip(1).filter_map(|piece| Some(piece.split_once(close.as_str())?.0)).collect();
    pieces.into_iter()
}

/// What the work needs before it begins.
pub fn prepare(client: &mut Client) -> Result<(), String> {
    client.insist(|endpoint| endpoint.s3("PUT", format!("/{}", work::BUCKET)).build())?;
    vault::make(client)
}
