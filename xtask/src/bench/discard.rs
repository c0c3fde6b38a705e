//! `xtask discard HOST:PORT HOST:PORT CERTIFICATE KEY`: the least that a server on the same HTTP stack can do. It reads bodies and drops them, and
//! answers from memory. Any more that another server costs is that server's own. The second address speaks TLS.
//!
//! The last segment of a path begins with the number of bytes that GET and HEAD answer.

use std::convert::Infallible;
use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Full, combinators::BoxBody};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, ETAG, RANGE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{payload, tls};

const UPLOAD: &str = "<InitiateMultipartUploadResult><UploadId>discard</UploadId></InitiateMultipartUploadResult>";

/// 64 KiB: what is read at once from a connection with TLS. The TLS library asks for 4 KiB at a time.
const TLS_READ_BYTES: usize = 64 << 10;

/// Serves until the process is stopped, on one thread.
pub fn run(host: &str, tls_host: &str, certificate: &str, key: &str) -> Result<(), String> {
    let tls = tls::server(Path::new(certificate), Path::new(key)).map_err(super::super::failed("no TLS"))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(super::super::failed("no runtime"))?;
    let served = runtime.block_on(async { tokio::try_join!(serve(host, None), serve(tls_host, Some(tls.into()))) });
    served.map(drop).map_err(super::super::failed(format!("cannot serve on {host} and {tls_host}")))
}

async fn serve(host: &str, tls: Option<TlsAcceptor>) -> std::io::Result<()> {
    let listener = TcpListener::bind(host).await?;
    let bytes = Bytes::from_static(payload::bytes(payload::MAX_BYTES));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (tls, bytes) = (tls.clone(), bytes.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, bytes).await,
                // A handshake that fails is the client's to tell.
                Some(tls) => {
                    let stream = BufReader::with_capacity(TLS_READ_BYTES, stream);
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(stream, bytes).await;
                    }
                }
            }
        });
    }
}

async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, bytes: Bytes) {
    let service = service_fn(|request| answer(request, bytes.clone()));
    // A client that goes away is no failure.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    bytes: Bytes,
) -> Result<Response<BoxBody<Bytes, Infallible>>, hyper::Error> {
    let (head, mut body) = request.into_parts();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    let length = head.uri.path().rsplit('/').next().and_then(|name| name.split('-').next()?.parse().ok()).unwrap_or(0);
    let whole = bytes.slice(..usize::min(length, bytes.len()));
    let response = Response::builder().header("x-amz-request-id", "discard");
    let (response, body) = match head.method {
        Method::GET => match head.headers.get(RANGE).and_then(|range| slice(range.to_str().ok()?, &whole)) {
            Some(part) => (response.status(StatusCode::PARTIAL_CONTENT), Full::new(part).boxed()),
            None => (response, Full::new(whole).boxed()),
        },
        Method::HEAD => (response.header(CONTENT_LENGTH, whole.len()), Empty::new().boxed()),
        Method::POST => (response, Full::from(UPLOAD).boxed()),
        _ => (response.header(ETAG, "\"discard\""), Empty::new().boxed()),
    };
    Ok(response.body(body).expect("the headers are well formed"))
}

/// What `bytes=FIRST-LAST` names.
fn slice(range: &str, whole: &Bytes) -> Option<Bytes> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.parse::<usize>().ok()?, last.parse::<usize>().ok()?);
    (first <= last && last < whole.len()).then(|| whole.slice(first..=last))
}
