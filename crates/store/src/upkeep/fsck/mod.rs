//! `fsck`: proves that records and blobs fit each other, both ways, and that bytes are those that were stored. The server must
//! be stopped.
//!
//! One walk over all records, in the order of their keys, then one over all blobs. What does not fit is told in a sentence,
//! with what would mend it ([`Remedy`]); checking changes nothing. Repairing ([`repair`]) is the same walk with the remedies
//! applied as they come, again and again until a walk finds nothing.

mod access_points;
mod annotations;
mod bytes;
mod containers;
mod keep;
mod names;
mod records;
mod remedy;
mod repair;
mod schedule;
mod staged;
mod state;
mod versions;
mod windows;

use std::collections::{HashMap, HashSet};

use coldkeep_blob::{Blobs, LISTED_AT_ONCE};
use coldkeep_meta::{Entry, Meta};
use coldkeep_types::{BucketName, Id, Timestamp};

use crate::tiering::TieringRecord;
use crate::windows::{WindowRecord, of_run};
use crate::{Error, Lifecycle, keys};
pub use keep::{Keep, TakenOut};
use remedy::Remedy;
pub use repair::{Recovered, Repaired, repair};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Records looked at.
    pub records: u64,
    /// Blobs looked at.
    pub blobs: u64,
    /// Bytes of blobs read and verified, if reading was asked for.
    pub bytes_read: u64,
    /// Contents that were taken away from their staged pool, so that nothing of their bytes was proven; no damage.
    pub staged: u64,
    /// Blobs of a server that did not stop cleanly, which the next start takes out of service; no damage.
    pub unswept: u64,
    /// What servers of a shared store that have ended may have left, by run; no damage.
    pub windows: Vec<OpenWindows>,
    /// Contents on the released list, which the reclaimer frees; no damage.
    pub released: u64,
    /// Blobs that no record names, so that nothing of them was proven; the first thousand.
    pub unproven: Vec<Id>,
    /// Since metadata was lost, what no record names is not taken out of service.
    pub sweep_withheld: bool,
    /// What does not fit: for each, a sentence. The first thousand.
    pub problems: Vec<String>,
}

/// The numbers of blobs that a server, which has ended, may have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenWindows {
    /// Its run.
    pub run: u32,
    /// How many numbers, in all pools.
    pub numbers: u64,
    /// When they were looked at for the first time, which is done once more a quarter of an hour later; `None`: not yet.
    pub looked_at: Option<Timestamp>,
}

/// Records read at once.
const BATCH: usize = 1000;
/// Sentences after which no more are kept: more would say nothing new.
const MAX_SENTENCES: usize = 1000;
/// All tags of records. Those under `I`, `K` and `M` are not the store's: `coldkeep_identity::prove`, `coldkeep_keyring::prove` and
/// `coldkeep_messages::prove` read them.
const TAGS: &[u8] = b"ABCEFIKLMNOPQRTWabcdeijklnopqrstuUvwxy";

/// Checks every record and every blob; with `read`, every byte too.
pub async fn fsck(meta: &dyn Meta, blobs: &dyn Blobs, read: bool) -> Result<Report, Error> {
    let mut check = Check::new(meta, blobs, read, None);
    check.all().await?;
    Ok(check.report)
}

/// The same of a store whose servers run. What is under way may be told as a problem: one counts that a second walk, later, finds in the same words. The number of
/// small contents that no record names is not asked for, since it is hardly ever right then.
pub async fn fsck_online(meta: &dyn Meta, blobs: &dyn Blobs, read: bool) -> Result<Report, Error> {
    let mut check = Check::new(meta, blobs, read, None);
    check.online = true;
    check.all().await?;
    Ok(check.report)
}

/// A walk under way.
struct Check<'a> {
    meta: &'a dyn Meta,
    blobs: &'a dyn Blobs,
    read: bool,
    /// Records change meanwhile.
    online: bool,
    report: Report,
    /// Where remedies are applied, and not only found.
    repair: Option<repair::Repairing<'a>>,
    /// The ids of all buckets and vaults.
    containers: HashSet<keys::ContainerId>,
    /// The buckets that have lifecycle rules.
    ruled: HashMap<keys::ContainerId, (BucketName, Lifecycle)>,
    /// The enabled configurations of Intelligent-Tiering, and the names of their buckets.
    tiered: HashMap<keys::ContainerId, (BucketName, Vec<TieringRecord>)>,
    /// The open uploads.
    uploads: HashSet<Id>,
    /// The work that is scheduled: kind and id.
    scheduled: HashSet<(u8, Id)>,
    /// The annotations that were met and are of no object yet.
    annotated: annotations::Annotated,
    /// Inline contents that were met, and those that records name. Each is named once, so the numbers must agree.
    inline_found: u64,
    inline_named: u64,
}

