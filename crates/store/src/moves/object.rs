//! One object: what of it lies elsewhere is copied and named, blob by blob, until nothing does.

use std::collections::BTreeSet;

use coldkeep_meta::{Commit, Entry};
use coldkeep_types::Id;

use super::blob::Copy;
use super::due::Come;
use crate::contents::owners::{disown, own};
use crate::contents::readers::Hold;
use crate::records::{Content, ObjectRecord, Record};
use crate::{Error, MAX_TRIES, Store};

/// A blob that lies elsewhere.
pub(super) struct Apart {
    from: Id,
    /// Where it belongs.
    pool: u8,
    of: Of,
    _hold: Hold,
}

/// What names the blob.
#[derive(Clone, Copy)]
enum Of {
    /// The object's record.
    Whole,
    /// This part, and perhaps later ones of the same list.
    Part { list: Id, index: u32 },
}

impl Store {
    /// Moves what lies elsewhere of an object, and strikes the due record when nothing does. A pool that fails is left alone from then on.
    pub(super) async fn move_object(&self, come: &Come, failing: &mut BTreeSet<u8>) -> Result<(), Error> {
        // Up to here the parts of this list were seen where they belong.
        let mut seen = (Id::from_bytes([0; 16]), 0, 0);
        while let Some(apart) = self.next_apart(come, &mut seen).await? {
            if failing.contains(&apart.pool) {
                return Ok(());
            }
            if !self.is_resident(Content::Blob(apart.from)).await? {
                let all = match apart.of {
                    Of::Whole => Content::Blob(apart.from),
                    Of::Part { list, .. } => Content::Parts(list),
                };
                return self.fetch_first(come, all).await;
            }
            let pool = apart.pool;
            let moved = match self.copy_blob(apart.from, pool).await {
                Ok(copy) => self.name(come, apart, copy).await,
                Err(error) => Err(error),
            };
            match moved {
                Ok(()) => {}
                Err(error @ Error::Damaged(_)) => return Err(error),
                Err(error) => {
                    failing.insert(pool);
                    return self.pool_failed(come, pool, &error).await;
                }
            }
        }
        self.one_less_waits();
        Ok(())
    }

    /// The next blob that lies elsewhere. Where there is none, the mark goes from the object's record, and the due record with it.
    async fn next_apart(&self, come: &Come, seen: &mut (Id, u8, u32)) -> Result<Option<Apart>, Error> {
        for _ in 0..MAX_TRIES {
            if !self.is_due(come).await? {
                return Ok(None);
            }
            let entrance = self.0.readers.enter();
            let mut commit = come.struck();
            let marked = match self.marked(come).await? {
                None => false,
                Some((at, entry, record)) => {
                    let pool = self.pool_of(&record);
                    match record.content {
                        Content::Blob(from) if from.pool() != pool => {
                            return Ok(Some(Apart { from, pool, of: Of::Whole, _hold: entrance.hold(from) }));
                        }
                        Content::Parts(list) => {
                            if (seen.0, seen.1) != (list, pool) {
                                *seen = (list, pool, 0);
                            }
                            if let Some((index, from)) = self.part_apart(list, pool, seen.2).await? {
                                if !self.is_own_list(list, record.instance).await? {
                                    self.split(at, &entry, record, list).await?;
                                    continue;
                                }
                                seen.2 = index;
                                let of = Of::Part { list, index };
                                return Ok(Some(Apart { from, pool, of, _hold: entrance.hold(from) }));
                            }
                        }
                        _ => {}
                    }
                    let record = ObjectRecord { to_move: None, ..record };
                    commit.expect(at.clone(), Some(entry.version)).put(at, record.to_value());
                    true
                }
            };
            if self.commit_freeing(commit).await? {
                if marked {
                    self.has_moved();
                }
                return Ok(None);
            }
        }
        Err(Error::Busy)
    }

    /// Makes a copy durable, and names it in place of what it is of, unless that is another by now: then the copy is discarded.
    async fn name(&self, come: &Come, apart: Apart, copy: Copy) -> Result<(), Error> {
        let (store, come) = (self.clone(), come.clone());
        let name = async move {
            let (to, bytes) = (copy.id, copy.bytes);
            let _room = store.finish_copy(copy).await?;
            match store.try_name(&come, &apart, to).await {
                Ok(true) => store.pool_took(apart.pool, bytes),
                Ok(false) => store.discard(Content::Blob(to), &Error::Busy).await,
                Err(error) => {
                    store.discard(Content::Blob(to), &error).await;
                    return Err(error);
                }
            }
            Ok(())
        };
        self.uncancelled(Box::pin(name)).await
    }

    /// `Ok(false)`: what the copy is of is another by now, or belongs elsewhere.
    async fn try_name(&self, come: &Come, apart: &Apart, to: Id) -> Result<bool, Error> {
        for _ in 0..MAX_TRIES {
            let Some((at, entry, record)) = self.marked(come).await? else { return Ok(false) };
            if self.pool_of(&record) != apart.pool || !self.is_due(come).await? {
                return Ok(false);
            }
            let mut commit = if matches!(apart.of, Of::Whole) { come.struck() } else { Commit::default() };
            commit.expect(at.clone(), Some(entry.version));
            let ends = match (apart.of, record.content) {
                (Of::Whole, Content::Blob(from)) if from == apart.from => {
                    disown(&mut commit, record.content, record.instance);
                    let sealed_as = record.sealed.as_ref().map(|_| record.sealed_as.unwrap_or(from));
                    let record = ObjectRecord { content: Content::Blob(to), sealed_as, to_move: None, ..record };
                    own(&mut commit, record.content, record.instance, &at);
                    commit.put(at, record.to_value());
                    true
                }
                (Of::Part { list, index }, Content::Parts(of)) if of == list => {
                    if !self.name_in_list(&mut commit, (list, record.instance), index, (apart.from, to)).await? {
                        return Ok(false);
                    }
                    false
                }
                _ => return Ok(false),
            };
            if self.commit_freeing(commit).await? {
                if ends {
                    self.has_moved();
                }
                return Ok(true);
            }
        }
        Err(Error::Busy)
    }

    /// The object that is to be moved, if it is still: where it lies, its record as it was read, and what that says.
    async fn marked(&self, come: &Come) -> Result<Option<(Vec<u8>, Entry, ObjectRecord)>, Error> {
        let Some((at, entry)) = self.lies(&come.about).await? else { return Ok(None) };
        let record = ObjectRecord::from_value(&entry.value)?;
        Ok(record.to_move.is_some().then_some((at, entry, record)))
    }
}
