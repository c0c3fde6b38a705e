//! The list of an object of parts: which of its blobs lies elsewhere, how a blob of it gets another id, and how a list that several objects
//! share becomes one's own.

use coldkeep_meta::{Commit, Entry, Version};
use coldkeep_types::Id;

use crate::contents::owners::{disown, own};
use crate::records::{Content, ObjectRecord, PartRecord, Record};
use crate::{Error, Store, keys};

/// Parts that are looked at in one call.
const BATCH: usize = 256;

impl Store {
    /// The first part from this index on that lies in another pool, and its blob.
    pub(super) async fn part_apart(&self, list: Id, pool: u8, from: u32) -> Result<Option<(u32, Id)>, Error> {
        let mut range = keys::part(list, from)..keys::parts(list).end;
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(None) };
            range.start = keys::after(last.clone());
            for (key, entry) in &found {
                let index = keys::trailing_index(key).unwrap_or_default();
                match PartRecord::from_value(&entry.value)?.content {
                    Content::Blob(id) | Content::Slice(id, _) if id.pool() != pool => return Ok(Some((index, id))),
                    _ => {}
                }
            }
        }
    }

    /// Whether no other object has the same list.
    pub(super) async fn is_own_list(&self, list: Id, owner: Id) -> Result<bool, Error> {
        let owners = self.0.meta.scan(keys::owners(list), 2).await?;
        Ok(matches!(owners.as_slice(), [(key, _)] if *key == keys::owner(list, owner)))
    }

    /// Adds to a commit that a part, and those later ones that share its blob `from`, have `to` in its place. `false`: it has another blob
    /// by now, or the list another owner.
    pub(super) async fn name_in_list(
        &self,
        commit: &mut Commit,
        (list, owner): (Id, Id),
        index: u32,
        (from, to): (Id, Id),
    ) -> Result<bool, Error> {
        let parts = self.parts_of_blob(list, index, from).await?;
        if parts.is_empty() || !self.is_own_list(list, owner).await? {
            return Ok(false);
        }
        let (all, own_key) = (keys::owners(list), keys::owner(list, owner));
        commit.expect_empty(all.start..own_key.clone()).expect_empty(keys::after(own_key)..all.end);
        for (at, version, part) in parts {
            let owner = part.owner(list);
            commit.expect(at.clone(), Some(version));
            disown(commit, part.content, owner);
            let part = part.moved(to);
            own(commit, part.content, owner, &at);
            commit.put(at, part.to_value());
        }
        Ok(true)
    }

    /// The part of this index and those after it that have their bytes in this blob; none, if that one has not. Only copied parts, which
    /// own their blob under ids of their own, share one.
    async fn parts_of_blob(
        &self,
        list: Id,
        index: u32,
        blob: Id,
    ) -> Result<Vec<(Vec<u8>, Version, PartRecord)>, Error> {
        let first = keys::part(list, index);
        let Some(entry) = self.get(&first).await? else { return Ok(Vec::new()) };
        let part = PartRecord::from_value(&entry.value)?;
        if part.content.id() != blob {
            return Ok(Vec::new());
        }
        let is_copied = part.owner.is_some();
        let mut parts = vec![(first.clone(), entry.version, part)];
        if !is_copied {
            return Ok(parts);
        }
        let mut range = keys::after(first)..keys::parts(list).end;
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { return Ok(parts) };
            range.start = keys::after(last.clone());
            for (key, entry) in found {
                let part = PartRecord::from_value(&entry.value)?;
                if part.content.id() == blob {
                    parts.push((key, entry.version, part));
                }
            }
        }
    }

    /// Gives an object a list of its own with the same blobs, in one commit. Where its record has changed meanwhile, nothing is done: it is
    /// read again.
    pub(super) async fn split(&self, at: Vec<u8>, entry: &Entry, record: ObjectRecord, list: Id) -> Result<(), Error> {
        let missing = || Error::Damaged(format!("the index of content {list} is missing"));
        let index = self.get(&keys::index(list)).await?.ok_or_else(missing)?;
        let own_list = self.next_id();
        let mut commit = Commit::default();
        // While this record is as it was read, it owns the list, so nobody changes it: and new owners come by it.
        commit.expect(at.clone(), Some(entry.version));
        for (key, entry) in self.0.meta.scan(keys::parts(list), usize::MAX).await? {
            let mut part = PartRecord::from_value(&entry.value)?;
            if let Content::Inline(id) = part.content {
                let to = self.next_id();
                let bytes = self.get(&keys::inline(id)).await?;
                commit.put(keys::inline(to), bytes.ok_or_else(missing)?.value);
                part = part.moved(to);
            }
            part.owner = part.owner.map(|_| self.next_id());
            let to = keys::part(own_list, keys::trailing_index(&key).unwrap_or_default());
            own(&mut commit, part.content, part.owner(own_list), &to);
            commit.put(to, part.to_value());
        }
        commit.put(keys::index(own_list), index.value);
        disown(&mut commit, record.content, record.instance);
        let record = ObjectRecord { content: Content::Parts(own_list), ..record };
        own(&mut commit, record.content, record.instance, &at);
        commit.put(at, record.to_value());
        self.commit(commit).await.map(drop)
    }
}
