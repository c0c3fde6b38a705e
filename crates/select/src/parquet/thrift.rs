//! Thrift's compact protocol, as far as footers and headers of pages need it.
//!
//! Nothing is made of what a length claims: a text is a part of the bytes, and a list has no more items than there are bytes.

use crate::SelectError;

/// How deep values may lie in one another.
const MAX_DEPTH: u8 = 16;

pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;
pub(super) const I8: u8 = 3;
pub(super) const I16: u8 = 4;
pub(super) const I32: u8 = 5;
pub(super) const I64: u8 = 6;
pub(super) const DOUBLE: u8 = 7;
pub(super) const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
pub(super) const SET: u8 = 10;
pub(super) const MAP: u8 = 11;
pub(super) const STRUCT: u8 = 12;

/// What is still to be read.
pub(super) struct Thrift<'a> {
    pub rest: &'a [u8],
}

fn broken() -> SelectError {
    SelectError::parquet("its metadata are broken or end too early")
}

impl<'a> Thrift<'a> {
    pub fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub fn byte(&mut self) -> Result<u8, SelectError> {
        let (first, rest) = self.rest.split_first().ok_or_else(broken)?;
        self.rest = rest;
        Ok(*first)
    }

    pub fn varint(&mut self) -> Result<u64, SelectError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(broken())
    }

    pub fn int(&mut self) -> Result<i64, SelectError> {
        self.varint().map(unzigzag)
    }

    /// A number that cannot be less than nothing.
    pub fn size(&mut self) -> Result<u64, SelectError> {
        u64::try_from(self.int()?).map_err(|_| broken())
    }

    pub fn binary(&mut self) -> Result<&'a [u8], SelectError> {
        let length = usize::try_from(self.varint()?).map_err(|_| broken())?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(broken)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub fn text(&mut self) -> Result<String, SelectError> {
        let bytes = self.binary()?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| SelectError::encoding())
    }

    /// The type and count of a list's items.
    pub fn list(&mut self) -> Result<(u8, usize), SelectError> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => usize::try_from(self.varint()?).map_err(|_| broken())?,
            few => usize::from(few),
        };
        match count <= self.rest.len() {
            true => Ok((head & 15, count)),
            false => Err(broken()),
        }
    }

    /// How many structs a list has.
    pub fn structs(&mut self) -> Result<usize, SelectError> {
        match self.list()? {
            (STRUCT, count) | (_, count @ 0) => Ok(count),
            _ => Err(broken()),
        }
    }

    /// Reads a struct: `take` is told the number and type of each field, and whether it took it; what it did not is passed over.
    pub fn fields(
        &mut self,
        mut take: impl FnMut(&mut Self, i16, u8) -> Result<bool, SelectError>,
    ) -> Result<(), SelectError> {
        let mut last = 0_i16;
        while let Some((id, kind)) = self.field(last)? {
            last = id;
            if !take(self, id, kind)? {
                self.skip(kind, 0)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, last: i16) -> Result<Option<(i16, u8)>, SelectError> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        let id = match head >> 4 {
            0 => i16::try_from(self.int()?).map_err(|_| broken())?,
            step => last.checked_add(i16::from(step)).ok_or_else(broken)?,
        };
        Ok(Some((id, head & 15)))
    }

    fn skip(&mut self, kind: u8, depth: u8) -> Result<(), SelectError> {
        if depth > MAX_DEPTH {
            return Err(broken());
        }
        match kind {
            TRUE | FALSE => {}
            I8 => drop(self.byte()?),
            I16 | I32 | I64 => drop(self.varint()?),
            DOUBLE => self.rest = self.rest.get(8..).ok_or_else(broken)?,
            BINARY => drop(self.binary()?),
            LIST | SET => {
                let (kind, count) = self.list()?;
                (0..count).try_for_each(|_| self.skip_item(kind, depth))?;
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                for _ in 0..count {
                    self.skip_item(kinds >> 4, depth)?;
                    self.skip_item(kinds & 15, depth)?;
                }
            }
            STRUCT => {
                let mut last = 0;
                while let Some((id, kind)) = self.field(last)? {
                    last = id;
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return Err(broken()),
        }
        Ok(())
    }

    /// Truths in lists have a byte of their own.
    fn skip_item(&mut self, kind: u8, depth: u8) -> Result<(), SelectError> {
        match kind {
            TRUE | FALSE => self.byte().map(drop),
            kind => self.skip(kind, depth + 1),
        }
    }
}

pub(super) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}
