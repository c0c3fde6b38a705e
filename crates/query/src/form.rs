//! A request: a form in the body, or parameters in the query, and who signed it.

use coldkeep_auth::{Authentication, Caller, Keys, Refusal, Verifier, uri};
use coldkeep_http::{Annotation, Body, Call, Response, ResponseBody};
use coldkeep_types::Region;
use coldkeep_wire::{Encoded, Form, Pairs};

use crate::QueryError;

/// A proven request.
pub struct Asked {
    /// Who signed it.
    pub caller: Caller,
    /// What it sent.
    pub sent: Sent,
}

/// What a request sent: its parameters, with the name of the action among them.
pub struct Sent {
    /// What is asked for.
    pub action: String,
    /// The region it was signed for; `None`: nobody signed it.
    pub region: Option<Region>,
    pairs: Pairs,
}

impl Sent {
    /// The whole form.
    pub fn form(&self) -> Form<'_> {
        Form::new(&self.pairs)
    }
}

/// Reads a form of at most so many bytes and proves its signature. Who did not sign is refused before it is read.
pub async fn prove(
    call: &Call,
    body: Body,
    verifier: &Verifier,
    keys: &dyn Keys,
    max_bytes: usize,
) -> Result<Asked, QueryError> {
    let authentication = coldkeep_http::authenticate(call, verifier, keys).await?;
    let (caller, sent) = read(call, body, authentication, max_bytes).await?;
    Ok(Asked { caller, sent })
}

/// The same where a form may come from nobody, who is then no caller.
pub async fn prove_if_signed(
    call: &Call,
    body: Body,
    verifier: &Verifier,
    keys: &dyn Keys,
    max_bytes: usize,
) -> Result<(Option<Caller>, Sent), QueryError> {
    match coldkeep_http::authenticate(call, verifier, keys).await {
        Err(Refusal::NoCredentials) => Ok((None, parse(call, &body.buffer_unproven(call, max_bytes).await?)?)),
        authentication => {
            let (caller, sent) = read(call, body, authentication?, max_bytes).await?;
            Ok((Some(caller), sent))
        }
    }
}

async fn read(
    call: &Call,
    body: Body,
    authentication: Authentication,
    max_bytes: usize,
) -> Result<(Caller, Sent), QueryError> {
    let (proven, form) =
        coldkeep_http::prove_whole::<QueryError>(call, authentication, body, max_bytes, max_bytes).await?;
    let sent = Sent { region: Some(proven.region), ..parse(call, &form)? };
    Ok((proven.caller, sent))
}

fn parse(call: &Call, form: &[u8]) -> Result<Sent, QueryError> {
    let form = String::from_utf8_lossy(form);
    let text = |text: &str| String::from_utf8_lossy(&uri::decode_query(text)).into_owned();
    let in_form = uri::query_pairs(&form).map(|(name, value)| (text(name), text(value)));
    let pairs: Pairs = call.query.iter().cloned().chain(in_form).collect();
    let action = Form::new(&pairs).text("Action").filter(|action| !action.is_empty());
    let action = action.ok_or_else(QueryError::missing_action)?.to_owned();
    Ok(Sent { action, region: None, pairs })
}

/// The response to a call: an encoded output or an error in the namespace of a service, with what is to be noted of it.
pub fn respond(
    call: &Call,
    namespace: &str,
    mut annotation: Annotation,
    outcome: Result<Encoded, QueryError>,
) -> Response {
    let mut response = match outcome {
        Ok(encoded) => {
            let mut response = Response::new(ResponseBody::from(encoded.body));
            *response.status_mut() = encoded.status;
            *response.headers_mut() = encoded.headers;
            response
        }
        Err(error) => {
            annotation.error = Some(error.code.to_owned());
            error.response(namespace, call.id.as_str())
        }
    };
    response.extensions_mut().insert(annotation);
    response
}
