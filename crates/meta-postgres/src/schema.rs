//! The tables and the function of a database: made and brought up to date at opening, under a lock; those of a newer build are
//! refused.

use coldkeep_meta::Error;
use tokio_postgres::Client;

use crate::session::{Session, told};

/// What brings the schema from each version to the next; a new database has version 0.
const STEPS: [&str; 1] = [include_str!("schema.sql")];
/// The class of our advisory locks of two numbers; those of commits have one.
const CLASS: i32 = 17227;

fn open(error: tokio_postgres::Error) -> Error {
    Error::Open(told(&error))
}

/// Brings the schema to the version of this build. Of servers that open at once one does it, the others wait.
pub(crate) async fn prepare(session: &mut Session) -> Result<(), Error> {
    let transaction = session.client.transaction().await.map_err(open)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1, 0)", &[&CLASS]).await.map_err(open)?;
    let made = "CREATE TABLE IF NOT EXISTS coldkeep_schema (version int4 NOT NULL)";
    transaction.batch_execute(made).await.map_err(open)?;
    let found = transaction.query_opt("SELECT version FROM coldkeep_schema", &[]).await.map_err(open)?;
    let version = found.map_or(0, |row| row.get::<_, i32>(0));
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    let Some(steps) = STEPS.get(done..) else {
        let known = STEPS.len();
        let told =
            format!("the database has version {version} of the schema, this build knows {known}: use a newer build");
        return Err(Error::Open(told));
    };
    for step in steps {
        transaction.batch_execute(step).await.map_err(open)?;
    }
    if !steps.is_empty() {
        let record = "WITH old AS (DELETE FROM coldkeep_schema) INSERT INTO coldkeep_schema VALUES ($1)";
        transaction.execute(record, &[&(STEPS.len() as i32)]).await.map_err(open)?;
    }
    transaction.commit().await.map_err(open)
}

/// Proves with two sessions that an advisory lock excludes: there are databases that speak this protocol and only pretend.
pub(crate) async fn prove_exclusion(first: &Client, second: &Client) -> Result<(), Error> {
    let try_lock = "SELECT pg_try_advisory_lock($1, $2)";
    let holder: i32 = first.query_one("SELECT pg_backend_pid()", &[]).await.map_err(open)?.get(0);
    let taken: bool = first.query_one(try_lock, &[&CLASS, &holder]).await.map_err(open)?.get(0);
    let again: bool = second.query_one(try_lock, &[&CLASS, &holder]).await.map_err(open)?.get(0);
    for client in [first, second] {
        client.batch_execute("SELECT pg_advisory_unlock_all()").await.map_err(open)?;
    }
    if taken && !again {
        return Ok(());
    }
    Err(Error::Open("advisory locks of this database do not exclude, and commits need them: use PostgreSQL".into()))
}

/// Whether the database brings what it acknowledges to its disk. One that does not is used, and told of.
pub(crate) async fn look_at_syncs(client: &Client) -> Result<(), Error> {
    let fsync: String = client.query_one("SHOW fsync", &[]).await.map_err(open)?.get(0);
    if fsync == "off" {
        tracing::warn!("the database runs with fsync = off: a crash of its machine loses what was acknowledged");
    }
    Ok(())
}
