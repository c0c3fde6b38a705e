//! Access keys and the callers behind them.

use coldkeep_types::AccountId;

/// Who signed a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account the caller belongs to.
    pub account: AccountId,
    /// The caller's ARN, such as `arn:aws:iam::012345678901:root`.
    pub arn: String,
    /// The access key id used.
    pub access_key: String,
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

/// Where access keys are looked up. Must not block: it is called on the request path.
pub trait Keys: Send + Sync {
    /// The key with this id, if there is one and it is active.
    fn lookup(&self, access_key: &str) -> Option<AccessKey>;
}
