//! A request: a form in the body, or parameters in the query, and who signed it.

use coldkeep_auth::{Authentication, Caller, Keys, Verifier, uri};
use coldkeep_http::{Body, Call, Response, ResponseBody};
use coldkeep_wire::{Encoded, Form};
use sha2::{Digest, Sha256};

use crate::QueryError;

/// A proven request.
pub struct Asked {
    /// Who signed it.
    pub caller: Caller,
    /// What is asked for.
    pub action: String,
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// The whole form.
    pub fn form(&self) -> Form<'_> {
        Form::new(&self.pairs)
    }
}

/// Reads a form of at most so many bytes and proves its signature. It is read before its sender is proven.
pub async fn prove(
    call: &Call,
    body: Body,
    verifier: &Verifier,
    keys: &dyn Keys,
    max_bytes: usize,
) -> Result<Asked, QueryError> {
    let authentication = coldkeep_http::authenticate(call, verifier, keys).await?;
    let form = body.buffer(max_bytes).await?;
    let proven = match authentication {
        Authentication::Verified(verified) => verified,
        Authentication::Pending(pending) => {
            let verified = pending.finish(Sha256::digest(&form).into())?;
            call.verified(&verified);
            verified
        }
    };
    coldkeep_http::prove_sha256(&form, &proven.payload).map_err(|_| QueryError::signature_mismatch())?;
    let form = String::from_utf8_lossy(&form);
    let text = |text: &str| String::from_utf8_lossy(&uri::decode_query(text)).into_owned();
    let in_form = uri::query_pairs(&form).map(|(name, value)| (text(name), text(value)));
    let pairs: Vec<_> = call.query.iter().cloned().chain(in_form).collect();
    let action = Form::new(&pairs).text("Action").filter(|action| !action.is_empty());
    let action = action.ok_or_else(QueryError::missing_action)?.to_owned();
    Ok(Asked { caller: proven.caller, action, pairs })
}

/// A response from an encoded output.
pub fn respond(encoded: Encoded) -> Response {
    let mut response = Response::new(ResponseBody::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response
}
