//! Blobs of staged pools (`staging/`) on their way to another engine. Decision 0068 says why it is so.
//!
//! - *What is away stays away*: nothing of it is opened on either side, and nothing is fetched; its record goes over as all do. Where the
//!   store goes, the program is told the same id, path within the pool's folder and size of it; whether it finds it there by these it is
//!   asked (`status`), of each, before the store is left.
//! - *Of a blob that was on its way* when the last server ended, the program is asked first, where the store is: what it says is in the
//!   folder is copied, the rest is elsewhere. The record stays as it is, so what the next server does first is to ask once more.
//! - *Nobody works on them meanwhile*: a program that outlived its server is seen by its lock, and waited for. Without an answer nothing is moved.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use coldkeep_meta::Meta;
use coldkeep_types::Id;

use super::blobs::is_owned;
use super::{MigrateError, Progress, Told, refused};
use crate::records::Record;
use crate::staging::{Place, StagedAnswer, StagedBlob, StagedRecord, StagedWork, StagingRobot};
use crate::{Error, keys};

/// The most blobs of which a program is asked in one call.
const ASKED_AT_ONCE: usize = 256;

/// The staged pools of a store that moves, with their programs.
#[derive(Clone)]
pub struct Staging {
    /// Their names, by number.
    pub names: BTreeMap<u8, String>,
    /// Calls the programs in the folders that are left.
    pub left: Arc<dyn StagingRobot>,
    /// Calls them in those that are filled.
    pub filled: Arc<dyn StagingRobot>,
}

impl Staging {
    /// What a program says of these blobs of a pool. Of none it is not asked, but nor does it run.
    async fn ask(
        &self,
        robot: &dyn StagingRobot,
        pool: u8,
        blobs: &[StagedBlob],
    ) -> Result<BTreeMap<Id, StagedAnswer>, MigrateError> {
        let failed = |why: String| {
            refused(format!(
                "the program of the staged pool {} cannot be asked where its blobs are: {why}.\nThe store is where it was, as it was. Wait until that has ended, or put \
                 it right, and run this again.",
                self.name(pool)
            ))
        };
        let turn = robot.turn(pool).await.map_err(failed)?;
        if blobs.is_empty() {
            return Ok(BTreeMap::new());
        }
        let answers = turn.work(StagedWork::Status, blobs).await.map_err(failed)?;
        Ok(answers.into_iter().collect())
    }

    fn name(&self, pool: u8) -> &str {
        self.names.get(&pool).map_or("", String::as_str)
    }
}

/// Blobs of each pool.
type OfPools = BTreeMap<u8, Vec<StagedBlob>>;

/// Where the blobs of staged pools are.
pub(super) struct Places<'a> {
    meta: &'a dyn Meta,
    staging: Option<&'a Staging>,
    /// Those of the blobs on their way that are in their folder.
    in_folder: BTreeSet<Id>,
}

impl<'a> Places<'a> {
    /// Finds out where those are that were on their way. Refused while a program works, where one does not say, and where blobs may be
    /// elsewhere of a pool that is not known as staged.
    pub async fn find(meta: &'a dyn Meta, staging: Option<&'a Staging>) -> Result<Self, MigrateError> {
        let mut places = Self { meta, staging, in_folder: BTreeSet::new() };
        let mut range = keys::tagged(b'e');
        while let Some((staging, page)) = places.page(&mut range).await? {
            let mut asked = OfPools::new();
            for (blob, place) in page {
                if matches!(place, Place::Resident | Place::Away) {
                    continue;
                }
                let of_pool = asked.entry(blob.id.pool()).or_default();
                // What nobody owns does not come along; but a program may work on it still.
                if is_owned(meta, blob.id).await? {
                    of_pool.push(blob);
                }
            }
            for (pool, blobs) in asked {
                let mut answers = staging.ask(&*staging.left, pool, &blobs).await?;
                for StagedBlob { id, .. } in blobs {
                    match answers.remove(&id) {
                        Some(StagedAnswer::Resident) => drop(places.in_folder.insert(id)),
                        Some(StagedAnswer::Migrated) => {}
                        answer => {
                            let (name, said) = (staging.name(pool), said(answer));
                            return Err(refused(format!(
                                "the blob {id} was on its way when the server ended, and the program of the staged pool {name} does not say where it is: {said}.\nThe \
                                 store is where it was, as it was. Serve it there until the program has said so, and run this again."
                            )));
                        }
                    }
                }
            }
        }
        Ok(places)
    }

