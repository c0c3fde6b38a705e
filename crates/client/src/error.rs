//! What can go wrong, in words for whoever gave the command.

use std::path::Path;

use thiserror::Error;

/// Why a transfer, a listing or a removal did not happen. The words say what was kept and what to do next, where that is known.
#[derive(Debug, Error)]
pub enum Error {
    /// The service refused.
    #[error("refused: {message} ({code})")]
    Refused {
        /// Its error code.
        code: String,
        /// Its words.
        message: String,
    },
    /// No answer, or none that can be understood.
    #[error("{0}")]
    Unreachable(String),
    /// The system refused something about a file.
    #[error("{0}")]
    File(String),
    /// What was asked makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// There is no such archive, upload or job.
    #[error("{0}")]
    Missing(String),
    /// Bytes are not what they should be.
    #[error("{0}")]
    Different(String),
    /// A job is not done yet.
    #[error("{0}")]
    NotReady(String),
}

impl Error {
    /// The system refused something about a file.
    pub fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::File(format!("cannot {doing} {}: {error}", path.display()))
    }

    /// One word for scripts.
    pub fn word(&self) -> &str {
        match self {
            Self::Refused { code, .. } => code,
            Self::Unreachable(_) => "unreachable",
            Self::File(_) => "file",
            Self::Invalid(_) => "invalid",
            Self::Missing(_) => "missing",
            Self::Different(_) => "different",
            Self::NotReady(_) => "not-ready",
        }
    }

    /// The same with a sentence behind it.
    pub fn and(self, advice: &str) -> Self {
        match self {
            Self::Refused { code, message } => {
                Self::Refused { code: code.clone(), message: format!("{message}\n{advice}") }
            }
            Self::Unreachable(words) => Self::Unreachable(format!("{words}\n{advice}")),
            Self::File(words) => Self::File(format!("{words}\n{advice}")),
            Self::Invalid(words) => Self::Invalid(format!("{words}\n{advice}")),
            Self::Missing(words) => Self::Missing(format!("{words}\n{advice}")),
            Self::Different(words) => Self::Different(format!("{words}\n{advice}")),
            Self::NotReady(words) => Self::NotReady(format!("{words}\n{advice}")),
        }
    }

    /// Whether the vault service says that what was named is not there.
    pub fn is_not_found(&self) -> bool {
        self.is_refusal(&["ResourceNotFoundException"])
    }

    /// Whether the service refused with one of these codes.
    pub(crate) fn is_refusal(&self, codes: &[&str]) -> bool {
        matches!(self, Self::Refused { code, .. } if codes.contains(&code.as_str()))
    }
}
