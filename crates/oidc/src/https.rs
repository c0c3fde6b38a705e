//! Documents over HTTPS: one request on a connection of its own, HTTP/1.1, no proxy.
//!
//! The authorities are those of the operating system (`SSL_CERT_FILE` names others), read at the first fetch, and what the settings add.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;

use crate::fetch::{Fetch, FetchError, MAX_DOCUMENT_BYTES};
use crate::issuer::must_be_fetchable;
use crate::pinned::Pinned;

/// Fetches over the network.
pub struct Https {
    loopback: bool,
    more: Vec<CertificateDer<'static>>,
    authorities: OnceCell<Arc<RootCertStore>>,
}

impl Https {
    /// A client that believes these authorities besides the system's. With `loopback`, `http:` URLs of this machine itself are
    /// fetched too.
    pub fn new(loopback: bool, more: Vec<CertificateDer<'static>>) -> Self {
        Self { loopback, more, authorities: OnceCell::new() }
    }

    async fn authorities(&self) -> Arc<RootCertStore> {
        let load = || async {
            let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await.unwrap_or_default();
            for error in &found.errors {
                tracing::warn!(%error, "certificate authorities of the system could not be read");
            }
            let mut authorities = RootCertStore::empty();
            authorities.add_parsable_certificates(found.certs.into_iter().chain(self.more.iter().cloned()));
            Arc::new(authorities)
        };
        self.authorities.get_or_init(load).await.clone()
    }

    async fn tls(&self, thumbprints: &[String]) -> Result<ClientConfig, FetchError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = Arc::new(Pinned::new(provider.clone(), self.authorities().await, thumbprints));
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|error| FetchError::Refused(error.to_string()))?;
        let config = config.dangerous().with_custom_certificate_verifier(verifier);
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

#[async_trait]
impl Fetch for Https {
    #[expect(clippy::disallowed_methods, reason = "this is the seam, for what goes out")]
    async fn get(&self, url: &str, thumbprints: &[String]) -> Result<Bytes, FetchError> {
        let refused = || FetchError::Refused(format!("{url} is not to be fetched"));
        let uri = must_be_fetchable(url, self.loopback).ok_or_else(refused)?;
        let host = uri.host().ok_or_else(refused)?.trim_matches(['[', ']']);
        let secure = uri.scheme_str() == Some("https");
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = TcpStream::connect((host, port)).await.map_err(|error| unreachable(&uri, &error))?;
        if !secure {
            return ask(&uri, stream).await;
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| refused())?;
        let connector = TlsConnector::from(Arc::new(self.tls(thumbprints).await?));
        ask(&uri, connector.connect(name, stream).await.map_err(|error| unreachable(&uri, &error))?).await
    }
}

fn unreachable(uri: &Uri, error: &dyn std::error::Error) -> FetchError {
    let mut words = format!("{uri}: {error}");
    let mut source = error.source();
    while let Some(error) = source {
        words.push_str(&format!(": {error}"));
        source = error.source();
    }
    FetchError::Unreachable(words)
}

/// One request, and the whole answer.
async fn ask(uri: &Uri, stream: impl AsyncRead + AsyncWrite + Unpin) -> Result<Bytes, FetchError> {
    let shaken = http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, mut connection) = shaken.map_err(|error| unreachable(uri, &error))?;
    let request = Request::get(uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, uri.authority().map_or("", |authority| authority.as_str()))
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, "coldkeep")
        .body(Empty::<Bytes>::new());
    let request = request.map_err(|error| FetchError::Refused(error.to_string()))?;
    let answer = async {
        let response = sender.send_request(request).await.map_err(|error| unreachable(uri, &error))?;
        match response.status() {
            StatusCode::OK => {}
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(FetchError::Unreachable(format!("{uri} answers {status}")));
            }
            status => return Err(FetchError::Refused(format!("{uri} answers {status}"))),
        }
        let body = Limited::new(response.into_body(), MAX_DOCUMENT_BYTES).collect().await;
        body.map(|body| body.to_bytes()).map_err(|error| match error.downcast::<hyper::Error>() {
            Ok(error) => unreachable(uri, &*error),
            Err(_) => FetchError::Refused(format!("{uri} has more than {MAX_DOCUMENT_BYTES} bytes")),
        })
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
