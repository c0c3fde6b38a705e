//! A KMS key that wraps the root key: Encrypt and Decrypt of Amazon's KMS API (JSON 1.1), of Amazon's service or another that speaks it.

use std::path::PathBuf;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_auth::{Signer, ToSign};
use coldkeep_identity::RootKey;
use coldkeep_types::{Clock, SystemClock};
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::{Wrapping, of_base64};
use crate::Failure;
use crate::client::{self, Endpoint, exchange};

/// What KMS binds the wrapped key to, and shows in its trail.
const CONTEXT: (&str, &str) = ("coldkeep", "root key");

/// A key of a KMS.
pub struct AwsKms {
    arn: String,
    region: String,
    endpoint: Endpoint,
    ca: Option<PathBuf>,
    signer: Signer,
}

impl AwsKms {
    /// The key of this ARN, where Amazon's KMS of its region is unless another endpoint is named.
    pub fn new(arn: &str, endpoint: Option<Endpoint>, ca: Option<PathBuf>) -> Result<Self, Failure> {
        let wrong = || Failure::new(format!("{arn} is not the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/ID"));
        let &["arn", _, "kms", region, _, _] = &arn.split(':').collect::<Vec<_>>()[..] else { return Err(wrong()) };
        let endpoint = match endpoint {
            Some(endpoint) => endpoint,
            None => format!("https://kms.{region}.amazonaws.com").parse().map_err(|_| wrong())?,
        };
        let signer = client::signer_of_environment()?.ok_or_else(|| {
            let words = "there are no keys to ask KMS with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
            Failure::new(words)
        })?;
        Ok(Self { arn: arn.to_owned(), region: region.to_owned(), endpoint, ca, signer })
    }

    async fn ask(&self, operation: &str, mut input: Value) -> Result<Value, Failure> {
        input["KeyId"] = self.arn.as_str().into();
        input["EncryptionContext"] = json!({ CONTEXT.0: CONTEXT.1 });
        let (body, host) = (input.to_string().into_bytes(), self.endpoint.authority());
        let to_sign = ToSign {
            method: "POST",
            host: &host,
            path: "/",
            query: "",
            body: &body,
            region: &self.region,
            service: "kms",
        };
        let mut request = Request::post("/").header(HOST, &host).header(CONTENT_TYPE, "application/x-amz-json-1.1");
        request = request.header("x-amz-target", format!("TrentService.{operation}"));
        for (name, value) in self.signer.sign(&to_sign, SystemClock.now()) {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| self.failed(&error.to_string()))?;
        let answer = exchange(&self.endpoint, self.ca.as_deref(), request).await;
        let answer = answer.map_err(|lost| self.failed(&lost.to_string()))?;
        let output: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status.is_success() {
            return Ok(output);
        }
        let text = |name: &str| output[name].as_str().unwrap_or_default().to_owned();
        let message = [text("message"), text("Message")].concat();
        Err(self.failed(&format!("{operation} was refused: {} {} {message}", answer.status, text("__type"))))
    }

    fn failed(&self, what: &str) -> Failure {
        Failure::new(format!(
            "cannot use the KMS key {} at {}: {what}\nNothing was changed: what is sealed stays so until the key answers.",
            self.arn, self.endpoint
        ))
    }
}

#[async_trait]
impl Wrapping for AwsKms {
    async fn wrap(&self, key: &RootKey) -> Result<String, Failure> {
        let output = self.ask("Encrypt", json!({ "Plaintext": STANDARD.encode(key.as_bytes()) })).await?;
        let wrapped = output["CiphertextBlob"].as_str().map(str::to_owned);
        wrapped.ok_or_else(|| self.failed("the answer has no CiphertextBlob"))
    }

    async fn unwrap(&self, wrapped: &str) -> Result<RootKey, Failure> {
        let output = self.ask("Decrypt", json!({ "CiphertextBlob": wrapped })).await?;
        let key = output["Plaintext"].as_str().and_then(of_base64);
        key.ok_or_else(|| self.failed("what it unwraps is not a root key"))
    }
}