    /// Whether a blob is elsewhere than in its folder: nothing there is to be touched.
    pub async fn is_elsewhere(&self, blob: Id) -> Result<bool, MigrateError> {
        if !self.has(blob.pool()) {
            return Ok(false);
        }
        let Some(entry) = self.meta.get(&keys::staged(blob)).await? else { return Ok(false) };
        let record = StagedRecord::from_value(&entry.value).map_err(Error::from)?;
        Ok(self.is_elsewhere_by(blob, record.place))
    }

    /// Whether a pool is known as staged.
    fn has(&self, pool: u8) -> bool {
        self.staging.is_some_and(|staging| staging.names.contains_key(&pool))
    }

    fn is_elsewhere_by(&self, blob: Id, place: Place) -> bool {
        match place {
            Place::Resident => false,
            Place::Leaving | Place::Coming => !self.in_folder.contains(&blob),
            Place::Away | Place::Gone => true,
        }
    }

    /// Asks the programs, where the store goes, of all that is elsewhere and has an owner. Refused unless they find each.
    pub async fn must_be_found(&self, told: &Told) -> Result<(), MigrateError> {
        let mut range = keys::tagged(b'e');
        while let Some((staging, page)) = self.page(&mut range).await? {
            let mut asked = OfPools::new();
            for (blob, place) in page {
                if self.is_elsewhere_by(blob.id, place) && is_owned(self.meta, blob.id).await? {
                    asked.entry(blob.id.pool()).or_default().push(blob);
                }
            }
            for (pool, blobs) in asked {
                let mut answers = staging.ask(&*staging.filled, pool, &blobs).await?;
                for StagedBlob { id, bytes } in blobs {
                    match answers.remove(&id) {
                        Some(StagedAnswer::Migrated) => told(Progress::Away(bytes)),
                        answer => {
                            let (name, said) = (staging.name(pool), said(answer));
                            return Err(refused(format!(
                                "the program of the staged pool {name} was called in the folder that the pool goes to, and does not find the blob {id} there, which is \
                                 away: {said}.\nThe store is where it was, as it was. The program is told the same ids, paths within the folder and sizes there, and must \
                                 find by them what it took away: see to that, and run this again."
                            )));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The next records that say where blobs are, and the programs of their pools; `None`: there are no more.
    async fn page(
        &self,
        range: &mut Range<Vec<u8>>,
    ) -> Result<Option<(&'a Staging, Vec<(StagedBlob, Place)>)>, MigrateError> {
        let found = self.meta.scan(range.clone(), ASKED_AT_ONCE).await?;
        let Some((last, _)) = found.last() else { return Ok(None) };
        range.start = keys::after(last.clone());
        let mut page = Vec::new();
        for (key, entry) in &found {
            let id = keys::trailing_id(key).ok_or_else(|| Error::Damaged("the key of a staged blob".into()))?;
            let record = StagedRecord::from_value(&entry.value).map_err(Error::from)?;
            page.push((StagedBlob { id, bytes: record.bytes }, record.place));
        }
        match (self.staging, page.iter().map(|(blob, _)| blob.id.pool()).find(|pool| !self.has(*pool))) {
            (Some(staging), None) => Ok(Some((staging, page))),
            (_, unknown) => Err(refused(format!(
                "blobs of the pool {} may be elsewhere, and it is not known as staged.\nThe store is where it was, as it was. Serve it there with --staged, and run this \
                 again.",
                unknown.unwrap_or_default()
            ))),
        }
    }
}

fn said(answer: Option<StagedAnswer>) -> String {
    match answer {
        None => "it did not answer".into(),
        Some(StagedAnswer::Failed(reason)) => format!("it said \"failed\", {reason}"),
        Some(answer) => format!("it said {answer:?}").to_lowercase(),
    }
}
