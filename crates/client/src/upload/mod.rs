//! Putting a file or a stream into a vault, from where an earlier run was broken off.
//!
//! - The upload's id is written down before its first part is sent, and its size and tree hash before it is completed: so a run that
//!   was killed at any point is gone on with, and one whose last answer was lost asks for it again.
//! - A file is known by its path. That it is still the same shows when its bytes are compared with the parts that are there: nothing
//!   else is trusted. A part that differs is named, and nothing is overwritten.
//! - An upload whose file here was lost is still at the service: it is listed, resumed by its id, or aborted.

mod send;
mod state;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use coldkeep_types::PartSize;

use crate::plan::{STREAM_PART_BYTES, part_size_for};
use crate::{Error, Folders, Progress, Vault};
use send::{Plan, Sent};
use state::{Begun, Finishing, Stamp, State};

/// Where the bytes come from.
pub enum Source {
    /// A file, which a later run can read again.
    File(PathBuf),
    /// A stream, such as standard input.
    Stream(Box<dyn Read + Send>),
}

/// What to put, and how.
pub struct Put {
    /// The bytes.
    pub source: Source,
    /// The archive's description: 1,024 characters of ASCII at most.
    pub description: String,
    /// The size of parts; otherwise as small as the length allows.
    pub part_size: Option<PartSize>,
    /// How long a stream is expected to be at most.
    pub expected: Option<u64>,
    /// How many parts are in memory and under way at a time.
    pub parallel: usize,
    /// The upload to go on with, in the place of what an earlier run wrote down.
    pub resume: Option<String>,
}

/// An archive that is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its id.
    pub archive: String,
    /// Its location.
    pub location: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its tree hash.
    pub tree: [u8; 32],
    /// How many bytes this run sent.
    pub sent: u64,
    /// The upload that it was.
    pub upload: String,
    /// The description that was asked for; of an upload that was resumed by its id, nothing is known here.
    pub description: String,
}

/// Puts an archive into the vault.
pub async fn put(vault: &Vault, folders: &Folders, what: Put, progress: &dyn Progress) -> Result<Stored, Error> {
    if what.description.len() > 1024 || !what.description.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        return Err(Error::Invalid("a description has at most 1,024 printable characters of ASCII.".into()));
    }
    let description = what.description.clone();
    let stored = match what.source {
        Source::File(ref path) => {
            let path = path.clone();
            put_file(vault, folders, &path, &what, progress).await?
        }
        Source::Stream(_) => put_stream(vault, what, progress).await?,
    };
    Ok(Stored { description, ..stored })
}

async fn put_file(
    vault: &Vault,
    folders: &Folders,
    path: &Path,
    what: &Put,
    progress: &dyn Progress,
) -> Result<Stored, Error> {
    let file = File::open(path).map_err(|error| Error::file("read", path, &error))?;
    let stamp = Stamp::of(&file).map_err(|error| Error::file("read", path, &error))?;
    if stamp.bytes == 0 {
        return Err(empty());
    }
    let mut state = State::hold(folders, vault, path)?;
    if what.resume.is_none()
        && let Some(stored) = finished_before(vault, &mut state, stamp).await?
    {
        return Ok(stored);
    }
    let part_size = what.part_size.map_or_else(|| part_size_for(stamp.bytes), Ok)?;
    let begun = state.begun.as_ref().map(|begun| begun.upload.clone());
    let plan = match what.resume.clone().or(begun) {
        Some(upload) => resume(vault, &upload, what.resume.is_some()).await?,
        None => None,
    };
    let plan = match plan {
        Some(plan) => {
            fits(&plan, what.part_size)?;
            plan
        }
        None => Plan::new(vault.begin_upload(part_size, &what.description).await?, part_size),
    };
    state.write(Begun::new(vault, path, &plan.upload))?;
    progress.begin(Some(stamp.bytes));
    let upload = plan.upload.clone();
    let outcome = async {
        let sent = send::send(vault, plan, Box::new(file), Some(stamp.bytes), what.parallel, progress).await?;
        state.finish(Finishing { stamp, bytes: sent.bytes, tree: hex::encode(sent.tree) })?;
        complete(vault, &upload, sent).await
    };
    let stored = outcome.await.map_err(|error| kept(error, vault, &upload, "Run the same command again to go on"))?;
    state.forget()?;
    Ok(stored)
}

