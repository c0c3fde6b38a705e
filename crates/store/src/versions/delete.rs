//! DeleteObject and DeleteObjects: without a version, what is there goes, or goes under a delete marker; with one, just that
//! version goes for good.

use std::collections::{BTreeMap, HashSet};

use coldkeep_meta::{Commit, Write};
use coldkeep_types::{BucketName, ObjectKey};

use super::VersionId;
use super::stack::{Gone, Kept, Stack};
use crate::events::{EventType, Subject};
use crate::locks::Clearance;
use crate::{Bucket, Error, MAX_TRIES, Precondition, Store};

/// What shall be deleted.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// Of which key.
    pub key: ObjectKey,
    /// Just this version; `None`: whatever is there.
    pub version: Option<VersionId>,
    /// Conditions on what is there.
    pub precondition: Precondition,
    /// Who deletes, where a delete marker is not to be the bucket owner's.
    pub owner: Option<String>,
    /// Whether whoever deletes may pass over retention in governance mode, and wants to.
    pub bypass: bool,
}

impl Deletion {
    /// Of whatever is at a key, by the bucket's owner.
    pub fn new(key: ObjectKey, precondition: Precondition) -> Self {
        Self { key, version: None, precondition, owner: None, bypass: false }
    }
}

/// What a deletion came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// The delete marker that was put, or the version that was deleted. `None` in a bucket without versions.
    pub version: Option<VersionId>,
    /// Whether that is a delete marker.
    pub marker: bool,
}

impl Store {
    /// DeleteObject: succeeds if nothing is there, unless a condition was given.
    pub async fn delete_object(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        precondition: &Precondition,
    ) -> Result<Deleted, Error> {
        self.delete(bucket, &Deletion::new(key.clone(), precondition.clone())).await
    }

    /// DeleteObject of whatever is there, or of one version.
    pub async fn delete(&self, bucket_name: &BucketName, deletion: &Deletion) -> Result<Deleted, Error> {
        for _ in 0..MAX_TRIES {
            let bucket = self.bucket(bucket_name).await?;
            let mut commit = Commit::default();
            bucket.require(&mut commit);
            let deleted = self.add_told_deletion(&bucket, deletion, &mut commit).await?;
            if commit.writes.is_empty() || self.commit_deletions(commit, deletion.version.is_some()).await? {
                return Ok(deleted);
            }
        }
        Err(Error::Busy)
    }

    /// DeleteObjects: each key once in one commit, and so on until none is left; where records change meanwhile, one by one. An
    /// outcome for each, in order.
    pub async fn delete_objects(
        &self,
        bucket_name: &BucketName,
        wanted: &[Deletion],
    ) -> Result<Vec<Result<Deleted, Error>>, Error> {
        let mut outcomes: Vec<Option<Result<Deleted, Error>>> = vec![None; wanted.len()];
        let mut left: Vec<usize> = (0..wanted.len()).collect();
        while !left.is_empty() {
            let (mut seen, mut commit) = (HashSet::new(), Commit::default());
            let (round, later): (Vec<usize>, Vec<usize>) = left.iter().partition(|at| seen.insert(&wanted[**at].key));
            let bucket = self.bucket(bucket_name).await?;
            bucket.require(&mut commit);
            let mut counted: BTreeMap<Vec<u8>, i64> = BTreeMap::new();
            for at in &round {
                let mut one = Commit::default();
                let outcome = self.add_told_deletion(&bucket, &wanted[*at], &mut one).await;
                if outcome.is_ok() {
                    commit.expects.append(&mut one.expects);
                    for write in one.writes {
                        match write {
                            Write::Add { key, delta } => *counted.entry(key).or_default() += delta,
                            write => commit.writes.push(write),
                        }
                    }
                }
                outcomes[*at] = Some(outcome);
            }
            for (key, delta) in counted {
                commit.add(key, delta);
            }
            let named = round.iter().all(|at| wanted[*at].version.is_some());
            if !commit.writes.is_empty() && !self.commit_deletions(commit, named).await? {
                for at in round {
                    outcomes[at] = Some(self.delete(bucket_name, &wanted[at]).await);
                }
            }
            left = later;
        }
        Ok(outcomes.into_iter().map(|outcome| outcome.unwrap_or(Err(Error::Busy))).collect())
    }

    /// A version that goes makes room, also where another rises in its place. A delete marker takes some.
    async fn commit_deletions(&self, commit: Commit, named: bool) -> Result<bool, Error> {
        match named {
            true => self.commit_freeing(commit).await,
            false => self.commit(commit).await,
        }
    }

