//! `Principal` and `NotPrincipal`: whom a statement of a resource's policy is about, and how directly it names them. From the IAM user
//! guide, "AWS JSON policy elements: Principal" and "... NotPrincipal".
//!
//! Whether a user that is named exists is not asked here: [`super::Policy::principals`] gives the names to whoever knows.

use std::collections::BTreeSet;

use coldkeep_types::AccountId;

use super::facts::Principal;
use super::json::Json;
use super::kind::after_partition;
use super::malformed::{Fault, Located, Within};

/// How directly something on the resource's side allows the principal. Later ones are stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Not at all.
    Nothing,
    /// Its account: whether the principal may is left to that account's own policies.
    Account,
    /// What the session is of (its role, or the user that federates): boundaries and session policies still bound it.
    Entity,
    /// Exactly this principal, or everyone.
    Itself,
}

/// One of those whom a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named {
    Everyone,
    Account(AccountId),
    /// A user, a role, or a session of one of them, by its ARN.
    Arn(Box<str>),
    /// A user or role by its unique id: `AIDA...`, `AROA...`.
    Id(Box<str>),
    CanonicalUser(Box<str>),
    Service(Box<str>),
    Provider(Box<str>),
}

/// The compiled element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Principals {
    not: bool,
    named: Box<[Named]>,
}

impl Principals {
    pub(super) fn parse(value: &Json, not: bool) -> Result<Self, Located> {
        let mut named = Vec::new();
        match value {
            Json::Text(everyone) if everyone == "*" => named.push(Named::Everyone),
            Json::Text(other) => return Err(Fault::Principal(format!("{other:?}")).into()),
            Json::Object(members) if !members.is_empty() => {
                for (kind, values) in members {
                    parse_kind(kind, values, &mut named).within(kind)?;
                }
            }
            _ => return Err(Fault::Form("\"*\" or an object of principals").into()),
        }
        if not && named.contains(&Named::Everyone) {
            return Err(Fault::Principal("\"*\" as an exception".to_owned()).into());
        }
        Ok(Self { not, named: named.into() })
    }

    /// How directly the principal is among those named; for `NotPrincipal`, whether the statement is about it.
    pub(super) fn grant(&self, principal: &Principal, bounded: bool) -> Grant {
        if !self.not {
            return self.named.iter().map(|named| named.grant(principal)).max().unwrap_or(Grant::Nothing);
        }
        // The pages say: a principal with a boundary is always denied.
        if !bounded && self.excepts(principal) { Grant::Nothing } else { Grant::Itself }
    }

    /// "When you use NotPrincipal with Deny, you must also specify the account ARN of the not-denied principal": a user is excepted
    /// only with its account, a session only with its role and account.
    fn excepts(&self, principal: &Principal) -> bool {
        let names = |grant: Grant| self.named.iter().any(|named| named.grant(principal) == grant);
        match principal {
            Principal::Anonymous => false,
            Principal::Service(_) | Principal::WebIdentity { .. } | Principal::Root { .. } => names(Grant::Itself),
            Principal::User { .. } => names(Grant::Itself) && names(Grant::Account),
            Principal::AssumedRole { .. } | Principal::FederatedUser { .. } => {
                names(Grant::Itself) && names(Grant::Entity) && names(Grant::Account)
            }
        }
    }

    /// Whether it names everyone. Of statements that allow, which have no `NotPrincipal`.
    pub(super) fn has_everyone(&self) -> bool {
        self.named.contains(&Named::Everyone)
    }

    /// All that it names, as [`super::Policy::principals`] gives them.
    pub(super) fn names<'a>(&'a self, into: &mut BTreeSet<&'a str>) {
        into.extend(self.named.iter().filter_map(|named| match named {
            Named::Everyone | Named::Service(_) | Named::Provider(_) => None,
            Named::Account(account) => Some(account.as_str()),
            Named::Arn(name) | Named::Id(name) | Named::CanonicalUser(name) => Some(&**name),
        }));
    }
}

