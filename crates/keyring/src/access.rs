//! Who may do what with a key. From the KMS developer guide, "Troubleshooting key access", "Grants" and the table "AWS KMS condition
//! keys".
//!
//! A statement that denies, in any policy, decides. Otherwise the key policy must allow: the principal, or its account, which leaves
//! it to the account's own policies; or a grant must. A grant allows its grantee what a key policy naming it would; somebody of
//! another account needs its own account's policies too, in either case.

use std::borrow::Cow;
use std::cell::Cell;

use coldkeep_auth::Caller;
use coldkeep_auth::policy::{Context, Grant, Outcome, Policies, Principal, Question, Values, decide};

use crate::records::GrantRecord;
use crate::{EncryptionContext, Error, Key, KeyReference, Keyring};

/// What is asked of a key.
pub struct Ask<'a> {
    /// The action, such as `kms:Decrypt`.
    pub action: &'a str,
    /// The key.
    pub key: &'a Key,
    /// How the request named it.
    pub named: Option<&'a KeyReference>,
    /// The request's encryption context.
    pub context: &'a EncryptionContext,
    /// The service that asks for the caller, such as `s3.us-east-1.amazonaws.com`; `None`: the caller itself does.
    pub via: Option<&'a str>,
    /// The values of all other condition keys: of the circumstances, and of the operation's own parameters.
    pub circumstances: &'a (dyn Context + Sync),
}

/// The caller may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// The grants that allow it, where no policy does: whoever passes on what it was granted passes on no more.
    pub by_grants: Vec<GrantRecord>,
}

/// The caller may not. What decided is in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Amazon's message.
    pub message: String,
}

struct Facts<'a> {
    ask: &'a Ask<'a>,
    aliases: &'a [String],
    /// Some policy asks for them.
    wants_aliases: Cell<bool>,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        let (ask, record) = (self.ask, &self.ask.key.record);
        if let Some(name) = key.strip_prefix("aws:ResourceTag/") {
            let tag = record.tags.iter().find(|tag| tag.key.eq_ignore_ascii_case(name));
            return tag.map(|tag| tag.value.as_str()).into();
        }
        if let Some(name) = key.strip_prefix("kms:EncryptionContext:") {
            // Of the request's own, so compared as written; a context may have keys that differ by case only.
            let pair = ask.context.get_key_value(name);
            let pair = pair.or_else(|| ask.context.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)));
            return pair.map(|(_, value)| value.as_str()).into();
        }
        match key {
            "kms:ViaService" => ask.via.into(),
            "aws:ViaAWSService" => Values::one(if ask.via.is_some() { "true" } else { "false" }),
            "aws:CalledVia" | "aws:CalledViaFirst" | "aws:CalledViaLast" => Values::Absent,
            "kms:EncryptionContextKeys" if ask.context.is_empty() => Values::Absent,
            "kms:EncryptionContextKeys" => {
                Values::Many(ask.context.keys().map(|key| Cow::Borrowed(key.as_str())).collect())
            }
            "kms:KeySpec" | "kms:CustomerMasterKeySpec" => Values::one(record.spec.name()),
            "kms:KeyUsage" | "kms:CustomerMasterKeyUsage" => Values::one(record.usage.name()),
            "kms:KeyOrigin" => Values::one(record.origin.name()),
            "kms:MultiRegion" => Values::one(if record.is_multi_region() { "true" } else { "false" }),
            "kms:MultiRegionKeyType" => record.is_multi_region().then_some("PRIMARY").into(),
            "kms:PrimaryRegion" => record.is_multi_region().then(|| ask.key.place.region.as_str()).into(),
            "kms:ResourceAliases" => {
                self.wants_aliases.set(true);
                Values::Many(self.aliases.iter().map(|name| Cow::Borrowed(name.as_str())).collect())
            }
            "kms:RequestAlias" => ask.named.filter(|named| named.is_alias()).map(|named| named.name.as_str()).into(),
            _ => ask.circumstances.values(key),
        }
    }
}

/// `Err`: what decided against it.
type Judged = Result<(), (Outcome, String)>;

