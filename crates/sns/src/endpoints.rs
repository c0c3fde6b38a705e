//! Requests to endpoints: one POST on a connection of its own, HTTP/1.1, no proxy, no redirect, fifteen seconds at most.
//!
//! The authorities are those of the operating system (`SSL_CERT_FILE` names others), read at the first request.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_messages::{Post, PostError};
use http::header::HOST;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;

use crate::Reach;

/// How long a request may take, as at Amazon.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How much of an answer is read.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// Brings notifications to endpoints over the network.
pub struct Endpoints {
    reach: Reach,
    tls: OnceCell<Arc<ClientConfig>>,
}

impl Endpoints {
    /// A client that asks as far as this.
    pub fn new(reach: Reach) -> Self {
        Self { reach, tls: OnceCell::new() }
    }

    async fn tls(&self) -> Result<Arc<ClientConfig>, PostError> {
        let load = || async {
            let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await.unwrap_or_default();
            for error in &found.errors {
                tracing::warn!(%error, "certificate authorities of the system could not be read");
            }
            let mut authorities = RootCertStore::empty();
            authorities.add_parsable_certificates(found.certs);
            let provider = Arc::new(aws_lc_rs::default_provider());
            let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            let config = config.map_err(|error| PostError::Later(error.to_string()))?;
            let mut config = config.with_root_certificates(authorities).with_no_client_auth();
            config.alpn_protocols = vec![b"http/1.1".to_vec()];
            Ok(Arc::new(config))
        };
        self.tls.get_or_try_init(load).await.cloned()
    }

    /// A connection to what the host's name leads to now, if it may be asked.
    #[expect(clippy::disallowed_methods, reason = "this is the seam, for what goes out")]
    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, PostError> {
        let later = |error: std::io::Error| PostError::Later(format!("{host}: {error}"));
        let found: Vec<_> = tokio::net::lookup_host((host, port)).await.map_err(later)?.collect();
        let allowed: Vec<_> = found.into_iter().filter(|address| self.reach.allows(address.ip())).collect();
        if allowed.is_empty() {
            return Err(PostError::Later(format!(
                "{host} leads to no address that may be asked (see --sns-endpoints)"
            )));
        }
        TcpStream::connect(&*allowed).await.map_err(later)
    }

    async fn ask(&self, url: &str, headers: &[(String, String)], body: &str) -> Result<(), PostError> {
        let never = || PostError::Never(format!("{url} is not to be asked"));
        let uri: Uri = url.parse().map_err(|_| never())?;
        let host = uri.host().ok_or_else(never)?.trim_matches(['[', ']']);
        let secure = uri.scheme_str() == Some("https");
        let stream = self.connect(host, uri.port_u16().unwrap_or(if secure { 443 } else { 80 })).await?;
        if !secure {
            return send(&uri, stream, headers, body).await;
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| never())?;
        let stream = TlsConnector::from(self.tls().await?).connect(name, stream).await;
        send(&uri, stream.map_err(|error| PostError::Later(format!("{uri}: {error}")))?, headers, body).await
    }
}

#[async_trait]
impl Post for Endpoints {
    async fn post(&self, url: &str, headers: &[(String, String)], body: &str) -> Result<(), PostError> {
        let late = |_| PostError::Later(format!("{url} did not answer in {} seconds", TIMEOUT.as_secs()));
        tokio::time::timeout(TIMEOUT, self.ask(url, headers, body)).await.map_err(late)?
    }
}

/// One request, and its answer's status.
async fn send(
    uri: &Uri,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    headers: &[(String, String)],
    body: &str,
) -> Result<(), PostError> {
    let later = |error: hyper::Error| PostError::Later(format!("{uri}: {error}"));
    let (mut sender, mut connection) = http1::handshake(TokioIo::new(stream)).await.map_err(later)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut request = Request::post(path).header(HOST, uri.authority().map_or("", |authority| authority.as_str()));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(body.to_owned())));
    let request = request.map_err(|error| PostError::Never(format!("{uri}: {error}")))?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(later)?;
        let status = response.status();
        // What it says is of no interest; it is read so that the endpoint can finish.
        let _ = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
        match status {
            status if status.is_success() => Ok(()),
            // From the developer guide, "Amazon SNS message delivery retries": other errors of the client are permanent.
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(PostError::Later(format!("{uri} answers {status}")))
            }
            status => Err(PostError::Never(format!("{uri} answers {status}"))),
        }
    };
    tokio::pin!(answer);
    tokio::select! {
        biased;
        answer = &mut answer => return answer,
        // What it brought is still to be read.
        _ = &mut connection => {}
    }
    answer.await
}
