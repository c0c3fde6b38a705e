//! What a migration tells: how far it is, on a terminal, and what it has done.

use std::fmt;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use coldkeep_store::migrate::{Digest, Progress, Told};
use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget};
use serde::Serialize;

/// Counts what is done.
#[derive(Default)]
struct Counts {
    copied: AtomicU64,
    copied_bytes: AtomicU64,
    present: AtomicU64,
    dropped: AtomicU64,
    away: AtomicU64,
    records: AtomicU64,
}

/// Counts, and a line on standard error if that is a terminal.
pub struct Telling {
    counts: Arc<Counts>,
    line: ProgressBar,
}

impl Telling {
    pub fn new(json: bool) -> Self {
        let shown = !json && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { counts: Arc::default(), line: ProgressBar::with_draw_target(None, target) }
    }

    /// What a migration tells its steps to.
    pub fn told(&self) -> Told {
        let (counts, line) = (self.counts.clone(), self.line.clone());
        Arc::new(move |progress| {
            let (count, by) = match progress {
                Progress::Copied(bytes) => {
                    counts.copied_bytes.fetch_add(bytes, Ordering::Relaxed);
                    (&counts.copied, 1)
                }
                Progress::Present(_) => (&counts.present, 1),
                Progress::Dropped => (&counts.dropped, 1),
                Progress::Away(_) => (&counts.away, 1),
                Progress::Records(records) => (&counts.records, records),
            };
            count.fetch_add(by, Ordering::Relaxed);
            line.set_message(counts.done().to_string());
            line.tick();
        })
    }

    /// A step that takes a while begins.
    pub fn begins(&self, words: &str) {
        self.line.suspend(|| eprintln!("{words}"));
    }

    /// All that was done.
    pub fn done(&self) -> Done {
        self.line.finish_and_clear();
        self.counts.done()
    }
}

impl Counts {
    fn done(&self) -> Done {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Done {
            blobs_copied: of(&self.copied),
            bytes_copied: of(&self.copied_bytes),
            blobs_present: of(&self.present),
            blobs_dropped: of(&self.dropped),
            blobs_away: of(&self.away),
            records: of(&self.records),
            sha256: None,
        }
    }
}

/// What was done.
#[derive(Default, Serialize)]
pub struct Done {
    blobs_copied: u64,
    bytes_copied: u64,
    /// Those that an earlier run had copied.
    blobs_present: u64,
    /// Those that an earlier run had copied and that no record names any more, or that are away by now.
    blobs_dropped: u64,
    /// Those of staged pools that are away and stay so: their programs find them.
    blobs_away: u64,
    records: u64,
    /// Of all records, on both sides.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

impl Done {
    /// With the digest that both sides have.
    pub fn proven(self, digest: &Digest) -> Self {
        let sha256 = digest.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { records: digest.records, sha256: Some(sha256), ..self }
    }
}

impl fmt::Display for Done {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { blobs_copied, bytes_copied, blobs_present, blobs_dropped, blobs_away, records, .. } = self;
        write!(out, "{blobs_copied} blobs copied ({})", HumanBytes(*bytes_copied))?;
        if *blobs_present > 0 {
            write!(out, ", {blobs_present} were there already")?;
        }
        if *blobs_dropped > 0 {
            write!(out, ", {blobs_dropped} that are not there any more were deleted there")?;
        }
        if *blobs_away > 0 {
            write!(out, ", {blobs_away} are away, and are found from there")?;
        }
        if *records > 0 {
            write!(out, ", {records} records")?;
        }
        Ok(())
    }
}
