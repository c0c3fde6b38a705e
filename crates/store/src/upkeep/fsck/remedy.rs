//! What mends each kind of problem. None of it deletes bytes: blobs go to quarantine, and records, with small contents, are
//! written down first.

use coldkeep_digest::DigestSet;
use coldkeep_meta::{Commit, Entry};
use coldkeep_types::{Id, ObjectKey};

use super::keep::TakenOut;
use super::{BATCH, Check, damaged};
use crate::annotations::AnnotationRecord;
use crate::records::{ArchiveRecord, Content, ObjectRecord, OwnerRecord, PartRecord, Record, ReleasedRecord};
use crate::upkeep::sweep;
use crate::vaults::jobs::Job;
use crate::{Error, keys};

/// What would mend a problem.
pub(super) enum Remedy {
    /// Nothing here: the engine itself must be mended.
    None,
    /// Take a record out of service, and its content if nothing else has it.
    TakeOut(Vec<u8>, Entry),
    /// Take a part out of service, and what is made of it.
    TakeOutPart(Vec<u8>, Entry),
    /// Remove an owner record, or what refers to a content: and the content, if nothing else has it.
    Orphan(Vec<u8>, Entry, Option<Id>),
    /// Write down that a record owns its content.
    Own {
        /// The content.
        content: Id,
        /// The owner's id.
        owner: Id,
        /// The owner's key.
        key: Vec<u8>,
    },
    /// Take all small contents out of service that no record names.
    DropInline,
    /// Move a blob to quarantine.
    Quarantine(Id),
    /// Put the leaves of a tree hash.
    Leaves {
        /// Part of which upload, or which blob.
        content: Id,
        /// Which part.
        part: u32,
        /// The leaves, where the bytes were read.
        leaves: Option<Vec<u8>>,
    },
    /// Have a blob of a staged pool looked at.
    Look(Id),
    /// Put the versions of a key in their order.
    Settle(keys::ContainerId, ObjectKey),
    /// Count anew what a bucket (`u`) or a vault (`U`) has.
    Recount(keys::ContainerId, u8),
    /// Count anew what annotations an object has.
    CountAnnotations(Vec<u8>),
    /// Write down what leads to an access point.
    Lead(Vec<u8>),
    /// Make metadata and blobs one store.
    Adopt,
    /// Make a new secret.
    Secret,
    /// Have looked at what a run may have left.
    Mark(u32),
    /// Schedule what is kept for a time only.
    Schedule {
        /// The kind of work.
        kind: u8,
        /// What for.
        id: Id,
        /// What the work needs to know.
        value: Vec<u8>,
    },
}

impl Remedy {
    /// What mends a damaged record.
    pub fn of(key: &[u8], entry: &Entry) -> Self {
        let (key, entry) = (key.to_vec(), entry.clone());
        match key[0] {
            b'p' => Self::TakeOutPart(key, entry),
            b'w' | b'x' | b'r' => {
                let content = keys::owned_content(&key);
                Self::Orphan(key, entry, content)
            }
            _ => Self::TakeOut(key, entry),
        }
    }
}

