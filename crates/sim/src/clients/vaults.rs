//! Vaults: archives whole and in ranges, completed once and again, retrieved and listed by jobs, deleted.

use std::time::Duration;

use bytes::Bytes;
use coldkeep_digest::{LEAF_BYTES, tree_root};
use http::Method;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Client, VAULT, Wrong, expect};
use crate::model::{Archive, Model};
use crate::register::Register;
use crate::request::{Answer, Fate, Request};

const SIZES: [usize; 6] = [1, 100, 8192, 8193, 70_000, 1_048_577];
const PART: usize = 1 << 20;

/// The tree hash of some bytes, in hexadecimal.
pub fn tree_hash(data: &[u8]) -> String {
    let leaves: Vec<[u8; 32]> = data.chunks(LEAF_BYTES as usize).map(|leaf| Sha256::digest(leaf).into()).collect();
    hex::encode(tree_root(&leaves))
}

impl Client {
    pub(super) async fn vault_work(&mut self) -> Result<(), Wrong> {
        match self.dice.below(12) {
            0..4 => self.upload_archive().await,
            4..6 => self.upload_in_ranges().await,
            6..8 => self.delete_archive().await,
            8 => self.complete_archive_again().await,
            9 => inventory(self, false).await,
            _ => self.retrieve().await,
        }
    }

    fn archive_sent(&self, bytes: &Bytes, hash: &str) {
        let mut model = self.model.lock();
        model.vaults.entry(VAULT.to_owned()).or_default().lost.push((bytes.clone(), hash.to_owned()));
    }

    /// Tells the model how it ended. Unknown: it may come to be.
    fn archive_answered(&self, bytes: &Bytes, hash: &str, answer: &Answer) -> Result<Option<String>, Wrong> {
        let mut model = self.model.lock();
        let (began, now) = (model.tick(), model.tick());
        let vault = model.vaults.entry(VAULT.to_owned()).or_default();
        if answer.fate() != Fate::Unknown {
            vault.lost.retain(|lost| lost.0 != *bytes);
        }
        if !expect(answer, "an archive")? {
            return Ok(None);
        }
        let id = answer.header("x-amz-archive-id").to_owned();
        if answer.header("x-amz-sha256-tree-hash") != hash {
            return Err(format!("the archive {id} was stored with another tree hash than {hash}"));
        }
        let mut present = Register::new(false);
        let ticket = present.begin(true, began);
        present.done(ticket, now);
        vault.archives.insert(id.clone(), Archive { bytes: bytes.clone(), tree_hash: hash.to_owned(), present });
        Ok(Some(id))
    }

    async fn upload_archive(&mut self) -> Result<(), Wrong> {
        let (bytes, _) = self.fresh(&SIZES);
        let hash = tree_hash(&bytes);
        let request = Request::glacier(Method::POST, &format!("/{VAULT}/archives"));
        let request = request.header("x-amz-sha256-tree-hash", &hash).body(bytes.clone());
        self.archive_sent(&bytes, &hash);
        let answer = self.ask_perhaps(request).await?;
        self.archive_answered(&bytes, &hash, &answer).map(drop)
    }

    async fn upload_in_ranges(&mut self) -> Result<(), Wrong> {
        let (bytes, _) = self.fresh(&[PART - 1, PART, PART + 1, 2 * PART + 5]);
        let hash = tree_hash(&bytes);
        let request = Request::glacier(Method::POST, &format!("/{VAULT}/multipart-uploads"));
        let answer = self.ask(request.header("x-amz-part-size", &PART.to_string())).await?;
        if !expect(&answer, "an upload to the vault")? {
            return Ok(());
        }
        let id = answer.header("x-amz-multipart-upload-id").to_owned();
        let mut parts: Vec<usize> = (0..bytes.len().div_ceil(PART)).collect();
        if self.dice.once_in(2) {
            parts.reverse();
        }
        for part in parts {
            let piece = bytes.slice(part * PART..bytes.len().min((part + 1) * PART));
            let range = format!("bytes {}-{}/*", part * PART, part * PART + piece.len() - 1);
            let request = Request::glacier(Method::PUT, &format!("/{VAULT}/multipart-uploads/{id}"));
            let request = request.header("content-range", &range).header("x-amz-sha256-tree-hash", &tree_hash(&piece));
            let answer = self.ask_perhaps(request.body(piece)).await?;
            if !expect(&answer, "a range")? {
                return Ok(());
            }
        }
        if self.dice.once_in(6) {
            let answer =
                self.ask(Request::glacier(Method::DELETE, &format!("/{VAULT}/multipart-uploads/{id}"))).await?;
            return expect(&answer, "an abort in the vault").map(drop);
        }
        self.archive_sent(&bytes, &hash);
        let answer = self.ask_perhaps(completion(&id, bytes.len() as u64, &hash)).await?;
        if let Some(archive) = self.archive_answered(&bytes, &hash, &answer)? {
            let mut model = self.model.lock();
            let vault = model.vaults.entry(VAULT.to_owned()).or_default();
            vault.completed.push((id, bytes.len() as u64, hash, archive));
        }
        Ok(())
    }

