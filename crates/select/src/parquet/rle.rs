//! Runs of small numbers, repeated or packed: levels, places in a dictionary, truths. "Run Length Encoding / Bit-Packing Hybrid" of the
//! format's page of encodings.

use bytes::Bytes;

use super::thrift::Thrift;
use crate::SelectError;

#[derive(Debug)]
pub(super) struct Rle {
    bytes: Bytes,
    at: usize,
    width: u32,
    /// Numbers that are left of the run.
    left: u64,
    run: Run,
}

#[derive(Debug)]
enum Run {
    Same(u32),
    /// The next number begins with this bit.
    Packed(usize),
}

impl Rle {
    /// Of numbers of so many bits, at most 32.
    pub fn new(bytes: Bytes, width: u32) -> Result<Self, SelectError> {
        match width <= 32 {
            true => Ok(Self { bytes, at: 0, width, left: 0, run: Run::Same(0) }),
            false => Err(SelectError::parquet("its runs are too wide")),
        }
    }

    pub fn next(&mut self) -> Result<u32, SelectError> {
        if self.width == 0 {
            return Ok(0);
        }
        while self.left == 0 {
            self.begin()?;
        }
        self.left -= 1;
        match &mut self.run {
            Run::Same(value) => Ok(*value),
            Run::Packed(bit) => {
                let value = bits(&self.bytes, *bit, self.width)? as u32;
                *bit += self.width as usize;
                Ok(value)
            }
        }
    }

    fn begin(&mut self) -> Result<(), SelectError> {
        let mut thrift = Thrift::new(&self.bytes[self.at..]);
        let head = thrift.varint()?;
        self.at = self.bytes.len() - thrift.rest.len();
        let width = self.width as usize;
        if head & 1 == 0 {
            self.left = head >> 1;
            self.run = Run::Same(bits(&self.bytes, self.at * 8, self.width.next_multiple_of(8))? as u32);
            self.at += width.div_ceil(8);
        } else {
            let packed = usize::try_from(head >> 1).ok().and_then(|eights| eights.checked_mul(width));
            let packed = packed.ok_or_else(ends)?;
            self.left = (head >> 1).saturating_mul(8);
            self.run = Run::Packed(self.at * 8);
            // The last one may be cut off where nothing stands in it.
            self.at = self.at.saturating_add(packed).min(self.bytes.len());
        }
        Ok(())
    }
}

fn ends() -> SelectError {
    SelectError::parquet("a page ends too early")
}

/// The number of so many bits, at most 64, that begins with this one.
pub(super) fn bits(bytes: &[u8], bit: usize, width: u32) -> Result<u64, SelectError> {
    let end = (bit + width as usize).div_ceil(8);
    let there = bytes.get(bit / 8..end).ok_or_else(ends)?;
    let gathered = there.iter().rev().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    Ok((gathered >> (bit % 8) & ((1 << width) - 1)) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formats_examples() {
        // The numbers 0 to 7, packed; then five times 4; then the end.
        let mut rle = Rle::new(Bytes::from_static(&[3, 0x88, 0xC6, 0xFA, 10, 4]), 3).unwrap();
        let read: Vec<u32> = (0..13).map(|_| rle.next().unwrap()).collect();
        assert_eq!(read, [0, 1, 2, 3, 4, 5, 6, 7, 4, 4, 4, 4, 4]);
        assert!(rle.next().is_err());
    }

    #[test]
    fn what_is_cut_off_is_told() {
        let mut rle = Rle::new(Bytes::from_static(&[5, 0x88, 0xC6]), 3).unwrap();
        assert_eq!((0..5).map(|_| rle.next().unwrap()).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        assert!(rle.next().is_err());
        assert!(Rle::new(Bytes::from_static(&[0xFF; 9]), 3).unwrap().next().is_err());
        assert!(Rle::new(Bytes::new(), 33).is_err());
    }
}
