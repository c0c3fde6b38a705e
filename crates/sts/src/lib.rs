//! The AWS STS door: who calls, and sessions. Infrastructure tools ask it before they ask anything else.
//!
//! GetCallerIdentity is answered to everybody whose signature is proven; no permission is needed for it, as at Amazon. AssumeRole,
//! GetSessionToken and GetFederationToken give out temporary keys whose tokens any server of the same root key opens. Every other
//! action is refused by its name. Requests are forms, answers XML (the query protocol of 2011-06-15).

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod assume_role;
mod federation;
mod session_token;
mod terms;

use async_trait::async_trait;
use coldkeep_auth::Verifier;
use coldkeep_auth::policy::Principal;
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, Unserved};
use coldkeep_identity::Identity;
use coldkeep_query::{Asked, QueryError, Resource};
use coldkeep_wire::sts::*;
use coldkeep_wire::{Encoded, operations};

/// The version of the API.
const VERSION: &str = "2011-06-15";
/// The namespace of its documents.
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
/// 32 KiB: the most a form may have. It is read before its sender is proven; a session's policies and tags take the most of it.
const MAX_FORM_BYTES: usize = 32 << 10;

/// The operations that are answered; the others are `501`, by name.
pub const ANSWERED: [&str; 5] =
    ["AssumeRole", "GetAccessKeyInfo", "GetCallerIdentity", "GetFederationToken", "GetSessionToken"];

/// The STS API.
pub struct Sts {
    verifier: Verifier,
    identity: Identity,
}

impl Sts {
    /// The door, over the identities that all doors share.
    pub fn new(verifier: Verifier, identity: Identity) -> Self {
        Self { verifier, identity }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Encoded, QueryError> {
        let asked = coldkeep_query::prove(call, body, &self.verifier, &self.identity, MAX_FORM_BYTES).await?;
        annotation.caller = Some(asked.caller.arn.clone());
        annotation.operation = operations::STS.iter().find(|name| **name == asked.action).copied();
        let operation = annotation.operation.ok_or_else(|| QueryError::invalid_action(&asked.action, VERSION))?;
        let (form, id) = (asked.form(), call.id.as_str());
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

/// Refuses sessions what only permanent keys may ask for.
fn must_be_permanent(asked: &Asked) -> Result<(), QueryError> {
    match asked.caller.rights.token_issued_at {
        Some(_) => {
            let words = format!("Cannot call {} with session credentials", asked.action);
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