/// The decision, from the policies and what the best grant says, and whether it hangs on the aliases.
fn judge(caller: &Caller, ask: &Ask<'_>, aliases: &[String], granted: Grant) -> (Judged, bool) {
    let facts = Facts { ask, aliases, wants_aliases: Cell::new(false) };
    let question = Question {
        action: ask.action,
        resource: &ask.key.arn,
        resource_account: Some(&ask.key.place.account),
        principal: &caller.rights.principal,
        context: &facts,
    };
    let grants = || granted;
    let policies = Policies {
        resource: Some(&ask.key.policy),
        resource_must_allow: true,
        acl: Some(&grants),
        ..caller.rights.policies()
    };
    let decision = decide(&question, &policies);
    let judged = if decision.is_allowed() { Ok(()) } else { Err((decision.outcome, decision.to_string())) };
    (judged, facts.wants_aliases.get())
}

impl Keyring {
    /// Whether the caller may: by key policy, its own policies, or a grant.
    pub async fn permit(&self, caller: &Caller, ask: &Ask<'_>) -> Result<Result<Allowed, Denied>, Error> {
        let key = ask.key;
        let mut judged = self.judged(caller, ask, Grant::Nothing).await?;
        let mut by_grants = Vec::new();
        if let Err((Outcome::ImplicitDeny, _)) = judged {
            by_grants = self.grants_of(caller, key).await?;
            by_grants.retain(|grant| allows(grant, ask));
            judged = self.judged(caller, ask, most_direct(&by_grants, caller)).await?;
        }
        let Err((outcome, decision)) = judged else { return Ok(Ok(Allowed { by_grants })) };
        let (arn, action) = (&caller.arn, ask.action);
        tracing::info!(caller = arn.as_str(), action, resource = key.arn.as_str(), decision, "access denied");
        let why = match outcome {
            Outcome::ExplicitDeny => "with an explicit deny",
            _ => "because no resource-based policy, identity-based policy or grant allows the action",
        };
        let message = format!("User: {arn} is not authorized to perform: {action} on resource: {} {why}", key.arn);
        Ok(Err(Denied { message }))
    }

    /// The decision. The key's aliases are read only where a policy asks for them, which hardly any does.
    async fn judged(&self, caller: &Caller, ask: &Ask<'_>, granted: Grant) -> Result<Judged, Error> {
        let (judged, wants_aliases) = judge(caller, ask, &[], granted);
        if !wants_aliases {
            return Ok(judged);
        }
        let aliases = self.aliases_of(&ask.key.place, &ask.key.record.id).await?;
        Ok(judge(caller, ask, &aliases, granted).0)
    }

    /// The grants that may concern the caller.
    async fn grants_of(&self, caller: &Caller, key: &Key) -> Result<Vec<GrantRecord>, Error> {
        let mut grants = Vec::new();
        for principal in principals(caller) {
            grants.extend(self.granted_to(&key.place, &key.record.id, &principal).await?);
        }
        Ok(grants)
    }
}

/// Whom a grant may name so that it concerns the caller: itself, its role or issuer, its account.
pub(crate) fn principals(caller: &Caller) -> Vec<String> {
    let mut all = vec![caller.arn.clone()];
    match &caller.rights.principal {
        Principal::AssumedRole { role_arn, .. } => all.push(role_arn.to_string()),
        Principal::FederatedUser { issuer_arn, .. } => all.push(issuer_arn.to_string()),
        _ => {}
    }
    let root = format!("arn:aws:iam::{}:root", caller.account);
    if !all.contains(&root) {
        all.push(root);
    }
    all
}

/// How directly these grants allow what they do.
fn most_direct(grants: &[GrantRecord], caller: &Caller) -> Grant {
    let directness = |grant: &GrantRecord| match &caller.rights.principal {
        _ if grant.grantee == caller.arn => Grant::Itself,
        Principal::AssumedRole { .. } | Principal::FederatedUser { .. } if !grant.grantee.ends_with(":root") => {
            Grant::Entity
        }
        _ => Grant::Account,
    };
    grants.iter().map(directness).max().unwrap_or(Grant::Nothing)
}

/// Operations that take an encryption context: a grant's constraints on it are about these only.
const WITH_CONTEXT: [&str; 8] = [
    "Encrypt",
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
];

fn allows(grant: &GrantRecord, ask: &Ask<'_>) -> bool {
    let operation = ask.action.strip_prefix("kms:").unwrap_or(ask.action);
    let constrained = WITH_CONTEXT.contains(&operation);
    let is_subset = || grant.context_subset.iter().all(|(key, value)| ask.context.get(key) == Some(value));
    let is_equal = || grant.context_equals.is_empty() || grant.context_equals == *ask.context;
    grant.operations.iter().any(|granted| granted == operation) && (!constrained || is_subset() && is_equal())
}
