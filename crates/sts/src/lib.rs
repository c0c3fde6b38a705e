//! The AWS STS door: who calls. Infrastructure tools ask it before they ask anything else.
//!
//! It answers GetCallerIdentity, to everybody whose signature is proven; no permission is needed for it, as at Amazon.
//! Every other action is refused by its name. Requests are forms, answers XML (the query protocol of 2011-06-15).

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests arrange files as they need"))]

mod errors;

use std::sync::Arc;

use async_trait::async_trait;
use coldkeep_auth::{Authentication, Caller, Keys, Verifier, uri};
use coldkeep_http::{Annotation, Body, BufferError, Call, Dialect, Door, Response, ResponseBody, Unserved};
use coldkeep_wire::operations;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use quick_xml::escape::escape;
use sha2::{Digest, Sha256};

use crate::errors::StsError;

/// 16 KiB: the most a form may have. It is read before its sender is proven; the forms of this door have some 50 bytes.
const MAX_FORM_BYTES: usize = 16 << 10;

/// The STS API.
pub struct Sts {
    verifier: Verifier,
    keys: Arc<dyn Keys>,
}

impl Sts {
    /// The door, over the keys that all doors share.
    pub fn new(verifier: Verifier, keys: Arc<dyn Keys>) -> Self {
        Self { verifier, keys }
    }

    async fn answer(&self, call: &Call, body: Body, annotation: &mut Annotation) -> Result<Response, StsError> {
        let authentication = coldkeep_http::authenticate(call, &self.verifier, &*self.keys)?;
        let form = body.buffer(MAX_FORM_BYTES).await.map_err(|error| match error {
            BufferError::TooLarge { max_bytes } => {
                StsError::validation(format!("The request has more than {max_bytes} bytes"))
            }
            BufferError::NoMemory => StsError::throttled(),
            BufferError::Source(error) => StsError::validation(error.to_string()),
        })?;
        let proven = match authentication {
            Authentication::Verified(verified) => verified,
            Authentication::Pending(pending) => {
                let verified = pending.finish(Sha256::digest(&form).into())?;
                call.verified(&verified);
                verified
            }
        };
        coldkeep_http::prove_sha256(&form, &proven.payload).map_err(|_| StsError::signature_mismatch())?;
        annotation.caller = Some(proven.caller.arn.clone());
        let form = String::from_utf8_lossy(&form);
        let action = action(call, &form).ok_or_else(StsError::missing_action)?;
        annotation.operation = operations::STS.iter().find(|name| **name == action).copied();
        match annotation.operation {
            Some("GetCallerIdentity") => Ok(caller_identity(&proven.caller, call.id.as_str())),
            Some(_) => Err(StsError::not_implemented(&action)),
            None => Err(StsError::invalid_action(&action)),
        }
    }
}

/// What is asked for, in the query or the form.
fn action(call: &Call, form: &str) -> Option<String> {
    let in_form = || {
        let (_, value) = uri::query_pairs(form).find(|(name, _)| *name == "Action")?;
        Some(String::from_utf8_lossy(&uri::decode_query(value)).into_owned())
    };
    call.parameter("Action").map(str::to_owned).or_else(in_form).filter(|action| !action.is_empty())
}

/// GetCallerIdentity. A root's user id is its account's id.
fn caller_identity(caller: &Caller, request_id: &str) -> Response {
    let (arn, account) = (escape(&caller.arn), &caller.account);
    xml(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>{arn}</Arn><UserId>{account}</UserId><Account>{account}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    ))
}

fn xml(document: String) -> Response {
    let mut response = Response::new(ResponseBody::from(document));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
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
        let error = match why {
            Unserved::Unreadable { .. } => StsError::validation(coldkeep_http::UNREADABLE),
            Unserved::Malformed(what) => StsError::validation(what),
            Unserved::Overloaded => StsError::throttled(),
        };
        error.response(call.id.as_str())
    }
}
