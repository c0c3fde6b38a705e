//! What may go wrong with identities, as facts; doors say which code that is.

use thiserror::Error as ThisError;

use crate::SealError;

/// Why something was not done. Nothing was changed.
#[derive(Clone, Debug, ThisError)]
pub enum Error {
    /// There is no such user, group, role or policy; the text says which, in Amazon's words.
    #[error("{0}")]
    NoSuchEntity(String),
    /// There is one of that name already.
    #[error("{0}")]
    AlreadyExists(String),
    /// Something still hangs on it.
    #[error("{0}")]
    DeleteConflict(String),
    /// A quota is reached.
    #[error("{0}")]
    LimitExceeded(String),
    /// The account of these 12 digits is suspended.
    #[error("The account {0} is suspended.")]
    Suspended(String),
    /// A secret cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A record cannot be understood.
    #[error("an identity record is damaged: {0}; run `coldkeep fsck`")]
    Damaged(String),
    /// The metadata engine failed; whether the change took effect is unknown after a failed write.
    #[error(transparent)]
    Meta(#[from] coldkeep_meta::Error),
}

impl From<coldkeep_meta::BadRecord> for Error {
    fn from(bad: coldkeep_meta::BadRecord) -> Self {
        Self::Damaged(bad.to_string())
    }
}
