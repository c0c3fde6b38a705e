//! The root account and its key pair: given by settings, or made at the first start and kept in `root.toml`.
//!
//! A data folder belongs to the account of its first start: served for another one, its vaults would be nowhere and its buckets change
//! hands.

use std::path::Path;

use coldkeep_auth::{AccessKey, Caller};
use coldkeep_identity::{RootKey, new_account_id};
use coldkeep_types::AccountId;
use rand::RngExt;

use crate::Failure;
use crate::root_file::{Kept, damaged};
use crate::root_key::{self, Source};

/// The root account with the key pair that is in force.
pub struct RootAccount {
    /// Its id.
    pub id: AccountId,
    /// Its access key.
    pub access_key: String,
    /// Its secret key.
    pub secret_key: String,
    /// What secrets are sealed under.
    pub root_key: RootKey,
    /// Where the key pair comes from.
    pub origin: Origin,
}

/// Where a key pair comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made now; to be shown once.
    Made,
    /// Made at an earlier start.
    Kept,
    /// Given by settings, and kept nowhere.
    Given,
}

/// Refuses a data folder that belongs to another account than the settings name. It changes nothing.
pub fn must_belong(path: &Path, given: &Given) -> Result<(), Failure> {
    belongs(&Kept::read(path)?, path, given)
}

fn belongs(kept: &Kept, path: &Path, given: &Given) -> Result<(), Failure> {
    match (&kept.account_id, &given.id) {
        (Some(kept), Some(given)) if kept != given.as_str() => Err(Failure::new(format!(
            "the data folder belongs to the account {kept}, as {} says, and the settings name the account {given}.\n\
             Nothing was changed. Set COLDKEEP_ACCOUNT_ID to {kept} or leave it out, or name another folder with --data.",
            path.display()
        ))),
        _ => Ok(()),
    }
}

/// Refuses a server of a shared store that is not told everything: none of them keeps anything that another could be told.
pub fn must_be_whole(given: &Given) -> Result<(), Failure> {
    let missing = match given {
        Given { id: None, .. } => "COLDKEEP_ACCOUNT_ID",
        Given { keys: None, .. } => {
            "COLDKEEP_ROOT_ACCESS_KEY, and COLDKEEP_ROOT_SECRET_KEY_FILE or COLDKEEP_ROOT_SECRET_KEY"
        }
        Given { root_key: Source::Given(_), .. } => return Ok(()),
        _ => "COLDKEEP_ROOT_KEY_FILE or COLDKEEP_ROOT_KEY",
    };
    Err(Failure::new(format!(
        "the servers of a shared store are all told the same root account and root key, since none of them keeps it: set {missing}."
    )))
}

/// What the settings say.
pub struct Given {
    /// The account's id.
    pub id: Option<AccountId>,
    /// Access key and secret key.
    pub keys: Option<(String, String)>,
    /// Where the root key is.
    pub root_key: Source,
}

impl RootAccount {
    /// Reads the root account, or makes it. `needed` is the id of the root key under which there are secrets already: then none is
    /// made. To be called with the data folder locked.
    pub async fn open(path: &Path, given: Given, needed: Option<&str>) -> Result<Self, Failure> {
        let kept = Kept::read(path)?;
        belongs(&kept, path, &given)?;
        let mut keep = kept.clone();
        let id = match (given.id, &kept.account_id) {
            (Some(id), _) => id,
            (None, Some(id)) => AccountId::parse(id).map_err(|error| damaged(path, &error.to_string()))?,
            (None, None) => new_account_id().map_err(|error| Failure::new(error.to_string()))?,
        };
        keep.account_id.get_or_insert_with(|| id.to_string());
        let (origin, (access_key, secret_key)) =
            match (given.keys, kept.access_key.clone().zip(kept.secret_key.clone())) {
                (Some(keys), _) => (Origin::Given, keys),
                (None, Some(keys)) => (Origin::Kept, keys),
                (None, None) => {
                    let keys = (format!("AKIA{}", random_text(16, UPPER)), random_text(40, MIXED));
                    (keep.access_key, keep.secret_key) = (Some(keys.0.clone()), Some(keys.1.clone()));
                    (Origin::Made, keys)
                }
            };
        let root_key = root_key::find(&given.root_key, &mut keep, path, needed).await?;
        // The root key is on the disk before anything is sealed under it.
        if keep != kept {
            keep.write(path)?;
        }
        Ok(Self { id, access_key, secret_key, root_key, origin })
    }

    /// The root account of a shared store: all of it is given, and nothing is kept. Refuses by name what is not given.
    pub fn as_given(given: Given) -> Result<Self, Failure> {
        must_be_whole(&given)?;
        match (given.id, given.keys, given.root_key) {
            (Some(id), Some((access_key, secret_key)), Source::Given(root_key)) => {
                Ok(Self { id, access_key, secret_key, root_key, origin: Origin::Given })
            }
            _ => Err(Failure::new("the root account is not given whole.")),
        }
    }

    /// The key as signatures are verified with.
    pub fn key(&self) -> AccessKey {
        let caller = Caller::root(self.id.clone(), &self.access_key);
        AccessKey { secret: self.secret_key.clone(), session_token: None, caller }
    }
}

