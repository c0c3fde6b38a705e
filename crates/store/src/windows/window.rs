//! The window of a run in one pool, in memory. Pure.

use std::collections::{BTreeMap, BTreeSet};

use tokio::time::Instant;

use super::{WindowRecord, WindowSizes};

/// Numbers of one run and pool.
pub(super) struct Window {
    /// So many are reserved at once.
    block: u64,
    /// The next to be taken.
    next: u64,
    /// Those before it are reserved.
    end: u64,
    open: BTreeSet<u64>,
    /// Since when nobody will name them.
    left: BTreeMap<u64, Instant>,
    has_ended: bool,
}

impl Window {
    /// One whose first block is durable.
    pub fn new(block: u64) -> Self {
        Self { block, next: 0, end: block, open: BTreeSet::new(), left: BTreeMap::new(), has_ended: false }
    }

    /// Takes a number, if one is reserved.
    pub fn take(&mut self) -> Option<u64> {
        if self.next >= self.end || self.has_ended {
            return None;
        }
        self.next += 1;
        self.open.insert(self.next - 1);
        Some(self.next - 1)
    }

    /// Whether more are to be reserved: half a block is used. None are once it has ended.
    pub fn is_low(&self) -> bool {
        !self.has_ended && self.end - self.next < self.block / 2
    }

    /// No number is taken any more.
    pub fn has_ended(&self) -> bool {
        self.has_ended
    }

    pub fn close(&mut self, number: u64) {
        self.open.remove(&number);
        self.left.remove(&number);
    }

    pub fn leave(&mut self, number: u64, now: Instant) {
        if self.open.remove(&number) {
            self.left.insert(number, now);
        }
    }

    /// Those that were left before then.
    pub fn left_before(&self, then: Instant) -> Vec<u64> {
        self.left.iter().filter(|(_, since)| **since <= then).map(|(number, _)| *number).collect()
    }

    /// The window as it is to be written, with a block more, and where it ends then.
    pub fn with_another_block(&self) -> (WindowRecord, u64) {
        let end = self.end + self.block;
        (self.record(end), end)
    }

    /// Numbers up to there are reserved, durably.
    pub fn reserved(&mut self, end: u64) {
        self.end = self.end.max(end);
    }

    /// Ends it: no number is taken any more, what is open is all that there is.
    pub fn end(&mut self) -> WindowRecord {
        self.has_ended = true;
        self.record(self.next)
    }

    fn record(&self, end: u64) -> WindowRecord {
        let mut numbers: Vec<u64> = self.open.iter().chain(self.left.keys()).copied().collect();
        numbers.sort_unstable();
        let ranges = numbers.into_iter().map(|number| (number, number + 1)).chain([(self.next, end)]);
        WindowRecord::of(ranges.collect())
    }

    pub fn sizes(&self) -> WindowSizes {
        let reserved = if self.has_ended { 0 } else { self.end - self.next };
        WindowSizes { open: self.open.len() as u64, left: self.left.len() as u64, reserved }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const BLOCK: u64 = 4096;

    #[test]
    fn a_window_that_is_used_up_gives_none_until_more_are_reserved() {
        let mut window = Window::new(2);
        assert_eq!((window.take(), window.is_low(), window.take(), window.is_low()), (Some(0), false, Some(1), true));
        assert_eq!(window.take(), None);
        let (record, end) = window.with_another_block();
        assert_eq!(numbers(&record), [0, 1, 2, 3]);
        window.reserved(end);
        assert_eq!(window.take(), Some(2));
    }

    fn numbers(record: &WindowRecord) -> Vec<u64> {
        record.numbers().collect()
    }

    #[test]
    fn a_window_is_what_is_open_and_what_is_reserved() {
        let mut window = Window::new(BLOCK);
        assert!(!window.is_low());
        let slow = window.take().unwrap();
        for taken in 1..10 * BLOCK {
            if window.is_low() {
                let (record, end) = window.with_another_block();
                assert!(record.ranges().len() <= 2 && numbers(&record).contains(&slow), "{record:?}");
                assert_eq!(numbers(&record).len() as u64, 1 + end - taken);
                window.reserved(end);
            }
            assert_eq!(window.take(), Some(taken));
            window.close(taken);
        }
        assert_eq!(window.sizes().open, 1);
        window.close(slow);
        assert_eq!(numbers(&window.end()), [0_u64; 0]);
        assert_eq!(window.take(), None);
    }

    #[test]
    fn what_is_left_stays_until_it_is_closed() {
        let mut window = Window::new(BLOCK);
        let [one, two, three] = [(); 3].map(|()| window.take().unwrap());
        let now = Instant::now();
        window.leave(two, now);
        // What is named already is not left.
        window.close(three);
        window.leave(three, now);
        assert_eq!(window.left_before(now), [two]);
        assert!(now.checked_sub(Duration::from_secs(1)).is_none_or(|before| window.left_before(before).is_empty()));
        assert_eq!(window.sizes(), WindowSizes { open: 1, left: 1, reserved: BLOCK - 3 });
        assert_eq!(numbers(&window.end()), [one, two]);
        window.close(two);
        assert_eq!(numbers(&window.end()), [one]);
    }
}
