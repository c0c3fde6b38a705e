//! Inventories of vaults: a job from its beginning to the last byte of its output, of few archives and of many, to see what grows; and
//! what memory it takes.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Bench, OURS, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::measure;
use crate::bench::payload::{self, digests, hex};
use crate::bench::request::Proof;
use crate::bench::sample::{Figure, Latencies, Sample};

const CLIENTS: usize = 32;
/// Archives of the small vault.
const FEW: usize = 10_000;
/// How often the job is looked at.
const PAUSE: Duration = Duration::from_millis(10);

/// Few and many.
pub fn scenarios() -> Vec<Scenario> {
    let of = |name: String, number: fn(&Bench) -> usize| {
        Scenario::new(name, Figure::KeysPerSecond, OURS, move |bench, endpoint| {
            let number = number(bench);
            inventory(endpoint, &fill(endpoint, number)?, number)
        })
    };
    vec![of(format!("inventory-{FEW}"), |_| FEW), of("inventory".into(), |bench| bench.size(100_000, 1_000_000))]
}

/// Makes a vault with so many archives of one byte, if it is not there. Gives its path.
fn fill(endpoint: &Endpoint, number: usize) -> Result<String, String> {
    let vault = format!("/vaults/bench-inventory-{number}");
    let archives = |vault: &Value| vault["NumberOfArchives"].as_u64() == Some(number as u64);
    if described(endpoint, &vault).is_ok_and(|vault| archives(&vault)) {
        return Ok(vault);
    }
    endpoint.call(&endpoint.glacier("PUT", &vault).build())?;
    eprintln!("  filling {} with {number} archives", endpoint.name);
    let tree = digests(1).tree.as_ref().map(|tree| hex(&tree.root)).unwrap_or_default();
    let put = |number: usize| {
        let draft = endpoint.glacier("POST", &format!("{vault}/archives")).header("x-amz-sha256-tree-hash", &tree);
        let draft = draft.header("x-amz-archive-description", format!("folder {:03}/{number:08}.jpg", number % 1000));
        draft.body(payload::bytes(1), Proof::Signed).build()
    };
    super::send_all(endpoint, number, CLIENTS, put)?;
    super::settle();
    Ok(vault)
}

fn described(endpoint: &Endpoint, path: &str) -> Result<Value, String> {
    let answer = endpoint.call(&endpoint.glacier("GET", path).build())?;
    serde_json::from_slice(&answer.body).map_err(|error| error.to_string())
}

fn inventory(endpoint: &Endpoint, vault: &str, number: usize) -> Result<Sample, String> {
    let draft = endpoint.glacier("POST", &format!("{vault}/jobs"));
    let begin = draft.document(r#"{"Type":"inventory-retrieval"}"#).build();
    let ((output, nanos), sample) = measure(endpoint, || {
        let start = Instant::now();
        let begun = endpoint.call(&begin)?;
        let job = format!("{vault}/jobs/{}", begun.header("x-amz-job-id").ok_or("no job id")?);
        while described(endpoint, &job)?["Completed"] != true {
            std::thread::sleep(PAUSE);
        }
        let output = endpoint.call(&endpoint.glacier("GET", &format!("{job}/output")).build())?.body;
        Ok((output, u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)))
    })?;
    let listed = output.windows(13).filter(|window| window == br#"{"ArchiveId":"#).count();
    if listed != number {
        return Err(format!("{}: the inventory has {listed} of {number} archives", endpoint.name));
    }
    let latencies = Latencies::of(&mut [nanos]);
    Ok(Sample { requests: 1, keys: number as u64, bytes: output.len() as u64, latencies, ..sample })
}
