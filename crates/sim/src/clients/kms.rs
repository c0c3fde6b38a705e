//! Keys of KMS: objects under them, by header and as a bucket's default; the keys are disabled, enabled again and rotated meanwhile.
//!
//! While a key is disabled nothing under it is read, copied or written, and it is its error that says so; enabled again, it opens all
//! that was ever sealed under it, whatever rotated in between.

use serde_json::json;

use super::sealed::marked;
use super::{Client, SIZES, Wrong};
use crate::model::{KmsKey, Object};
use crate::register::{Register, Tick};
use crate::request::{Answer, Fate, Request};

/// The bucket that has everything sealed under the first key.
pub const SECRET: &str = "secret";
/// The aliases of the keys.
const ALIASES: [&str; 2] = ["alias/one", "alias/two"];

/// What keys of objects begin with that are under a key of KMS.
const OF_KMS: &str = "sealed/kms/";
/// Those of them that are in the bucket with the default, and name no key.
const BY_DEFAULT: &str = "sealed/kms/default/";
/// Those of them that name the second key; the others name the first.
const OF_SECOND: &str = "sealed/kms/two/";
/// Where such objects are.
const PLACES: [(&str, &str); 6] = [
    (SECRET, "sealed/kms/default/1"),
    (SECRET, "sealed/kms/default/2"),
    (SECRET, "sealed/kms/two/1"),
    ("first", "sealed/kms/one/1"),
    ("first", "sealed/kms/two/1"),
    ("second", "sealed/kms/two/1"),
];
/// How S3 tells that a key is disabled.
const DISABLED: &str = "KMS.DisabledException";

/// Whether an object with this key is under a key of KMS.
pub fn is_under_kms(key: &str) -> bool {
    key.starts_with(OF_KMS)
}

/// The key of KMS that an object is under.
pub(super) fn alias_of(key: &str) -> Option<&'static str> {
    is_under_kms(key).then(|| if key.starts_with(OF_SECOND) { ALIASES[1] } else { ALIASES[0] })
}

impl Client {
    /// A write of an object that is under a key of KMS, in one layer or two.
    pub(super) fn under_kms(&mut self, request: Request, key: &str, alias: &str) -> Request {
        if key.starts_with(BY_DEFAULT) {
            return request;
        }
        let algorithm = *self.dice.pick(&["aws:kms", "aws:kms", "aws:kms:dsse"]);
        let request = request.header("x-amz-server-side-encryption", algorithm);
        request.header("x-amz-server-side-encryption-aws-kms-key-id", alias)
    }

    /// Whether a key of KMS refused what was asked of these objects; which it must not have done if it was enabled all the time, and
    /// must have if it was disabled.
    pub(super) fn refused_by_key(&self, keys: &[&str], began: Tick, answer: &Answer) -> Result<bool, Wrong> {
        let model = self.model.lock();
        let keys = || keys.iter().filter_map(|key| model.kms.get(alias_of(key)?));
        if answer.status == 400 && answer.text("Code") == DISABLED {
            return match keys().any(|key| key.enabled.may(began, |is| !is)) {
                true => Ok(true),
                false => Err(format!("a key is said to be disabled that was enabled all the time: {}", answer.said())),
            };
        }
        match answer.fate() == Fate::Done && !keys().all(|key| key.enabled.may(began, |is| *is)) {
            true => {
                Err(format!("it was done, although a key that it needs was disabled all the time: {}", answer.said()))
            }
            false => Ok(false),
        }
    }

    /// A few things one after the other.
    pub(super) async fn kms_work(&mut self) -> Result<(), Wrong> {
        for _ in 0..4 {
            let (bucket, key) = *self.dice.pick(&PLACES);
            match self.dice.below(14) {
                0..3 => {
                    let (bytes, label) = self.fresh(&SIZES[..11]);
                    self.put_object(bucket, key, Object::sealed(marked(bytes), &label)).await?;
                }
                3 | 4 => self.upload_sealed(bucket, key).await?,
                5 | 6 => {
                    let from = *self.dice.pick(&PLACES);
                    self.copy_object((bucket, key), from).await?;
                }
                7 => self.delete_key(bucket, key).await?,
                8 | 9 => drop(super::read_object(self, bucket, key, None, 0).await?),
                10 | 11 => {
                    let alias = *self.dice.pick(&ALIASES);
                    let enabled = self.dice.once_in(2);
                    switch(self, alias, enabled).await?;
                }
                _ => self.rotate().await?,
            }
        }
        Ok(())
    }

