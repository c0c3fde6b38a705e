//! Where the root key is: in the data folder, in a file, in a variable, or wrapped by a key management service.
//!
//! The store's key is sealed under it, and everything else under that. It is known by an id, which the store remembers; so a start
//! tells which key is missing, and an exchange that was interrupted ([`rotate`]) is seen and settled.

mod args;
mod aws_kms;
pub mod rotate;
mod shared;
mod transit;

use std::path::Path;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_identity::RootKey;

use crate::Failure;
use crate::root_file::{Kept, damaged};
pub use args::RootKeyArgs;

/// Where the root key is.
pub enum Source {
    /// In `root.toml`, where the first start puts it.
    Folder,
    /// With the operator, who gave it.
    Given(RootKey),
    /// In `root.toml`, wrapped.
    Wrapped(Box<dyn Wrapping>),
}

/// A key management service: it knows a key that the server never sees, and wraps the root key with it.
#[async_trait]
pub trait Wrapping: Send + Sync {
    /// The root key as `root.toml` keeps it.
    async fn wrap(&self, key: &RootKey) -> Result<String, Failure>;
    /// The root key again.
    async fn unwrap(&self, wrapped: &str) -> Result<RootKey, Failure>;
}

/// The root key in what a service unwrapped, which speaks base64.
fn of_base64(text: &str) -> Option<RootKey> {
    STANDARD.decode(text).ok()?.try_into().ok().map(RootKey::from_bytes)
}

/// Finds the root key, or makes it where nothing is sealed yet: `needed` is the id of the one that something is sealed under. What is to
/// be kept in `root.toml` is put into `keep`.
pub async fn find(source: &Source, keep: &mut Kept, path: &Path, needed: Option<&str>) -> Result<RootKey, Failure> {
    let fits = |key: &RootKey| needed.is_none_or(|needed| key.id() == needed);
    match source {
        Source::Given(key) => Ok(key.clone()),
        Source::Folder => {
            let mut keys = Vec::new();
            for text in keep.root_key.iter().chain(&keep.previous_root_key) {
                keys.push(RootKey::parse(text).ok_or_else(|| damaged(path, "root_key has not 64 hexadecimal digits"))?);
            }
            let key = match (keys.iter().find(|key| fits(key)).or(keys.first()), needed) {
                (Some(key), _) => key.clone(),
                (None, Some(needed)) => return Err(missing(keep, path, needed)),
                (None, None) => RootKey::random(),
            };
            if fits(&key) {
                settle(keep, Some(key.to_hex()), None);
            }
            Ok(key)
        }
        Source::Wrapped(service) => {
            let mut first = None;
            for wrapped in keep.wrapped_root_key.clone().into_iter().chain(keep.previous_wrapped_root_key.clone()) {
                let key = service.unwrap(&wrapped).await?;
                if fits(&key) {
                    settle(keep, None, Some(wrapped));
                    return Ok(key);
                }
                first.get_or_insert(key);
            }
            match (first, needed) {
                (Some(key), _) => Ok(key),
                (None, Some(needed)) => Err(missing(keep, path, needed)),
                (None, None) => {
                    let key = RootKey::random();
                    settle(keep, None, Some(service.wrap(&key).await?));
                    Ok(key)
                }
            }
        }
    }
}

/// One place, and none before it.
fn settle(keep: &mut Kept, root_key: Option<String>, wrapped_root_key: Option<String>) {
    (keep.root_key, keep.wrapped_root_key) = (root_key, wrapped_root_key);
    (keep.previous_root_key, keep.previous_wrapped_root_key) = (None, None);
}

