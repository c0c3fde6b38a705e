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

use crate::group::{Columns, Group};
use crate::hosts::Hosts;
use crate::pause::jittered;
use crate::queue::{Next, Queue};
use crate::sending::{COMMIT, Failed, send};
use crate::session::{MOVED, Session, told};

/// What a session commits by where locks do not exclude.
const SERIALIZABLE: &str = "SET default_transaction_isolation = 'serializable'";
/// Between attempts on a database that is away.
const PAUSE: Duration = Duration::from_millis(50);
/// How long settling may take, before it begins anew. It waits for locks a second only, so that what it leaves behind never grows.
const SETTLING: Duration = Duration::from_secs(10);

pub(crate) struct Lane {
    hosts: Arc<Hosts>,
    id: i64,
    /// The last group that was sent.
    n: i64,
    /// Locks exclude; else the database judges whether groups meet.
    locks: bool,
    session: Option<(Session, Statement)>,
}

impl Lane {
    /// A lane with a row of its own, made over `session`.
    pub(crate) async fn open(hosts: Arc<Hosts>, session: Session, locks: bool) -> Result<Self, String> {
        let row = session.client.query_one("INSERT INTO lane (n, refused) VALUES (0, '{}') RETURNING id", &[]).await;
        let id = row.map_err(|error| told(&error))?.get(0);
        let mut lane = Self { hosts, id, n: 0, locks, session: None };
        lane.session = Some(lane.ready(session).await?);
        Ok(lane)
    }

    /// A session that can commit.
    async fn ready(&self, session: Session) -> Result<(Session, Statement), String> {
        if !self.locks {
            let set = self.hosts.ask(session.place, session.client.batch_execute(SERIALIZABLE)).await;
            set.ok_or(MOVED)?.map_err(|error| told(&error))?;
        }
        let statement = self.hosts.prepare(&session, COMMIT).await?;
        Ok((session, statement))
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
        let (mut sent, mut refused, mut whole, mut full) = (false, 0, false, false);
        let why = loop {
            let unknown = sent;
            let why = match timeout_at(deadline, self.attempt(&columns, whole, &mut sent)).await {
                Ok(Ok(refused)) => return Ok(refused),
                Ok(Err(Failed::Fenced(told))) => return Err(Error::Poisoned(told)),
                Ok(Err(Failed::Lost(why))) => {
                    tracing::warn!(error = why, "a group of commits is sent again");
                    why
                }
                // Of an attempt that was rolled back nothing can come; of those that were lost before it, something may.
                Ok(Err(Failed::Full(told))) => {
                    (sent, full) = (unknown, true);
                    break told;
                }
                Ok(Err(Failed::Met(told))) => {
                    (sent, refused) = (unknown, refused + 1);
                    told
                }
                Ok(Err(Failed::Crowded(told))) => {
                    tracing::warn!(
                        error = told,
                        "no room for the locks of a group of commits, which goes alone: raise max_locks_per_transaction"
                    );
                    (sent, refused, whole) = (unknown, refused + 1, true);
                    told
                }
                Err(_) => self.hosts.why(),
            };
            // What is known to have changed nothing is told so, rather than sent once more too late to be answered.
            let (pause, answer) = match refused {
                0 => (PAUSE, Duration::ZERO),
                nth => (jittered(nth, (self.id ^ self.n) as u64), PAUSE),
            };
            if Instant::now() + pause + answer >= deadline {
                break why;
            }
            sleep(pause).await;
        };
        match sent {
            true => Err(Error::Unknown(why)),
            false => {
                self.n -= 1;
                Err(if full { Error::Full(why) } else { Error::Away(why) })
            }
        }
    }

    /// Sends the group once. It is without its connection until the answer is whole: an attempt that fails or is late drops it.
    async fn attempt(&mut self, columns: &Columns<'_>, whole: bool, sent: &mut bool) -> Result<Vec<i32>, Failed> {
        let usable = self.session.take().filter(|(session, _)| self.hosts.may_use(session));
        let (session, statement) = match usable {
            Some(usable) => usable,
            None => {
                let session = self.hosts.connect().await.map_err(Failed::Lost)?;
                self.ready(session).await.map_err(Failed::Lost)?
            }
        };
        *sent = true;
        let sending = send(&session, &statement, (self.id, self.n), columns, whole);
        let answered = self.hosts.ask(session.place, sending).await;
        let answered = answered.unwrap_or_else(|| Err(Failed::Lost(MOVED.into())));
        if matches!(answered, Ok(_) | Err(Failed::Full(_) | Failed::Met(_) | Failed::Crowded(_))) {
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
                Ok(Err(Failed::Lost(why) | Failed::Full(why) | Failed::Met(why) | Failed::Crowded(why))) => why,
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
        self.session = Some(self.ready(session).await.map_err(Failed::Lost)?);
        Ok(())
    }

    /// Takes its row with it, if it can; else the row stays, and does no harm.
    async fn leave(self) {
        if let Some((session, _)) = self.session {
            _ = timeout(SETTLING, session.client.execute("DELETE FROM lane WHERE id = $1", &[&self.id])).await;
        }
    }
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
