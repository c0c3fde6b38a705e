//! A lane: one connection that commits, a group a round trip. Its row in the database says which group was last and what was
//! refused of it, so a group whose connection was lost is sent again as it is, on the new primary, and takes effect once.
//!
//! Where a group's deadline is past, its callers are told that its outcome is unknown, and the lane *settles*: it moves its row
//! beyond the group, so that what may still be on its way comes to nothing. Only then it takes another group.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::Error;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use crate::group::{Columns, Group};
use crate::hosts::Hosts;
use crate::locks;
use crate::queue::{Next, Queue};
use crate::session::{MOVED, Session, told};

const COMMIT: &str = "SELECT kv_commit($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)";
/// What the function says of a lane whose row is not where it must be.
const FENCED: &str = "CK001";
/// Between attempts on a database that is away.
const PAUSE: Duration = Duration::from_millis(50);
/// How long settling may take, before it begins anew. It waits for locks a second only, so that what it leaves behind never grows.
const SETTLING: Duration = Duration::from_secs(10);

pub(crate) struct Lane {
    hosts: Arc<Hosts>,
    id: i64,
    /// The last group that was sent.
    n: i64,
    session: Option<(Session, Statement)>,
}

/// Why one attempt came to nothing.
enum Failed {
    /// Nothing is known: send it again.
    Lost(String),
    /// The database has no room; the group was rolled back.
    Full(String),
    /// The row of this lane is gone, or elsewhere.
    Fenced(String),
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        let told = told(&error);
        match error.code() {
            Some(code) if code.code() == FENCED => Self::Fenced(told),
            Some(code) if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY].contains(code) => Self::Full(told),
            _ => Self::Lost(told),
        }
    }
}

impl Lane {
    /// A lane with a row of its own, made over `session`.
    pub(crate) async fn open(hosts: Arc<Hosts>, session: Session) -> Result<Self, tokio_postgres::Error> {
        let row = session.client.query_one("INSERT INTO lane (n, refused) VALUES (0, '{}') RETURNING id", &[]).await?;
        let statement = session.client.prepare(COMMIT).await?;
        Ok(Self { hosts, id: row.get(0), n: 0, session: Some((session, statement)) })
    }

    /// Commits what comes, until the engine is gone.
    pub(crate) async fn run(mut self, queue: Arc<Queue>) {
        while let Some(Next { group, answers, deadline }) = queue.next().await {
            let outcome = match queue.health() {
                Err(error @ Error::Poisoned(_)) => Err(error),
                _ => self.commit(&group, deadline).await,
            };
            let away = match &outcome {
                Err(Error::Away(why) | Error::Unknown(why)) => Some(why),
                _ => None,
            };
            // Said before it is answered, so that who was answered finds it said.
            if let Some(why) = away {
                tracing::warn!(error = why, "the metadata database cannot be reached");
                queue.reaches(Err(why.clone()));
            }
            if let Err(error @ Error::Poisoned(_)) = &outcome {
                queue.poison(error);
            }
            let is_away = away.is_some();
            for (answer, place) in answers.into_iter().zip(1..) {
                _ = answer.send(of_commit(&outcome, place));
            }
            if is_away {
                self.recover(&queue).await;
            }
        }
        self.leave().await;
    }

    /// Sends `group` until its outcome is known or the deadline is past; gives who was refused in it.
    async fn commit(&mut self, group: &Group, deadline: Instant) -> Result<Vec<i32>, Error> {
        let columns = Columns::of(group);
        self.n += 1;
        let mut sent = false;
        let why = loop {
            let why = match timeout_at(deadline, self.attempt(&columns, &mut sent)).await {
                Ok(Ok(refused)) => return Ok(refused),
                Ok(Err(Failed::Full(told))) => {
                    self.n -= 1;
                    return Err(Error::Full(told));
                }
                Ok(Err(Failed::Fenced(told))) => return Err(Error::Poisoned(told)),
                Ok(Err(Failed::Lost(why))) => why,
                Err(_) => self.hosts.why(),
            };
            if Instant::now() + PAUSE >= deadline {
                break why;
            }
            tracing::warn!(error = why, "a group of commits is sent again");
            sleep(PAUSE).await;
        };
        match sent {
            true => Err(Error::Unknown(why)),
            false => {
                self.n -= 1;
                Err(Error::Away(why))
            }
        }
    }

