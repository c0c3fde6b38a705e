//! The list of all operations: how each is asked for, and the permission that it needs. Router, permission and log are read off it.

use coldkeep_http::Call;
use http::Method;

use crate::AdminError;

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Makes an account with a key of its root user.
    CreateAccount,
    /// Accounts by their ids, `max` behind `after`.
    ListAccounts,
    /// An account and what is in it.
    GetAccount,
    /// From now on, no key of the account may sign.
    SuspendAccount,
    /// They may again.
    ResumeAccount,
    /// Deletes an account that nothing is in.
    DeleteAccount,
    /// Makes another key of its root user.
    CreateAccountKey,
    /// The keys of its root user.
    ListAccountKeys,
    /// Lets a key of the root user sign again.
    ActivateAccountKey,
    /// The key does not sign any more.
    DeactivateAccountKey,
    /// Deletes a key of the root user.
    DeleteAccountKey,
    /// All quotas with what is used of them.
    ListQuotas,
    /// Sets a quota in place of the one that is there; without limits it goes.
    PutQuota,
}

/// An operation's row: `{}` stands for one segment of the path.
#[derive(Clone, Debug)]
pub struct Row {
    /// The operation.
    pub operation: Operation,
    /// Its name.
    pub name: &'static str,
    /// What a policy must allow.
    pub action: &'static str,
    /// The method.
    pub method: Method,
    /// The path.
    pub path: &'static str,
}

macro_rules! rows {
    ($($name:ident $method:ident $path:literal;)*) => {
        /// All operations.
        pub static OPERATIONS: &[Row] = &[$(Row {
            operation: Operation::$name,
            name: stringify!($name),
            action: concat!("coldkeep:", stringify!($name)),
            method: Method::$method,
            path: $path,
        }),*];
    };
}

rows! {
    CreateAccount POST "/v1/accounts";
    ListAccounts GET "/v1/accounts";
    GetAccount GET "/v1/accounts/{}";
    SuspendAccount POST "/v1/accounts/{}/suspend";
    ResumeAccount POST "/v1/accounts/{}/resume";
    DeleteAccount DELETE "/v1/accounts/{}";
    CreateAccountKey POST "/v1/accounts/{}/keys";
    ListAccountKeys GET "/v1/accounts/{}/keys";
    ActivateAccountKey POST "/v1/accounts/{}/keys/{}/activate";
    DeactivateAccountKey POST "/v1/accounts/{}/keys/{}/deactivate";
    DeleteAccountKey DELETE "/v1/accounts/{}/keys/{}";
    ListQuotas GET "/v1/quotas";
    PutQuota PUT "/v1/quotas";
}

/// What a call asks for: the row, and the segments that its path leaves open.
pub fn route(call: &Call) -> Result<(&'static Row, Vec<String>), AdminError> {
    let segments = call.segments();
    let fits = |row: &&Row| {
        let wanted: Vec<&str> = row.path[1..].split('/').collect();
        let same = wanted.iter().zip(&segments).all(|(wanted, is)| *wanted == "{}" || wanted == is);
        row.method == call.method && wanted.len() == segments.len() && same
    };
    let row = OPERATIONS.iter().find(fits).ok_or_else(AdminError::unknown_operation)?;
    let open = row.path[1..].split('/').zip(segments).filter(|(wanted, _)| *wanted == "{}").map(|(_, is)| is);
    Ok((row, open.collect()))
}
