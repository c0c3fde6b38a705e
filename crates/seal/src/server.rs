//! The key with which the server itself wraps data keys. Four bytes of its id stand before what it wrapped, so that a wrong one is told
//! apart from damage.

use std::sync::Arc;

use crate::{DataKey, Envelope, Scheme, SealError, Sealing, WrappingKey};

/// The server's key, if it has one. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct ServerKey(Option<Arc<([u8; 4], WrappingKey)>>);

impl ServerKey {
    /// The key of this id that these bytes make.
    pub fn new(id: [u8; 4], key: &[u8; 32]) -> Result<Self, SealError> {
        Ok(Self(Some(Arc::new((id, WrappingKey::new(key)?)))))
    }

    /// Wraps a data key; `about` says what it is of, and is needed again to unwrap it.
    pub fn wrap(&self, key: DataKey, about: &[u8]) -> Result<Sealing, SealError> {
        let (id, wrapping) = self.0.as_deref().ok_or(SealError::NoServerKey)?;
        let wrapped = [id.as_slice(), &wrapping.wrap(&key, about)?].concat();
        Ok(Sealing { key, envelope: Envelope { scheme: Scheme::Server, wrapped, kms: None } })
    }

    /// The data key in an envelope of the server's.
    pub fn unwrap(&self, envelope: &Envelope, about: &[u8]) -> Result<DataKey, SealError> {
        let (id, wrapped) = envelope.wrapped.split_first_chunk::<4>().ok_or(SealError::NotAuthentic)?;
        match self.0.as_deref() {
            Some((known, wrapping)) if known == id && envelope.scheme == Scheme::Server => {
                wrapping.unwrap(wrapped, about)
            }
            _ => Err(SealError::NoServerKey),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_that_wrapped_unwraps() {
        let (one, other) = (ServerKey::new([1; 4], &[1; 32]).unwrap(), ServerKey::new([2; 4], &[1; 32]).unwrap());
        let key = DataKey::random();
        let kept = one.wrap(key.clone(), b"a").unwrap().envelope;
        assert!(one.unwrap(&kept, b"a").unwrap() == key);
        assert_eq!(one.unwrap(&kept, b"b").unwrap_err(), SealError::NotAuthentic);
        let imposter = ServerKey::new([1; 4], &[2; 32]).unwrap();
        assert_eq!(imposter.unwrap(&kept, b"a").unwrap_err(), SealError::NotAuthentic);
        for none in [other, ServerKey::default()] {
            assert_eq!(none.unwrap(&kept, b"a").unwrap_err(), SealError::NoServerKey);
        }
        for at in 0..kept.wrapped.len() {
            let (mut changed, mut cut) = (kept.clone(), kept.clone());
            changed.wrapped[at] ^= 1;
            cut.wrapped.truncate(at);
            assert!(one.unwrap(&changed, b"a").is_err() && one.unwrap(&cut, b"a").is_err(), "byte {at}");
        }
        let others = Envelope { scheme: Scheme::Customer, ..kept };
        assert_eq!(one.unwrap(&others, b"a").unwrap_err(), SealError::NoServerKey);
        assert_eq!(ServerKey::default().wrap(key, b"a").unwrap_err(), SealError::NoServerKey);
    }
}
