//! Signing: the other side of [`Verifier`](crate::Verifier), for commands that ask a server.

use coldkeep_types::Timestamp;
use sha2::{Digest, Sha256};

use crate::SignedRequest;
use crate::canonical::{Spaces, canonical_head};
use crate::credential::{ALGORITHM, Credential};
use crate::signing_key::SigningKey;

/// Who signs. Its `Debug` form leaves the secrets out.
#[derive(Clone)]
pub struct Signer {
    /// The access key id.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: String,
    /// The session token of a temporary key.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// What is to be signed. Path and query are as they will be sent.
#[derive(Clone, Copy, Debug)]
pub struct ToSign<'a> {
    /// The method, upper case.
    pub method: &'a str,
    /// The `Host` that will be sent.
    pub host: &'a str,
    /// The path.
    pub path: &'a str,
    /// The query, without `?`; empty when there is none.
    pub query: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// The region to sign for.
    pub region: &'a str,
    /// The service to sign for; none of those that follow S3's rules.
    pub service: &'a str,
}

impl Signer {
    /// The headers to send besides `host`: names in lower case, with their values.
    pub fn sign(&self, request: &ToSign<'_>, now: Timestamp) -> Vec<(&'static str, String)> {
        let stamp = now.iso_seconds().replace(['-', ':'], "");
        let hash = hex::encode(Sha256::digest(request.body));
        let mut headers = vec![("x-amz-content-sha256", hash.clone()), ("x-amz-date", stamp.clone())];
        headers.extend(self.session_token.clone().map(|token| ("x-amz-security-token", token)));
        let mut signed = vec![("host", request.host.as_bytes())];
        signed.extend(headers.iter().map(|(name, value)| (*name, value.as_bytes())));
        let names: Vec<String> = signed.iter().map(|(name, _)| (*name).to_owned()).collect();
        let credential = Credential {
            access_key: self.access_key.clone(),
            date: stamp[..8].to_owned(),
            region: request.region.to_owned(),
            service: request.service.to_owned(),
        };
        let canonical = SignedRequest {
            method: request.method,
            raw_path: request.path,
            raw_query: request.query,
            headers: signed,
            hosted_bucket: None,
        };
        let mut text = canonical_head(&canonical, credential.is_s3(), &names, Spaces::Collapsed);
        text.extend_from_slice(hash.as_bytes());
        let (scope, digest) = (credential.scope(), hex::encode(Sha256::digest(&text)));
        let to_sign = format!("{ALGORITHM}\n{stamp}\n{scope}\n{digest}");
        let signature = SigningKey::derive(&self.secret_key, &credential).sign(to_sign.as_bytes());
        let (key, names) = (&self.access_key, names.join(";"));
        let value = format!("{ALGORITHM} Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}");
        headers.push(("authorization", value));
        headers
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use coldkeep_types::AccountId;

    use super::*;
    use crate::{AccessKey, Authentication, Caller, Refusal, Verifier};

    /// 2026-02-03T04:05:06Z.
    const NOW: Timestamp = Timestamp(1_770_091_506_000);

    fn verified(token: Option<&str>, sent_body: &[u8]) -> Result<bool, Refusal> {
        let signer =
            Signer { access_key: "AKID".into(), secret_key: "hush".into(), session_token: token.map(str::to_owned) };
        assert!(!format!("{signer:?}").contains("hush"));
        let to_sign = ToSign {
            method: "POST",
            host: "localhost:9000",
            path: "/v1/a%20b",
            query: "max=2&after=%2F",
            body: b"body",
            region: "us-east-1",
            service: "coldkeep",
        };
        let mut headers = signer.sign(&to_sign, NOW);
        headers.push(("host", to_sign.host.to_owned()));
        let request = SignedRequest {
            method: "POST",
            raw_path: to_sign.path,
            raw_query: to_sign.query,
            headers: headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect(),
            hosted_bucket: None,
        };
        let account = AccountId::parse("012345678901").expect("12 digits");
        let key = AccessKey {
            secret: "hush".into(),
            session_token: token.map(str::to_owned),
            caller: Caller::root(account, "AKID"),
        };
        let proven = Verifier::new(Duration::from_secs(60)).verify(&key, &request, NOW)?;
        let Authentication::Verified(proven) = proven else { return Ok(false) };
        Ok(proven.payload == crate::Payload::Signed(Sha256::digest(sent_body).into()))
    }

    #[test]
    fn what_is_signed_is_taken_with_the_body_that_was_signed() {
        assert_eq!(verified(None, b"body"), Ok(true));
        assert_eq!(verified(Some("token"), b"body"), Ok(true));
        assert_eq!(verified(None, b"other"), Ok(false));
    }
}
