//! A server with a door that answers by path, and a client that sends and receives bytes as they are.

pub use std::net::SocketAddr;
pub use std::sync::Arc;
pub use std::time::Duration;

use async_trait::async_trait;
pub use bytes::Bytes;
use coldkeep_http::{
    Annotation, Body, BufferError, Call, Dialect, Door, Doors, Listener, Observer, Record, Response, ResponseBody,
    StreamError, Unserved,
};
pub use coldkeep_http::{Limits, Stopped};
use coldkeep_store::source::Source;
use futures_util::{StreamExt, stream};
pub use tokio::io::{AsyncReadExt, AsyncWriteExt};
pub use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// What hyper answers to what it cannot read, but for the date.
pub const BARE: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Answers by path. `/read` reads its body as a stream, `/document` and `/claim` read it whole; nothing else does.
pub struct TestDoor(Dialect);

pub fn text(status: u16, body: impl Into<String>) -> Response {
    let mut response = Response::new(ResponseBody::from(body.into()));
    *response.status_mut() = status.try_into().expect("a status");
    response
}

/// What became of a document, which is then held for a moment.
async fn whole(read: Result<Bytes, BufferError>) -> Response {
    match read {
        Ok(document) => {
            tokio::time::sleep(Duration::from_millis(100)).await;
            text(200, format!("read {}", document.len()))
        }
        Err(BufferError::NoMemory) => text(503, "no memory"),
        Err(error) => text(400, format!("{error:?}")),
    }
}

#[async_trait]
impl Door for TestDoor {
    fn name(&self) -> &'static str {
        if self.0 == Dialect::S3 { "s3" } else { "glacier" }
    }

    fn dialect(&self) -> Dialect {
        self.0
    }

    async fn handle(&self, call: Call, mut body: Body) -> Response {
        match call.path.as_str() {
            "/read" => {
                let mut length = 0;
                loop {
                    match body.next().await {
                        Ok(Some(slice)) => length += slice.len(),
                        Ok(None) => return text(200, format!("read {length}")),
                        Err(error) => {
                            let mut response = text(400, "broken");
                            let error = Some(format!("{error:?}"));
                            response.extensions_mut().insert(Annotation { error, ..Annotation::default() });
                            return response;
                        }
                    }
                }
            }
            "/document" => whole(body.buffer(1 << 20).await).await,
            "/claim" => whole(body.buffer_unproven(&call, 100_000).await).await,
            "/slow" => {
                tokio::time::sleep(Duration::from_millis(300)).await;
                text(200, "slow")
            }
            "/tls" => text(200, format!("{:?}", call.tls_version)),
            "/bare" => text(200, BARE),
            "/never" => std::future::pending().await,
            "/short" => {
                let first = stream::iter([Ok::<_, StreamError>(Bytes::from("0123456789"))]);
                let then = stream::once(async {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    Err("disk".into())
                });
                Response::new(ResponseBody::stream(100, first.chain(then)))
            }
            "/large" => {
                let slice = Bytes::from(vec![0; 1 << 20]);
                Response::new(ResponseBody::stream(64 << 20, stream::iter((0..64).map(move |_| Ok(slice.clone())))))
            }
            _ => text(403, "refused"),
        }
    }

    fn unserved(&self, _call: &Call, why: Unserved) -> Response {
        let status = if matches!(why, Unserved::Overloaded) { 503 } else { 400 };
        text(status, format!("{why:?}"))
    }
}

struct Sender(mpsc::UnboundedSender<Record>);

impl Observer for Sender {
    fn finished(&self, record: &Record) {
        let _ = self.0.send(record.clone());
    }
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub records: mpsc::UnboundedReceiver<Record>,
    pub stop: oneshot::Sender<()>,
    pub task: JoinHandle<Stopped>,
}

pub fn quick() -> Limits {
    Limits {
        head_timeout: Duration::from_millis(300),
        body_idle_timeout: Duration::from_millis(300),
        write_stall_timeout: Duration::from_millis(300),
        stranger_stall_timeout: Duration::from_millis(300),
        shutdown_timeout: Duration::from_secs(1),
        ..Limits::default()
    }
}

impl Server {
    pub fn start(limits: Limits) -> Self {
        Self::start_with(limits, |listener| listener)
    }

    pub fn start_with(limits: Limits, change: impl FnOnce(Listener) -> Listener) -> Self {
        let (sender, records) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let listener = Listener::bind(([127, 0, 0, 1], 0).into(), limits).expect("a free port");
        let listener = change(listener.with_observer(Arc::new(Sender(sender))));
        let address = listener.local_addr();
        let door = |dialect| Arc::new(TestDoor(dialect)) as Arc<dyn Door>;
        let doors = Doors::new(door(Dialect::S3), door(Dialect::Glacier), "This is Coldkeep.");
        let task = tokio::spawn(listener.serve(doors, async {
            let _ = stopped.await;
        }));
        Self { address, records, stop, task }
    }

    pub async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.expect("it listens"))
    }

    pub async fn record(&mut self) -> Record {
        let record = tokio::time::timeout(Duration::from_secs(5), self.records.recv()).await;
        record.expect("a request ended").expect("the server runs")
    }
}

/// A client that sends and receives bytes as they are.
pub struct Client(pub TcpStream);

impl Client {
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.expect("the server reads");
    }

    /// Everything until the server closes, or what came if it resets.
    pub async fn rest(&mut self) -> String {
        let mut all = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(8), self.0.read_to_end(&mut all)).await;
        let _ = read.expect("the server closes");
        String::from_utf8_lossy(&all).into_owned()
    }

    /// One response with its body.
    pub async fn response(&mut self) -> String {
        let mut text = String::new();
        let deadline = tokio::time::Instant::now() + Duration::from_secs(5);
        loop {
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                if head.contains(" 100 ") || body.len() >= length.map_or(0, |length| length.parse().expect("a number"))
                {
                    return text;
                }
            }
            let mut byte = [0; 1];
            let read = tokio::time::timeout_at(deadline, self.0.read(&mut byte)).await.expect("a response");
            assert_eq!(read.expect("readable"), 1, "closed after {text:?}");
            text.push(char::from(byte[0]));
        }
    }
}
