//! SSE-C: the key that a client sends with each request, in three headers. It is checked and used, and never kept.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_digest::{DigestSet, Hasher};
use coldkeep_seal::{SealError, WrappingKey};
use zeroize::Zeroizing;

use super::asked::PREFIX;
use crate::errors::S3Error;
use crate::{S3, S3Call};

/// What a key is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// An object or part that is written.
    Writing,
    /// An object that is read. Here, as at Amazon, the key's MD5 may be left out.
    Reading,
    /// The source of a copy.
    Source,
}

/// A client's key.
pub(crate) struct CustomerKey {
    key: Zeroizing<[u8; 32]>,
    /// Its MD5 in Base64, as answers repeat it.
    pub md5: String,
}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey(..)")
    }
}

impl CustomerKey {
    /// What wraps data keys under it.
    pub fn wrapping(&self) -> Result<WrappingKey, SealError> {
        WrappingKey::new(&self.key)
    }
}

impl For {
    /// The headers of algorithm, key and MD5.
    fn headers(self) -> [&'static str; 3] {
        match self {
            Self::Writing | Self::Reading => [
                "x-amz-server-side-encryption-customer-algorithm",
                "x-amz-server-side-encryption-customer-key",
                "x-amz-server-side-encryption-customer-key-md5",
            ],
            Self::Source => [
                "x-amz-copy-source-server-side-encryption-customer-algorithm",
                "x-amz-copy-source-server-side-encryption-customer-key",
                "x-amz-copy-source-server-side-encryption-customer-key-md5",
            ],
        }
    }
}

impl S3 {
    /// The key that a call sends for this, if it sends one: whole, and over an encrypted connection unless the operator says
    /// otherwise.
    pub(crate) fn customer_key(&self, call: &S3Call, what: For) -> Result<Option<CustomerKey>, S3Error> {
        let [algorithm_name, key_name, md5_name] = what.headers();
        let (algorithm, key, md5) = (call.header(algorithm_name), call.header(key_name), call.header(md5_name));
        if algorithm.is_none() && key.is_none() && md5.is_none() {
            return Ok(None);
        }
        if !call.call.tls && !self.encryption.customer_keys_over_http {
            return Err(S3Error::invalid_request(
                "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure \
                 connection.",
            ));
        }
        // What is said of a key never repeats it: Amazon names one header for all three, and no value.
        let invalid = |message: &str| S3Error::invalid_argument(message).with("ArgumentName", PREFIX);
        let lacks = |what: &str| {
            invalid(&format!(
                "Requests specifying Server Side Encryption with Customer provided keys must provide {what}."
            ))
        };
        let algorithm = algorithm.ok_or_else(|| lacks("a valid encryption algorithm"))?;
        let key = key.ok_or_else(|| lacks("an appropriate secret key"))?;
        if algorithm != "AES256" {
            return Err(S3Error::new(
                400,
                "InvalidEncryptionAlgorithmError",
                "The Encryption request you specified is not valid. Supported value: AES256.",
            )
            .about(PREFIX, algorithm));
        }
        let key = STANDARD.decode(key).map(Zeroizing::new).unwrap_or_default();
        // The MD5 first, as at Amazon: a key that was cut off on its way is told by it.
        let computed = STANDARD.encode(md5_of(&key[..]));
        match md5 {
            Some(declared) if declared.trim() == computed => {}
            None if what != For::Writing => {}
            None => return Err(lacks("the client calculated MD5 of the secret key")),
            Some(_) => {
                return Err(invalid("The calculated MD5 hash of the key did not match the hash that was provided."));
            }
        }
        let key: [u8; 32] =
            key[..].try_into().map_err(|_| invalid("The secret key was invalid for the specified algorithm."))?;
        let key = Zeroizing::new(key);
        Ok(Some(CustomerKey { key, md5: computed }))
    }
}

fn md5_of(bytes: &[u8]) -> [u8; 16] {
    let mut hasher = Hasher::new(&DigestSet { md5: true, ..DigestSet::default() });
    hasher.update(bytes);
    hasher.finish().md5.unwrap_or_default()
}
