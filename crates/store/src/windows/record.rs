//! A window as it is written: ranges of numbers, ascending. Where they would be many, the narrowest gaps between them are taken along: to look at numbers that nobody left
//! costs a little, and does no harm.

use coldkeep_meta::Record;
use coldkeep_types::Id;
use minicbor::{Decode, Encode};

/// The most ranges of a record, some 8 KiB.
const MOST_RANGES: usize = 1024;

/// Numbers that may be open.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct WindowRecord {
    /// From the first number up to the second, which is not in it.
    #[n(0)]
    ranges: Vec<(u64, u64)>,
}

impl Record for WindowRecord {}

impl WindowRecord {
    /// Of ranges that ascend and do not meet but at their ends.
    pub fn of(ranges: Vec<(u64, u64)>) -> Self {
        let mut gap = 0;
        loop {
            let joined = joined(&ranges, gap);
            if joined.len() <= MOST_RANGES {
                return Self { ranges: joined };
            }
            gap = gap * 2 + 1;
        }
    }

    pub fn ranges(&self) -> &[(u64, u64)] {
        &self.ranges
    }

    /// All its numbers, ascending.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + Send + '_ {
        self.ranges.iter().flat_map(|(first, end)| *first..*end)
    }

    pub fn contains(&self, number: u64) -> bool {
        self.ranges.iter().any(|(first, end)| (*first..*end).contains(&number))
    }

    /// Whether the ranges ascend, and are of numbers that there can be.
    pub fn is_sound(&self) -> bool {
        let ends = self.ranges.iter().flat_map(|(first, end)| [*first, *end]);
        ends.is_sorted_by(|one, next| one < next) && self.ranges.last().is_none_or(|(_, end)| *end <= Id::NUMBERS)
    }
}

/// The ranges, without the gaps that are so narrow, and without those that are empty.
fn joined(ranges: &[(u64, u64)], gap: u64) -> Vec<(u64, u64)> {
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for (first, end) in ranges.iter().filter(|(first, end)| first < end) {
        match joined.last_mut() {
            Some(last) if *first <= last.1 + gap => last.1 = *end,
            _ => joined.push((*first, *end)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_meet_come_back_and_are_never_too_many() {
        let record = WindowRecord::of(vec![(3, 4), (4, 5), (7, 8), (9, 9), (10, 20)]);
        assert_eq!(record.ranges(), [(3, 5), (7, 8), (10, 20)]);
        assert_eq!(WindowRecord::from_value(&record.to_value()).unwrap(), record);
        assert_eq!(record.numbers().take(4).collect::<Vec<_>>(), [3, 4, 7, 10]);
        assert!(record.contains(7) && !record.contains(8) && !record.contains(20));
        let many: Vec<(u64, u64)> = (0..100_000).map(|number| (number * number, number * number + 1)).collect();
        let record = WindowRecord::of(many.clone());
        assert!(record.ranges().len() <= MOST_RANGES && record.is_sound());
        assert!(many.iter().step_by(97).all(|(number, _)| record.contains(*number)));
        assert!(record.to_value().len() < 20_000);
    }

    #[test]
    fn what_no_server_writes_is_not_sound() {
        for ranges in
            [vec![(2, 1)], vec![(1, 1)], vec![(1, 3), (2, 4)], vec![(5, 6), (1, 2)], vec![(0, Id::NUMBERS + 1)]]
        {
            assert!(!WindowRecord { ranges }.is_sound());
        }
        assert!(WindowRecord { ranges: vec![(0, 1), (2, Id::NUMBERS)] }.is_sound());
    }
}
