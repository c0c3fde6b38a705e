//! Access keys and the callers behind them.

use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_types::AccountId;
use sha2::{Digest, Sha256};

use crate::policy::{Account, Principal};
use crate::{Refusal, Rights};

/// Who signed a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// The account the caller belongs to.
    pub account: AccountId,
    /// The caller's ARN, such as `arn:aws:iam::012345678901:root`; of a session, the session's.
    pub arn: String,
    /// The access key id used.
    pub access_key: String,
    /// Who that is to policies, and what its own policies are.
    pub rights: Arc<Rights>,
}

impl Caller {
    /// The root user of an account.
    pub fn root(account: AccountId, access_key: &str) -> Self {
        let canonical_id = canonical_user_id(&account).into();
        let principal = Principal::Root { account: Account { id: account.clone(), canonical_id } };
        let arn = format!("arn:aws:iam::{account}:root");
        let rights = Arc::new(Rights::of(principal, account.as_str()));
        Self { account, arn, access_key: access_key.to_owned(), rights }
    }
}

/// The 64 hex digits by which ACLs name an account. They follow from its id, so that nothing that names them goes stale.
pub fn canonical_user_id(account: &AccountId) -> String {
    hex::encode(Sha256::new().chain_update("canonical user id of ").chain_update(account.as_str()).finalize())
}

/// What is known about one access key. Its `Debug` form leaves the secrets out.
#[derive(Clone)]
pub struct AccessKey {
    /// The secret access key.
    pub secret: String,
    /// The session token that every request of a temporary key must carry; `None` for a permanent key.
    pub session_token: Option<String>,
    /// Whom the key belongs to.
    pub caller: Caller,
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessKey").field("caller", &self.caller).finish_non_exhaustive()
    }
}

/// Where access keys are looked up.
#[async_trait]
pub trait Keys: Send + Sync {
    /// The key with this id, if memory has it and it is active. Must not block: it is called for every request.
    fn lookup(&self, access_key: &str) -> Option<AccessKey>;

    /// The key with this id, which memory does not have: to be read, or to be had from the session token that the request
    /// presents. Nothing of either is proven yet.
    async fn find(&self, access_key: &str, session_token: Option<&str>) -> Result<Option<AccessKey>, Refusal> {
        let _ = (access_key, session_token);
        Ok(None)
    }
}

/// The one key that was found.
impl Keys for AccessKey {
    fn lookup(&self, access_key: &str) -> Option<AccessKey> {
        (self.caller.access_key == access_key).then(|| self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_ids_are_those_of_yesterday() {
        let id = |account: &str| canonical_user_id(&AccountId::parse(account).expect("12 digits"));
        assert_eq!(id("012345678901"), CANONICAL);
        assert_ne!(id("012345678902"), CANONICAL);
    }

    const CANONICAL: &str = "388db6444ae5840259d67335d04f8998a475950b3524e8afe79fa3665d127220";
}
