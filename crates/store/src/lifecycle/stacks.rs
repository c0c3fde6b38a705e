//! What rules take of the versions of one key: noncurrent ones, and a delete marker that nothing is below any more.
//!
//! A pass walks the versions newest first, holds a few of them, and removes a bounded number in its commit. While something goes, the due
//! record stays, so that the next pass finds the rest; then it is due again when the next version is.

use coldkeep_meta::{Commit, Seen, Step, Version};
use coldkeep_types::{ObjectKey, Timestamp};

use super::due::Come;
use super::{Lifecycle, schedule};
use crate::versions::{Kept, Stack, VersionId, kept};
use crate::{Bucket, Deletion, Error, Precondition, Store, keys};

/// Versions of one key that go in one commit.
const BATCH: usize = 16;
/// Versions that a rule may keep.
const MOST_KEPT: usize = 100;

/// A version that goes.
struct Due {
    id: VersionId,
    at: Vec<u8>,
    version: Version,
    rule: String,
}

/// A walk over the versions of a key, newest first.
struct Walk<'a> {
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
    due: Vec<Due>,
    next: Option<Timestamp>,
}

impl Walk<'_> {
    fn visit(&mut self, seen: &Seen<'_>) -> Result<(), Error> {
        let version = kept(seen.value)?;
        let (modified, of) = match &version {
            Kept::Object(object) => (object.modified, Some(object.traits())),
            Kept::Marker(marker) => (Timestamp(marker.modified_ms), None),
        };
        let due =
            |rule: &str| Due { id: version.id(), at: seen.key.to_vec(), version: seen.version, rule: rule.to_owned() };
        let Some(since) = self.successor.replace(modified) else {
            self.marker = of.is_none().then(|| (modified, due("")));
            return Ok(());
        };
        if let Some((ruled, counted)) = self.lifecycle.noncurrent(self.key, of, since, self.noncurrent, self.day_ms) {
            if ruled.due <= self.now {
                self.counted = self.counted.max(counted as usize);
                self.due.push(due(ruled.rule));
            } else {
                self.later(ruled.due);
            }
        }
        self.noncurrent = self.noncurrent.saturating_add(1);
        if self.newest.len() < MOST_KEPT {
            self.newest.push((seen.key.to_vec(), seen.version));
        }
        Ok(())
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

impl Store {
    /// The rules by which versions of a key go; adds to a commit that they do.
    pub(super) async fn judge_versions(
        &self,
        come: &Come,
        bucket: &Bucket,
        lifecycle: &Lifecycle,
        key: &ObjectKey,
        commit: &mut Commit,
    ) -> Result<Vec<String>, Error> {
        if bucket.versioning.is_none() {
            return Ok(Vec::new());
        }
        let stack = Stack::read(self, bucket, key).await?;
        stack.require_current(commit);
        let day_ms = self.0.options.lifecycle_day_ms;
        let mut walk = Walk {
            lifecycle,
            key,
            now: come.now,
            day_ms,
            successor: stack.object().map(|object| object.modified),
            marker: None,
            noncurrent: 0,
            newest: Vec::new(),
            counted: 0,
            due: Vec::new(),
            next: None,
        };
        let mut failed = None;
        let mut visit = |seen: Seen<'_>| {
            failed = walk.visit(&seen).err();
            if failed.is_none() && walk.due.len() < BATCH { Step::Next } else { Step::Stop }
        };
        self.0.meta.walk(keys::versions(bucket.id, key), &mut visit).await?;
        failed.map_or(Ok(()), Err)?;
        walk.judge_marker();
        if walk.due.is_empty() {
            if let Some(next) = walk.next {
                schedule::look_at(commit, next, come.kind, &bucket.name, &stack.at);
            }
            return Ok(Vec::new());
        }
        // Whoever deletes one that a rule counted keeps one more.
        for (at, version) in walk.newest.into_iter().take(walk.counted) {
            commit.expect(at, Some(version));
        }
        let mut rules = Vec::new();
        for due in walk.due {
            let precondition = Precondition::default();
            let deletion = Deletion { version: Some(due.id), ..Deletion::new(key.clone(), precondition) };
            let mut one = Commit::default();
            match self.add_deletion(bucket, &deletion, &mut one).await {
                // Looked at again tomorrow.
                Err(Error::Locked) => continue,
                deleted => deleted?,
            };
            commit.expect(due.at, Some(due.version));
            commit.expects.append(&mut one.expects);
            commit.writes.append(&mut one.writes);
            rules.push(due.rule);
        }
        match rules.is_empty() {
            true => schedule::look_at(commit, come.now.plus_millis(day_ms), come.kind, &bucket.name, &stack.at),
            false => _ = commit.put(come.key.clone(), come.value.clone()),
        }
        Ok(rules)
    }
}
