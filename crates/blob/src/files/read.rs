//! Reading a finished blob: every byte is verified before it is given out.

use std::fs::File;
use std::io;
use std::ops::Range;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_types::Id;
use parking_lot::Mutex;

use super::failed;
use super::format::{BLOCK_BYTES, HEADER_BYTES, Page, TRAILER_BYTES, crc, page_of_block, read_header, read_trailer};
use super::pool::Pool;
use crate::{Blob, Error, Label, MAX_READ_BYTES};

/// A blob file that is open. The file outlives its name.
pub(super) struct FileBlob {
    inner: Arc<Inner>,
    readers: Arc<Pool>,
}

/// The part of an open blob that the threads of the pool may own: not the pool itself.
pub(super) struct Inner {
    id: Id,
    size: u64,
    file: File,
    /// The page of the table that was used last: reads are mostly sequential.
    page: Mutex<Option<Arc<Page>>>,
}

impl FileBlob {
    pub(super) fn new(inner: Inner, readers: Arc<Pool>) -> Self {
        Self { inner: Arc::new(inner), readers }
    }
}

/// Reads only the label of a blob, which need not be finished.
pub(super) fn label(path: &Path, id: Id) -> Result<Label, Error> {
    Ok(open(path, id)?.1)
}

fn open(path: &Path, id: Id) -> Result<(File, Label), Error> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::NotFound(id),
        _ => failed(error),
    })?;
    let header = read_at(&file, 0, HEADER_BYTES).map_err(failed)?;
    let label = read_header(&header, id).map_err(|what| Error::Damaged { id, what })?;
    Ok((file, label))
}

/// As many bytes as there are, up to `length`.
fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        let at = offset + bytes.len() as u64;
        match rustix::io::pread(file, rustix::buffer::spare_capacity(&mut bytes), at) {
            Ok(0) => break,
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}

impl Inner {
    pub(super) fn open(path: &Path, id: Id) -> Result<Self, Error> {
        let (file, _) = open(path, id)?;
        let file_bytes = file.metadata().map_err(failed)?.len();
        let start = file_bytes.saturating_sub(TRAILER_BYTES as u64).max(HEADER_BYTES as u64);
        let trailer = read_at(&file, start, TRAILER_BYTES).map_err(failed)?;
        let size = read_trailer(&trailer, id, file_bytes).map_err(|what| Error::Damaged { id, what })?;
        Ok(Self { id, size, file, page: Mutex::new(None) })
    }

    fn damaged(&self, what: String) -> Error {
        Error::Damaged { id: self.id, what }
    }

    /// Reads and verifies the blocks that a range, which is not empty, touches.
    fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        let first = range.start / BLOCK_BYTES;
        let start = first * BLOCK_BYTES;
        let end = range.end.next_multiple_of(BLOCK_BYTES).min(self.size);
        let bytes = read_at(&self.file, HEADER_BYTES as u64 + start, (end - start) as usize).map_err(failed)?;
        if bytes.len() as u64 != end - start {
            return Err(self.damaged("it became shorter after it was opened".into()));
        }
        for (number, block) in (first..).zip(bytes.chunks(BLOCK_BYTES as usize)) {
            if self.page(number)?.crc(number) != Some(crc(block)) {
                let (from, to) = (number * BLOCK_BYTES, number * BLOCK_BYTES + block.len() as u64);
                return Err(self.damaged(format!("bytes {from} to {to} fail their checksum")));
            }
        }
        Ok(Bytes::from(bytes).slice((range.start - start) as usize..(range.end - start) as usize))
    }

    fn page(&self, block: u64) -> Result<Arc<Page>, Error> {
        let (number, place) = page_of_block(block, self.size);
        let mut last = self.page.lock();
        if let Some(page) = &*last
            && page.number() == number
        {
            return Ok(page.clone());
        }
        let bytes = read_at(&self.file, place.start, (place.end - place.start) as usize).map_err(failed)?;
        let page = Arc::new(Page::read(bytes, self.id, number).map_err(|what| self.damaged(what))?);
        *last = Some(page.clone());
        Ok(page)
    }
}

#[async_trait]
impl Blob for FileBlob {
    fn size(&self) -> u64 {
        self.inner.size
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        if range.start > range.end || range.end > self.inner.size || range.end - range.start > MAX_READ_BYTES {
            return Err(Error::Invalid("a range is not within the blob, or is longer than 16 MiB"));
        }
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let inner = self.inner.clone();
        self.readers.run(move || inner.read(range)).await
    }
}
