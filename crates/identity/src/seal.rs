//! Sealing: what must not be read from a disk is encrypted under the store's key before it is written. That key lies beside it, itself
//! sealed under the server's root key, which does not: so another root key is one record written anew, and moves no data.
//!
//! AES-256-GCM with a random nonce. A sealed value is one byte of version, the four bytes of the key's id, twelve of the nonce, and the
//! ciphertext with its tag; it opens only with the same associated data, which says what it is and whose.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use coldkeep_meta::{Commit, Meta};
use sha2::{Digest, Sha256};
use thiserror::Error as ThisError;
use zeroize::{Zeroize, Zeroizing};

use crate::{Error, keys};

const VERSION: u8 = 1;
const ID_BYTES: usize = 4;

/// The 32 bytes that everything sealed depends on; also of the store's key, which is sealed under it. Wiped when it is dropped.
#[derive(Clone)]
pub struct RootKey(Zeroizing<[u8; 32]>);

impl RootKey {
    /// A key of these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key.
    #[expect(clippy::disallowed_methods, reason = "keys are the system's chance")]
    pub fn random() -> Self {
        Self(Zeroizing::new(rand::random()))
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in 64 hexadecimal digits; `None` if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), &mut *bytes).ok()?;
        Some(Self(bytes))
    }

    /// The key in hexadecimal.
    pub fn to_hex(&self) -> String {
        hex::encode(*self.0)
    }

    /// The name of the key, which tells nothing of it.
    pub fn id(&self) -> String {
        hex::encode(self.id_bytes())
    }

    fn id_bytes(&self) -> [u8; ID_BYTES] {
        let digest = Sha256::new().chain_update("root key id").chain_update(*self.0).finalize();
        [digest[0], digest[1], digest[2], digest[3]]
    }

    /// Bytes for another purpose, which tell nothing of the key.
    fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let digest = Sha256::new().chain_update(purpose).chain_update([0]).chain_update(*self.0).finalize();
        Zeroizing::new(digest.into())
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RootKey({})", self.id())
    }
}

/// Why something sealed does not open.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
pub enum SealError {
    /// Another root key sealed it.
    #[error(
        "the root key {needed} is missing: what is sealed here was sealed under it, and the server has {has}. Nothing was \
         changed. Give the right key by COLDKEEP_ROOT_KEY_FILE or COLDKEEP_ROOT_KEY, or put back root.toml with its line root_key"
    )]
    OtherKey {
        /// The id of the key that is needed.
        needed: String,
        /// The id of the key that is there.
        has: String,
    },
    /// There is no store yet whose key could be sealed.
    #[error("nothing is sealed here yet")]
    Nothing,
    /// It is not what was sealed, or it was sealed for something else.
    #[error("a sealed value is damaged")]
    Damaged,
}

/// Seals and opens under one key.
#[derive(Clone)]
pub struct Sealer {
    id: [u8; ID_BYTES],
    key: Option<Arc<LessSafeKey>>,
    ids: Zeroizing<[u8; 32]>,
    server: Zeroizing<[u8; 32]>,
}

impl Sealer {
    /// A sealer under this key.
    pub fn new(root: &RootKey) -> Self {
        let key =
            UnboundKey::new(&AES_256_GCM, &*root.derived("sealing")).ok().map(|key| Arc::new(LessSafeKey::new(key)));
        let (ids, server) = (root.derived("access key ids"), root.derived("server key"));
        Self { id: root.id_bytes(), key, ids, server }
    }

    pub(crate) fn id(&self) -> [u8; ID_BYTES] {
        self.id
    }

    /// The name of the key.
    pub fn key_id(&self) -> String {
        hex::encode(self.id)
    }

    /// The key with which the server wraps the data keys of objects.
    pub(crate) fn server_key(&self) -> Zeroizing<[u8; 32]> {
        self.server.clone()
    }

    /// What the checks in access key ids are made with.
    pub(crate) fn id_secret(&self) -> &[u8; 32] {
        &self.ids
    }

