//! The AWS IAM door: users, groups, roles, access keys, policies and identity providers of the caller's account.
//!
//! Requests are forms, answers XML (the query protocol of 2010-05-08), both generated. Each room has a list of its operations with
//! what each is on (`operations!`); the door proves the caller, asks the caller's policies for `iam:Action` on that, and runs the
//! handler. An operation is an [`Edit`](coldkeep_identity::Edit): it reads, decides and writes, and is done again from its start if what it read has
//! changed; so handlers do nothing but through the edit. What the model has and no list has is refused by its name.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

#[macro_use]
mod operations;
mod absent;
mod access_keys;
mod account;
mod attachments;
mod boundaries;
mod details;
mod groups;
mod identity_providers;
mod inline;
mod policies;
mod roles;
mod rules;
mod shapes;
mod simulate;
mod tags;
mod target;
mod users;

use async_trait::async_trait;
use coldkeep_auth::Verifier;
use coldkeep_auth::policy::Principal;
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, Unserved};
use coldkeep_identity::{Edit, Identity};
use coldkeep_query::{Asked, QueryError};
use coldkeep_wire::{Encoded, operations as wire_operations};

/// The version of the API.
const VERSION: &str = "2010-05-08";
/// The namespace of its documents.
const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
/// 128 KiB: the most a form may have. Read before its sender is proven; the longest policies have 10 KiB, escaped three times that.
const MAX_FORM_BYTES: usize = 128 << 10;

/// The IAM API.
pub struct Iam {
    verifier: Verifier,
    identity: Identity,
    loopback: bool,
}

/// A request under way.
pub(crate) struct IamCall<'a> {
    /// What it reads and writes.
    pub edit: Edit,
    /// Who asks, and for what.
    pub asked: &'a Asked,
    /// Whether identity providers of this machine itself may speak plain HTTP.
    pub loopback: bool,
}

impl Iam {
    /// The door, over the identities that all doors share.
    pub fn new(verifier: Verifier, identity: Identity) -> Self {
        Self { verifier, identity, loopback: false }
    }

    /// The same door, which takes `http:` URLs of this machine itself for identity providers, or not.
    #[must_use]
    pub fn with_loopback_providers(self, loopback: bool) -> Self {
        Self { loopback, ..self }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Encoded, QueryError> {
        let asked = coldkeep_query::prove(call, body, &self.verifier, &self.identity, MAX_FORM_BYTES).await?;
        annotation.caller = Some(asked.caller.arn.clone());
        // "You cannot call any IAM API operations", GetSessionToken and GetFederationToken say of their keys.
        let rights = &asked.caller.rights;
        if rights.token_issued_at.is_some() && !matches!(rights.principal, Principal::AssumedRole { .. }) {
            return Err(coldkeep_auth::Refusal::InvalidToken.into());
        }
        let known = wire_operations::IAM.iter().find(|name| **name == asked.sent.action).copied();
        let operation = known.ok_or_else(|| QueryError::invalid_action(&asked.sent.action, VERSION))?;
        annotation.operation = Some(operation);
        operations::answer(self, call, &asked, operation).await
    }
}

#[async_trait]
impl Door for Iam {
    fn name(&self) -> &'static str {
        "iam"
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

/// Every operation of the API, and whether it is answered; the others are `501`, by name.
pub fn operations() -> impl Iterator<Item = (&'static str, bool)> {
    wire_operations::IAM.iter().map(|name| (*name, operations::is_answered(name)))
}
