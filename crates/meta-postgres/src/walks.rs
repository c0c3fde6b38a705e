//! Scans and walks: chunks by key, in one read-only transaction that sees one moment. Each has a connection to itself
//! meanwhile. One that was lost is replaced, as long as nothing was shown. The database's clock is read on the same connections.

use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Entry, Error, Seen, Step, Version, Visit};
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Row, Statement};

use crate::hosts::Hosts;
use crate::session::{MOVED, Session, told};

/// How many go on at once.
const CONNECTIONS: usize = 4;
/// How many records a walk asks for at first and after a leap; a chunk that was shown to its end makes the next one four times as long.
const FIRST: usize = 64;
const LONGEST: usize = 1024;
/// Where values are large, a chunk after the first is about this long.
const CHUNK_BYTES: usize = 8 << 20;
/// Between attempts on a database that is away.
const PAUSE: Duration = Duration::from_millis(20);

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const TIME: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8";
const CHUNK: &str = "SELECT version, value, key FROM kv WHERE key >= $1 AND key < $2 ORDER BY key";

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

pub(crate) struct Walks {
    hosts: Arc<Hosts>,
    deadline: Duration,
    turns: Semaphore,
    idle: Mutex<Vec<Reader>>,
}

struct Reader {
    session: Session,
    up: Statement,
    down: Statement,
    time: Statement,
}

impl Reader {
    async fn connect(hosts: &Hosts) -> Result<Self, String> {
        let session = hosts.connect().await?;
        let (up, down) = (format!("{CHUNK} LIMIT $3"), format!("{CHUNK} DESC LIMIT $3"));
        let (up, down) = (hosts.prepare(&session, &up).await?, hosts.prepare(&session, &down).await?);
        let time = hosts.prepare(&session, TIME).await?;
        Ok(Self { session, up, down, time })
    }

    /// The next records of `range`, or with `begin` the first ones of a transaction.
    async fn chunk(
        &self,
        (range, way, limit): (&Range<Vec<u8>>, Way, usize),
        begin: bool,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let statement = if way == Way::Up { &self.up } else { &self.down };
        let limit = limit as i64;
        let client = &self.session.client;
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&range.start, &range.end, &limit];
        let query = client.query(statement, &parameters);
        if !begin {
            return query.await;
        }
        // Both go out at once, in this order.
        let (began, rows) = tokio::join!(client.batch_execute(BEGIN), query);
        began.and(rows)
    }
}

impl Walks {
    pub(crate) fn new(hosts: Arc<Hosts>, deadline: Duration) -> Self {
        Self { hosts, deadline, turns: Semaphore::new(CONNECTIONS), idle: Mutex::default() }
    }

    /// Shows the records of `range`, of which about `wanted` will be looked at.
    pub(crate) async fn walk(
        &self,
        mut range: Range<Vec<u8>>,
        way: Way,
        wanted: usize,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        if range.start >= range.end || wanted == 0 {
            return Ok(());
        }
        let late = |_| Error::Away(self.hosts.why());
        let _turn = timeout(self.deadline, self.turns.acquire()).await.map_err(late)?;
        let mut limit = wanted.min(FIRST);
        // What one chunk has to show needs no transaction.
        let several = wanted > FIRST;
        let first = self.first((&range, way, limit), several);
        let (reader, mut rows) = timeout(self.deadline, first).await.map_err(late)?;
        loop {
            let shown = show(&rows, way, visit);
            let ended = rows.len() < limit;
            limit = match shown {
                ControlFlow::Break(()) => break,
                ControlFlow::Continue(_) if ended => break,
                ControlFlow::Continue(Some(to)) if way == Way::Up && beyond_last(&rows, &to) => {
                    range.start = to;
                    FIRST
                }
                ControlFlow::Continue(_) => {
                    beyond(&mut range, &rows, way);
                    longer(limit, &rows)
                }
            };
            if range.start >= range.end {
                break;
            }
            let chunk = self.ask(&reader, reader.chunk((&range, way, limit), false));
            rows = timeout(self.deadline, chunk).await.map_err(late)?.map_err(Error::Away)?;
        }
        // All was shown: a connection that is lost now is only not kept.
        let commit = async { if several { reader.session.client.batch_execute("COMMIT").await } else { Ok(()) } };
        if let Ok(Ok(())) = timeout(self.deadline, commit).await {
            self.idle.lock().push(reader);
        }
        Ok(())
    }

