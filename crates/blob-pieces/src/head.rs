//! The bytes of a head, format 1. Pure: no I/O. `docs/format/pieces.md` says the same in words.
//!
//! ```text
//! header   4,096 bytes   "CKHEAD\r\n", version, id, size, piece bytes, label, zeros, CRC
//! table    a CRC for each 64 KiB of data, in pages (`coldkeep_blob::table`)
//! data     of a blob that is one piece; of others it is in their pieces
//! ```
//!
//! What a head begins with is what a reader needs first. It has no trailer: objects are written whole, and the header says how long it is.

use coldkeep_blob::table::{BLOCK_BYTES, CRC_BYTES, PAGE_BYTES, PAGE_CRCS, Page, seal, table_bytes, u32_at, unseal};
use coldkeep_blob::{Label, MAX_LABEL_BYTES};
use coldkeep_types::Id;

use crate::names;

pub(crate) const HEADER_BYTES: usize = 4096;
const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"CKHEAD\r\n";
const LABEL_AT: usize = 8 + 4 + 16 + 8 + 4 + 4;
/// No blob is as large.
const TOO_LARGE: u64 = 1 << 50;

const _: () = assert!(LABEL_AT + MAX_LABEL_BYTES + CRC_BYTES <= HEADER_BYTES);

/// What the header of a head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The size of the blob.
    pub size: u64,
    /// The length of its pieces, but of the last: a multiple of 64 KiB.
    pub piece_bytes: u32,
    pub label: Label,
}

impl Head {
    /// The bytes of the header.
    pub fn to_bytes(&self, id: Id) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_be_bytes());
        bytes.extend_from_slice(id.as_bytes());
        bytes.extend_from_slice(&self.size.to_be_bytes());
        bytes.extend_from_slice(&self.piece_bytes.to_be_bytes());
        bytes.extend_from_slice(&(self.label.0.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&self.label.0);
        bytes.resize(HEADER_BYTES - CRC_BYTES, 0);
        seal(&mut bytes);
        bytes
    }

    /// Checks the header that a head begins with, or says what is wrong.
    pub fn read(bytes: &[u8], id: Id) -> Result<Self, String> {
        let body = bytes.get(..HEADER_BYTES).and_then(unseal);
        let body = body.ok_or("the header of its head is missing or fails its checksum")?;
        if !body.starts_with(MAGIC) {
            return Err("it does not begin like a head".into());
        }
        match u32_at(body, 8) {
            Some(VERSION) => {}
            version => return Err(format!("its format {version:?} is not known to this server")),
        }
        if body.get(12..28) != Some(id.as_bytes()) {
            return Err("its head is another blob's".into());
        }
        let strange = "its header makes no sense";
        let size = body.get(28..).and_then(<[u8]>::first_chunk).map(|size| u64::from_be_bytes(*size));
        let (piece_bytes, length) = (u32_at(body, 36).ok_or(strange)?, u32_at(body, 40).ok_or(strange)?);
        let label = body.get(LABEL_AT..LABEL_AT + (length as usize).min(HEADER_BYTES)).ok_or(strange)?;
        let size = size.filter(|size| *size < TOO_LARGE).ok_or(strange)?;
        if piece_bytes == 0 || !u64::from(piece_bytes).is_multiple_of(BLOCK_BYTES) {
            return Err(strange.into());
        }
        Ok(Self { size, piece_bytes, label: Label(label.to_vec()) })
    }

    /// How many pieces there are besides the head.
    pub fn pieces(&self) -> u64 {
        match self.size.div_ceil(self.piece_bytes.into()) {
            0 | 1 => 0,
            more => more,
        }
    }

    /// The names of its pieces.
    pub fn piece_names(&self, id: Id) -> Vec<String> {
        (0..self.pieces()).map(|number| names::piece(id, number)).collect()
    }

    /// The bytes of a piece.
    pub fn bytes_of(&self, piece: u64) -> u64 {
        (self.size - piece * u64::from(self.piece_bytes)).min(self.piece_bytes.into())
    }

    /// Where in the head the table ends and data begins, if it has any.
    pub fn data_at(&self) -> u64 {
        HEADER_BYTES as u64 + table_bytes(self.size)
    }

    /// The length of the head.
    pub fn bytes(&self) -> u64 {
        self.data_at() + if self.pieces() == 0 { self.size } else { 0 }
    }
}

/// The checksums of a blob, all of them, verified.
pub(crate) struct Table(Vec<Page>);

impl Table {
    /// Checks a table as it was read.
    pub fn read(bytes: &[u8], id: Id) -> Result<Self, String> {
        let pages = (0..).zip(bytes.chunks(PAGE_BYTES as usize));
        pages.map(|(number, page)| Page::read(page.to_vec(), id, number)).collect::<Result<_, _>>().map(Self)
    }

    /// The CRC of a block.
    pub fn crc(&self, block: u64) -> Option<u32> {
        self.0.get((block / PAGE_CRCS) as usize)?.crc(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_come_back_and_any_change_is_noticed() {
        let id = Id::from_bytes([9; 16]);
        for (size, label) in [(0, 0), (1, 1), (TOO_LARGE - 1, MAX_LABEL_BYTES)] {
            let head = Head { size, piece_bytes: 16 << 20, label: Label(vec![3; label]) };
            let bytes = head.to_bytes(id);
            assert_eq!(Head::read(&bytes, id), Ok(head));
            assert!(Head::read(&bytes, Id::from_bytes([8; 16])).is_err());
            assert!(Head::read(&bytes[1..], id).is_err());
            for place in (0..HEADER_BYTES).step_by(7) {
                let mut changed = bytes.clone();
                changed[place] ^= 1;
                assert!(Head::read(&changed, id).is_err(), "byte {place}");
            }
        }
        let strange = Head { size: 1, piece_bytes: 1000, label: Label::default() };
        assert!(Head::read(&strange.to_bytes(id), id).is_err());
    }

    #[test]
    fn a_blob_of_one_piece_is_its_head_alone() {
        let head = |size| Head { size, piece_bytes: 1 << 20, label: Label::default() };
        assert_eq!([0, 1, 1 << 20].map(|size| head(size).pieces()), [0; 3]);
        let two = head((1 << 20) + 1);
        assert_eq!((two.pieces(), two.bytes_of(0), two.bytes_of(1), two.bytes()), (2, 1 << 20, 1, two.data_at()));
        assert_eq!(head(100).bytes(), HEADER_BYTES as u64 + 8 + 100);
    }
}
