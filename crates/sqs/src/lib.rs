//! The Amazon SQS door: queues and their messages.
//!
//! Requests and answers are JSON (the protocol's version 1.0), both generated; the header `X-Amz-Target` names the operation. Each room
//! has a list of its operations with the permission each needs and what it is on (`operations!`); the door proves the caller, finds the
//! queue, asks the caller's policies and the queue's, and runs the handler.
//!
//! What the model has and no list has (tasks that move messages back) is refused by its name; so are queues that are first in, first out,
//! and keys of KMS for queues. Requests in the older protocol are read as what they would be in JSON ([`forms`]), and answered in its
//! form ([`documents`]).

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

#[macro_use]
mod operations;
mod asked;
mod attribute_digest;
mod attributes;
mod batches;
mod content;
mod documents;
mod errors;
mod forms;
mod messages;
mod permissions;
mod permit;
mod queues;
mod received;
mod redrive;
mod tags;
mod urls;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_auth::{Keys, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, ResponseBody, Unserved};
use coldkeep_messages::{Messages, Queue};
use coldkeep_wire::{Encoded, operations as wire_operations};
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::asked::Asked;
use crate::errors::SqsError;

/// What `X-Amz-Target` begins with.
const TARGET: &str = "AmazonSQS.";
/// What bodies are.
pub(crate) const CONTENT: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.0");

/// The SQS API.
pub struct Sqs {
    verifier: Verifier,
    callers: Arc<dyn Keys>,
    messages: Messages,
}

/// A request under way.
pub(crate) struct SqsCall<'a> {
    /// The door's messages.
    pub messages: &'a Messages,
    /// The request.
    pub call: &'a Call,
    /// Who asks, and where.
    pub asked: &'a Asked,
    /// The queue it is on.
    queue: Option<Queue>,
}

impl SqsCall<'_> {
    /// The queue it is on.
    pub fn queue(&self) -> Result<&Queue, SqsError> {
        self.queue.as_ref().ok_or_else(SqsError::no_such_queue)
    }
}

impl Sqs {
    /// The door, over the keys of callers and the messages that all doors share.
    pub fn new(verifier: Verifier, callers: Arc<dyn Keys>, messages: Messages) -> Self {
        Self { verifier, callers, messages }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Encoded, SqsError> {
        let mut asked = asked::prove(call, body, &self.verifier, &*self.callers).await?;
        annotation.caller = Some(asked.caller.arn.clone());
        let name = match call.header("x-amz-target") {
            Some(target) => target.strip_prefix(TARGET).unwrap_or_default().to_owned(),
            None => asked.read_form(call)?,
        };
        let known = wire_operations::SQS.iter().find(|known| **known == name).copied();
        let operation = known.ok_or_else(|| SqsError::unknown_operation(&name))?;
        annotation.operation = Some(operation);
        operations::answer(self, call, &asked, operation).await
    }
}

#[async_trait]
impl Door for Sqs {
    fn name(&self) -> &'static str {
        "sqs"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Json
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let mut annotation = Annotation::default();
        let mut response = match self.answer(&call, body, &mut annotation).await {
            Ok(encoded) if is_form(&call) => {
                let operation = annotation.operation.unwrap_or_default();
                respond_in_xml(&documents::write(operation, call.id.as_str(), &encoded.body))
            }
            Ok(encoded) => respond(encoded),
            Err(error) => {
                annotation.error = Some(error.code.to_owned());
                refuse(&call, error)
            }
        };
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        refuse(call, SqsError::from(why))
    }
}

/// Whether a call speaks the older protocol.
fn is_form(call: &Call) -> bool {
    !call.headers.contains_key("x-amz-target")
}

/// An error, in the protocol of the call.
fn refuse(call: &Call, error: SqsError) -> Response {
    if is_form(call) { error.document(call.id.as_str()) } else { error.response() }
}

fn respond_in_xml(document: &str) -> Response {
    let mut response = Response::new(ResponseBody::from(Bytes::copy_from_slice(document.as_bytes())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response.headers_mut().insert(CONTENT_TYPE, CONTENT);
    response
}

/// Every operation of the API with the permission it needs, and whether it is answered; the others are `501`, by name.
pub fn operations() -> impl Iterator<Item = (&'static str, String, bool)> {
    wire_operations::SQS.iter().map(|name| match operations::permission(name) {
        Some(permission) => (*name, permission.to_owned(), true),
        None => (*name, format!("sqs:{name}"), false),
    })
}
