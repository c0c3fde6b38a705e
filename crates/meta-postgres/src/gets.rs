//! Gets: those that wait go as one query, over a few connections. One that was lost is replaced, and the query is asked again
//! while anybody waits for its answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Entry, Error, Version};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use crate::hosts::Hosts;
use crate::session::{MOVED, Session, told};

/// How many queries are on their way at once.
const CONNECTIONS: usize = 3;
/// How many keys a query asks for: values of 1 MiB each still fit in memory.
const MAX_KEYS: usize = 64;
/// Between attempts on a database that is away.
const PAUSE: Duration = Duration::from_millis(20);

const GET: &str = "SELECT place, version, value FROM unnest($1::bytea[]) WITH ORDINALITY AS asked (key, place) \
     JOIN kv USING (key)";

struct Get {
    key: Vec<u8>,
    answer: oneshot::Sender<Option<Entry>>,
}

pub(crate) struct Gets {
    hosts: Arc<Hosts>,
    deadline: Duration,
    waiting: mpsc::UnboundedSender<Get>,
}

impl Gets {
    /// Its connections end with it.
    pub(crate) fn new(hosts: Arc<Hosts>, deadline: Duration) -> Self {
        let (waiting, receiver) = mpsc::unbounded_channel();
        let receiver = Arc::new(Mutex::new(receiver));
        for _ in 0..CONNECTIONS {
            tokio::spawn(serve(hosts.clone(), receiver.clone(), deadline));
        }
        Self { hosts, deadline, waiting }
    }

    pub(crate) async fn get(&self, key: &[u8]) -> Result<Option<Entry>, Error> {
        let (answer, entry) = oneshot::channel();
        let ended = |_| Error::Read("the engine is closed".into());
        self.waiting.send(Get { key: key.to_vec(), answer }).map_err(|_| Error::Read("the engine is closed".into()))?;
        timeout(self.deadline, entry).await.map_err(|_| Error::Away(self.hosts.why()))?.map_err(ended)
    }
}

async fn serve(hosts: Arc<Hosts>, waiting: Arc<Mutex<mpsc::UnboundedReceiver<Get>>>, deadline: Duration) {
    let mut session = None;
    loop {
        let mut gets = Vec::new();
        if waiting.lock().await.recv_many(&mut gets, MAX_KEYS).await == 0 {
            return;
        }
        loop {
            gets.retain(|get| !get.answer.is_closed());
            if gets.is_empty() {
                break;
            }
            match timeout(deadline, ask(&hosts, &mut session, &gets)).await {
                Ok(Ok(mut found)) => {
                    for (get, place) in gets.drain(..).zip(1..) {
                        _ = get.answer.send(found.remove(&place));
                    }
                }
                failed => {
                    let error = failed.map_or_else(|_| hosts.why(), |failed| failed.err().unwrap_or_default());
                    tracing::debug!(error, "gets are asked again");
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

/// Asks once; gives what was found by its place, counted from 1.
async fn ask(
    hosts: &Hosts,
    kept: &mut Option<(Session, Statement)>,
    gets: &[Get],
) -> Result<HashMap<i64, Entry>, String> {
    let usable = kept.take().filter(|(session, _)| hosts.may_use(session));
    let (session, statement) = match usable {
        Some(usable) => usable,
        None => {
            let session = hosts.connect().await?;
            let statement = hosts.prepare(&session, GET).await?;
            (session, statement)
        }
    };
    let keys: Vec<&[u8]> = gets.iter().map(|get| get.key.as_slice()).collect();
    let parameters: [&(dyn ToSql + Sync); 1] = [&keys];
    let answered = hosts.ask(session.place, session.client.query(&statement, &parameters)).await;
    let rows = answered.ok_or(MOVED)?.map_err(|error| told(&error))?;
    *kept = Some((session, statement));
    let found =
        rows.iter().map(|row| (row.get(0), Entry { version: Version(row.get::<_, i64>(1) as u64), value: row.get(2) }));
    Ok(found.collect())
}
