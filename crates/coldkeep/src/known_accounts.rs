//! The accounts of the server's identities, as the S3 door needs to know them for ACLs and policies.

use async_trait::async_trait;
use coldkeep_identity::{Account, Error, Identity};
use coldkeep_s3::Accounts;
use coldkeep_types::AccountId;

/// The accounts there are.
pub struct KnownAccounts(pub Identity);

fn told<T>(found: Result<Option<Account>, Error>, what: fn(Account) -> T) -> Result<Option<T>, coldkeep_store::Error> {
    let unavailable = |error: Error| coldkeep_store::Error::Unavailable(format!("accounts cannot be read: {error:?}"));
    Ok(found.map_err(unavailable)?.map(what))
}

#[async_trait]
impl Accounts for KnownAccounts {
    async fn name(&self, canonical_id: &str) -> Result<Option<String>, coldkeep_store::Error> {
        told(self.0.account_by_canonical_id(canonical_id).await, |account| account.name)
    }

    async fn by_email(&self, address: &str) -> Result<Option<String>, coldkeep_store::Error> {
        let canonical = |account: Account| {
            let id = AccountId::parse(&account.id);
            id.map(|id| coldkeep_auth::canonical_user_id(&id)).unwrap_or_default()
        };
        told(self.0.account_by_email(address).await, canonical)
    }

    async fn is_active(&self, account: &AccountId) -> Result<bool, coldkeep_store::Error> {
        Ok(told(self.0.account(account).await, |account| !account.suspended)?.unwrap_or(false))
    }
}
