//! What becomes of a body that its handler did not read to the end.
//!
//! A client that is still sending when the connection closes would see a reset instead of the answer. So a short rest
//! is read and thrown away and the connection lives on; before a longer one the connection is closed, after reading a
//! bounded amount (see `guarded`). A client that waits for `100 Continue` gets none and the connection is closed, for
//! nobody can tell whether it will send the body after all.

use std::sync::{Arc, Mutex, PoisonError};

use hyper::body::Incoming;

use crate::Limits;
use crate::arriving::next_data;

/// The unread rest of a body.
pub(crate) struct Leftover {
    pub(crate) incoming: Incoming,
    /// How much is still to come, if declared.
    pub(crate) left_bytes: Option<u64>,
    /// Whether anything was asked for, so that `100 Continue` may have gone out.
    pub(crate) asked: bool,
    /// The connection is known to be broken, or its client to be too slow.
    pub(crate) broken: bool,
}

/// Where a dropped body leaves its rest for the connection to deal with.
#[derive(Clone, Default)]
pub(crate) struct LeftoverSlot(Arc<Mutex<Option<Leftover>>>);

impl LeftoverSlot {
    pub(crate) fn leave(&self, leftover: Leftover) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(leftover);
    }

    pub(crate) fn take(&self) -> Option<Leftover> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Leftover {
    /// Deals with the rest on an HTTP/1.1 connection. Returns whether the connection must close after the answer.
    pub(crate) fn settle(self, expects_continue: bool, limits: &Limits) -> bool {
        let short = self.left_bytes.is_some_and(|left| left <= limits.drain_bytes);
        if self.broken || !short || (expects_continue && !self.asked) {
            return true;
        }
        let (mut incoming, most, timeout) = (self.incoming, limits.drain_bytes, limits.drain_timeout);
        // Beside the answer, not before it. If it fails, dropping the body closes the connection.
        tokio::spawn(tokio::time::timeout(timeout, async move {
            let mut read = 0;
            while let Ok(Some(slice)) = next_data(&mut incoming).await {
                read += slice.len() as u64;
                if read > most {
                    break;
                }
            }
        }));
        false
    }
}
