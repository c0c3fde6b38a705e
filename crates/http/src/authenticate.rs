//! The bridge from a [`Call`] to the Signature V4 verifier.

use coldkeep_auth::{Authentication, Keys, Refusal, SignedRequest, Verifier};

use crate::Call;

/// Proves a call's signature as of the moment it was received, and notes on its connection that it was.
/// [`Refusal::NoCredentials`] means an anonymous call.
pub fn authenticate(call: &Call, verifier: &Verifier, keys: &dyn Keys) -> Result<Authentication, Refusal> {
    authenticate_hosted(call, None, verifier, keys)
}

/// [`authenticate`] for a call whose host names this bucket.
pub fn authenticate_hosted(
    call: &Call,
    hosted_bucket: Option<&str>,
    verifier: &Verifier,
    keys: &dyn Keys,
) -> Result<Authentication, Refusal> {
    let headers = call.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let (raw_path, raw_query) = (&call.raw_path, &call.raw_query);
    let request = SignedRequest { method: call.method.as_str(), raw_path, raw_query, headers, hosted_bucket };
    let authentication = verifier.verify(keys, &request, call.received)?;
    if let Authentication::Verified(verified) = &authentication {
        call.verified(verified);
    }
    Ok(authentication)
}
