//! The Amazon S3 Glacier door, the vault API of 2012-06-01: from a request to a typed input, to the store, to a typed
//! outcome, to a response.
//!
//! The order of checks is the same for every operation: route, signature, version header, account, permission, vault,
//! parameters, what the vault holds, its state. For the two uploads all of this comes before the body is read.
//! [`operations`] lists all operations; each handler is a function of its own.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod access;
mod archives;
mod body;
mod call;
mod dates;
mod errors;
mod expiry;
mod headers;
mod identity;
mod job_descriptions;
mod job_output;
mod jobs;
mod locks;
mod notices;
mod notifications;
mod operations;
mod paging;
mod parts;
mod policies;
mod refusals;
mod retrieval_limits;
mod rules;
mod sealing;
mod tags;
mod uploads;
mod vaults;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_auth::{Keys, Permission, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Memory, Response, ResponseBody, Unserved};
use coldkeep_messages::Messages;
use coldkeep_seal::ServerKey;
use coldkeep_store::Store;
use coldkeep_wire::{Encoded, route_glacier};

use crate::body::UploadBody;
use crate::call::GlacierCall;
use crate::errors::GlacierError;
use crate::operations::{BodyKind, Row, dispatch, find};
use crate::rules::Rules;
use crate::sealing::Archives;

/// The one version of the API.
const API_VERSION: &str = "2012-06-01";

/// The Glacier API over a store.
pub struct Glacier {
    pub(crate) store: Store,
    verifier: Verifier,
    keys: Arc<dyn Keys>,
    unproven: Option<Memory>,
    rules: Rules,
    pub(crate) archives: Archives,
    /// Topics that can be told of jobs; `None`: none can.
    messages: Option<Messages>,
}

impl Glacier {
    /// The door, which is asked of archives that expire from now on.
    pub fn new(store: Store, verifier: Verifier, keys: Arc<dyn Keys>) -> Self {
        store.guard_archives(Arc::new(expiry::Guard::default()));
        Self {
            store,
            verifier,
            keys,
            unproven: None,
            rules: Rules::default(),
            archives: Archives::default(),
            messages: None,
        }
    }

    /// With the topics that can be told of jobs, which this makes them be.
    #[must_use]
    pub fn with_messages(mut self, messages: Messages) -> Self {
        self.store.tell_finished_jobs(Arc::new(notices::Notices(messages.clone())));
        self.messages = Some(messages);
        self
    }

    /// Takes uploads without `x-amz-content-sha256` too, whose callers are proven only at the end of the body: as many bytes
    /// of them at once as `budget` has, for strangers can have them written to the disk.
    #[must_use]
    pub fn with_unproven_uploads(mut self, budget: Memory) -> Self {
        self.unproven = Some(budget);
        self
    }

    /// The same door, which has this key of the server, and seals new archives under it if `sealed`.
    #[must_use]
    pub fn with_encryption(mut self, key: ServerKey, sealed: bool) -> Self {
        self.archives = Archives { key, sealed };
        self
    }

    async fn answer(&self, call: Call, body: Body, annotation: &mut Annotation) -> Result<Response, GlacierError> {
        let segments = call.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (operation, labels) = route_glacier(&call.method, &segments, &call.query)
            .ok_or_else(|| GlacierError::unknown_operation(&call.method, &call.path))?;
        annotation.operation = Some(operation.name);
        let row = find(operation.name).ok_or_else(|| GlacierError::not_implemented(operation.name))?;
        let labels = labels.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
        let authentication = coldkeep_http::authenticate(&call, &self.verifier, &*self.keys).await?;
        let (identity, document, mut body) = match row.body {
            BodyKind::Whole => {
                let (identity, document) = identity::prove_whole(&call, authentication, body).await?;
                (identity, document, UploadBody::empty())
            }
            BodyKind::Stream => {
                let (identity, body) = identity::begin_stream(&call, authentication, body, self.unproven.as_ref())?;
                (identity, Bytes::new(), body)
            }
        };
        let mut call = GlacierCall::new(call, labels, identity, document);
        let outcome = match self.perform(&mut call, row, &mut body).await {
            // Who has not proven who they are learns nothing of what is here.
            Err(error) if body.is_unproven() => body.prove().await.and(Err(error)),
            outcome => outcome,
        };
        if body.is_proven() {
            annotation.caller = Some(call.caller.arn.clone());
        }
        outcome
    }

    async fn perform(
        &self,
        call: &mut GlacierCall,
        row: &'static Row,
        body: &mut UploadBody,
    ) -> Result<Response, GlacierError> {
        match call.call.header("x-amz-glacier-version") {
            Some(API_VERSION) => {}
            None => return Err(GlacierError::missing("API version")),
            Some(other) => return Err(GlacierError::invalid(format!("The API version is not supported: {other}"))),
        }
        call.check_account()?;
        call.found = access::permit(self, call, row).await?;
        dispatch(self, call, row, body).await
    }
}

#[async_trait]
impl Door for Glacier {
    fn name(&self) -> &'static str {
        "glacier"
    }

    fn dialect(&self) -> Dialect {
        Dialect::Glacier
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let mut annotation = Annotation::default();
        let mut response = match self.answer(call, body, &mut annotation).await {
            Ok(response) => response,
            Err(error) => {
                annotation.error = Some(error.code.to_owned());
                error.response()
            }
        };
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, _call: &Call, why: Unserved) -> Response {
        let error = match why {
            Unserved::Malformed(what) => GlacierError::bad_request(format!("The request cannot be processed: {what}.")),
            Unserved::Unreadable { too_large: true } => GlacierError::invalid("The request's head is too large."),
            Unserved::Unreadable { too_large: false } => GlacierError::invalid(coldkeep_http::UNREADABLE),
            Unserved::Overloaded => GlacierError::throttling(),
        };
        error.response()
    }
}

/// Every operation of the API with its permission.
pub fn operations() -> impl Iterator<Item = (&'static str, Permission)> {
    operations::ROWS.iter().map(|row| (row.name, row.permission))
}

/// A response from an encoded output.
pub(crate) fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response
}
