//! The right to write a blob, and what was written by it. Whatever becomes of a draft, its objects are removed unless somebody took delivery of the
//! finished blob, or they turned out to be another blob's.
//!
//! Where one of them was not answered, it may come later. Its head goes then, if it was that far, and the pieces stay: they are how what comes is found
//! (`listing.rs`). Whoever chose the id has it deleted after a while.

use std::mem::take;
use std::sync::Arc;

use bytes::Bytes;
use coldkeep_blob::Error;
use coldkeep_types::Id;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;

use crate::engine::Shared;
use crate::names;

/// The most objects of a draft that are on their way at once.
const AT_ONCE: usize = 2;

/// The right to an id.
pub(crate) struct Claim {
    pub shared: Arc<Shared>,
    pub id: Id,
    puts: JoinSet<Result<(), Error>>,
    /// Of all that was begun to be written, in that order: the head comes last.
    names: Vec<String>,
    /// Somebody else's blob has this id.
    is_foreign: bool,
    /// One of them was not answered.
    is_unknown: bool,
}

pub(crate) fn lost() -> Error {
    Error::Io("a task of the blob storage ended early".into())
}

impl Claim {
    pub fn new(shared: Arc<Shared>, id: Id) -> Result<Self, Error> {
        if !shared.drafts.lock().insert(id) {
            return Err(Error::Invalid("a blob id is used twice"));
        }
        Ok(Self { shared, id, puts: JoinSet::new(), names: Vec::new(), is_foreign: false, is_unknown: false })
    }

    /// Whether anything is on its way.
    pub fn is_busy(&self) -> bool {
        !self.puts.is_empty()
    }

    /// Begins to write an object, as soon as few enough are on their way.
    pub async fn put(&mut self, name: String, bytes: Bytes, permit: OwnedSemaphorePermit) -> Result<(), Error> {
        while self.puts.len() >= AT_ONCE {
            self.one_done().await?;
        }
        self.names.push(name.clone());
        let (shared, id) = (self.shared.clone(), self.id);
        self.puts.spawn(async move {
            let done = shared.put(&name, bytes).await;
            // It may come later.
            if matches!(done, Err(Error::Io(_))) {
                shared.leave(id.epoch());
            }
            drop(permit);
            done
        });
        Ok(())
    }

    /// Waits for one of those on their way.
    pub async fn one_done(&mut self) -> Result<(), Error> {
        match self.puts.join_next().await {
            None => Ok(()),
            Some(done) => self.note(done.unwrap_or_else(|_| Err(lost()))),
        }
    }

    /// Waits for all of them.
    pub async fn all_done(&mut self) -> Result<(), Error> {
        while self.is_busy() {
            self.one_done().await?;
        }
        Ok(())
    }

    fn note(&mut self, done: Result<(), Error>) -> Result<(), Error> {
        self.is_foreign |= matches!(done, Err(Error::Invalid(_)));
        self.is_unknown |= matches!(done, Err(Error::Io(_)));
        done
    }

    /// What was written stays.
    fn keep(&mut self) {
        self.names.clear();
    }

    /// Removes what was written, once nothing is on its way any more.
    async fn remove(
        shared: Arc<Shared>,
        id: Id,
        mut puts: JoinSet<Result<(), Error>>,
        mut pieces: Vec<String>,
        (mut is_foreign, mut is_unknown): (bool, bool),
    ) {
        while let Some(done) = puts.join_next().await {
            is_foreign |= matches!(done, Ok(Err(Error::Invalid(_))));
            is_unknown |= matches!(done, Ok(Err(Error::Io(_))) | Err(_));
        }
        let head = pieces.pop_if(|name| *name == names::head(id));
        let removing = async {
            if let Some(head) = head {
                shared.store.delete(&head).await?;
            }
            if is_unknown { Ok(()) } else { shared.delete_pieces(&pieces).await }
        };
        let removed = if is_foreign { Ok(()) } else { removing.await };
        if let Err(error) = removed {
            tracing::warn!(%error, blob = %id, "cannot remove an unfinished blob");
            shared.leave(id.epoch());
        }
        shared.drafts.lock().remove(&id);
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.names.is_empty() {
            self.shared.drafts.lock().remove(&self.id);
            return;
        }
        match Handle::try_current() {
            Ok(runtime) => {
                let (shared, puts, names) = (self.shared.clone(), take(&mut self.puts), take(&mut self.names));
                let seen = (self.is_foreign, self.is_unknown);
                drop(runtime.spawn(Self::remove(shared, self.id, puts, names, seen)));
            }
            Err(_) => self.shared.leave(self.id.epoch()),
        }
    }
}

/// A durable blob that nobody took delivery of yet.
pub(crate) struct Finished {
    pub claim: Claim,
    pub size: u64,
}

impl Finished {
    /// Takes delivery: from now on the blob stays, and can be seen.
    pub fn keep(mut self) -> u64 {
        self.claim.keep();
        self.size
    }
}
