//! The bytes of a blob file, format 1. Pure: no I/O.
//!
//! ```text
//! header   4,096 bytes   "CKBLOB\r\n", version, id, label, zeros, CRC
//! data     size bytes
//! table    a CRC for each 64 KiB of data, in pages (`table.rs`)
//! trailer  48 bytes      "CKTAIL\r\n", id, size, zeros, CRC
//! ```
//!
//! Integers are big-endian, CRCs are CRC-32C. A file is whole exactly if its trailer is and its length is the one that the
//! trailer's size makes. Every byte of a file is covered by some CRC.

use std::ops::Range;

use coldkeep_types::Id;

use crate::table::{CRC_BYTES, Checksums, page_of_block, seal, table_bytes, u32_at, unseal};
use crate::{Label, MAX_LABEL_BYTES};

pub(super) const HEADER_BYTES: usize = 4096;
pub(super) const TRAILER_BYTES: usize = 48;
const VERSION: u32 = 1;
const HEADER_MAGIC: &[u8; 8] = b"CKBLOB\r\n";
const TRAILER_MAGIC: &[u8; 8] = b"CKTAIL\r\n";
const LABEL_AT: usize = 8 + 4 + 16 + 4;

const _: () = assert!(LABEL_AT + MAX_LABEL_BYTES + CRC_BYTES <= HEADER_BYTES);

/// The header of a blob.
pub(super) fn header(id: Id, label: &Label) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_BYTES);
    bytes.extend_from_slice(HEADER_MAGIC);
    bytes.extend_from_slice(&VERSION.to_be_bytes());
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&(label.0.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&label.0);
    bytes.resize(HEADER_BYTES - CRC_BYTES, 0);
    seal(&mut bytes);
    bytes
}

/// Checks a header; returns the label, or what is wrong.
pub(super) fn read_header(bytes: &[u8], id: Id) -> Result<Label, String> {
    let body =
        unseal(bytes).filter(|_| bytes.len() == HEADER_BYTES).ok_or("its header is missing or fails its checksum")?;
    if !body.starts_with(HEADER_MAGIC) {
        return Err("it does not begin like a blob".into());
    }
    match u32_at(body, 8) {
        Some(VERSION) => {}
        version => return Err(format!("its format {version:?} is not known to this server")),
    }
    if body.get(12..28) != Some(id.as_bytes()) {
        return Err("it holds another blob".into());
    }
    let label = u32_at(body, 28).and_then(|length| body.get(LABEL_AT..)?.get(..length as usize));
    Ok(Label(label.ok_or("its label is too long")?.to_vec()))
}

fn trailer(id: Id, size: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(TRAILER_BYTES);
    bytes.extend_from_slice(TRAILER_MAGIC);
    bytes.extend_from_slice(id.as_bytes());
    bytes.extend_from_slice(&size.to_be_bytes());
    bytes.resize(TRAILER_BYTES - CRC_BYTES, 0);
    seal(&mut bytes);
    bytes
}

/// Checks a trailer and the length of the file that it ends; returns the size of the data.
pub(super) fn read_trailer(bytes: &[u8], id: Id, file_bytes: u64) -> Result<u64, String> {
    let unfinished = "it was never finished, or its end is lost";
    let body = unseal(bytes).filter(|_| bytes.len() == TRAILER_BYTES).ok_or(unfinished)?;
    if !body.starts_with(TRAILER_MAGIC) {
        return Err(unfinished.into());
    }
    if body.get(8..24) != Some(id.as_bytes()) {
        return Err("its trailer is another blob's".into());
    }
    let size = body.get(24..).and_then(<[u8]>::first_chunk).map(|size| u64::from_be_bytes(*size));
    size.filter(|&size| size < file_bytes && whole_bytes(size) == file_bytes)
        .ok_or_else(|| format!("it has {file_bytes} bytes, which does not fit the size in its trailer"))
}

/// What comes after the data: table and trailer.
pub(super) fn tail(id: Id, checksums: Checksums) -> Vec<u8> {
    let size = checksums.size();
    let mut tail = checksums.finish();
    tail.extend_from_slice(&trailer(id, size));
    tail
}

/// The length of the whole file of a blob whose data has this size (below 2^60).
pub(super) fn whole_bytes(size: u64) -> u64 {
    HEADER_BYTES as u64 + size + table_bytes(size) + TRAILER_BYTES as u64
}

/// The page of the table that holds a block's CRC, and where that page is in the file.
pub(super) fn page_in_file(block: u64, size: u64) -> (u64, Range<u64>) {
    let (page, place) = page_of_block(block, size);
    let table = HEADER_BYTES as u64 + size;
    (page, table + place.start..table + place.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_fit_one_length() {
        let id = Id::from_bytes([7; 16]);
        for size in [0, 1, 65_536, 65_537] {
            let mut sums = Checksums::new(id);
            sums.update(&vec![1; size as usize]);
            let tail = tail(id, sums);
            assert_eq!(HEADER_BYTES as u64 + size + tail.len() as u64, whole_bytes(size));
            let trailer = &tail[tail.len() - TRAILER_BYTES..];
            assert_eq!(read_trailer(trailer, id, whole_bytes(size)), Ok(size));
            assert!(read_trailer(trailer, id, whole_bytes(size) + 1).is_err());
        }
    }

    #[test]
    fn headers_keep_their_label() {
        let id = Id::from_bytes([9; 16]);
        for length in [0, 1, MAX_LABEL_BYTES] {
            let label = Label(vec![3; length]);
            assert_eq!(read_header(&header(id, &label), id), Ok(label));
        }
        assert!(read_header(&header(id, &Label::default()), Id::from_bytes([8; 16])).is_err());
    }
}
