//! The accounts that ACLs and policies can name, as the door needs to know them.

use async_trait::async_trait;
use coldkeep_auth::canonical_user_id;
use coldkeep_store::Error;
use coldkeep_types::AccountId;

/// Where accounts are looked up; an error is that they cannot be, now.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The name of the account with this canonical user id, as lists show owners; `None`: there is none.
    async fn name(&self, canonical_id: &str) -> Result<Option<String>, Error>;

    /// The canonical user id of the account with this e-mail address.
    async fn by_email(&self, address: &str) -> Result<Option<String>, Error>;

    /// Whether the account is there and not suspended: asked once more before something is made that it will own, since its body may
    /// have come slowly, and an account that is deleted leaves nothing.
    async fn is_active(&self, account: &AccountId) -> Result<bool, Error>;
}

/// A server of one account, which has no address.
#[derive(Clone, Debug)]
pub struct OneAccount {
    canonical_id: String,
    name: String,
}

impl OneAccount {
    /// The operator's account.
    pub fn new(account: &AccountId) -> Self {
        Self { canonical_id: canonical_user_id(account), name: account.to_string() }
    }
}

#[async_trait]
impl Accounts for OneAccount {
    async fn name(&self, canonical_id: &str) -> Result<Option<String>, Error> {
        Ok((canonical_id == self.canonical_id).then(|| self.name.clone()))
    }

    async fn by_email(&self, _address: &str) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn is_active(&self, account: &AccountId) -> Result<bool, Error> {
        Ok(canonical_user_id(account) == self.canonical_id)
    }
}
