//! Keys: of an object, of a content, and those that wrap the others.
//!
//! Invariants: a key is never printed; its memory is overwritten when it is given up; a wrapped key opens only under the key that
//! wrapped it, and for what it was wrapped for.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf;
use zeroize::Zeroizing;

use crate::SealError;
use crate::layout::TAG_BYTES;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// The first byte of what is wrapped.
const WRAPPED: u8 = 1;
/// What keys are derived for. The numbers count formats.
const FOR_WRAPPING: &[u8] = b"coldkeep wrapped key 1";

/// Bytes of the nonce that all frames of a content share.
pub(crate) const PREFIX_BYTES: usize = 7;

/// How the keys of contents derive from a data key: the same for all contents of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// By HKDF, extract and expand, with the first bytes of the nonces. It is read and added to, and not begun any more.
    One,
    /// By HKDF's expand alone, since a data key is random bytes (RFC 5869, 3.3), and so that it takes one block; nonces begin with zeros.
    Two,
}

/// The first byte of the secret of a data key of form two; that of form one has none, and another length.
const FORM_TWO: u8 = 2;

/// The random key of one object, upload or archive; of one sealed in two layers, two keys that know nothing of each other.
#[derive(Clone, PartialEq, Eq)]
pub struct DataKey {
    form: Form,
    inner: Zeroizing<[u8; KEY_BYTES]>,
    outer: Option<Zeroizing<[u8; KEY_BYTES]>>,
}

/// The key of one content, with the bytes that begin the nonces of its frames, and the key of its outer layer, if it has one.
#[derive(Clone)]
pub struct ContentKey {
    inner: Zeroizing<[u8; KEY_BYTES + PREFIX_BYTES]>,
    outer: Option<Zeroizing<[u8; KEY_BYTES]>>,
}

/// A key that wraps others.
pub struct WrappingKey(LessSafeKey);

impl DataKey {
    /// A new key.
    #[expect(clippy::disallowed_methods, reason = "keys are the system's chance")]
    pub fn random() -> Self {
        Self::from_bytes(rand::random())
    }

    /// A new key for two layers.
    #[expect(clippy::disallowed_methods, reason = "keys are the system's chance")]
    pub fn random_dual() -> Self {
        Self { outer: Some(Zeroizing::new(rand::random())), ..Self::random() }
    }

    /// The key of these bytes.
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self { form: Form::Two, inner: Zeroizing::new(bytes), outer: None }
    }

    /// The key that [`secret`](Self::secret) told; `None` if it is of another length than it can be.
    pub fn from_secret(secret: &[u8]) -> Option<Self> {
        let (form, keys) = match secret {
            [FORM_TWO, keys @ ..] if keys.len().is_multiple_of(KEY_BYTES) => (Form::Two, keys),
            keys => (Form::One, keys),
        };
        let (inner, outer) = keys.split_first_chunk()?;
        let outer = match outer {
            [] => None,
            outer => Some(Zeroizing::new(*<&[u8; KEY_BYTES]>::try_from(outer).ok()?)),
        };
        Some(Self { form, inner: Zeroizing::new(*inner), outer })
    }

    /// Its bytes, for who wraps keys elsewhere: its form, the key, and after it that of the outer layer.
    pub fn secret(&self) -> Zeroizing<Vec<u8>> {
        let form = match self.form {
            Form::One => &[][..],
            Form::Two => &[FORM_TWO],
        };
        joined(&[form, &self.inner[..]], self.outer.as_ref())
    }

    /// Whether it is one for two layers.
    pub fn is_dual(&self) -> bool {
        self.outer.is_some()
    }

    /// The key of the content of this id, which is the part of this number of what the data key is of; 0 if it is the whole.
    pub fn content(&self, id: &[u8; 16], part: u32) -> Result<ContentKey, SealError> {
        let part = part.to_be_bytes();
        let derived = |from: &[u8; KEY_BYTES], [one, two]: [&[u8]; 2], key: &mut [u8]| match self.form {
            Form::One => derive(id, from, &[one, &part], key),
            Form::Two => expand(from, &[two, id, &part], &mut key[..KEY_BYTES]),
        };
        let mut inner = Zeroizing::new([0; KEY_BYTES + PREFIX_BYTES]);
        derived(&self.inner, [b"coldkeep sealed content 1", b"coldkeep sealed content 2"], &mut inner[..])?;
        let outer = self.outer.as_ref().map(|outer| {
            let mut key = Zeroizing::new([0; KEY_BYTES]);
            derived(outer, [b"coldkeep outer layer 1", b"coldkeep outer layer 2"], &mut key[..]).map(|()| key)
        });
        Ok(ContentKey { inner, outer: outer.transpose()? })
    }

    /// The key under which keys of contents are wrapped that the object shares with others.
    pub fn wrapping(&self) -> Result<WrappingKey, SealError> {
        WrappingKey::of(&joined(&[&self.inner[..]], self.outer.as_ref()))
    }
}

