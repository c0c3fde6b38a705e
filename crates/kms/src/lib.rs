//! The AWS KMS door: keys, aliases, grants, and what is done with keys.
//!
//! Requests and answers are JSON (the protocol's version 1.1), both generated; the header `X-Amz-Target` names the operation. Each room
//! has a list of its operations with what each asks for (`operations!`); the door proves the caller, finds the keys, asks
//! [`Keyring::permit`] for each, and runs the handler. An operation is an [`Edit`](coldkeep_keyring::Edit): it is done again from its
//! start if what it read has changed; so handlers change nothing but through the edit.
//!
//! What the model has and no list has (custom key stores, replicas, key encapsulation) is refused by its name.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

#[macro_use]
mod operations;
mod aliases;
mod asked;
mod data_keys;
mod encryption;
mod errors;
mod grants;
mod import;
mod keys;
mod metadata;
mod pages;
mod permit;
mod policies;
mod rotation;
mod signatures;
mod tags;
mod wanted;

use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_auth::{Keys, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, ResponseBody, Unserved};
use coldkeep_keyring::{Edit, Key, Keyring};
use coldkeep_wire::{Encoded, operations as wire_operations};
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::asked::Asked;
use crate::errors::KmsError;
use crate::permit::{Circumstances, Permitted};

/// What `X-Amz-Target` begins with.
const TARGET: &str = "TrentService.";
/// What bodies are.
pub(crate) const CONTENT: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

/// The KMS API.
pub struct Kms {
    verifier: Verifier,
    callers: Arc<dyn Keys>,
    keyring: Keyring,
}

/// A request under way.
pub(crate) struct KmsCall<'a> {
    /// What it reads and writes.
    pub edit: Edit,
    /// The keys it is about, as the caller may use them.
    pub permitted: Permitted,
    /// Who asks for what, and in what circumstances.
    pub circumstances: &'a Circumstances<'a>,
}

impl KmsCall<'_> {
    /// Who asks.
    pub fn asked(&self) -> &Asked {
        self.circumstances.asked
    }

    /// The key it is about.
    pub fn key(&self) -> Result<Arc<Key>, KmsError> {
        self.permitted.keys.first().cloned().ok_or_else(KmsError::internal)
    }
}

impl Kms {
    /// The door, over the keys of callers and the keyring that all doors share.
    pub fn new(verifier: Verifier, callers: Arc<dyn Keys>, keyring: Keyring) -> Self {
        Self { verifier, callers, keyring }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Encoded, KmsError> {
        let asked = asked::prove(call, body, &self.verifier, &*self.callers).await?;
        annotation.caller = Some(asked.caller.arn.clone());
        let target = call.header("x-amz-target").unwrap_or_default();
        let name = target.strip_prefix(TARGET).unwrap_or_default();
        let known = wire_operations::KMS.iter().find(|known| **known == name).copied();
        let operation = known.ok_or_else(KmsError::unknown_operation)?;
        annotation.operation = Some(operation);
        operations::answer(self, call, &asked, operation).await
    }
}

#[async_trait]
impl Door for Kms {
    fn name(&self) -> &'static str {
        "kms"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Json
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let mut annotation = Annotation::default();
        let mut response = match self.answer(&call, body, &mut annotation).await {
            Ok(encoded) => respond(encoded),
            Err(error) => {
                annotation.error = Some(error.code.to_owned());
                error.response()
            }
        };
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, _call: &Call, why: Unserved) -> Response {
        KmsError::from(why).response()
    }
}

fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response.headers_mut().insert(CONTENT_TYPE, CONTENT);
    response
}

/// Every operation of the API with the permissions it asks for, and whether it is answered; the others are `501`, by name.
pub fn operations() -> impl Iterator<Item = (&'static str, Vec<String>, bool)> {
    wire_operations::KMS.iter().map(|name| {
        let permissions = match *name {
            "ReEncrypt" => vec!["kms:ReEncryptFrom".to_owned(), "kms:ReEncryptTo".to_owned()],
            other => vec![format!("kms:{other}")],
        };
        (*name, permissions, operations::is_answered(name))
    })
}