    /// Seals `plain`; `about` says what it is and whose, and is needed again to open it.
    #[expect(clippy::disallowed_methods, reason = "nonces are the system's chance")]
    pub fn seal(&self, plain: &[u8], about: &str) -> Result<Vec<u8>, SealError> {
        let key = self.key.as_ref().ok_or(SealError::Damaged)?;
        let nonce: [u8; NONCE_LEN] = rand::random();
        // With room for the tag: a buffer that grew would leave the plaintext behind.
        let mut sealed = Vec::with_capacity(plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(plain);
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        if key.seal_in_place_append_tag(nonce_used, Aad::from(about), &mut sealed).is_err() {
            sealed.zeroize();
            return Err(SealError::Damaged);
        }
        Ok([&[VERSION], self.id.as_slice(), &nonce, &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) made. It is wiped when it is dropped.
    pub fn open(&self, sealed: &[u8], about: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key = self.key.as_ref().ok_or(SealError::Damaged)?;
        let rest = sealed.strip_prefix(&[VERSION]).ok_or(SealError::Damaged)?;
        let (id, rest) = rest.split_first_chunk::<ID_BYTES>().ok_or(SealError::Damaged)?;
        if *id != self.id {
            return Err(SealError::OtherKey { needed: hex::encode(id), has: self.key_id() });
        }
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Damaged)?;
        let mut plain = Zeroizing::new(rest.to_vec());
        let opened = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(about), &mut plain);
        let length = opened.map_err(|_| SealError::Damaged)?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// The id of the root key under which these records are sealed; `None`: under none yet.
pub async fn sealed_under(meta: &dyn Meta) -> Result<Option<String>, Error> {
    let entry = meta.get(&keys::sealed_check()).await?;
    Ok(entry.and_then(|entry| entry.value.get(1..=ID_BYTES).map(hex::encode)))
}

/// What the store's key is sealed as.
const STORE_KEY: &str = "root key";

/// Refuses a root key that is not the one that sealed the store's key, or where that key is damaged. It changes nothing, so a server can ask
/// before it does.
pub async fn prove_root_key(meta: &dyn Meta, root: &RootKey) -> Result<(), Error> {
    unlocked(meta, root).await.map(drop)
}

/// The sealer under the store's key, opened by the root key; `None` where there is none yet.
async fn unlocked(meta: &dyn Meta, root: &RootKey) -> Result<Option<Sealer>, Error> {
    match meta.get(&keys::sealed_check()).await? {
        Some(entry) => Ok(Some(Sealer::new(&store_key(root, &entry.value)?))),
        None => Ok(None),
    }
}

/// The sealer under the store's key, opened by the root key; a new store gets one, by whichever of its servers comes first. Refuses a root
/// key that is not the one that sealed it: then nothing is changed.
pub(crate) async fn unlock(meta: &dyn Meta, root: &RootKey) -> Result<Sealer, Error> {
    loop {
        if let Some(sealer) = unlocked(meta, root).await? {
            return Ok(sealer);
        }
        let (record, made) = (keys::sealed_check(), RootKey::random());
        let mut commit = Commit::default();
        commit.expect(record.clone(), None).put(record, Sealer::new(root).seal(&made.0[..], STORE_KEY)?);
        match meta.commit(commit).await {
            Ok(()) => return Ok(Sealer::new(&made)),
            Err(coldkeep_meta::Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Seals the store's key under another root key. From its one commit on only that one opens it.
pub async fn change_root_key(meta: &dyn Meta, from: &RootKey, to: &RootKey) -> Result<(), Error> {
    let record = keys::sealed_check();
    let entry = meta.get(&record).await?.ok_or(SealError::Nothing)?;
    let key = store_key(from, &entry.value)?;
    let mut commit = Commit::default();
    commit.expect(record.clone(), Some(entry.version)).put(record, Sealer::new(to).seal(&key.0[..], STORE_KEY)?);
    Ok(meta.commit(commit).await?)
}

/// The store's key out of its record.
fn store_key(root: &RootKey, sealed: &[u8]) -> Result<RootKey, SealError> {
    let opened = Sealer::new(root).open(sealed, STORE_KEY)?;
    match opened.len() {
        // The first servers sealed nothing here, and all else under the root key itself: there it is the store's key too.
        0 => Ok(root.clone()),
        _ => Ok(RootKey::from_bytes(opened.as_slice().try_into().map_err(|_| SealError::Damaged)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_purpose_only() {
        let (one, other) = (RootKey::from_bytes([1; 32]), RootKey::from_bytes([2; 32]));
        let sealer = Sealer::new(&one);
        let sealed = sealer.seal(b"secret", "key AKIA").expect("sealed");
        assert_eq!(sealer.open(&sealed, "key AKIA").expect("it opens").as_slice(), b"secret");
        assert_eq!(sealer.open(&sealed, "key AKIB"), Err(SealError::Damaged));
        let refused = Sealer::new(&other).open(&sealed, "key AKIA").expect_err("another key");
        assert_eq!(refused, SealError::OtherKey { needed: one.id(), has: other.id() });
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(sealer.open(&changed, "key AKIA").is_err(), "byte {at}");
            assert!(sealer.open(&sealed[..at], "key AKIA").is_err(), "{at} bytes");
        }
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_eq!(RootKey::parse(&one.to_hex()).map(|key| key.id()), Some(one.id()));
        assert!(RootKey::parse("00").is_none());
        assert_eq!(format!("{one:?}"), format!("RootKey({})", one.id()), "a key is not printed");
    }
}
