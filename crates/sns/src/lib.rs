//! The Amazon SNS door: topics, subscriptions and what is published.
//!
//! Requests are forms, answers XML (the query protocol of 2010-03-31), both generated. Each room has a list of its operations with
//! what each is on (`operations!`); the door proves the caller, finds the topic, asks the caller's policies and the topic's, and runs
//! the handler. Who follows a link to confirm or to end a subscription has signed nothing: the token, or the subscription itself, lets
//! them.
//!
//! [`Endpoints`] brings notifications to HTTP and HTTPS. Queues and endpoints can subscribe; telephones, mail and mobile applications
//! are refused by name, as are topics that are first in, first out, and keys of KMS for topics.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

#[macro_use]
mod operations;
mod attributes;
mod confirmation;
mod endpoints;
mod errors;
mod permissions;
mod permit;
mod published;
mod publishing;
mod reach;
mod subscribing;
mod subscriptions;
mod tags;
mod topics;

use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_auth::{Caller, Keys, Refusal, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, Unserved};
use coldkeep_messages::{Messages, Place, Topic};
use coldkeep_query::{QueryError, Sent};
use coldkeep_wire::{Encoded, operations as wire_operations};

pub use endpoints::Endpoints;
pub use reach::Reach;

/// The version of the API.
const VERSION: &str = "2010-03-31";
/// The namespace of its documents.
const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";
/// 2 MiB: the most a form may have. What is published has 256 KiB, escaped three times that, and attributes.
const MAX_FORM_BYTES: usize = 2 << 20;

/// The SNS API.
pub struct Sns {
    verifier: Verifier,
    callers: Arc<dyn Keys>,
    messages: Messages,
    reach: Reach,
}

/// Who asks, and for what.
pub(crate) struct Asked {
    /// Who signed.
    pub caller: Caller,
    /// The account of the caller, and the region it was signed for: where its topics are.
    pub home: Place,
    /// What it sent.
    pub sent: Sent,
}

/// A request under way.
pub(crate) struct SnsCall<'a> {
    /// The door's messages.
    pub messages: &'a Messages,
    /// The request.
    pub call: &'a Call,
    /// Who asks, and for what.
    pub asked: &'a Asked,
    /// Which endpoints may subscribe.
    pub reach: Reach,
    /// The topic it is on.
    topic: Option<Topic>,
}

impl SnsCall<'_> {
    /// The topic it is on.
    pub fn topic(&self) -> Result<&Topic, QueryError> {
        self.topic.as_ref().ok_or_else(errors::no_such_topic)
    }

    /// Where links to this server lead, as the caller reached it.
    pub fn base(&self) -> String {
        format!("{}://{}", if self.call.tls { "https" } else { "http" }, self.call.host)
    }
}

impl Sns {
    /// The door, over the keys of callers and the messages that all doors share. Endpoints may be as far as `reach` says.
    pub fn new(verifier: Verifier, callers: Arc<dyn Keys>, messages: Messages, reach: Reach) -> Self {
        Self { verifier, callers, messages, reach }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Encoded, QueryError> {
        let proven = coldkeep_query::prove_if_signed(call, body, &self.verifier, &*self.callers, MAX_FORM_BYTES);
        let (caller, sent) = proven.await?;
        annotation.caller = caller.as_ref().map(|caller| caller.arn.clone());
        let known = wire_operations::SNS.iter().find(|name| **name == sent.action).copied();
        annotation.operation = known;
        let Some(caller) = caller else {
            return confirmation::by_link(&self.messages, call, &sent).await;
        };
        let operation = known.ok_or_else(|| QueryError::invalid_action(&sent.action, VERSION))?;
        let region = sent.region.clone().ok_or(Refusal::NoCredentials)?;
        let home = Place { account: caller.account.clone(), region };
        let asked = Asked { caller, home, sent };
        operations::answer(self, call, &asked, operation).await
    }
}

#[async_trait]
impl Door for Sns {
    fn name(&self) -> &'static str {
        "sns"
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

/// Every operation of the API with the permission it needs, and whether it is answered; the others are `501`, by name.
pub fn operations() -> impl Iterator<Item = (&'static str, String, bool)> {
    wire_operations::SNS.iter().map(|name| match operations::permission(name) {
        Some(permission) => (*name, permission.to_owned(), true),
        None => (*name, format!("sns:{name}"), false),
    })
}
