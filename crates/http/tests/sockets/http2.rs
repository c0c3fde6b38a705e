//! HTTP/2, in the clear and over TLS, by hyper's client.

use futures_util::future::poll_fn;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};

use super::*;

async fn client<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(io: I) -> SendRequest<Full<Bytes>> {
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(io)).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}

async fn put(sender: &mut SendRequest<Full<Bytes>>, path: &str, bytes: usize) -> (u16, String) {
    poll_fn(|cx| sender.poll_ready(cx)).await.expect("open");
    let request = http::Request::put(format!("http://h{path}")).body(Full::from(vec![0; bytes])).expect("valid");
    let response = sender.send_request(request).await.expect("a response");
    let status = response.status().as_u16();
    assert!(response.headers().contains_key("x-amz-request-id") && response.headers().contains_key("content-length"));
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn bodies_beyond_the_window_and_refusals() {
    let mut server = Server::start(Limits::default());
    let mut sender = client(TcpStream::connect(server.address).await.expect("it listens")).await;
    assert_eq!(put(&mut sender, "/read", 3 << 20).await, (200, format!("read {}", 3 << 20)));
    assert_eq!(server.record().await.host.unwrap(), "h");
    assert_eq!(put(&mut sender, "/x", 3 << 20).await, (403, "refused".into()));
    assert_eq!(put(&mut sender, "/read", 0).await, (200, "read 0".into()));
}

#[tokio::test]
async fn a_stream_that_is_not_taken_is_cut() {
    let mut server = Server::start(quick());
    let mut sender = client(TcpStream::connect(server.address).await.expect("it listens")).await;
    poll_fn(|cx| sender.poll_ready(cx)).await.expect("open");
    let request = http::Request::get("http://h/large").body(Full::default()).expect("valid");
    let _untaken = sender.send_request(request).await.expect("a response");
    assert!(!server.record().await.complete);
}

#[tokio::test]
async fn tls_offers_http2_and_calls_know_its_version() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate.clone()], key);
    let mut server = Server::start_with(Limits::default(), |listener| listener.with_tls(config.expect("they fit")));
    let mut roots = RootCertStore::empty();
    roots.add(certificate).expect("a certificate");
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = TcpStream::connect(server.address).await.expect("it listens");
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = connector.connect(name, stream).await.expect("a handshake");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let mut sender = client(stream).await;
    assert_eq!(put(&mut sender, "/read", 100_000).await, (200, "read 100000".into()));
    assert_eq!(server.record().await.door, "s3");
    assert_eq!(put(&mut sender, "/tls", 0).await, (200, "Some(\"1.3\")".into()));
}
