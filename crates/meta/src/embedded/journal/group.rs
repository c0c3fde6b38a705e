//! The payload of a group: the records that its commits leave, one after another. A record is version (8 bytes), length of the
//! key (4), length of the value (4, all ones for a deletion), the record's own checksum (4), key, value; numbers big-endian.

use super::super::overlay::Slots;
use super::super::record::Slot;
use crate::Version;

const DELETED: u32 = u32::MAX;

/// Puts the payload of a group behind `buffer`.
pub fn encode(buffer: &mut Vec<u8>, slots: &Slots) {
    for (key, slot) in slots {
        buffer.extend_from_slice(&slot.version.0.to_be_bytes());
        buffer.extend_from_slice(&(key.len() as u32).to_be_bytes());
        buffer.extend_from_slice(&slot.value.as_ref().map_or(DELETED, |value| value.len() as u32).to_be_bytes());
        buffer.extend_from_slice(&slot.crc.to_be_bytes());
        buffer.extend_from_slice(key);
        buffer.extend_from_slice(slot.value.as_deref().unwrap_or_default());
    }
}

/// Reads a payload into `slots`, over what they have; `None` if it is malformed or a record does not fit its checksum.
pub fn decode(mut payload: &[u8], slots: &mut Slots) -> Option<()> {
    while !payload.is_empty() {
        let (version, rest) = payload.split_first_chunk()?;
        let (key_bytes, rest) = rest.split_first_chunk()?;
        let (value_bytes, rest) = rest.split_first_chunk()?;
        let (crc, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.split_at_checked(u32::from_be_bytes(*key_bytes) as usize)?;
        let (value, rest) = match u32::from_be_bytes(*value_bytes) {
            DELETED => (None, rest),
            bytes => {
                let (value, rest) = rest.split_at_checked(bytes as usize)?;
                (Some(value.to_vec()), rest)
            }
        };
        let version = Version(u64::from_be_bytes(*version));
        let slot = Slot { version, crc: u32::from_be_bytes(*crc), value };
        slot.value(key).ok()?;
        slots.insert(key.to_vec(), slot);
        payload = rest;
    }
    Some(())
}
