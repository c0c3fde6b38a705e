//! A request: who signed it, for which region, and its body.

use bytes::Bytes;
use coldkeep_auth::{Caller, Keys, Verifier};
use coldkeep_http::{Body, Call};
use coldkeep_messages::Place;
use coldkeep_wire::Request;
use http::HeaderMap;

use crate::errors::SqsError;

/// 4 MiB: the most a body may have. Messages have 1 MiB together, escaped up to three times that, and attributes.
const MAX_BYTES: usize = 4 << 20;

/// A proven request.
pub(crate) struct Asked {
    /// Who signed it.
    pub caller: Caller,
    /// The account of the caller, and the region it was signed for: where its queues are.
    pub home: Place,
    body: Bytes,
    no_headers: HeaderMap,
}

impl Asked {
    /// Reads a request of the older protocol, which is in JSON from then on: the operation that it asks for.
    pub fn read_form(&mut self, call: &Call) -> Result<String, SqsError> {
        let (action, body) = crate::forms::read(call, &self.body)?;
        self.body = body.into();
        Ok(action)
    }

    /// The request as the generated types read it.
    pub fn request(&self) -> Request<'_> {
        Request { labels: &[], query: &[], headers: &self.no_headers, body: &self.body }
    }
}

/// Reads a body and proves its signature. Clients tell no SHA-256 of it, so it is read before its sender is proven.
pub(crate) async fn prove(call: &Call, body: Body, verifier: &Verifier, callers: &dyn Keys) -> Result<Asked, SqsError> {
    let authentication = coldkeep_http::authenticate(call, verifier, callers).await?;
    let (verified, body) =
        coldkeep_http::prove_whole::<SqsError>(call, authentication, body, MAX_BYTES, MAX_BYTES).await?;
    let home = Place { account: verified.caller.account.clone(), region: verified.region };
    Ok(Asked { caller: verified.caller, home, body, no_headers: HeaderMap::new() })
}
