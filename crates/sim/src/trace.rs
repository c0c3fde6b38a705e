//! What happened, in order: every disk operation and every answer, as a hash of all and as lines of the last.

use std::collections::VecDeque;
use std::fmt::Write as _;

use coldkeep_disk::simulated::{Operation, Watch};
use parking_lot::Mutex;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Lines that a failure shows.
const LAST_LINES: usize = 60;

/// The trace of one run.
pub struct Trace(Mutex<State>);

struct State {
    hash: Xxh3,
    lines: VecDeque<String>,
    answers: u64,
    is_printed: bool,
}

impl Trace {
    /// An empty trace; `is_printed` has every line printed as it comes.
    pub fn new(is_printed: bool) -> Self {
        let lines = VecDeque::with_capacity(LAST_LINES + 1);
        Self(Mutex::new(State { hash: Xxh3::new(), lines, answers: 0, is_printed }))
    }

    /// Something that a client or the world did.
    pub fn note(&self, line: String) {
        let mut state = self.0.lock();
        state.hash.update(line.as_bytes());
        state.push(line);
    }

    /// The same of what happens so often that its line would only hide others.
    pub fn mark(&self, line: &str) {
        self.0.lock().hash.update(line.as_bytes());
    }

    /// An answer with its bytes.
    pub fn answer(&self, line: String, body: &[u8]) {
        let mut state = self.0.lock();
        state.answers += 1;
        state.hash.update(line.as_bytes());
        state.hash.update(body);
        state.push(line);
    }

    /// Everything that happened, in 64 bits.
    pub fn hash(&self) -> u64 {
        self.0.lock().hash.digest()
    }

    /// How many requests were answered.
    pub fn answers(&self) -> u64 {
        self.0.lock().answers
    }

    /// The last lines.
    pub fn last(&self) -> Vec<String> {
        self.0.lock().lines.iter().cloned().collect()
    }
}

impl State {
    fn push(&mut self, line: String) {
        if self.is_printed {
            println!("{line}");
        }
        if self.lines.len() == LAST_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }
}

impl Watch for Trace {
    fn operation(&self, operation: &Operation<'_>) {
        let Operation { number, name, path, offset, data, outcome } = operation;
        let mut state = self.0.lock();
        let mut line = format!("  disk {number} {name} {}", path.display());
        if !data.is_empty() || *offset > 0 {
            let _ = write!(line, " {}+{} {:08x}", offset, data.len(), xxh3_64(data) as u32);
        }
        if let Err(error) = outcome {
            let _ = write!(line, ": {error}");
        }
        state.hash.update(line.as_bytes());
        // Reads are many and say little.
        if outcome.is_err() || !name.starts_with("read") || state.is_printed {
            state.push(line);
        }
    }
}
