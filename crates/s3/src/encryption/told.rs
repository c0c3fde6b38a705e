//! What an answer says of an object's encryption, in headers that are the same for all operations.

use coldkeep_http::Response;
use coldkeep_seal::{Envelope, Scheme};
use coldkeep_wire::Encoded;
use http::{HeaderName, HeaderValue};

use super::customer::CustomerKey;
use crate::respond;

const SCHEME: HeaderName = HeaderName::from_static("x-amz-server-side-encryption");
const KMS_KEY: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-aws-kms-key-id");
const BUCKET_KEY: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-bucket-key-enabled");
const CONTEXT: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-context");
const CUSTOMER_ALGORITHM: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-customer-algorithm");
const CUSTOMER_KEY_MD5: HeaderName = HeaderName::from_static("x-amz-server-side-encryption-customer-key-md5");

/// A scheme as `x-amz-server-side-encryption` names it; the clients' has headers of its own.
pub(crate) fn scheme_name(scheme: Scheme) -> Option<&'static str> {
    match scheme {
        Scheme::Server => Some("AES256"),
        Scheme::Kms => Some("aws:kms"),
        Scheme::KmsDual => Some("aws:kms:dsse"),
        Scheme::Customer => None,
    }
}

/// The headers of an answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    scheme: Option<Scheme>,
    /// The MD5 of the client's key.
    md5: Option<String>,
    /// The key of KMS, and whether a bucket key was asked for.
    kms: Option<(String, bool)>,
    /// The encryption context that the client gave, for who gave it.
    context: Option<String>,
}

impl Told {
    /// What is told of something that is sealed, to who sent this key with the call.
    pub fn of(sealed: Option<&Envelope>, customer: Option<&CustomerKey>) -> Self {
        let kms = sealed.and_then(|envelope| envelope.kms.as_ref()).map(|key| (key.arn.clone(), key.bucket_key));
        let md5 = customer.map(|key| key.md5.clone());
        Self { scheme: sealed.map(|envelope| envelope.scheme), md5, kms, context: None }
    }

    /// With the encryption context too: only for who gave it just now.
    pub fn with_context(self, envelope: &Envelope) -> Self {
        Self { context: envelope.kms.as_ref().and_then(|key| key.context.clone()), ..self }
    }

    /// The answer of a handler, with it.
    pub fn answer(&self, encoded: Encoded) -> Response {
        self.on(respond(encoded))
    }

    /// An answer, with it.
    pub fn on(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Some(name) = self.scheme.and_then(scheme_name) {
            headers.insert(SCHEME, HeaderValue::from_static(name));
        }
        // Complete names the client's to nobody who has no key to show.
        let md5 = self.md5.as_deref().filter(|_| self.scheme == Some(Scheme::Customer));
        if let Some(md5) = md5.and_then(|md5| HeaderValue::from_str(md5).ok()) {
            let algorithm = HeaderValue::from_static("AES256");
            headers.insert(CUSTOMER_ALGORITHM, algorithm);
            headers.insert(CUSTOMER_KEY_MD5, md5);
        }
        let mut told = |name, text: Option<&str>| {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(text).ok()) {
                headers.insert(name, value);
            }
        };
        if let Some((arn, bucket_key)) = &self.kms {
            told(KMS_KEY, Some(arn));
            told(BUCKET_KEY, bucket_key.then_some("true"));
        }
        told(CONTEXT, self.context.as_deref());
        response
    }
}
