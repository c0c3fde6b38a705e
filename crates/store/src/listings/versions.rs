//! ListObjectVersions: all versions of all keys, by key, then newest first.
//!
//! The versions below and the current objects lie in two spaces of keys, each in order. One walk, at one moment, takes the first of
//! each; a page is the first of both.

use std::ops::Range;

use coldkeep_meta::{Seen, Step, prefix_end};
use coldkeep_types::{BucketName, Id, ObjectKey, Timestamp};

use super::page::{DAMAGED_AT_ONCE, Item, Names, Page, ROOM, Start, group_of};
use super::rows::Listed;
use crate::records::{MarkerRecord, Record, time};
use crate::versions::VersionId;
use crate::{Error, Store, keys};

/// A version in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedVersion {
    /// Its id.
    pub id: VersionId,
    /// Whether it is what its key has now.
    pub is_latest: bool,
    /// The object; `None` of a delete marker.
    pub object: Option<Listed>,
    /// When it was put.
    pub modified: Timestamp,
    /// The account that owns it; absent: the bucket's owner.
    pub owner: Option<Box<str>>,
    instance: Id,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionStart {
    /// After this key, or this group of keys; `None`: at the first.
    pub key: Option<String>,
    /// Not after the key, but within it: after this version of it.
    pub version: Option<VersionId>,
}

impl ListedVersion {
    fn open(value: &[u8]) -> Result<Self, Error> {
        if value.first() == Some(&MarkerRecord::VERSION) {
            let marker = MarkerRecord::from_value(value)?;
            return Ok(Self {
                id: VersionId::of(marker.instance, marker.named),
                is_latest: false,
                object: None,
                modified: time(marker.modified_ms),
                owner: marker.owner.map(Into::into),
                instance: marker.instance,
            });
        }
        let object = Listed::from_value(value)?;
        Ok(Self {
            id: VersionId::of(object.instance, object.named),
            is_latest: false,
            modified: object.modified,
            owner: object.owner.clone(),
            instance: object.instance,
            object: Some(object),
        })
    }
}

/// The first of one space.
#[derive(Default)]
struct Found {
    items: Vec<Item<ListedVersion>>,
    full: bool,
    damaged: usize,
}

impl Found {
    /// Takes a record, unless it is enough; where the walk goes on.
    fn take(&mut self, seen: &Seen<'_>, name: &str, names: &Names<'_>, most: usize) -> Option<Step> {
        if self.items.len() == most {
            self.full = true;
            return None;
        }
        if let Some(group) = group_of(name, names.prefix, names.delimiter) {
            self.items.push(Item::Prefix(group.to_owned()));
            return Some(Step::Seek(prefix_end(names.key(group, &[]))));
        }
        match ListedVersion::open(seen.value) {
            Ok(version) => self.items.push(Item::Entry(name.to_owned(), version)),
            Err(error) => {
                tracing::error!(name, %error, "left out of a listing");
                self.damaged += 1;
            }
        }
        Some(Step::Next)
    }
}

