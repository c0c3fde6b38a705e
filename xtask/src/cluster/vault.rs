//! Archives, uploaded to a vault in parts through both servers, and read back by jobs.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use coldkeep_digest::tree_root;
use serde_json::Value;

use super::client::Client;
use super::ledger::Ledger;
use super::program::until;
use crate::bench::connection::Response;
use crate::bench::endpoint::Endpoint;
use crate::bench::payload::{bytes, digests, hex};
use crate::bench::request::{Proof, Request};

const VAULT: &str = "/vaults/cluster";
const PART: usize = 1 << 20;
const PARTS: usize = 3;
/// A job may wait for the server that leads.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the vault.
pub fn make(client: &mut Client) -> Result<(), String> {
    client.insist(|endpoint| endpoint.glacier("PUT", VAULT).build()).map(drop)
}

/// Uploads archive after archive until it is told to stop.
pub fn upload(mut client: Client, ledger: &Ledger, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        // What was not acknowledged may be there.
        match archive(&mut client) {
            Ok(id) => ledger.archive(Some(id)),
            Err(problem) if problem.contains("HTTP 4") => ledger.fault(format!("an archive: {problem}")),
            Err(_) => ledger.archive(None),
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn archive(client: &mut Client) -> Result<String, String> {
    let path = format!("{VAULT}/multipart-uploads");
    let begin = |endpoint: &Endpoint| endpoint.glacier("POST", &path).header("x-amz-part-size", PART).build();
    let made = success(client.insist(begin)?)?;
    let path = format!("{path}/{}", made.header("x-amz-multipart-upload-id").ok_or("no upload id")?);
    for at in 0..PARTS {
        success(client.insist(|endpoint| part(endpoint, &path, at))?)?;
    }
    let node = digests(PART).tree.as_ref().map(|tree| tree.root).unwrap_or_default();
    let tree = hex(&tree_root(&[node; PARTS]));
    let complete = |endpoint: &Endpoint| {
        let draft = endpoint.glacier("POST", &path).header("x-amz-archive-size", PARTS * PART);
        draft.header("x-amz-sha256-tree-hash", &tree).build()
    };
    // The same request again gets the same answer.
    let done = success(client.insist(complete)?)?;
    done.header("x-amz-archive-id").map(str::to_owned).ok_or("Complete names no archive".into())
}

/// All parts have the same bytes.
fn part(endpoint: &Endpoint, path: &str, at: usize) -> Request {
    let tree = digests(PART).tree.as_ref().map(|tree| hex(&tree.root)).unwrap_or_default();
    let range = format!("bytes {}-{}/*", at * PART, (at + 1) * PART - 1);
    let draft = endpoint.glacier("PUT", path).header("content-range", range).header("x-amz-sha256-tree-hash", tree);
    draft.body(bytes(PART), Proof::Signed).build()
}

fn success(answer: Response) -> Result<Response, String> {
    if answer.status < 300 { Ok(answer) } else { Err(format!("HTTP {} {}", answer.status, answer.text())) }
}

/// Reads an inventory and each archive that was acknowledged; gives the number of archives there are.
pub fn prove(client: &mut Client, ledger: &Ledger) -> Result<u64, String> {
    let (acknowledged, besides) = ledger.archives();
    let inventory = output(client, r#"{"Type":"inventory-retrieval","Format":"JSON"}"#)?;
    let inventory: Value = serde_json::from_slice(&inventory.body).map_err(crate::failed("the inventory"))?;
    let listed: Vec<&str> =
        inventory["ArchiveList"].as_array().into_iter().flatten().filter_map(|one| one["ArchiveId"].as_str()).collect();
    for id in &acknowledged {
        if !listed.contains(&id.as_str()) {
            ledger.fault(format!("the inventory lacks the archive {id}, which was acknowledged"));
            continue;
        }
        let archive = output(client, &format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}"}}"#))?;
        if archive.body != bytes(PART).repeat(PARTS) {
            ledger.fault(format!("the archive {id} has {} bytes that are not its own", archive.body.len()));
        }
    }
    let number = listed.len() as u64;
    if number > acknowledged.len() as u64 + besides {
        ledger
            .fault(format!("there are {number} archives, of which {} + {besides} were asked for", acknowledged.len()));
    }
    Ok(number)
}

/// Aborts uploads that were begun without an answer, or given up.
pub fn abort_open(client: &mut Client) -> Result<(), String> {
    let path = format!("{VAULT}/multipart-uploads");
    let list = success(client.insist(|endpoint| endpoint.glacier("GET", &path).build())?)?;
    let list: Value = serde_json::from_slice(&list.body).map_err(crate::failed("the list of uploads"))?;
    let open = list["UploadsList"].as_array().into_iter().flatten();
    for upload in open.filter_map(|one| one["MultipartUploadId"].as_str()) {
        let path = format!("{path}/{upload}");
        success(client.insist(|endpoint| endpoint.glacier("DELETE", &path).build())?)?;
    }
    Ok(())
}

/// The output of a job.
fn output(client: &mut Client, job: &str) -> Result<Response, String> {
    let path = format!("{VAULT}/jobs");
    let made = success(client.insist(|endpoint| endpoint.glacier("POST", &path).document(job).build())?)?;
    let path = format!("{path}/{}/output", made.header("x-amz-job-id").ok_or("no job id")?);
    let mut answer = None;
    until("the output of a job", PATIENCE, || {
        let asked = client.insist(|endpoint| endpoint.glacier("GET", &path).build());
        answer = asked.ok().filter(|answer| answer.status == 200);
        answer.is_some()
    })?;
    answer.ok_or("a job without output".into())
}
