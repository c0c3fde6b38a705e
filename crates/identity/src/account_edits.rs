//! What changes an account: made, suspended, deleted, its alias, and the access keys of its root user.
//!
//! Whatever is made in an account expects the account's record, and deleting an account expects nothing to be in it: so nothing is
//! left of an account that is gone, whoever was quicker.

use coldkeep_auth::canonical_user_id;

use crate::accounts::{about_key, unnamed};
use crate::records::{KeyOwner, StoredKey};
use crate::{Account, Edit, EntityKind, Error, ids, keys};

/// Keys that a root user may have, as at Amazon.
const KEYS_PER_ROOT: usize = 2;

impl Edit {
    /// The account's record; the operator's account may have none yet, and then is as one without name.
    pub async fn own_account(&mut self) -> Result<Account, Error> {
        let id = self.account().clone();
        match self.record(keys::account(&id)).await? {
            Some(known) => Ok(known),
            None if id == *self.identity.operator() => Ok(unnamed(&id)),
            None => Err(Error::NoSuchEntity(format!("The account {id} does not exist."))),
        }
    }

    /// Writes the account's record.
    pub fn put_account(&mut self, account: &Account) {
        self.put(keys::account(&self.account().clone()), account);
    }

    /// Makes the account, with an access key of its root user: the secret is told now and never again.
    pub async fn create_account(&mut self, name: &str, email: Option<&str>) -> Result<(Account, String), Error> {
        let id = self.account().clone();
        if id == *self.identity.operator() || self.record::<Account>(keys::account(&id)).await?.is_some() {
            return Err(Error::AlreadyExists(format!("The account {id} already exists.")));
        }
        if let Some(address) = email {
            let key = keys::email(address);
            if let Some(other) = self.text(key.clone()).await? {
                let words = format!("The e-mail address {address} is that of the account {other}.");
                return Err(Error::AlreadyExists(words));
            }
            self.put_raw(key, id.as_str());
        }
        self.put_raw(keys::canonical(&canonical_user_id(&id)), id.as_str());
        let (key, secret) = self.sealed_key(None).await?;
        let (created, email) = (self.now().whole_seconds().0, email.map(str::to_owned));
        let account = Account { name: name.to_owned(), email, created, keys: vec![key], ..unnamed(&id) };
        self.put_account(&account);
        Ok((account, secret))
    }

    /// Suspends the account, or ends that: while it is suspended, no key of it signs anything.
    pub async fn suspend(&mut self, suspended: bool) -> Result<Account, Error> {
        let mut account = self.own_account().await?;
        self.must_not_be_the_operators("suspended")?;
        if account.suspended != suspended {
            account.suspended = suspended;
            self.put_account(&account);
        }
        Ok(account)
    }

    /// Removes the account, which nothing may be in any more that identities know of.
    pub async fn remove_account(&mut self) -> Result<(), Error> {
        let account = self.own_account().await?;
        self.must_not_be_the_operators("deleted")?;
        let id = self.account().clone();
        for range in keys::of_account(&id) {
            self.expect_empty(range);
        }
        for kind in [Some(EntityKind::User), Some(EntityKind::Group), Some(EntityKind::Role), None] {
            self.delete(keys::count(&id, kind));
        }
        account.keys.iter().for_each(|key| self.forget_key(&key.id));
        if let Some(alias) = &account.alias {
            self.note_alias(alias, false);
        }
        if let Some(address) = &account.email {
            self.delete(keys::email(address));
        }
        self.delete(keys::canonical(&canonical_user_id(&id)));
        self.delete(keys::account(&id));
        Ok(())
    }

    fn must_not_be_the_operators(&self, what: &str) -> Result<(), Error> {
        match self.account() == self.identity.operator() {
            true => Err(Error::DeleteConflict(format!("The operator's own account cannot be {what}."))),
            false => Ok(()),
        }
    }

    /// A new access key of the root user: the secret is told now and never again.
    pub async fn new_root_key(&mut self) -> Result<(StoredKey, String), Error> {
        let mut account = self.own_account().await?;
        if account.keys.len() >= KEYS_PER_ROOT {
            let words =
                format!("The root user of an account has {KEYS_PER_ROOT} access keys at most. Delete one first.");
            return Err(Error::LimitExceeded(words));
        }
        let (key, secret) = self.sealed_key(None).await?;
        account.keys.push(key.clone());
        self.put_account(&account);
        Ok((key, secret))
    }

    /// Lets an access key of the root user sign, or not.
    pub async fn set_root_key(&mut self, id: &str, active: bool) -> Result<StoredKey, Error> {
        let mut account = self.own_account().await?;
        let key = account.keys.iter_mut().find(|key| key.id == id).ok_or_else(|| no_such_key(id))?;
        key.active = active;
        let key = key.clone();
        self.put_account(&account);
        Ok(key)
    }

    /// Deletes an access key of the root user.
    pub async fn delete_root_key(&mut self, id: &str) -> Result<(), Error> {
        let mut account = self.own_account().await?;
        let at = account.keys.iter().position(|key| key.id == id).ok_or_else(|| no_such_key(id))?;
        account.keys.remove(at);
        self.forget_key(id);
        self.put_account(&account);
        Ok(())
    }

    /// Whose an alias is.
    pub async fn alias_owner(&mut self, alias: &str) -> Result<Option<String>, Error> {
        self.text(keys::alias(alias)).await
    }

    /// Gives the alias to the account, or takes it away. The account's record says so too.
    pub fn note_alias(&mut self, alias: &str, has: bool) {
        let account = self.account().to_string();
        if has { self.put_raw(keys::alias(alias), account) } else { self.delete(keys::alias(alias)) }
    }

    /// A new access key of the user with this id, or of the root user: it leads to them, and is still to be put into their record.
    /// The secret is told now and never again.
    pub async fn new_key(&mut self, user: Option<&str>) -> Result<(StoredKey, String), Error> {
        self.own_account().await?;
        self.sealed_key(user).await
    }

    async fn sealed_key(&mut self, user: Option<&str>) -> Result<(StoredKey, String), Error> {
        let sealer = &self.identity.0.sealer;
        let (id, secret) = (ids::access_key("AKIA", sealer.id_secret()), ids::secret_key());
        let sealed = sealer.seal(secret.as_bytes(), &about_key(&id))?;
        let owner = KeyOwner { account: self.account().to_string(), user: user.map(str::to_owned) };
        let key = keys::access_key(&id);
        if self.record::<KeyOwner>(key.clone()).await?.is_some() {
            return Err(Error::AlreadyExists("An access key of that id already exists.".into()));
        }
        self.put(key, &owner);
        Ok((StoredKey { id, active: true, created: self.now().whole_seconds().0, sealed }, secret))
    }

    /// An access key leads nowhere any more.
    pub fn forget_key(&mut self, id: &str) {
        self.delete(keys::access_key(id));
        self.delete(keys::last_use(id));
    }
}

fn no_such_key(id: &str) -> Error {
    Error::NoSuchEntity(format!("The root user has no access key {id} in the records of the server."))
}
