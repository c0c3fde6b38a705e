//! The index of a content made of parts: from an offset, by binary search, or a position to a part.

use crate::records::{IndexRecord, Run};

/// Where an offset falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The part's index.
    pub part: u32,
    /// The offset of the part's first byte in the whole.
    pub start: u64,
    /// The part's size.
    pub bytes: u64,
}

/// An index, unfolded for searching.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Each run with the offset of its first byte.
    runs: Vec<(u64, Run)>,
    bytes: u64,
}

impl IndexRecord {
    /// Notes the next part.
    pub fn push(&mut self, part: u32, bytes: u64) {
        match self.runs.last_mut() {
            Some(run) if run.bytes == bytes && run.first + run.count == part => run.count += 1,
            _ => self.runs.push(Run { first: part, count: 1, bytes }),
        }
    }
}

impl Index {
    pub fn new(record: IndexRecord) -> Self {
        let mut bytes = 0;
        let place = |run: Run| {
            let start = bytes;
            bytes += u64::from(run.count) * run.bytes;
            (start, run)
        };
        let runs = record.runs.into_iter().map(place).collect();
        Self { runs, bytes }
    }

    /// The size of the whole.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The part that holds the byte at `offset`, if there is such a byte.
    pub fn locate(&self, offset: u64) -> Option<Place> {
        if offset >= self.bytes {
            return None;
        }
        // The last run that starts at or before the offset holds it: empty runs end where the next one starts.
        let (start, run) = self.runs[self.runs.partition_point(|(start, _)| *start <= offset) - 1];
        let nth = (offset - start) / run.bytes;
        Some(Place { part: run.first + nth as u32, start: start + nth * run.bytes, bytes: run.bytes })
    }

    /// The part at a position, counted from 0.
    pub fn nth(&self, position: u32) -> Option<Place> {
        let mut left = position;
        for (start, run) in &self.runs {
            if left < run.count {
                let start = start + u64::from(left) * run.bytes;
                return Some(Place { part: run.first + left, start, bytes: run.bytes });
            }
            left -= run.count;
        }
        None
    }

    /// All parts in order, with their sizes.
    pub fn parts(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        self.runs.iter().flat_map(|(_, run)| (0..run.count).map(|nth| (run.first + nth, run.bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_walking(sizes in prop::collection::vec((1u32..4, 1u64..4), 1..60)) {
            let (mut record, mut number, mut offset, mut walked) = (IndexRecord::default(), 0, 0, Vec::new());
            for (step, bytes) in sizes {
                number += step;
                record.push(number, bytes);
                walked.push((number, offset, bytes));
                offset += bytes;
            }
            let index = Index::new(record);
            prop_assert_eq!(index.bytes(), offset);
            prop_assert_eq!(index.locate(offset), None);
            prop_assert_eq!(index.parts().collect::<Vec<_>>(), walked.iter().map(|(n, _, b)| (*n, *b)).collect::<Vec<_>>());
            for (position, (part, start, bytes)) in walked.iter().enumerate() {
                let place = Place { part: *part, start: *start, bytes: *bytes };
                prop_assert_eq!(index.nth(position as u32), Some(place));
                for at in *start..start + bytes {
                    prop_assert_eq!(index.locate(at), Some(Place { part: *part, start: *start, bytes: *bytes }));
                }
            }
            prop_assert_eq!(index.nth(walked.len() as u32), None);
        }
    }

    #[test]
    fn equal_parts_make_one_run() {
        let mut record = IndexRecord::default();
        (1..=10_000).for_each(|number| record.push(number, 5 << 20));
        assert_eq!(record.runs.len(), 1);
        assert_eq!(Index::new(record).bytes(), 10_000 * (5 << 20));
    }
}
