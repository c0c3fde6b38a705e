//! The keyring: keys, aliases and grants, as records over the metadata engine, and what is done with keys.
//!
//! - [`Keyring::key`] finds a key by id, alias or ARN, as it is now; [`Keyring::service_key`] finds the one that a service uses for
//!   an account (`aws/s3`), and makes it on demand.
//! - [`Keyring::permit`] says whether somebody may do something with a key: by key policy, identity policies and grants.
//! - [`Key::generate_data_key`] and [`Keyring::decrypt`] are what the S3 door needs; the KMS door needs the rest of [`Key`].
//! - [`Edit`] changes records, all that one operation changes in one commit.
//! - [`Keyring::do_due`] destroys, rotates and ends what is due.
//!
//! Invariants: every use of a key reads its record, so its state counts at once; secrets are sealed under the store's key
//! before they are written, and wiped from memory when nobody uses them; what encrypted once decrypts as long as the key is there,
//! since rotation only adds material; a ciphertext names its key, is bound to it and to its encryption context, and tells nothing
//! when it does not open.
//!
//! Nothing here knows HTTP, JSON or status codes, and nothing checks a caller but [`Keyring::permit`]: doors ask it.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod access;
mod account;
mod asymmetric;
mod cipher;
mod context;
mod create;
mod due;
mod edit;
mod error;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod grants;
mod ids;
mod import;
mod key;
mod keys;
mod list;
mod place;
mod policy;
mod proof;
mod records;
mod rotation;
mod secret;
mod series;
mod service_keys;
mod spec;

use std::num::NonZeroUsize;
use std::sync::Arc;

use coldkeep_identity::Sealer;
use coldkeep_meta::Meta;
use coldkeep_types::{Clock, Timestamp};
use lru::LruCache;
use parking_lot::Mutex;
use tokio::sync::Notify;

pub use access::{Allowed, Ask, Denied};
pub use account::OfAccount;
pub use cipher::{MAX_OVERHEAD_BYTES, Origin as CiphertextOrigin};
pub use context::EncryptionContext;
pub use create::NewKey;
pub use due::Due;
pub use edit::{Edit, MAX_TRIES};
pub use error::Error;
pub use grants::NewGrant;
pub use import::{ImportParameters, Imported, WrappingAlgorithm};
pub use key::{DataKey, DataKeyPair, Key};
pub use list::Page;
pub use place::{KeyReference, Place};
pub use policy::default_policy;
pub use proof::prove;
pub use records::{AliasRecord, GrantRecord, KeyRecord, Material, RotatedBy, Rotation};
pub use secret::{Secret, random_secret};
pub use service_keys::{SERVICE_ALIASES, ServiceKey};
pub use spec::{EncryptionAlgorithm, KeySpec, KeyState, KeyUsage, MacAlgorithm, MessageType, Origin, SigningAlgorithm};

use crate::records::Record;

/// How many keys stay opened in memory: a miss costs the opening of its seal and its policy's parsing.
const KEPT: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The keys of one store. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Keyring(Arc<Inner>);

/// Opened keys, each of one version of its record, by what their ciphertexts have in common: so the key of a ciphertext is found without
/// its account, region and id being spelled out.
type Opened = LruCache<Vec<u8>, Arc<Key>>;

struct Inner {
    meta: Arc<dyn Meta>,
    clock: Arc<dyn Clock>,
    sealer: Sealer,
    /// Rings when something comes to be due.
    scheduled: Notify,
    opened: Mutex<Opened>,
}

impl Keyring {
    /// The keyring in these records, whose secrets this sealer seals: `Identity::sealer`, which has proven that its key is the right one.
    pub fn open(meta: Arc<dyn Meta>, clock: Arc<dyn Clock>, sealer: Sealer) -> Self {
        let opened = Mutex::new(LruCache::new(KEPT));
        Self(Arc::new(Inner { meta, clock, sealer, scheduled: Notify::new(), opened }))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Begins an edit.
    pub fn edit(&self) -> Edit {
        Edit::new(self.clone())
    }

    /// The key that a reference leads to, as it is now.
    pub async fn key(&self, reference: &KeyReference) -> Result<Arc<Key>, Error> {
        let id = match reference.is_alias() {
            false => reference.name.clone(),
            true => match self.alias(&reference.place, &reference.name).await? {
                Some(alias) => alias.target,
                None => return Err(Error::NotFound(format!("Alias {} is not found.", reference.arn()))),
            },
        };
        self.existing(&reference.place, &id).await
    }

    /// The key with this id, which somebody says there is.
    async fn existing(&self, place: &Place, id: &str) -> Result<Arc<Key>, Error> {
        let gone = || match ids::is_key(id) {
            true => Error::NotFound(format!("Key '{}' does not exist", place.arn(&format!("key/{id}")))),
            false => Error::NotFound(format!("Invalid keyId '{id}'")),
        };
        self.find(place, id).await?.ok_or_else(gone)
    }

    /// The key with this id.
    pub async fn find(&self, place: &Place, id: &str) -> Result<Option<Arc<Key>>, Error> {
        // Ids that nobody gave are not looked for, whatever their length.
        let Some(head) = cipher::head(place, id).filter(|_| id.len() == keys::ID_BYTES) else { return Ok(None) };
        let common = &head[1..];
        let at = keys::key_of(place, id);
        let Some(entry) = self.0.meta.get(&at).await? else {
            self.0.opened.lock().pop(common);
            return Ok(None);
        };
        if let Some(key) = self.0.opened.lock().get(common)
            && key.version == entry.version
        {
            return Ok(Some(key.clone()));
        }
        let record = KeyRecord::from_value(&entry.value)?;
        let key = Arc::new(Key::open(&self.0.sealer, place.clone(), record, entry.version)?);
        self.0.opened.lock().put(common.to_vec(), key.clone());
        Ok(Some(key))
    }

    /// What an alias leads to; its name begins with `alias/`.
    pub async fn alias(&self, place: &Place, name: &str) -> Result<Option<AliasRecord>, Error> {
        let entry = self.0.meta.get(&keys::alias(place, name)).await?;
        Ok(entry.map(|entry| AliasRecord::from_value(&entry.value)).transpose()?)
    }

    /// Opens a ciphertext of a symmetric key: which key made it, and what was in it. The key's state decides; whether the caller may
    /// is the door's to ask before, of the key that [`Keyring::key_of`] says.
    pub async fn decrypt(&self, ciphertext: &[u8], context: &EncryptionContext) -> Result<(Arc<Key>, Secret), Error> {
        let key = self.key_of(ciphertext).await?;
        let plain = key.decrypt(self.now(), ciphertext, context)?;
        Ok((key, plain))
    }

    /// The key that made a ciphertext, as far as its header says: nothing is proven before it is opened.
    pub async fn key_of(&self, ciphertext: &[u8]) -> Result<Arc<Key>, Error> {
        let known = cipher::common(ciphertext).and_then(|common| self.0.opened.lock().get(common).cloned());
        if let Some(key) = known
            && let Some(entry) = self.0.meta.get(&key.at).await?
            && key.version == entry.version
        {
            return Ok(key);
        }
        let (origin, _) = CiphertextOrigin::read(ciphertext).ok_or(Error::InvalidCiphertext)?;
        // Whether some key is there is not told to who makes up a ciphertext.
        self.find(&origin.place, &origin.id).await?.ok_or(Error::InvalidCiphertext)
    }
}
