//! What conditions ask for that stands in a request's body: tags, a lock, a key of KMS. It is known once its sender may send it; until
//! then a decision that asks for it is put off, and made when it is known.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::errors::S3Error;
use crate::operations::find;
use crate::{S3, S3Call};

/// Whether a decision about a call was put off.
#[derive(Debug, Default)]
pub(crate) struct PutOff(AtomicBool);

impl PutOff {
    /// A decision is made without something that stands in the body.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether one was.
    pub fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl S3 {
    /// Asks for what an operation needs once more, now that what its body says is known.
    pub(super) async fn permit_body(&self, call: &S3Call) -> Result<(), S3Error> {
        // Nobody asked for it: nothing would be decided otherwise.
        if !call.put_off.0.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let row = find(call.operation_name()).ok_or_else(S3Error::internal)?;
        self.permit(call, row).await.map(drop)
    }
}
