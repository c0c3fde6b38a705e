//! What may go wrong with keys, as facts; doors say which code that is.

use coldkeep_identity::SealError;
use thiserror::Error as ThisError;

use crate::KeyState;

/// Why something was not done. Nothing was changed, and no text holds key material.
#[derive(Clone, Debug, ThisError)]
pub enum Error {
    /// There is no such key, alias or grant; the text is Amazon's.
    #[error("{0}")]
    NotFound(String),
    /// There is an alias of that name already.
    #[error("{0}")]
    AlreadyExists(String),
    /// The key is disabled.
    #[error("{0} is disabled.")]
    Disabled(String),
    /// The key's state does not allow it.
    #[error("{arn} is {}.", state.told())]
    InvalidState {
        /// Which key.
        arn: String,
        /// Its state.
        state: KeyState,
    },
    /// What material the key has does not allow it; the text is Amazon's.
    #[error("{0}")]
    InvalidMaterialState(String),
    /// The key's usage or spec does not allow it.
    #[error("{0}")]
    InvalidKeyUsage(String),
    /// The ciphertext was not made here, was changed, or has another encryption context. Which of them is not told.
    #[error("the ciphertext cannot be opened")]
    InvalidCiphertext,
    /// The ciphertext is another key's than the one named.
    #[error("The key ID in the request does not identify a CMK that can perform this operation.")]
    IncorrectKey,
    /// This kind of key, or this server, does not have it.
    #[error("{0}")]
    Unsupported(String),
    /// A quota is reached.
    #[error("{0}")]
    LimitExceeded(String),
    /// Who passes on a grant would pass on more than it has.
    #[error("{0}")]
    Denied(String),
    /// A value that its rules do not allow.
    #[error("{0}")]
    Validation(String),
    /// An ARN that is none.
    #[error("{0}")]
    InvalidArn(String),
    /// An alias's name that its rules do not allow.
    #[error("{0}")]
    InvalidAliasName(String),
    /// A key policy that cannot be honoured, or would lock its owner out.
    #[error("{0}")]
    MalformedPolicy(String),
    /// Tags that their rules do not allow.
    #[error("{0}")]
    Tag(String),
    /// A grant token that is none.
    #[error("The grant token is not valid.")]
    InvalidGrantToken,
    /// A grant's id that leads nowhere.
    #[error("{0}")]
    InvalidGrantId(String),
    /// A page's marker that is none.
    #[error("The marker is not valid.")]
    InvalidMarker,
    /// An import token that is none, or another key's.
    #[error("The import token is not valid for this key.")]
    InvalidImportToken,
    /// An import token that was good once.
    #[error("The import token has expired.")]
    ExpiredImportToken,
    /// What is imported is not what was imported before.
    #[error("{0}")]
    IncorrectKeyMaterial(String),
    /// A message authentication code that does not fit.
    #[error("the MAC does not fit the message")]
    InvalidMac,
    /// A signature that does not fit.
    #[error("the signature does not fit the message")]
    InvalidSignature,
    /// The records changed under the operation again and again.
    #[error("the key is changed by others all the time; try again")]
    Concurrent,
    /// A secret cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A record cannot be understood, or the crypto library failed.
    #[error("a key's record is damaged: {0}; run `coldkeep fsck`")]
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
