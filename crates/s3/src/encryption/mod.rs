//! Server-side encryption: what a request asks for, under whose key an object is sealed, and what the answer says of it.
//!
//! `asked` reads the headers of a write and judges them; `customer` the key that a client sends; `keys` makes and unwraps data keys, `kms` those under a key of KMS, `delivered` those of what no caller writes;
//! `bucket` is the default of a bucket; `update` gives an object another key. A handler asks for a key and for what is [`Told`] of it in one call: [`S3::sealing`](crate::S3::sealing)
//! before it makes an object, `reading`, `adding` and `source_key` before it touches what is there. `keys` is also the one place to
//! change for another scheme.
//!
//! No key is kept, logged or shown: of a client's key not even a hash is kept, and no error repeats one.

mod asked;
pub(crate) mod bucket;
mod customer;
mod delivered;
mod keys;
mod kms;
mod told;
pub(crate) mod update;

use coldkeep_keyring::Keyring;
use coldkeep_seal::ServerKey;

pub(crate) use asked::{asks_for_encryption, judge};
pub(crate) use told::{Told, scheme_name};

/// What the operator says of encryption, and the key with which the server wraps those of objects.
#[derive(Clone, Default)]
pub struct Encryption {
    server: ServerKey,
    /// Whether clients' keys are taken from connections that are not encrypted.
    customer_keys_over_http: bool,
    /// The keys of KMS.
    keyring: Option<Keyring>,
}

impl Encryption {
    /// Encryption with this key of the server.
    pub fn new(server: ServerKey) -> Self {
        Self { server, ..Self::default() }
    }

    /// The same, where clients may send their keys over connections that are not encrypted.
    #[must_use]
    pub fn with_customer_keys_over_http(self, allowed: bool) -> Self {
        Self { customer_keys_over_http: allowed, ..self }
    }

    /// The same, with the keys of KMS.
    #[must_use]
    pub fn with_keyring(self, keyring: Keyring) -> Self {
        Self { keyring: Some(keyring), ..self }
    }
}
