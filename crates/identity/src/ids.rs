//! Unique ids, access key ids and secrets.
//!
//! An access key id is `AKIA` or `ASIA` and 16 characters of base32: ten of chance and six of a check under the store's key. Who makes
//! one up is told so without a look at any record.

use coldkeep_types::{AccountId, InvalidName};
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use sha2::Sha256;

/// The characters of Amazon's ids: base32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// No characters that a shell or a URL would touch.
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const CHANCE: usize = 10;
const CHECK: usize = 6;

/// What a unique id is of; see "Understanding unique ID prefixes" in the IAM user guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// `AIDA`.
    User,
    /// `AGPA`.
    Group,
    /// `AROA`.
    Role,
    /// `ANPA`.
    Policy,
}

impl Unique {
    /// A new id: the prefix and 17 characters.
    pub fn new_id(self) -> String {
        let prefix = match self {
            Self::User => "AIDA",
            Self::Group => "AGPA",
            Self::Role => "AROA",
            Self::Policy => "ANPA",
        };
        format!("{prefix}{}", random_text(17, ALPHABET))
    }
}

/// 12 digits for a new account, of which the first is not 0. Whether they are taken is to be seen.
pub fn new_account_id() -> Result<AccountId, InvalidName> {
    AccountId::parse(&format!("{}{}", random_text(1, b"123456789"), random_text(11, b"0123456789")))
}

/// A new access key id with this prefix, `AKIA` or `ASIA`.
pub fn access_key(prefix: &str, secret: &[u8; 32]) -> String {
    let body = format!("{prefix}{}", random_text(CHANCE, ALPHABET));
    let check = check(&body, secret);
    format!("{body}{check}")
}

/// Whether this store's key made the id.
pub fn is_ours(access_key: &str, secret: &[u8; 32]) -> bool {
    let known = access_key.starts_with("AKIA") || access_key.starts_with("ASIA");
    let parts = access_key.split_at_checked(4 + CHANCE);
    known && parts.is_some_and(|(body, tail)| tail.len() == CHECK && tail == check(body, secret))
}

fn check(body: &str, secret: &[u8; 32]) -> String {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    let sum = mac.chain_update(b"access key id").chain_update(body).finalize().into_bytes();
    sum.iter().take(CHECK).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// A new secret access key.
pub fn secret_key() -> String {
    random_text(40, MIXED)
}

#[expect(clippy::disallowed_methods, reason = "ids and secrets are the system's chance")]
fn random_text(length: usize, alphabet: &[u8]) -> String {
    let mut random = rand::rng();
    (0..length).map(|_| char::from(alphabet[random.random_range(0..alphabet.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_ids_pass() {
        let id = access_key("AKIA", &[7; 32]);
        assert_eq!(id.len(), 20);
        assert!(is_ours(&id, &[7; 32]) && !is_ours(&id, &[8; 32]));
        for at in 4..20 {
            let mut bytes = id.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert!(!is_ours(std::str::from_utf8(&bytes).expect("ASCII"), &[7; 32]), "a changed character {at}");
        }
        for stranger in ["", "AKIA", "AKIAIOSFODNN7EXAMPLE", "me", "AKIAüüüüüüüüüüü", &id[..19]] {
            assert!(!is_ours(stranger, &[7; 32]), "{stranger}");
        }
        assert_eq!(Unique::User.new_id().len(), 21);
    }
}
