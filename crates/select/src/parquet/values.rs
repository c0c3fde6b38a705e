//! The values of a page, one after another, in each of the format's encodings. Nothing is unpacked before it is asked for.

use bytes::Bytes;

use super::delta::Deltas;
use super::kind::Physical;
use super::rle::{Rle, bits};
use crate::SelectError;

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Raw {
    Bool(bool),
    Int(i64),
    Bytes(Bytes),
}

#[derive(Debug)]
pub(super) struct Values {
    bytes: Bytes,
    physical: Physical,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// The next one begins at this byte; of truths, at this bit.
    Plain(usize),
    Dictionary(Rle),
    Truths(Rle),
    Deltas(Deltas),
    /// Lengths, and where the next one's bytes begin.
    Lengths(Deltas, usize),
    /// How much each shares with the one before, and the rest of it.
    Shared(Deltas, Deltas, usize, Bytes),
    /// All first bytes, then all second ones; which is next.
    Split(usize),
}

/// The values that a column's pages name by number.
#[derive(Debug)]
pub(super) struct Dictionary {
    bytes: Bytes,
    physical: Physical,
    /// Where each begins, if their lengths differ.
    starts: Vec<u32>,
}

fn ends() -> SelectError {
    SelectError::parquet("a page has fewer values than it says")
}

impl Values {
    pub fn new(bytes: Bytes, encoding: i64, physical: Physical) -> Result<Self, SelectError> {
        let form = match (encoding, physical) {
            (0, _) => Form::Plain(0),
            (2 | 8, _) => {
                let width = bytes.first().copied().ok_or_else(ends)?;
                Form::Dictionary(Rle::new(bytes.slice(1..), width.into())?)
            }
            (3, Physical::Bool) => Form::Truths(Rle::new(sized(&bytes)?.0, 1)?),
            (5, Physical::Int32 | Physical::Int64) => Form::Deltas(Deltas::new(bytes.clone(), 0)?),
            (6, Physical::Bytes) => {
                let lengths = Deltas::new(bytes.clone(), 0)?;
                let end = lengths.clone().end()?;
                Form::Lengths(lengths, end)
            }
            (7, Physical::Bytes | Physical::Fixed(_)) => {
                let shared = Deltas::new(bytes.clone(), 0)?;
                let lengths = Deltas::new(bytes.clone(), shared.clone().end()?)?;
                let end = lengths.clone().end()?;
                Form::Shared(shared, lengths, end, Bytes::new())
            }
            (9, Physical::Int32 | Physical::Int64 | Physical::Fixed(_)) => Form::Split(0),
            _ => return Err(SelectError::parquet("a page is of an encoding that its type has not")),
        };
        Ok(Self { bytes, physical, form })
    }

    pub fn next(&mut self, dictionary: Option<&Dictionary>) -> Result<Raw, SelectError> {
        match &mut self.form {
            Form::Plain(bit) if self.physical == Physical::Bool => {
                *bit += 1;
                bits(&self.bytes, *bit - 1, 1).map(|bit| Raw::Bool(bit == 1))
            }
            Form::Plain(at) => {
                let (raw, end) = plain(&self.bytes, *at, self.physical)?;
                *at = end;
                Ok(raw)
            }
            Form::Dictionary(places) => {
                let dictionary = dictionary.ok_or_else(|| SelectError::parquet("a column has no dictionary"))?;
                dictionary.get(places.next()? as usize)
            }
            Form::Truths(truths) => truths.next().map(|truth| Raw::Bool(truth & 1 == 1)),
            Form::Deltas(deltas) => {
                let int = deltas.next()?;
                Ok(Raw::Int(if self.physical == Physical::Int32 { i64::from(int as i32) } else { int }))
            }
            Form::Lengths(lengths, at) => taken(&self.bytes, lengths, at).map(Raw::Bytes),
            Form::Shared(shared, lengths, at, last) => {
                let rest = taken(&self.bytes, lengths, at)?;
                let same = usize::try_from(shared.next()?).ok().and_then(|same| last.get(..same)).ok_or_else(ends)?;
                if same.len() + rest.len() > crate::MAX_RECORD_BYTES {
                    return Err(SelectError::too_long());
                }
                *last = if same.is_empty() { rest } else { [same, rest.as_ref()].concat().into() };
                Ok(Raw::Bytes(last.clone()))
            }
            Form::Split(index) => {
                let width = self.physical.width().unwrap_or(1);
                let count = self.bytes.len() / width;
                if *index >= count {
                    return Err(ends());
                }
                let bytes: Vec<u8> = (0..width).map(|byte| self.bytes[byte * count + *index]).collect();
                *index += 1;
                plain(&bytes.into(), 0, self.physical).map(|(raw, _)| raw)
            }
        }
    }
}