impl<'a> Check<'a> {
    fn new(meta: &'a dyn Meta, blobs: &'a dyn Blobs, read: bool, repair: Option<repair::Repairing<'a>>) -> Self {
        Self {
            meta,
            blobs,
            read,
            online: false,
            report: Report::default(),
            repair,
            containers: HashSet::new(),
            ruled: HashMap::new(),
            tiered: HashMap::new(),
            uploads: HashSet::new(),
            scheduled: HashSet::new(),
            annotated: annotations::Annotated::new(),
            inline_found: 0,
            inline_named: 0,
        }
    }

    async fn all(&mut self) -> Result<(), Error> {
        self.identity().await?;
        self.find_containers().await?;
        self.find_scheduled().await?;
        let mut from = vec![0];
        for tag in TAGS.iter().copied().collect::<std::collections::BTreeSet<u8>>() {
            self.unknown(from..vec![tag]).await?;
            self.walk(keys::tagged(tag)).await?;
            from = keys::tagged(tag).end;
        }
        self.unknown(from..vec![u8::MAX; coldkeep_meta::MAX_KEY_BYTES + 1]).await?;
        self.annotations_of_nothing().await?;
        self.windows().await?;
        if self.inline_found > self.inline_named && !self.online {
            let number = self.inline_found - self.inline_named;
            self.problem(format!("{number} small contents are named by no record"), Remedy::DropInline).await?;
        }
        self.blobs().await
    }

    /// Notes what is wrong, or mends it.
    async fn problem(&mut self, what: String, remedy: Remedy) -> Result<(), Error> {
        if self.repair.is_some() {
            return self.apply(what, remedy).await;
        }
        if self.report.problems.len() < MAX_SENTENCES {
            self.report.problems.push(what);
        }
        Ok(())
    }

    /// Checks all records of a range. One that cannot be read is a problem; where reading cannot go on, so is the rest.
    async fn walk(&mut self, mut range: std::ops::Range<Vec<u8>>) -> Result<(), Error> {
        loop {
            let found = match self.meta.scan(range.clone(), BATCH).await {
                Ok(found) => found,
                Err(error) => {
                    let what = format!("records from {} on cannot be read: {error}", show(&range.start));
                    return self.problem(what, Remedy::None).await;
                }
            };
            let Some((last, _)) = found.last() else { return Ok(()) };
            range.start = keys::after(last.clone());
            for (key, entry) in found {
                // What was mended since the batch was read may have taken it away.
                if self.repair.is_some() && self.meta.get(&key).await?.is_none() {
                    continue;
                }
                self.report.records += 1;
                self.one(&key, &entry).await?;
            }
        }
    }

    async fn one(&mut self, key: &[u8], entry: &Entry) -> Result<(), Error> {
        match self.record(key, entry).await {
            Ok(()) => Ok(()),
            Err(Error::Damaged(what)) => {
                let what = format!("{}: {what}", self.place(key).await);
                self.problem(what, Remedy::of(key, entry)).await
            }
            Err(error) => Err(error),
        }
    }

    /// Records of no kind that is known.
    async fn unknown(&mut self, range: std::ops::Range<Vec<u8>>) -> Result<(), Error> {
        for (key, entry) in self.meta.scan(range, BATCH).await? {
            self.report.records += 1;
            let what = format!("{}: a record of an unknown kind", show(&key));
            self.problem(what, Remedy::of(&key, &entry)).await?;
        }
        Ok(())
    }

    /// A blob must have an owner, or stand on the released list, or be of an epoch that is to be swept.
    async fn blobs(&mut self) -> Result<(), Error> {
        for epoch in self.blobs.epochs().await? {
            let dirty = self.meta.get(&crate::upkeep::sweep::dirty_key(epoch)).await?.is_some();
            let windows = of_run(self.meta, epoch).await?;
            let in_window = |id: Id| {
                let holds =
                    |(_, pool, record): &(_, u8, WindowRecord)| *pool == id.pool() && record.contains(id.number());
                windows.is_empty() || windows.iter().any(holds)
            };
            let mut after = None;
            loop {
                let found = self.blobs.list(epoch, after, LISTED_AT_ONCE).await?;
                let Some(last) = found.last() else { break };
                after = Some(*last);
                for id in found {
                    self.report.blobs += 1;
                    if self.is_owned(id).await? {
                        continue;
                    }
                    if self.report.unproven.len() < MAX_SENTENCES {
                        self.report.unproven.push(id);
                    }
                    // What is given up elsewhere may have come back to its folder once more.
                    if self.meta.get(&keys::released(id)).await?.is_some() || self.place_of(id).await?.is_some() {
                        continue;
                    }
                    match dirty && in_window(id) {
                        true => self.report.unswept += 1,
                        false => self.problem(format!("blob {id} has no owner"), Remedy::Quarantine(id)).await?,
                    }
                }
            }
        }
        Ok(())
    }

    async fn is_owned(&self, content: Id) -> Result<bool, Error> {
        Ok(!self.meta.scan(keys::owners(content), 1).await?.is_empty())
    }
}

/// A key in a form people can read.
fn show(key: &[u8]) -> String {
    key.escape_ascii().to_string()
}

fn damaged(what: impl Into<String>) -> Error {
    Error::Damaged(what.into())
}
