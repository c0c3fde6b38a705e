//! The parts of an upload: read in order once, hashed as they come, compared with what is there, sent several at a time.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

use bytes::Bytes;
use coldkeep_digest::tree_root;
use coldkeep_types::PartSize;
use tokio::task::{JoinSet, spawn_blocking};

use crate::found::Part;
use crate::hashing::Hashing;
use crate::plan::MAX_PARTS;
use crate::{Error, Progress, Vault};

type Input = Box<dyn Read + Send>;

/// An upload, and what the service has of it.
pub struct Plan {
    pub upload: String,
    pub part_size: PartSize,
    pub there: BTreeMap<u64, Part>,
}

impl Plan {
    pub fn new(upload: String, part_size: PartSize) -> Self {
        Self { upload, part_size, there: BTreeMap::new() }
    }
}

/// What was read, all of which the service has.
pub struct Sent {
    pub bytes: u64,
    pub tree: [u8; 32],
    /// How much of it this run sent.
    pub sent: u64,
}

/// One part that the service has now.
struct Done {
    index: usize,
    tree: [u8; 32],
    length: u64,
    sent: bool,
}

/// Reads the source to its end and sends what the service has not. `length` is a hint, of files.
pub async fn send(
    vault: &Vault,
    plan: Plan,
    mut input: Input,
    length: Option<u64>,
    parallel: usize,
    progress: &dyn Progress,
) -> Result<Sent, Error> {
    let size = plan.part_size.get();
    let hashing = Arc::new(Hashing::new()?);
    let upload: Arc<str> = plan.upload.into();
    let mut there = plan.there;
    let mut trees: Vec<[u8; 32]> = Vec::new();
    let (mut bytes, mut sent) = (0, 0);
    let mut running: JoinSet<Result<Done, Error>> = JoinSet::new();
    let mut collect = |done: Done| {
        trees.resize(trees.len().max(done.index + 1), [0; 32]);
        trees[done.index] = done.tree;
        if done.sent {
            sent += done.length;
            progress.done(done.length);
        } else {
            progress.kept(done.length);
        }
    };
    for index in 0.. {
        while running.len() >= parallel.max(1) {
            if let Some(done) = running.join_next().await {
                collect(ended(done)?);
            }
        }
        let hint = length.map_or(size, |length: u64| length.saturating_sub(bytes)).min(size);
        let (back, part) = read_part(input, size, hint).await?;
        input = back;
        if part.is_empty() {
            break;
        }
        if index as u64 == MAX_PARTS {
            return Err(Error::Invalid(format!(
                "there are more bytes than {MAX_PARTS} parts of {size} bytes hold, which is the most that this upload takes.\nBegin anew \
                 with larger parts: name the length with --size, or the parts with --part-size, up to 4GiB."
            )));
        }
        let (first, length) = (bytes, part.len() as u64);
        bytes += length;
        let (vault, upload, hashing, known) = (vault.clone(), upload.clone(), hashing.clone(), there.remove(&first));
        running.spawn(async move {
            let tree = hashing.tree(part.clone()).await;
            let sent = match known {
                Some(known) if known == (Part { length, tree }) => false,
                Some(_) => return Err(differs(first, length)),
                None => {
                    vault.send_part(&upload, first, part, tree).await?;
                    true
                }
            };
            Ok(Done { index, tree, length, sent })
        });
    }
    while let Some(done) = running.join_next().await {
        collect(ended(done)?);
    }
    if let Some(first) = there.keys().next() {
        return Err(Error::Different(format!(
            "the upload has bytes from {first} on, and there are only {bytes} to be put now: it is shorter than when the upload was begun."
        )));
    }
    Ok(Sent { bytes, tree: tree_root(&trees), sent })
}

fn ended(done: Result<Result<Done, Error>, tokio::task::JoinError>) -> Result<Done, Error> {
    done.map_err(|error| Error::File(format!("a part's task ended: {error}")))?
}

fn differs(first: u64, length: u64) -> Error {
    Error::Different(format!(
        "bytes {first}-{} are not those that were sent when the upload was begun.",
        first + length - 1
    ))
}

/// The next part: full, unless the input ends. Reading may wait, and does so on a thread for that.
async fn read_part(mut input: Input, size: u64, hint: u64) -> Result<(Input, Bytes), Error> {
    let read = spawn_blocking(move || {
        let mut part = Vec::with_capacity(hint as usize);
        let outcome = input.by_ref().take(size).read_to_end(&mut part);
        (input, outcome.map(|_| Bytes::from(part)))
    });
    let (input, part) = read.await.map_err(|error| Error::File(format!("reading ended: {error}")))?;
    Ok((input, part.map_err(|error| Error::File(format!("cannot read what is to be put: {error}")))?))
}

/// The first byte of a stream, for which it is waited; `None` if it ends before.
pub async fn first_byte(mut input: Input) -> Result<(Input, Option<u8>), Error> {
    let read = spawn_blocking(move || {
        let mut byte = [0];
        let outcome = input.read_exact(&mut byte);
        (input, outcome.map(|()| byte[0]))
    });
    match read.await.map_err(|error| Error::File(format!("reading ended: {error}")))? {
        (input, Ok(byte)) => Ok((input, Some(byte))),
        (input, Err(error)) if error.kind() == ErrorKind::UnexpectedEof => Ok((input, None)),
        (_, Err(error)) => Err(Error::File(format!("cannot read what is to be put: {error}"))),
    }
}
