//! Contents and their owners.
//!
//! Invariants:
//! - A blob or part list that a record names has an owner record (`w`) saying so, made and removed in the
//!   transaction that makes and removes the naming record.
//! - Whatever loses an owner is put on the released list (`r`) in the same transaction. The reclaimer frees it if
//!   no owner is left; otherwise it only strikes it from the list. New owners come only from a record that owns
//!   the content already and that the same transaction requires to be unchanged, so a content without owners
//!   never gets one again.
//! - Inline contents have exactly one owner and go in the transaction that removes it.

use coldkeep_meta::Commit;
use coldkeep_types::Id;

use crate::keys;
use crate::records::{Content, OwnerRecord, Record, ReleasedRecord};

/// Writes down that the record at `owner_key`, known as `owner`, holds `content`.
pub(crate) fn own(commit: &mut Commit, content: Content, owner: Id, owner_key: &[u8]) {
    match content {
        Content::Inline(_) => {}
        Content::Blob(id) | Content::Parts(id) | Content::Slice(id, _) => {
            commit.put(keys::owner(id, owner), OwnerRecord { key: owner_key.to_vec() }.to_value());
        }
    }
}

/// Takes back what [`own`] wrote, and releases the content.
pub(crate) fn disown(commit: &mut Commit, content: Content, owner: Id) {
    match content {
        Content::Inline(id) => {
            commit.delete(keys::inline(id));
        }
        Content::Blob(id) | Content::Parts(id) => {
            commit.delete(keys::owner(id, owner));
            release(commit, content);
        }
        Content::Slice(id, _) => disown(commit, Content::Blob(id), owner),
    }
}

/// Puts a content on the released list.
pub(crate) fn release(commit: &mut Commit, content: Content) {
    commit.put(keys::released(content.id()), ReleasedRecord { content }.to_value());
}