    /// Sends the group once. It is without its connection until the answer is whole: an attempt that fails or is late drops it.
    async fn attempt(&mut self, columns: &Columns<'_>, sent: &mut bool) -> Result<Vec<i32>, Failed> {
        let usable = self.session.take().filter(|(session, _)| self.hosts.may_use(session));
        let (session, statement) = match usable {
            Some(usable) => usable,
            None => {
                let session = self.hosts.connect().await.map_err(Failed::Lost)?;
                let statement = self.hosts.prepare(&session, COMMIT).await.map_err(Failed::Lost)?;
                (session, statement)
            }
        };
        *sent = true;
        let sending = send(&session, &statement, (self.id, self.n), columns);
        let answered = self.hosts.ask(session.place, sending).await;
        let answered = answered.unwrap_or_else(|| Err(Failed::Lost(MOVED.into())));
        if matches!(answered, Ok(_) | Err(Failed::Full(_))) {
            self.session = Some((session, statement));
        }
        answered
    }

    /// Tries until the database is there again and what was unknown is settled, or the engine is gone.
    async fn recover(&mut self, queue: &Queue) {
        loop {
            let why = match timeout(SETTLING, self.settle()).await {
                Ok(Ok(())) => {
                    tracing::info!("the metadata database is reached again");
                    return queue.reaches(Ok(()));
                }
                Ok(Err(Failed::Fenced(told))) => return queue.poison(&Error::Poisoned(told)),
                Ok(Err(Failed::Lost(why) | Failed::Full(why))) => why,
                Err(_) => self.hosts.why(),
            };
            if queue.is_closed() {
                return;
            }
            queue.reaches(Err(why));
            sleep(PAUSE).await;
        }
    }

    /// Moves the row to the last group that was sent, whether it took effect or not.
    async fn settle(&mut self) -> Result<(), Failed> {
        let session = self.hosts.connect().await.map_err(Failed::Lost)?;
        session.client.batch_execute("SET lock_timeout = '1s'").await?;
        let settle = "UPDATE lane SET n = $2::int8 WHERE id = $1 AND n IN ($2::int8 - 1, $2::int8)";
        loop {
            match session.client.execute(settle, &[&self.id, &self.n]).await {
                Ok(1) => break,
                Ok(_) => {
                    return Err(Failed::Fenced(
                        "the row of this server's lane is gone, or not where it must be".into(),
                    ));
                }
                // What is on its way has the row still.
                Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {}
                Err(error) => return Err(error.into()),
            }
        }
        session.client.batch_execute("SET lock_timeout = 0").await?;
        let statement = self.hosts.prepare(&session, COMMIT).await.map_err(Failed::Lost)?;
        self.session = Some((session, statement));
        Ok(())
    }

    /// Takes its row with it, if it can; else the row stays, and does no harm.
    async fn leave(self) {
        if let Some((session, _)) = self.session {
            _ = timeout(SETTLING, session.client.execute("DELETE FROM lane WHERE id = $1", &[&self.id])).await;
        }
    }
}

async fn send(
    session: &Session,
    statement: &Statement,
    (id, n): (i64, i64),
    columns: &Columns<'_>,
) -> Result<Vec<i32>, Failed> {
    let (locks, exclusive) = locks::of(columns);
    let Columns { expected, ranges, deletes, puts, adds } = columns;
    let parameters: [&(dyn ToSql + Sync); 18] = [
        &id,
        &n,
        &locks,
        &exclusive,
        &expected.0,
        &expected.1,
        &expected.2,
        &ranges.0,
        &ranges.1,
        &ranges.2,
        &deletes.0,
        &deletes.1,
        &puts.0,
        &puts.1,
        &puts.2,
        &adds.0,
        &adds.1,
        &adds.2,
    ];
    Ok(session.client.query_one(statement, &parameters).await?.get(0))
}

/// What became of the commit at `place`, counted from 1.
fn of_commit(outcome: &Result<Vec<i32>, Error>, place: i32) -> Result<(), Error> {
    match outcome {
        Ok(refused) if refused.contains(&place) => Err(Error::Conflict),
        Ok(refused) if refused.contains(&-place) => {
            Err(Error::Invalid("a value that is not eight bytes is no counter"))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(error.clone()),
    }
}
