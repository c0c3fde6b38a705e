//! Ids of messages and of what has them: 16 bytes that begin with the time they were made, or UUIDs of nothing but chance.

use coldkeep_types::{Id, Timestamp};

/// A new id of this moment: 48 bits of milliseconds, then chance. Byte order is order of time.
#[expect(clippy::disallowed_methods, reason = "nobody may foresee ids")]
pub(crate) fn timed(now: Timestamp) -> Id {
    let mut bytes: [u8; 16] = rand::random();
    bytes[..6].copy_from_slice(&now.0.max(0).to_be_bytes()[2..]);
    Id::from_bytes(bytes)
}

/// When an id was made.
pub(crate) fn time_of(id: Id) -> i64 {
    let mut bytes = [0; 8];
    bytes[2..].copy_from_slice(&id.as_bytes()[..6]);
    i64::from_be_bytes(bytes)
}

/// An id as clients see it: in the form of a UUID.
pub(crate) fn uuid(id: Id) -> String {
    let hex = id.to_string();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A random UUID (RFC 9562, version 4).
#[expect(clippy::disallowed_methods, reason = "nobody may foresee ids")]
pub(crate) fn random() -> String {
    let mut bytes: [u8; 16] = rand::random();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    uuid(Id::from_bytes(bytes))
}

/// A secret that nobody guesses: 64 hexadecimal digits.
#[expect(clippy::disallowed_methods, reason = "nobody may foresee it")]
pub(crate) fn token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_tell_their_time_and_sort_by_it() {
        let (early, late) = (timed(Timestamp(1_700_000_000_000)), timed(Timestamp(1_700_000_000_001)));
        assert_eq!((time_of(early), time_of(late)), (1_700_000_000_000, 1_700_000_000_001));
        assert!(early < late);
    }
}