/// The characters of Amazon's access keys.
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// No characters that a shell or a URL would touch.
const MIXED: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn random_text(length: usize, alphabet: &[u8]) -> String {
    let mut random = rand::rng();
    (0..length).map(|_| char::from(alphabet[random.random_range(0..alphabet.len())])).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::root_file::{FILE_NAME, verify};

    const CHECK: &str = "check = ";
    const NOTHING: Given = Given { id: None, keys: None, root_key: Source::Folder };

    fn given(id: &str) -> Given {
        Given { id: AccountId::parse(id).ok(), keys: Some(("me".into(), "my secret".into())), root_key: Source::Folder }
    }

    #[tokio::test]
    async fn the_first_start_makes_a_pair_and_later_ones_find_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.toml");
        let first = RootAccount::open(&path, NOTHING, None).await.unwrap();
        assert_eq!((first.access_key.len(), first.secret_key.len(), first.origin), (20, 40, Origin::Made));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let second = RootAccount::open(&path, NOTHING, None).await.unwrap();
        assert_eq!((&second.id, &second.secret_key, second.origin), (&first.id, &first.secret_key, Origin::Kept));
    }

    #[tokio::test]
    async fn given_keys_are_used_and_not_kept_but_the_account_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.toml");
        let first = RootAccount::open(&path, Given { id: None, ..given("") }, None).await.unwrap();
        assert_eq!((first.access_key.as_str(), first.origin), ("me", Origin::Given));
        assert!(!std::fs::read_to_string(&path).unwrap().contains("secret"));
        let second = RootAccount::open(&path, NOTHING, None).await.unwrap();
        assert_eq!((&second.id, second.origin), (&first.id, Origin::Made));
        let first_id = first.id;
        let third = RootAccount::open(&path, given(first_id.as_str()), None).await.unwrap();
        assert_eq!((third.id, third.access_key.as_str()), (first_id, "me"));
    }

    #[tokio::test]
    async fn a_folder_of_another_account_is_refused_by_both_names_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.toml");
        assert!(must_belong(&path, &given("123456789012")).is_ok(), "a new folder is anybody's");
        RootAccount::open(&path, given("123456789012"), None).await.unwrap();
        let before = std::fs::read(&path).unwrap();
        for keys in [true, false] {
            let other = || Given { keys: given("").keys.filter(|_| keys), ..given("210987654321") };
            for refused in [must_belong(&path, &other()).err(), RootAccount::open(&path, other(), None).await.err()] {
                let words = refused.expect("it is another's").to_string();
                assert!(words.contains("123456789012") && words.contains("210987654321"), "{words}");
            }
        }
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(RootAccount::open(&path, given(""), None).await.unwrap().id.as_str(), "123456789012");
    }

    #[tokio::test]
    async fn a_damaged_file_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("root.toml");
        std::fs::write(&path, "account_id = ").unwrap();
        assert!(RootAccount::open(&path, NOTHING, None).await.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "account_id = ");
    }

    #[tokio::test]
    async fn a_flipped_bit_is_known_and_a_file_without_check_is_fine() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        let first = RootAccount::open(&path, NOTHING, None).await.unwrap();
        let good = std::fs::read(&path).unwrap();
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert!(verify(&path).is_err(), "{}", String::from_utf8_lossy(&bytes));
            assert!(RootAccount::open(&path, NOTHING, None).await.is_err());
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left as it is");
        }
        let text = String::from_utf8(good).unwrap();
        let old: String = text.split_inclusive('\n').filter(|line| !line.starts_with(CHECK)).collect();
        std::fs::write(&path, old).unwrap();
        let second = RootAccount::open(&path, NOTHING, None).await.unwrap();
        assert_eq!((second.secret_key, second.origin), (first.secret_key, Origin::Kept));
        assert!(verify(&dir.path().join("none")).is_ok());
    }

    #[tokio::test]
    async fn the_root_key_is_made_once_given_before_kept_and_missed_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        let made = RootAccount::open(&path, given("123456789012"), None).await.unwrap().root_key.id();
        let again = RootAccount::open(&path, given("123456789012"), Some(&made)).await.unwrap();
        assert_eq!(again.root_key.id(), made);
        let other = RootKey::from_bytes([7; 32]);
        let with = Given { root_key: Source::Given(other.clone()), ..given("123456789012") };
        let before = std::fs::read(&path).unwrap();
        assert_eq!(RootAccount::open(&path, with, None).await.unwrap().root_key.id(), other.id());
        assert_eq!(std::fs::read(&path).unwrap(), before, "a key that is given is not kept");
        std::fs::remove_file(&path).unwrap();
        let words = RootAccount::open(&path, given("123456789012"), Some(&made)).await.err().unwrap().to_string();
        assert!(words.contains(&made) && !path.exists(), "{words}");
    }

    #[tokio::test]
    async fn only_the_right_key_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let root = RootAccount::open(&dir.path().join("root.toml"), given("123456789012"), None).await.unwrap();
        let keys = root.key();
        use coldkeep_auth::Keys;
        assert_eq!(keys.lookup("me").unwrap().caller.arn, "arn:aws:iam::123456789012:root");
        assert!(keys.lookup("you").is_none());
    }
}
