//! `coldkeep fsck --repair`: takes what is damaged out of service, so that the rest can serve. Nothing is deleted: metadata that
//! cannot be read is put aside, blobs go to quarantine, records are written down. Identity records that do not fit each other are mended.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_blob::Blobs;
use coldkeep_disk::{Disk, SystemDisk};
use coldkeep_identity::Replaced;
use coldkeep_meta::{Inspector, Meta, Salvaged};
use coldkeep_store::migrate::{MigrateError, Side, close_for_repair, reopen, stand_still};
use coldkeep_store::{Keep, Recovered, Repaired, TakenOut, account_of};
use coldkeep_types::{AccountId, Clock, Region, SystemClock};

use super::keep::Lines;
use crate::Failure;
use crate::data_folder::{DataFolder, advice, read_if_present};
use crate::shared::SharedStore;

/// Who owns recovered buckets where even that is lost.
const NOBODY: &str = "000000000000";
/// Where recovered buckets are.
const REGION: &str = "us-east-1";

/// How many sentences are told of identities.
const MOST_TOLD: usize = 1000;

/// What was done.
pub struct Done {
    salvaged: Option<Salvaged>,
    repaired: Repaired,
    /// What was done to identity records: sentences.
    identities: Vec<String>,
    kept: Option<(PathBuf, u64)>,
}

/// Repairs a folder that no server has open.
pub async fn run(folder: &DataFolder, read: bool) -> Result<Done, Failure> {
    let salvaged = salvage(folder)?;
    let (meta, blobs, _) = folder.open(coldkeep_meta::Options::default().cache_bytes, &[]).await?;
    let lost = salvaged.is_some() || meta.recovery().cut.is_some();
    let account = account(folder)?;
    let done = mend(&meta, &*blobs, read, (account, lost), folder.path()).await?;
    Ok(Done { salvaged, ..done })
}

/// Repairs a store that several servers share, while none of them runs: none begins before it is done. What it takes out is written down in the folder that it is
/// run in, since the store has none of its own.
pub async fn run_shared(store: &SharedStore, read: bool) -> Result<Done, Failure> {
    let failed = |error: MigrateError| Failure::new(format!("the repair could not go on: {error}"));
    let metadata = store.metadata().await?;
    let still = stand_still(&metadata, store.lease).await.map_err(|error| Failure::new(error.to_string()))?;
    let Side { meta, blobs } = store.open_alone().await?;
    close_for_repair(&*meta, &still).await.map_err(|error| Failure::new(error.to_string()))?;
    let account = account_of(&*meta).await.map_err(|error| failed(error.into()))?;
    let account = account.map_or_else(|| NOBODY.to_owned(), |account| account.to_string());
    let done = mend(&*meta, &*blobs, read, (account, false), Path::new(".")).await?;
    reopen(&*meta).await.map_err(failed)?;
    Ok(done)
}

/// Takes what is damaged out of service, and writes it down in a file of `folder`. With whom owns recovered buckets, and whether records were lost.
async fn mend(
    meta: &dyn Meta,
    blobs: &dyn Blobs,
    read: bool,
    (account, metadata_lost): (String, bool),
    folder: &Path,
) -> Result<Done, Failure> {
    let now = SystemClock.now();
    let mut lines = Lines::new(folder, now.0 / 1000);
    let invalid = |error: coldkeep_types::InvalidName| Failure::new(error.to_string());
    let account = AccountId::parse(&account).map_err(invalid)?;
    let recovered = Recovered { account, region: Region::parse(REGION).map_err(invalid)?, now, metadata_lost };
    let repaired = coldkeep_store::repair(meta, blobs, read, recovered, &mut lines).await;
    let repaired = repaired.map_err(|error| Failure::new(format!("the repair could not go on: {error}")))?;
    let identities = coldkeep_identity::mend(meta, &mut |replaced| keep(&mut lines, replaced)).await;
    let identities = identities.map_err(|error| Failure::new(format!("the repair could not go on: {error}")))?;
    let kept = (lines.count > 0).then(|| (lines.path().to_owned(), lines.count));
    Ok(Done { salvaged: None, repaired, identities, kept })
}