impl ContentKey {
    pub(crate) fn cipher(&self) -> Result<(LessSafeKey, [u8; PREFIX_BYTES]), SealError> {
        let (key, prefix) = self.inner.split_at(KEY_BYTES);
        let prefix = prefix.try_into().map_err(|_| SealError::NotAuthentic)?;
        Ok((cipher(key)?, prefix))
    }

    /// The key of the outer layer.
    pub(crate) fn outer(&self) -> Option<&[u8; KEY_BYTES]> {
        self.outer.as_deref()
    }
}

impl WrappingKey {
    /// The key that these bytes make.
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Result<Self, SealError> {
        Self::of(bytes)
    }

    fn of(bytes: &[u8]) -> Result<Self, SealError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        derive(&[], bytes, &[FOR_WRAPPING], &mut key[..])?;
        Ok(Self(cipher(&key[..])?))
    }

    /// Wraps a data key; `about` says what it is of, and is needed again to unwrap it.
    pub fn wrap(&self, key: &DataKey, about: &[u8]) -> Result<Vec<u8>, SealError> {
        self.wrap_bytes(&key.secret(), about)
    }

    /// The data key that [`wrap`](Self::wrap) wrapped.
    pub fn unwrap(&self, wrapped: &[u8], about: &[u8]) -> Result<DataKey, SealError> {
        DataKey::from_secret(&self.unwrap_bytes(wrapped, about)?).ok_or(SealError::NotAuthentic)
    }

    /// Wraps the key of a content that is shared.
    pub fn wrap_content(&self, key: &ContentKey, about: &[u8]) -> Result<Vec<u8>, SealError> {
        self.wrap_bytes(&joined(&[&key.inner[..]], key.outer.as_ref()), about)
    }

    /// The key that [`wrap_content`](Self::wrap_content) wrapped.
    pub fn unwrap_content(&self, wrapped: &[u8], about: &[u8]) -> Result<ContentKey, SealError> {
        let opened = self.unwrap_bytes(wrapped, about)?;
        let (inner, outer) = opened.split_first_chunk().ok_or(SealError::NotAuthentic)?;
        let outer = match outer {
            [] => None,
            outer => Some(Zeroizing::new(outer.try_into().map_err(|_| SealError::NotAuthentic)?)),
        };
        Ok(ContentKey { inner: Zeroizing::new(*inner), outer })
    }

    #[expect(clippy::disallowed_methods, reason = "nonces are the system's chance")]
    fn wrap_bytes(&self, key: &[u8], about: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut wrapped = Vec::with_capacity(1 + NONCE_LEN + key.len() + TAG_BYTES);
        wrapped.push(WRAPPED);
        wrapped.extend_from_slice(&nonce);
        let mut sealed = Zeroizing::new(key.to_vec());
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(about), &mut sealed);
        wrapped.extend_from_slice(&sealed);
        wrapped.extend_from_slice(tag.map_err(|_| SealError::NotAuthentic)?.as_ref());
        Ok(wrapped)
    }

    fn unwrap_bytes(&self, wrapped: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let rest = wrapped.strip_prefix(&[WRAPPED]).ok_or(SealError::NotAuthentic)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::NotAuthentic)?;
        let (sealed, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(SealError::NotAuthentic)?;
        let mut key = Zeroizing::new(vec![0; sealed.len()]);
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.0.open_separate_gather(nonce, Aad::from(about), sealed, tag, &mut key[..]);
        opened.map_err(|_| SealError::NotAuthentic)?;
        Ok(key)
    }
}

/// A key and that of its outer layer, as they are wrapped together: the length tells how many layers there are.
fn joined(inner: &[&[u8]], outer: Option<&Zeroizing<[u8; KEY_BYTES]>>) -> Zeroizing<Vec<u8>> {
    let outer = outer.map_or(&[][..], |outer| &outer[..]);
    Zeroizing::new([inner, &[outer]].concat().concat())
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, SealError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| SealError::NotAuthentic)
}

struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF-SHA256 (RFC 5869).
fn derive(salt: &[u8], from: &[u8], info: &[&[u8]], key: &mut [u8]) -> Result<(), SealError> {
    fill(&hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(from), info, key)
}

/// The second half of it, from what is random already.
fn expand(from: &[u8; KEY_BYTES], info: &[&[u8]], key: &mut [u8]) -> Result<(), SealError> {
    fill(&hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, from), info, key)
}

fn fill(secret: &hkdf::Prk, info: &[&[u8]], key: &mut [u8]) -> Result<(), SealError> {
    let derived = secret.expand(info, Length(key.len())).and_then(|derived| derived.fill(key));
    derived.map_err(|_| SealError::NotAuthentic)
}

macro_rules! hide {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
hide!(DataKey ContentKey WrappingKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_opens_under_its_key_for_its_purpose_only() {
        let (one, other) = (WrappingKey::new(&[1; 32]).unwrap(), WrappingKey::new(&[2; 32]).unwrap());
        let key = DataKey::random();
        let wrapped = one.wrap(&key, b"bucket/a").unwrap();
        assert!(one.unwrap(&wrapped, b"bucket/a").unwrap() == key);
        assert_eq!(one.unwrap(&wrapped, b"bucket/b").unwrap_err(), SealError::NotAuthentic);
        assert_eq!(other.unwrap(&wrapped, b"bucket/a").unwrap_err(), SealError::NotAuthentic);
        assert!(one.unwrap_content(&wrapped, b"bucket/a").is_err(), "it is the key of no content");
        for at in 0..wrapped.len() {
            let mut changed = wrapped.clone();
            changed[at] ^= 1;
            assert!(one.unwrap(&changed, b"bucket/a").is_err(), "byte {at}");
            assert!(one.unwrap(&wrapped[..at], b"bucket/a").is_err(), "{at} bytes");
        }
        assert_ne!(one.wrap(&key, b"bucket/a").unwrap(), wrapped, "the nonce is another each time");
    }

    #[test]
    fn each_content_and_each_part_has_a_key_of_its_own() {
        let key = DataKey::from_bytes([7; 32]);
        let of = |id: u8, part| key.content(&[id; 16], part).unwrap().inner;
        assert_eq!(of(1, 1), of(1, 1));
        for (id, part) in [(1, 2), (2, 1), (1, 0)] {
            assert_ne!(of(1, 1), of(id, part));
        }
        assert_ne!(*of(1, 1), *DataKey::from_bytes([8; 32]).content(&[1; 16], 1).unwrap().inner);
    }

    #[test]
    fn the_keys_of_two_layers_are_wrapped_and_shared_together() {
        let (key, under) = (DataKey::random_dual(), DataKey::random_dual());
        assert!(DataKey::from_secret(&key.secret()).unwrap() == key && key.is_dual());
        for bytes in [0, 31, 33, 63, 65, 96, 97] {
            assert!(DataKey::from_secret(&vec![0; bytes]).is_none(), "{bytes} bytes");
        }
        let wrapping = under.wrapping().unwrap();
        let wrapped = wrapping.wrap(&key, b"a").unwrap();
        assert!(wrapping.unwrap(&wrapped, b"a").unwrap() == key);
        let half = DataKey::from_secret(&under.secret()[..=KEY_BYTES]).unwrap().wrapping().unwrap();
        assert_eq!(half.unwrap(&wrapped, b"a").unwrap_err(), SealError::NotAuthentic, "half a key opens nothing");
        let content = key.content(&[1; 16], 1).unwrap();
        let opened = wrapping.unwrap_content(&wrapping.wrap_content(&content, b"b").unwrap(), b"b").unwrap();
        assert_eq!((&opened.inner, &opened.outer), (&content.inner, &content.outer));
        assert_ne!(content.outer.as_deref().unwrap()[..], content.inner[..KEY_BYTES]);
        let other = DataKey { outer: DataKey::random_dual().outer, ..key };
        assert_ne!(other.content(&[1; 16], 1).unwrap().outer, content.outer);
    }

    #[test]
    fn keys_are_not_printed() {
        let key = DataKey::from_bytes([0x41; 32]);
        let content = key.content(&[0; 16], 0).unwrap();
        let printed = format!("{key:?} {content:?} {:?}", key.wrapping().unwrap());
        assert_eq!(printed, "DataKey(..) ContentKey(..) WrappingKey(..)");
    }
}
