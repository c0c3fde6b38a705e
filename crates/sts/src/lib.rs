//! The AWS STS door: who calls, and sessions. Infrastructure tools ask it before they ask anything else.
//!
//! GetCallerIdentity is answered to everybody whose signature is proven; no permission is needed for it, as at Amazon. AssumeRole,
//! AssumeRoleWithWebIdentity, GetSessionToken and GetFederationToken give out temporary keys whose tokens any server of the same root
//! key opens. [`operations`] says what each needs; every other action is refused by its name. Requests are forms, answers XML (the query
//! protocol of 2011-06-15). Only AssumeRoleWithWebIdentity is taken from who does not sign.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod assume_role;
mod federation;
mod session_tags;
mod session_token;
mod terms;
mod trust;
mod vouched;
mod web_identity;

use async_trait::async_trait;
use coldkeep_auth::policy::Principal;
use coldkeep_auth::{Refusal, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, Unserved};
use coldkeep_identity::Identity;
use coldkeep_oidc::Issuers;
use coldkeep_query::{Asked, QueryError, Resource};
use coldkeep_wire::sts::*;
use coldkeep_wire::{Encoded, operations as wire_operations};

/// The version of the API.
const VERSION: &str = "2011-06-15";
/// The namespace of its documents.
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
/// 32 KiB: the most a form may have. It is read before its sender is proven; a token, or a session's policies and tags, takes the most of it.
const MAX_FORM_BYTES: usize = 32 << 10;

/// What an operation needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A signature.
    Signature,
    /// The permission of its name, by the caller's policies.
    Permission,
    /// That a role trusts the caller.
    Trust,
    /// A token of an identity provider whom a role trusts; nobody signs.
    Token,
}

/// The operations that are answered.
const ANSWERED: [(&str, Needs); 7] = [
    ("AssumeRole", Needs::Trust),
    ("AssumeRoleWithWebIdentity", Needs::Token),
    ("DecodeAuthorizationMessage", Needs::Permission),
    ("GetAccessKeyInfo", Needs::Permission),
    ("GetCallerIdentity", Needs::Signature),
    ("GetFederationToken", Needs::Permission),
    ("GetSessionToken", Needs::Signature),
];

/// Every operation of the API, and what it needs; `None`: it is `501`, by name.
pub fn operations() -> impl Iterator<Item = (&'static str, Option<Needs>)> {
    let needs = |name: &str| ANSWERED.iter().find(|(known, _)| *known == name).map(|(_, needs)| *needs);
    wire_operations::STS.iter().map(move |name| (*name, needs(name)))
}

/// The STS API.
pub struct Sts {
    verifier: Verifier,
    identity: Identity,
    issuers: Issuers,
}

impl Sts {
    /// The door, over the identities that all doors share, and the identity providers that may vouch for strangers.
    pub fn new(verifier: Verifier, identity: Identity, issuers: Issuers) -> Self {
        Self { verifier, identity, issuers }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Encoded, QueryError> {
        let proven = coldkeep_query::prove_if_signed(call, body, &self.verifier, &self.identity, MAX_FORM_BYTES);
        let (caller, sent) = proven.await?;
        annotation.caller = caller.as_ref().map(|caller| caller.arn.clone());
        let operation = wire_operations::STS.iter().find(|name| **name == sent.action).copied();
        annotation.operation = operation;
        let id = call.id.as_str();
        if operation == Some("AssumeRoleWithWebIdentity") {
            let (identity, issuers) = (&self.identity, &self.issuers);
            let input = AssumeRoleWithWebIdentityRequest::decode(&sent.form())?;
            let output = web_identity::assume_role_with_web_identity(identity, issuers, call, &sent, &input).await?;
            return Ok(output.encode("AssumeRoleWithWebIdentity", id));
        }
        let asked = Asked { caller: caller.ok_or(Refusal::NoCredentials)?, sent };
        let operation = operation.ok_or_else(|| QueryError::invalid_action(&asked.sent.action, VERSION))?;
        let form = asked.sent.form();
        Ok(match operation {
            "GetCallerIdentity" => {
                GetCallerIdentityRequest::decode(&form)?;
                caller_identity(&asked).encode(operation, id)
            }
            "AssumeRole" => {
                let input = AssumeRoleRequest::decode(&form)?;
                assume_role::assume_role(&self.identity, call, &asked, &input).await?.encode(operation, id)
            }
            "GetSessionToken" => {
                let input = GetSessionTokenRequest::decode(&form)?;
                session_token::get_session_token(&self.identity, &asked, &input)?.encode(operation, id)
            }
            "GetFederationToken" => {
                let input = GetFederationTokenRequest::decode(&form)?;
                federation::get_federation_token(&self.identity, call, &asked, &input).await?.encode(operation, id)
            }
            "GetAccessKeyInfo" => {
                let input = GetAccessKeyInfoRequest::decode(&form)?;
                coldkeep_query::permit(call, &asked, "sts:GetAccessKeyInfo", &Resource::none())?;
                self.access_key_info(&input).await?.encode(operation, id)
            }
            "DecodeAuthorizationMessage" => {
                DecodeAuthorizationMessageRequest::decode(&form)?;
                coldkeep_query::permit(call, &asked, "sts:DecodeAuthorizationMessage", &Resource::none())?;
                return Err(no_message_of_ours());
            }
            _ => return Err(QueryError::not_implemented(operation)),
        })
    }

    /// GetAccessKeyInfo: the account of a permanent key. Of temporary ones nothing is kept.
    async fn access_key_info(&self, input: &GetAccessKeyInfoRequest) -> Result<GetAccessKeyInfoResponse, QueryError> {
        let account = self.identity.account_of_key(&input.access_key_id).await?;
        let unknown = || QueryError::validation(format!("Invalid access key id: {}", input.access_key_id));
        Ok(GetAccessKeyInfoResponse { account: Some(account.ok_or_else(unknown)?) })
    }
}

/// GetCallerIdentity.
fn caller_identity(asked: &Asked) -> GetCallerIdentityResponse {
    let caller = &asked.caller;
    GetCallerIdentityResponse {
        user_id: caller.rights.principal.user_id().map(str::to_owned),
        account: Some(caller.account.to_string()),
        arn: Some(caller.arn.clone()),
    }
}

/// DecodeAuthorizationMessage: what Amazon encodes are refusals of EC2 and its like. The services here tell theirs in plain words, as at
/// Amazon, so that no message there is can be one of theirs.
fn no_message_of_ours() -> QueryError {
    let words = "Message is not valid: no service of this server encodes its authorization messages.";
    QueryError::new(http::StatusCode::BAD_REQUEST, "InvalidAuthorizationMessageException", words)
}

/// Refuses sessions what only permanent keys may ask for.
fn must_be_permanent(asked: &Asked) -> Result<(), QueryError> {
    match asked.caller.rights.token_issued_at {
        Some(_) => {
            let words = format!("Cannot call {} with session credentials", asked.sent.action);
            Err(QueryError::access_denied(words))
        }
        None => Ok(()),
    }
}

/// The id of the user that asks; `None`: the root user does.
fn user_id(asked: &Asked) -> Option<String> {
    match &asked.caller.rights.principal {
        Principal::User { id, .. } => Some(id.to_string()),
        _ => None,
    }
}

#[async_trait]
impl Door for Sts {
    fn name(&self) -> &'static str {
        "sts"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Query
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let mut annotation = Annotation::default();
        let outcome = self.answer(&call, body, &mut annotation).await;
        coldkeep_query::respond(&call, NAMESPACE, annotation, outcome)
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        QueryError::from(why).response(NAMESPACE, call.id.as_str())
    }
}
