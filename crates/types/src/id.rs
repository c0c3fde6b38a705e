//! Identifiers for everything that is stored: blobs, uploads, contents, archives, jobs.
//!
//! An [`Id`] is 16 bytes, unique for the life of a store, and sorts by the time it was made:
//! 6 bits that are zero, 42 bits of milliseconds, 24 bits of the server's start number (its epoch), 24 bits of a
//! counter and 32 random bits. Byte order is age order, so listings in id order are listings
//! in order of initiation, which is what ListMultipartUploads promises.
//!
//! The milliseconds are those since [`START_MS`], 2^40 of them after 1970: the first ids were made of 40 bits, which is the same until 2^41, in September 2039.
//! 42 bits last until the year 2144; what is made from then on has the last of these times, and is told apart by counter and chance alone.
//!
//! In ids of blobs the upper 6 bits are the number of the pool that the blob lies in, so such ids sort by pool first.
//!
//! Where several servers share a store, blobs are numbered instead ([`Id::numbered`]): the 42 bits below the pool are a number from 0 on, the counter is
//! zero, and the last 32 bits follow from the rest and the store's secret. So all ids of a run can be computed, and none is taken for one that has
//! a time, which is larger than any such number.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Clock, Timestamp};

/// Sixteen bytes that name one stored thing for ever. Byte order is order of creation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id([u8; 16]);

impl Id {
    /// The id with exactly these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The id in a slice of exactly 16 bytes; `None` for any other length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 16 bytes, in sorting order.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The start number of the server that made this id (24 bits).
    pub fn epoch(&self) -> u32 {
        u32::from_be_bytes([0, self.0[6], self.0[7], self.0[8]])
    }

    /// The highest number a pool can have.
    pub const MAX_POOL: u8 = 63;

    /// The pool that the blob of this id lies in; 0 is the default.
    pub const fn pool(&self) -> u8 {
        self.0[0] >> 2
    }

    /// The same id in the pool of this number, at most [`Id::MAX_POOL`].
    pub const fn in_pool(mut self, pool: u8) -> Self {
        assert!(pool <= Self::MAX_POOL, "pools are numbered up to 63");
        self.0[0] = self.0[0] & 3 | pool << 2;
        self
    }

    /// Numbers of ids are below this: enough for ten thousand blobs a second for most of a year, and less than any time that ids of today carry.
    pub const NUMBERS: u64 = 1 << 38;

