//! Parquet: records out of the columns that a query names, read page by page.
//!
//! A file is read from its end: the footer says where each column of each row group lies. So this tells which bytes it wants, a range at
//! a time, and is given those. Of each column it holds a page, its dictionary and some bytes of what follows, at most
//! [`MAX_HELD_BYTES`] in all, whatever the file says; no length that a file claims is believed before it was compared with a bound.
//!
//! Not here: writing, statistics and indexes, encrypted files, files of several parts.

mod column;
mod delta;
mod footer;
mod kind;
mod page;
mod rle;
mod schema;
mod shape;
mod thrift;
mod values;

use std::ops::Range;

use bytes::{Bytes, BytesMut};

use crate::SelectError;
use crate::input::Next;
use crate::record::Path;
use crate::value::Value;
use column::{Column, Filled};
use footer::{Footer, Group};
use schema::Schema;
use shape::Shape;

/// What is read of the end at first, where most footers lie whole.
const TAIL_BYTES: u64 = 64 << 10;
/// The longest footer.
const MAX_FOOTER_BYTES: u64 = 8 << 20;
/// The most that a query holds.
const MAX_HELD_BYTES: usize = 256 << 20;
/// What all columns together are read ahead, and what one is at most and at least.
const AHEAD_BYTES: u64 = 32 << 20;
const MOST_AHEAD: u64 = 256 << 10;
const LEAST_AHEAD: u64 = 4 << 10;
/// What a record counts for besides its values.
const RECORD_WEIGHT: u64 = 8;

/// A file on its way through.
pub(crate) struct Parquet {
    /// The object's length.
    object: u64,
    /// What is still to come of the bytes it asked for, and for whom: a column that is read, or the footer.
    coming: Option<(Option<usize>, Range<u64>)>,
    tail: BytesMut,
    schema: Option<Schema>,
    groups: std::vec::IntoIter<Group>,
    columns: Vec<Column>,
    /// The members of its records, in order, and the record that is there.
    shapes: Vec<Shape>,
    record: Value,
    /// Records that are left of the row group, and which column is filled next for one.
    rows: u64,
    filling: usize,
    unpacked: u64,
    weight: u64,
}

impl Parquet {
    pub fn new(object: u64) -> Self {
        Self {
            object,
            coming: Some((None, object.saturating_sub(TAIL_BYTES)..object)),
            tail: BytesMut::new(),
            schema: None,
            groups: Vec::new().into_iter(),
            columns: Vec::new(),
            shapes: Vec::new(),
            record: Value::Struct(Vec::new()),
            rows: 0,
            filling: 0,
            unpacked: 0,
            weight: 0,
        }
    }

    /// Where reading begins.
    pub fn starts(&self) -> u64 {
        self.coming.as_ref().map_or(0, |(_, range)| range.start)
    }

    /// Whether the footer is still to be read.
    pub fn awaits_footer(&self) -> bool {
        self.schema.is_none()
    }

    /// The record that is there.
    pub fn record(&self) -> &Value {
        &self.record
    }

    /// What was unpacked since it was asked last, in bytes.
    pub fn take_unpacked(&mut self) -> u64 {
        let unpacked = self.columns.iter_mut().map(|column| std::mem::take(&mut column.unpacked)).sum::<u64>();
        unpacked + std::mem::take(&mut self.unpacked)
    }

    /// What the records came to so far, in bytes: how much work they were.
    pub fn weight(&self) -> u64 {
        self.weight
    }

    /// What it holds, in bytes.
    pub fn held(&self) -> usize {
        let chunks: usize = self.groups.as_slice().iter().map(|group| size_of_val(group.chunks.as_slice())).sum();
        chunks
            + size_of_val(self.groups.as_slice())
            + self.tail.capacity()
            + self.columns.iter().map(Column::held).sum::<usize>()
    }

    pub fn give(&mut self, bytes: &mut Bytes) {
        let Some((whose, range)) = &mut self.coming else { return };
        match whose {
            None => {
                self.unpacked += bytes.len() as u64;
                self.tail.extend_from_slice(bytes);
            }
            Some(column) => self.columns[*column].give(bytes),
        }
        range.start += bytes.len() as u64;
        if range.is_empty() {
            self.coming = None;
        }
        bytes.clear();
    }

