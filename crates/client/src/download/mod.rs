//! Getting an archive out of a vault: its job, begun or found again, and its bytes, from where an earlier run was broken off.
//!
//! - The bytes go to `NAME.part`, at their places. `NAME.part.ledger` says which ranges are there, with their tree hashes.
//! - A range is proven when it comes, by the tree hash sent with it, and again by a later run that finds it in the ledger: what was
//!   not written, or was changed since, is fetched again.
//! - `NAME` is given when the ranges make up the archive's tree hash and the file is synced, and never to bytes that are not proven.

pub(crate) mod fetch;
mod ledger;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use coldkeep_digest::tree_root;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::folders::sync_folder_of;
use crate::lock::hold;
use crate::plan::range_size_for;
use crate::{Error, Job, JobKind, JobState, Progress, Vault};
use ledger::{Head, Ledger};

/// The first pause before a job is looked at again; each is twice as long, up to a minute.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How fast an archive is to be there, and at Amazon what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// Minutes, at Amazon.
    Expedited,
    /// Hours.
    Standard,
    /// Half a day.
    Bulk,
}

impl Tier {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Expedited => "Expedited",
            Self::Standard => "Standard",
            Self::Bulk => "Bulk",
        }
    }
}

/// What to get, and how.
#[derive(Clone, Debug)]
pub struct Get {
    /// The archive's id.
    pub archive: String,
    /// The file to make.
    pub file: PathBuf,
    /// Whether a file of that name may be replaced.
    pub replace: bool,
    /// How fast, if a job must be begun.
    pub tier: Tier,
    /// Whether to wait for a job that is not done.
    pub wait: bool,
    /// How many ranges are in memory and under way at a time.
    pub parallel: usize,
}

/// An archive that was got.
#[derive(Clone, Debug)]
pub struct Got {
    /// The job that fetched it.
    pub job: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its tree hash.
    pub tree: [u8; 32],
    /// How many bytes this run fetched.
    pub fetched: u64,
}

/// Gets an archive into a file.
pub async fn get(vault: &Vault, what: &Get, progress: &dyn Progress) -> Result<Got, Error> {
    if !what.replace && what.file.symlink_metadata().is_ok() {
        return Err(there_already(&what.file));
    }
    let job = found_or_begun(vault, what, progress).await?;
    let job = ended(vault, job, what.wait, progress).await?;
    let JobKind::Archive { bytes, tree: Some(tree), .. } = job.kind else {
        return Err(Error::Unreachable(format!("the job {} does not tell the archive's tree hash.", job.id)));
    };
    let head = Head::new(&what.archive, bytes, tree, range_size_for(bytes));
    let (part, ledger) = (beside(&what.file, ".part"), beside(&what.file, ".part.ledger"));
    let file = hold(&part)?;
    file.set_len(bytes).map_err(|error| Error::file("make room in", &part, &error))?;
    let mut ledger = Ledger::open(&ledger, &head)?;
    progress.begin(Some(bytes));
    let fetched = fetch::all(vault, &job.id, &head, &file, &mut ledger, what.parallel, progress).await;
    let fetched = fetched.map_err(|error| {
        error.and(&format!("What was fetched is kept in {}. Run the same command again to go on.", part.display()))
    })?;
    if tree_root(&fetched.trees) != tree {
        ledger.remove()?;
        return Err(Error::Different(format!(
            "the ranges of the archive do not make up its tree hash {}: what is in {} is not the archive.\nRun the same command again to \
             fetch it anew.",
            hex::encode(tree),
            part.display()
        )));
    }
    give_name(&file, &part, &what.file, what.replace)?;
    ledger.remove()?;
    Ok(Got { job: job.id, bytes, tree, fetched: fetched.bytes })
}

/// The job of an earlier run, of this tool or another, or a new one.
async fn found_or_begun(vault: &Vault, what: &Get, progress: &dyn Progress) -> Result<Job, Error> {
    let fetches = |job: &Job| matches!(&job.kind, JobKind::Archive { id, whole: true, .. } if *id == what.archive);
    let jobs: Vec<Job> = vault.jobs().await?.into_iter().filter(fetches).collect();
    let of = |state| jobs.iter().find(|job| job.state == state);
    if let Some(job) = of(JobState::Succeeded).or_else(|| of(JobState::InProgress)) {
        return Ok(job.clone());
    }
    let id = vault.begin_retrieval(&what.archive, what.tier.word()).await?;
    progress.note(&format!("job {id}"));
    vault.job(&id).await
}

/// The job when it is done.
pub async fn ended(vault: &Vault, mut job: Job, wait: bool, progress: &dyn Progress) -> Result<Job, Error> {
    let mut pause = FIRST_PAUSE;
    loop {
        match job.state {
            JobState::Succeeded => return Ok(job),
            JobState::Failed => {
                return Err(Error::Missing(format!(
                    "the job {} failed.\nRun the same command again for a new one.",
                    job.id
                )));
            }
            JobState::InProgress if !wait => {
                return Err(Error::NotReady(format!(
                    "the job {} is not done yet; it was begun at {}.\nRun the same command again later.",
                    job.id, job.created
                )));
            }
            JobState::InProgress => {}
        }
        if pause == FIRST_PAUSE {
            progress.note(&format!("waiting for the job {}; breaking off does not end it", job.id));
        }
        tokio::time::sleep(pause).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
        job = vault.job(&job.id).await?;
    }
}

/// Everything is proven: the bytes are made durable, then named.
fn give_name(file: &File, part: &Path, name: &Path, replace: bool) -> Result<(), Error> {
    file.sync_all().map_err(|error| Error::file("sync", part, &error))?;
    if replace {
        std::fs::rename(part, name).map_err(|error| Error::file("name", name, &error))?;
    } else {
        renameat_with(CWD, part, CWD, name, RenameFlags::NOREPLACE).map_err(|error| match error {
            rustix::io::Errno::EXIST => there_already(name),
            error => Error::file("name", name, &error.into()),
        })?;
    }
    sync_folder_of(name)
}

fn there_already(name: &Path) -> Error {
    Error::Invalid(format!(
        "{} is there already.\nName another place with --output, or replace it with --force.",
        name.display()
    ))
}

fn beside(name: &Path, end: &str) -> PathBuf {
    let mut beside = name.as_os_str().to_owned();
    beside.push(end);
    beside.into()
}
