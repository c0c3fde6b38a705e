//! Sessions: temporary keys whose token holds everything about them, sealed, so that any server of the same root key opens them and
//! none has to remember them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::policy::{Policy, Principal};
use coldkeep_auth::{AccessKey, Caller, Rights};
use coldkeep_types::{AccountId, Timestamp};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use crate::callers::{arn_of, policy_account};
use crate::{EntityKind, Error, Identity, Tag, ids};

/// What tokens are bound to.
const ABOUT: &str = "session token";
/// The longest token that is looked at. Who gives out sessions gives out no longer ones.
pub const MAX_TOKEN_BYTES: usize = 16 << 10;

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum SessionOf {
    /// A role's, by its id; `AssumeRole`.
    #[n(0)]
    Role(#[n(0)] String),
    /// A user's, by its id; `None`: the root user's; `GetSessionToken`.
    #[n(1)]
    User(#[n(0)] Option<String>),
    /// Somebody for whom a user (`None`: the root user) vouches; `GetFederationToken`.
    #[n(2)]
    Federated(#[n(0)] Option<String>),
}

/// What a token holds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Session {
    /// `ASIA...`.
    #[n(0)]
    pub access_key: String,
    /// The secret access key.
    #[n(1)]
    pub secret: String,
    /// The account.
    #[n(2)]
    pub account: String,
    /// Whose it is.
    #[n(3)]
    pub of: SessionOf,
    /// The name of the role's session, or of who is vouched for; empty for a user's.
    #[n(4)]
    pub name: String,
    /// Session policies: documents. `None`: it has none of its own, and may what the role or user may.
    #[n(5)]
    pub policies: Option<Vec<String>>,
    /// Session policies by ARN.
    #[n(6)]
    pub policy_arns: Vec<String>,
    /// Session tags.
    #[n(7)]
    pub tags: Vec<Tag>,
    /// When it was given out, in milliseconds since 1970.
    #[n(8)]
    pub issued: i64,
    /// Until when it is good.
    #[n(9)]
    pub expires: i64,
    /// Condition keys that it has for its whole life, beyond those that follow from whose it is.
    #[cbor(n(10), default)]
    pub keys: Vec<SessionKey>,
    /// The keys of those tags that go on to the sessions that this one asks for.
    #[cbor(n(11), default)]
    pub transitive: Vec<String>,
}

/// A condition key of a session, in Amazon's spelling.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SessionKey {
    /// Its name, such as `aws:SourceIdentity`.
    #[n(0)]
    pub name: String,
    /// Its values.
    #[n(1)]
    pub values: Vec<String>,
}

impl Session {
    fn is_narrowed(&self) -> bool {
        self.policies.is_some() || !self.policy_arns.is_empty()
    }
}

impl Identity {
    /// A session with a new key pair, that is good for so long from now.
    pub fn new_session(&self, account: &AccountId, of: SessionOf, name: &str, seconds: u32) -> Session {
        let issued = self.0.clock.now().whole_seconds();
        Session {
            access_key: ids::access_key("ASIA", self.0.sealer.id_secret()),
            secret: ids::secret_key(),
            account: account.to_string(),
            of,
            name: name.to_owned(),
            policies: None,
            policy_arns: Vec::new(),
            tags: Vec::new(),
            issued: issued.0,
            expires: issued.plus_millis(i64::from(seconds) * 1000).0,
            keys: Vec::new(),
            transitive: Vec::new(),
        }
    }

    /// The token of a session.
    pub fn token(&self, session: &Session) -> Result<String, Error> {
        let plain = minicbor::to_vec(session).map(Zeroizing::new).map_err(|error| Error::Damaged(error.to_string()))?;
        Ok(STANDARD.encode(self.0.sealer.seal(&plain, ABOUT)?))
    }

    /// The session of a token; `None`: this root key sealed no such one.
    pub(crate) fn open_token(&self, token: &str) -> Option<Session> {
        let sealed = STANDARD.decode(Some(token).filter(|token| token.len() <= MAX_TOKEN_BYTES)?).ok()?;
        minicbor::decode(&self.0.sealer.open(&sealed, ABOUT).ok()?).ok()
    }

    /// The key of a session that is still good; `None`: what it is of is gone.
    pub(crate) async fn session_key(&self, session: &Session, token: &str) -> Result<Option<AccessKey>, Error> {
        let account = AccountId::parse(&session.account).map_err(|error| Error::Damaged(error.to_string()))?;
        let Some((mut rights, arn)) = self.session_rights(&account, session).await? else { return Ok(None) };
        if session.is_narrowed() || matches!(session.of, SessionOf::Federated(_)) {
            // Who is vouched for without a policy may nothing of its own.
            rights.session = Some(self.session_policies(&account, session).await?.into());
        }
        let tags = session.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone()));
        rights.tags = rights.tags.iter().cloned().chain(tags).collect();
        rights.session_keys = session.keys.iter().map(|key| (key.name.clone(), key.values.clone())).collect();
        rights.transitive = session.transitive.clone().into();
        rights.token_issued_at = Some(Timestamp(session.issued));
        let caller = Caller { account, arn, access_key: session.access_key.clone(), rights: Arc::new(rights) };
        Ok(Some(AccessKey { secret: session.secret.clone(), session_token: Some(token.to_owned()), caller }))
    }

    async fn session_rights(&self, account: &AccountId, session: &Session) -> Result<Option<(Rights, String)>, Error> {
        match &session.of {
            SessionOf::Role(id) => {
                let Some(role) = self.stored(account, EntityKind::Role, id).await? else { return Ok(None) };
                let arn = format!("arn:aws:sts::{account}:assumed-role/{}/{}", role.name, session.name);
                let principal = Principal::AssumedRole {
                    account: policy_account(account),
                    role_arn: arn_of(account, EntityKind::Role, &role).into(),
                    session_arn: arn.as_str().into(),
                    id: format!("{id}:{}", session.name).into(),
                };
                Ok(self.rights(account, &role, principal).await?.map(|rights| (rights, arn)))
            }
            SessionOf::User(Some(id)) => {
                let Some(user) = self.stored(account, EntityKind::User, id).await? else { return Ok(None) };
                let arn = arn_of(account, EntityKind::User, &user);
                Ok(self.user_rights(account, &user).await?.map(|rights| (rights, arn)))
            }
            SessionOf::User(None) => {
                let principal = Principal::Root { account: policy_account(account) };
                Ok(self
                    .root_rights(account, principal)
                    .await?
                    .map(|rights| (rights, format!("arn:aws:iam::{account}:root"))))
            }
            SessionOf::Federated(issuer) => {
                let arn = format!("arn:aws:sts::{account}:federated-user/{}", session.name);
                let user = match issuer {
                    Some(id) => match self.stored(account, EntityKind::User, id).await? {
                        Some(user) => Some(user),
                        None => return Ok(None),
                    },
                    None => None,
                };
                let issuer_arn = match &user {
                    Some(user) => arn_of(account, EntityKind::User, user),
                    None => format!("arn:aws:iam::{account}:root"),
                };
                let principal = Principal::FederatedUser {
                    account: policy_account(account),
                    arn: arn.as_str().into(),
                    id: format!("{account}:{}", session.name).into(),
                    issuer_arn: issuer_arn.into(),
                };
                let rights = match &user {
                    Some(user) => self.rights(account, user, principal).await?,
                    // Root has no policies; whom it vouches for may what the session's policies say.
                    None => match self.root_rights(account, principal).await? {
                        Some(rights) => {
                            let everything = self.compiled("root", EVERYTHING)?;
                            Some(Rights { identity: Box::new([everything]), ..rights })
                        }
                        None => None,
                    },
                };
                // The tags of the user are not those of whom it vouches for.
                Ok(rights.map(|rights| (Rights { tags: Box::default(), ..rights }, arn)))
            }
        }
    }

    async fn root_rights(&self, account: &AccountId, principal: Principal) -> Result<Option<Rights>, Error> {
        let record = self.active_account(account).await?;
        Ok(record.map(|record| Rights::of(principal, &record.name)))
    }

    async fn session_policies(&self, account: &AccountId, session: &Session) -> Result<Vec<Arc<Policy>>, Error> {
        let mut policies = Vec::new();
        for document in session.policies.iter().flatten() {
            policies.push(self.compiled("session", document)?);
        }
        for arn in &session.policy_arns {
            policies.extend(self.managed(account, arn).await?);
        }
        Ok(policies)
    }
}

const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
