//! What can be wrong, as facts; doors make them their errors.

use thiserror::Error;

/// Why something was not done.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// There is no queue of this name.
    #[error("the specified queue does not exist")]
    NoSuchQueue,
    /// A queue of this name has other attributes; the text says which.
    #[error("a queue already exists with the same name and a different value for attribute {0}")]
    QueueExists(&'static str),
    /// The queue was purged within the last minute.
    #[error("only one PurgeQueue operation on {0} is allowed every 60 seconds")]
    PurgedLately(String),
    /// This is no receipt of this queue.
    #[error("the receipt handle {0:?} is invalid")]
    InvalidReceipt(String),
    /// The message of this receipt is gone.
    #[error("the message of the receipt handle {0:?} is gone")]
    NoSuchMessage(String),
    /// The message is not in flight, or not by this receipt.
    #[error("the message is not in flight, or another receipt is newer")]
    NotInFlight,
    /// Too many messages are in flight.
    #[error("too many messages are in flight: delete some")]
    TooManyInFlight,
    /// There is no such topic.
    #[error("topic does not exist")]
    NoSuchTopic,
    /// There is no such subscription.
    #[error("subscription does not exist")]
    NoSuchSubscription,
    /// The token confirms no subscription.
    #[error("invalid token")]
    InvalidToken,
    /// A policy has a statement of this label already.
    #[error("there is a statement {0:?} already")]
    LabelExists(String),
    /// A policy has no statement of this label.
    #[error("there is no statement {0:?}")]
    NoSuchLabel(String),
    /// The account, the queue or the topic has as many of these as it may.
    #[error("there are too many {0}")]
    TooMany(&'static str),
    /// A value that its rules do not allow.
    #[error("{0}")]
    Invalid(String),
    /// Records changed under the operation again and again.
    #[error("the records changed again and again; try again")]
    Busy,
    /// A record cannot be understood.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The metadata engine failed.
    #[error(transparent)]
    Meta(#[from] coldkeep_meta::Error),
}

impl From<coldkeep_meta::BadRecord> for Error {
    fn from(bad: coldkeep_meta::BadRecord) -> Self {
        Self::Damaged(bad.to_string())
    }
}