impl Check<'_> {
    #[expect(clippy::disallowed_methods, reason = "secrets are the system's chance")]
    pub(super) async fn apply(&mut self, what: String, remedy: Remedy) -> Result<(), Error> {
        let done = match &remedy {
            Remedy::TakeOut(..) | Remedy::TakeOutPart(..) | Remedy::Orphan(..) | Remedy::DropInline => {
                "taken out of service"
            }
            Remedy::Quarantine(_) => "moved to quarantine",
            _ => "mended",
        };
        match remedy {
            Remedy::None => return Err(damaged(what)),
            Remedy::TakeOut(key, entry) => {
                let lost = matches!(key[0], b'o' | b'O' | b'N' | b'u' | b'a' | b'j' | b'U' | b'l' | b'n');
                let container = keys::container(&key);
                match container.filter(|id| lost && !self.containers.contains(id)) {
                    // What lies in it may be whole. Counters alone are worth nothing.
                    Some(id) if !matches!(key[0], b'l' | b'n') => {
                        self.recover(id, matches!(key[0], b'a' | b'j' | b'U')).await?;
                    }
                    _ => self.take_out(&what, &key, &entry).await?,
                }
            }
            Remedy::TakeOutPart(key, entry) => {
                let upload = keys::parse_part(&key).map(|(upload, _)| upload);
                let mut whole = false;
                if let Some(upload) = upload {
                    whole = self.take_out_owners(&what, upload).await?;
                }
                if !whole {
                    self.take_out(&what, &key, &entry).await?;
                }
            }
            Remedy::Orphan(key, entry, content) => {
                self.note(&what, &key, &entry).await?;
                let mut commit = Commit::default();
                commit.delete(key);
                self.meta.commit(commit).await?;
                if let Some(content) = content {
                    self.let_go(&what, content).await?;
                }
            }
            Remedy::Own { content, owner, key } => {
                let mut commit = Commit::default();
                commit.put(keys::owner(content, owner), OwnerRecord { key }.to_value());
                self.meta.commit(commit).await?;
            }
            Remedy::DropInline => {
                if self.drop_inline(&what).await? == 0 {
                    // They went with the records that named them, on this walk.
                    return Ok(());
                }
            }
            Remedy::Look(id) => self.look_at(id).await?,
            Remedy::Quarantine(id) => self.blobs.quarantine(id).await?,
            Remedy::Leaves { content, part, leaves } => {
                let leaves = match leaves {
                    Some(leaves) => leaves,
                    None => self.leaves_anew(content, part).await?,
                };
                let mut commit = Commit::default();
                let key = keys::leaves(content, part);
                if leaves.len() > 32 {
                    commit.put(key, leaves)
                } else {
                    commit.delete(key)
                };
                self.meta.commit(commit).await?;
            }
            Remedy::Settle(bucket, key) => self.settle(bucket, &key).await?,
            Remedy::Recount(container, tag) => self.recount(container, tag).await?,
            Remedy::CountAnnotations(key) => self.count_annotations(&key).await?,
            Remedy::Lead(point) => self.lead_to_point(&point).await?,
            Remedy::Adopt => self.adopt().await?,
            Remedy::Schedule { kind, id, value } => self.schedule(kind, id, value).await?,
            Remedy::Mark(run) => {
                let mut commit = Commit::default();
                commit.put(sweep::dirty_key(run), Vec::new());
                self.meta.commit(commit).await?;
            }
            Remedy::Secret => {
                let mut commit = Commit::default();
                commit.put(keys::state("secret"), rand::random::<[u8; 32]>());
                self.meta.commit(commit).await?;
            }
        }
        self.done(format!("{done}: {what}"));
        Ok(())
    }

    /// The leaves of the tree hash of a part, or of a blob, from its bytes.
    async fn leaves_anew(&mut self, content: Id, part: u32) -> Result<Vec<u8>, Error> {
        let content = match self.meta.get(&keys::part(content, part)).await? {
            Some(entry) => {
                let part = PartRecord::from_value(&entry.value)?;
                (part.content, part.bytes)
            }
            // The whole of a blob, however many bytes that is.
            None => (Content::Blob(content), 0),
        };
        let set = DigestSet { tree: true, ..DigestSet::default() };
        let tree = self.digests_of([content], &set).await?.tree;
        tree.map(|tree| tree.leaves.concat()).ok_or_else(|| damaged("no tree hash"))
    }

    /// Notes what was done.
    pub(super) fn done(&mut self, what: String) {
        if let Some(repair) = &mut self.repair {
            repair.note(what);
        }
    }

    /// Writes a record down.
    async fn note(&mut self, why: &str, key: &[u8], entry: &Entry) -> Result<(), Error> {
        let taken = TakenOut::new(self.name(key).await, why, key, entry);
        match &mut self.repair {
            Some(repair) => repair.keep.keep(&taken),
            None => Ok(()),
        }
    }

    /// Takes a record out of service. Its content goes with it unless another record has it too.
    async fn take_out(&mut self, why: &str, key: &[u8], entry: &Entry) -> Result<(), Error> {
        self.note(why, key, entry).await?;
        let held = match key[0] {
            b'o' | b'O' => ObjectRecord::from_value(&entry.value).ok().map(|record| (record.content, record.instance)),
            b'A' => {
                let record = AnnotationRecord::from_value(&entry.value).ok();
                record.zip(keys::parse_annotation(key)).map(|(record, (set, _))| (record.content, set))
            }
            b'a' => ArchiveRecord::from_value(&entry.value).ok().map(|it| it.content).zip(keys::trailing_id(key)),
            b'j' => Job::from_value(&entry.value).ok().and_then(|job| Some((job.content()?.0, job.id))),
            b'p' => {
                let upload = keys::parse_part(key).map(|(upload, _)| upload);
                let part = PartRecord::from_value(&entry.value).ok().zip(upload);
                part.map(|(part, upload)| (part.content, part.owner(upload)))
            }
            _ => None,
        };
        let mut commit = Commit::default();
        commit.delete(key);
        if let (b'p', Some((upload, part))) = (key[0], keys::parse_part(key)) {
            commit.delete(keys::leaves(upload, part));
        }
        if key[0] == b'P' {
            super::access_points::forget(&mut commit, key, entry);
        }
        match held {
            Some((Content::Inline(id), _)) => {
                if let Some(inline) = self.meta.get(&keys::inline(id)).await? {
                    self.note(why, &keys::inline(id), &inline).await?;
                    commit.delete(keys::inline(id));
                }
            }
            Some((content, owner)) => {
                commit.delete(keys::owner(content.id(), owner));
            }
            None => {}
        }
        self.meta.commit(commit).await?;
        match held {
            Some((Content::Blob(id) | Content::Parts(id) | Content::Slice(id, _), _)) => self.let_go(why, id).await,
            _ => Ok(()),
        }
    }

    /// Takes all records out of service that own a content; whether there was one.
    async fn take_out_owners(&mut self, why: &str, content: Id) -> Result<bool, Error> {
        let mut any = false;
        for (owner_key, owner) in self.meta.scan(keys::owners(content), usize::MAX).await? {
            let Ok(owner) = OwnerRecord::from_value(&owner.value) else { continue };
            if let Some(entry) = self.meta.get(&owner.key).await? {
                any = true;
                Box::pin(self.take_out(why, &owner.key, &entry)).await?;
            } else {
                let mut commit = Commit::default();
                commit.delete(owner_key);
                self.meta.commit(commit).await?;
            }
        }
        Ok(any)
    }

    /// Takes a content out of service, unless something owns it: its blob to quarantine, its parts one by one.
    async fn let_go(&mut self, why: &str, content: Id) -> Result<(), Error> {
        if self.is_owned(content).await? || self.uploads.contains(&content) {
            return Ok(());
        }
        self.blobs.quarantine(content).await?;
        loop {
            let parts = self.meta.scan(keys::parts(content), BATCH).await?;
            for (key, entry) in &parts {
                Box::pin(self.take_out(why, key, entry)).await?;
            }
            if parts.len() < BATCH {
                break;
            }
        }
        let mut commit = Commit::default();
        if let Some(index) = self.meta.get(&keys::index(content)).await? {
            self.note(why, &keys::index(content), &index).await?;
        }
        commit.delete(keys::index(content)).delete(keys::leaves(content, 0)).delete(keys::part_writes(content));
        commit.delete(keys::released(content));
        self.meta.commit(commit).await?;
        Ok(())
    }

    /// Takes small contents out of service that no record names, so many at a time that memory stays bounded; returns how many.
    async fn drop_inline(&mut self, why: &str) -> Result<u64, Error> {
        let mut dropped = 0;
        const AT_ONCE: usize = 1 << 20;
        let mut range = keys::tagged(b'i');
        loop {
            let mut unnamed = std::collections::HashSet::new();
            let mut last = None;
            let mut visit = |seen: coldkeep_meta::Seen<'_>| {
                unnamed.extend(keys::trailing_id(seen.key));
                last = Some(seen.key.to_vec());
                if unnamed.len() < AT_ONCE { coldkeep_meta::Step::Next } else { coldkeep_meta::Step::Stop }
            };
            self.meta.walk(range.clone(), &mut visit).await?;
            let Some(last) = last else { return Ok(dropped) };
            range.start = keys::after(last);
            for tag in *b"oOAajp" {
                let mut visit = |seen: coldkeep_meta::Seen<'_>| {
                    let content = match tag {
                        b'o' | b'O' => ObjectRecord::from_value(seen.value).map(|record| record.content).ok(),
                        b'A' => AnnotationRecord::from_value(seen.value).map(|record| record.content).ok(),
                        b'a' => ArchiveRecord::from_value(seen.value).map(|record| record.content).ok(),
                        b'j' => Job::from_value(seen.value).ok().and_then(|job| Some(job.content()?.0)),
                        _ => PartRecord::from_value(seen.value).map(|record| record.content).ok(),
                    };
                    if let Some(Content::Inline(id)) = content {
                        unnamed.remove(&id);
                    }
                    coldkeep_meta::Step::Next
                };
                self.meta.walk(keys::tagged(tag), &mut visit).await?;
            }
            for id in unnamed {
                // What waits on the released list is named there.
                let key = keys::inline(id);
                let released = self.meta.get(&keys::released(id)).await?;
                let released = released.and_then(|entry| ReleasedRecord::from_value(&entry.value).ok()).is_some();
                if let (Some(entry), false) = (self.meta.get(&key).await?, released) {
                    self.take_out(why, &key, &entry).await?;
                    dropped += 1;
                }
            }
        }
    }
}
