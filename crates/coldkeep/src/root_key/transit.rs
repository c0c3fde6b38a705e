//! A Transit key that wraps the root key: the encrypt and decrypt calls of HashiCorp Vault's and OpenBao's "Transit secrets engine".

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use coldkeep_identity::RootKey;
use http::Request;
use http::header::{CONTENT_TYPE, HOST, HeaderValue};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::{Wrapping, of_base64};
use crate::Failure;
use crate::client::{Endpoint, exchange};
use crate::secret::in_file;

/// A key of a Transit engine.
pub struct Transit {
    endpoint: Endpoint,
    /// `/v1/transit`: where the engine is mounted.
    mount: String,
    name: String,
    token: HeaderValue,
    namespace: Option<HeaderValue>,
    ca: Option<PathBuf>,
}

impl Transit {
    /// The key at this URL, `https://HOST:PORT/v1/MOUNT/keys/NAME`.
    pub fn new(url: &str, token_file: Option<&Path>, ca: Option<PathBuf>) -> Result<Self, Failure> {
        let wrong =
            || Failure::new(format!("{url} is not the URL of a Transit key: https://HOST:PORT/v1/transit/keys/NAME"));
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let (authority, path) = rest.split_once('/').ok_or_else(wrong)?;
        let (mount, name) = path.rsplit_once("/keys/").ok_or_else(wrong)?;
        let plain = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
        };
        if !mount.starts_with("v1/") || !plain(mount) || !plain(name) || name.contains('/') {
            return Err(wrong());
        }
        let endpoint = format!("{scheme}://{authority}").parse().map_err(|_| wrong())?;
        let token = match token_file {
            Some(path) => in_file("COLDKEEP_ROOT_KEY_TRANSIT", path)?,
            None => std::env::var("VAULT_TOKEN").unwrap_or_default(),
        };
        let header = |text: &str| {
            let value = HeaderValue::from_str(text.trim()).ok().filter(|value| !value.is_empty());
            value.map(|mut value| {
                value.set_sensitive(true);
                value
            })
        };
        let token = header(&token).ok_or_else(|| {
            Failure::new("there is no token to ask for the root key with: set COLDKEEP_ROOT_KEY_TRANSIT_TOKEN_FILE or VAULT_TOKEN.")
        })?;
        let namespace = std::env::var("VAULT_NAMESPACE").ok().and_then(|text| header(&text));
        Ok(Self { endpoint, mount: format!("/{mount}"), name: name.to_owned(), token, namespace, ca })
    }

    async fn ask(&self, verb: &str, input: &Value, wanted: &str) -> Result<String, Failure> {
        let target = format!("{}/{verb}/{}", self.mount, self.name);
        let mut request = Request::post(target).header(HOST, self.endpoint.authority());
        request = request.header(CONTENT_TYPE, "application/json").header("x-vault-token", &self.token);
        if let Some(namespace) = &self.namespace {
            request = request.header("x-vault-namespace", namespace);
        }
        let body = Full::new(Bytes::from(input.to_string()));
        let request = request.body(body).map_err(|error| self.failed(&error.to_string()))?;
        let answer = exchange(&self.endpoint, self.ca.as_deref(), request).await;
        let answer = answer.map_err(|lost| self.failed(&lost.to_string()))?;
        let output: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if !answer.status.is_success() {
            return Err(self.failed(&format!("{verb} was refused: {} {}", answer.status, output["errors"])));
        }
        let text = output["data"][wanted].as_str().map(str::to_owned);
        text.ok_or_else(|| self.failed(&format!("the answer has no {wanted}")))
    }

    fn failed(&self, what: &str) -> Failure {
        Failure::new(format!(
            "cannot use the Transit key {} at {}: {what}\nNothing was changed: what is sealed stays so until the key answers.",
            self.name, self.endpoint
        ))
    }
}

#[async_trait]
impl Wrapping for Transit {
    async fn wrap(&self, key: &RootKey) -> Result<String, Failure> {
        self.ask("encrypt", &json!({ "plaintext": STANDARD.encode(key.as_bytes()) }), "ciphertext").await
    }

    async fn unwrap(&self, wrapped: &str) -> Result<RootKey, Failure> {
        let text = self.ask("decrypt", &json!({ "ciphertext": wrapped }), "plaintext").await?;
        of_base64(&text).ok_or_else(|| self.failed("what it unwraps is not a root key"))
    }
}