    /// Chooses the columns that these places name, or all.
    pub fn bind(&mut self, places: &[Path], all: bool) -> Result<(), SelectError> {
        let Some(schema) = &self.schema else { return Ok(()) };
        let wanted = if all { vec![true; schema.columns] } else { schema.wanted(places)? };
        let mut numbers = vec![None; schema.columns];
        for (number, leaf) in schema.leaves().into_iter().enumerate().filter(|(number, _)| wanted[*number]) {
            numbers[number] = Some(self.columns.len());
            self.columns.push(Column::new(number, (leaf.rep, leaf.def), kind::of(&leaf.element)?));
        }
        let (names, shapes): (Vec<_>, Vec<_>) = schema.shapes(&numbers).into_iter().unzip();
        self.shapes = shapes;
        self.record = Value::Struct(names.into_iter().map(|name| (name, Value::Null)).collect());
        Ok(())
    }

    /// Goes on to the next record of a row group that begins in a range.
    pub fn next(&mut self, ended: bool, range: &Range<u64>) -> Result<Next, SelectError> {
        if self.coming.as_ref().is_some_and(|(_, range)| !range.is_empty()) {
            return if ended { Err(SelectError::parquet("it ends too early")) } else { Ok(Next::Hungry) };
        }
        if self.schema.is_none() {
            return self.read_footer();
        }
        while self.rows == 0 {
            let Some(group) = self.groups.next() else { return Ok(Next::Beyond) };
            if range.contains(&group.chunks.first().map_or(0, |chunk| chunk.start)) {
                self.rows = group.rows;
                for column in &mut self.columns {
                    column.begin(group.chunks[column.number]);
                }
            }
        }
        while self.filling < self.columns.len() {
            match self.columns[self.filling].fill()? {
                Filled::Whole => self.filling += 1,
                Filled::Lacks(bytes) => return self.ask(bytes),
            }
        }
        self.filling = 0;
        self.rows -= 1;
        if let Value::Struct(members) = &mut self.record {
            for ((_, member), shape) in members.iter_mut().zip(&self.shapes) {
                *member = shape.read(&mut self.columns)?;
            }
        }
        let weights: usize = self.columns.iter().map(|column| column.weight).sum();
        self.weight += RECORD_WEIGHT + weights as u64;
        let taken = self.columns.iter_mut().fold(true, |all, column| column.forget() & all);
        match taken {
            _ if weights > crate::MAX_RECORD_BYTES => Err(SelectError::too_long()),
            true => Ok(Next::There),
            false => Err(shape::uneven()),
        }
    }

    /// Asks for bytes of the column that is being filled.
    fn ask(&mut self, lacks: u64) -> Result<Next, SelectError> {
        if self.held() > MAX_HELD_BYTES {
            return Err(SelectError::parquet_block(
                "the columns that it names have pages of more than 256 MiB at once",
            ));
        }
        let further = (AHEAD_BYTES / self.columns.len() as u64).clamp(LEAST_AHEAD, MOST_AHEAD);
        let range = self.columns[self.filling].wants(lacks, further);
        self.coming = Some((Some(self.filling), range.clone()));
        Ok(Next::Elsewhere(range))
    }

    fn read_footer(&mut self) -> Result<Next, SelectError> {
        let Some(&[a, b, c, d, magic @ ..]) = self.tail.last_chunk::<8>() else {
            return Err(SelectError::parquet("it is too short to be one"));
        };
        match &magic {
            b"PAR1" => {}
            b"PARE" => return Err(SelectError::parquet("it is encrypted")),
            _ => return Err(SelectError::parquet("it does not end as one")),
        }
        let bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
        if bytes > MAX_FOOTER_BYTES || bytes + 12 > self.object {
            return Err(SelectError::parquet("its footer has more than 8 MiB, or more than there are"));
        }
        let start = self.object - 8 - bytes;
        let there = self.tail.len() as u64;
        if there < bytes + 8 {
            self.tail.clear();
            self.coming = Some((None, start..self.object));
            return Ok(Next::Elsewhere(start..self.object));
        }
        let tail = std::mem::take(&mut self.tail).freeze();
        let from = (there - bytes - 8) as usize;
        let footer = Footer::read(&tail[from..tail.len() - 8], self.object)?;
        let schema = Schema::new(footer.elements)?;
        if footer.groups.iter().any(|group| group.chunks.len() != schema.columns) {
            return Err(SelectError::parquet("a row group has other columns than its schema"));
        }
        self.schema = Some(schema);
        self.groups = footer.groups.into_iter();
        Ok(Next::Header)
    }
}
