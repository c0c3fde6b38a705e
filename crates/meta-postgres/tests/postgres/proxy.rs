//! Something between an engine and its database that cuts or holds up what goes by, at a moment that the test names.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{Notify, Semaphore, oneshot};

/// What happens to the next request that goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The connection is cut, and the request does not arrive.
    CutBefore,
    /// The request arrives, and the connection is cut.
    CutAfter,
    /// The request is answered, and the connection is cut instead of the answer.
    CutAnswer,
    /// The request waits until it is released; the engine's side of the connection may be gone by then.
    Hold,
}

#[derive(Default)]
struct Armed {
    next: Option<Next>,
    met: Option<oneshot::Sender<()>>,
}

#[derive(Clone)]
pub struct Proxy {
    armed: Arc<Mutex<Armed>>,
    released: Arc<Semaphore>,
    /// What was released has been answered.
    answered: Arc<Notify>,
    requests: Arc<AtomicUsize>,
    pub port: u16,
}

impl Proxy {
    /// Before the socket in `folder`.
    pub async fn start(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (released, answered) = (Arc::new(Semaphore::new(0)), Arc::default());
        let proxy = Self { armed: Arc::default(), released, answered, requests: Arc::default(), port };
        let accepting = proxy.clone();
        tokio::spawn(async move {
            while let Ok((engine, _)) = listener.accept().await {
                let database = UnixStream::connect(folder.join(".s.PGSQL.5432")).await;
                if let Ok(database) = database {
                    tokio::spawn(accepting.clone().pass(engine, database));
                }
            }
        });
        proxy
    }

    /// What is to happen to the next request; what is returned says when it did.
    pub fn arm(&self, next: Next) -> oneshot::Receiver<()> {
        let (met, has_met) = oneshot::channel();
        *self.armed.lock() = Armed { next: Some(next), met: Some(met) };
        has_met
    }

    /// How often an engine has said something.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Lets go what is held, and waits for the database's answer to it.
    pub async fn release(&self) {
        self.released.add_permits(1);
        self.answered.notified().await;
    }

    /// Passes on, until either side or a cut ends it.
    async fn pass(self, mut engine: TcpStream, mut database: UnixStream) {
        let (mut request, mut answer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
        loop {
            tokio::select! {
                read = engine.read(&mut request) => {
                    let Ok(bytes @ 1..) = read else { return };
                    self.requests.fetch_add(1, Ordering::SeqCst);
                    let armed = std::mem::take(&mut *self.armed.lock());
                    if let Some(next) = armed.next {
                        armed.met.map(|met| met.send(()));
                        return self.meet(next, &request[..bytes], database).await;
                    }
                    if database.write_all(&request[..bytes]).await.is_err() { return }
                }
                read = database.read(&mut answer) => {
                    let Ok(bytes @ 1..) = read else { return };
                    if engine.write_all(&answer[..bytes]).await.is_err() { return }
                }
            }
        }
    }

    async fn meet(&self, next: Next, request: &[u8], mut database: UnixStream) {
        if next == Next::Hold {
            self.released.acquire().await.expect("it is never closed").forget();
        }
        if next != Next::CutBefore {
            database.write_all(request).await.expect("the database is there");
        }
        if matches!(next, Next::CutAnswer | Next::Hold) {
            let answer = database.read(&mut [0; 1024]).await.expect("an answer");
            assert!(answer > 0);
        }
        if next == Next::Hold {
            self.answered.notify_one();
        }
    }
}
