//! One request over HTTP or HTTPS, on a connection of its own, and the whole answer.
//!
//! It waits no longer than [`PATIENCE`] and takes no answer longer than [`MAX_ANSWER_BYTES`].

use std::path::Path;
use std::time::Duration;

use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{Endpoint, tls};
use crate::Failure;

/// How long a connection with its answer may take.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// 16 MiB: the most that is read of an answer.
const MAX_ANSWER_BYTES: usize = 16 << 20;

/// What a server answered.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub body: Bytes,
}

/// Why there is no answer.
pub enum Lost {
    /// Nobody took the connection.
    Unreachable(std::io::Error),
    /// TLS was not agreed on.
    Untrusted(Failure),
    /// The connection ended before the answer did. What was asked for may have happened.
    Broken(String),
    /// The answer did not come in time. What was asked for may have happened.
    Late,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "it cannot be reached: {error}"),
            Self::Untrusted(error) => write!(f, "{error}"),
            Self::Broken(error) => write!(f, "the connection broke: {error}"),
            Self::Late => write!(f, "it does not answer within {} s", PATIENCE.as_secs()),
        }
    }
}

/// Sends a request, whose target is path and query, and waits for the answer. `ca` names the certificates to trust; those of the
/// system otherwise.
pub async fn exchange(endpoint: &Endpoint, ca: Option<&Path>, request: Request<Full<Bytes>>) -> Result<Answer, Lost> {
    let exchanged = async {
        #[expect(clippy::disallowed_methods, reason = "a client asks a server over a real socket")]
        let stream = TcpStream::connect((endpoint.host(), endpoint.port())).await.map_err(Lost::Unreachable)?;
        match endpoint.is_tls() {
            true => over(tls::connect(endpoint, ca, stream).await.map_err(Lost::Untrusted)?, request).await,
            false => over(stream, request).await,
        }
    };
    timeout(PATIENCE, exchanged).await.unwrap_or(Err(Lost::Late))
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Lost>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let broken = |error: &dyn std::fmt::Display| Lost::Broken(error.to_string());
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    // It ends with the sender; what goes wrong in it, the sender hears.
    tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.map_err(|error| broken(&error))?.into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map_err(|error| broken(&error))?.to_bytes();
    Ok(Answer { status: head.status, body })
}
