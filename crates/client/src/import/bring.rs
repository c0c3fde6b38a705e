//! One archive on its way: ranges of the job's output are parts of an upload, with nothing on this machine's disk between.
//!
//! - A range is proven by the tree hash that is sent with it, and fetched again where it was spoilt; the destination proves it once more.
//! - The upload is written down before its first part is sent, and completed only when its parts make up the tree hash of the
//!   inventory. Parts that are there are not fetched again, and a completion whose answer was lost is asked for again.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use coldkeep_digest::tree_root;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::destination::{Destination, Opened, part_size_of, tree_of};
use super::ledger::{Ledger, Upload};
use crate::download::fetch::range;
use crate::hashing::Hashing;
use crate::plan::pieces;
use crate::{Archive, Error, Parts, Progress, Vault};

/// How often an archive is tried whose parts do not make it up.
const TRIES: u32 = 2;

/// What all transfers share.
pub struct Route {
    pub source: Vault,
    pub to: Destination,
    pub ledger: Mutex<Ledger>,
    pub hashing: Hashing,
    /// One for each part in memory.
    pub room: Arc<Semaphore>,
}

/// How a transfer ended.
pub enum Ended {
    /// It is stored, under this id or key.
    Stored(String),
    /// The job's output is there no longer.
    JobLost,
    /// This archive cannot come; others can.
    Failed(Error),
}

/// Why a transfer does not go on.
pub enum Stop {
    JobLost,
    /// This archive cannot come.
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
        let tree = tree_of(archive)?;
        if let Destination::Bucket(bucket) = &self.to
            && archive.bytes <= part_size_of(archive)?.get()
        {
            let Ok(_room) = self.room.acquire().await else { return Err(Stop::All(closed())) };
            let (bytes, made) = self.fetch(job, 0, archive.bytes).await?;
            if made != tree {
                return Err(Stop::Failed(different(&made, archive)));
            }
            let key = self.put_object(bucket, n, archive, bytes).await?;
            progress.done(archive.bytes);
            return Ok(key);
        }
        let (upload, there) = match self.open(n, archive, tree).await? {
            Opened::Stored(stored) => return Ok(stored),
            Opened::Open(upload, there) => (upload, there),
        };
        let made = self.parts(n, archive.bytes, job, &upload, &there, progress).await?;
        if made != tree {
            self.to.abort(&upload).await.map_err(Stop::All)?;
            return Err(Stop::Failed(different(&made, archive)));
        }
        self.complete(n, &upload, archive, tree).await
    }

    /// Fetches a range, proven.
    async fn fetch(&self, job: &str, first: u64, length: u64) -> Result<(Bytes, [u8; 32]), Stop> {
        if length == 0 {
            return Ok((Bytes::new(), tree_root(&[])));
        }
        range(&self.source, job, &self.hashing, first, length).await.map_err(|error| match &error {
            error if error.is_not_found() => Stop::JobLost,
            Error::Different(_) => Stop::Failed(error),
            _ => Stop::All(error),
        })
    }

    /// Brings the parts that the upload has not: the tree hash of all.
    async fn parts(
        self: &Arc<Self>,
        n: usize,
        bytes: u64,
        job: &str,
        upload: &Upload,
        there: &Parts,
        progress: &dyn Progress,
    ) -> Result<[u8; 32], Stop> {
        let size = there.part_size.get();
        let mut trees = vec![[0; 32]; bytes.div_ceil(size) as usize];
        let mut running: JoinSet<Result<Arrived, Stop>> = JoinSet::new();
        for (index, (first, length)) in pieces(bytes, size).enumerate() {
            if let Some(part) = there.parts.get(&first).filter(|part| part.length == length) {
                trees[index] = part.tree;
                progress.kept(length);
                continue;
            }
            while let Some(done) = running.try_join_next() {
                arrived(done, &mut trees, progress)?;
            }
            // Memory is bounded by what all transfers have under way.
            let Ok(room) = self.room.clone().acquire_owned().await else { return Err(Stop::All(closed())) };
            let (route, job, upload) = (self.clone(), job.to_owned(), upload.name());
            running.spawn(async move {
                let (bytes, tree) = route.fetch(&job, first, length).await?;
                match &route.to {
                    Destination::Vault(to) => {
                        to.send_part(&upload.id, first, bytes, tree).await.map_err(Stop::All)?;
                    }
                    Destination::Bucket(to) => {
                        route.send_in_bucket(to, n, &upload, index as u32 + 1, bytes, tree).await?;
                    }
                }
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

fn closed() -> Error {
    Error::File("the transfers have ended".into())
}

fn different(made: &[u8; 32], archive: &Archive) -> Error {
    Error::Different(format!(
        "what the source gave has the tree hash {} and not {}, which the inventory says.",
        hex::encode(made),
        archive.tree
    ))
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
