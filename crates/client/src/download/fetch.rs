//! The ranges of an archive: those in the ledger hashed again, the others fetched, several at a time.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::{JoinSet, spawn_blocking};

use super::ledger::{Head, Ledger};
use crate::hashing::Hashing;
use crate::{Error, Progress, Vault};

/// How often a range is tried whose bytes broke off or were wrong on the way.
const TRIES: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// All ranges, in the file.
pub struct Fetched {
    /// Their tree hashes, in order.
    pub trees: Vec<[u8; 32]>,
    /// How many bytes this run fetched.
    pub bytes: u64,
}

/// One range that is in the file now.
struct Done {
    index: usize,
    tree: [u8; 32],
    length: u64,
    fetched: bool,
}

/// What each range is fetched with.
struct Context {
    vault: Vault,
    job: String,
    file: File,
    hashing: Hashing,
}

/// Fetches what the file does not have.
pub async fn all(
    vault: &Vault,
    job: &str,
    head: &Head,
    file: &File,
    ledger: &mut Ledger,
    parallel: usize,
    progress: &dyn Progress,
) -> Result<Fetched, Error> {
    let file = file.try_clone().map_err(|error| Error::File(error.to_string()))?;
    let hashing = Hashing::new()?;
    let context = Arc::new(Context { vault: vault.clone(), job: job.to_owned(), file, hashing });
    let mut trees = vec![[0; 32]; head.ranges().count()];
    let mut bytes = 0;
    let mut running: JoinSet<Result<Done, Error>> = JoinSet::new();
    let mut ranges = head.ranges().enumerate();
    loop {
        while running.len() < parallel.max(1)
            && let Some((index, (first, length))) = ranges.next()
        {
            let (context, claimed) = (context.clone(), ledger.claimed.get(&index).copied());
            running.spawn(async move {
                if let Some(tree) = claimed
                    && context.holds(first, length, tree).await?
                {
                    return Ok(Done { index, tree, length, fetched: false });
                }
                let tree = context.fetch(first, length).await?;
                Ok(Done { index, tree, length, fetched: true })
            });
        }
        let Some(done) = running.join_next().await else { return Ok(Fetched { trees, bytes }) };
        let done = done.map_err(|error| Error::File(format!("a range's task ended: {error}")))??;
        trees[done.index] = done.tree;
        if done.fetched {
            ledger.add(done.index, &done.tree)?;
            bytes += done.length;
            progress.done(done.length);
        } else {
            progress.kept(done.length);
        }
    }
}

impl Context {
    /// Whether the file has these bytes at their place.
    async fn holds(self: &Arc<Self>, first: u64, length: u64, tree: [u8; 32]) -> Result<bool, Error> {
        let context = self.clone();
        let read = spawn_blocking(move || {
            let mut bytes = vec![0; length as usize];
            context.file.read_exact_at(&mut bytes, first).map(|()| bytes)
        });
        let read = read.await.map_err(|error| Error::File(format!("reading ended: {error}")))?;
        let bytes = read.map_err(|error| Error::File(format!("cannot read what was fetched: {error}")))?;
        Ok(self.hashing.tree(bytes.into()).await == tree)
    }

    /// Fetches a range to its place: its tree hash.
    async fn fetch(self: &Arc<Self>, first: u64, length: u64) -> Result<[u8; 32], Error> {
        let (bytes, tree) = range(&self.vault, &self.job, &self.hashing, first, length).await?;
        let context = self.clone();
        let written = spawn_blocking(move || context.file.write_all_at(&bytes, first)).await;
        let written = written.map_err(|error| Error::File(format!("writing ended: {error}")))?;
        written.map_err(|error| Error::File(format!("cannot write what was fetched: {error}")))?;
        Ok(tree)
    }
}

/// Fetches a range, and again where it broke off or was spoilt on the way: its bytes and their tree hash.
pub async fn range(
    vault: &Vault,
    job: &str,
    hashing: &Hashing,
    first: u64,
    length: u64,
) -> Result<(Bytes, [u8; 32]), Error> {
    let mut pause = FIRST_PAUSE;
    for left in (0..TRIES).rev() {
        match once(vault, job, hashing, first, length).await {
            Ok(fetched) => return Ok(fetched),
            Err(error @ Error::Refused { .. }) => return Err(error),
            Err(error) if left == 0 => return Err(error),
            Err(_) => tokio::time::sleep(pause).await,
        }
        pause *= 2;
    }
    Err(Error::Unreachable("a range was never asked for".into()))
}

async fn once(
    vault: &Vault,
    job: &str,
    hashing: &Hashing,
    first: u64,
    length: u64,
) -> Result<(Bytes, [u8; 32]), Error> {
    let (mut body, said) = vault.output(job, Some((first, length))).await?;
    let mut bytes = Vec::with_capacity(length as usize);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| Error::Unreachable(format!("the archive's bytes broke off: {error}")))?;
        if (bytes.len() + piece.len()) as u64 > length {
            return Err(Error::Different(format!(
                "the service sent more than the {length} bytes from byte {first} on that were asked for."
            )));
        }
        bytes.extend_from_slice(&piece);
    }
    let bytes = Bytes::from(bytes);
    let got = bytes.len() as u64;
    if got < length {
        return Err(Error::Unreachable(format!("{got} of {length} bytes from byte {first} on came.")));
    }
    let tree = hashing.tree(bytes.clone()).await;
    match said {
        Some(said) if said != tree => Err(Error::Different(format!(
            "bytes {first}-{} are not those that the service has: tree hash {} and not {}.",
            first + length - 1,
            hex::encode(tree),
            hex::encode(said)
        ))),
        _ => Ok((bytes, tree)),
    }
}
