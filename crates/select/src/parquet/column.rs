//! A column of a row group on its way through: its bytes as they come, a page of it, and what it has of the record that is read.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::footer::Chunk;
use super::kind::{Kind, Physical};
use super::page::{Header, MAX_PAGE_BYTES, Page, PageKind};
use super::shape::uneven;
use super::values::{Dictionary, Raw};
use crate::value::Value;
use crate::{MAX_RECORD_BYTES, SelectError};

/// The longest header of a page, which may have the least and greatest value in it.
const MAX_HEADER_BYTES: usize = 1 << 20;
/// What an entry of a record counts for besides its bytes.
const ENTRY_BYTES: usize = 8;

#[derive(Debug)]
pub(super) struct Column {
    /// Its number in the schema.
    pub number: usize,
    physical: Physical,
    kind: Kind,
    /// The highest levels it has: of repetition, and of what is there.
    most: (u32, u32),
    chunk: Chunk,
    /// Where its next bytes lie in the object, up to which it was given them.
    at: u64,
    bytes: BytesMut,
    dictionary: Option<Dictionary>,
    page: Option<Page>,
    /// The repetition of the next value, if it was looked at.
    next: Option<u32>,
    record: VecDeque<(u32, u32, Value)>,
    /// What the record counts for, and what pages came to when unpacked.
    pub weight: usize,
    pub unpacked: u64,
}

/// What it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filled {
    /// Nothing: its part of the record is there.
    Whole,
    /// So many more bytes, at least.
    Lacks(u64),
}

impl Column {
    pub fn new(number: usize, most: (u32, u32), (physical, kind): (Physical, Kind)) -> Self {
        Self {
            number,
            physical,
            kind,
            most,
            chunk: Chunk::default(),
            at: 0,
            bytes: BytesMut::new(),
            dictionary: None,
            page: None,
            next: None,
            record: VecDeque::new(),
            weight: 0,
            unpacked: 0,
        }
    }

    /// Goes on with another row group.
    pub fn begin(&mut self, chunk: Chunk) {
        *self = Self::new(self.number, self.most, (self.physical, self.kind));
        (self.chunk, self.at) = (chunk, chunk.start);
    }

    /// Where it wants to be read when it lacks so many bytes, or somewhat further.
    pub fn wants(&self, lacks: u64, further: u64) -> std::ops::Range<u64> {
        self.at..self.chunk.end.min(self.at + lacks.max(further))
    }

    pub fn give(&mut self, bytes: &Bytes) {
        self.bytes.extend_from_slice(bytes);
        self.at += bytes.len() as u64;
    }

    /// What it holds, in bytes.
    pub fn held(&self) -> usize {
        let page = self.page.as_ref().map_or(0, |page| page.held);
        // Entries hold values besides what they count for.
        let record = self.weight + self.record.capacity() * size_of::<(u32, u32, Value)>();
        self.bytes.capacity() + page + self.dictionary.as_ref().map_or(0, Dictionary::held) + record
    }

    /// Reads its part of the next record, as far as its bytes go.
    pub fn fill(&mut self) -> Result<Filled, SelectError> {
        loop {
            let Some(page) = self.page.as_mut().filter(|page| page.left > 0) else {
                if self.bytes.is_empty() && self.at >= self.chunk.end {
                    return if self.record.is_empty() { Err(uneven()) } else { Ok(Filled::Whole) };
                }
                match self.turn()? {
                    Filled::Whole => continue,
                    lacks => return Ok(lacks),
                }
            };
            let rep = match (self.next.take(), &mut page.reps) {
                (Some(rep), _) => rep,
                (None, Some(reps)) => reps.next()?,
                (None, None) => 0,
            };
            match (rep, self.record.is_empty()) {
                (0, false) => {
                    self.next = Some(0);
                    return Ok(Filled::Whole);
                }
                (1.., true) => return Err(uneven()),
                _ => {}
            }
            page.left -= 1;
            let def = page.defs.as_mut().map_or(Ok(0), |defs| defs.next())?;
            if rep > self.most.0 || def > self.most.1 {
                return Err(SelectError::parquet("a level is higher than its column has"));
            }
            let value = match def == self.most.1 {
                true => {
                    let raw = page.values.next(self.dictionary.as_ref())?;
                    if let Raw::Bytes(bytes) = &raw {
                        self.weight += bytes.len();
                    }
                    if self.weight > MAX_RECORD_BYTES {
                        return Err(SelectError::too_long());
                    }
                    self.kind.value(raw)?
                }
                false => Value::Null,
            };
            self.weight += ENTRY_BYTES;
            if self.weight > MAX_RECORD_BYTES {
                return Err(SelectError::too_long());
            }
            self.record.push_back((rep, def, value));
            if self.most.0 == 0 {
                return Ok(Filled::Whole);
            }
        }
    }

    /// The levels of the next entry of the record: of repetition, and of what is there.
    pub fn ahead(&self) -> Option<(u32, u32)> {
        self.record.front().map(|(rep, def, _)| (*rep, *def))
    }

    /// Takes the next entry of the record: what is there, and the value.
    pub fn take(&mut self) -> Result<(u32, Value), SelectError> {
        self.record.pop_front().map(|(_, def, value)| (def, value)).ok_or_else(uneven)
    }

    /// Forgets the record. Whether all of it was taken.
    pub fn forget(&mut self) -> bool {
        let taken = self.record.is_empty();
        self.record.clear();
        // A long record was read, and the next is short most of the time.
        self.record.shrink_to(64);
        self.weight = 0;
        taken
    }

    /// Goes on to the next page, if all its bytes are there.
    fn turn(&mut self) -> Result<Filled, SelectError> {
        self.page = None;
        let rest = self.chunk.end - self.at;
        let (header, length) = match Header::read(&self.bytes) {
            Ok(found) => found,
            // It may go on in bytes that are still to come.
            Err(_) if rest > 0 && self.bytes.len() < MAX_HEADER_BYTES => {
                return Ok(Filled::Lacks((self.bytes.len() as u64).clamp(1 << 10, rest.max(1 << 10))));
            }
            Err(error) => return Err(error),
        };
        if header.unpacked_bytes.max(header.packed_bytes) > MAX_PAGE_BYTES {
            return Err(SelectError::parquet_block("a page has more than 16 MiB"));
        }
        let end = length + header.packed_bytes as usize;
        let lacks = end.saturating_sub(self.bytes.len()) as u64;
        if lacks > rest {
            return Err(SelectError::parquet("a page goes on beyond its column"));
        }
        if lacks > 0 {
            return Ok(Filled::Lacks(lacks));
        }
        let packed = self.bytes.split_to(end).freeze().slice(length..);
        // What has nothing is not worth unpacking, and might take long.
        if header.kind == PageKind::Other || header.count == 0 {
            return Ok(Filled::Whole);
        }
        if header.kind == PageKind::Dictionary && self.dictionary.is_some() {
            return Err(SelectError::parquet("a column has more than one dictionary"));
        }
        let bytes = header.unpack(packed, self.chunk.codec)?;
        self.unpacked += bytes.len() as u64;
        match header.kind {
            PageKind::Dictionary => self.dictionary = Some(Dictionary::new(bytes, header.count, self.physical)?),
            _ => self.page = Some(header.page(bytes, self.most, self.physical)?),
        }
        Ok(Filled::Whole)
    }
}
