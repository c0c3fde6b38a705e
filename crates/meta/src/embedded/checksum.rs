//! The checksum of everything this engine writes: CRC-32C.

use crc_fast::{CrcAlgorithm, Digest, crc32_iscsi};

/// The CRC-32C of these bytes, one after another.
pub(super) fn crc32c(parts: &[&[u8]]) -> u32 {
    if let [whole] = parts {
        return crc32_iscsi(whole);
    }
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize() as u32
}
