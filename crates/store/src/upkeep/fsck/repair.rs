//! Repairing: walks that apply their remedies, until a walk finds nothing to mend.

use coldkeep_blob::{Blobs, LISTED_AT_ONCE};
use coldkeep_meta::{Commit, Meta, prefix_range};
use coldkeep_types::{AccountId, Region, Timestamp};

use super::keep::Keep;
use super::{Check, MAX_SENTENCES, Report, damaged};
use crate::upkeep::sweep;
use crate::{Error, keys, windows};

/// Walks after which something is wrong with repairing itself: each mends what it meets, and what mending leaves behind is
/// met by the next.
const MOST_WALKS: usize = 8;

/// Who owns what is found without its bucket or vault, and when that was.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// Now.
    pub now: Timestamp,
    /// The metadata lost some of its records: what no record names may have been named by those.
    pub metadata_lost: bool,
}

/// What was repaired.
#[derive(Clone, Debug, Default)]
pub struct Repaired {
    /// How many things were done.
    pub count: u64,
    /// What was done: for each, a sentence. The first thousand.
    pub done: Vec<String>,
    /// What the last walk found: nothing to mend.
    pub report: Report,
}

/// A repair under way.
pub(super) struct Repairing<'a> {
    pub keep: &'a mut dyn Keep,
    pub recovered: Recovered,
    done: Vec<String>,
    count: u64,
}

impl Repairing<'_> {
    pub fn note(&mut self, what: String) {
        self.count += 1;
        if self.done.len() < MAX_SENTENCES {
            self.done.push(what);
        }
    }
}

/// Takes what is damaged out of service, so that the rest can serve. What is taken out is written down in `keep` first; blobs
/// go to quarantine, and stay there until somebody removes them.
pub async fn repair(
    meta: &dyn Meta,
    blobs: &dyn Blobs,
    read: bool,
    mut recovered: Recovered,
    keep: &mut dyn Keep,
) -> Result<Repaired, Error> {
    let mut repaired = Repaired::default();
    for _ in 0..MOST_WALKS {
        let repairing = Repairing { keep: &mut *keep, recovered: recovered.clone(), done: Vec::new(), count: 0 };
        let mut check = Check::new(meta, blobs, read, Some(repairing));
        check.all().await?;
        check.sweep_what_was_cut().await?;
        recovered.metadata_lost = false;
        let report = std::mem::take(&mut check.report);
        let Some(Repairing { done, count, .. }) = check.repair else { break };
        repaired.count += count;
        let room = MAX_SENTENCES - repaired.done.len();
        repaired.done.extend(done.into_iter().take(room));
        if count == 0 {
            repaired.report = report;
            return Ok(repaired);
        }
    }
    Err(damaged(format!("after {MOST_WALKS} walks there is still something to mend")))
}

impl Check<'_> {
    /// After metadata was lost, sweeping was put off until somebody looked: this is it. What no record names goes to quarantine,
    /// to stay.
    async fn sweep_what_was_cut(&mut self) -> Result<(), Error> {
        let lost = self.repair.as_ref().is_some_and(|repair| repair.recovered.metadata_lost);
        let first = match self.meta.get(&sweep::cut_key()).await? {
            _ if lost => u32::MAX,
            Some(cut) => cut.value.as_slice().try_into().map(u32::from_be_bytes).unwrap_or(u32::MAX),
            None => return Ok(()),
        };
        let mut quarantined = 0;
        let mut commit = Commit::default();
        commit.delete(sweep::cut_key());
        for (key, _) in self.meta.scan(prefix_range(&keys::state("dirty/")), usize::MAX).await? {
            let Some(epoch) = key.last_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes)) else { continue };
            if epoch >= first {
                continue;
            }
            let mut after = None;
            loop {
                let found = self.blobs.list(epoch, after, LISTED_AT_ONCE).await?;
                let Some(last) = found.last() else { break };
                after = Some(*last);
                for id in found {
                    if !self.is_owned(id).await? && self.meta.get(&keys::released(id)).await?.is_none() {
                        self.blobs.quarantine(id).await?;
                        quarantined += 1;
                    }
                }
            }
            commit.delete(key);
            for (window, ..) in windows::of_run(self.meta, epoch).await? {
                commit.delete(window);
            }
        }
        self.meta.commit(commit).await?;
        self.done(format!("{quarantined} blobs that the lost metadata may have named are in quarantine, to stay"));
        Ok(())
    }
}
