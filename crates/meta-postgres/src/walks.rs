//! Scans and walks: chunks by key (`chunk.rs`), in one read-only transaction that sees one moment. Each has a connection to itself
//! meanwhile. One that was lost is replaced, as long as nothing was shown. The database's clock is read on the same connections.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Entry, Error, Groups, Seen, Step, Visit};
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Row, Statement};

use crate::chunk::{Chunk, FIRST, Queries, Shown, Way};
use crate::hosts::Hosts;
use crate::session::{MOVED, Session, told};

/// How many go on at once.
const CONNECTIONS: usize = 4;
/// Between attempts on a database that is away.
const PAUSE: Duration = Duration::from_millis(20);

const TIME: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8";

pub(crate) struct Walks {
    hosts: Arc<Hosts>,
    deadline: Duration,
    turns: Semaphore,
    idle: Mutex<Vec<Reader>>,
}

struct Reader {
    session: Session,
    queries: Queries,
    time: Statement,
}

impl Reader {
    async fn connect(hosts: &Hosts) -> Result<Self, String> {
        let session = hosts.connect().await?;
        let queries = Queries::prepare(hosts, &session).await?;
        let time = hosts.prepare(&session, TIME).await?;
        Ok(Self { session, queries, time })
    }
}

impl Walks {
    pub(crate) fn new(hosts: Arc<Hosts>, deadline: Duration) -> Self {
        Self { hosts, deadline, turns: Semaphore::new(CONNECTIONS), idle: Mutex::default() }
    }

    /// Shows the records of `range`, of which about `wanted` will be looked at.
    pub(crate) async fn walk(
        &self,
        range: Range<Vec<u8>>,
        way: Way,
        wanted: usize,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        let chunk = Chunk { range, way, limit: wanted.min(FIRST), groups: None };
        // What one chunk has to show needs no transaction.
        self.chunks(chunk, wanted > FIRST, None, visit).await
    }

    /// Shows the records of `range`, over whose groups `visit` is expected to leap.
    pub(crate) async fn walk_groups(
        &self,
        range: Range<Vec<u8>>,
        groups: Groups<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        // Where nothing lies behind a delimiter, a group ends elsewhere.
        let hint = groups.delimiter.iter().any(|byte| *byte < u8::MAX).then_some(groups);
        self.chunks(Chunk { range, way: Way::Up, limit: FIRST, groups: None }, true, hint, visit).await
    }

    async fn chunks<'a>(
        &self,
        mut chunk: Chunk<'a>,
        several: bool,
        hint: Option<Groups<'a>>,
        visit: &mut Visit<'_>,
    ) -> Result<(), Error> {
        if chunk.range.start >= chunk.range.end || chunk.limit == 0 {
            return Ok(());
        }
        let late = |_| Error::Away(self.hosts.why());
        let _turn = timeout(self.deadline, self.turns.acquire()).await.map_err(late)?;
        let (reader, mut rows) = timeout(self.deadline, self.first(&chunk, several)).await.map_err(late)?;
        loop {
            let shown = chunk.show(&rows, visit);
            match &shown {
                Shown::Stopped => break,
                Shown::All(_) if rows.len() < chunk.limit => break,
                _ => chunk.follow(&rows, shown, hint),
            }
            if chunk.range.start >= chunk.range.end {
                break;
            }
            let asked = self.ask(&reader, reader.queries.ask(&reader.session, &chunk, false));
            rows = timeout(self.deadline, asked).await.map_err(late)?.map_err(Error::Away)?;
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
    async fn first(&self, chunk: &Chunk<'_>, begin: bool) -> (Reader, Vec<Row>) {
        loop {
            if let Ok(reader) = self.reader().await
                && let Ok(rows) = self.ask(&reader, reader.queries.ask(&reader.session, chunk, begin)).await
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

/// At most `limit` records, as they are shown.
pub(crate) fn collect(found: &mut Vec<(Vec<u8>, Entry)>, limit: usize) -> impl FnMut(Seen<'_>) -> Step + Send + '_ {
    move |seen| {
        found.push((seen.key.to_vec(), Entry { value: seen.value.to_vec(), version: seen.version }));
        if found.len() < limit { Step::Next } else { Step::Stop }
    }
}
