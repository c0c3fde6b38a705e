//! What goes over the wire, as JSON: the same types for the door and for the commands that ask it. Times are ISO 8601.

use serde::{Deserialize, Serialize};

/// What is asked when an account is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAccount {
    /// Its name, as listings show owners: 1 to 64 characters.
    pub name: String,
    /// The address by which ACLs may name it; no two accounts have the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Its 12 digits; made up where they are not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Its 12 digits.
    pub id: String,
    /// The 64 hex digits by which ACLs name it.
    pub canonical_id: String,
    /// Its name.
    pub name: String,
    /// Its e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Its alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Whether it is the operator's.
    pub operator: bool,
    /// Whether no key of it may sign.
    pub suspended: bool,
    /// When it was made; unknown of the operator's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

/// Accounts by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accounts {
    /// Some of them, in order.
    pub accounts: Vec<Account>,
    /// What to ask for as `after` to get the next ones; absent: these were the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An account and what there is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountDetails {
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// The access keys of its root user.
    pub keys: Vec<Key>,
    /// What is in it: of each kind that there is.
    pub holds: Vec<Held>,
}

/// How much there is of a kind in an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The kind: `buckets`, `vaults`, `users`, `groups`, `roles`, `policies`, `providers`.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// The names of the first few.
    pub first: Vec<String>,
}

/// An access key of a root user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// Its id.
    pub access_key_id: String,
    /// Whether it may sign.
    pub active: bool,
    /// Whether it is the one that the server is given by its settings or `root.toml`, which is in no record and can be changed there only.
    pub of_settings: bool,
    /// When it was made; unknown of that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// When it was last used, to a minute or so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
}

/// The access keys of a root user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyList {
    /// All of them.
    pub keys: Vec<Key>,
}

/// A new access key: the secret is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewKey {
    /// Its id.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: String,
}

/// A new account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAccount {
    /// The account.
    #[serde(flatten)]
    pub account: Account,
    /// The first key of its root user.
    pub key: NewKey,
}

/// A quota: what is not said has no limit. Asked for and told alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// What it is of: `bucket/NAME`, `vault/ACCOUNT/REGION/NAME` or `account/ID`.
    pub of: String,
    /// Bytes that are not exceeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hard_bytes: Option<u64>,
    /// Objects, each version of one for itself, and archives that are not exceeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hard_objects: Option<u64>,
    /// Bytes beyond which the log says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_bytes: Option<u64>,
    /// Objects and archives beyond which the log says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_objects: Option<u64>,
}

/// A quota and what is used of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Limited {
    /// The quota.
    #[serde(flatten)]
    pub quota: Quota,
    /// Bytes that there are.
    pub used_bytes: u64,
    /// Objects and archives that there are.
    pub used_objects: u64,
}

/// All quotas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quotas {
    /// In the order of what they are of.
    pub quotas: Vec<Limited>,
}

/// Nothing to tell but that it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Refused {
    /// What it is, for programs.
    pub code: String,
    /// What it is, for people.
    pub message: String,
    /// The request, as the logs name it.
    pub request_id: String,
}
