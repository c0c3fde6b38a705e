//! Listing names in order, with prefix and delimiter: ListObjects, ListObjectsV2 and ListMultipartUploads.
//!
//! A group of names that share a prefix up to the delimiter is returned once and then jumped over by a seek, so its
//! size does not matter. A page is one walk of the metadata engine, which is told what the groups are, and of a record only
//! what a listing shows is read.

use std::ops::Range;

use coldkeep_meta::{Groups, Seen, Step, prefix_end, prefix_range};
use coldkeep_types::{BucketName, Id};

use crate::{Error, Listed, ListedUpload, Store, keys};

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the first name.
    #[default]
    First,
    /// After this name. If it is a group of the page, or within one, after the whole group.
    After(String),
    /// Uploads only: after this upload of this key, that is at later uploads of the key, then later keys.
    AfterUpload(String, Id),
}

/// One entry of a page.
#[derive(Clone, Debug)]
pub enum Item<T> {
    /// A name and what it stands for.
    Entry(String, T),
    /// A common prefix, with the delimiter.
    Prefix(String),
}

/// A page of a listing, in the order of the names' bytes.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// At most as many as were asked for.
    pub items: Vec<Item<T>>,
    /// Whether more follow.
    pub truncated: bool,
}

impl<T> Item<T> {
    /// The name or common prefix.
    pub fn name(&self) -> &str {
        match self {
            Self::Entry(name, _) | Self::Prefix(name) => name,
        }
    }
}

/// Items a page has room for from the start.
pub(super) const ROOM: usize = 1000;
/// So many records that cannot be opened are passed over in one walk, so that none holds up the engine for long.
pub(super) const DAMAGED_AT_ONCE: usize = 1000;

impl Store {
    /// ListObjects and ListObjectsV2.
    pub async fn list_objects(
        &self,
        bucket: &BucketName,
        prefix: &str,
        delimiter: &str,
        start: &Start,
        limit: usize,
    ) -> Result<Page<Listed>, Error> {
        let bucket = self.bucket(bucket).await?;
        let names = Names { space: keys::objects_prefix(bucket.id), prefix, delimiter };
        self.page(&names, start, limit, |seen| Listed::from_value(seen.value)).await
    }

    /// ListMultipartUploads: by key, then in order of initiation.
    pub async fn list_uploads(
        &self,
        bucket: &BucketName,
        prefix: &str,
        delimiter: &str,
        start: &Start,
        limit: usize,
    ) -> Result<Page<ListedUpload>, Error> {
        let bucket = self.bucket(bucket).await?;
        let names = Names { space: keys::uploads_prefix(bucket.id), prefix, delimiter };
        self.page(&names, start, limit, |seen| ListedUpload::from_entry(seen.key, seen.value)).await
    }

    /// A page of names. A record that cannot be opened is reported in the log and left out: one damaged record does not
    /// hide the others.
    async fn page<T: Send>(
        &self,
        names: &Names<'_>,
        start: &Start,
        limit: usize,
        open: impl Fn(&Seen<'_>) -> Result<T, Error> + Sync,
    ) -> Result<Page<T>, Error> {
        let (mut items, mut truncated) = (Vec::with_capacity(limit.min(ROOM)), false);
        let mut next = names.first_range(start);
        while let Some(range) = next.take() {
            let (end, mut damaged, mut failed) = (range.end.clone(), 0, None);
            let mut visit = |seen: Seen<'_>| {
                let name = match names.name_of(seen.key) {
                    Ok(name) => name,
                    Err(error) => {
                        failed = Some(error);
                        return Step::Stop;
                    }
                };
                if items.len() == limit {
                    truncated = true;
                    return Step::Stop;
                }
                if let Some(group) = group_of(name, names.prefix, names.delimiter) {
                    items.push(Item::Prefix(group.to_owned()));
                    return Step::Seek(prefix_end(names.key(group, &[])));
                }
                match open(&seen) {
                    Ok(record) => items.push(Item::Entry(name.to_owned(), record)),
                    Err(error) => {
                        tracing::error!(name, %error, "left out of a listing");
                        damaged += 1;
                    }
                }
                if damaged < DAMAGED_AT_ONCE {
                    return Step::Next;
                }
                next = Some(keys::after(seen.key.to_vec())..end.clone());
                Step::Stop
            };
            self.0.meta.walk_groups(range, names.groups(), &mut visit).await?;
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(Page { items, truncated })
    }
}

/// The names to be listed: those that begin with a prefix, in a space of keys `space name 0 ...`.
pub(super) struct Names<'a> {
    pub space: Vec<u8>,
    pub prefix: &'a str,
    pub delimiter: &'a str,
}

impl Names<'_> {
    pub fn key(&self, name: &str, rest: &[u8]) -> Vec<u8> {
        [self.space.as_slice(), name.as_bytes(), rest].concat()
    }

    /// As the metadata engine finds them, which a page leaps over.
    pub fn groups(&self) -> Groups<'_> {
        Groups { prefix_len: self.space.len() + self.prefix.len(), delimiter: self.delimiter.as_bytes() }
    }

    /// The group of the page that a name is in, if it is in one.
    pub fn group_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        group_of(name, self.prefix, self.delimiter)
    }

    /// The keys a page may hold; `None` if it holds none.
    pub fn first_range(&self, start: &Start) -> Option<Range<Vec<u8>>> {
        let mut range = prefix_range(&self.key(self.prefix, &[]));
        let begin = match start {
            Start::First => return Some(range),
            Start::After(name) | Start::AfterUpload(name, _) if self.group_of(name).is_some() => {
                prefix_end(self.key(self.group_of(name).unwrap_or(name), &[]))
            }
            // Names hold no NUL, so everything from name 0x01 on is a later name.
            Start::After(name) => self.key(name, &[1]),
            Start::AfterUpload(name, id) => keys::after(self.key(name, &[&[0], id.as_bytes().as_slice()].concat())),
        };
        if begin > range.start {
            range.start = begin;
        }
        (range.start < range.end).then_some(range)
    }

    /// The name in a key, where it ends at a NUL.
    pub fn name_of<'k>(&self, key: &'k [u8]) -> Result<&'k str, Error> {
        let rest = &key[self.space.len()..];
        let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
        std::str::from_utf8(&rest[..end]).map_err(|_| Error::Damaged("a key is not UTF-8".into()))
    }
}

/// The group a name belongs to: up to and with the first delimiter after the prefix.
pub(super) fn group_of<'a>(name: &'a str, prefix: &str, delimiter: &str) -> Option<&'a str> {
    if delimiter.is_empty() {
        return None;
    }
    let rest = name.strip_prefix(prefix)?;
    let at = rest.find(delimiter)?;
    Some(&name[..prefix.len() + at + delimiter.len()])
}
