//! `fsck`: proves that records and blobs fit each other, both ways. Changes nothing; the server must be stopped.

use coldkeep_blob::Blobs;
use coldkeep_meta::{Entry, Meta};
use coldkeep_types::Id;

use crate::index::Index;
use crate::jobs::Job;
use crate::records::{
    ArchiveRecord, BucketRecord, Content, IndexRecord, ObjectRecord, OutcomeRecord, OwnerRecord, PartRecord, Record,
    ReleasedRecord, UploadRecord, VaultRecord,
};
use crate::{Error, keys};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Records looked at.
    pub records: u64,
    /// Blobs looked at.
    pub blobs: u64,
    /// Bytes read and verified, if reading was asked for.
    pub bytes_read: u64,
    /// Blobs of a server that did not stop cleanly, which the next start sweeps; no damage.
    pub unswept: u64,
    /// Contents on the released list, which the reclaimer frees; no damage.
    pub released: u64,
    /// What does not fit: for each, a sentence.
    pub problems: Vec<String>,
}

/// Records read at once.
const BATCH: usize = 1000;
/// Problems after which counting stops: more would say nothing new.
const MAX_PROBLEMS: usize = 1000;

/// Checks every record and every blob; with `read`, every byte too.
pub async fn fsck(meta: &dyn Meta, blobs: &dyn Blobs, read: bool) -> Result<Report, Error> {
    let mut check = Check { meta, blobs, read, report: Report::default(), inline_found: 0, inline_named: 0 };
    check.records().await?;
    check.blobs().await?;
    Ok(check.report)
}

struct Check<'a> {
    meta: &'a dyn Meta,
    blobs: &'a dyn Blobs,
    read: bool,
    report: Report,
    /// Inline contents that were met, and those that records name. Each is named once, so the numbers must agree.
    inline_found: u64,
    inline_named: u64,
}

