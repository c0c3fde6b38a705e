//! Reading contents: whole, by range, by part number; every byte verified before it is given out, by the blob engine or, of what is
//! sealed, by opening it: here, with a key that the door gives after it has seen the object's record. Without it, nothing is read.
//!
//! A reader holds its content against the reclaimer, so that an object that is deleted or replaced while it is read
//! is read to its end.

use std::ops::Range;

use bytes::Bytes;
use coldkeep_blob::Blob;
use coldkeep_meta::Version;
use coldkeep_seal::{ContentKey, DataKey, FRAME_PLAIN_BYTES, FrameOpener, sealed_bytes};
use coldkeep_types::{BucketName, Id, ObjectKey};
use tokio::task::JoinHandle;

use crate::contents::index::Index;
use crate::contents::readers::{Entrance, Hold};
use crate::contents::sealed::broken;
use crate::records::{Content, IndexRecord, PartRecord, PartSeal, Record};
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
    pub object: Box<Object>,
    /// The key of its record, and the version that was read.
    pub(crate) record: (Vec<u8>, Version),
    /// What is to be told of when it is read, if that counts: see `tiering/`.
    counted: Option<Vec<u8>>,
    open: Open,
}

/// A content, held, with what is needed to find its bytes.
#[derive(Clone)]
pub(crate) struct Open {
    store: Store,
    content: Content,
    bytes: u64,
    form: Form,
    seal: Seal,
    /// The id that it was sealed under, if that is not its own.
    pub(crate) sealed_as: Option<Id>,
    _hold: std::sync::Arc<Hold>,
}

/// Whether a content is sealed, and what opens it.
#[derive(Clone)]
pub(crate) enum Seal {
    None,
    /// Sealed; the key is still to come.
    Closed,
    Open(DataKey),
}

#[derive(Clone)]
enum Form {
    Inline(Bytes),
    Blob,
    Parts(std::sync::Arc<Index>),
}

impl ObjectReader {
    /// Reads a range of the object, which must lie within it. Of one that must be restored first, the reader gives nothing but that
    /// error.
    pub fn read(self, range: Range<u64>) -> Reader {
        let counted = self.open.store.begin_reading(self.counted.as_ref());
        Reader { counted, ..self.read_uncounted(range) }
    }

    /// The same, where it is no read by itself.
    pub(crate) fn read_uncounted(self, range: Range<u64>) -> Reader {
        Reader { refused: self.object.readable().err(), ..Reader::new(self.open, range) }
    }

    /// The same reader, with the data key of a sealed object, which [`Object::sealed`] says how to unwrap. It must be given before
    /// anything is read of such an object.
    #[must_use]
    pub fn with_key(mut self, key: Option<DataKey>) -> Self {
        self.open.give(key);
        self
    }

    /// The same reader, of an object that is to be copied without its annotations.
    #[must_use]
    pub fn without_annotations(mut self) -> Self {
        self.object.annotations = None;
        self
    }

    /// Whether this is the key of the object; none, of one that is not sealed.
    pub(crate) fn has_key(&self, key: Option<&DataKey>) -> bool {
        match (&self.open.seal, key) {
            (Seal::None, None) => true,
            (Seal::Open(own), Some(key)) => own == key,
            _ => false,
        }
    }

