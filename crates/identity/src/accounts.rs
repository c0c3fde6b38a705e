//! Accounts, and what leads to them: their ids, canonical ids and addresses. The first is the operator's, which need have no record.

use coldkeep_auth::canonical_user_id;
use coldkeep_types::AccountId;

use crate::records::Record;
use crate::{Account, Error, Identity, Page, keys};

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

    /// The account with these 12 digits, if it is there; [`Error::Suspended`] if nobody of it may do anything.
    pub(crate) async fn active_account(&self, id: &AccountId) -> Result<Option<Account>, Error> {
        match self.account(id).await? {
            Some(account) if account.suspended => Err(Error::Suspended(account.id)),
            found => Ok(found),
        }
    }

    /// Accounts in the order of their ids, behind `after`, at most `max`; the operator's is among them.
    pub async fn accounts(&self, after: Option<&AccountId>, max: usize) -> Result<Page<Account>, Error> {
        let mut range = keys::accounts();
        if let Some(after) = after {
            range.start = [keys::account(after), vec![0]].concat();
        }
        let found = self.0.meta.scan(range, max + 1).await?;
        let mut items =
            found.iter().map(|(_, entry)| Account::from_value(&entry.value)).collect::<Result<Vec<_>, _>>()?;
        let operator = self.operator();
        if after.is_none_or(|after| after < operator) && !items.iter().any(|account| account.id == operator.as_str()) {
            let at = items.partition_point(|account| account.id.as_str() < operator.as_str());
            // Where the page ended before it, it is read with a later one.
            items.insert(at, unnamed(operator));
        }
        let more = items.len() > max;
        items.truncate(max);
        Ok(Page { marker: items.last().filter(|_| more).map(|last| last.id.clone()), items })
    }
}

/// What a sealed secret is bound to.
pub(crate) fn about_key(id: &str) -> String {
    format!("secret of {id}")
}