    /// The id of this number, below [`Id::NUMBERS`], of a run and a pool. `check` gives its last four bytes from those before them.
    pub fn numbered(number: u64, epoch: u32, pool: u8, check: impl FnOnce(&[u8]) -> [u8; 4]) -> Self {
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&number.to_be_bytes()[2..]);
        bytes[6..9].copy_from_slice(&epoch.to_be_bytes()[1..]);
        let mut id = Self(bytes).in_pool(pool);
        let last = check(&id.0[..12]);
        id.0[12..].copy_from_slice(&last);
        id
    }

    /// The number of an id that was made by [`Id::numbered`]; of another one, what is where it would be.
    pub fn number(&self) -> u64 {
        let mut number = [0; 8];
        number[2..].copy_from_slice(&self.0[..6]);
        number[2] &= 3;
        u64::from_be_bytes(number)
    }

    /// The id from 32 lower-case hexadecimal digits; `None` if it is anything else.
    pub fn parse_hex(text: &str) -> Option<Self> {
        if text.len() != 32 {
            return None;
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Self(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(hex::Buffer::<16>::new().format(&self.0))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl<C> minicbor::Encode<C> for Id {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.bytes(&self.0)?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Id {
    fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::from_slice(decoder.bytes()?).ok_or_else(|| minicbor::decode::Error::message("an id is 16 bytes"))
    }
}

/// Makes [`Id`]s for one run of a server, never the same twice and never going back in time.
pub struct IdGenerator {
    epoch: u32,
    /// Milliseconds in the upper 42 bits, counter in the lower 22: never decreases.
    last: AtomicU64,
}

const COUNTER_BITS: u32 = 22;
/// The time that ids count from, 2004-11-03T19:53:47.776Z, in milliseconds since 1970.
const START_MS: i64 = 1 << 40;
/// The last time that ids can carry.
const LAST_MS: i64 = (1 << 42) - 1;

impl IdGenerator {
    /// A generator for the server run with this start number, of which 24 bits are kept.
    pub fn new(epoch: u32) -> Self {
        Self { epoch, last: AtomicU64::new(0) }
    }

    /// The start number given to [`IdGenerator::new`].
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// From here on all ids come after this one, whatever the clock says.
    pub fn pass(&self, id: Id) {
        let counter = u32::from_be_bytes([0, id.0[9], id.0[10], id.0[11]]);
        // An id of a later run comes after all of this run's in its millisecond.
        let least = if id.epoch() > self.epoch { (1 << COUNTER_BITS) - 1 } else { 0 };
        // A counter may have had two bits more: then this is a little later.
        let ordinal = (id.number() << COUNTER_BITS).saturating_add(u64::from(counter).max(least));
        self.last.fetch_max(ordinal, Ordering::Relaxed);
    }

    /// The next id. If the clock went back, ids go on from the latest time seen.
    pub fn next(&self, clock: &dyn Clock) -> Id {
        let Timestamp(now) = clock.now();
        let floor = (now.saturating_sub(START_MS).clamp(0, LAST_MS) as u64) << COUNTER_BITS;
        let step = |last: u64| if last < floor { floor } else { last.saturating_add(1) };
        let ordinal = match self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(step(last))) {
            Ok(previous) | Err(previous) => step(previous),
        };
        let mut bytes = [0; 16];
        // A counter that overflows its bits borrows from the next millisecond: still unique.
        bytes[..6].copy_from_slice(&(ordinal >> COUNTER_BITS).to_be_bytes()[2..]);
        bytes[6..9].copy_from_slice(&self.epoch.to_be_bytes()[1..]);
        bytes[9..12].copy_from_slice(&((ordinal & ((1 << COUNTER_BITS) - 1)) as u32).to_be_bytes()[1..]);
        bytes[12..].copy_from_slice(&clock.random_u32().to_be_bytes());
        Id(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemClock;

    #[test]
    fn ids_rise_and_round_trip() {
        let ids = IdGenerator::new(7);
        let made: Vec<Id> = (0..10_000).map(|_| ids.next(&SystemClock)).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.epoch() == 7 && Id::parse_hex(&id.to_string()) == Some(*id)));
    }

    /// A clock that is an hour ahead.
    struct Ahead;

    impl Clock for Ahead {
        fn now(&self) -> Timestamp {
            SystemClock.now().plus_millis(3_600_000)
        }

        fn random_u32(&self) -> u32 {
            0
        }
    }

    /// A clock that stands still.
    struct At(i64);

    impl Clock for At {
        fn now(&self) -> Timestamp {
            Timestamp(self.0)
        }

        fn random_u32(&self) -> u32 {
            0
        }
    }

    #[test]
    fn ids_come_after_those_that_were_passed() {
        let far = IdGenerator::new(7).next(&Ahead);
        for epoch in [7, 8] {
            let ids = IdGenerator::new(epoch);
            assert!(ids.next(&SystemClock) < far);
            ids.pass(far);
            ids.pass(Id::from_bytes([0; 16]));
            assert!(ids.next(&SystemClock) > far);
        }
    }

    /// The year 2039 is where the 41st bit of the time since 1970 is not enough any more, and 2144 where ours are not.
    #[test]
    fn ids_rise_beyond_2039_and_carry_the_times_they_always_did() {
        let of = |now, epoch| IdGenerator::new(epoch).next(&At(now));
        // As an id of 2026-11-30 was made when there were 40 bits.
        let before = of(1_796_032_800_123, 7);
        assert_eq!(before.as_bytes()[..6], [0, 0xa2, 0x2b, 0xe5, 0xa5, 0x7b]);
        assert_eq!(before.number(), 1_796_032_800_123 & ((1 << 40) - 1));
        let wraps = 1_i64 << 41;
        assert_eq!(Timestamp(wraps).iso_seconds(), "2039-09-07T15:47:35Z");
        // Each of a run of its own, whose generator has seen nothing.
        let times = [1_796_032_800_123, wraps - 1, wraps, wraps + 1, 4_000_000_000_000, START_MS + LAST_MS];
        let ids: Vec<Id> = times.iter().zip(1..).map(|(now, epoch)| of(*now, epoch)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next), "{ids:?}");
        assert!(ids.iter().all(|id| id.pool() == 0), "{ids:?}");
        // Whichever run the one before is of; but beyond the last time there is none.
        for (passed, now) in ids.iter().zip(times).take(5) {
            for epoch in [1, 100] {
                let generator = IdGenerator::new(epoch);
                generator.pass(*passed);
                assert!(generator.next(&At(now - 1000)) > *passed, "{passed}");
            }
        }
        // Before and after all times: no pool, and none comes twice.
        for now in [i64::MIN, 0, START_MS + LAST_MS + 1, i64::MAX] {
            let generator = IdGenerator::new(1);
            let [one, next] = [(); 2].map(|()| generator.next(&At(now)));
            assert!(one < next && next.pool() == 0, "{one} {next}");
        }
    }

    #[test]
    fn a_pool_changes_nothing_else_of_an_id() {
        let id = IdGenerator::new(7).next(&SystemClock);
        let moved = id.in_pool(Id::MAX_POOL);
        assert_eq!((id.pool(), moved.pool(), moved.epoch(), moved.in_pool(0)), (0, 63, 7, id));
    }

    #[test]
    fn numbered_ids_say_what_they_are_made_of_and_come_before_those_with_a_time() {
        let now = IdGenerator::new(7).next(&SystemClock);
        let numbers = [0, 1, 4096, Id::NUMBERS - 1];
        for pool in [0, 1, Id::MAX_POOL] {
            let ids =
                numbers.map(|number| Id::numbered(number, 7, pool, |rest| [rest[0], rest[8], rest.len() as u8, 9]));
            for (id, number) in ids.iter().zip(numbers) {
                assert_eq!((id.number(), id.epoch(), id.pool()), (number, 7, pool), "{id}");
                assert_eq!(id.as_bytes()[8..], [7, 0, 0, 0, id.as_bytes()[0], 7, 12, 9], "{id}");
                assert!(*id < now.in_pool(pool));
            }
            assert!(ids.is_sorted());
        }
    }

    #[test]
    fn only_lower_case_hex_of_32_digits_parses() {
        for bad in ["", "0", "0123456789ABCDEF0123456789ABCDEF", "0123456789abcdef0123456789abcdeg", &"0".repeat(33)] {
            assert_eq!(Id::parse_hex(bad), None, "{bad}");
        }
    }
}