    /// Adds a deletion that was asked for, with its event.
    async fn add_told_deletion(
        &self,
        bucket: &Bucket,
        deletion: &Deletion,
        commit: &mut Commit,
    ) -> Result<Deleted, Error> {
        let deleted = self.add_deletion(bucket, deletion, commit).await?;
        self.tell_deleted(commit, bucket, deletion, &deleted, [EventType::RemovedDelete, EventType::RemovedMarker])
            .await?;
        Ok(deleted)
    }

    /// Adds the event of a deletion to the commit that has it: the first of these, or the second where a delete marker came. Where
    /// nothing was to be deleted, nothing happened.
    pub(crate) async fn tell_deleted(
        &self,
        commit: &mut Commit,
        bucket: &Bucket,
        deletion: &Deletion,
        deleted: &Deleted,
        [gone, hidden]: [EventType; 2],
    ) -> Result<(), Error> {
        if commit.writes.is_empty() {
            return Ok(());
        }
        // A delete marker can also be what goes.
        let marker_came = deleted.marker && deletion.version.is_none();
        let event = if marker_came { hidden } else { gone };
        self.happened(commit, bucket, event, &deletion.key, || Subject::deleted(deleted.version, marker_came)).await
    }

    /// Adds a deletion to a commit, which then requires what it was decided by; nothing where nothing is to be deleted.
    pub(crate) async fn add_deletion(
        &self,
        bucket: &Bucket,
        deletion: &Deletion,
        commit: &mut Commit,
    ) -> Result<Deleted, Error> {
        let clearance = Clearance::bypassing(self, deletion.bypass);
        for _ in 0..MAX_TRIES {
            let stack = Stack::read(self, bucket, &deletion.key).await?;
            let there = |version| stack.object().filter(|object| version == object.version);
            match (deletion.version, bucket.versioning) {
                (None, Some(_)) => {
                    deletion.precondition.judge(stack.object())?;
                    let version = stack.put_marker(self, commit, deletion.owner.clone()).await?;
                    return Ok(Deleted { version: Some(version), marker: true });
                }
                (version, versioning) if versioning.is_none() || version.and_then(there).is_some() => {
                    let object = there(version.unwrap_or(VersionId::Null));
                    deletion.precondition.judge(object)?;
                    if object.is_some() {
                        self.add_deletion_of_current(&stack, clearance, commit).await?;
                    }
                    return Ok(Deleted { version, marker: false });
                }
                (version, _) => {
                    let version = version.unwrap_or(VersionId::Null);
                    if let Some(deleted) = self.add_deletion_below(&stack, version, deletion, commit).await? {
                        return Ok(deleted);
                    }
                }
            }
        }
        Err(Error::Busy)
    }

    async fn add_deletion_of_current(
        &self,
        stack: &Stack<'_>,
        clearance: Clearance<'_>,
        commit: &mut Commit,
    ) -> Result<(), Error> {
        let Some(object) = stack.object() else { return Ok(()) };
        stack.require_current(commit);
        commit.delete(stack.at.clone());
        Gone::object(commit, object, clearance)?.count(commit, stack.bucket);
        match stack.bucket.versioning {
            Some(_) => {
                self.schedule_versions(commit, stack.bucket, stack.key);
                stack.uncover(self, commit, None).await
            }
            None => Ok(()),
        }
    }

    /// Of a version that is not the current one. `None` if it may have become that meanwhile.
    async fn add_deletion_below(
        &self,
        stack: &Stack<'_>,
        version: VersionId,
        deletion: &Deletion,
        commit: &mut Commit,
    ) -> Result<Option<Deleted>, Error> {
        let below = self.below(stack.bucket, stack.key, version).await?;
        let object = below.as_ref().and_then(|below| match &below.kept {
            Kept::Object(object) => Some(&**object),
            Kept::Marker(_) => None,
        });
        let deleted = |marker| Ok(Some(Deleted { version: Some(version), marker }));
        let Some(below) = &below else {
            let now = self.get(&stack.at).await?.map(|entry| entry.version);
            if now != stack.current.as_ref().map(|(_, version)| *version) {
                return Ok(None);
            }
            deletion.precondition.judge(None)?;
            return deleted(false);
        };
        deletion.precondition.judge(object)?;
        stack.require_current(commit);
        self.schedule_versions(commit, stack.bucket, stack.key);
        stack.remove(commit, below, Clearance::bypassing(self, deletion.bypass))?.count(commit, stack.bucket);
        let gone = below.kept.instance();
        match &stack.newest {
            Some(newest) if newest.kept.instance() == gone => stack.uncover(self, commit, Some(gone)).await?,
            Some(newest) => _ = commit.expect(stack.below(newest.kept.instance()), Some(newest.version)),
            None => {}
        }
        deleted(matches!(below.kept, Kept::Marker(_)))
    }
}
