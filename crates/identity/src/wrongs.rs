//! What may be wrong with a record by itself and beside those that it names, and what would make it right: pure reading. What leads to
//! something that is gone goes; what has lost what leads to it gets that back; an account that cannot be read is made anew without
//! name, so that what is in it can be reached.

use std::collections::HashMap;

use coldkeep_auth::canonical_user_id;
use coldkeep_meta::Meta;
use coldkeep_types::AccountId;

use crate::accounts::unnamed;
use crate::keys::{self, Usage};
use crate::proof::decodes;
use crate::records::{KeyOwner, Record};
use crate::{Account, Entity, EntityKind, Error, StoredKey};

/// Something that is wrong.
#[derive(Debug)]
pub(crate) struct Wrong {
    /// What.
    pub why: String,
    /// The record to change.
    pub key: Vec<u8>,
    /// What it has to be; `None`: it has to go.
    pub value: Option<Vec<u8>>,
}

/// How many there are of each kind, by their counters' keys.
pub(crate) type Tally = HashMap<Vec<u8>, i64>;

/// One record beside the others.
pub(crate) struct Check<'a> {
    pub meta: &'a dyn Meta,
    pub key: &'a [u8],
    pub value: &'a [u8],
}

impl Check<'_> {
    /// All that is wrong with it. Entities and policies, which come before their counters, are counted.
    pub async fn wrongs(&self, tally: &mut Tally) -> Result<Vec<Wrong>, Error> {
        if let Err(error) = decodes(self.key, self.value) {
            return self.unreadable(&error).await;
        }
        match self.key.get(1) {
            Some(b'a') => self.of_account().await,
            Some(b'e') => self.of_entity(tally).await,
            Some(b'p') => {
                if let Some(account) = self.account() {
                    *tally.entry(keys::count(&account, None)).or_default() += 1;
                }
                Ok(Vec::new())
            }
            Some(b'q') => Ok(self.of_counter(tally)),
            Some(b'c') => self.of_canonical_id().await,
            _ => match self.leads_somewhere().await? {
                true => Ok(Vec::new()),
                false => Ok(vec![Wrong { why: "it leads to nothing".into(), key: self.key.to_vec(), value: None }]),
            },
        }
    }

    async fn unreadable(&self, error: &Error) -> Result<Vec<Wrong>, Error> {
        let (why, key) = (error.to_string(), self.key.to_vec());
        let Some(id) = self.account().filter(|_| self.key.get(1) == Some(&b'a')) else {
            return Ok(vec![Wrong { why, key, value: None }]);
        };
        let mut wrongs = vec![Wrong { why, key, value: Some(unnamed(&id).to_value()) }];
        wrongs.extend(self.canonical_leads(&id).await?);
        Ok(wrongs)
    }

    async fn canonical_leads(&self, id: &AccountId) -> Result<Option<Wrong>, Error> {
        self.must_be(keys::canonical(&canonical_user_id(id)), id.as_str().into(), "its canonical id").await
    }

    fn account(&self) -> Option<AccountId> {
        AccountId::parse(std::str::from_utf8(self.key.get(2..14)?).ok()?).ok()
    }

    fn text(&self, from: usize) -> &str {
        self.key.get(from..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    async fn read<R: Record>(&self, key: &[u8]) -> Result<Option<R>, Error> {
        // One that cannot be read is as good as gone; it is told of when it is its turn.
        Ok(self.meta.get(key).await?.and_then(|entry| R::from_value(&entry.value).ok()))
    }

    async fn entity(&self, account: &AccountId, kind: EntityKind, id: &str) -> Result<Option<Entity>, Error> {
        self.read(&keys::entity(account, kind, id)).await
    }

    /// That a record has this value, or else what is wrong.
    async fn must_be(&self, key: Vec<u8>, value: Vec<u8>, what: &str) -> Result<Option<Wrong>, Error> {
        let is = self.meta.get(&key).await?.map(|entry| entry.value);
        let why = format!("{what} does not lead to it");
        Ok((is.as_ref() != Some(&value)).then_some(Wrong { why, key, value: Some(value) }))
    }

    async fn keys_lead(&self, account: &AccountId, user: Option<&str>, of: &[StoredKey]) -> Result<Vec<Wrong>, Error> {
        let mut wrongs = Vec::new();
        for key in of {
            let owner = KeyOwner { account: account.to_string(), user: user.map(str::to_owned) };
            wrongs.extend(self.must_be(keys::access_key(&key.id), owner.to_value(), "its access key").await?);
        }
        Ok(wrongs)
    }

    async fn of_account(&self) -> Result<Vec<Wrong>, Error> {
        let (Some(id), Ok(account)) = (self.account(), Account::from_value(self.value)) else { return Ok(Vec::new()) };
        let mut wrongs = self.keys_lead(&id, None, &account.keys).await?;
        // The operator's was not made, and needs none.
        if account.created > 0 {
            wrongs.extend(self.canonical_leads(&id).await?);
        }
        let email = account.email.as_deref().map(|address| (keys::email(address), "its e-mail address"));
        let alias = account.alias.as_deref().map(|alias| (keys::alias(alias), "its alias"));
        for (key, what) in email.into_iter().chain(alias) {
            wrongs.extend(self.must_be(key, id.as_str().into(), what).await?);
        }
        Ok(wrongs)
    }

    /// A canonical id goes with its account: one without has lost it.
    async fn of_canonical_id(&self) -> Result<Vec<Wrong>, Error> {
        let id = std::str::from_utf8(self.value).ok().and_then(|id| AccountId::parse(id).ok());
        let Some(id) = id.filter(|id| canonical_user_id(id) == self.text(2)) else {
            return Ok(vec![Wrong { why: "it is no account's".into(), key: self.key.to_vec(), value: None }]);
        };
        let key = keys::account(&id);
        let is_there = self.meta.get(&key).await?.is_some();
        let (why, value) = ("its account is missing".to_owned(), Some(unnamed(&id).to_value()));
        Ok(if is_there { Vec::new() } else { vec![Wrong { why, key, value }] })
    }

    async fn of_entity(&self, tally: &mut Tally) -> Result<Vec<Wrong>, Error> {
        let kind = self.key.get(14).and_then(|byte| EntityKind::from_byte(*byte));
        let (Some(account), Some(kind), Ok(entity)) = (self.account(), kind, Entity::from_value(self.value)) else {
            return Ok(vec![Wrong { why: "its key is not understood".into(), key: self.key.to_vec(), value: None }]);
        };
        *tally.entry(keys::count(&account, Some(kind))).or_default() += 1;
        let name = keys::name(&account, kind, &entity.name);
        let led = self.meta.get(&name).await?.and_then(|entry| String::from_utf8(entry.value).ok());
        let mut wrongs = Vec::new();
        match led {
            Some(id) if id == entity.id => {}
            Some(id) if self.entity(&account, kind, &id).await?.is_some() => {
                let why = format!("another {} has its name", kind.word());
                return Ok(vec![Wrong { why, key: self.key.to_vec(), value: None }]);
            }
            _ => {
                let value = Some(entity.id.clone().into_bytes());
                wrongs.push(Wrong { why: "its name does not lead to it".into(), key: name, value });
            }
        }
        wrongs.extend(self.keys_lead(&account, Some(&entity.id), &entity.keys).await?);
        let mut beside = Vec::new();
        for group in &entity.groups {
            if self.entity(&account, EntityKind::Group, group).await?.is_some() {
                beside.push((keys::member(&account, group, &entity.id), "its group"));
            }
        }
        let used = entity.attached.iter().map(|arn| (arn, Usage::Attached));
        for (arn, usage) in used.chain(entity.boundary.iter().map(|arn| (arn, Usage::Boundary))) {
            beside.push((keys::attachment(&account, arn, usage, kind, &entity.id), "its policy"));
        }
        for (key, what) in beside {
            wrongs.extend(self.must_be(key, Vec::new(), what).await?);
        }
        Ok(wrongs)
    }

    fn of_counter(&self, tally: &mut Tally) -> Vec<Wrong> {
        let counted = tally.remove(self.key).unwrap_or(0);
        let says = <[u8; 8]>::try_from(self.value).map_or(0, i64::from_be_bytes);
        let value = Some(counted.to_be_bytes().to_vec());
        let why = format!("it counts {says}, and there are {counted}");
        if says == counted { Vec::new() } else { vec![Wrong { why, key: self.key.to_vec(), value }] }
    }

    /// Whether what a record that only leads somewhere leads to is there, and knows of it.
    async fn leads_somewhere(&self) -> Result<bool, Error> {
        let value = std::str::from_utf8(self.value).unwrap_or_default();
        let kind = self.key.get(14).and_then(|byte| EntityKind::from_byte(*byte));
        Ok(match (self.key.get(1), self.account()) {
            (Some(b'b' | b'f'), _) => {
                let Ok(id) = AccountId::parse(value) else { return Ok(false) };
                let Some(account) = self.read::<Account>(&keys::account(&id)).await? else { return Ok(false) };
                match self.key[1] {
                    b'b' => account.alias.as_deref() == Some(self.text(2)),
                    _ => account.email.is_some_and(|address| address.eq_ignore_ascii_case(self.text(2))),
                }
            }
            (Some(b'n'), Some(account)) => {
                let Some(kind) = kind else { return Ok(false) };
                let entity = self.entity(&account, kind, value).await?;
                entity.is_some_and(|entity| entity.name.eq_ignore_ascii_case(self.text(15)))
            }
            (Some(b'k'), _) => {
                let Ok(owner) = KeyOwner::from_value(self.value) else { return Ok(false) };
                let Ok(account) = AccountId::parse(&owner.account) else { return Ok(false) };
                let keys = match &owner.user {
                    Some(user) => self.entity(&account, EntityKind::User, user).await?.map(|user| user.keys),
                    None => self.read::<Account>(&keys::account(&account)).await?.map(|account| account.keys),
                };
                keys.is_some_and(|keys| keys.iter().any(|key| key.id == self.text(2)))
            }
            (Some(b'l'), _) => self.meta.get(&keys::access_key(self.text(2))).await?.is_some(),
            (Some(b'm'), Some(account)) => {
                let Some((group, user)) = self.text(14).split_at_checked(ID_LENGTH) else { return Ok(false) };
                let is_there = self.entity(&account, EntityKind::Group, group).await?.is_some();
                let user = self.entity(&account, EntityKind::User, user).await?;
                is_there && user.is_some_and(|user| user.groups.iter().any(|id| id == group))
            }
            (Some(b't'), Some(account)) => {
                let Some((usage, kind, id)) = keys::parse_attachment(self.key) else { return Ok(false) };
                let Some(entity) = self.entity(&account, kind, id).await? else { return Ok(false) };
                let names = |arn: &String| keys::attachment(&account, arn, usage, kind, id) == self.key;
                match usage {
                    Usage::Attached => entity.attached.iter().any(names),
                    Usage::Boundary => entity.boundary.iter().any(names),
                }
            }
            (Some(b'm' | b'n' | b't'), None) => false,
            _ => true,
        })
    }
}

/// Characters of a unique id.
const ID_LENGTH: usize = 21;
