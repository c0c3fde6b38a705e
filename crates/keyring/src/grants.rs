//! Grants and their tokens. From the KMS developer guide, "Grants in AWS KMS".
//!
//! Grants count at once here, so that a token is needed for nothing but to retire its grant; one that is none is refused all the same.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coldkeep_auth::Caller;

use crate::access::principals;
use crate::{Edit, Error, GrantRecord, Key, KeySpec, KeyState, KeyUsage, Keyring, Place, ids, keys};

/// What tokens are bound to.
const ABOUT: &str = "grant token";
/// How many grants a key may have.
const QUOTA: usize = 50_000;

/// What a grant is to be.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Its name.
    pub name: Option<String>,
    /// The ARN of who may.
    pub grantee: String,
    /// The ARN of who may give it back.
    pub retiring: Option<String>,
    /// What may be done, in Amazon's names.
    pub operations: Vec<String>,
    /// Pairs that the encryption context must have.
    pub context_subset: BTreeMap<String, String>,
    /// What the encryption context must be.
    pub context_equals: BTreeMap<String, String>,
}

/// The operations that a grant can allow on a key of this kind.
fn grantable(spec: KeySpec, usage: KeyUsage) -> &'static [&'static str] {
    match (spec, usage) {
        (KeySpec::Symmetric, _) => &[
            "Decrypt",
            "Encrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateDataKeyPair",
            "GenerateDataKeyPairWithoutPlaintext",
            "ReEncryptFrom",
            "ReEncryptTo",
            "CreateGrant",
            "DescribeKey",
            "RetireGrant",
        ],
        (_, KeyUsage::EncryptDecrypt) => &[
            "Decrypt",
            "Encrypt",
            "ReEncryptFrom",
            "ReEncryptTo",
            "CreateGrant",
            "DescribeKey",
            "GetPublicKey",
            "RetireGrant",
        ],
        (_, KeyUsage::SignVerify) => &["Sign", "Verify", "GetPublicKey", "CreateGrant", "DescribeKey", "RetireGrant"],
        (_, KeyUsage::GenerateVerifyMac) => &["GenerateMac", "VerifyMac", "CreateGrant", "DescribeKey", "RetireGrant"],
        (_, KeyUsage::KeyAgreement) => {
            &["DeriveSharedSecret", "GetPublicKey", "CreateGrant", "DescribeKey", "RetireGrant"]
        }
    }
}

fn check(key: &Key, new: &NewGrant) -> Result<(), Error> {
    let invalid = |what: String| Err(Error::Validation(what));
    let allowed = grantable(key.record.spec, key.record.usage);
    if new.operations.is_empty() {
        return invalid("1 validation error detected: Value at 'operations' failed to satisfy constraint: Member must have length greater than or equal to 1".to_owned());
    }
    if let Some(wrong) = new.operations.iter().find(|operation| !allowed.contains(&operation.as_str())) {
        return invalid(format!("Grant operation {wrong} is not supported for a key of this kind."));
    }
    if key.record.spec != KeySpec::Symmetric && !(new.context_equals.is_empty() && new.context_subset.is_empty()) {
        return invalid("Encryption context constraints are for symmetric encryption keys only.".to_owned());
    }
    if !new.context_equals.is_empty() && !new.context_subset.is_empty() {
        return invalid("Only one of EncryptionContextSubset and EncryptionContextEquals may be given.".to_owned());
    }
    let name = |byte: u8| byte.is_ascii_alphanumeric() || b":/_-".contains(&byte);
    if new.name.as_ref().is_some_and(|text| text.is_empty() || text.len() > 256 || !text.bytes().all(name)) {
        return invalid("1 validation error detected: Value at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$".to_owned());
    }
    for principal in [Some(&new.grantee), new.retiring.as_ref()].into_iter().flatten() {
        if !is_principal(principal) {
            return Err(Error::InvalidArn(format!("ARN does not refer to a valid principal: {principal}")));
        }
    }
    Ok(())
}

/// "The permissions in a grant that is made by permission of a grant must be the same or narrower": no operation that the other one
/// has not, and no fewer constraints.
fn is_within(new: &NewGrant, other: &GrantRecord) -> bool {
    let has = |context: &BTreeMap<String, String>| {
        other.context_subset.iter().all(|(key, value)| context.get(key) == Some(value))
    };
    let is_equal = other.context_equals.is_empty() || new.context_equals == other.context_equals;
    let is_subset = has(&new.context_subset) || has(&new.context_equals);
    new.operations.iter().all(|operation| other.operations.contains(operation)) && is_equal && is_subset
}

