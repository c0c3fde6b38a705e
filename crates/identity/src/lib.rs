//! Who there is: accounts, users, groups, roles, access keys and policies, as records over the metadata engine.
//!
//! - [`Edit`] reads records and changes them, all that one operation changes in one commit; the IAM door is made of such edits.
//! - [`Identity`] answers, for the doors, whose an access key is ([`coldkeep_auth::Keys`]): from memory, at most [`MAX_STALENESS`]
//!   old, else from records; it gives out sessions and opens their tokens.
//!
//! Invariants: a user, group or role is one record ([`Entity`]), so that what a caller may is a few reads; names lead to ids, and
//! everything else is by id, so that renaming touches one name; secrets are sealed under the store's key before they are
//! written, and only then; what strangers claim costs neither memory nor a read, since access key ids carry a check.
//!
//! Nothing here knows HTTP, forms or status codes, and nothing decides: that is `auth::policy`.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod account_edits;
mod accounts;
mod amazon;
mod callers;
mod edit;
mod error;
mod ids;
mod keys;
mod last_use;
mod policies;
mod proof;
mod providers;
mod records;
mod seal;
mod sessions;
mod wrongs;

use std::sync::Arc;

use coldkeep_auth::AccessKey;
use coldkeep_meta::Meta;
use coldkeep_types::{AccountId, Clock};
use zeroize::Zeroizing;

pub use amazon::{AmazonPolicy, amazon_policies, amazon_policy};
pub use callers::MAX_STALENESS;
pub use edit::{Edit, MAX_TRIES, Page};
pub use error::Error;
pub use ids::{Unique, new_account_id};
pub use keys::Usage;
pub use last_use::LastUse;
pub use proof::{KeepReplaced, Replaced, mend, prove};
pub use providers::{PROVIDERS, Provider};
pub use records::{Account, Entity, EntityKind, ManagedPolicy, PolicyVersion, StoredKey, Tag};
pub use seal::{RootKey, SealError, Sealer, change_root_key, prove_root_key, sealed_under};
pub use sessions::{MAX_TOKEN_BYTES, Session, SessionKey, SessionOf};

/// Identities of one store. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    meta: Arc<dyn Meta>,
    clock: Arc<dyn Clock>,
    sealer: Sealer,
    /// The key of the operator's root user, which no record has.
    root: AccessKey,
    callers: callers::Memory,
    compiled: policies::Compiled,
    last_uses: last_use::LastUses,
}

impl Identity {
    /// Opens the identities in these records. Refuses a root key that did not seal what is there: then nothing is changed.
    pub async fn open(
        meta: Arc<dyn Meta>,
        clock: Arc<dyn Clock>,
        root_key: &RootKey,
        root: AccessKey,
    ) -> Result<Self, Error> {
        let sealer = seal::unlock(&*meta, root_key).await?;
        let inner = Inner {
            meta,
            clock,
            sealer,
            root,
            callers: callers::Memory::default(),
            compiled: policies::Compiled::default(),
            last_uses: last_use::LastUses::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// What seals under the store's key.
    pub fn sealer(&self) -> &Sealer {
        &self.0.sealer
    }

    /// The key with which the server wraps the data keys of objects, and its id. It derives from the store's key, so it stays whatever
    /// root key there is.
    pub fn server_key(&self) -> ([u8; 4], Zeroizing<[u8; 32]>) {
        (self.0.sealer.id(), self.0.sealer.server_key())
    }

    /// The operator's account.
    pub fn operator(&self) -> &AccountId {
        &self.0.root.caller.account
    }

    /// The access key of the operator's root user that the server was given, which is in no record.
    pub fn operators_key(&self) -> &str {
        &self.0.root.caller.access_key
    }

    /// Begins an edit of what belongs to an account.
    pub fn edit(&self, account: &AccountId) -> Edit {
        Edit::new(self.clone(), account.clone())
    }
}
