//! Series: ciphertexts that share a derived key, so that not each of them costs a derivation and a key schedule.
//!
//! A key that is opened into memory encrypts in a series of its own: a salt of chance, and the cipher that HKDF makes of it and the key's
//! material. Nonces are of chance too, so a series ends after [`MOST`] ciphertexts, when two nonces alike are as unlikely as 2^-57; then
//! another begins. To read, the ciphers of the series that were met last are kept.
//!
//! Invariants: what is kept belongs to one version of the key's record and goes with it; it holds no data key and no material, is bounded,
//! and whether the key may be used is asked before it is looked for. The crypto library wipes a cipher that is given up.

use std::num::NonZeroUsize;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt as HkdfSalt};
use lru::LruCache;
use parking_lot::Mutex;
use zeroize::Zeroizing;

/// Bytes of a salt: no two of so many are alike.
pub(crate) const SALT_BYTES: usize = 20;
/// The most ciphertexts of a series.
const MOST: u32 = 1 << 20;
/// Ciphers that a key keeps to read with: each run of a server that encrypted makes a series, or more.
const KEPT: NonZeroUsize = NonZeroUsize::new(8).unwrap();
const KEY_BYTES: usize = 32;
const INFO: &[u8] = b"coldkeep kms ciphertext 2";
const INFO_OF_ONE: &[u8] = b"coldkeep kms ciphertext 1";

type Salt = [u8; SALT_BYTES];

/// The series of one key.
pub struct Series(Mutex<Kept>);

struct Kept {
    writing: Option<Writing>,
    /// By material and salt.
    read: LruCache<(u32, Salt), Arc<LessSafeKey>>,
}

/// The series in which is encrypted.
struct Writing {
    material: u32,
    salt: Salt,
    cipher: Arc<LessSafeKey>,
    left: u32,
}

impl Default for Series {
    fn default() -> Self {
        Self(Mutex::new(Kept { writing: None, read: LruCache::new(KEPT) }))
    }
}

impl Series {
    /// The series for the next ciphertext under this material, whose secret this is.
    pub(crate) fn to_write(&self, material: u32, secret: &[u8]) -> Option<(Salt, Arc<LessSafeKey>)> {
        let mut kept = self.0.lock();
        if !kept.writing.as_ref().is_some_and(|writing| writing.material == material && writing.left > 0) {
            let salt = crate::secret::random();
            let cipher = Arc::new(cipher(secret, &salt)?);
            kept.read.put((material, salt), cipher.clone());
            kept.writing = Some(Writing { material, salt, cipher, left: MOST });
        }
        let writing = kept.writing.as_mut()?;
        writing.left -= 1;
        Some((writing.salt, writing.cipher.clone()))
    }

    /// The cipher of the series with this salt.
    pub(crate) fn to_read(&self, material: u32, secret: &[u8], salt: &Salt) -> Option<Arc<LessSafeKey>> {
        let at = (material, *salt);
        if let Some(cipher) = self.0.lock().read.get(&at) {
            return Some(cipher.clone());
        }
        let cipher = Arc::new(cipher(secret, salt)?);
        self.0.lock().read.put(at, cipher.clone());
        Some(cipher)
    }
}

/// So many bytes derived from a secret: HKDF-SHA-256 (RFC 5869).
struct Derived<const N: usize>;

impl<const N: usize> KeyType for Derived<N> {
    fn len(&self) -> usize {
        N
    }
}

fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[u8]) -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    let prk = HkdfSalt::new(HKDF_SHA256, salt).extract(secret);
    prk.expand(&[info], Derived::<N>).ok()?.fill(&mut *bytes).ok()?;
    Some(bytes)
}

fn cipher(secret: &[u8], salt: &Salt) -> Option<LessSafeKey> {
    let key = derive::<KEY_BYTES>(salt, secret, INFO)?;
    UnboundKey::new(&AES_256_GCM, &key[..]).map(LessSafeKey::new).ok()
}

/// Cipher and nonce of a ciphertext of the first version, which is a series of its own.
pub(crate) fn of_one(secret: &[u8], salt: &[u8]) -> Option<(LessSafeKey, Nonce)> {
    let bytes = derive::<{ KEY_BYTES + NONCE_LEN }>(salt, secret, INFO_OF_ONE)?;
    let (key, nonce) = bytes.split_at(KEY_BYTES);
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    Some((key, Nonce::try_assume_unique_for_key(nonce).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_of_one_material_and_ends() {
        let series = Series::default();
        let salt = |material| series.to_write(material, &[9; 32]).expect("a series").0;
        let first = salt(1);
        assert_eq!(salt(1), first);
        let other = salt(2);
        assert_ne!(other, first);
        for _ in 1..MOST {
            assert_eq!(salt(2), other);
        }
        assert_ne!(salt(2), other);
    }

    #[test]
    fn few_ciphers_are_kept() {
        let series = Series::default();
        for salt in 0..100 {
            series.to_read(1, &[9; 32], &[salt; SALT_BYTES]).expect("a cipher");
        }
        assert_eq!(series.0.lock().read.len(), KEPT.get());
    }
}
