//! Documents over real sockets: which certificates are believed, and what is no document.

#![allow(clippy::disallowed_methods, reason = "a provider listens for itself")]

use std::sync::Arc;

use coldkeep_oidc::{Fetch, FetchError, Https, MAX_DOCUMENT_BYTES};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Answers one request.
async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match stream.read(&mut byte).await {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    // The client may have enough before the end.
    let _ = stream.write_all(answer).await;
    let _ = stream.shutdown().await;
}

/// A provider on a port of its own.
async fn serve(tls: Option<ServerConfig>, text: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        while let Ok((stream, _)) = listener.accept().await {
            match &acceptor {
                None => answer(stream, text.as_bytes()).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        answer(stream, text.as_bytes()).await;
                    }
                }
            }
        }
    });
    port
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A certificate of an authority that nobody knows, for this name; and the authority's.
fn certificates(name: &str) -> (ServerConfig, CertificateDer<'static>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "an authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = params.self_signed(&key).expect("signed").der().clone();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(vec![name.to_owned()]).expect("a name").signed_by(&key, &issuer).expect("signed");
    let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let chain = vec![leaf.der().clone(), authority.clone()];
    let config = config.with_no_client_auth().with_single_cert(chain, private).expect("a certificate");
    (config, authority)
}

fn thumbprint(certificate: &CertificateDer<'_>) -> String {
    let digest = ::aws_lc_rs::digest::digest(&::aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, certificate);
    hex::encode(digest.as_ref())
}

#[tokio::test]
async fn certificates_are_of_a_known_authority_or_of_a_given_thumbprint() {
    let (config, authority) = certificates("localhost");
    let port = serve(Some(config), ok("{}")).await;
    let url = format!("https://localhost:{port}/x");
    let thumbprint = thumbprint(&authority);
    let stranger = Https::new(false, Vec::new());
    let refused = stranger.get(&url, &[]).await.expect_err("nobody knows it");
    assert!(matches!(&refused, FetchError::Unreachable(words) if words.contains("UnknownIssuer")), "{refused}");
    assert!(stranger.get(&url, &["0".repeat(40)]).await.is_err());
    assert_eq!(stranger.get(&url, std::slice::from_ref(&thumbprint)).await.expect("given"), "{}");
    assert_eq!(Https::new(false, vec![authority]).get(&url, &[]).await.expect("known"), "{}");
    // A thumbprint replaces an authority and not the name.
    let (config, authority) = certificates("other.example");
    let port = serve(Some(config), ok("{}")).await;
    let url = format!("https://localhost:{port}/x");
    let given = [self::thumbprint(&authority)];
    assert!(stranger.get(&url, &given).await.is_err());
    assert!(Https::new(false, vec![authority]).get(&url, &given).await.is_err());
}

#[tokio::test]
async fn plain_http_is_of_this_machine_and_only_where_it_may_be() {
    let port = serve(None, ok("{}")).await;
    let url = format!("http://127.0.0.1:{port}/x");
    assert_eq!(Https::new(true, Vec::new()).get(&url, &[]).await.expect("allowed"), "{}");
    for (loopback, url) in [(false, url.as_str()), (true, "http://a.example/"), (true, "file:///etc/hosts"), (true, "")]
    {
        let refused = Https::new(loopback, Vec::new()).get(url, &[]).await;
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{url}: {refused:?}");
    }
}

#[tokio::test]
async fn what_is_no_document_is_refused() {
    let long = "x".repeat(MAX_DOCUMENT_BYTES + 1);
    let unreachable = |error: &FetchError| matches!(error, FetchError::Unreachable(_));
    for (text, may_be_better_later) in [
        ("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned(), false),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(), false),
        ("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n".to_owned(), true),
        (ok(&long), false),
        (format!("HTTP/1.1 200 OK\r\n\r\n{long}"), false),
        ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{}".to_owned(), true),
        ("not HTTP\r\n\r\n".to_owned(), true),
        (String::new(), true),
    ] {
        let port = serve(None, text.clone()).await;
        let got = Https::new(true, Vec::new()).get(&format!("http://127.0.0.1:{port}/"), &[]).await;
        let error = got.expect_err("no document");
        assert_eq!(unreachable(&error), may_be_better_later, "{}: {error}", &text[..text.len().min(40)]);
    }
    let port = serve(None, "HTTP/1.1 200 OK\r\n\r\nuntil the end".to_owned()).await;
    let got = Https::new(true, Vec::new()).get(&format!("http://localhost:{port}"), &[]).await;
    assert_eq!(got.expect("whole"), "until the end");
}
