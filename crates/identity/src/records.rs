//! The records: CBOR maps of numbered fields behind one byte, the version, as the store's are. Times are milliseconds since 1970.

use std::collections::BTreeMap;

pub(crate) use coldkeep_meta::Record;
use minicbor::{Decode, Encode};

/// Whom policies are attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityKind {
    /// A user.
    User,
    /// A group of users.
    Group,
    /// A role, which sessions are of.
    Role,
}

impl EntityKind {
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::User => b'u',
            Self::Group => b'g',
            Self::Role => b'r',
        }
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        [Self::User, Self::Group, Self::Role].into_iter().find(|kind| kind.byte() == byte)
    }

    /// The word in ARNs and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
        }
    }

    /// How many an account may have (quotas of IAM).
    pub fn quota(self) -> i64 {
        match self {
            Self::User => 5000,
            Self::Group => 300,
            Self::Role => 1000,
        }
    }

    /// The quota's name.
    pub fn quota_name(self) -> &'static str {
        match self {
            Self::User => "UsersPerAccount",
            Self::Group => "GroupsPerAccount",
            Self::Role => "RolesPerAccount",
        }
    }

    /// How many characters but white space all inline policies of one may have together.
    pub fn inline_quota(self) -> usize {
        match self {
            Self::User => 2048,
            Self::Group => 5120,
            Self::Role => 10240,
        }
    }
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Tag {
    /// Its key.
    #[n(0)]
    pub key: String,
    /// Its value.
    #[n(1)]
    pub value: String,
}

/// An access key of a user.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct StoredKey {
    /// `AKIA...`.
    #[n(0)]
    pub id: String,
    /// Whether it may sign.
    #[n(1)]
    pub active: bool,
    /// When it was made.
    #[n(2)]
    pub created: i64,
    /// The secret, sealed.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub sealed: Vec<u8>,
}

/// A user, group or role.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entity {
    /// `AIDA...`, `AGPA...` or `AROA...`.
    #[n(0)]
    pub id: String,
    /// Its name, as it was written.
    #[n(1)]
    pub name: String,
    /// `/` or `/some/path/`.
    #[n(2)]
    pub path: String,
    /// When it was made.
    #[n(3)]
    pub created: i64,
    /// Its tags, by key.
    #[n(4)]
    pub tags: Vec<Tag>,
    /// The ARNs of the managed policies attached to it, in the order of attaching.
    #[n(5)]
    pub attached: Vec<String>,
    /// Its inline policies: documents by name.
    #[n(6)]
    pub inline: BTreeMap<String, String>,
    /// The ARN of its permissions boundary.
    #[n(7)]
    pub boundary: Option<String>,
    /// A user's groups, by id.
    #[n(8)]
    pub groups: Vec<String>,
    /// A user's access keys.
    #[n(9)]
    pub keys: Vec<StoredKey>,
    /// A role's trust policy.
    #[n(10)]
    pub trust: Option<String>,
    /// A role's description.
    #[n(11)]
    pub description: Option<String>,
    /// The longest session of a role, in seconds.
    #[n(12)]
    pub max_session_seconds: Option<u32>,
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PolicyVersion {
    /// Its number: 1 is `v1`.
    #[n(0)]
    pub number: u32,
    /// The document.
    #[n(1)]
    pub document: String,
    /// When it was made.
    #[n(2)]
    pub created: i64,
}

/// A policy of its own.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ManagedPolicy {
    /// `ANPA...`.
    #[n(0)]
    pub id: String,
    /// Its name, as it was written.
    #[n(1)]
    pub name: String,
    /// `/` or `/some/path/`.
    #[n(2)]
    pub path: String,
    /// Its description.
    #[n(3)]
    pub description: Option<String>,
    /// When it was made.
    #[n(4)]
    pub created: i64,
    /// When its default version last changed.
    #[n(5)]
    pub updated: i64,
    /// Its tags, by key.
    #[n(6)]
    pub tags: Vec<Tag>,
    /// The number of the version in force.
    #[n(7)]
    pub default: u32,
    /// Its versions, at most five, oldest first.
    #[n(8)]
    pub versions: Vec<PolicyVersion>,
    /// The number of the next version: numbers are never given twice.
    #[n(9)]
    pub next: u32,
}

impl ManagedPolicy {
    /// The version in force.
    pub fn in_force(&self) -> Option<&PolicyVersion> {
        self.version(self.default)
    }

    /// A version by its number.
    pub fn version(&self, number: u32) -> Option<&PolicyVersion> {
        self.versions.iter().find(|version| version.number == number)
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Account {
    /// Its 12 digits.
    #[n(0)]
    pub id: String,
    /// Its name, as listings show owners.
    #[n(1)]
    pub name: String,
    /// The address by which ACLs may name it.
    #[n(2)]
    pub email: Option<String>,
    /// Nobody of a suspended account may sign.
    #[n(3)]
    pub suspended: bool,
    /// When it was made.
    #[n(4)]
    pub created: i64,
    /// Its alias.
    #[n(5)]
    pub alias: Option<String>,
    /// The access keys of its root user; the operator's is in no record.
    #[n(6)]
    pub keys: Vec<StoredKey>,
}

/// Whose an access key is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub(crate) struct KeyOwner {
    #[n(0)]
    pub account: String,
    /// The user's id; `None`: the root user's.
    #[n(1)]
    pub user: Option<String>,
}

impl Record for Entity {}
impl Record for ManagedPolicy {}
impl Record for Account {}
impl Record for KeyOwner {}
