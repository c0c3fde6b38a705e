//! Reading a blob: its head when it is opened, with all checksums, then as much as is asked for, each block verified before it is given out.
//!
//! An object store takes long to begin and then is fast: who reads on from where the last read ended is read ahead for.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use coldkeep_blob::table::{BLOCK_BYTES, crc};
use coldkeep_blob::{Blob, Error, MAX_READ_BYTES};
use coldkeep_types::Id;
use futures_util::future::try_join_all;
use tokio::sync::Mutex;

use crate::engine::Shared;
use crate::head::{HEADER_BYTES, Head, Table};
use crate::names;
use crate::store::StoreError;

/// How much of a head is read at first: a small blob, or the table of one of almost 2 GiB.
const FIRST_BYTES: u64 = 128 << 10;
/// How much is read at once of a blob that is read from one end to the other; and the shortest read that is taken for that.
const AHEAD_BYTES: u64 = 4 << 20;
const LONG_READ_BYTES: u64 = 256 << 10;

/// A blob that is open.
pub(crate) struct PieceBlob {
    shared: Arc<Shared>,
    id: Id,
    head: Head,
    table: Table,
    /// All of it was seen when it was opened: it is small.
    is_whole: bool,
    /// What was read last, and where the last read ended.
    window: Mutex<Window>,
}

struct Window {
    start: u64,
    bytes: Bytes,
    next: Option<u64>,
}

impl Window {
    fn get(&self, range: &Range<u64>) -> Option<Bytes> {
        let from = range.start.checked_sub(self.start)? as usize;
        let to = from + (range.end - range.start) as usize;
        (to <= self.bytes.len()).then(|| self.bytes.slice(from..to))
    }
}

impl PieceBlob {
    pub async fn open(shared: Arc<Shared>, id: Id) -> Result<Self, Error> {
        let damaged = |what: String| Error::Damaged { id, what };
        let name = names::head(id);
        let first = shared.store.read(&name, 0..FIRST_BYTES).await.map_err(|error| error.of_blob(id))?;
        let head = Head::read(&first, id).map_err(damaged)?;
        let data_at = head.data_at();
        let mut table = first.slice(HEADER_BYTES..first.len().min(data_at as usize));
        if data_at > FIRST_BYTES {
            let rest = shared.store.read(&name, FIRST_BYTES..data_at).await.map_err(|error| error.of_blob(id))?;
            table = [table, rest].concat().into();
        }
        if HEADER_BYTES + table.len() != data_at as usize {
            return Err(damaged("its head is cut short".into()));
        }
        let table = Table::read(&table, id).map_err(damaged)?;
        let is_whole = head.pieces() == 0 && first.len() as u64 == head.bytes();
        // Whole blocks only, or to the end: what is in the window begins and ends as checksums do.
        let mut bytes = first.slice((data_at as usize).min(first.len())..);
        if (bytes.len() as u64) < head.size {
            bytes.truncate(bytes.len() - bytes.len() % BLOCK_BYTES as usize);
        }
        let window = Mutex::new(Window { start: 0, bytes, next: None });
        Ok(Self { shared, id, head, table, is_whole, window })
    }

    fn damaged(&self, what: String) -> Error {
        Error::Damaged { id: self.id, what }
    }

    /// The bytes of a range of data, as the store has them.
    async fn fetch(&self, range: Range<u64>) -> Result<Bytes, Error> {
        if self.head.pieces() == 0 {
            let at = self.head.data_at();
            return self.fetch_from(&names::head(self.id), at + range.start..at + range.end).await;
        }
        let piece_bytes = u64::from(self.head.piece_bytes);
        let parts = (range.start / piece_bytes..range.end.div_ceil(piece_bytes)).map(|number| {
            let start = number * piece_bytes;
            let within = range.start.max(start) - start..range.end.min(start + piece_bytes) - start;
            async move { self.fetch_from(&names::piece(self.id, number), within).await }
        });
        let mut parts = try_join_all(parts).await?;
        if parts.len() == 1 {
            return Ok(parts.swap_remove(0));
        }
        let mut whole = BytesMut::with_capacity((range.end - range.start) as usize);
        parts.iter().for_each(|part| whole.extend_from_slice(part));
        Ok(whole.freeze())
    }

    async fn fetch_from(&self, name: &str, range: Range<u64>) -> Result<Bytes, Error> {
        let wanted = range.end - range.start;
        match self.shared.store.read(name, range).await {
            Ok(bytes) if bytes.len() as u64 == wanted => Ok(bytes),
            Ok(_) => Err(self.damaged(format!("the object {name} is too short"))),
            Err(StoreError::NotFound) => match self.shared.find(&names::head(self.id), 1).await? {
                Some(_) => Err(self.damaged(format!("the object {name} is missing"))),
                None => Err(Error::NotFound(self.id)),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of whole blocks, from the window if it has them.
    async fn blocks(&self, blocks: Range<u64>, asked: &Range<u64>) -> Result<Bytes, Error> {
        let mut window = self.window.lock().await;
        let goes_on = Some(asked.start) == window.next && asked.end - asked.start >= LONG_READ_BYTES;
        window.next = Some(asked.end);
        if let Some(bytes) = window.get(&blocks) {
            return Ok(bytes);
        }
        if !goes_on {
            // What is read here and there does not wait for each other.
            drop(window);
            return self.fetch(blocks).await;
        }
        let end = blocks.end.max((blocks.start + AHEAD_BYTES).min(self.head.size));
        window.bytes = Bytes::new();
        window.bytes = self.fetch(blocks.start..end).await?;
        window.start = blocks.start;
        Ok(window.bytes.slice(..(blocks.end - blocks.start) as usize))
    }
}

#[async_trait]
impl Blob for PieceBlob {
    fn size(&self) -> u64 {
        self.head.size
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, Error> {
        let length = range.end.saturating_sub(range.start);
        if range.start > range.end || range.end > self.head.size || length > MAX_READ_BYTES {
            return Err(Error::Invalid("a range is not within the blob, or is longer than 16 MiB"));
        }
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let first = range.start / BLOCK_BYTES;
        let start = first * BLOCK_BYTES;
        let bytes = self.blocks(start..range.end.next_multiple_of(BLOCK_BYTES).min(self.head.size), &range).await?;
        for (number, block) in (first..).zip(bytes.chunks(BLOCK_BYTES as usize)) {
            if self.table.crc(number) != Some(crc(block)) {
                let (from, to) = (number * BLOCK_BYTES, number * BLOCK_BYTES + block.len() as u64);
                return Err(self.damaged(format!("bytes {from} to {to} fail their checksum")));
            }
        }
        Ok(bytes.slice((range.start - start) as usize..(range.end - start) as usize))
    }

    /// Header and table were verified when it was opened. That all pieces are there, and as long as they were, is asked here.
    async fn prove_frame(&self) -> Result<(), Error> {
        if self.is_whole {
            return Ok(());
        }
        let name = names::head(self.id);
        let mut wanted = vec![name.clone()];
        wanted.extend(self.head.piece_names(self.id));
        let found = self.shared.store.lengths(&name, &wanted).await?;
        let found: HashMap<_, _> = found.into_iter().map(|one| (one.name, one.bytes)).collect();
        if found.get(&name) != Some(&self.head.bytes()) {
            return Err(self.damaged("its head is gone, or has another length".into()));
        }
        for (number, name) in (0..).zip(&wanted[1..]) {
            if found.get(name) != Some(&self.head.bytes_of(number)) {
                return Err(self.damaged(format!("its piece {number} is gone, or has another length")));
            }
        }
        Ok(())
    }
}
