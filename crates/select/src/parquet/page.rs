//! Pages: their headers, and what they hold once it is unpacked, which is never more than a header said and [`MAX_PAGE_BYTES`] allow.

use std::io::Read;

use bytes::Bytes;

use super::kind::Physical;
use super::rle::Rle;
use super::thrift::{FALSE, I32, STRUCT, Thrift};
use super::values::{Values, sized};
use crate::SelectError;

/// The largest page, unpacked.
pub(super) const MAX_PAGE_BYTES: u64 = 16 << 20;

/// The header of a page.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub kind: PageKind,
    pub unpacked_bytes: u64,
    /// As they lie in the object, after the header.
    pub packed_bytes: u64,
    /// Values, with those that are absent.
    pub count: u64,
    encoding: i64,
    /// Bytes of levels, which are not packed: of pages of the second version.
    levels: Option<(u64, u64)>,
    plain: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    Dictionary,
    /// An index, or what is not known: it is passed over.
    #[default]
    Other,
}

/// A page of data.
#[derive(Debug)]
pub(super) struct Page {
    pub reps: Option<Rle>,
    pub defs: Option<Rle>,
    pub values: Values,
    /// Values that are left, with those that are absent.
    pub left: u64,
    /// What it holds, in bytes.
    pub held: usize,
}

impl Header {
    /// Reads one, and tells its length.
    pub fn read(bytes: &[u8]) -> Result<(Self, usize), SelectError> {
        let mut header = Self::default();
        let mut thrift = Thrift::new(bytes);
        thrift.fields(|thrift, id, kind| {
            match (id, kind) {
                (1, I32) => {
                    header.kind = match thrift.int()? {
                        0 | 3 => PageKind::Data,
                        2 => PageKind::Dictionary,
                        _ => PageKind::Other,
                    }
                }
                (2, I32) => header.unpacked_bytes = thrift.size()?,
                (3, I32) => header.packed_bytes = thrift.size()?,
                (5 | 7, STRUCT) => thrift.fields(|thrift, id, kind| {
                    match (id, kind) {
                        (1, I32) => header.count = thrift.size()?,
                        (2, I32) => header.encoding = thrift.int()?,
                        // `BIT_PACKED`, which the format has deprecated.
                        (3 | 4, I32) => match thrift.int()? {
                            3 => {}
                            _ => return Err(SelectError::parquet("levels are of an encoding that is deprecated")),
                        },
                        _ => return Ok(false),
                    }
                    Ok(true)
                })?,
                (8, STRUCT) => {
                    let (mut defs, mut reps) = (0, 0);
                    thrift.fields(|thrift, id, kind| {
                        match (id, kind) {
                            (1, I32) => header.count = thrift.size()?,
                            (4, I32) => header.encoding = thrift.int()?,
                            (5, I32) => defs = thrift.size()?,
                            (6, I32) => reps = thrift.size()?,
                            (7, FALSE) => header.plain = true,
                            _ => return Ok(false),
                        }
                        Ok(true)
                    })?;
                    header.levels = Some((reps, defs));
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let length = bytes.len() - thrift.rest.len();
        Ok((header, length))
    }

    /// What a page holds: levels are as they are where they are not packed.
    pub fn unpack(&self, packed: Bytes, codec: i64) -> Result<Bytes, SelectError> {
        let levels = self.levels.map_or(0, |(reps, defs)| reps.saturating_add(defs));
        if codec == 0 || self.plain || levels > self.unpacked_bytes || levels > packed.len() as u64 {
            return match packed.len() as u64 == self.unpacked_bytes {
                true => Ok(packed),
                false => Err(lengths()),
            };
        }
        let (levels, packed) = packed.split_at(levels as usize);
        let wanted = self.unpacked_bytes as usize;
        let mut bytes = vec![0; wanted];
        bytes[..levels.len()].copy_from_slice(levels);
        let room = &mut bytes[levels.len()..];
        let filled = match (room.len(), codec) {
            (0, _) => true,
            (_, 1) => snap::raw::Decoder::new().decompress(packed, room).is_ok_and(|length| length == room.len()),
            (_, 2) => {
                let mut unpacked = flate2::bufread::MultiGzDecoder::new(packed);
                unpacked.read_exact(room).is_ok() && unpacked.read(&mut [0]).is_ok_and(|more| more == 0)
            }
            _ => {
                let message = "The specified Parquet compression codec is not supported: only GZIP and Snappy are.";
                return Err(SelectError::new("ParquetUnsupportedCompressionCodec", message));
            }
        };
        if filled { Ok(bytes.into()) } else { Err(lengths()) }
    }

    /// A page of data, whose levels are at most these.
    pub fn page(&self, bytes: Bytes, (rep, def): (u32, u32), physical: Physical) -> Result<Page, SelectError> {
        let held = bytes.len();
        let levels = |bytes, most: u32| Rle::new(bytes, u32::BITS - most.leading_zeros());
        let (reps, defs, bytes) = match self.levels {
            Some((reps, defs)) => {
                let end = reps.saturating_add(defs);
                if end > held as u64 {
                    return Err(lengths());
                }
                let (reps, end) = (reps as usize, end as usize);
                (bytes.slice(..reps), bytes.slice(reps..end), bytes.slice(end..))
            }
            None => {
                let next = |bytes: Bytes, most| if most > 0 { sized(&bytes) } else { Ok((Bytes::new(), bytes)) };
                let (reps, bytes) = next(bytes, rep)?;
                let (defs, bytes) = next(bytes, def)?;
                (reps, defs, bytes)
            }
        };
        let reps = (rep > 0).then(|| levels(reps, rep)).transpose()?;
        let defs = (def > 0).then(|| levels(defs, def)).transpose()?;
        // Where all are absent, there may be no values at all.
        let (bytes, encoding) = if bytes.is_empty() { (bytes, 0) } else { (bytes, self.encoding) };
        Ok(Page { reps, defs, values: Values::new(bytes, encoding, physical)?, left: self.count, held })
    }
}

fn lengths() -> SelectError {
    SelectError::parquet("a page has not the length that it says, or cannot be unpacked")
}
