//! What clients know: of each key what it may be, and of each archive whether it was acknowledged.
//!
//! What was acknowledged is. What was answered with an error, or not at all, is as before or as it was asked for, and its key is not written again: the
//! request may still come to be. Whatever else is read is a fault.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use crate::bench::connection::Response;
use crate::bench::payload;

/// A slice of the payload: no two of one run are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    from: usize,
    bytes: usize,
}

impl Body {
    /// The body of a number; parts of others begin elsewhere.
    pub fn nth(number: usize, bytes: usize) -> Self {
        // A prime apart, so that they do not come to begin at one place again for long.
        Self { from: number * 104_729 % (payload::MAX_BYTES - bytes), bytes }
    }

    /// Its bytes.
    pub fn bytes(self) -> &'static [u8] {
        &payload::bytes(payload::MAX_BYTES)[self.from..self.from + self.bytes]
    }
}

/// What one key may be; `None`: absent.
type May = Vec<Option<Body>>;

/// What all clients know.
#[derive(Default)]
pub struct Ledger {
    keys: Mutex<BTreeMap<String, May>>,
    archives: Mutex<(Vec<String>, u64)>,
    faults: Mutex<Vec<String>>,
    acknowledged: [Mutex<Vec<Instant>>; 2],
}

impl Ledger {
    /// A request is about to be sent that makes a key this.
    pub fn may_become(&self, key: &str, body: Option<Body>) {
        let mut keys = lock(&self.keys);
        let may = keys.entry(key.to_owned()).or_insert_with(|| vec![None]);
        may.push(body);
    }

    /// It was acknowledged by a server.
    pub fn is(&self, key: &str, body: Option<Body>, by: usize) {
        lock(&self.keys).insert(key.to_owned(), vec![body]);
        lock(&self.acknowledged[by]).push(Instant::now());
    }

    /// Nothing came of it: nobody was reached.
    pub fn is_not(&self, key: &str) {
        if let Some(may) = lock(&self.keys).get_mut(key) {
            may.pop();
        }
    }

    /// Compares what was read with what may be; whether it said anything.
    pub fn judge(&self, key: &str, answer: &Response) -> bool {
        let may = lock(&self.keys).get(key).cloned().unwrap_or_default();
        let fits = match answer.status {
            200 => may.iter().flatten().any(|body| body.bytes() == answer.body),
            404 => may.contains(&None),
            _ => return false,
        };
        if !fits {
            let known: Vec<_> = may.iter().map(|body| body.map(|body| body.bytes)).collect();
            let (status, bytes) = (answer.status, answer.body.len());
            self.fault(format!("{key} is {status} with {bytes} bytes, and may be one of {known:?}"));
        }
        true
    }

    /// Remembers an archive that was acknowledged.
    pub fn archive(&self, id: Option<String>) {
        let mut archives = lock(&self.archives);
        match id {
            Some(id) => archives.0.push(id),
            None => archives.1 += 1,
        }
    }

    /// The archives that were acknowledged, and how many may be there besides.
    pub fn archives(&self) -> (Vec<String>, u64) {
        lock(&self.archives).clone()
    }

    /// Remembers what must not be.
    pub fn fault(&self, what: String) {
        eprintln!("  FAULT: {what}");
        lock(&self.faults).push(what);
    }

    /// What must not be, and is.
    pub fn faults(&self) -> Vec<String> {
        lock(&self.faults).clone()
    }

    /// All keys.
    pub fn keys(&self) -> Vec<String> {
        lock(&self.keys).keys().cloned().collect()
    }

    /// When a server first acknowledged something after a moment.
    pub fn first_after(&self, by: usize, moment: Instant) -> Option<Instant> {
        lock(&self.acknowledged[by]).iter().copied().find(|at| *at > moment)
    }

    /// How much was acknowledged, by each server.
    pub fn acknowledged(&self) -> [usize; 2] {
        [0, 1].map(|by| lock(&self.acknowledged[by]).len())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("no holder panics")
}
