//! Deleting an account: only when nothing is in it, and so that nothing is left of it.
//!
//! What identities hold is part of the commit that removes the account. Buckets, access points, vaults, keys, queues and topics are not, so nobody of the account may do
//! anything from before they are looked for until it is gone: it is suspended meanwhile.

use coldkeep_identity::{Account, Edit, Identity, MAX_STALENESS};
use coldkeep_store::{Quota, QuotaOf};
use coldkeep_types::AccountId;

use crate::AdminError;
use crate::held::{Holdings, held, in_words};

/// Suspends the account, so that nothing can be made in it any more, and when all servers know of that, removes it if nothing is in
/// it. What is refused is as it was.
pub async fn delete(identity: &Identity, holdings: &Holdings, id: &AccountId) -> Result<(), AdminError> {
    let was = identity.account(id).await?.ok_or_else(|| AdminError::no_such_account(id.as_str()))?;
    if id == identity.operator() {
        return Err(AdminError::conflict("The operator's own account cannot be deleted."));
    }
    must_be_empty(identity, holdings, &was, id).await?;
    if !was.suspended {
        let suspend = |edit| suspended(edit, true);
        until_done(identity, id, suspend).await?;
    }
    tokio::time::sleep(MAX_STALENESS).await;
    let removed = match must_be_empty(identity, holdings, &was, id).await {
        Ok(()) => until_done(identity, id, removed).await,
        refused => refused,
    };
    if removed.is_ok() {
        holdings.store.put_account_block(id, None).await?;
        holdings.store.set_quota(&QuotaOf::Account(id.clone()), Quota::default()).await?;
    }
    if removed.is_err() && !was.suspended {
        until_done(identity, id, |edit| suspended(edit, false)).await?;
    }
    removed
}

async fn suspended(mut edit: Edit, suspended: bool) -> Result<bool, AdminError> {
    edit.suspend(suspended).await?;
    Ok(edit.done().await?)
}

async fn removed(mut edit: Edit) -> Result<bool, AdminError> {
    edit.remove_account().await?;
    Ok(edit.done().await?)
}

/// Does an edit again until nothing changed under it.
async fn until_done<F>(identity: &Identity, id: &AccountId, done: impl Fn(Edit) -> F) -> Result<(), AdminError>
where
    F: Future<Output = Result<bool, AdminError>>,
{
    /// The account is suspended or empty by now: nobody but another operator can be in the way.
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        if done(identity.edit(id)).await? {
            return Ok(());
        }
    }
    Err(AdminError::busy())
}

async fn must_be_empty(
    identity: &Identity,
    holdings: &Holdings,
    was: &Account,
    id: &AccountId,
) -> Result<(), AdminError> {
    let holds = held(identity, holdings, id).await?;
    if holds.is_empty() {
        return Ok(());
    }
    let how =
        if was.suspended { "resume it and delete them with a key of its" } else { "delete them with a key of its" };
    Err(AdminError::not_empty(format!(
        "The account {id} is not empty: {}. Nothing was changed. To delete it, first {how} root user.",
        in_words(&holds)
    )))
}