    async fn complete_archive_again(&mut self) -> Result<(), Wrong> {
        let known = {
            let model = self.model.lock();
            model
                .vaults
                .get(VAULT)
                .filter(|vault| !vault.completed.is_empty())
                .map(|vault| self.dice.pick(&vault.completed).clone())
        };
        let Some((id, bytes, hash, archive)) = known else { return Ok(()) };
        let answer = self.ask(completion(&id, bytes, &hash)).await?;
        match expect(&answer, "a repeated completion in the vault")? && answer.header("x-amz-archive-id") != archive {
            true => Err(format!("a repeated completion gave {}, not {archive}", answer.header("x-amz-archive-id"))),
            false => Ok(()),
        }
    }

    /// Some archive that surely is there.
    fn any_archive(&mut self) -> Option<String> {
        let mut model = self.model.lock();
        let now = model.tick();
        let archives = &model.vaults.get(VAULT)?.archives;
        let there: Vec<_> = archives.iter().filter(|(_, archive)| archive.present.only(now) == Some(&true)).collect();
        (!there.is_empty()).then(|| self.dice.pick(&there).0.clone())
    }

    async fn delete_archive(&mut self) -> Result<(), Wrong> {
        let Some(id) = self.any_archive() else { return Ok(()) };
        let ticket = {
            let mut model = self.model.lock();
            let now = model.tick();
            archive(&mut model, &id)?.present.begin(false, now)
        };
        let request = Request::glacier(Method::DELETE, &format!("/{VAULT}/archives/{id}"));
        let answer = self.ask_perhaps(request).await?;
        if expect(&answer, "the deletion of an archive")? {
            let mut model = self.model.lock();
            let now = model.tick();
            archive(&mut model, &id)?.present.done(ticket, now);
        }
        Ok(())
    }

    async fn retrieve(&mut self) -> Result<(), Wrong> {
        let Some(id) = self.any_archive() else { return Ok(()) };
        let request = format!(r#"{{"Type":"archive-retrieval","ArchiveId":"{id}"}}"#);
        let Some(job) = begin_job(self, request).await? else { return Ok(()) };
        self.model.lock().vaults.entry(VAULT.to_owned()).or_default().jobs.push((job, id));
        archive_jobs(self).await
    }
}

fn archive<'a>(model: &'a mut Model, id: &str) -> Result<&'a mut Archive, Wrong> {
    model.vaults.get_mut(VAULT).and_then(|vault| vault.archives.get_mut(id)).ok_or_else(|| format!("no archive {id}"))
}

fn completion(id: &str, bytes: u64, hash: &str) -> Request {
    Request::glacier(Method::POST, &format!("/{VAULT}/multipart-uploads/{id}"))
        .header("x-amz-archive-size", &bytes.to_string())
        .header("x-amz-sha256-tree-hash", hash)
}

async fn begin_job(client: &mut Client, parameters: String) -> Result<Option<String>, Wrong> {
    let answer = client.ask(Request::glacier(Method::POST, &format!("/{VAULT}/jobs")).body(parameters)).await?;
    Ok(expect(&answer, "a job")?.then(|| answer.header("x-amz-job-id").to_owned()))
}

