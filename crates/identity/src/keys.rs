//! Where identity records live in the metadata: everything under the tag `I`, which the store leaves alone.
//!
//! | key, after `I` | record |
//! |---|---|
//! | `a` account | account |
//! | `b` alias | the account that has this alias |
//! | `c` canonical user id | its account |
//! | `e` account kind id | user, group or role |
//! | `f` e-mail address | its account |
//! | `k` access key | whose it is |
//! | `l` access key | when it was last used, roughly |
//! | `m` account group user | the user is in the group |
//! | `n` account kind name | the id that the name leads to |
//! | `o` account name | identity provider, by its URL without the scheme |
//! | `p` account name | managed policy |
//! | `q` account kind | counter: how many there are |
//! | `s` | the store's key, sealed under the root key |
//! | `t` account policy-arn 0 usage kind id | the policy is attached there |
//!
//! Accounts have 12 digits, ids 21 characters, kinds one; names but those of
//! providers are in lower case, since two that differ by case only are one.

use std::ops::Range;

use coldkeep_meta::prefix_range;
use coldkeep_types::AccountId;

use crate::EntityKind;

/// The first byte of all keys.
pub const TAG: u8 = b'I';

/// How a policy is used by an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Attached.
    Attached,
    /// As its permissions boundary.
    Boundary,
}

impl Usage {
    fn byte(self) -> u8 {
        match self {
            Self::Attached => b'a',
            Self::Boundary => b'b',
        }
    }
}

fn key(kind: u8, pieces: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![TAG, kind];
    pieces.iter().for_each(|piece| key.extend_from_slice(piece));
    key
}

fn of(account: &AccountId) -> &[u8] {
    account.as_str().as_bytes()
}

pub fn account(account: &AccountId) -> Vec<u8> {
    key(b'a', &[of(account)])
}

pub fn accounts() -> Range<Vec<u8>> {
    prefix_range(&key(b'a', &[]))
}

/// Everything in an account that has a name: all of it must be gone before the account goes.
pub fn of_account(account: &AccountId) -> [Range<Vec<u8>>; 6] {
    [b'e', b'm', b'n', b'o', b'p', b't'].map(|kind| prefix_range(&key(kind, &[of(account)])))
}

pub fn alias(alias: &str) -> Vec<u8> {
    key(b'b', &[alias.as_bytes()])
}

pub fn canonical(id: &str) -> Vec<u8> {
    key(b'c', &[id.as_bytes()])
}

pub fn entity(account: &AccountId, kind: EntityKind, id: &str) -> Vec<u8> {
    key(b'e', &[of(account), &[kind.byte()], id.as_bytes()])
}

pub fn email(address: &str) -> Vec<u8> {
    key(b'f', &[address.to_ascii_lowercase().as_bytes()])
}

pub fn access_key(id: &str) -> Vec<u8> {
    key(b'k', &[id.as_bytes()])
}

pub fn last_use(access_key: &str) -> Vec<u8> {
    key(b'l', &[access_key.as_bytes()])
}

pub fn member(account: &AccountId, group: &str, user: &str) -> Vec<u8> {
    key(b'm', &[of(account), group.as_bytes(), user.as_bytes()])
}

pub fn members(account: &AccountId, group: &str) -> Range<Vec<u8>> {
    prefix_range(&member(account, group, ""))
}

pub fn name(account: &AccountId, kind: EntityKind, name: &str) -> Vec<u8> {
    key(b'n', &[of(account), &[kind.byte()], name.to_ascii_lowercase().as_bytes()])
}

pub fn names(account: &AccountId, kind: EntityKind) -> Range<Vec<u8>> {
    prefix_range(&name(account, kind, ""))
}

pub fn provider(account: &AccountId, name: &str) -> Vec<u8> {
    key(b'o', &[of(account), name.as_bytes()])
}

pub fn providers(account: &AccountId) -> Range<Vec<u8>> {
    prefix_range(&provider(account, ""))
}

pub fn policy(account: &AccountId, name: &str) -> Vec<u8> {
    key(b'p', &[of(account), name.to_ascii_lowercase().as_bytes()])
}

pub fn policies(account: &AccountId) -> Range<Vec<u8>> {
    prefix_range(&policy(account, ""))
}

/// The counter of entities of a kind; of managed policies for `None`.
pub fn count(account: &AccountId, kind: Option<EntityKind>) -> Vec<u8> {
    key(b'q', &[of(account), &[kind.map_or(b'p', EntityKind::byte)]])
}

pub fn sealed_check() -> Vec<u8> {
    key(b's', &[])
}

pub fn attachment(account: &AccountId, arn: &str, usage: Usage, kind: EntityKind, id: &str) -> Vec<u8> {
    key(b't', &[of(account), arn.as_bytes(), &[0, usage.byte(), kind.byte()], id.as_bytes()])
}

pub fn attachments(account: &AccountId, arn: &str, usage: Option<Usage>) -> Range<Vec<u8>> {
    let usage: &[u8] = &usage.map(Usage::byte).map_or(vec![], |byte| vec![byte]);
    prefix_range(&key(b't', &[of(account), arn.as_bytes(), &[0], usage]))
}

/// Of a key made by [`attachment`]: how, which kind, and the id.
pub fn parse_attachment(key: &[u8]) -> Option<(Usage, EntityKind, &str)> {
    let at = key.iter().rposition(|byte| *byte == 0)?;
    let (usage, rest) = key.get(at + 1..)?.split_first()?;
    let usage = match usage {
        b'a' => Usage::Attached,
        b'b' => Usage::Boundary,
        _ => return None,
    };
    let (kind, id) = rest.split_first()?;
    Some((usage, EntityKind::from_byte(*kind)?, std::str::from_utf8(id).ok()?))
}
