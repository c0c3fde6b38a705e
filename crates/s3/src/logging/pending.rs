//! Lines that wait to be delivered, in memory: of each bucket and day together, all together bounded.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use coldkeep_types::BucketName;
use parking_lot::Mutex;

/// 16 MiB: some forty thousand lines.
const MAX_BYTES: usize = 16 << 20;

/// Whose lines they are, and of which day, as days since 1970.
pub(crate) type Of = (BucketName, i64);

/// What waits. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Pending(Arc<State>);

#[derive(Default)]
struct State {
    lines: Mutex<Lines>,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Lines {
    bytes: usize,
    of: BTreeMap<Of, String>,
}

impl Pending {
    /// Adds lines. Where there is no room any more they are dropped, and the log says how many were.
    pub fn add(&self, of: Of, text: &str) {
        let mut lines = self.0.lines.lock();
        if lines.bytes + text.len() > MAX_BYTES {
            drop(lines);
            let dropped = self.0.dropped.fetch_add(1, Ordering::Relaxed) + 1;
            if dropped.is_power_of_two() {
                tracing::warn!(dropped, "lines of buckets' access logs were dropped: too many wait to be delivered");
            }
            return;
        }
        lines.bytes += text.len();
        lines.of.entry(of).or_default().push_str(text);
    }

    /// Takes all there are.
    pub fn take(&self) -> Taken {
        Taken { pending: self.clone(), left: std::mem::take(&mut *self.0.lines.lock()).of }
    }
}

/// What was taken. What is left when it is dropped waits again.
pub(crate) struct Taken {
    pending: Pending,
    pub left: BTreeMap<Of, String>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        std::mem::take(&mut self.left).into_iter().for_each(|(of, lines)| self.pending.add(of, &lines));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_wait_by_bucket_and_day_and_are_bounded() {
        let (pending, of) = (Pending::default(), |name, day| (BucketName::parse(name).unwrap(), day));
        pending.add(of("one", 1), "a\n");
        pending.add(of("one", 1), "b\n");
        pending.add(of("one", 2), "c\n");
        pending.add(of("two", 1), &"x".repeat(MAX_BYTES));
        let mut taken = pending.take();
        assert_eq!(taken.left.values().collect::<Vec<_>>(), ["a\nb\n", "c\n"]);
        taken.left.pop_first();
        drop(taken);
        let mut again = pending.take();
        assert_eq!(std::mem::take(&mut again.left).into_values().collect::<Vec<_>>(), ["c\n"]);
        pending.add(of("two", 1), &"x".repeat(MAX_BYTES));
        assert_eq!(pending.take().left.len(), 1);
    }
}
