//! The S3 Control door, the API of 2018-08-20: access points with their policies and tags, and the block of public access that an
//! account has for all its buckets.
//!
//! The order is the same for every operation: operation, signature, body, parameters, permission, and only then the store. Every
//! request names in `x-amz-account-id` whose things it is about. What the model has besides is answered `501` by its name: jobs, access
//! grants, storage lens, Object Lambda, access points of several regions, buckets on Outposts. How access points are used is not here
//! but in the S3 door.

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod access;
mod account_block;
mod call;
mod errors;
mod operations;
mod points;
mod policies;
mod tags;

use async_trait::async_trait;
use coldkeep_auth::{Authentication, Permission, Refusal, Verifier};
use coldkeep_http::{Annotation, Body, Call, Dialect, Door, Response, ResponseBody, Unserved};
use coldkeep_identity::Identity;
use coldkeep_store::Store;
use coldkeep_wire::{Encoded, route_s3control};

use crate::call::ControlCall;
use crate::errors::ControlError;
use crate::operations::{dispatch, find};

/// 128 KiB: the most a document may have. A policy of 20 KiB fits, all of it escaped.
const MAX_DOCUMENT_BYTES: usize = 128 << 10;

/// The S3 Control API over a store and its accounts.
pub struct Control {
    pub(crate) store: Store,
    verifier: Verifier,
    pub(crate) identity: Identity,
    /// Names below which hosts name access points.
    pub(crate) domains: Vec<String>,
}

impl Control {
    /// The door. `domains` are the names under which the S3 door finds access points by their hosts.
    pub fn new(store: Store, verifier: Verifier, identity: Identity, domains: Vec<String>) -> Self {
        Self { store, verifier, identity, domains }
    }

    async fn answer(&self, call: Call, body: Body, annotation: &mut Annotation) -> Result<Response, ControlError> {
        let segments = call.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let routed = route_s3control(&call.method, &segments, &call.query, &call.headers);
        annotation.operation = routed.as_ref().map(|(operation, _)| operation.name);
        let proven = match coldkeep_http::authenticate(&call, &self.verifier, &self.identity).await? {
            Authentication::Verified(proven) => proven,
            // S3 signs the payload's hash as a header, so its signatures are never left open.
            Authentication::Pending(_) => return Err(Refusal::MissingPayloadHash.into()),
        };
        annotation.caller = Some(proven.caller.arn.clone());
        let (operation, labels) = routed.ok_or_else(|| ControlError::method_not_allowed(&call.method))?;
        let body = body.decoded(&call, &proven.payload, proven.chunk_signer)?;
        let document = body.buffer(MAX_DOCUMENT_BYTES).await?;
        coldkeep_http::prove_sha256(&document, &proven.payload)?;
        let call = ControlCall::new(call, labels, proven.caller, proven.region, proven.signed_at, document)?;
        let Some(row) = find(operation.name) else {
            // It asks for an action of its own name, which only wildcards allow.
            call.permit_own(&format!("s3:{}", operation.name), "*")?;
            return Err(ControlError::not_implemented(&format!("The operation {} is not implemented", operation.name)));
        };
        dispatch(self, &call, row).await.map(respond)
    }
}

/// Every operation that is answered, with its permission.
pub fn operations() -> impl Iterator<Item = (&'static str, Permission)> {
    operations::ROWS.iter().map(|row| (row.name, row.permission))
}

fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response
}

#[async_trait]
impl Door for Control {
    fn name(&self) -> &'static str {
        "s3control"
    }

    fn dialect(&self) -> Dialect {
        Dialect::S3
    }

    async fn handle(&self, call: Call, body: Body) -> Response {
        let id = call.id.clone();
        let mut annotation = Annotation::default();
        let mut response = match self.answer(call, body, &mut annotation).await {
            Ok(response) => response,
            Err(error) => {
                annotation.error = Some(error.code.to_owned());
                error.response(&id)
            }
        };
        response.extensions_mut().insert(annotation);
        response
    }

    fn unserved(&self, call: &Call, why: Unserved) -> Response {
        ControlError::from(why).response(&call.id)
    }
}
