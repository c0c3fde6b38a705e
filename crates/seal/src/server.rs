//! The keys with which the server itself wraps data keys: each with the four bytes of its id, which stand before what it wrapped.

use std::sync::Arc;

use crate::{DataKey, Envelope, Scheme, SealError, Sealing, WrappingKey};

/// The server's keys. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct ServerKeys(Arc<Vec<([u8; 4], WrappingKey)>>);

impl ServerKeys {
    /// These keys, each with its id: the first one wraps, the others open what they wrapped.
    pub fn new(keys: impl IntoIterator<Item = ([u8; 4], [u8; 32])>) -> Result<Self, SealError> {
        let made = keys.into_iter().map(|(id, key)| Ok((id, WrappingKey::new(&key)?)));
        Ok(Self(Arc::new(made.collect::<Result<_, SealError>>()?)))
    }

    /// Wraps a data key; `about` says what it is of, and is needed again to unwrap it.
    pub fn wrap(&self, key: DataKey, about: &[u8]) -> Result<Sealing, SealError> {
        let (id, wrapping) = self.0.first().ok_or(SealError::NoServerKey)?;
        let wrapped = [id.as_slice(), &wrapping.wrap(&key, about)?].concat();
        Ok(Sealing { key, envelope: Envelope { scheme: Scheme::Server, wrapped, kms: None } })
    }

    /// The data key in an envelope of the server's.
    pub fn unwrap(&self, envelope: &Envelope, about: &[u8]) -> Result<DataKey, SealError> {
        let (id, wrapped) = envelope.wrapped.split_first_chunk::<4>().ok_or(SealError::NotAuthentic)?;
        let found = self.0.iter().find(|(known, _)| known == id && envelope.scheme == Scheme::Server);
        found.ok_or(SealError::NoServerKey)?.1.unwrap(wrapped, about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_wraps_and_all_unwrap() {
        let old = ServerKeys::new([([1; 4], [1; 32])]).unwrap();
        let both = ServerKeys::new([([2; 4], [2; 32]), ([1; 4], [1; 32])]).unwrap();
        let key = DataKey::random();
        let kept = old.wrap(key.clone(), b"a").unwrap().envelope;
        assert_eq!(both.unwrap(&kept, b"a").unwrap().expose(), key.expose());
        assert_eq!(both.unwrap(&kept, b"b").unwrap_err(), SealError::NotAuthentic);
        let new = both.wrap(key.clone(), b"a").unwrap().envelope;
        assert_eq!(old.unwrap(&new, b"a").unwrap_err(), SealError::NoServerKey);
        let others = Envelope { scheme: Scheme::Customer, ..kept };
        assert_eq!(both.unwrap(&others, b"a").unwrap_err(), SealError::NoServerKey);
        assert!(ServerKeys::default().wrap(key, b"a").is_err());
    }
}
