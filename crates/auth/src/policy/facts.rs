//! What a question is: who asks for which action on which resource, and in what circumstances.
//!
//! Keys that follow from these facts alone (`aws:PrincipalArn`, `aws:userid`, `aws:ResourceAccount` ...) are answered here; a
//! [`Context`] is asked for the others, and only when a statement that could match needs one. From the IAM user guide, "AWS global
//! condition context keys".

use std::borrow::Cow;
use std::sync::Arc;

use coldkeep_types::AccountId;

/// The account a principal belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its 12 digits.
    pub id: AccountId,
    /// Its canonical user id: 64 hex digits.
    pub canonical_id: Arc<str>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// Nobody signed.
    Anonymous,
    /// A service of this server, by its name such as `logging.s3.amazonaws.com`.
    Service(Arc<str>),
    /// Whom an identity provider vouches for, asking for a role: the provider's ARN or, of Amazon's built-in ones, its name.
    WebIdentity {
        /// The provider.
        provider: Arc<str>,
    },
    /// The root user of an account.
    Root {
        /// The account.
        account: Account,
    },
    /// A user.
    User {
        /// The account.
        account: Account,
        /// `arn:aws:iam::012345678901:user/path/name`.
        arn: Arc<str>,
        /// `AIDA...`.
        id: Arc<str>,
        /// The name without the path.
        name: Arc<str>,
    },
    /// A session of a role.
    AssumedRole {
        /// The account of the role.
        account: Account,
        /// `arn:aws:iam::012345678901:role/path/name`.
        role_arn: Arc<str>,
        /// `arn:aws:sts::012345678901:assumed-role/name/session`.
        session_arn: Arc<str>,
        /// `AROA...:session`.
        id: Arc<str>,
    },
    /// A session that GetFederationToken gave.
    FederatedUser {
        /// The account of the user that federates.
        account: Account,
        /// `arn:aws:sts::012345678901:federated-user/name`.
        arn: Arc<str>,
        /// `012345678901:name`.
        id: Arc<str>,
        /// The ARN of the user that federates.
        issuer_arn: Arc<str>,
    },
}

impl Principal {
    /// The account of the principal; anonymous callers, services and identity providers have none.
    pub fn account(&self) -> Option<&Account> {
        match self {
            Self::Anonymous | Self::Service(_) | Self::WebIdentity { .. } => None,
            Self::Root { account }
            | Self::User { account, .. }
            | Self::AssumedRole { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
        }
    }

    /// `aws:PrincipalArn`: of a role's session this is the role's.
    pub fn arn(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Anonymous | Self::Service(_) | Self::WebIdentity { .. } => None,
            Self::Root { account } => Some(format!("arn:aws:iam::{}:root", account.id).into()),
            Self::User { arn, .. } | Self::FederatedUser { arn, .. } => Some(Cow::Borrowed(arn)),
            Self::AssumedRole { role_arn, .. } => Some(Cow::Borrowed(role_arn)),
        }
    }

    /// `aws:userid`, from the table "Principal key values" of "IAM policy elements: variables and tags".
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::Anonymous => Some("anonymous"),
            Self::Service(_) | Self::WebIdentity { .. } => None,
            Self::Root { account } => Some(account.id.as_str()),
            Self::User { id, .. } | Self::AssumedRole { id, .. } | Self::FederatedUser { id, .. } => Some(id),
        }
    }

    fn principal_type(&self) -> Option<&'static str> {
        match self {
            Self::Anonymous => Some("Anonymous"),
            Self::Service(_) | Self::WebIdentity { .. } => None,
            Self::Root { .. } => Some("Account"),
            Self::User { .. } => Some("User"),
            Self::AssumedRole { .. } => Some("AssumedRole"),
            Self::FederatedUser { .. } => Some("FederatedUser"),
        }
    }

    /// The value of a key that follows from who asks; the outer `None`: it is no such key.
    fn value(&self, key: &str) -> Option<Values<'_>> {
        Some(match key {
            "aws:PrincipalArn" => self.arn().into(),
            "aws:PrincipalAccount" | "kms:CallerAccount" => self.account().map(|account| account.id.as_str()).into(),
            "aws:PrincipalType" => self.principal_type().into(),
            "aws:PrincipalIsAWSService" => Some(if matches!(self, Self::Service(_)) { "true" } else { "false" }).into(),
            "aws:PrincipalServiceName" => match self {
                Self::Service(name) => Values::one(name),
                _ => Values::Absent,
            },
            "aws:userid" => self.user_id().into(),
            "aws:username" => match self {
                Self::User { name, .. } => Values::one(name),
                _ => Values::Absent,
            },
            _ => return None,
        })
    }
}

