//! What rules do to the versions of one key: noncurrent ones go, or go to other classes, and a delete marker that nothing is below any
//! more goes too.
//!
//! Invariants:
//! - A pass walks the versions newest first, sees a bounded number of them and changes a bounded number in its commit. Where it stops is
//!   written into the due record, which stays, so that the next pass goes on from there, whoever makes it.
//! - What is locked stays, and is looked at again the day after. To go to another class no lock hinders it.
//! - The newest noncurrent versions are counted anew in each pass. Whoever takes one away that a rule counted makes the pass fail.

use coldkeep_meta::{Commit, Seen, Step, Version};
use coldkeep_types::{ObjectKey, Timestamp};

use super::due::{Come, Deed};
use super::objects::EXPIRED;
use super::schedule::{self, Reached};
use super::{Lifecycle, Traits, transitions};
use crate::events::{EventType, Subject};
use crate::locks::Clearance;
use crate::versions::{Kept, Stack, VersionId, kept};
use crate::{Bucket, Deletion, Error, Precondition, Store, keys};

/// Versions of one key that are changed in one commit.
const BATCH: usize = 16;
/// Versions of one key that are looked at before others have their turn.
const PAGE: usize = 1000;
/// Versions that a rule may keep.
const MOST_KEPT: usize = 100;

/// A version that goes, or goes to another class.
struct Due {
    id: VersionId,
    at: Vec<u8>,
    version: Version,
    deed: Deed,
    /// Its record, where that changes.
    value: Vec<u8>,
    rule: String,
}

/// A walk over the versions of a key, newest first.
struct Walk<'a> {
    store: &'a Store,
    lifecycle: &'a Lifecycle,
    key: &'a ObjectKey,
    now: Timestamp,
    day_ms: i64,
    /// When the version before this one came: since then this one is noncurrent. `None` at the newest.
    successor: Option<Timestamp>,
    /// The newest, if it is a delete marker.
    marker: Option<(Timestamp, Due)>,
    noncurrent: u32,
    /// Where the newest noncurrent ones lie, which a rule may keep, as they were read.
    newest: Vec<(Vec<u8>, Version)>,
    /// How many of those a rule counted by which something goes.
    counted: usize,
    seen: usize,
    due: Vec<Due>,
    next: Option<Timestamp>,
}

impl Walk<'_> {
    /// Takes note of a version; what it is, and since when it is noncurrent, if it is.
    fn count(&mut self, seen: &Seen<'_>) -> Result<(Kept, Option<Timestamp>), Error> {
        let version = kept(seen.value)?;
        let came = match &version {
            Kept::Object(object) => object.modified,
            Kept::Marker(marker) => Timestamp(marker.modified_ms),
        };
        let since = self.successor.replace(came);
        match (&version, since) {
            (Kept::Marker(_), None) => self.marker = Some((came, due(&version, seen, Deed::Removed, ""))),
            (Kept::Object(_), None) => {}
            (_, Some(_)) => {
                self.noncurrent = self.noncurrent.saturating_add(1);
                if self.newest.len() < MOST_KEPT {
                    self.newest.push((seen.key.to_vec(), seen.version));
                }
            }
        }
        Ok((version, since))
    }

    fn visit(&mut self, seen: &Seen<'_>) -> Result<(), Error> {
        let newer = self.noncurrent;
        let (version, since) = self.count(seen)?;
        self.seen += 1;
        let Some(since) = since else { return Ok(()) };
        let of = match &version {
            Kept::Object(object) => Some(object.traits()),
            Kept::Marker(_) => None,
        };
        match self.lifecycle.noncurrent(self.key, of, since, newer, self.day_ms) {
            Some((ruled, _)) if ruled.due > self.now => self.later(ruled.due),
            Some(_) if self.is_locked(&version) => self.later(self.now.plus_millis(self.day_ms)),
            Some((ruled, counted)) => {
                self.counted = self.counted.max(counted as usize);
                self.due.push(due(&version, seen, Deed::Removed, ruled.rule));
                return Ok(());
            }
            None => {}
        }
        if let Some(of) = of {
            self.judge_class(seen, &version, of, since, newer);
        }
        Ok(())
    }

    /// A version that stays may go to another class.
    fn judge_class(&mut self, seen: &Seen<'_>, version: &Kept, of: Traits<'_>, since: Timestamp, newer: u32) {
        let ahead =
            |of| transitions::ahead(self.lifecycle.noncurrent_moves(self.key, of, since, newer, self.day_ms), self.now);
        let now = ahead(of);
        let then = now.due.and_then(|to| ahead(Traits { class: to.class, tier: None, ..of }).next);
        if let Some(to) = now.due {
            self.counted = self.counted.max(to.counted as usize);
            self.due.push(due(version, seen, Deed::Moved(to.class), to.rule));
        }
        if let Some(next) = now.next.into_iter().chain(then).min() {
            self.later(next);
        }
    }

    fn is_full(&self) -> bool {
        self.seen >= PAGE || self.due.len() >= BATCH
    }

    fn is_locked(&self, version: &Kept) -> bool {
        matches!(version, Kept::Object(object) if Clearance::none(self.store).judge(&object.lock).is_err())
    }

    fn later(&mut self, due: Timestamp) {
        self.next = Some(self.next.map_or(due, |next| next.min(due)));
    }

    /// A delete marker that is all there is may be due as well.
    fn judge_marker(&mut self) {
        let Some((made, marker)) = self.marker.take().filter(|_| self.noncurrent == 0) else { return };
        match self.lifecycle.marker(self.key, made, self.day_ms) {
            Some(ruled) if ruled.due <= self.now => self.due.push(Due { rule: ruled.rule.to_owned(), ..marker }),
            Some(ruled) => self.later(ruled.due),
            None => {}
        }
    }
}