/// Whether a grant can name this: the ARN of a user, role, session or account.
pub(crate) fn is_principal(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts[..] else { return false };
    let named = |kind: &str| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
    let is_named = match service {
        "iam" => resource == "root" || named("user/") || named("role/"),
        "sts" => named("assumed-role/") || named("federated-user/"),
        _ => false,
    };
    let plain = |byte: u8| byte.is_ascii_graphic();
    partition.starts_with("aws") && account.len() == 12 && is_named && arn.len() <= 256 && arn.bytes().all(plain)
}

impl Edit {
    /// Adds a grant, and gives it with its token. `allowed_by` are the grants by which alone the caller may: it passes on no more than
    /// one of them gives. One of the same name that says the same is found rather than made twice.
    pub async fn create_grant(
        &mut self,
        key: &Key,
        caller: &Caller,
        allowed_by: &[GrantRecord],
        new: &NewGrant,
    ) -> Result<(GrantRecord, String), Error> {
        match key.state(self.now()) {
            KeyState::Enabled => {}
            KeyState::Disabled => return Err(Error::Disabled(key.arn.clone())),
            state => return Err(key.wrong_state(state)),
        }
        check(key, new)?;
        if !allowed_by.is_empty() && !allowed_by.iter().any(|other| is_within(new, other)) {
            return Err(Error::Denied("A grant made by permission of a grant gives no more than that one.".to_owned()));
        }
        let grants = self.keyring().grants(&key.place, &key.record.id).await?;
        if grants.len() >= QUOTA {
            return Err(Error::LimitExceeded(format!("A key has at most {QUOTA} grants.")));
        }
        let issuer = format!("arn:{}:iam::{}:root", key.place.region.partition(), caller.account);
        let same = |grant: &&GrantRecord| {
            new.name.is_some()
                && grant.name == new.name
                && grant.grantee == new.grantee
                && grant.retiring == new.retiring
                && grant.operations == new.operations
                && grant.context_subset == new.context_subset
                && grant.context_equals == new.context_equals
        };
        if let Some(grant) = grants.iter().find(same) {
            return Ok((grant.clone(), self.token(key, grant)?));
        }
        let grant = GrantRecord {
            id: ids::long(),
            name: new.name.clone(),
            created: self.now().0,
            grantee: new.grantee.clone(),
            retiring: new.retiring.clone(),
            issuer,
            operations: new.operations.clone(),
            context_subset: new.context_subset.clone(),
            context_equals: new.context_equals.clone(),
        };
        self.add_grant(key, &grant);
        let token = self.token(key, &grant)?;
        Ok((grant, token))
    }

    fn token(&self, key: &Key, grant: &GrantRecord) -> Result<String, Error> {
        let at = keys::grant(&key.place, &key.record.id, &grant.id);
        Ok(URL_SAFE_NO_PAD.encode(self.sealer().seal(&at, ABOUT)?))
    }
}

impl Keyring {
    /// Where the grant of a token is: place, key and id. The grant may be gone.
    pub fn read_token(&self, token: &str) -> Result<(Place, String, String), Error> {
        const MAX_BYTES: usize = 8192;
        let token = Some(token).filter(|token| token.len() <= MAX_BYTES).ok_or(Error::InvalidGrantToken)?;
        let sealed = URL_SAFE_NO_PAD.decode(token).map_err(|_| Error::InvalidGrantToken)?;
        let at = self.0.sealer.open(&sealed, ABOUT).map_err(|_| Error::InvalidGrantToken)?;
        let parsed = keys::parse_key(&at).and_then(|(place, rest)| {
            let (id, grant) = rest.split_at_checked(keys::ID_BYTES)?;
            Some((place, id.to_owned(), grant.to_owned()))
        });
        parsed.ok_or(Error::InvalidGrantToken)
    }
}

/// Whether the caller may retire the grant without any policy: it is its retiring principal, or its grantee where the grant says so.
pub(crate) fn may_retire(grant: &GrantRecord, caller: &Caller) -> bool {
    let own = principals(caller);
    let is_own =
        |arn: &str| own.iter().any(|principal| principal == arn) && (arn == caller.arn || !arn.ends_with(":root"));
    let as_grantee = grant.operations.iter().any(|operation| operation == "RetireGrant") && is_own(&grant.grantee);
    as_grantee || grant.retiring.as_deref().is_some_and(is_own)
}

impl GrantRecord {
    /// Whether the caller may retire it without any policy: as its retiring principal, or as its grantee where it says so.
    pub fn may_be_retired_by(&self, caller: &Caller) -> bool {
        may_retire(self, caller)
    }
}
