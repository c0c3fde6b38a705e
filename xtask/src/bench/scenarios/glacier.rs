//! Glacier: parts with linear and tree hash, and Complete of many parts.

use coldkeep_digest::tree_root;

use super::{Bench, OURS, Scenario};
use crate::bench::endpoint::Endpoint;
use crate::bench::load::Load;
use crate::bench::payload::{self, digests, hex};
use crate::bench::request::{Proof, Request};
use crate::bench::sample::Figure;

const VAULT: &str = "/vaults/bench";
const MIB: usize = 1 << 20;

/// Parts, then Complete.
pub fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new("glacier-part-16m-x4", Figure::MibPerSecond, OURS, |bench: &Bench, endpoint: &Endpoint| {
            let number = bench.size(32, 64);
            let upload = Upload::create(endpoint, 16 * MIB)?;
            let parts: Vec<_> = (0..number).map(|index| upload.part(index)).collect();
            let sample = Load::once(&parts, 4).run(endpoint)?.sample;
            endpoint.call(&endpoint.glacier("DELETE", &upload.path).build())?;
            Ok(sample)
        })
        .goal(Figure::CpuPerGib, 1.0),
        complete(10),
        complete(100),
        complete(1000),
        complete(10_000).only_full().goal(Figure::Milliseconds, 60.0),
    ]
}

fn complete(number: usize) -> Scenario {
    Scenario::new(format!("glacier-complete-{number}"), Figure::Milliseconds, OURS, move |_, endpoint| {
        let upload = Upload::create(endpoint, MIB)?;
        let parts: Vec<_> = (0..number).map(|index| upload.part(index)).collect();
        Load::once(&parts, 8).run(endpoint)?;
        super::settle();
        let outcome = Load::once(&[upload.complete(number)], 1).run(endpoint)?;
        // The same request again gets the same answer, which names the archive.
        let again = endpoint.call(&upload.complete(number))?;
        let archive = again.header("x-amz-archive-id").ok_or("Complete names no archive")?;
        endpoint.call(&endpoint.glacier("DELETE", &format!("{VAULT}/archives/{archive}")).build())?;
        Ok(outcome.sample.without_bytes())
    })
}

struct Upload<'e> {
    endpoint: &'e Endpoint,
    path: String,
    part_bytes: usize,
}

impl<'e> Upload<'e> {
    fn create(endpoint: &'e Endpoint, part_bytes: usize) -> Result<Self, String> {
        endpoint.call(&endpoint.glacier("PUT", VAULT).build())?;
        let draft = endpoint.glacier("POST", &format!("{VAULT}/multipart-uploads"));
        let response = endpoint.call(&draft.header("x-amz-part-size", part_bytes).build())?;
        let id = response.header("x-amz-multipart-upload-id").ok_or("no upload id")?;
        Ok(Self { endpoint, path: format!("{VAULT}/multipart-uploads/{id}"), part_bytes })
    }

    /// All parts have the same bytes.
    fn part(&self, index: usize) -> Request {
        let first = index * self.part_bytes;
        let range = format!("bytes {first}-{}/*", first + self.part_bytes - 1);
        let tree = digests(self.part_bytes).tree.as_ref().map(|tree| hex(&tree.root)).unwrap_or_default();
        let draft = self.endpoint.glacier("PUT", &self.path).header("content-range", range);
        let draft = draft.header("x-amz-sha256-tree-hash", tree);
        draft.body(payload::bytes(self.part_bytes), Proof::Signed).build()
    }

    fn complete(&self, number: usize) -> Request {
        let node = digests(self.part_bytes).tree.as_ref().map(|tree| tree.root).unwrap_or_default();
        let tree = hex(&tree_root(&vec![node; number]));
        let draft = self.endpoint.glacier("POST", &self.path).header("x-amz-archive-size", number * self.part_bytes);
        draft.header("x-amz-sha256-tree-hash", tree).build()
    }
}
