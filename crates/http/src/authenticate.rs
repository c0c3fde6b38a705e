//! The bridge from a [`Call`] to the Signature V4 verifier.

use coldkeep_auth::{Authentication, Keys, Refusal, SignedForm, SignedRequest, Verified, Verifier};

use crate::Call;

/// Proves a call's signature as of the moment it was received, and notes on its connection that it was.
/// [`Refusal::NoCredentials`] means an anonymous call.
pub async fn authenticate(call: &Call, verifier: &Verifier, keys: &dyn Keys) -> Result<Authentication, Refusal> {
    authenticate_hosted(call, None, verifier, keys).await
}

/// [`authenticate`] for a call whose host names this bucket.
pub async fn authenticate_hosted(
    call: &Call,
    hosted_bucket: Option<&str>,
    verifier: &Verifier,
    keys: &dyn Keys,
) -> Result<Authentication, Refusal> {
    let headers = call.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let (raw_path, raw_query) = (&call.raw_path, &call.raw_query);
    let request = SignedRequest { method: call.method.as_str(), raw_path, raw_query, headers, hosted_bucket };
    let authentication = match verifier.verify(keys, &request, call.received) {
        // Memory does not have the key: the signature is tried once more when it was found.
        Err(Refusal::UnknownAccessKey(access_key)) => {
            let found = keys.find(&access_key, session_token(call)).await?;
            let found = found.ok_or(Refusal::UnknownAccessKey(access_key))?;
            verifier.verify(&found, &request, call.received)?
        }
        known => known?,
    };
    if let Authentication::Verified(verified) = &authentication {
        call.verified(verified);
    }
    Ok(authentication)
}

/// [`authenticate`] for a call whose body is a form with a signed policy.
pub async fn authenticate_form(
    call: &Call,
    form: &SignedForm<'_>,
    verifier: &Verifier,
    keys: &dyn Keys,
) -> Result<Verified, Refusal> {
    let verified = match verifier.verify_form(keys, form, call.received) {
        Err(Refusal::UnknownAccessKey(access_key)) => {
            let found = keys.find(&access_key, form.session_token).await?;
            let found = found.ok_or(Refusal::UnknownAccessKey(access_key))?;
            verifier.verify_form(&found, form, call.received)?
        }
        known => known?,
    };
    call.verified(&verified);
    Ok(verified)
}

fn session_token(call: &Call) -> Option<&str> {
    let in_query = |name: &str| call.parameter(name);
    let token = call.header("x-amz-security-token").or_else(|| in_query("X-Amz-Security-Token"));
    token.or_else(|| in_query("x-amz-security-token"))
}
