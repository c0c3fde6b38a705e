//! What the fuzz targets reach of blob files: headers, trailers and pages of the table as they are read from the disk.

use coldkeep_types::Id;

use super::format::{header, page_in_file, read_header, read_trailer, whole_bytes};
use crate::table::{BLOCK_BYTES, Page};
use crate::{Label, MAX_LABEL_BYTES};

/// Reads bytes as each part of a blob file; and a label that was written is read.
pub fn blob(data: &[u8]) {
    let id = Id::from_bytes([5; 16]);
    let _ = read_header(data, id);
    if let Ok(size) = read_trailer(data, id, data.len() as u64) {
        assert_eq!(whole_bytes(size), data.len() as u64);
    }
    let _ = Page::read(data.to_vec(), id, 0);
    if data.len() <= MAX_LABEL_BYTES {
        let label = Label(data.to_vec());
        assert_eq!(read_header(&header(id, &label), id), Ok(label));
    }
    if let Some((size, _)) = data.split_first_chunk() {
        // No blob is larger than 2^50 bytes.
        let size = u64::from_be_bytes(*size) >> 14;
        if let Some(last) = size.div_ceil(BLOCK_BYTES).checked_sub(1) {
            let (_, place) = page_in_file(last, size);
            assert!(place.start < place.end && place.end < whole_bytes(size));
        }
    }
}
