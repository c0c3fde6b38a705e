//! An id for a new blob, and what becomes of its number if nobody says.

use std::sync::Arc;

use coldkeep_types::Id;

use super::Windows;

/// An id that was taken for a blob. Dropped before the blob is durable, its number is closed, or left if anything of the blob may be there.
pub(crate) struct Taken {
    id: Id,
    begun: bool,
    /// `None`: the store has no windows, or the number is open for whoever names the blob.
    windows: Option<Arc<Windows>>,
}

impl Taken {
    /// One of a store without windows.
    pub fn free(id: Id) -> Self {
        Self { id, begun: false, windows: None }
    }

    pub(super) fn new(id: Id, windows: Arc<Windows>) -> Self {
        Self { id, begun: false, windows: Some(windows) }
    }

    pub fn id(&self) -> Id {
        self.id
    }

    /// From now on something of it may be there.
    pub fn begin(&mut self) {
        self.begun = true;
    }

    /// It is durable. Its number stays open until a commit names the blob, or it is discarded.
    pub fn finished(mut self) {
        self.windows = None;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        match &self.windows {
            Some(windows) if self.begun => windows.leave(self.id),
            Some(windows) => windows.close(self.id),
            None => {}
        }
    }
}