impl Check<'_> {
    fn problem(&mut self, what: String) {
        if self.report.problems.len() < MAX_PROBLEMS {
            self.report.problems.push(what);
        }
    }

    async fn records(&mut self) -> Result<(), Error> {
        let mut range = vec![0]..vec![u8::MAX];
        loop {
            let found = self.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::after(last.clone());
            for (key, entry) in found {
                self.report.records += 1;
                if let Err(error) = self.record(&key, &entry).await {
                    match error {
                        Error::Damaged(what) => self.problem(format!("{}: {what}", show(&key))),
                        other => return Err(other),
                    }
                }
            }
        }
        if self.inline_found > self.inline_named {
            let number = self.inline_found - self.inline_named;
            self.problem(format!("{number} small contents are named by no record"));
        }
        Ok(())
    }

    async fn record(&mut self, key: &[u8], entry: &Entry) -> Result<(), Error> {
        let value = &entry.value;
        match key[0] {
            b'b' => BucketRecord::from_value(value).map(drop),
            b'v' => VaultRecord::from_value(value).map(drop),
            b'u' | b'U' => UploadRecord::from_value(value).map(drop),
            b'c' => OutcomeRecord::from_value(value).map(drop),
            b'o' => {
                let record = ObjectRecord::from_value(value)?;
                self.holds(key, record.instance, record.content, record.bytes).await
            }
            b'a' => {
                let record = ArchiveRecord::from_value(value)?;
                let id = keys::trailing_id(key).ok_or_else(|| Error::Damaged("malformed key".into()))?;
                self.holds(key, id, record.content, record.bytes).await
            }
            b'j' => {
                let job = Job::from_value(value)?;
                match job.content() {
                    Some((content, bytes)) => self.holds(key, job.id, content, bytes).await,
                    None => Ok(()),
                }
            }
            b'p' => self.part(key, value).await,
            b'r' => {
                self.report.released += 1;
                ReleasedRecord::from_value(value).map(drop)
            }
            b'w' => self.owner(key, value).await,
            b'i' => {
                self.inline_found += 1;
                Ok(())
            }
            b'x' => self.index(key, value).await,
            b'd' => keys::parse_due(key).map(drop).ok_or_else(|| Error::Damaged("malformed key".into())),
            _ => Ok(()),
        }
    }

    /// A record that names a content must own it, and the content must be whole.
    async fn holds(&mut self, key: &[u8], owner: Id, content: Content, bytes: u64) -> Result<(), Error> {
        self.owned(key, owner, content).await?;
        match content {
            Content::Inline(_) | Content::Blob(_) => self.bytes(content, bytes).await,
            Content::Parts(upload) => {
                let entry = self.meta.get(&keys::index(upload)).await?;
                let entry = entry.ok_or_else(|| Error::Damaged(format!("the index of {upload} is missing")))?;
                let index = Index::new(IndexRecord::from_value(&entry.value)?);
                if index.bytes() != bytes {
                    return Err(Error::Damaged(format!("its parts have {} bytes, not {bytes}", index.bytes())));
                }
                for (number, bytes) in index.parts() {
                    let entry = self.meta.get(&keys::part(upload, number)).await?;
                    let entry = entry.ok_or_else(|| Error::Damaged(format!("part {number} is missing")))?;
                    if PartRecord::from_value(&entry.value)?.bytes != bytes {
                        return Err(Error::Damaged(format!("part {number} has not {bytes} bytes")));
                    }
                }
                Ok(())
            }
        }
    }

    async fn owned(&self, key: &[u8], owner: Id, content: Content) -> Result<(), Error> {
        if let Content::Inline(_) = content {
            return Ok(());
        }
        let entry = self.meta.get(&keys::owner(content.id(), owner)).await?;
        let entry = entry.ok_or_else(|| Error::Damaged(format!("does not own its content {}", content.id())))?;
        match OwnerRecord::from_value(&entry.value)?.key == key {
            true => Ok(()),
            false => Err(Error::Damaged(format!("content {} names another owner", content.id()))),
        }
    }

    async fn part(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let part = PartRecord::from_value(value)?;
        let upload = Id::from_slice(&key[1..key.len() - 4]).ok_or_else(|| Error::Damaged("malformed key".into()))?;
        self.owned(key, upload, part.content).await?;
        self.bytes(part.content, part.bytes).await
    }

    async fn bytes(&mut self, content: Content, bytes: u64) -> Result<(), Error> {
        let id = content.id();
        if let Content::Inline(_) = content {
            self.inline_named += 1;
        }
        let have = match content {
            Content::Inline(id) => self.meta.get(&keys::inline(id)).await?.map(|entry| entry.value.len() as u64),
            Content::Blob(id) => {
                let blob = self.blobs.open(id).await.map_err(|error| Error::Damaged(error.to_string()))?;
                let mut at = 0;
                while self.read && at < blob.size() {
                    let next = blob.size().min(at + (1 << 20));
                    blob.read(at..next).await.map_err(|error| Error::Damaged(error.to_string()))?;
                    self.report.bytes_read += next - at;
                    at = next;
                }
                Some(blob.size())
            }
            Content::Parts(_) => None,
        };
        match have {
            Some(have) if have == bytes => Ok(()),
            Some(have) => Err(Error::Damaged(format!("content {id} has {have} bytes, not {bytes}"))),
            None => Err(Error::Damaged(format!("content {id} is missing"))),
        }
    }

    /// An index belongs to a content that has an owner, or waits to be reclaimed.
    async fn index(&self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        IndexRecord::from_value(value)?;
        let content = keys::trailing_id(key).ok_or_else(|| Error::Damaged("malformed key".into()))?;
        let owned = !self.meta.scan(keys::owners(content), 1).await?.is_empty();
        match owned || self.meta.get(&keys::released(content)).await?.is_some() {
            true => Ok(()),
            false => Err(Error::Damaged("an index of parts without owner".into())),
        }
    }

    /// An owner record must name a record that is there.
    async fn owner(&self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let owner = OwnerRecord::from_value(value)?;
        match self.meta.get(&owner.key).await? {
            Some(_) => Ok(()),
            None => Err(Error::Damaged(format!("its owner {} is missing; key {}", show(&owner.key), show(key)))),
        }
    }

    /// A blob must have an owner, or stand on the released list, or be of an epoch that is to be swept.
    async fn blobs(&mut self) -> Result<(), Error> {
        for epoch in self.blobs.epochs().await? {
            let dirty = self.meta.get(&crate::sweep::dirty_key(epoch)).await?.is_some();
            let mut after = None;
            loop {
                let found = self.blobs.list(epoch, after, BATCH).await?;
                let Some(last) = found.last() else { break };
                after = Some(*last);
                for id in found {
                    self.report.blobs += 1;
                    let owned = !self.meta.scan(keys::owners(id), 1).await?.is_empty();
                    if owned || self.meta.get(&keys::released(id)).await?.is_some() {
                        continue;
                    }
                    match dirty {
                        true => self.report.unswept += 1,
                        false => self.problem(format!("blob {id} has no owner")),
                    }
                }
            }
        }
        Ok(())
    }
}

/// A key in a form people can read.
fn show(key: &[u8]) -> String {
    key.escape_ascii().to_string()
}
