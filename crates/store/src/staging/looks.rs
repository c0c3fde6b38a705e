//! Looks: durable work that says only that a blob is to be judged. Urgent ones are due since the first milliseconds of 1970, by their tier, so they
//! come before everything else; all tell in their value when they were put.

use std::collections::{BTreeMap, BTreeSet};

use coldkeep_meta::{Commit, Version, Write};
use coldkeep_types::{Id, Timestamp};

use super::batch::Item;
use super::{Place, StagedWork};
use crate::records::{Content, PartRecord, Record};
use crate::upkeep::due::{STAGE_BLOB, STAGE_LIST};
use crate::{Error, Store, Tier, keys};

/// Records read at once.
pub(super) const BATCH: usize = 256;
/// Blobs that are judged before something is done.
const MOST_JUDGED: usize = 4096;

/// A look that has come.
#[derive(Clone)]
pub(super) struct Look {
    pub key: Vec<u8>,
    version: Version,
    pub since: Timestamp,
    /// The blob, or the list.
    pub id: Id,
}

impl Look {
    /// A commit that strikes it as it was read: one that was put again under the same key stays.
    pub fn struck(&self) -> Commit {
        let mut commit = Commit::default();
        commit.expect(self.key.clone(), Some(self.version)).delete(self.key.clone());
        commit
    }
}

fn value(since: Timestamp) -> Vec<u8> {
    since.0.to_be_bytes().to_vec()
}

/// Whether this is the value of a look.
pub(crate) fn is_value(value: &[u8]) -> bool {
    value.len() == 8
}

/// Adds to a commit that a blob is judged at a time.
pub(crate) fn look_at_blob(commit: &mut Commit, blob: Id, at: Timestamp, since: Timestamp) {
    commit.put(keys::due(at, STAGE_BLOB, blob), value(since));
}

impl Store {
    /// Adds to a commit that all blobs of a content that lie in staged pools are judged, urgent as this tier is.
    pub(crate) fn look_at_content(&self, commit: &mut Commit, content: Content, tier: Tier) {
        let at = Timestamp(tier as i64);
        match content {
            _ if self.0.staging.is_empty() => {}
            Content::Blob(id) | Content::Slice(id, _) if self.is_staged(id) => {
                look_at_blob(commit, id, at, self.now());
            }
            Content::Parts(list) => {
                commit.put(keys::due(at, STAGE_LIST, list), value(self.now()));
            }
            _ => {}
        }
    }

    /// Adds to a commit that blobs of staged pools which gain or lose an owner in it are judged; whether anything is to be judged after it.
    pub(crate) fn look_at_owned(&self, commit: &mut Commit) -> bool {
        if self.0.staging.is_empty() {
            return false;
        }
        let (mut blobs, mut looks) = (BTreeSet::new(), false);
        for write in &commit.writes {
            let Write::Put { key, .. } = write else { continue };
            match key.first() {
                Some(b'w' | b'r') => blobs.extend(keys::owned_content(key).filter(|id| self.is_staged(*id))),
                _ => looks |= keys::parse_due(key).is_some_and(|(_, kind, _)| is_look(kind)),
            }
        }
        for blob in &blobs {
            look_at_blob(commit, *blob, self.now(), self.now());
        }
        looks || !blobs.is_empty()
    }

    /// The first looks of a kind that have come, so many as are judged before something is done.
    async fn come_looks(&self, kind: u8) -> Result<Vec<Look>, Error> {
        let (mut range, mut looks) = (self.come_by_now(), Vec::new());
        while looks.len() < MOST_JUDGED {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::after(last.clone());
            for (key, entry) in found {
                let Some((_, _, id)) = keys::parse_due(&key).filter(|(_, of, _)| *of == kind) else { continue };
                let since = entry.value.as_slice().try_into().map_or(0, i64::from_be_bytes);
                looks.push(Look { key, version: entry.version, since: Timestamp(since), id });
            }
        }
        Ok(looks)
    }

