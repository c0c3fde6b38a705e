//! The client of commands that ask a running server: one signed request on a connection of its own, and the whole answer. What goes
//! wrong on the way is told with what to do about it.

mod credentials;
mod endpoint;
mod exchange;
mod iam;
mod tls;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use coldkeep_auth::ToSign;
use coldkeep_types::{Clock, SystemClock};
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{Method, Request};
use http_body_util::Full;
use hyper::body::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Failure;
use credentials::Credentials;
pub use credentials::of_environment as signer_of_environment;
pub use endpoint::Endpoint;
use exchange::PATIENCE;
pub use exchange::{Answer, Lost, exchange};
pub use iam::{Element, Iam};

/// What requests are signed for. The server takes any.
const REGION: &str = "us-east-1";

/// Which server a command asks, and with whose keys.
#[derive(Args, Clone, Debug)]
pub struct ServerArgs {
    /// Where the server is: http://HOST:PORT or https://HOST:PORT
    #[arg(long, env = "AWS_ENDPOINT_URL", value_name = "URL", default_value = "http://127.0.0.1:9000", global = true)]
    pub endpoint: Endpoint,

    /// PEM file with the certificates to trust, such as DATA/tls/ca.pem of the server; those of the system otherwise
    #[arg(long, env = "AWS_CA_BUNDLE", value_name = "FILE", global = true)]
    pub ca: Option<PathBuf>,

    /// Data folder of the server, for its root keys. Otherwise keys are those of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, else of
    /// COLDKEEP_ROOT_ACCESS_KEY and COLDKEEP_ROOT_SECRET_KEY, else in the folder COLDKEEP_DATA or ./data
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,

    /// Print JSON, for scripts
    #[arg(long, global = true)]
    pub json: bool,
}

/// Asks a server.
pub struct Client {
    /// Where it is.
    pub endpoint: Endpoint,
    /// What its certificate is proven with, where one was named.
    pub ca: Option<PathBuf>,
    credentials: Credentials,
}

/// Runs a command that asks a server.
pub fn with(args: &ServerArgs, ask: impl AsyncFnOnce(Client) -> Result<(), Failure>) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(error.to_string()))?;
    runtime.block_on(async {
        let client = Client::new(args)?;
        ask(client).await.map(|()| ExitCode::SUCCESS)
    })
}

impl Client {
    /// A client for these arguments. Nothing is asked yet.
    pub fn new(args: &ServerArgs) -> Result<Self, Failure> {
        let credentials = Credentials::find(args.data.as_deref())?;
        Ok(Self { endpoint: args.endpoint.clone(), ca: args.ca.clone(), credentials })
    }

    /// Asks the admin API. `target` is path and query.
    pub async fn admin<T: DeserializeOwned>(
        &self,
        method: Method,
        target: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<T, Failure> {
        let failed = |error: serde_json::Error| Failure::new(error.to_string());
        let body = body.map(serde_json::to_vec).transpose().map_err(failed)?.unwrap_or_default();
        let answer = self.send(coldkeep_admin::SERVICE, method, target, "application/json", body).await?;
        if answer.status.is_success() {
            return serde_json::from_slice(&answer.body).map_err(|_| self.stranger(&answer));
        }
        match serde_json::from_slice::<coldkeep_admin::shapes::Refused>(&answer.body) {
            Ok(refused) => Err(self.refused(&refused.code, &refused.message)),
            Err(_) => Err(self.stranger(&answer)),
        }
    }

    /// Sends a request that is signed for a service.
    async fn send(
        &self,
        service: &str,
        method: Method,
        target: &str,
        content_type: &'static str,
        body: Vec<u8>,
    ) -> Result<Answer, Failure> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let host = self.endpoint.authority();
        let to_sign =
            ToSign { method: method.as_str(), host: &host, path, query, body: &body, region: REGION, service };
        let mut request = Request::builder().method(&method).uri(target).header(HOST, &host);
        for (name, value) in self.credentials.signer.sign(&to_sign, SystemClock.now()) {
            request = request.header(name, value);
        }
        if !body.is_empty() {
            request = request.header(CONTENT_TYPE, content_type);
        }
        request = request.header(USER_AGENT, concat!("coldkeep/", env!("CARGO_PKG_VERSION")));
        let request = request.body(Full::new(Bytes::from(body)));
        let request = request.map_err(|error| Failure::new(format!("cannot ask for {target}: {error}")))?;
        exchange(&self.endpoint, self.ca.as_deref(), request).await.map_err(|lost| match lost {
            Lost::Unreachable(error) => Failure::new(format!(
                "cannot reach a server at {}: {error}\nStart it with `coldkeep serve`, or name where it is with --endpoint.",
                self.endpoint
            )),
            Lost::Untrusted(error) => Failure::new(format!(
                "{error}\nA server with --tls auto has an authority of its own: name its certificate with --ca DATA/tls/ca.pem. A \
                 server without TLS is at http://."
            )),
            Lost::Broken(error) => Failure::new(format!(
                "the connection to {} broke: {error}\nWhat was asked for may have happened: look before you ask again.",
                self.endpoint
            )),
            Lost::Late => Failure::new(format!(
                "{} does not answer within {} s. What was asked for may happen still: look before you ask again.",
                self.endpoint,
                PATIENCE.as_secs()
            )),
        })
    }

    /// What the server refused, and what to do about it where that is known.
    fn refused(&self, code: &str, message: &str) -> Failure {
        let (key, origin) = (&self.credentials.signer.access_key, &self.credentials.origin);
        let advice = match code {
            "InvalidAccessKeyId" | "InvalidClientTokenId" | "SignatureDoesNotMatch" => format!(
                "\nThe access key {key} is from {origin}. Keys are taken from --data DIR, else from AWS_ACCESS_KEY_ID, else from \
                 COLDKEEP_ROOT_ACCESS_KEY, else from the data folder."
            ),
            "AccessDenied" => format!("\nThe access key {key}, from {origin}, has no right to it."),
            _ => String::new(),
        };
        Failure::new(format!("refused: {message} ({code}){advice}"))
    }

    /// An answer that this server does not give.
    fn stranger(&self, answer: &Answer) -> Failure {
        let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(200)]).into_owned();
        let mut plain = String::new();
        // Writing to a string does not fail.
        let _ = crate::escape::plain(&mut plain, &text);
        Failure::new(format!(
            "what answers at {} is no Coldkeep that knows this command: {} {plain}\nName where yours is with --endpoint.",
            self.endpoint, answer.status
        ))
    }
}
