//! Reading contents: whole, by range, by part number; every byte verified by the blob engine before it is given out.
//!
//! A reader holds its content against the reclaimer, so that an object that is deleted or replaced while it is read
//! is read to its end.

use std::ops::Range;

use bytes::Bytes;
use coldkeep_blob::Blob;
use coldkeep_meta::Version;
use coldkeep_types::{BucketName, Id, ObjectKey};
use tokio::task::JoinHandle;

use crate::contents::index::Index;
use crate::contents::readers::{Entrance, Hold};
use crate::records::{Content, IndexRecord, PartRecord, Record};
use crate::versions::{Found, VersionId};
use crate::{Error, MAX_TRIES, Object, Store, keys};

/// The most bytes one [`Reader::next`] gives while there are few readers: larger pieces cost less.
const READ_BYTES: u64 = 512 << 10;
/// The most it gives while there are many, so that slow readers hold little.
const SMALL_READ_BYTES: u64 = 128 << 10;
/// Readers that may read in large pieces at once: 32 MiB in all.
const FEW_READERS: usize = 64;
/// How long before the end of a part the next one is opened, and how much of it the engine may fetch.
const AHEAD_BYTES: u64 = 4 << 20;

/// An object, open for reading.
#[derive(Clone)]
pub struct ObjectReader {
    /// The object.
    pub object: Object,
    /// The key of its record, and the version that was read.
    pub(crate) record: (Vec<u8>, Version),
    open: Open,
}

/// A content, held, with what is needed to find its bytes.
#[derive(Clone)]
pub(crate) struct Open {
    store: Store,
    content: Content,
    bytes: u64,
    form: Form,
    _hold: std::sync::Arc<Hold>,
}

#[derive(Clone)]
enum Form {
    Inline(Bytes),
    Blob,
    Parts(std::sync::Arc<Index>),
}

impl ObjectReader {
    /// Reads a range of the object, which must lie within it.
    pub fn read(self, range: Range<u64>) -> Reader {
        Reader::new(self.open, range)
    }

    /// The bytes of a part, counted from 1 in the order of the object whatever numbers the upload's parts had, so that
    /// clients may go through all parts by their count. Part 1 of an object without parts is the whole.
    pub fn part(&self, number: u32) -> Result<Range<u64>, Error> {
        match &self.open.form {
            Form::Parts(index) => {
                let place = number.checked_sub(1).and_then(|position| index.nth(position));
                place.map(|place| place.start..place.start + place.bytes).ok_or(Error::NoSuchPart(number))
            }
            Form::Inline(_) | Form::Blob if number == 1 => Ok(0..self.object.bytes),
            Form::Inline(_) | Form::Blob => Err(Error::NoSuchPart(number)),
        }
    }
}

impl ObjectReader {
    /// The number, counted as in [`part`](Self::part), of the part that is just this range, if one is.
    pub fn part_with(&self, range: &Range<u64>) -> Option<u32> {
        let Form::Parts(index) = &self.open.form else { return None };
        let mut start = 0;
        for (number, (_, bytes)) in (1..).zip(index.parts()) {
            if start >= range.start {
                return (start == range.start && start + bytes == range.end).then_some(number);
            }
            start += bytes;
        }
        None
    }
}

impl Store {
    /// Opens an object for reading.
    pub async fn open_object(&self, bucket: &BucketName, key: &ObjectKey) -> Result<ObjectReader, Error> {
        self.open_version(bucket, key, None).await
    }

    /// Opens this version of an object, or the current one.
    pub async fn open_version(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
    ) -> Result<ObjectReader, Error> {
        for _ in 0..MAX_TRIES {
            let entrance = self.0.readers.enter();
            let bucket = self.bucket(bucket).await?;
            let Found { object, at, version } = self.find(&bucket, key, version).await?;
            if let Some(open) = self.open_content(entrance, object.content, object.bytes).await? {
                return Ok(ObjectReader { object, record: (at, version), open });
            }
        }
        Err(Error::Busy)
    }

    /// Opens a content whose record was just read under `entrance`. `None` if an inline content went meanwhile: then
    /// its record has gone or changed too, and the caller reads that again.
    pub(crate) async fn open_content(
        &self,
        entrance: Entrance,
        content: Content,
        bytes: u64,
    ) -> Result<Option<Open>, Error> {
        let form = match content {
            Content::Inline(id) => match self.get(&keys::inline(id)).await? {
                Some(entry) => Form::Inline(entry.value.into()),
                None => return Ok(None),
            },
            Content::Blob(_) | Content::Slice(..) => Form::Blob,
            Content::Parts(id) => Form::Parts(std::sync::Arc::new(self.index(id).await?)),
        };
        let known = match &form {
            Form::Inline(data) => data.len() as u64,
            Form::Blob => bytes,
            Form::Parts(index) => index.bytes(),
        };
        if known != bytes {
            return Err(Error::Damaged(format!("content {} has {known} bytes, not {bytes}", content.id())));
        }
        let hold = std::sync::Arc::new(entrance.hold(content.id()));
        Ok(Some(Open { store: self.clone(), content, bytes, form, _hold: hold }))
    }

