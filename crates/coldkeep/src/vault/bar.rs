//! How far a transfer is, on a terminal: a bar with rate and time left. Elsewhere only what is worth a line.

use std::io::IsTerminal;

use coldkeep_client::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shows progress on standard error, if that is a terminal.
pub struct Bar(ProgressBar);

/// What is counted.
pub enum Of {
    /// Bytes.
    Bytes,
    /// Archives.
    Archives,
}

const BYTES: &str = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const STREAM: &str = "{spinner} {bytes}, {bytes_per_sec}, {elapsed}";
const ARCHIVES: &str = "{bar:30} {human_pos} of {human_len}, {per_sec}, {eta} left";

impl Bar {
    pub fn new(of: Of, json: bool) -> Self {
        let shown = !json && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(style(match of {
            Of::Bytes => BYTES,
            Of::Archives => ARCHIVES,
        }));
        Self(bar)
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for Bar {
    fn begin(&self, total: Option<u64>) {
        match total {
            Some(total) => self.0.set_length(total),
            None => self.0.set_style(style(STREAM)),
        }
    }

    fn done(&self, count: u64) {
        self.0.inc(count);
    }

    fn kept(&self, count: u64) {
        self.0.inc(count);
        // Else what an earlier run did would count as the rate of this one.
        self.0.reset_eta();
    }

    fn note(&self, words: &str) {
        self.0.suspend(|| eprintln!("{words}"));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