async fn put_stream(vault: &Vault, what: Put, progress: &dyn Progress) -> Result<Stored, Error> {
    let Source::Stream(stream) = what.source else { return Err(Error::Invalid("not a stream".into())) };
    let plan = match &what.resume {
        Some(upload) => resume(vault, upload, true).await?,
        None => None,
    };
    let plan = match plan {
        Some(plan) => plan,
        None => {
            let by_length = what.expected.map(part_size_for).transpose()?;
            let usual = || PartSize::new(STREAM_PART_BYTES).map_err(|error| Error::Invalid(error.to_string()));
            let part_size = what.part_size.or(by_length).map_or_else(usual, Ok)?;
            // An empty stream must leave no upload: its first byte is waited for.
            let (stream, first) = send::first_byte(stream).await?;
            let first = first.ok_or_else(empty)?;
            let upload = vault.begin_upload(part_size, &what.description).await?;
            let resume = format!("coldkeep vault uploads resume {} {upload} -", vault.name);
            progress.note(&format!("upload {upload}\nIf this is broken off, give the same stream to: {resume}"));
            let stream: Box<dyn Read + Send> = Box::new(std::io::Cursor::new([first]).chain(stream));
            return send_stream(vault, Plan::new(upload, part_size), stream, what.parallel, progress).await;
        }
    };
    fits(&plan, what.part_size)?;
    send_stream(vault, plan, stream, what.parallel, progress).await
}

async fn send_stream(
    vault: &Vault,
    plan: Plan,
    stream: Box<dyn Read + Send>,
    parallel: usize,
    progress: &dyn Progress,
) -> Result<Stored, Error> {
    progress.begin(None);
    let upload = plan.upload.clone();
    let outcome = async {
        let sent = send::send(vault, plan, stream, None, parallel, progress).await?;
        complete(vault, &upload, sent).await
    };
    let how = format!("Go on with `coldkeep vault uploads resume {} {upload} -`, given the same stream", vault.name);
    outcome.await.map_err(|error| kept(error, vault, &upload, &how))
}

/// An earlier run may have been killed when only its last answer was missing: it is asked for again, without reading the file.
async fn finished_before(vault: &Vault, state: &mut State, stamp: Stamp) -> Result<Option<Stored>, Error> {
    let Some(begun) = &state.begun else { return Ok(None) };
    let Some(finishing) = begun.finishing.as_ref().filter(|finishing| finishing.stamp == stamp) else {
        return Ok(None);
    };
    let Some(tree) = crate::hashing::parse_hash(&finishing.tree) else { return Ok(None) };
    let sent = Sent { bytes: finishing.bytes, tree, sent: 0 };
    match complete(vault, &begun.upload.clone(), sent).await {
        Ok(stored) => {
            state.forget()?;
            Ok(Some(stored))
        }
        // It was aborted, or completed longer ago than the service remembers.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

async fn complete(vault: &Vault, upload: &str, sent: Sent) -> Result<Stored, Error> {
    let (archive, location) = vault.complete(upload, sent.bytes, sent.tree).await?;
    let Sent { bytes, tree, sent } = sent;
    Ok(Stored { archive, location, bytes, tree, sent, upload: upload.to_owned(), description: String::new() })
}

/// What the service has of the upload; nothing if it is gone, unless it was `named`.
async fn resume(vault: &Vault, upload: &str, named: bool) -> Result<Option<Plan>, Error> {
    match vault.parts(upload).await? {
        Some(there) => Ok(Some(Plan { upload: upload.to_owned(), part_size: there.part_size, there: there.parts })),
        None if named => Err(Error::Missing(format!(
            "there is no open upload {upload} in the vault {0}.\nSee `coldkeep vault uploads list {0}`.",
            vault.name
        ))),
        None => Ok(None),
    }
}

/// Whether an upload that is gone on with has the part size that was asked for.
fn fits(plan: &Plan, asked: Option<PartSize>) -> Result<(), Error> {
    match asked {
        Some(asked) if asked != plan.part_size => Err(Error::Invalid(format!(
            "the upload {} that was begun has parts of {} bytes, not {}.\nGo on without --part-size, or abort it first.",
            plan.upload,
            plan.part_size.get(),
            asked.get()
        ))),
        _ => Ok(()),
    }
}

fn kept(error: Error, vault: &Vault, upload: &str, how: &str) -> Error {
    error.and(&format!(
        "What was sent is kept. {how}; `coldkeep vault uploads abort {} {upload}` throws it away.",
        vault.name
    ))
}

fn empty() -> Error {
    Error::Invalid("an archive cannot be empty. Nothing was begun.".into())
}
