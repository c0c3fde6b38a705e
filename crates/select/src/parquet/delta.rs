//! Whole numbers as what they differ by: "Delta Encoding" of the format's page of encodings.

use bytes::Bytes;

use super::rle::bits;
use super::thrift::{Thrift, unzigzag};
use crate::SelectError;

#[derive(Clone, Debug)]
pub(super) struct Deltas {
    bytes: Bytes,
    at: usize,
    /// Numbers in a miniblock, and miniblocks in a block.
    numbers: usize,
    minis: usize,
    /// Numbers that are left in all, and whether the first of them, which stands in the head, is.
    left: u64,
    first: bool,
    last: i64,
    min: i64,
    /// Where the widths of the block's miniblocks stand, which of them it is, where its next number is, and how many it still has.
    widths: usize,
    mini: usize,
    bit: usize,
    in_mini: usize,
}

fn broken() -> SelectError {
    SelectError::parquet("a page of differences is broken")
}

impl Deltas {
    /// Those that begin at a place.
    pub fn new(bytes: Bytes, at: usize) -> Result<Self, SelectError> {
        let mut thrift = Thrift::new(bytes.get(at..).ok_or_else(broken)?);
        let (block, minis, left) = (thrift.varint()?, thrift.varint()?, thrift.varint()?);
        let last = unzigzag(thrift.varint()?);
        let at = bytes.len() - thrift.rest.len();
        let numbers = block.checked_div(minis).unwrap_or(0);
        let fit = numbers > 0 && block % minis == 0 && numbers.is_multiple_of(8) && numbers <= 1 << 20;
        if !fit || minis > 1 << 20 {
            return Err(broken());
        }
        let (numbers, minis) = (numbers as usize, minis as usize);
        // As if a block had just ended.
        Ok(Self {
            bytes,
            at,
            numbers,
            minis,
            left,
            first: true,
            last,
            min: 0,
            widths: 0,
            mini: minis,
            bit: 0,
            in_mini: 0,
        })
    }

    pub fn next(&mut self) -> Result<i64, SelectError> {
        self.left = self.left.checked_sub(1).ok_or_else(broken)?;
        if std::mem::take(&mut self.first) {
            return Ok(self.last);
        }
        if self.in_mini == 0 {
            self.begin()?;
        }
        let width = self.width()?;
        let delta = bits(&self.bytes, self.bit, width)? as i64;
        self.bit += width as usize;
        self.in_mini -= 1;
        self.last = self.last.wrapping_add(self.min).wrapping_add(delta);
        Ok(self.last)
    }

    /// Where what follows them begins.
    pub fn end(mut self) -> Result<usize, SelectError> {
        if self.first && self.left > 0 {
            self.left -= 1;
        }
        while self.left > 0 {
            self.begin()?;
            self.left = self.left.saturating_sub(self.numbers as u64);
        }
        Ok(self.at.min(self.bytes.len()))
    }

    fn width(&self) -> Result<u32, SelectError> {
        let width = self.bytes.get(self.widths + self.mini).copied().ok_or_else(broken)?;
        if width > 64 { Err(broken()) } else { Ok(u32::from(width)) }
    }

    /// Goes on to the next miniblock.
    fn begin(&mut self) -> Result<(), SelectError> {
        self.mini += 1;
        if self.mini >= self.minis {
            let mut thrift = Thrift::new(self.bytes.get(self.at..).ok_or_else(broken)?);
            self.min = unzigzag(thrift.varint()?);
            self.widths = self.bytes.len() - thrift.rest.len();
            self.at = self.widths + self.minis;
            self.mini = 0;
        }
        self.bit = self.at * 8;
        self.in_mini = self.numbers;
        self.at += self.numbers / 8 * self.width()? as usize;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_examples() {
        // 1 to 5: blocks of 128 in 4 miniblocks, all differences 1.
        let all = Bytes::from_static(&[128, 1, 4, 5, 2, 2, 0, 0, 0, 0, 9]);
        let mut deltas = Deltas::new(all, 0).unwrap();
        assert_eq!(deltas.clone().end().unwrap(), 10);
        assert_eq!((0..5).map(|_| deltas.next().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert!(deltas.next().is_err());
        // 7, 5, 3, 1, 2, 3, 4, 5: the least difference is -2, the others take two bits.
        let mut bytes = vec![128, 1, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111];
        bytes.resize(bytes.len() + 6, 0);
        let mut deltas = Deltas::new(bytes.into(), 0).unwrap();
        assert_eq!(deltas.clone().end().unwrap(), 18);
        assert_eq!((0..8).map(|_| deltas.next().unwrap()).collect::<Vec<_>>(), [7, 5, 3, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_cannot_be_is_told() {
        for head in [&[0_u8, 4, 5, 2][..], &[128, 1, 0, 5, 2], &[129, 1, 4, 5, 2], &[128, 1, 4], &[]] {
            assert!(Deltas::new(Bytes::copy_from_slice(head), 0).is_err());
        }
        // Wider than a number.
        let mut deltas = Deltas::new(Bytes::from_static(&[128, 1, 4, 5, 2, 2, 65, 0, 0, 0, 9]), 0).unwrap();
        assert!(deltas.clone().end().is_err());
        deltas.next().unwrap();
        assert!(deltas.next().is_err());
    }
}