    /// The plaintext of an object that lies inline.
    pub(crate) async fn inline(&self) -> Result<Option<Bytes>, Error> {
        match (&self.open.form, self.open.find(0)) {
            (Form::Inline(_), found) => match found.await? {
                (_, Piece::Inline(plain)) => Ok(Some(plain)),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// What opens its contents.
    pub(crate) fn seal(&self) -> &Seal {
        &self.open.seal
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
    /// Writes down that this was read, since it was copied, if that counts.
    pub(crate) async fn was_copied(&self, source: &ObjectReader) {
        if let Some(about) = &source.counted {
            self.was_read(about).await;
        }
    }

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
            let is_sealed = object.sealed.is_some();
            if let Some(mut open) = self.open_content(entrance, object.content, object.bytes, is_sealed).await? {
                open.sealed_as = object.sealed_as;
                let counted = self.counts_reads(&bucket, key, &object);
                return Ok(ObjectReader { object, record: (at, version), counted, open });
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
        sealed: bool,
    ) -> Result<Option<Open>, Error> {
        let form = match content {
            Content::Inline(id) => {
                let key = keys::inline(id);
                // What is sealed is proven by what opens it.
                let found = if sealed { self.0.meta.get_unverified(&key).await? } else { self.get(&key).await? };
                match found {
                    Some(entry) => Form::Inline(entry.value.into()),
                    None => return Ok(None),
                }
            }
            Content::Blob(_) | Content::Slice(..) => Form::Blob,
            Content::Parts(id) => Form::Parts(std::sync::Arc::new(self.index(id).await?)),
        };
        let (known, told) = match &form {
            Form::Inline(data) if sealed => (data.len() as u64, sealed_bytes(bytes)),
            Form::Inline(data) => (data.len() as u64, bytes),
            Form::Blob => (bytes, bytes),
            Form::Parts(index) => (index.bytes(), bytes),
        };
        if known != told {
            return Err(Error::Damaged(format!("content {} has {known} bytes, not {told}", content.id())));
        }
        let hold = std::sync::Arc::new(entrance.hold(content.id()));
        let seal = if sealed { Seal::Closed } else { Seal::None };
        Ok(Some(Open { store: self.clone(), content, bytes, form, seal, sealed_as: None, _hold: hold }))
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
    /// Why nothing is given at all.
    refused: Option<Error>,
    /// Writes down that this is read; done before the last byte is given out.
    counted: Option<JoinHandle<()>>,
}

enum Piece {
    Inline(Bytes),
    /// These bytes of a blob.
    Blob(Box<dyn Blob>, Range<u64>),
    /// These bytes of the content that is sealed in a blob.
    Sealed(Box<dyn Blob>, Range<u64>, Box<FrameOpener>),
}

impl Piece {
    fn bytes(&self) -> u64 {
        match self {
            Self::Inline(data) => data.len() as u64,
            Self::Blob(_, range) | Self::Sealed(_, range, _) => range.end.saturating_sub(range.start),
        }
    }
}

impl Reader {
    pub(crate) fn new(open: Open, range: Range<u64>) -> Self {
        Self {
            open,
            position: range.start,
            end: range.end,
            piece: None,
            ready: None,
            coming: None,
            refused: None,
            counted: None,
        }
    }

    /// Bytes that are still to come.
    pub fn remaining(&self) -> u64 {
        self.end - self.position + self.ready.as_ref().map_or(0, |ready| ready.len() as u64)
    }

    fn may_read(&self) -> Result<(), Error> {
        self.refused.clone().map_or(Ok(()), Err)
    }

    /// Reads the first bytes, which [`next`](Self::next) then gives: so that what is missing or damaged from its start is known
    /// before anything is answered.
    pub async fn prepare(&mut self) -> Result<(), Error> {
        self.may_read()?;
        if self.open.bytes == 0 && !matches!(self.open.seal, Seal::None) && !matches!(self.open.form, Form::Parts(_)) {
            // That there is nothing must be proven too.
            self.open.find(0).await?;
        }
        if self.ready.is_none() {
            self.ready = self.next().await?;
        }
        Ok(())
    }

    /// The next bytes, at most 512 KiB; `None` at the end of the range.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        self.may_read()?;
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
            Piece::Sealed(blob, range, opener) => {
                let (from, to) = (range.start + from, range.start + to);
                // To the end of a frame, so that none is opened twice.
                let frame = FRAME_PLAIN_BYTES as u64;
                let even = to - to % frame;
                let range = if even > from && to < self.end - start + range.start { from..even } else { from..to };
                let place = opener.sealed_range(&range);
                // Opening it verifies it.
                let sealed = blob.read_unverified(place.clone()).await?;
                match opener.open(range.clone(), &sealed) {
                    Ok(plain) => plain,
                    Err(_) => {
                        // Checksums tell a disk that lost what was written from a key that is another.
                        let sealed = blob.read(place).await?;
                        opener.open(range, &sealed).map_err(|error| broken(self.open.content.id(), error))?
                    }
                }
            }
        };
        let next = start + piece.bytes();
        self.position += bytes.len() as u64;
        if self.coming.is_none() && self.position < next && next < self.end && next - self.position <= AHEAD_BYTES {
            let (open, ahead) = (self.open.clone(), AHEAD_BYTES.min(self.end - next));
            self.coming = Some(tokio::spawn(async move {
                let found = open.find(next).await?;
                match &found.1 {
                    Piece::Blob(blob, range) => blob.will_read(range.start..range.end.min(range.start + ahead)),
                    Piece::Sealed(blob, range, opener) => {
                        blob.will_read(opener.sealed_range(&(range.start..range.end.min(range.start + ahead))));
                    }
                    Piece::Inline(_) => {}
                }
                Ok(found)
            }));
        }
        if self.position >= self.end
            && let Some(counted) = self.counted.take()
        {
            counted.await.map_err(|error| Error::Unavailable(error.to_string()))?;
        }
        Ok(Some(bytes))
    }
}

impl Open {
    /// Takes the key of what is sealed.
    pub fn give(&mut self, key: Option<DataKey>) {
        if let (Seal::Closed, Some(key)) = (&self.seal, key) {
            self.seal = Seal::Open(key);
        }
    }

    /// The piece that holds the byte at a position, and where it begins.
    async fn find(&self, position: u64) -> Result<(u64, Piece), Error> {
        // The blob of a part may be given up for another while its list is read (`moves/`). Once it is open, it is read to its end.
        let (start, content, bytes, key, _hold) = match (&self.form, self.content) {
            (Form::Parts(index), Content::Parts(upload)) => {
                let damaged = || Error::Damaged(format!("content {upload} lacks the byte at {position}"));
                let place = index.locate(position).ok_or_else(damaged)?;
                let entrance = self.store.0.readers.enter();
                let entry = self.store.get(&keys::part(upload, place.part)).await?.ok_or_else(damaged)?;
                let part = PartRecord::from_value(&entry.value)?;
                let key = self.seal.of_part(part.sealed.as_ref(), place.part, part.as_sealed())?;
                (place.start, part.content, place.bytes, key, Some(entrance.hold(part.content.id())))
            }
            (_, content) => {
                let sealed_as = self.sealed_as.map_or(content, Content::Inline);
                (0, content, self.bytes, self.seal.of_whole(sealed_as)?, None)
            }
        };
        let damaged = |error| broken(content.id(), error);
        let opener = |bytes| key.as_ref().map(|key| FrameOpener::new(key, bytes)).transpose().map_err(damaged);
        let piece = match content {
            Content::Inline(id) => {
                let kept = match &self.form {
                    Form::Inline(data) => data.clone(),
                    _ => {
                        let entry = self.store.get(&keys::inline(id)).await?;
                        entry.ok_or_else(|| Error::Damaged(format!("content {id} is missing")))?.value.into()
                    }
                };
                Piece::Inline(match opener(bytes)? {
                    Some(opener) => match opener.open(0..bytes, &kept) {
                        Ok(plain) => plain,
                        Err(error) => {
                            // A record that is damaged is told from a key that is another.
                            self.store.get(&keys::inline(id)).await?;
                            return Err(damaged(error));
                        }
                    },
                    None => kept,
                })
            }
            Content::Blob(id) | Content::Slice(id, _) => {
                let blob = self.store.0.blobs.open(id).await?;
                let has = || Error::Damaged(format!("content {id} has {} bytes, which no sealed one has", blob.size()));
                let (all, opener) = match key {
                    None => (blob.size(), None),
                    Some(_) => {
                        let all = coldkeep_seal::plain_bytes(blob.size()).ok_or_else(has)?;
                        (all, opener(all)?)
                    }
                };
                let range = match content {
                    Content::Slice(_, start) => start..all.min(start.saturating_add(bytes)),
                    _ => 0..all,
                };
                match opener {
                    None => Piece::Blob(blob, range),
                    Some(opener) => Piece::Sealed(blob, range, Box::new(opener)),
                }
            }
            Content::Parts(id) => return Err(Error::Damaged(format!("content {id} is a part made of parts"))),
        };
        match piece.bytes() == bytes {
            true => Ok((start, piece)),
            false => Err(Error::Damaged(format!("content {} has not its {bytes} bytes", content.id()))),
        }
    }
}

impl Seal {
    /// The key of a content that is the whole; `None` if it is not sealed.
    pub fn of_whole(&self, content: Content) -> Result<Option<ContentKey>, Error> {
        let own = (!matches!(self, Self::None)).then_some(&PartSeal::Own);
        self.of_part(own, 0, content)
    }

    /// The key of a content that is this part. In what is sealed every part is, and nowhere else any.
    pub fn of_part(&self, sealed: Option<&PartSeal>, part: u32, content: Content) -> Result<Option<ContentKey>, Error> {
        match (self, sealed) {
            (Self::None, None) => Ok(None),
            (Self::Closed, _) => Err(Error::NoKey),
            (Self::Open(key), Some(sealed)) => sealed.key(key, part, content).map(Some),
            (Self::None, Some(_)) | (Self::Open(_), None) => {
                Err(Error::Damaged(format!("content {} is not sealed as its object is", content.id())))
            }
        }
    }
}