/// Waits for a job and gives its output; `None` if nobody knows.
async fn output(client: &mut Client, job: &str) -> Result<Option<Answer>, Wrong> {
    for _ in 0..100 {
        let answer = client.ask(Request::glacier(Method::GET, &format!("/{VAULT}/jobs/{job}"))).await?;
        if !expect(&answer, "a look at a job")? {
            return Ok(None);
        }
        let described: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
        if described["Completed"] == true {
            let answer = client.ask(Request::glacier(Method::GET, &format!("/{VAULT}/jobs/{job}/output"))).await?;
            return Ok(expect(&answer, "the output of a job")?.then_some(answer));
        }
        if client.server.is_off() {
            return Ok(None);
        }
        tokio::time::sleep(Duration::from_secs(5)).await;
    }
    match client.healthy {
        true => Err(format!("the job {job} is never done")),
        false => Ok(None),
    }
}

/// The outputs of all retrievals are the archives' bytes, also of archives deleted since.
pub async fn archive_jobs(client: &mut Client) -> Result<(), Wrong> {
    let jobs = client.model.lock().vaults.get(VAULT).map(|vault| vault.jobs.clone()).unwrap_or_default();
    for (job, id) in jobs {
        let Some(answer) = output(client, &job).await? else { continue };
        let wanted = archive(&mut client.model.lock(), &id)?.bytes.clone();
        if answer.body != wanted {
            return Err(format!("the job {job} gives {} bytes that are not those of its archive", answer.body.len()));
        }
    }
    Ok(())
}

/// Lists the vault by a job. At rest it also finds out which archives there are, and counts them.
pub async fn inventory(client: &mut Client, at_rest: bool) -> Result<(), Wrong> {
    let began = client.model.lock().tick();
    let Some(job) = begin_job(client, r#"{"Type":"inventory-retrieval"}"#.to_owned()).await? else { return Ok(()) };
    let Some(answer) = output(client, &job).await? else { return Ok(()) };
    let listed: Value = serde_json::from_slice(&answer.body).map_err(|error| format!("an inventory: {error}"))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows: Vec<(String, String, u64)> = listed["ArchiveList"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| (text(&row["ArchiveId"]), text(&row["SHA256TreeHash"]), row["Size"].as_u64().unwrap_or_default()))
        .collect();
    judge(&mut client.model.lock(), &rows, began, at_rest)?;
    if !at_rest {
        return Ok(());
    }
    let answer = client.ask(Request::glacier(Method::GET, &format!("/{VAULT}"))).await?;
    if !expect(&answer, "a look at the vault")? {
        return Ok(());
    }
    let described: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let bytes: u64 = rows.iter().map(|(.., bytes)| bytes + coldkeep_store::ARCHIVE_OVERHEAD_BYTES).sum();
    match (described["NumberOfArchives"].as_u64(), described["SizeInBytes"].as_u64()) {
        (Some(number), Some(size)) if (number, size) == (rows.len() as u64, bytes) => Ok(()),
        counted => Err(format!("the vault counts {counted:?}, but holds {} archives of {bytes} bytes", rows.len())),
    }
}

fn judge(model: &mut Model, rows: &[(String, String, u64)], began: u64, at_rest: bool) -> Result<(), Wrong> {
    let now = model.tick();
    let vault = model.vaults.entry(VAULT.to_owned()).or_default();
    for (id, hash, bytes) in rows {
        if let Some(archive) = vault.archives.get(id) {
            if archive.tree_hash != *hash
                || archive.bytes.len() as u64 != *bytes
                || !archive.present.may(began, |is| *is)
            {
                return Err(format!("the inventory lists {id}, which cannot be there like that"));
            }
            continue;
        }
        let Some(at) = vault.lost.iter().position(|lost| lost.1 == *hash && lost.0.len() as u64 == *bytes) else {
            return Err(format!("the inventory lists {id}, which nobody uploaded"));
        };
        if at_rest {
            let (bytes, tree_hash) = vault.lost.remove(at);
            vault.archives.insert(id.clone(), Archive { bytes, tree_hash, present: Register::new(true) });
        }
    }
    for (id, archive) in &mut vault.archives {
        let is_listed = rows.iter().any(|(listed, ..)| listed == id);
        if !is_listed && archive.present.only(began) == Some(&true) {
            return Err(format!("the inventory lacks the archive {id}"));
        }
        if at_rest {
            archive.present.saw(&is_listed, began, now);
        }
    }
    if at_rest {
        // What did not come to be never will.
        vault.lost.clear();
    }
    Ok(())
}
