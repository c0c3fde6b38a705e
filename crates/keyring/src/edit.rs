//! One operation's writes: everything they rest on is expected to be unchanged when they happen, all together.
//!
//! An edit that is dropped did nothing. [`Edit::done`] says whether it took effect; if not, a record changed meanwhile, and the
//! operation is to be done again from its start.

use coldkeep_identity::Sealer;
use coldkeep_meta::Commit;
use coldkeep_types::Timestamp;

use crate::records::Record;
use crate::{AliasRecord, Error, GrantRecord, Key, KeyRecord, Keyring, Place, keys};

/// How often an operation is tried again when records change under it: each time means that another one succeeded.
pub const MAX_TRIES: usize = 1000;

/// The longest name of an alias, with `alias/`.
const MAX_ALIAS_CHARS: usize = 256;

/// An operation under way.
pub struct Edit {
    pub(crate) keyring: Keyring,
    pub(crate) commit: Commit,
    /// Whether something comes to be due by it.
    schedules: bool,
}

impl Edit {
    pub(crate) fn new(keyring: Keyring) -> Self {
        Self { keyring, commit: Commit::default(), schedules: false }
    }

    /// The keyring whose records are edited.
    pub fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.keyring.now()
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.keyring.0.sealer
    }

    /// Makes the writes happen. `false`: a record changed since it was read.
    pub async fn done(self) -> Result<bool, Error> {
        if self.commit.writes.is_empty() {
            return Ok(true);
        }
        match self.keyring.0.meta.commit(self.commit).await {
            Ok(()) => {
                if self.schedules {
                    self.keyring.0.scheduled.notify_one();
                }
                Ok(true)
            }
            Err(coldkeep_meta::Error::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds a key that is in no record yet.
    pub(crate) fn add_key(&mut self, place: &Place, record: &KeyRecord) {
        let at = keys::key_of(place, &record.id);
        self.commit.expect(at.clone(), None).put(at, record.to_value());
        if let Some(due) = record.due() {
            self.schedules = true;
            self.commit.put(keys::due(due, place, &record.id), Vec::new());
        }
    }

    /// Expects a key to be as it was read.
    pub fn expect_key(&mut self, key: &Key) {
        self.commit.expect(keys::key_of(&key.place, &key.record.id), Some(key.version));
    }

    /// Writes a key's record in place of the one that was read.
    pub fn put_key(&mut self, key: &Key, record: &KeyRecord) {
        self.expect_key(key);
        let (before, after) = (key.record.due(), record.due());
        if before != after {
            if let Some(time) = before {
                self.commit.delete(keys::due(time, &key.place, &record.id));
            }
            if let Some(time) = after {
                self.schedules = true;
                self.commit.put(keys::due(time, &key.place, &record.id), Vec::new());
            }
        }
        self.commit.put(keys::key_of(&key.place, &record.id), record.to_value());
    }

    /// Destroys a key with all that leads to it.
    pub(crate) async fn remove_key(&mut self, key: &Key) -> Result<(), Error> {
        let (place, id) = (&key.place, &key.record.id);
        self.expect_key(key);
        for name in self.keyring.aliases_of(place, id).await? {
            self.commit.delete(keys::alias(place, &name)).delete(keys::alias_of(place, id, &name));
        }
        for grant in self.keyring.grants(place, id).await? {
            self.forget_grant(key, &grant);
        }
        if let Some(time) = key.record.due() {
            self.commit.delete(keys::due(time, place, id));
        }
        self.commit.delete(keys::key_of(place, id));
        Ok(())
    }

    async fn read_alias(&mut self, place: &Place, name: &str) -> Result<Option<AliasRecord>, Error> {
        let at = keys::alias(place, name);
        let entry = self.keyring.0.meta.get(&at).await?;
        self.commit.expect(at, entry.as_ref().map(|entry| entry.version));
        Ok(entry.map(|entry| AliasRecord::from_value(&entry.value)).transpose()?)
    }

    fn write_alias(&mut self, key: &Key, name: &str, record: &AliasRecord) {
        self.expect_key(key);
        self.commit.put(keys::alias(&key.place, name), record.to_value());
        self.commit.put(keys::alias_of(&key.place, &key.record.id, name), Vec::new());
    }

    /// Makes an alias of a key of the same place.
    pub async fn create_alias(&mut self, key: &Key, name: &str) -> Result<(), Error> {
        const QUOTA: usize = 50;
        check_alias(name)?;
        key.must_not_be_pending_deletion(self.now())?;
        if self.read_alias(&key.place, name).await?.is_some() {
            let arn = key.place.arn(name);
            return Err(Error::AlreadyExists(format!("An alias with the name {arn} already exists")));
        }
        if self.keyring.aliases_of(&key.place, &key.record.id).await?.len() >= QUOTA {
            return Err(Error::LimitExceeded(format!("A key has at most {QUOTA} aliases.")));
        }
        let now = self.now().0;
        self.write_alias(key, name, &AliasRecord { target: key.record.id.clone(), created: now, updated: now });
        Ok(())
    }

    /// Leads an alias to another key of the same kind and place.
    pub async fn update_alias(&mut self, key: &Key, name: &str) -> Result<(), Error> {
        check_alias(name)?;
        key.must_not_be_pending_deletion(self.now())?;
        let alias = self.read_alias(&key.place, name).await?.ok_or_else(|| no_alias(&key.place, name))?;
        if let Some(old) = self.keyring.find(&key.place, &alias.target).await? {
            let same = old.record.usage == key.record.usage
                && old.record.spec.is_asymmetric() == key.record.spec.is_asymmetric()
                && old.record.spec.is_hmac() == key.record.spec.is_hmac();
            if !same {
                return Err(Error::Validation(format!(
                    "Alias {name} cannot be changed from {} to {}: they are of different kinds",
                    old.arn, key.arn
                )));
            }
        }
        self.commit.delete(keys::alias_of(&key.place, &alias.target, name));
        let updated = self.now().0;
        self.write_alias(key, name, &AliasRecord { target: key.record.id.clone(), updated, ..alias });
        Ok(())
    }

    /// Takes an alias away. The key stays.
    pub async fn delete_alias(&mut self, place: &Place, name: &str) -> Result<(), Error> {
        check_alias(name)?;
        let alias = self.read_alias(place, name).await?.ok_or_else(|| no_alias(place, name))?;
        self.commit.delete(keys::alias_of(place, &alias.target, name)).delete(keys::alias(place, name));
        Ok(())
    }

    /// Adds an alias of the server's own, which nobody else may make.
    pub(crate) fn add_service_alias(&mut self, place: &Place, id: &str, name: &str) {
        let now = self.now().0;
        let at = keys::alias(place, name);
        let record = AliasRecord { target: id.to_owned(), created: now, updated: now };
        self.commit.expect(at.clone(), None).put(at, record.to_value());
        self.commit.put(keys::alias_of(place, id, name), Vec::new());
    }

    pub(crate) fn add_grant(&mut self, key: &Key, grant: &GrantRecord) {
        let (place, id) = (&key.place, &key.record.id);
        self.expect_key(key);
        self.commit.put(keys::grant(place, id, &grant.id), grant.to_value());
        self.commit.put(keys::granted(place, id, &grant.grantee, &grant.id), Vec::new());
        if let Some(principal) = &grant.retiring {
            self.commit.put(keys::retirable(principal, place, id, &grant.id), Vec::new());
        }
    }

    /// Takes a grant away.
    pub fn forget_grant(&mut self, key: &Key, grant: &GrantRecord) {
        let (place, id) = (&key.place, &key.record.id);
        self.commit.delete(keys::grant(place, id, &grant.id));
        self.commit.delete(keys::granted(place, id, &grant.grantee, &grant.id));
        if let Some(principal) = &grant.retiring {
            self.commit.delete(keys::retirable(principal, place, id, &grant.id));
        }
    }
}

fn no_alias(place: &Place, name: &str) -> Error {
    Error::NotFound(format!("Alias {} is not found.", place.arn(name)))
}

/// Amazon's rules for the names of aliases: `alias/aws/` is the services'.
fn check_alias(name: &str) -> Result<(), Error> {
    let own = name.strip_prefix("alias/").unwrap_or_default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-".contains(&byte);
    if !name.starts_with("alias/") {
        return Err(Error::Validation(
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
                .to_owned(),
        ));
    }
    if own.is_empty() || name.len() > MAX_ALIAS_CHARS || !own.bytes().all(allowed) {
        return Err(Error::InvalidAliasName(
            "Alias must start with the prefix \"alias/\" and go on with letters, digits, /, _ and -. Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
                .to_owned(),
        ));
    }
    // "notAuthorized" at Amazon: nobody may make an alias of a service.
    if own.starts_with("aws/") {
        return Err(Error::InvalidAliasName(
            "Alias names that begin with alias/aws/ are the services' own.".to_owned(),
        ));
    }
    Ok(())
}
