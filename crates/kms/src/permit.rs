//! From what an operation wants to the keys it gets: they are found, and the caller is asked for, in this order.
//!
//! Who may not learns nothing: a key that is not there is told as missing to those only whose own policies allow the operation on its
//! ARN, and a ciphertext's key to those only who may use it.

use std::sync::Arc;

use coldkeep_auth::policy::{Context, Question, Values, decide};
use coldkeep_http::Call;
use coldkeep_keyring::{Allowed, Ask, EncryptionContext, Error, GrantRecord, Key, KeyReference, Keyring, Place};

use crate::asked::Asked;
use crate::errors::KmsError;
use crate::wanted::{On, Want, Wanted};

/// The values of condition keys, but for those that follow from the key.
pub(crate) struct Circumstances<'a> {
    pub call: &'a Call,
    pub asked: &'a Asked,
    pub wanted: &'a Wanted,
}

impl Context for Circumstances<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        if let Some(value) = self.asked.caller.rights.value(key) {
            return value;
        }
        if let Some(name) = key.strip_prefix("aws:RequestTag/") {
            let tag = self.wanted.tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            return tag.map(|(_, value)| value.as_str()).into();
        }
        if let Some(values) = self.wanted.facts.get(key) {
            return match (key, values.as_slice()) {
                ("aws:TagKeys" | "kms:GrantOperations", many) => {
                    Values::Many(many.iter().map(|value| value.as_str().into()).collect())
                }
                (_, [one]) => Values::one(one),
                _ => Values::Absent,
            };
        }
        match key {
            "aws:RequestedRegion" => Values::one(self.asked.home.region.as_str()),
            _ => coldkeep_http::circumstance(self.call, key).unwrap_or(Values::Absent),
        }
    }
}

/// The keys that an operation is on, as the caller may use them.
#[derive(Default)]
pub(crate) struct Permitted {
    /// In the order in which it asked for them.
    pub keys: Vec<Arc<Key>>,
    /// The grants by which alone the caller may.
    pub by_grants: Vec<GrantRecord>,
}

/// Finds all keys that an operation wants, if the caller may all that it asks for.
pub(crate) async fn permit(
    keyring: &Keyring,
    circumstances: &Circumstances<'_>,
    operation: &str,
) -> Result<Permitted, KmsError> {
    let wanted = circumstances.wanted;
    if wanted.grant_tokens.len() > 10 {
        return Err(KmsError::validation(
            "1 validation error detected: Value at 'grantTokens' failed to satisfy constraint: Member must have length less \
             than or equal to 10",
        ));
    }
    for token in &wanted.grant_tokens {
        keyring.read_token(token)?;
    }
    let mut permitted = Permitted::default();
    for want in &wanted.wants {
        let by_name = format!("kms:{operation}");
        let action = want.permission.unwrap_or(&by_name);
        permit_one(keyring, circumstances, action, want, &mut permitted).await?;
    }
    Ok(permitted)
}

async fn permit_one(
    keyring: &Keyring,
    circumstances: &Circumstances<'_>,
    action: &str,
    want: &Want,
    permitted: &mut Permitted,
) -> Result<(), KmsError> {
    let home = &circumstances.asked.home;
    let (key, named) = match &want.on {
        On::Nothing => return own_policies(circumstances, action, "*", None),
        On::Alias(name) => return own_policies(circumstances, action, &home.arn(name), Some(home)),
        On::Unasked(reference) => {
            let reference = id_only(reference, home)?;
            permitted.keys.push(found(keyring, circumstances, action, &reference).await?);
            return Ok(());
        }
        On::Key(reference) => {
            let reference = KeyReference::parse(reference, home)?;
            (found(keyring, circumstances, action, &reference).await?, Some(reference))
        }
        On::IdOfKey(reference) => {
            let reference = id_only(reference, home)?;
            (found(keyring, circumstances, action, &reference).await?, Some(reference))
        }
        On::KeyOfAlias(name) => {
            let reference = KeyReference { place: home.clone(), name: name.clone() };
            (found(keyring, circumstances, action, &reference).await?, Some(reference))
        }
        On::Ciphertext(_, Some(reference)) => {
            let reference = KeyReference::parse(reference, home)?;
            (found(keyring, circumstances, action, &reference).await?, Some(reference))
        }
        On::Ciphertext(ciphertext, None) => {
            let (origin, _) = coldkeep_keyring::CiphertextOrigin::read(ciphertext).ok_or(Error::InvalidCiphertext)?;
            let in_region = origin.place.region == home.region;
            let key = if in_region { keyring.find(&origin.place, &origin.id).await? } else { None };
            let key = key.ok_or_else(KmsError::no_key_for_ciphertext)?;
            if ask(keyring, circumstances, action, &key, None, &want.context).await?.is_err() {
                return Err(KmsError::no_key_for_ciphertext());
            }
            permitted.keys.push(key);
            return Ok(());
        }
    };
    match ask(keyring, circumstances, action, &key, named.as_ref(), &want.context).await? {
        Ok(allowed) => {
            permitted.keys.push(key);
            permitted.by_grants = allowed.by_grants;
            Ok(())
        }
        Err(message) => Err(KmsError::access_denied(message)),
    }
}

/// Whether the caller may do this with a key; otherwise what it is told.
pub(crate) async fn ask(
    keyring: &Keyring,
    circumstances: &Circumstances<'_>,
    action: &str,
    key: &Key,
    named: Option<&KeyReference>,
    context: &EncryptionContext,
) -> Result<Result<Allowed, String>, KmsError> {
    let ask = Ask { action, key, named, context, via: None, circumstances };
    Ok(keyring.permit(&circumstances.asked.caller, &ask).await?.map_err(|denied| denied.message))
}

fn id_only(reference: &str, home: &Place) -> Result<KeyReference, KmsError> {
    let parsed = KeyReference::parse(reference, home)?;
    match parsed.is_alias() {
        false => Ok(parsed),
        true if reference.starts_with("arn:") => {
            Err(Error::InvalidArn(format!("{reference} is an alias: this operation takes a key's id or ARN")).into())
        }
        true => Err(Error::NotFound(format!("Invalid keyId '{reference}'")).into()),
    }
}

/// The key of a reference. That it is missing is told to those only who may do this with it.
async fn found(
    keyring: &Keyring,
    circumstances: &Circumstances<'_>,
    action: &str,
    reference: &KeyReference,
) -> Result<Arc<Key>, KmsError> {
    match keyring.key(reference).await {
        Err(missing @ Error::NotFound(_)) => {
            // An alias that is missing leads to no key that a policy could name.
            let resource = if reference.is_alias() { "*".to_owned() } else { reference.arn() };
            own_policies(circumstances, action, &resource, Some(&reference.place))?;
            Err(missing.into())
        }
        other => Ok(other?),
    }
}

/// Whether the caller's own policies allow this, where there is no key to ask.
fn own_policies(
    circumstances: &Circumstances<'_>,
    action: &str,
    resource: &str,
    place: Option<&Place>,
) -> Result<(), KmsError> {
    let caller = &circumstances.asked.caller;
    let question = Question {
        action,
        resource,
        // Of another account nothing is told: its key policy would have to allow.
        resource_account: place.map(|place| &place.account),
        principal: &caller.rights.principal,
        context: circumstances,
    };
    let decision = decide(&question, &caller.rights.policies());
    if decision.is_allowed() {
        return Ok(());
    }
    let arn = &caller.arn;
    tracing::info!(caller = arn.as_str(), action, resource, %decision, "access denied");
    Err(KmsError::access_denied(format!("User: {arn} is not authorized to perform: {action} on resource: {resource}")))
}
