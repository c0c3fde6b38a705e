//! One archive on its way: ranges of the job's output are parts of an upload, with nothing on this machine's disk between.
//!
//! - A range is proven by the tree hash that is sent with it, and fetched again where it was spoilt; the destination proves it once more.
//! - The upload is written down before its first part is sent, and completed only when its parts make up the tree hash of the
//!   inventory. Parts that are there are not fetched again, and a completion whose answer was lost is asked for again.

use std::sync::{Arc, Mutex, PoisonError};

use coldkeep_digest::tree_root;
use coldkeep_types::PartSize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::ledger::{Ledger, Line};
use crate::download::fetch::range;
use crate::hashing::{Hashing, parse_hash};
use crate::plan::{pieces, range_size_for};
use crate::{Archive, Error, Parts, Progress, Vault};

/// How often an archive is tried whose parts do not make it up.
const TRIES: u32 = 2;

/// What all transfers share.
pub struct Route {
    pub source: Vault,
    pub to: Vault,
    pub ledger: Mutex<Ledger>,
    pub hashing: Hashing,
    /// One for each part in memory.
    pub room: Arc<Semaphore>,
}

/// How a transfer ended.
pub enum Ended {
    /// It is stored, under this id.
    Stored(String),
    /// The job's output is there no longer.
    JobLost,
    /// This archive cannot come; others can.
    Failed(Error),
}

/// Why a transfer does not go on.
enum Stop {
    JobLost,
    Failed(Error),
    /// Nothing can come now.
    All(Error),
}

impl Route {
    pub fn ledger(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the archive, of which this job has the bytes.
    pub async fn bring(
        self: &Arc<Self>,
        n: usize,
        archive: &Archive,
        job: &str,
        progress: &dyn Progress,
    ) -> Result<Ended, Error> {
        let mut left = TRIES;
        loop {
            left -= 1;
            match self.once(n, archive, job, progress).await {
                Ok(stored) => return Ok(Ended::Stored(stored)),
                Err(Stop::JobLost) => return Ok(Ended::JobLost),
                Err(Stop::Failed(Error::Different(_))) if left > 0 => {}
                Err(Stop::Failed(error)) => return Ok(Ended::Failed(error)),
                Err(Stop::All(error)) => return Err(error),
            }
        }
    }

    async fn once(
        self: &Arc<Self>,
        n: usize,
        archive: &Archive,
        job: &str,
        progress: &dyn Progress,
    ) -> Result<String, Stop> {
        let Some(tree) = parse_hash(&archive.tree) else {
            return Err(Stop::Failed(Error::Different("the inventory has no tree hash of it.".into())));
        };
        let known = self.ledger().entries[n].upload.clone();
        let (upload, there) = match self.resume(known, archive.bytes, tree).await? {
            Resumed::Stored(archive) => return Ok(archive),
            Resumed::Open(upload, there) => (upload, Some(there)),
            Resumed::Nothing => (self.begin(n, archive).await?, None),
        };
        let made = self.parts(archive.bytes, job, &upload, there, progress).await?;
        if made != tree {
            self.to.abort_upload(&upload).await.map_err(Stop::All)?;
            return Err(Stop::Failed(Error::Different(format!(
                "what the source gave has the tree hash {} and not {}, which the inventory says.",
                hex::encode(made),
                archive.tree
            ))));
        }
        self.to.complete(&upload, archive.bytes, tree).await.map(|(archive, _)| archive).map_err(Stop::All)
    }

    /// What an earlier run left.
    async fn resume(&self, upload: Option<String>, bytes: u64, tree: [u8; 32]) -> Result<Resumed, Stop> {
        let Some(upload) = upload else { return Ok(Resumed::Nothing) };
        if let Some(there) = self.to.parts(&upload).await.map_err(Stop::All)? {
            return Ok(Resumed::Open(upload, there));
        }
        match self.to.complete(&upload, bytes, tree).await {
            Ok((archive, _)) => Ok(Resumed::Stored(archive)),
            Err(error) if error.is_not_found() => Ok(Resumed::Nothing),
            Err(error) => Err(Stop::All(error)),
        }
    }

    async fn begin(&self, n: usize, archive: &Archive) -> Result<String, Stop> {
        let size = PartSize::new(range_size_for(archive.bytes));
        let size = size.map_err(|error| Stop::Failed(Error::Invalid(error.to_string())))?;
        let upload = self.to.begin_upload(size, &archive.description).await.map_err(|error| match &error {
            // A description that this API does not allow, for example.
            Error::Refused { code, .. } if code == "InvalidParameterValueException" => Stop::Failed(error),
            _ => Stop::All(error),
        })?;
        self.ledger().add(Line::Upload { n, upload: upload.clone() }).map_err(Stop::All)?;
        Ok(upload)
    }

    /// Brings the parts that the upload has not: the tree hash of all.
    async fn parts(
        self: &Arc<Self>,
        bytes: u64,
        job: &str,
        upload: &str,
        there: Option<Parts>,
        progress: &dyn Progress,
    ) -> Result<[u8; 32], Stop> {
        let size = there.as_ref().map_or(range_size_for(bytes), |there| there.part_size.get());
        let mut trees = vec![[0; 32]; bytes.div_ceil(size) as usize];
        let mut running: JoinSet<Result<Arrived, Stop>> = JoinSet::new();
        for (index, (first, length)) in pieces(bytes, size).enumerate() {
            let part = there.as_ref().and_then(|there| there.parts.get(&first));
            if let Some(part) = part.filter(|part| part.length == length) {
                trees[index] = part.tree;
                progress.kept(length);
                continue;
            }
            while let Some(done) = running.try_join_next() {
                arrived(done, &mut trees, progress)?;
            }
            // Memory is bounded by what all transfers have under way.
            let Ok(room) = self.room.clone().acquire_owned().await else { break };
            let (route, job, upload) = (self.clone(), job.to_owned(), upload.to_owned());
            running.spawn(async move {
                let part = range(&route.source, &job, &route.hashing, first, length).await;
                let (bytes, tree) = part.map_err(|error| match &error {
                    error if error.is_not_found() => Stop::JobLost,
                    Error::Different(_) => Stop::Failed(error),
                    _ => Stop::All(error),
                })?;
                route.to.send_part(&upload, first, bytes, tree).await.map_err(Stop::All)?;
                drop(room);
                Ok(Arrived { index, tree, length })
            });
        }
        while let Some(done) = running.join_next().await {
            arrived(done, &mut trees, progress)?;
        }
        Ok(tree_root(&trees))
    }
}

/// A part that the destination has now.
struct Arrived {
    index: usize,
    tree: [u8; 32],
    length: u64,
}

/// What an earlier run left of an archive.
enum Resumed {
    Nothing,
    Open(String, Parts),
    Stored(String),
}

fn arrived(
    done: Result<Result<Arrived, Stop>, tokio::task::JoinError>,
    trees: &mut [[u8; 32]],
    progress: &dyn Progress,
) -> Result<(), Stop> {
    let ended = done.map_err(|error| Stop::All(Error::File(format!("a part's task ended: {error}"))))?;
    let Arrived { index, tree, length } = ended?;
    trees[index] = tree;
    progress.done(length);
    Ok(())
}