/// Writes an identity record down before it is changed.
fn keep(lines: &mut Lines, replaced: &Replaced) -> Result<(), coldkeep_identity::Error> {
    let Replaced { key, value, why } = replaced.clone();
    let place = format!("identity record {}", String::from_utf8_lossy(&key).escape_debug());
    let kept = lines.keep(&TakenOut { place, why, facts: Vec::new(), key, value });
    kept.map_err(|error| coldkeep_identity::Error::Damaged(error.to_string()))
}

/// Makes new metadata of what can be read, if the engine finds damage in it that does not go by opening it.
fn salvage(folder: &DataFolder) -> Result<Option<Salvaged>, Failure> {
    let disk: Arc<dyn Disk> = Arc::new(SystemDisk);
    let proven = |disk: &Arc<dyn Disk>| {
        let mut whole = true;
        let proven = coldkeep_meta::prove(&**disk, &folder.meta(), &mut |_| whole = false);
        proven.is_ok() && whole && Inspector::open(disk.clone(), &folder.meta()).is_ok()
    };
    if proven(&disk) {
        return Ok(None);
    }
    // A torn end of the journal, or an earlier format, is made right by opening.
    let options = coldkeep_meta::Options::default();
    match coldkeep_meta::Embedded::open(disk.clone(), &folder.meta(), options) {
        Err(error) if error.to_string().contains("in use by another server") => {
            return Err(Failure::new(advice(error.to_string())));
        }
        opened => drop(opened),
    }
    if proven(&disk) {
        return Ok(None);
    }
    let salvaged = coldkeep_meta::salvage(&disk, &folder.meta());
    let failed = |error: coldkeep_meta::Error| {
        Failure::new(format!(
            "the metadata cannot be repaired: {error}\nNothing of it was deleted. Put a copy of the folder `meta` in place."
        ))
    };
    salvaged.map(Some).map_err(failed)
}

/// The root account's id.
fn account(folder: &DataFolder) -> Result<String, Failure> {
    let text = read_if_present(&folder.root_account()).ok().flatten().unwrap_or_default();
    let table = text.parse::<toml::Table>().unwrap_or_default();
    let id = table.get("account_id").and_then(|id| id.as_str()).filter(|id| AccountId::parse(id).is_ok());
    Ok(id.unwrap_or(NOBODY).to_owned())
}

impl fmt::Display for Done {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(salvaged) = &self.salvaged {
            writeln!(
                out,
                "mended: the metadata was made anew of {} records that could be read; the damaged files are in {}",
                salvaged.kept,
                salvaged.aside.display()
            )?;
            for lost in &salvaged.lost {
                writeln!(out, "lost: {lost}")?;
            }
        }
        for done in &self.repaired.done {
            writeln!(out, "{done}")?;
        }
        for done in self.identities.iter().take(MOST_TOLD) {
            writeln!(out, "mended: {done}")?;
        }
        if let Some(untold @ 1..) = self.identities.len().checked_sub(MOST_TOLD) {
            writeln!(out, "... and {untold} more of identities.")?;
        }
        let untold = self.repaired.count - self.repaired.done.len() as u64;
        if untold > 0 {
            writeln!(out, "... and {untold} more.")?;
        }
        if let Some((path, lines)) = &self.kept {
            writeln!(
                out,
                "{lines} records were taken out of service. What is known of them is in {}.",
                path.display()
            )?;
        }
        match self.salvaged.is_none() && self.repaired.count == 0 && self.identities.is_empty() {
            true => writeln!(out, "There was nothing to repair."),
            false => writeln!(
                out,
                "No stored byte was deleted: blobs that were taken out of service are in the folder `quarantine` where blobs are, or of\n\
                 the pool they were in, and stay there until somebody removes them."
            ),
        }
    }
}