    /// Puts looks at all blobs of lists of which that is due.
    pub(super) async fn look_at_lists(&self) -> Result<(), Error> {
        loop {
            let looks = self.come_looks(STAGE_LIST).await?;
            if looks.is_empty() {
                return Ok(());
            }
            for look in looks {
                self.look_at_list(&look).await?;
            }
        }
    }

    async fn look_at_list(&self, look: &Look) -> Result<(), Error> {
        let at = keys::parse_due(&look.key).map_or(look.since, |(time, _, _)| time);
        let mut range = keys::parts(look.id);
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::after(last.clone());
            let mut commit = Commit::default();
            for (_, entry) in &found {
                let id = PartRecord::from_value(&entry.value)?.content.id();
                if self.is_staged(id) {
                    look_at_blob(&mut commit, id, at, look.since);
                }
            }
            self.commit_freeing(commit).await?;
        }
        self.commit_freeing(look.struck()).await.map(drop)
    }

    /// Judges the blobs that are to be looked at, strikes what needs nothing, and gives the list for the next call of the program: the first kind
    /// of work for which there is any, of one pool. `None`: there is nothing to do.
    pub(super) async fn next_list(&self) -> Result<Option<(StagedWork, u8, Vec<Item>)>, Error> {
        loop {
            let looks = self.come_looks(STAGE_BLOB).await?;
            let (mut lists, mut seen) = (BTreeMap::<(StagedWork, u8), Vec<Item>>::new(), BTreeSet::new());
            let (all, mut oldest) = (looks.len(), None::<Timestamp>);
            for look in looks {
                let Some((work, item)) = self.judge(look).await? else { continue };
                oldest = Some(oldest.map_or(item.look.since, |oldest| oldest.min(item.look.since)));
                if seen.insert(item.look.id) {
                    lists.entry((work, item.look.id.pool())).or_default().push(item);
                }
            }
            self.show_waiting(&lists, oldest);
            if let Some(((work, pool), mut items)) = lists.pop_first() {
                items.sort_by_key(|item| item.owners.wanted);
                items.truncate(self.0.options.staging_batch.max(1));
                return Ok(Some((work, pool, items)));
            }
            if all < MOST_JUDGED {
                return Ok(None);
            }
        }
    }

    /// What is to be done with a blob now. With nothing, the look is struck.
    async fn judge(&self, look: Look) -> Result<Option<(StagedWork, Item)>, Error> {
        let record = self.staged_record(look.id).await?;
        let owners = self.judge_owners(look.id).await?;
        let place = record.as_ref().map_or(Place::Resident, |(record, _)| record.place);
        let work = match (place, owners.any, owners.wanted) {
            (Place::Leaving | Place::Coming, ..) => StagedWork::Status,
            (Place::Gone, ..) => StagedWork::Reclaim,
            (Place::Away, true, Some(_)) => StagedWork::Recall,
            (Place::Resident, true, None) => StagedWork::Migrate,
            _ => return self.commit_freeing(look.struck()).await.map(|_| None),
        };
        Ok(Some((work, Item { look, record, owners })))
    }

    /// Lets a look come again later.
    pub(super) async fn let_come_again(&self, look: &Look, pause_ms: i64) -> Result<(), Error> {
        let mut commit = look.struck();
        look_at_blob(&mut commit, look.id, self.now().plus_millis(pause_ms), look.since);
        self.commit_freeing(commit).await.map(drop)
    }

    fn show_waiting(&self, lists: &BTreeMap<(StagedWork, u8), Vec<Item>>, oldest: Option<Timestamp>) {
        let mut counts = self.0.staging.counts.lock();
        counts.of.iter_mut().for_each(|count| count.waiting = 0);
        for ((work, _), items) in lists {
            counts.of[*work as usize].waiting += items.len() as u64;
        }
        counts.oldest_ms = oldest.map_or(0, |oldest| oldest.0);
    }
}

/// Whether due work of this kind is a look.
pub(crate) fn is_look(kind: u8) -> bool {
    matches!(kind, STAGE_BLOB | STAGE_LIST)
}