impl Dictionary {
    pub fn new(bytes: Bytes, count: u64, physical: Physical) -> Result<Self, SelectError> {
        let mut starts = Vec::new();
        if physical == Physical::Bytes {
            let mut at = 0;
            for _ in 0..count {
                // Pages are shorter than 4 GiB.
                starts.push(at as u32);
                at = sized_at(&bytes, at)?.1;
            }
        }
        Ok(Self { bytes, physical, starts })
    }

    /// What it holds, in bytes.
    pub fn held(&self) -> usize {
        self.bytes.len() + self.starts.capacity() * size_of::<u32>()
    }

    fn get(&self, number: usize) -> Result<Raw, SelectError> {
        let at = match self.physical.width() {
            Some(width) => number.checked_mul(width),
            None => self.starts.get(number).map(|start| *start as usize),
        };
        plain(&self.bytes, at.ok_or_else(ends)?, self.physical).map(|(raw, _)| raw)
    }
}

impl Physical {
    /// Bytes of a value, where all have as many.
    fn width(self) -> Option<usize> {
        match self {
            Self::Bool | Self::Bytes => None,
            Self::Int32 => Some(4),
            Self::Int64 => Some(8),
            Self::Fixed(width) => Some(width),
        }
    }
}

/// The value at a place, and where it ends.
fn plain(bytes: &Bytes, at: usize, physical: Physical) -> Result<(Raw, usize), SelectError> {
    let Some(width) = physical.width() else {
        return sized_at(bytes, at).map(|(value, end)| (Raw::Bytes(value), end));
    };
    let end = at.checked_add(width).filter(|end| *end <= bytes.len()).ok_or_else(ends)?;
    let int = || bytes[at..end].iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let raw = match physical {
        Physical::Int32 => Raw::Int(i64::from(int() as u32 as i32)),
        Physical::Int64 => Raw::Int(int() as i64),
        _ => Raw::Bytes(bytes.slice(at..end)),
    };
    Ok((raw, end))
}

/// The bytes of the next length.
fn taken(bytes: &Bytes, lengths: &mut Deltas, at: &mut usize) -> Result<Bytes, SelectError> {
    let length = usize::try_from(lengths.next()?).map_err(|_| ends())?;
    let end = at.checked_add(length).filter(|end| *end <= bytes.len()).ok_or_else(ends)?;
    let start = std::mem::replace(at, end);
    Ok(bytes.slice(start..end))
}

/// The bytes at a place that stand after their length, in four bytes; and where they end.
fn sized_at(bytes: &Bytes, at: usize) -> Result<(Bytes, usize), SelectError> {
    let head = bytes.get(at..).and_then(<[u8]>::first_chunk::<4>).ok_or_else(ends)?;
    let start = at + 4;
    let end = start.checked_add(u32::from_le_bytes(*head) as usize).filter(|end| *end <= bytes.len());
    let end = end.ok_or_else(ends)?;
    Ok((bytes.slice(start..end), end))
}

/// The bytes that stand after their length at the beginning.
pub(super) fn sized(bytes: &Bytes) -> Result<(Bytes, Bytes), SelectError> {
    let (first, end) = sized_at(bytes, 0)?;
    Ok((first, bytes.slice(end..)))
}
