//! Listing names in order, with prefix and delimiter: ListObjects, ListObjectsV2 and ListMultipartUploads.
//!
//! A group of names that share a prefix up to the delimiter is returned once and then jumped over by a seek, so its
//! size does not matter.

use std::ops::Range;

use coldkeep_meta::{Entry, prefix_range};
use coldkeep_types::{BucketName, Id};

use crate::{Error, Object, Store, Upload, keys};

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the first name.
    #[default]
    First,
    /// After this name. If it is itself a group of the page (it ends with the delimiter), after the whole group.
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

/// Entries read at once.
const BATCH: usize = 1000;

impl Store {
    /// ListObjects and ListObjectsV2.
    pub async fn list_objects(
        &self,
        bucket: &BucketName,
        prefix: &str,
        delimiter: &str,
        start: &Start,
        limit: usize,
    ) -> Result<Page<Object>, Error> {
        let bucket = self.bucket(bucket).await?;
        let space = keys::objects_prefix(bucket.id);
        self.walk(space, prefix, delimiter, start, limit, |_, entry| Object::from_value(&entry.value)).await
    }

    /// ListMultipartUploads: by key, then in order of initiation.
    pub async fn list_uploads(
        &self,
        bucket: &BucketName,
        prefix: &str,
        delimiter: &str,
        start: &Start,
        limit: usize,
    ) -> Result<Page<Upload>, Error> {
        let bucket = self.bucket(bucket).await?;
        let space = keys::uploads_prefix(bucket.id);
        self.walk(space, prefix, delimiter, start, limit, |key, entry| Upload::from_entry(key.to_vec(), entry)).await
    }

    /// Walks the names in a space of keys `space name 0 ...`. A record that cannot be opened is reported in the
    /// log and left out: one damaged record does not hide the others.
    async fn walk<T>(
        &self,
        space: Vec<u8>,
        prefix: &str,
        delimiter: &str,
        start: &Start,
        limit: usize,
        open: impl Fn(&[u8], &Entry) -> Result<T, Error>,
    ) -> Result<Page<T>, Error> {
        let mut items = Vec::new();
        let Some(mut range) = first_range(&space, prefix, delimiter, start) else {
            return Ok(Page { items, truncated: false });
        };
        while range.start < range.end {
            // One more than wanted tells whether more follow.
            let want = (limit - items.len() + 1).min(if delimiter.is_empty() { BATCH + 1 } else { 100 });
            let found = self.0.meta.scan(range.clone(), want).await?;
            let all = found.len() < want;
            let mut jump = None;
            for (key, entry) in found {
                let name = name_of(&key[space.len()..])?;
                let group = group_of(name, prefix, delimiter);
                if items.len() == limit {
                    return Ok(Page { items, truncated: true });
                }
                if let Some(group) = group {
                    items.push(Item::Prefix(group.to_owned()));
                    jump = Some(prefix_range(&[space.as_slice(), group.as_bytes()].concat()).end);
                    break;
                }
                match open(&key, &entry) {
                    Ok(record) => items.push(Item::Entry(name.to_owned(), record)),
                    Err(error) => tracing::error!(name, %error, "left out of a listing"),
                }
                range.start = keys::after(key);
            }
            match jump {
                Some(end) => range.start = end,
                None if all => break,
                None => {}
            }
        }
        Ok(Page { items, truncated: false })
    }
}

/// The keys a page may hold; `None` if it holds none.
fn first_range(space: &[u8], prefix: &str, delimiter: &str, start: &Start) -> Option<Range<Vec<u8>>> {
    let key = |name: &str, rest: &[u8]| [space, name.as_bytes(), rest].concat();
    let mut range = prefix_range(&key(prefix, &[]));
    let begin = match start {
        Start::First => return Some(range),
        Start::After(name) if group_of(name, prefix, delimiter) == Some(name) => prefix_range(&key(name, &[])).end,
        // Names hold no NUL, so everything from name 0x01 on is a later name.
        Start::After(name) => key(name, &[1]),
        Start::AfterUpload(name, id) => keys::after(key(name, &[&[0], id.as_bytes().as_slice()].concat())),
    };
    if begin > range.start {
        range.start = begin;
    }
    (range.start < range.end).then_some(range)
}

/// The name in the rest of a key, which ends at its NUL.
fn name_of(rest: &[u8]) -> Result<&str, Error> {
    let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    std::str::from_utf8(&rest[..end]).map_err(|_| Error::Damaged("a key is not UTF-8".into()))
}

/// The group a name belongs to: up to and with the first delimiter after the prefix.
fn group_of<'a>(name: &'a str, prefix: &str, delimiter: &str) -> Option<&'a str> {
    if delimiter.is_empty() {
        return None;
    }
    let rest = name.strip_prefix(prefix)?;
    let at = rest.find(delimiter)?;
    Some(&name[..prefix.len() + at + delimiter.len()])
}