/// What a condition key has as its value in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values<'a> {
    /// The request has no such key.
    Absent,
    /// One value.
    One(Cow<'a, str>),
    /// A key of many values, such as `aws:TagKeys`; maybe of none.
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Values<'a> {
    /// One value.
    pub fn one(value: &'a str) -> Self {
        Self::One(Cow::Borrowed(value))
    }

    /// All values there are.
    pub(super) fn as_slice(&self) -> &[Cow<'a, str>] {
        match self {
            Self::Absent => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl<'a, T: Into<Cow<'a, str>>> From<Option<T>> for Values<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, |value| Self::One(value.into()))
    }
}

/// Where the values of condition keys come from. Asked only for keys that a policy names, so that a request pays for no other.
pub trait Context {
    /// The values of a key. It comes in Amazon's own spelling (`aws:SourceIp`, `s3:prefix`) whatever the policy wrote, except what
    /// follows the `/` or second `:` of keys such as `aws:PrincipalTag/team`: that is as the policy wrote it, and is to be compared
    /// without case. Dates are ISO 8601, truth is `true` or `false`.
    fn values(&self, key: &str) -> Values<'_>;
}

/// A context in which every key is absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoContext;

impl Context for NoContext {
    fn values(&self, _key: &str) -> Values<'_> {
        Values::Absent
    }
}

/// One question: may this principal do this?
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The action as the service authorization reference writes it, such as `s3:GetObject`.
    pub action: &'a str,
    /// The resource's ARN; `*` for actions that have none.
    pub resource: &'a str,
    /// The account that owns the resource; `None` where it is the principal's own in any case.
    pub resource_account: Option<&'a AccountId>,
    /// Who asks.
    pub principal: &'a Principal,
    /// In what circumstances.
    pub context: &'a dyn Context,
}

impl Question<'_> {
    /// The values of a condition key.
    pub(super) fn values(&self, key: &str) -> Values<'_> {
        match key {
            "aws:ResourceAccount" | "s3:ResourceAccount" => match self.resource_account {
                Some(account) => Values::one(account.as_str()),
                None => Values::Absent,
            },
            _ => self.principal.value(key).unwrap_or_else(|| self.context.values(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table "Principal key values" of "IAM policy elements: variables and tags", and what each key says of its availability.
    #[test]
    fn keys_that_follow_from_who_asks() {
        let id = AccountId::parse("111122223333").expect("12 digits");
        let account = Account { id: id.clone(), canonical_id: "79a5".into() };
        let root = Principal::Root { account: account.clone() };
        let user = Principal::User {
            account: account.clone(),
            arn: "arn:aws:iam::111122223333:user/x/ann".into(),
            id: "AIDAANN".into(),
            name: "ann".into(),
        };
        let role = Principal::AssumedRole {
            account: account.clone(),
            role_arn: "arn:aws:iam::111122223333:role/x/build".into(),
            session_arn: "arn:aws:sts::111122223333:assumed-role/build/ci".into(),
            id: "AROABUILD:ci".into(),
        };
        let federated = Principal::FederatedUser {
            account,
            arn: "arn:aws:sts::111122223333:federated-user/partner".into(),
            id: "111122223333:partner".into(),
            issuer_arn: "arn:aws:iam::111122223333:user/x/ann".into(),
        };
        let service = Principal::Service("sns.amazonaws.com".into());
        let web = Principal::WebIdentity { provider: "accounts.google.com".into() };
        let keys = ["aws:PrincipalType", "aws:PrincipalArn", "aws:userid", "aws:username", "aws:PrincipalAccount"];
        for (principal, expected) in [
            (&Principal::Anonymous, ["Anonymous", "", "anonymous", "", ""]),
            (&root, ["Account", "arn:aws:iam::111122223333:root", "111122223333", "", "111122223333"]),
            (&user, ["User", "arn:aws:iam::111122223333:user/x/ann", "AIDAANN", "ann", "111122223333"]),
            (&role, ["AssumedRole", "arn:aws:iam::111122223333:role/x/build", "AROABUILD:ci", "", "111122223333"]),
            (
                &federated,
                [
                    "FederatedUser",
                    "arn:aws:sts::111122223333:federated-user/partner",
                    "111122223333:partner",
                    "",
                    "111122223333",
                ],
            ),
            (&service, ["", "", "", "", ""]),
            (&web, ["", "", "", "", ""]),
        ] {
            let question = |resource_account| Question {
                action: "s3:GetObject",
                resource: "*",
                resource_account,
                principal,
                context: &NoContext,
            };
            let value = |key: &str| match question(None).values(key) {
                Values::One(value) => value.into_owned(),
                other => {
                    assert_eq!(other, Values::Absent);
                    String::new()
                }
            };
            assert_eq!(keys.map(value), expected, "{principal:?}");
            let is_service = principal == &service;
            assert_eq!(value("aws:PrincipalIsAWSService"), is_service.to_string());
            assert_eq!(value("aws:PrincipalServiceName"), if is_service { "sns.amazonaws.com" } else { "" });
            for key in ["aws:ResourceAccount", "s3:ResourceAccount"] {
                assert_eq!(question(None).values(key), Values::Absent);
                assert_eq!(question(Some(&id)).values(key), Values::one("111122223333"));
            }
        }
    }
}
