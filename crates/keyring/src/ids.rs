//! Ids of keys, grants and key material.

use crate::secret;

/// A UUID of these bytes, as text.
pub(crate) fn uuid(bytes: [u8; 16]) -> String {
    let hex = hex::encode(bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A new key's id.
pub(crate) fn key(multi_region: bool) -> String {
    let mut bytes: [u8; 16] = secret::random();
    if multi_region {
        return format!("mrk-{}", hex::encode(bytes));
    }
    // A random UUID says so (RFC 9562, version 4).
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    uuid(bytes)
}

/// Whether a text may be a key's id.
pub(crate) fn is_key(id: &str) -> bool {
    let hex = |text: &str, digits: usize| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match id.strip_prefix("mrk-") {
        Some(rest) => hex(rest, 32),
        None => {
            let groups: Vec<&str> = id.split('-').collect();
            groups.len() == 5 && groups.iter().zip([8, 4, 4, 4, 12]).all(|(group, digits)| hex(group, digits))
        }
    }
}

/// A new id of a grant or of key material.
pub(crate) fn long() -> String {
    hex::encode(secret::random::<32>())
}