    /// What the database's clock says, in milliseconds since 1970. Asked once: an answer that took long says little.
    pub(crate) async fn time(&self) -> Result<i64, Error> {
        let asked = async {
            let _turn = self.turns.acquire().await;
            let reader = self.reader().await.map_err(Error::Away)?;
            let row = self.ask(&reader, reader.session.client.query_one(&reader.time, &[])).await;
            let millis = row.map_err(Error::Away)?.get(0);
            self.idle.lock().push(reader);
            Ok(millis)
        };
        timeout(self.deadline, asked).await.map_err(|_| Error::Away(self.hosts.why()))?
    }

    /// One that is idle, or a new one.
    async fn reader(&self) -> Result<Reader, String> {
        let idle = self.idle.lock().pop();
        match idle.filter(|reader| self.hosts.may_use(&reader.session)) {
            Some(reader) => Ok(reader),
            None => Reader::connect(&self.hosts).await,
        }
    }

    /// Begins, on a new connection if those that are idle turn out to be lost.
    async fn first(&self, chunk: (&Range<Vec<u8>>, Way, usize), begin: bool) -> (Reader, Vec<Row>) {
        loop {
            if let Ok(reader) = self.reader().await
                && let Ok(rows) = self.ask(&reader, reader.chunk(chunk, begin)).await
            {
                return (reader, rows);
            }
            sleep(PAUSE).await;
        }
    }

    async fn ask<T>(
        &self,
        reader: &Reader,
        request: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, String> {
        let answered = self.hosts.ask(reader.session.place, request).await;
        answered.ok_or(MOVED)?.map_err(|error| told(&error))
    }
}

/// Shows a chunk; says where to leap beyond it, or to stop.
fn show(rows: &[Row], way: Way, visit: &mut Visit<'_>) -> ControlFlow<(), Option<Vec<u8>>> {
    let mut leap: Option<Vec<u8>> = None;
    for row in rows {
        let seen = Seen { key: row.get(2), value: row.get(1), version: Version(row.get::<_, i64>(0) as u64) };
        if leap.as_deref().is_some_and(|to| way == Way::Up && seen.key < to) {
            continue;
        }
        leap = match visit(seen) {
            Step::Next => None,
            Step::Seek(to) => Some(to),
            Step::Stop => return ControlFlow::Break(()),
        };
    }
    ControlFlow::Continue(leap)
}

fn beyond_last(rows: &[Row], to: &[u8]) -> bool {
    rows.last().is_some_and(|row| to > row.get::<_, &[u8]>(2))
}

/// Narrows the range to what lies beyond a chunk.
fn beyond(range: &mut Range<Vec<u8>>, rows: &[Row], way: Way) {
    if let Some(last) = rows.last().map(|row| row.get::<_, &[u8]>(2)) {
        match way {
            Way::Up => range.start = [last, &[0]].concat(),
            Way::Down => range.end = last.to_vec(),
        }
    }
}

/// The length of the chunk after this one.
fn longer(limit: usize, rows: &[Row]) -> usize {
    let bytes: usize = rows.iter().map(|row| row.get::<_, &[u8]>(1).len()).sum();
    let mean = bytes / rows.len().max(1);
    (limit * 4).min(LONGEST).min(CHUNK_BYTES / mean.max(1) + 1)
}

/// At most `limit` records, as they are shown.
pub(crate) fn collect(found: &mut Vec<(Vec<u8>, Entry)>, limit: usize) -> impl FnMut(Seen<'_>) -> Step + Send + '_ {
    move |seen| {
        found.push((seen.key.to_vec(), Entry { value: seen.value.to_vec(), version: seen.version }));
        if found.len() < limit { Step::Next } else { Step::Stop }
    }
}
