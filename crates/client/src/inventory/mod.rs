//! What a vault holds: its last inventory, fetched by a job and kept, and what was put and removed from here since.
//!
//! - An inventory is as old as its service makes it: at Amazon up to a day older than its job. What was put and removed from here is
//!   remembered until an inventory shows it, so that lists are right about this machine's own doing.
//! - It may have a million archives: it is read one at a time and never held in memory. What was changed since is.

mod changes;
mod csv;
mod document;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use coldkeep_types::{Clock, SystemClock};

use crate::folders::{make, name_for};
use crate::{Error, Folders, Job, JobKind, JobState, Progress, Vault};
use changes::Changes;
pub use document::Archive;

/// What a vault holds, as far as is known here.
pub struct Listing {
    /// The inventory that was fetched.
    path: PathBuf,
    changes: Changes,
}

/// How an inventory is come by.
#[derive(Clone, Copy, Debug)]
pub struct Freshness {
    /// An inventory that was fetched longer ago is not good enough.
    pub max_age: Duration,
    /// None that was begun before is good enough.
    pub refresh: bool,
    /// Whether to wait for a job that is not done.
    pub wait: bool,
}

impl Listing {
    /// Opens what is known of a vault, and fetches an inventory where none is fresh enough.
    pub async fn open(
        vault: &Vault,
        folders: &Folders,
        how: Freshness,
        progress: &dyn Progress,
    ) -> Result<Self, Error> {
        let mut listing = Self::known(vault, folders)?;
        if how.refresh || listing.age().is_none_or(|age| age > how.max_age) {
            let job = job(vault, how, progress).await?;
            let job = crate::download::ended(vault, job, how.wait, progress).await?;
            listing.fetch(vault, &job.id).await?;
        }
        Ok(listing)
    }

    /// What is known of a vault without asking.
    pub fn known(vault: &Vault, folders: &Folders) -> Result<Self, Error> {
        let folder = folders.cache.join("inventories").join(name_for(&[&vault.service, &vault.name]));
        make(&folder)?;
        Ok(Self { path: folder.join("inventory.json"), changes: Changes::open(&folder.join("changes"))? })
    }

    /// How long ago the inventory was fetched.
    fn age(&self) -> Option<Duration> {
        let fetched = std::fs::metadata(&self.path).ok()?.modified().ok()?;
        let fetched = fetched.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        let now = Duration::from_millis(u64::try_from(SystemClock.now().0).ok()?);
        Some(now.saturating_sub(fetched))
    }

    /// Each archive that is there, one by one: those of the inventory, then those put since. The date of the inventory.
    pub fn each(&self, mut see: impl FnMut(Archive) -> Result<(), Error>) -> Result<String, Error> {
        let mut seen = HashSet::new();
        let date = document::read(&self.path, |archive| {
            if self.changes.added.contains_key(&archive.id) {
                seen.insert(archive.id.clone());
            }
            if self.changes.removed.contains(&archive.id) { Ok(()) } else { see(archive) }
        });
        let date = date.map_err(|error| match error {
            Error::Different(_) => error.and("Fetch another with --refresh."),
            _ => error,
        })?;
        for (id, archive) in &self.changes.added {
            if !seen.contains(id) && !self.changes.removed.contains(id) {
                see(archive.clone())?;
            }
        }
        Ok(date)
    }

    /// The archives that `name` means: one of this id, else those whose path or description it is.
    pub fn named(&self, name: &str) -> Result<Vec<Archive>, Error> {
        let mut found = Vec::new();
        self.each(|archive| {
            if archive.id == name || archive.description == name || archive.named().path == name {
                found.push(archive);
            }
            Ok(())
        })?;
        match found.iter().position(|archive| archive.id == name) {
            Some(exactly) => Ok(vec![found.swap_remove(exactly)]),
            None => Ok(found),
        }
    }

    /// An archive was put.
    pub fn added(&mut self, archive: &Archive) -> Result<(), Error> {
        self.changes.add(archive)
    }

    /// An archive was removed.
    pub fn removed(&mut self, id: &str) -> Result<(), Error> {
        self.changes.remove(id)
    }

    async fn fetch(&mut self, vault: &Vault, job: &str) -> Result<(), Error> {
        let (mut body, _) = vault.output(job, None).await?;
        let beside = self.path.with_extension("new");
        let failed = |error: &std::io::Error| Error::file("write", &beside, error);
        let mut file = std::io::BufWriter::new(File::create(&beside).map_err(|error| failed(&error))?);
        while let Some(piece) = body.next().await {
            let piece = piece.map_err(|error| {
                Error::Unreachable(format!(
                    "the inventory broke off: {error}\nRun the same command again: its job is kept."
                ))
            })?;
            file.write_all(&piece).map_err(|error| failed(&error))?;
        }
        file.flush().map_err(|error| failed(&error))?;
        // Read through before it takes the place of the last one; what it shows need not be remembered any longer.
        let (mut there, mut gone) = (HashSet::new(), self.changes.removed.clone());
        let date = document::read(&beside, |archive| {
            gone.remove(&archive.id);
            if self.changes.added.contains_key(&archive.id) {
                there.insert(archive.id);
            }
            Ok(())
        })?;
        std::fs::rename(&beside, &self.path).map_err(|error| Error::file("write", &self.path, &error))?;
        self.changes.forget(&date, &there, &gone)
    }
}

/// Shows each archive of an inventory that is at hand, as a job gave it: JSON, or CSV, which cannot tell when it was cut off behind a
/// line. The date of the inventory, which CSV has not.
pub fn read_inventory(path: &Path, see: impl FnMut(Archive) -> Result<(), Error>) -> Result<String, Error> {
    let cannot = |error: &std::io::Error| Error::file("read", path, error);
    let mut file = BufReader::new(File::open(path).map_err(|error| cannot(&error))?);
    let is_json = file.fill_buf().map_err(|error| cannot(&error))?.trim_ascii_start().starts_with(b"{");
    if is_json {
        return document::read(path, see);
    }
    csv::read(file, |why| document::no_inventory(path, why), see).map(|()| String::new())
}

/// A job for the whole inventory: one that was begun before, if it is new enough, or another.
async fn job(vault: &Vault, how: Freshness, progress: &dyn Progress) -> Result<Job, Error> {
    let whole = |job: &Job| job.kind == JobKind::Inventory { whole: true };
    let oldest =
        SystemClock.now().plus_millis(-i64::try_from(how.max_age.as_millis()).unwrap_or(i64::MAX)).iso_millis();
    let good = |job: &Job| match job.state {
        JobState::InProgress => true,
        JobState::Succeeded => !how.refresh && job.created >= oldest,
        JobState::Failed => false,
    };
    if let Some(job) = vault.jobs().await?.into_iter().find(|job| whole(job) && good(job)) {
        return Ok(job);
    }
    let id = vault.begin_inventory().await?;
    progress.note(&format!("job {id}"));
    vault.job(&id).await
}
