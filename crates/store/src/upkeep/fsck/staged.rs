//! Blobs of staged pools: where they are, their records say, and nothing of those that are away is proven.

use coldkeep_meta::Commit;
use coldkeep_types::Id;

use super::remedy::Remedy;
use super::{Check, damaged};
use crate::records::{PartRecord, Record};
use crate::staging::{Place, StagedRecord, look_at_blob};
use crate::upkeep::due::STAGE_BLOB;
use crate::{Error, keys};

impl Check<'_> {
    /// Where a blob is, if it was ever elsewhere than in its folder.
    pub(super) async fn place_of(&self, blob: Id) -> Result<Option<Place>, Error> {
        if blob.pool() == 0 {
            return Ok(None);
        }
        let Some(entry) = self.meta.get(&keys::staged(blob)).await? else { return Ok(None) };
        // Where it is damaged, its own check says so.
        Ok(StagedRecord::from_value(&entry.value).ok().map(|record| record.place))
    }

    /// Whether a blob may be elsewhere than in its folder.
    pub(super) async fn is_away(&self, blob: Id) -> Result<bool, Error> {
        Ok(self.place_of(blob).await?.is_some_and(|place| place != Place::Resident))
    }

    /// Whether all bytes of these parts are in their folders.
    pub(super) async fn none_away(&self, parts: &[PartRecord]) -> Result<bool, Error> {
        for part in parts {
            if self.is_away(part.content.id()).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What is on its way, or given up, is to be looked at.
    pub(super) async fn staged(&mut self, key: &[u8], record: &StagedRecord) -> Result<(), Error> {
        let blob = keys::trailing_id(key).filter(|_| key.len() == 17).ok_or_else(|| damaged("malformed key"))?;
        let settled = matches!(record.place, Place::Resident | Place::Away);
        if settled || self.scheduled.contains(&(STAGE_BLOB, blob)) {
            return Ok(());
        }
        let what = format!("blob {blob} of a staged pool: nothing is scheduled for it");
        self.problem(what, Remedy::Look(blob)).await
    }

    /// Has a blob looked at.
    pub(super) async fn look_at(&mut self, blob: Id) -> Result<(), Error> {
        let Some(repair) = &self.repair else { return Ok(()) };
        let mut commit = Commit::default();
        look_at_blob(&mut commit, blob, repair.recovered.now, repair.recovered.now);
        self.scheduled.insert((STAGE_BLOB, blob));
        Ok(self.meta.commit(commit).await?)
    }
}