fn due(version: &Kept, seen: &Seen<'_>, deed: Deed, rule: &str) -> Due {
    let value = if deed == Deed::Removed { Vec::new() } else { seen.value.to_vec() };
    Due { id: version.id(), at: seen.key.to_vec(), version: seen.version, deed, value, rule: rule.to_owned() }
}

impl Store {
    /// Adds to a commit what is due of the versions of a key, and tells it with the rules that say so. `reached` is where the pass before
    /// this one stopped.
    pub(super) async fn judge_versions(
        &self,
        come: &Come,
        bucket: &Bucket,
        lifecycle: &Lifecycle,
        key: &ObjectKey,
        reached: Option<Reached>,
        commit: &mut Commit,
    ) -> Result<Vec<(Deed, String)>, Error> {
        if bucket.versioning.is_none() {
            return Ok(Vec::new());
        }
        let stack = Stack::read(self, bucket, key).await?;
        stack.require_current(commit);
        let mut walk = Walk {
            store: self,
            lifecycle,
            key,
            now: come.now,
            day_ms: self.0.options.lifecycle_day_ms,
            successor: stack.object().map(|object| object.modified),
            marker: None,
            noncurrent: 0,
            newest: Vec::new(),
            counted: 0,
            seen: 0,
            due: Vec::new(),
            next: None,
        };
        let stopped = self.walk_versions(&mut walk, bucket, key, reached).await?;
        if stopped.is_none() {
            walk.judge_marker();
        }
        // Whoever deletes one that a rule counted keeps one more.
        for (at, version) in walk.newest.drain(..).take(walk.counted) {
            commit.expect(at, Some(version));
        }
        let mut deeds = Vec::new();
        for due in std::mem::take(&mut walk.due) {
            if let Deed::Moved(class) = due.deed {
                let record = self.change_class(commit, (bucket, key), due.at, (&due.value, due.version), class)?;
                self.happened(commit, bucket, EventType::Transition, key, || Subject::object(&record)).await?;
                deeds.push((due.deed, due.rule));
                continue;
            }
            let deletion = Deletion { version: Some(due.id), ..Deletion::new(key.clone(), Precondition::default()) };
            let mut one = Commit::default();
            let deleted = match self.add_deletion(bucket, &deletion, &mut one).await {
                Err(Error::Locked) => {
                    walk.later(come.now.plus_millis(walk.day_ms));
                    continue;
                }
                deleted => deleted?,
            };
            self.tell_deleted(&mut one, bucket, &deletion, &deleted, EXPIRED).await?;
            commit.expect(due.at, Some(due.version));
            commit.expects.append(&mut one.expects);
            commit.writes.append(&mut one.writes);
            deeds.push((due.deed, due.rule));
        }
        match (stopped, walk.next) {
            (Some((passed, came)), next) => {
                let reached = Reached { passed, came, next };
                commit.put(come.key.clone(), schedule::going_on(&bucket.name, &stack.at, &reached));
            }
            (None, Some(next)) => schedule::look_at(commit, next, come.kind, &bucket.name, &stack.at),
            (None, None) => {}
        }
        Ok(deeds)
    }

    /// Walks on by a page; the version that was passed last, and when it came, if there are more.
    async fn walk_versions(
        &self,
        walk: &mut Walk<'_>,
        bucket: &Bucket,
        key: &ObjectKey,
        reached: Option<Reached>,
    ) -> Result<Option<(coldkeep_types::Id, Timestamp)>, Error> {
        let mut range = keys::versions(bucket.id, key);
        if let Some(Reached { passed, came, next }) = reached {
            let from = keys::after(keys::version(bucket.id, key, passed));
            let (mut left, mut failed) = (MOST_KEPT + 1, None);
            let mut count = |seen: Seen<'_>| {
                failed = walk.count(&seen).err();
                left -= 1;
                if failed.is_none() && left > 0 { Step::Next } else { Step::Stop }
            };
            self.0.meta.walk(range.start..from.clone(), &mut count).await?;
            failed.map_or(Ok(()), Err)?;
            (range.start, walk.successor, walk.next) = (from, Some(came), next);
        }
        let (mut failed, mut last) = (None, None);
        let mut visit = |seen: Seen<'_>| {
            failed = walk.visit(&seen).err();
            if failed.is_none() && !walk.is_full() {
                return Step::Next;
            }
            last = keys::parse_version(seen.key);
            Step::Stop
        };
        self.0.meta.walk(range, &mut visit).await?;
        failed.map_or(Ok(()), Err)?;
        Ok(last.zip(walk.successor))
    }
}