fn missing(keep: &Kept, path: &Path, needed: &str) -> Failure {
    let has = match (keep.root_key.is_some(), keep.wrapped_root_key.is_some()) {
        (true, _) => {
            "has it as it is: leave out the key management service, or move it there with `coldkeep root-key rotate`"
        }
        (_, true) => "has it wrapped: name the key management service, by --root-key-kms or --root-key-transit",
        _ => {
            "has no line root_key: put back a copy of that file, or give the key by COLDKEEP_ROOT_KEY_FILE or COLDKEEP_ROOT_KEY"
        }
    };
    Failure::new(format!(
        "the root key {needed} is missing: everything secret is sealed under it, and {} {has}.\nNothing was changed.",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A service whose wrapping is to spell backwards.
    struct Backwards;

    #[async_trait]
    impl Wrapping for Backwards {
        async fn wrap(&self, key: &RootKey) -> Result<String, Failure> {
            Ok(key.to_hex().chars().rev().collect())
        }

        async fn unwrap(&self, wrapped: &str) -> Result<RootKey, Failure> {
            let text: String = wrapped.chars().rev().collect();
            RootKey::parse(&text).ok_or_else(|| Failure::new("not wrapped here"))
        }
    }

    fn key(byte: u8) -> RootKey {
        RootKey::from_bytes([byte; 32])
    }

    async fn found(source: &Source, keep: &mut Kept, needed: Option<&RootKey>) -> Result<String, String> {
        let needed = needed.map(RootKey::id);
        let found = find(source, keep, Path::new("root.toml"), needed.as_deref()).await;
        found.map(|key| key.id()).map_err(|failure| failure.to_string())
    }

    /// An exchange that was killed left both keys; the one in force is found, whichever it is, and the other forgotten.
    #[tokio::test]
    async fn after_an_exchange_was_cut_off_the_key_in_force_is_found() {
        let (old, new) = (key(1), key(2));
        let wrapped = |key: &RootKey| key.to_hex().chars().rev().collect::<String>();
        let service = || Source::Wrapped(Box::new(Backwards));
        for in_force in [&old, &new] {
            let mut keep =
                Kept { root_key: Some(new.to_hex()), previous_root_key: Some(old.to_hex()), ..Kept::default() };
            assert_eq!(found(&Source::Folder, &mut keep, Some(in_force)).await, Ok(in_force.id()));
            assert_eq!((keep.root_key, keep.previous_root_key), (Some(in_force.to_hex()), None));
            let mut keep = Kept {
                wrapped_root_key: Some(wrapped(&new)),
                previous_wrapped_root_key: Some(wrapped(&old)),
                ..Kept::default()
            };
            assert_eq!(found(&service(), &mut keep, Some(in_force)).await, Ok(in_force.id()));
            assert_eq!((keep.wrapped_root_key, keep.previous_wrapped_root_key), (Some(wrapped(in_force)), None));
        }
        // On its way from the folder to a service.
        let moving =
            Kept { wrapped_root_key: Some(wrapped(&new)), previous_root_key: Some(old.to_hex()), ..Kept::default() };
        let mut keep = moving.clone();
        assert_eq!(found(&Source::Folder, &mut keep, Some(&old)).await, Ok(old.id()));
        assert!(keep.wrapped_root_key.is_none() && keep.previous_root_key.is_none());
        let mut keep = moving;
        assert_eq!(found(&service(), &mut keep, Some(&new)).await, Ok(new.id()));
        assert!(keep.root_key.is_none() && keep.previous_root_key.is_none());
    }

    #[tokio::test]
    async fn a_key_is_made_only_where_none_is_needed_and_where_it_lies_is_told() {
        let service = || Source::Wrapped(Box::new(Backwards));
        let (mut folder, mut wrapped) = (Kept::default(), Kept::default());
        let made = found(&Source::Folder, &mut folder, None).await.expect("one is made");
        assert_eq!(folder.root_key.as_deref().and_then(RootKey::parse).map(|key| key.id()), Some(made));
        found(&service(), &mut wrapped, None).await.expect("one is made");
        assert!(wrapped.root_key.is_none() && wrapped.wrapped_root_key.is_some());
        for (source, mut keep, told) in [
            (Source::Folder, Kept::default(), "no line root_key"),
            (Source::Folder, wrapped, "--root-key-transit"),
            (service(), Kept::default(), "no line root_key"),
            (service(), folder, "coldkeep root-key rotate"),
        ] {
            let before = keep.clone();
            let words = found(&source, &mut keep, Some(&key(9))).await.expect_err("it is missing");
            assert!(words.contains(told) && words.contains(&key(9).id()), "{words}");
            assert!(keep == before);
        }
    }
}
