//! Why a command did not do its work, in words for the person who typed it.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

/// A sentence for the operator: what happened, and what to do about it where that is known.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure in these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    /// The system refused something about a file.
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let mut words = format!("cannot {doing} {}: {error}", path.display());
        if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
            words.push_str(
                "\nGive the user that runs this server the right to read and write there, or name another place.",
            );
        }
        Self(words)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
