//! One connection to the primary. It is dropped when anything goes wrong, and a statement is never cancelled: a cancelled wait
//! for the standby reports success.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Connection, NoTls, SimpleQueryMessage};

use crate::dialect::Dialect;
use crate::tls::Tls;

/// What every connection is told: a commit waits for the standby, plans are generic and follow the index.
const SETTINGS: &str = "SET synchronous_commit = on; SET lock_timeout = 0; SET statement_timeout = 0; SET jit = off; \
     SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = off; \
     SET enable_seqscan = off; SET enable_bitmapscan = off";

/// The timeline that a primary writes, in hexadecimal.
const TIMELINE: &str = "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";

pub(crate) struct Session {
    pub(crate) client: Client,
    /// Which of the hosts it is with.
    pub(crate) place: usize,
    /// Which timeline it was on; 0 where a database knows none.
    pub(crate) timeline: u32,
    pub(crate) dialect: Dialect,
    driver: JoinHandle<()>,
}

impl Session {
    /// Connects to the host of `config`, which must take writes; else what it has against that.
    pub(crate) async fn open(config: &Config, tls: Option<&Tls>, place: usize) -> Result<Self, String> {
        let failed = |error: tokio_postgres::Error| told(&error);
        let (client, driver) = match tls {
            None => drive(config.connect(NoTls).await.map_err(failed)?),
            Some(tls) => drive(config.connect(tls.clone()).await.map_err(failed)?),
        };
        let mut session = Self { client, place, timeline: 0, dialect: Dialect::Postgres, driver };
        // Both go out at once; who the server is says more than which setting it does not know.
        let client = &session.client;
        let (set, version) = tokio::join!(client.batch_execute(SETTINGS), client.simple_query("SELECT version()"));
        session.dialect = Dialect::of(first(&version.map_err(failed)?).unwrap_or_default())?;
        set.map_err(failed)?;
        match session.client.query_one(TIMELINE, &[]).await {
            Ok(row) => session.timeline = u32::from_str_radix(row.get(0), 16).unwrap_or_default(),
            Err(error) if error.as_db_error().is_some() => {}
            Err(error) => return Err(told(&error)),
        }
        Ok(session)
    }
}

/// The first word of an answer.
fn first(answer: &[SimpleQueryMessage]) -> Option<&str> {
    answer.iter().find_map(|message| if let SimpleQueryMessage::Row(row) = message { row.get(0) } else { None })
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

fn drive<S, T>((client, connection): (Client, Connection<S, T>)) -> (Client, JoinHandle<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let driver = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = told(&error), "a connection to the database ended");
        }
    });
    (client, driver)
}

/// Why a request was given up before its answer.
pub(crate) const MOVED: &str = "another host of the database takes writes now";

/// What went wrong, with what the database said of it. Never holds a password.
pub(crate) fn told(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(database), _) => {
            let hint = database.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("the database says: {}{hint}", database.message())
        }
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
