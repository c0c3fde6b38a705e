//! The operator's door: accounts, the access keys of their root users, and quotas, made and changed on a running server.
//!
//! It has no counterpart at Amazon. Requests are signed like all others (Signature V4), for the service [`SERVICE`], with the hash of
//! their body; they and the answers are JSON ([`shapes`]). `coldkeep account` and `coldkeep quota` are its clients.
//!
//! Only the operator's account is let in: its root, and whom in it a policy allows the operation's `coldkeep:` action on
//! `arn:aws:coldkeep:::account/ID`. A caller is proven and permitted before any body is read.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod accounts;
mod delete;
mod error;
mod held;
mod operations;
mod quotas;
pub mod shapes;

use async_trait::async_trait;
use coldkeep_auth::policy::{Context, Question, Values, decide};
use coldkeep_auth::{Authentication, Caller, Payload, Refusal, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, Unserved};
use coldkeep_identity::Identity;
use coldkeep_keyring::Keyring;
use coldkeep_messages::Messages;
use coldkeep_store::Store;
use coldkeep_types::AccountId;

use error::AdminError;
use held::Holdings;
pub use operations::{OPERATIONS, Operation, Row};

/// The service that requests are signed for.
pub const SERVICE: &str = "coldkeep";

/// 8 KiB: the most that a request has.
const MAX_BODY_BYTES: usize = 8 << 10;

/// The admin API.
pub struct Admin {
    verifier: Verifier,
    identity: Identity,
    holdings: Holdings,
}

impl Admin {
    /// The door, over the identities that all doors share, and over the store, the keyring and the messages, which know what an account owns.
    pub fn new(verifier: Verifier, identity: Identity, store: Store, keyring: Keyring, messages: Messages) -> Self {
        Self { verifier, identity, holdings: Holdings { store, keyring, messages } }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Response, AdminError> {
        let (caller, payload) = self.prove(call).await?;
        annotation.caller = Some(caller.arn.clone());
        if caller.account != *self.identity.operator() {
            return Err(AdminError::access_denied(format!(
                "{} is not of the operator's account, which alone may ask for accounts.",
                caller.arn
            )));
        }
        let (row, open) = operations::route(call)?;
        annotation.operation = Some(row.name);
        let account = open.first().map(|id| AccountId::parse(id).map_err(|_| AdminError::no_such_account(id)));
        let account = account.transpose()?;
        permit(call, &caller, row, account.as_ref())?;
        let body = body.buffer(MAX_BODY_BYTES).await?;
        coldkeep_http::prove_sha256(&body, &payload).map_err(|_| AdminError::signature_mismatch())?;
        if matches!(row.operation, Operation::PutQuota | Operation::ListQuotas) {
            return quotas::answer(self, call, row.operation, &body).await;
        }
        accounts::answer(self, call, row.operation, account, open.get(1).map(String::as_str), &body).await
    }

    /// Who signed the head of a request, and what it says of the body.
    async fn prove(&self, call: &Call) -> Result<(Caller, Payload), AdminError> {
        match coldkeep_http::authenticate(call, &self.verifier, &self.identity).await? {
            Authentication::Verified(proven) if matches!(proven.payload, Payload::Signed(_)) => {
                Ok((proven.caller, proven.payload))
            }
            Authentication::Verified(_) | Authentication::Pending(_) => Err(Refusal::MissingPayloadHash.into()),
        }
    }
}

/// What a request says to conditions.
struct Facts<'a> {
    call: &'a Call,
    caller: &'a Caller,
}

impl Context for Facts<'_> {
    fn values(&self, key: &str) -> Values<'_> {
        let of_caller = self.caller.rights.value(key);
        of_caller.or_else(|| coldkeep_http::circumstance(self.call, key)).unwrap_or(Values::Absent)
    }
}

/// Refuses what the caller's policies do not allow.
fn permit(call: &Call, caller: &Caller, row: &Row, account: Option<&AccountId>) -> Result<(), AdminError> {
    let resource = match account {
        Some(id) => format!("arn:aws:coldkeep:::account/{id}"),
        None => "*".to_owned(),
    };
    let context = Facts { call, caller };
    let question = Question {
        action: row.action,
        resource: &resource,
        resource_account: Some(&caller.account),
        principal: &caller.rights.principal,
        context: &context,
    };
    let decision = decide(&question, &caller.rights.policies());
    if decision.is_allowed() {
        return Ok(());
    }
    let (arn, action) = (caller.arn.as_str(), row.action);
    tracing::info!(caller = arn, action, resource, %decision, "access denied");
    Err(AdminError::access_denied(format!(
        "User: {arn} is not authorized to perform: {action} on resource: {resource}"
    )))
}

#[async_trait]
impl Door for Admin {
    fn name(&self) -> &'static str {
        "admin"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Query
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let mut annotation = Annotation::default();
        let mut response = match self.answer(&call, body, &mut annotation).await {
            Ok(response) => response,
            Err(error) => {
                annotation.error = Some(error.code.to_owned());
                error.response(call.id.as_str())
            }
        };
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        AdminError::from(why).response(call.id.as_str())
    }
}