    async fn rotate(&mut self) -> Result<(), Wrong> {
        let alias = *self.dice.pick(&ALIASES);
        let (Some(id), began) = (id_of(self, alias), self.model.lock().tick()) else { return Ok(()) };
        let answer = self.ask_perhaps(Request::kms("RotateKeyOnDemand", &json!({"KeyId": id}))).await?;
        if answer.fate() != Fate::Refused {
            return Ok(());
        }
        let may_be_disabled = self.model.lock().kms.get(alias).is_some_and(|key| key.enabled.may(began, |is| !is));
        match answer.json()["__type"].as_str() {
            Some("DisabledException") if may_be_disabled => Ok(()),
            // As often as it may be, it was.
            Some("LimitExceededException") => Ok(()),
            _ => Err(format!("a rotation was refused: {}", answer.said())),
        }
    }
}

fn id_of(client: &Client, alias: &str) -> Option<String> {
    client.model.lock().kms.get(alias).map(|key| key.id.clone())
}

/// Enables or disables a key.
async fn switch(client: &mut Client, alias: &'static str, enabled: bool) -> Result<(), Wrong> {
    let (id, ticket) = {
        let mut model = client.model.lock();
        let now = model.tick();
        let Some(key) = model.kms.get_mut(alias) else { return Ok(()) };
        (key.id.clone(), key.enabled.begin(enabled, now))
    };
    let operation = if enabled { "EnableKey" } else { "DisableKey" };
    let answer = client.ask_perhaps(Request::kms(operation, &json!({"KeyId": id}))).await?;
    if !super::expect(&answer, operation)? {
        return Ok(());
    }
    let mut model = client.model.lock();
    let now = model.tick();
    model.kms.get_mut(alias).into_iter().for_each(|key| key.enabled.done(ticket, now));
    Ok(())
}

/// Makes the keys and their aliases, unless they are there: whether they are now. A key that was there is not another one now.
pub async fn make_keys(client: &mut Client) -> Result<bool, Wrong> {
    for alias in ALIASES {
        let known = id_of(client, alias);
        let answer = client.ask(Request::kms("DescribeKey", &json!({"KeyId": alias}))).await?;
        let id = match (answer.fate(), &known) {
            (Fate::Unknown, _) => return Ok(false),
            (Fate::Done, _) => answer.json()["KeyMetadata"]["KeyId"].as_str().unwrap_or_default().to_owned(),
            (Fate::Refused, Some(_)) => return Err(format!("the key {alias} is gone: {}", answer.said())),
            (Fate::Refused, None) => {
                let answer = client.ask(Request::kms("CreateKey", &json!({}))).await?;
                if !super::expect(&answer, "the creation of a key")? {
                    return Ok(false);
                }
                let id = answer.json()["KeyMetadata"]["KeyId"].as_str().unwrap_or_default().to_owned();
                let parameters = json!({"AliasName": alias, "TargetKeyId": id});
                let answer = client.ask(Request::kms("CreateAlias", &parameters)).await?;
                if !super::expect(&answer, "the creation of an alias")? {
                    return Ok(false);
                }
                id
            }
        };
        if known.is_some_and(|known| known != id) {
            return Err(format!("{alias} leads to another key than it did: {id}"));
        }
        let enabled = Register::new(true);
        client.model.lock().kms.entry(alias).or_insert(KmsKey { id, enabled });
    }
    Ok(true)
}

/// Asks each key what state it is in, at rest. The model learns it.
pub async fn look_at_keys(client: &mut Client) -> Result<(), Wrong> {
    for alias in ALIASES {
        let Some(id) = id_of(client, alias) else { continue };
        let began = client.model.lock().tick();
        let answer = client.ask(Request::kms("DescribeKey", &json!({"KeyId": id}))).await?;
        if !super::expect(&answer, "the description of a key")? {
            continue;
        }
        let enabled = answer.json()["KeyMetadata"]["KeyState"] == "Enabled";
        let mut model = client.model.lock();
        let now = model.tick();
        let Some(key) = model.kms.get_mut(alias) else { continue };
        if !key.enabled.may(began, |is| *is == enabled) {
            return Err(format!("the key {alias} is enabled: {enabled}, which cannot be"));
        }
        key.enabled.saw(&enabled, began, now);
    }
    Ok(())
}

/// Enables all keys.
pub async fn unlock(client: &mut Client) -> Result<(), Wrong> {
    for alias in ALIASES {
        switch(client, alias, true).await?;
    }
    Ok(())
}
