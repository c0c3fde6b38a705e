//! The tables and the function of a database: made and brought up to date at opening, under a lock; those of a newer build are
//! refused.

use coldkeep_meta::Error;
use tokio::time::sleep;
use tokio_postgres::Client;

use crate::dialect::Dialect;
use crate::pause::jittered;
use crate::session::{Session, told};

/// What brings the schema from each version to the next; a new database has version 0.
const STEPS: [&str; 1] = [include_str!("schema.sql")];
/// Values are not compressed: those that are worth it are, or are encrypted.
const UNCOMPRESSED: &str = "ALTER TABLE kv ALTER value SET STORAGE EXTERNAL";
/// Keys of its tables are in no order unless it is told.
const ORDERED: &str = "SET LOCAL yb_use_hash_splitting_by_default = off";
/// How often servers without locks that open a new database at once may meet.
const MEETINGS: u32 = 20;
/// The class of our advisory locks of two numbers; those of commits have one.
const CLASS: i32 = 17227;

fn open(error: tokio_postgres::Error) -> Error {
    Error::Open(told(&error))
}

/// Brings the schema to the version of this build. Of servers that open at once one does it: the others wait for its lock or, where there
/// are none, run into what it has made, and look again.
pub(crate) async fn prepare(session: &mut Session, locks: bool) -> Result<(), Error> {
    let mut met = 0;
    loop {
        match migrate(session).await {
            Err(_) if !locks && met < MEETINGS => met += 1,
            outcome => return outcome,
        }
        sleep(jittered(met, 0)).await;
    }
}

async fn migrate(session: &mut Session) -> Result<(), Error> {
    let dialect = session.dialect;
    let transaction = session.client.transaction().await.map_err(open)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1, 0)", &[&CLASS]).await.map_err(open)?;
    if dialect == Dialect::Yugabyte {
        transaction.batch_execute(ORDERED).await.map_err(open)?;
    }
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
    // YugabyteDB refuses the words, and keeps values as they are.
    if done == 0 && dialect == Dialect::Postgres {
        transaction.batch_execute(UNCOMPRESSED).await.map_err(open)?;
    }
    if !steps.is_empty() {
        let record = "WITH old AS (DELETE FROM coldkeep_schema) INSERT INTO coldkeep_schema VALUES ($1)";
        transaction.execute(record, &[&(STEPS.len() as i32)]).await.map_err(open)?;
    }
    transaction.commit().await.map_err(open)
}

/// Whether, as two sessions see it, an advisory lock excludes: there are databases that speak this protocol and only pretend.
pub(crate) async fn locks_exclude(first: &Client, second: &Client) -> Result<bool, Error> {
    let try_lock = "SELECT pg_try_advisory_lock($1, $2)";
    let holder: i32 = first.query_one("SELECT pg_backend_pid()", &[]).await.map_err(open)?.get(0);
    let taken: bool = first.query_one(try_lock, &[&CLASS, &holder]).await.map_err(open)?.get(0);
    let again: bool = second.query_one(try_lock, &[&CLASS, &holder]).await.map_err(open)?.get(0);
    for client in [first, second] {
        client.batch_execute("SELECT pg_advisory_unlock_all()").await.map_err(open)?;
    }
    Ok(taken && !again)
}

/// Whether the database brings what it acknowledges to its disk. One that does not is used, and told of.
pub(crate) async fn look_at_syncs(client: &Client) -> Result<(), Error> {
    let fsync: String = client.query_one("SHOW fsync", &[]).await.map_err(open)?.get(0);
    if fsync == "off" {
        tracing::warn!("the database runs with fsync = off: a crash of its machine loses what was acknowledged");
    }
    Ok(())
}