impl Store {
    /// ListObjectVersions.
    pub async fn list_versions(
        &self,
        bucket: &BucketName,
        prefix: &str,
        delimiter: &str,
        start: &VersionStart,
        limit: usize,
    ) -> Result<Page<ListedVersion>, Error> {
        let bucket = self.bucket(bucket).await?;
        let names = |space| Names { space, prefix, delimiter };
        let (below, current) = (names(keys::versions_prefix(bucket.id)), names(keys::objects_prefix(bucket.id)));
        let within = match &start.key {
            // A group is listed as a whole, so after a key in one comes what is behind it, whatever the version.
            Some(key) if below.group_of(key).is_some() => None,
            _ => self.within(bucket.id, start).await?,
        };
        let begin = match (&start.key, &within) {
            (Some(key), None) => Start::After(key.clone()),
            _ => Start::First,
        };
        let from = |names: &Names<'_>| {
            let mut range = names.first_range(&begin)?;
            if let Some((key, _)) = &within {
                range.start = range.start.max(names.key(key, &[0]));
            }
            (range.start < range.end).then_some(range)
        };
        let (Some(below_range), Some(current_range)) = (from(&below), from(&current)) else {
            return Ok(Page { items: Vec::new(), truncated: false });
        };
        // Of the key that the page before ended in: its newest below, whether it has a current object, and the marker.
        let mut resumed = within.map(|(key, after)| Resumed { key, after, newest: None, has_current: false });
        let (mut first, mut second) = (Found::default(), Found::default());
        let mut failed = None;
        let mut visit = |seen: Seen<'_>| {
            let in_below = contains(&below_range, seen.key);
            if !in_below && !contains(&current_range, seen.key) {
                return Step::Seek(current_range.start.clone());
            }
            let (names, found) = if in_below { (&below, &mut first) } else { (&current, &mut second) };
            let name = match names.name_of(seen.key) {
                Ok(name) => name,
                Err(error) => {
                    failed = Some(error);
                    return Step::Stop;
                }
            };
            if let Some(resumed) = resumed.as_mut().filter(|resumed| resumed.key == name)
                && let Some(step) = resumed.pass(&seen, in_below, names)
            {
                return step;
            }
            let step = found.take(&seen, name, names, limit);
            if found.damaged > DAMAGED_AT_ONCE {
                failed = Some(Error::Damaged("too many versions in one place; run `coldkeep fsck`".into()));
                return Step::Stop;
            }
            match step {
                Some(step) => step,
                None if in_below => Step::Seek(current_range.start.clone()),
                None => Step::Stop,
            }
        };
        // The groups of both spaces: their names begin at the same place of a key.
        let both = below_range.start.clone()..current_range.end.clone();
        self.0.meta.walk_groups(both, below.groups(), &mut visit).await?;
        if let Some(error) = failed {
            return Err(error);
        }
        Ok(merged(first, second, resumed, limit))
    }

    /// The key and the instance that a page begins behind, if it begins within a key. A null version that is gone by now was
    /// somewhere in its key: all of the key is listed again then, so that nothing is passed over.
    async fn within(&self, bucket: keys::ContainerId, start: &VersionStart) -> Result<Option<(String, Id)>, Error> {
        let (Some(name), Some(version)) = (&start.key, start.version) else { return Ok(None) };
        const NEWEST: Id = Id::from_bytes([u8::MAX; 16]);
        let instance = match version {
            VersionId::Named(id) => id,
            VersionId::Null => {
                let Ok(key) = ObjectKey::parse(name) else { return Ok(Some((name.clone(), NEWEST))) };
                let current = self.object_at(&keys::object(bucket, &key)).await?.map(|(object, _)| object);
                match current.filter(|object| object.version == VersionId::Null) {
                    Some(object) => object.instance,
                    None => {
                        let pointer = self.get(&keys::null_version(bucket, &key)).await?;
                        pointer.and_then(|entry| Id::from_slice(&entry.value)).unwrap_or(NEWEST)
                    }
                }
            }
        };
        Ok(Some((name.clone(), instance)))
    }
}

fn contains(range: &Range<Vec<u8>>, key: &[u8]) -> bool {
    range.start.as_slice() <= key && key < range.end.as_slice()
}

/// The key that the page before ended in.
struct Resumed {
    key: String,
    after: Id,
    newest: Option<Id>,
    has_current: bool,
}

impl Resumed {
    /// Whether, and where to, the walk passes over a version of the key: those up to the marker were in pages before.
    fn pass(&mut self, seen: &Seen<'_>, in_below: bool, names: &Names<'_>) -> Option<Step> {
        if !in_below {
            self.has_current = true;
            let listed = Listed::from_value(seen.value).ok()?;
            return (listed.instance >= self.after).then_some(Step::Next);
        }
        let instance = keys::parse_version(seen.key)?;
        self.newest.get_or_insert(instance);
        let inverted = self.after.as_bytes().map(|byte| !byte);
        let rest = [[0].as_slice(), &inverted].concat();
        (instance >= self.after).then(|| Step::Seek(keys::after(names.key(&self.key, &rest))))
    }
}

/// The first of both, in order, each group once.
fn merged(below: Found, current: Found, resumed: Option<Resumed>, limit: usize) -> Page<ListedVersion> {
    let full = below.full || current.full;
    let mut items: Vec<Item<ListedVersion>> = Vec::with_capacity(limit.min(ROOM));
    let (mut below, mut current) = (below.items.into_iter().peekable(), current.items.into_iter().peekable());
    // The key of the latest version met; its others are not.
    let mut latest = resumed.as_ref().filter(|resumed| resumed.has_current).map(|resumed| resumed.key.clone());
    loop {
        let from_current = match (below.peek(), current.peek()) {
            (None, None) => break,
            (Some(below), Some(current)) => current.name() <= below.name(),
            (below, _) => below.is_none(),
        };
        let Some(mut item) = (if from_current { current.next() } else { below.next() }) else { break };
        match &mut item {
            Item::Prefix(group) => {
                if matches!(items.last(), Some(Item::Prefix(last)) if last == group) {
                    continue;
                }
            }
            Item::Entry(name, version) => {
                let is_first = latest.as_ref() != Some(name);
                let resumed = resumed.as_ref().filter(|resumed| resumed.key == *name);
                // The newest below is the latest where it is a delete marker, and there is no current object.
                let on_top = is_first && resumed.is_none_or(|resumed| resumed.newest == Some(version.instance));
                version.is_latest = from_current || (on_top && version.object.is_none());
                latest = Some(name.clone());
            }
        }
        if items.len() == limit {
            return Page { items, truncated: true };
        }
        items.push(item);
    }
    Page { items, truncated: full }
}
