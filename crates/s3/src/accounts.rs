//! The accounts that ACLs and policies can name, as the door needs to know them.

use async_trait::async_trait;
use coldkeep_auth::canonical_user_id;
use coldkeep_types::AccountId;

/// Where accounts are looked up.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The name of the account with this canonical user id, as lists show owners; `None`: there is none.
    async fn name(&self, canonical_id: &str) -> Option<String>;

    /// The canonical user id of the account with this e-mail address.
    async fn by_email(&self, address: &str) -> Option<String>;
}

/// A server of one account, which has no address.
#[derive(Clone, Debug)]
pub struct OneAccount(String);

impl OneAccount {
    /// The operator's account.
    pub fn new(account: &AccountId) -> Self {
        Self(canonical_user_id(account))
    }
}

#[async_trait]
impl Accounts for OneAccount {
    async fn name(&self, canonical_id: &str) -> Option<String> {
        (canonical_id == self.0).then(|| "root".to_owned())
    }

    async fn by_email(&self, _address: &str) -> Option<String> {
        None
    }
}
