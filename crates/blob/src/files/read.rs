//! Reading a finished blob: every byte is verified before it is given out, but to who verifies it by other means.
//!
//! What is in the page cache is read and verified where it is asked for, without a hop to another thread and back, which would
//! cost more than the read. What is not is read by a thread of the pool, while the kernel fetches what comes after it.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_disk::{Disk, File, Mode};
use coldkeep_types::Id;
use parking_lot::Mutex;

use super::buffers::Buffers;
use super::failed;
use super::format::{HEADER_BYTES, TRAILER_BYTES, page_in_file, read_header, read_trailer};
use super::pool::Pool;
use crate::table::{BLOCK_BYTES, Page, crc};
use crate::{Blob, Error, Label, MAX_READ_BYTES};

/// The most that is read on the thread that asks: some 100 microseconds of it.
const MOST_BYTES_NOW: u64 = 512 << 10;
/// How much the kernel is asked to fetch beyond what is read.
const AHEAD_BYTES: u64 = 4 << 20;

/// Whether a read may wait for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    Yes,
    No,
}

/// Whether bytes are verified here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verify {
    Yes,
    No,
}

/// Why there is nothing to give out.
enum Failed {
    /// It is not in the page cache.
    NotNow,
    Error(Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::NotNow => Self::Io("a read would have waited".into()),
            Failed::Error(error) => error,
        }
    }
}

/// A blob file that is open. The file outlives its name.
pub(super) struct FileBlob {
    inner: Arc<Inner>,
    readers: Arc<Pool>,
}

/// The part of an open blob that the threads of the pool may own: not the pool itself.
pub(super) struct Inner {
    id: Id,
    size: u64,
    file: Arc<dyn File>,
    /// The page of the table that was used last: reads are mostly sequential.
    page: Mutex<Option<Arc<Page>>>,
    buffers: Arc<Buffers>,
}

impl FileBlob {
    pub(super) fn new(inner: Arc<Inner>, readers: Arc<Pool>) -> Self {
        Self { inner, readers }
    }

    async fn read_range(&self, range: Range<u64>, verify: Verify) -> Result<Bytes, Error> {
        let length = range.end.saturating_sub(range.start);
        if range.start > range.end || range.end > self.inner.size || length > MAX_READ_BYTES {
            return Err(Error::Invalid("a range is not within the blob, or is longer than 16 MiB"));
        }
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        if length <= MOST_BYTES_NOW {
            match self.inner.read(range.clone(), Wait::No, verify) {
                Ok(bytes) => return Ok(bytes),
                Err(Failed::NotNow) => {}
                Err(Failed::Error(error)) => return Err(error),
            }
        }
        let inner = self.inner.clone();
        let read = move || {
            // A long read is one of many that come.
            if length == MOST_BYTES_NOW {
                inner.fetch(range.end..range.end + AHEAD_BYTES);
            }
            Ok(inner.read(range, Wait::Yes, verify)?)
        };
        self.readers.run(read).await
    }
}

/// Reads only the label of a blob, which need not be finished.
pub(super) fn label(disk: &dyn Disk, path: &Path, id: Id) -> Result<Label, Error> {
    Ok(open(disk, path, id)?.1)
}

fn open(disk: &dyn Disk, path: &Path, id: Id) -> Result<(Arc<dyn File>, Label), Failed> {
    let file = disk.open(path, Mode::Read).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound(id),
        _ => failed(error),
    })?;
    let header = read_vec(&*file, 0, HEADER_BYTES, Wait::Yes)?;
    let label = read_header(&header, id).map_err(|what| Error::Damaged { id, what })?;
    Ok((file, label))
}

/// Fills as much of `bytes` as there is; returns how much.
fn read_at(file: &dyn File, offset: u64, bytes: &mut [u8], wait: Wait) -> Result<usize, Failed> {
    let mut length = 0;
    while length < bytes.len() {
        let (room, at) = (&mut bytes[length..], offset + length as u64);
        let read = match wait {
            Wait::Yes => file.read_at(room, at),
            Wait::No => file.read_cached_at(room, at),
        };
        match read {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && wait == Wait::No => return Err(Failed::NotNow),
            Err(error) => return Err(failed(error).into()),
        }
    }
    Ok(length)
}

