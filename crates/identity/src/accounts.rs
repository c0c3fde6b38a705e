//! Accounts, and what leads to them: their ids, canonical ids and addresses. The first is the operator's, which need have no record.

use coldkeep_auth::canonical_user_id;
use coldkeep_types::AccountId;

use crate::records::{Record, StoredKey};
use crate::{Account, Edit, Error, Identity, keys};

/// An account without a name of its own: the operator's, until it is given one.
pub(crate) fn unnamed(id: &AccountId) -> Account {
    Account {
        id: id.to_string(),
        name: id.to_string(),
        email: None,
        suspended: false,
        created: 0,
        alias: None,
        keys: Vec::new(),
    }
}

impl Identity {
    /// The account with these 12 digits.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>, Error> {
        let entry = self.0.meta.get(&keys::account(id)).await?;
        let known = entry.map(|entry| Account::from_value(&entry.value)).transpose()?;
        Ok(known.or_else(|| (id == self.operator()).then(|| unnamed(id))))
    }

    /// The account with this canonical user id.
    pub async fn account_by_canonical_id(&self, canonical: &str) -> Result<Option<Account>, Error> {
        if canonical == canonical_user_id(self.operator()) {
            return self.account(self.operator()).await;
        }
        self.led_to(&keys::canonical(canonical)).await
    }

    /// The account with this e-mail address, without regard to case.
    pub async fn account_by_email(&self, address: &str) -> Result<Option<Account>, Error> {
        self.led_to(&keys::email(address)).await
    }

    async fn led_to(&self, key: &[u8]) -> Result<Option<Account>, Error> {
        let Some(entry) = self.0.meta.get(key).await? else { return Ok(None) };
        let id = std::str::from_utf8(&entry.value).ok().and_then(|id| AccountId::parse(id).ok());
        self.account(&id.ok_or_else(|| Error::Damaged("an account's id".into()))?).await
    }

    /// Makes an account with a key pair of its root user: the secret is told now and never again.
    pub async fn create_account(
        &self,
        id: &AccountId,
        name: &str,
        email: Option<&str>,
    ) -> Result<(String, String), Error> {
        let mut edit = self.edit(id);
        if id == self.operator() || edit.record::<Account>(keys::account(id)).await?.is_some() {
            return Err(Error::AlreadyExists(format!("The account {id} already exists.")));
        }
        let (key, secret) = edit.new_key(None).await?;
        let created = edit.now().0;
        let email = email.map(str::to_owned);
        if let Some(address) = &email {
            let key = keys::email(address);
            if edit.text(key.clone()).await?.is_some() {
                return Err(Error::AlreadyExists(format!("The e-mail address {address} is another account's.")));
            }
            edit.put_raw(key, id.as_str());
        }
        edit.put_raw(keys::canonical(&canonical_user_id(id)), id.as_str());
        let access_key = key.id.clone();
        edit.put_account(&Account { name: name.to_owned(), email, created, keys: vec![key], ..unnamed(id) });
        match edit.done().await? {
            true => Ok((access_key, secret)),
            false => Err(Error::AlreadyExists(format!("The account {id} was made at the same moment."))),
        }
    }
}

impl Edit {
    /// Writes the account's record.
    pub fn put_account(&mut self, account: &Account) {
        self.put(keys::account(&self.account().clone()), account);
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
        let sealer = &self.identity.0.sealer;
        let (id, secret) = (crate::ids::access_key("AKIA", sealer.id_secret()), crate::ids::secret_key());
        let sealed = sealer.seal(secret.as_bytes(), &about_key(&id))?;
        let owner = crate::records::KeyOwner { account: self.account().to_string(), user: user.map(str::to_owned) };
        let key = keys::access_key(&id);
        if self.record::<crate::records::KeyOwner>(key.clone()).await?.is_some() {
            return Err(Error::AlreadyExists("An access key of that id already exists.".into()));
        }
        self.put(key, &owner);
        Ok((StoredKey { id, active: true, created: self.now().0, sealed }, secret))
    }

    /// An access key leads nowhere any more.
    pub fn forget_key(&mut self, id: &str) {
        self.delete(keys::access_key(id));
        self.delete(keys::last_use(id));
    }
}

/// What a sealed secret is bound to.
pub(crate) fn about_key(id: &str) -> String {
    format!("secret of {id}")
}