    pub(crate) async fn index(&self, upload: Id) -> Result<Index, Error> {
        let entry = self.get(&keys::index(upload)).await?;
        let entry = entry.ok_or_else(|| Error::Damaged(format!("the index of content {upload} is missing")))?;
        Ok(Index::new(IndexRecord::from_value(&entry.value)?))
    }
}

/// Gives the bytes of a range, in order.
pub struct Reader {
    open: Open,
    position: u64,
    end: u64,
    /// The piece that holds the position, and the offset of its first byte.
    piece: Option<(u64, Piece)>,
    /// Bytes that were read ahead of being asked for.
    ready: Option<Bytes>,
    /// The one after it, being opened.
    coming: Option<JoinHandle<Result<(u64, Piece), Error>>>,
}

enum Piece {
    Inline(Bytes),
    /// These bytes of a blob.
    Blob(Box<dyn Blob>, Range<u64>),
}

impl Piece {
    fn bytes(&self) -> u64 {
        match self {
            Self::Inline(data) => data.len() as u64,
            Self::Blob(_, range) => range.end.saturating_sub(range.start),
        }
    }
}

impl Reader {
    pub(crate) fn new(open: Open, range: Range<u64>) -> Self {
        Self { open, position: range.start, end: range.end, piece: None, ready: None, coming: None }
    }

    /// Bytes that are still to come.
    pub fn remaining(&self) -> u64 {
        self.end - self.position + self.ready.as_ref().map_or(0, |ready| ready.len() as u64)
    }

    /// Reads the first bytes, which [`next`](Self::next) then gives: so that what is missing or damaged from its start is known
    /// before anything is answered.
    pub async fn prepare(&mut self) -> Result<(), Error> {
        if self.ready.is_none() {
            self.ready = self.next().await?;
        }
        Ok(())
    }

    /// The next bytes, at most 512 KiB; `None` at the end of the range.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if self.ready.is_some() {
            return Ok(self.ready.take());
        }
        if self.position >= self.end {
            return Ok(None);
        }
        let here = |(start, piece): &(u64, Piece)| self.position < start + piece.bytes();
        if !self.piece.as_ref().is_some_and(here) {
            // Where it was being opened already, its bytes may be there.
            self.piece = Some(match self.coming.take() {
                Some(coming) => coming.await.map_err(|error| Error::Unavailable(error.to_string()))??,
                None => self.open.find(self.position).await?,
            });
        }
        let Some((start, piece)) = &self.piece else { return Ok(None) };
        let from = self.position - start;
        let few = self.open.store.0.readers.count() <= FEW_READERS;
        let most = if few { READ_BYTES } else { SMALL_READ_BYTES };
        let to = (self.end - start).min(piece.bytes()).min(from + most);
        let bytes = match piece {
            Piece::Inline(data) => data.slice(from as usize..to as usize),
            Piece::Blob(blob, range) => blob.read(range.start + from..range.start + to).await?,
        };
        let next = start + piece.bytes();
        self.position += bytes.len() as u64;
        if self.coming.is_none() && self.position < next && next < self.end && next - self.position <= AHEAD_BYTES {
            let (open, ahead) = (self.open.clone(), AHEAD_BYTES.min(self.end - next));
            self.coming = Some(tokio::spawn(async move {
                let found = open.find(next).await?;
                if let Piece::Blob(blob, range) = &found.1 {
                    blob.will_read(range.start..range.end.min(range.start + ahead));
                }
                Ok(found)
            }));
        }
        Ok(Some(bytes))
    }
}

impl Open {
    /// The piece that holds the byte at a position, and where it begins.
    async fn find(&self, position: u64) -> Result<(u64, Piece), Error> {
        let store = &self.store;
        let (start, content, bytes) = match (&self.form, self.content) {
            (Form::Inline(data), _) => return Ok((0, Piece::Inline(data.clone()))),
            (Form::Parts(index), Content::Parts(upload)) => {
                let damaged = || Error::Damaged(format!("content {upload} lacks the byte at {position}"));
                let place = index.locate(position).ok_or_else(damaged)?;
                let entry = store.get(&keys::part(upload, place.part)).await?.ok_or_else(damaged)?;
                (place.start, PartRecord::from_value(&entry.value)?.content, place.bytes)
            }
            (_, content) => (0, content, self.bytes),
        };
        let piece = match content {
            Content::Inline(id) => {
                let entry = store.get(&keys::inline(id)).await?;
                Piece::Inline(entry.ok_or_else(|| Error::Damaged(format!("content {id} is missing")))?.value.into())
            }
            Content::Blob(id) => {
                let blob = store.0.blobs.open(id).await?;
                let all = 0..blob.size();
                Piece::Blob(blob, all)
            }
            Content::Slice(id, start) => {
                let blob = store.0.blobs.open(id).await?;
                let range = start..blob.size().min(start.saturating_add(bytes));
                Piece::Blob(blob, range)
            }
            Content::Parts(id) => return Err(Error::Damaged(format!("content {id} is a part made of parts"))),
        };
        match piece.bytes() == bytes {
            true => Ok((start, piece)),
            false => Err(Error::Damaged(format!("content {} has not its {bytes} bytes", content.id()))),
        }
    }
}