fn read_vec(file: &dyn File, offset: u64, length: usize, wait: Wait) -> Result<Vec<u8>, Failed> {
    let mut bytes = vec![0; length];
    let read = read_at(file, offset, &mut bytes, wait)?;
    bytes.truncate(read);
    Ok(bytes)
}

impl Inner {
    pub(super) fn open(disk: &dyn Disk, path: &Path, id: Id, buffers: Arc<Buffers>) -> Result<Self, Error> {
        let (file, _) = open(disk, path, id)?;
        let file_bytes = file.len().map_err(failed)?;
        let start = file_bytes.saturating_sub(TRAILER_BYTES as u64).max(HEADER_BYTES as u64);
        let trailer = read_vec(&*file, start, TRAILER_BYTES, Wait::Yes)?;
        let size = read_trailer(&trailer, id, file_bytes).map_err(|what| Error::Damaged { id, what })?;
        Ok(Self { id, size, file, page: Mutex::new(None), buffers })
    }

    /// Whether the file has no name any more.
    pub(super) fn is_deleted(&self) -> bool {
        self.file.is_deleted()
    }

    fn damaged(&self, what: String) -> Error {
        Error::Damaged { id: self.id, what }
    }

    /// Reads the blocks that a range, which is not empty, touches, and verifies them.
    fn read(&self, range: Range<u64>, wait: Wait, verify: Verify) -> Result<Bytes, Failed> {
        let first = range.start / BLOCK_BYTES;
        let start = first * BLOCK_BYTES;
        let end = range.end.next_multiple_of(BLOCK_BYTES).min(self.size);
        let mut buffer = self.buffers.take((end - start) as usize);
        if read_at(&*self.file, HEADER_BYTES as u64 + start, buffer.as_mut(), wait)? as u64 != end - start {
            return Err(self.damaged("it became shorter after it was opened".into()).into());
        }
        let blocks = (first..).zip(buffer.as_ref().chunks(BLOCK_BYTES as usize));
        for (number, block) in blocks.filter(|_| verify == Verify::Yes) {
            if self.page(number, wait)?.crc(number) != Some(crc(block)) {
                let (from, to) = (number * BLOCK_BYTES, number * BLOCK_BYTES + block.len() as u64);
                return Err(self.damaged(format!("bytes {from} to {to} fail their checksum")).into());
            }
        }
        Ok(buffer.into_bytes().slice((range.start - start) as usize..(range.end - start) as usize))
    }

    fn page(&self, block: u64, wait: Wait) -> Result<Arc<Page>, Failed> {
        let (number, place) = page_in_file(block, self.size);
        if let Some(page) = &*self.page.lock()
            && page.number() == number
        {
            return Ok(page.clone());
        }
        let bytes = read_vec(&*self.file, place.start, (place.end - place.start) as usize, wait)?;
        let page = Arc::new(Page::read(bytes, self.id, number).map_err(|what| self.damaged(what))?);
        *self.page.lock() = Some(page.clone());
        Ok(page)
    }

    /// Verifies every page of the table. Header and trailer were verified when the file was opened.
    fn prove_table(&self) -> Result<(), Failed> {
        let mut block = 0;
        while block * BLOCK_BYTES < self.size {
            block = self.page(block, Wait::Yes)?.end();
        }
        Ok(())
    }

    /// Has the kernel fetch bytes of the data, without waiting for them.
    fn fetch(&self, range: Range<u64>) {
        let end = range.end.min(self.size);
        if range.start < end {
            self.file.will_read(HEADER_BYTES as u64 + range.start, end - range.start);
        }
    }
}

#[async_trait]
impl Blob for FileBlob {
    fn size(&self) -> u64 {
        self.inner.size
    }

    async fn prove_frame(&self) -> Result<(), Error> {
        let inner = self.inner.clone();
        self.readers.run(move || Ok(inner.prove_table()?)).await
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        self.read_range(range, Verify::Yes).await
    }

    async fn read_unverified(&self, range: Range<u64>) -> Result<Bytes, Error> {
        self.read_range(range, Verify::No).await
    }

    fn will_read(&self, range: Range<u64>) {
        self.inner.fetch(range);
    }
}
