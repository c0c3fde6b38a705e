//! One connection to the primary. It is dropped when anything goes wrong, and a statement is never cancelled: a cancelled wait
//! for the standby reports success.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config, Connection, NoTls};

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
    driver: JoinHandle<()>,
}

impl Session {
    /// Connects to the host of `config`, which must take writes.
    pub(crate) async fn open(config: &Config, tls: Option<&Tls>, place: usize) -> Result<Self, tokio_postgres::Error> {
        let (client, driver) = match tls {
            None => drive(config.connect(NoTls).await?),
            Some(tls) => drive(config.connect(tls.clone()).await?),
        };
        let mut session = Self { client, place, timeline: 0, driver };
        session.client.batch_execute(SETTINGS).await?;
        match session.client.query_one(TIMELINE, &[]).await {
            Ok(row) => session.timeline = u32::from_str_radix(row.get(0), 16).unwrap_or_default(),
            Err(error) if error.as_db_error().is_some() => {}
            Err(error) => return Err(error),
        }
        Ok(session)
    }
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
        (Some(database), _) => format!("the database says: {}", database.message()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