impl Named {
    fn grant(&self, principal: &Principal) -> Grant {
        let account = |same: bool| match principal {
            _ if !same => Grant::Nothing,
            Principal::Root { .. } => Grant::Itself,
            _ => Grant::Account,
        };
        match self {
            Self::Everyone => Grant::Itself,
            Self::Account(id) => account(principal.account().is_some_and(|account| account.id == *id)),
            Self::CanonicalUser(id) => {
                account(principal.account().is_some_and(|account| *account.canonical_id == **id))
            }
            Self::Arn(named) => match principal {
                Principal::User { arn, .. } if **arn == **named => Grant::Itself,
                Principal::AssumedRole { session_arn, .. } if **session_arn == **named => Grant::Itself,
                Principal::AssumedRole { role_arn, .. } if **role_arn == **named => Grant::Entity,
                Principal::FederatedUser { arn, .. } if **arn == **named => Grant::Itself,
                Principal::FederatedUser { issuer_arn, .. } if **issuer_arn == **named => Grant::Entity,
                _ => Grant::Nothing,
            },
            Self::Id(named) => match principal {
                Principal::User { id, .. } if **id == **named => Grant::Itself,
                Principal::AssumedRole { id, .. } if id.split(':').next() == Some(named) => Grant::Entity,
                _ => Grant::Nothing,
            },
            Self::Service(named) => match principal {
                Principal::Service(name) if **name == **named => Grant::Itself,
                _ => Grant::Nothing,
            },
            Self::Provider(named) => match principal {
                Principal::WebIdentity { provider } if **provider == **named => Grant::Itself,
                _ => Grant::Nothing,
            },
        }
    }
}

fn parse_kind(kind: &str, values: &Json, named: &mut Vec<Named>) -> Result<(), Located> {
    let parse: fn(&str) -> Option<Named> = match kind {
        "AWS" => parse_aws,
        "CanonicalUser" => parse_canonical_user,
        "Service" => parse_service,
        "Federated" => parse_provider,
        _ => return Err(Fault::Principal(format!("{kind:?}")).into()),
    };
    let mut push = |value: &Json| {
        let Json::Text(text) = value else { return Err(Fault::Form("a string")) };
        named.push(parse(text).ok_or_else(|| Fault::Principal(format!("\"{kind}\":\"{text}\"")))?);
        Ok(())
    };
    match values {
        Json::List(values) if values.is_empty() => Err(Fault::Form("a string or a list of some").into()),
        Json::List(values) => values.iter().enumerate().try_for_each(|(index, value)| push(value).within_item(index)),
        value => Ok(push(value)?),
    }
}

fn parse_aws(text: &str) -> Option<Named> {
    if text == "*" {
        return Some(Named::Everyone);
    }
    if let Ok(account) = AccountId::parse(text) {
        return Some(Named::Account(account));
    }
    let unique =
        |text: &str| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if (text.starts_with("AIDA") || text.starts_with("AROA")) && unique(text) {
        return Some(Named::Id(text.into()));
    }
    let (service, rest) = after_partition(text)?.split_once("::")?;
    let (account, resource) = rest.split_once(':')?;
    let account = AccountId::parse(account).ok()?;
    if resource.contains(['*', '?', '$']) {
        return None;
    }
    let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
    match (service, kind) {
        ("iam", "root") if resource == "root" => return Some(Named::Account(account)),
        ("iam", "user" | "role") | ("sts", "federated-user") if !name.is_empty() => {}
        ("sts", "assumed-role")
            if name.split_once('/').is_some_and(|(role, session)| !role.is_empty() && !session.is_empty()) => {}
        _ => return None,
    }
    Some(Named::Arn(text.into()))
}

fn parse_canonical_user(text: &str) -> Option<Named> {
    let hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    hex.then(|| Named::CanonicalUser(text.into()))
}

fn parse_service(text: &str) -> Option<Named> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    (text.contains('.') && text.bytes().all(plain)).then(|| Named::Service(text.into()))
}

/// A provider's ARN, or the host name of one that needs none.
fn parse_provider(text: &str) -> Option<Named> {
    let named = text.contains('.') || after_partition(text).is_some();
    let plain = named && !text.contains(['*', '?', '$', ' ']);
    plain.then(|| Named::Provider(text.into()))
}
