//! Verifying a form that a browser posts: what is signed is the text of its policy, and nothing else of the request.
//!
//! From the S3 API reference, "Authenticating Requests: Browser-Based Uploads Using POST (AWS Signature Version 4)", and the older
//! "HTML forms" for Signature V2. Until when it is valid, and for what, the policy says: that is read by the door, once this has
//! proven who wrote it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_types::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::credential::{ALGORITHM, Credential, DEFAULT_REGION};
use crate::{AccessKey, Keys, Payload, Place, Refusal, SignatureMismatch, SignatureV2, SignatureVersion};
use crate::{Verified, Verifier, date};

/// A form's policy and what it says of its signature, before anything about them is believed.
#[derive(Clone, Copy, Debug)]
pub struct SignedForm<'a> {
    /// The policy as it was sent, in Base64.
    pub policy: &'a str,
    /// By whom it is signed, and how.
    pub signature: FormSignature<'a>,
    /// The session token, where a temporary key signed.
    pub session_token: Option<&'a str>,
}

/// The fields of a signature.
#[derive(Clone, Copy, Debug)]
pub enum FormSignature<'a> {
    /// `x-amz-algorithm`, `x-amz-credential`, `x-amz-date`, `x-amz-signature`.
    V4 {
        /// `AWS4-HMAC-SHA256`.
        algorithm: &'a str,
        /// `AKIA.../20151229/us-east-1/s3/aws4_request`.
        credential: &'a str,
        /// `20151229T000000Z`.
        date: &'a str,
        /// In hexadecimal.
        signature: &'a str,
    },
    /// `AWSAccessKeyId`, `signature`.
    V2 {
        /// The access key id.
        access_key: &'a str,
        /// In Base64.
        signature: &'a str,
    },
}

impl FormSignature<'_> {
    /// The access key id that is named, for finding the key.
    pub fn access_key(&self) -> &str {
        match self {
            Self::V4 { credential, .. } => credential.rsplitn(5, '/').nth(4).unwrap_or_default(),
            Self::V2 { access_key, .. } => access_key,
        }
    }
}

impl Verifier {
    /// Verifies who signed a form's policy, at the time `now`.
    pub fn verify_form(&self, keys: &dyn Keys, form: &SignedForm<'_>, now: Timestamp) -> Result<Verified, Refusal> {
        match form.signature {
            FormSignature::V4 { algorithm, credential, date, signature } => {
                let (credential, signed_at) = self.form_scope(algorithm, credential, date, now)?;
                let key = key(keys, form, &credential.access_key)?;
                let (signing_key, known) = self.signing_keys.get(&key.secret, &credential);
                let computed = signing_key.sign(form.policy.as_bytes());
                prove(form, &key, &computed, signature)?;
                if !known {
                    self.signing_keys.keep(&key.secret, &credential, signing_key);
                }
                Ok(verified(key, credential, signed_at, SignatureVersion::V4))
            }
            FormSignature::V2 { access_key, signature } => {
                // A form is given away as a presigned URL is.
                if self.version_2 == SignatureV2::Off {
                    return Err(Refusal::SignatureV2Off);
                }
                let key = key(keys, form, access_key)?;
                let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.secret.as_bytes()) else {
                    unreachable!("HMAC takes any key")
                };
                mac.update(form.policy.as_bytes());
                prove(form, &key, &STANDARD.encode(mac.finalize().into_bytes()), signature)?;
                let credential = Credential {
                    access_key: access_key.to_owned(),
                    date: String::new(),
                    region: DEFAULT_REGION.as_str().to_owned(),
                    service: "s3".to_owned(),
                };
                // It does not say when it was signed.
                Ok(verified(key, credential, now, SignatureVersion::V2))
            }
        }
    }

    /// What a V4 form is signed for, and when it says it was.
    fn form_scope(
        &self,
        algorithm: &str,
        credential: &str,
        date: &str,
        now: Timestamp,
    ) -> Result<(Credential, Timestamp), Refusal> {
        let malformed = |what: String| Refusal::Malformed { place: Place::Form, what };
        if algorithm != ALGORITHM {
            return Err(malformed(format!("X-Amz-Algorithm only supports \"{ALGORITHM}\"")));
        }
        let scope = Credential::parse(credential)
            .map_err(|what| malformed(format!("Error parsing the X-Amz-Credential parameter; {what}.")))?;
        if !scope.is_s3() {
            let what = format!("incorrect service \"{}\". This endpoint belongs to \"s3\".", scope.service);
            return Err(malformed(format!("Error parsing the X-Amz-Credential parameter; {what}")));
        }
        let signed_at = date::parse_basic(date).ok_or_else(|| {
            malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"".into())
        })?;
        if date.get(..8) != Some(scope.date.as_str()) {
            let what = format!("Invalid credential date \"{}\"", scope.date);
            return Err(malformed(format!("{what}. This date is not the same as X-Amz-Date: \"{}\".", &date[..8])));
        }
        if signed_at > now.plus_millis(self.max_skew_millis) {
            return Err(Refusal::NotYetValid { signed_at, server_time: now });
        }
        Ok((scope, signed_at))
    }
}

fn key(keys: &dyn Keys, form: &SignedForm<'_>, access_key: &str) -> Result<AccessKey, Refusal> {
    let key = keys.lookup(access_key).ok_or_else(|| Refusal::UnknownAccessKey(access_key.to_owned()))?;
    let fits = match (&key.session_token, form.session_token) {
        (None, None) => true,
        (Some(known), Some(came)) => came.as_bytes().ct_eq(known.as_bytes()).into(),
        _ => false,
    };
    if fits { Ok(key) } else { Err(Refusal::InvalidToken) }
}

fn prove(form: &SignedForm<'_>, key: &AccessKey, computed: &str, came: &str) -> Result<(), Refusal> {
    if computed.as_bytes().ct_eq(came.as_bytes()).into() {
        return Ok(());
    }
    Err(Refusal::SignatureMismatch(Box::new(SignatureMismatch {
        access_key: key.caller.access_key.clone(),
        canonical_request: Vec::new(),
        string_to_sign: form.policy.to_owned(),
        signature_provided: came.to_owned(),
    })))
}

fn verified(key: AccessKey, credential: Credential, signed_at: Timestamp, version: SignatureVersion) -> Verified {
    Verified {
        caller: key.caller,
        region: credential.region(),
        service: credential.service,
        // The file takes no part in the signature.
        payload: Payload::Unsigned,
        chunk_signer: None,
        signed_at,
        version,
        place: Place::Form,
    }
}
