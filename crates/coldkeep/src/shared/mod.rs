//! A store that several servers share: its engines, and what its servers must be told since no data folder remembers it.

mod args;
mod blobs;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_blob::Blobs;
use coldkeep_meta_postgres::{Options, Postgres};
use coldkeep_store::migrate::Side;

pub use args::SharedArgs;
use blobs::{BlobPlace, Looked};

use crate::Failure;
use crate::engines::Engines;
use crate::pools::KnownPools;
use crate::settings::{Settings, Tls};

/// How long one is waited for who writes much at once.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where it lies.
pub struct SharedStore {
    /// The database's address, which holds no password.
    meta: String,
    password: Option<String>,
    /// Where all servers have the bytes.
    blobs: BlobPlace,
    /// How long a server may stay silent.
    pub lease: Duration,
}

impl SharedStore {
    /// Refuses settings of a server that would have to remember something by itself: nothing of a shared store is in a data folder.
    pub fn must_serve(settings: &Settings) -> Result<(), Failure> {
        if settings.tls == Tls::Auto {
            return Err(Failure::new(
                "--tls auto keeps its authority in a data folder, and a shared store has none: use --tls-cert and --tls-key.",
            ));
        }
        if !(settings.pools.pool.is_empty() && settings.pools.class.is_empty() && settings.pools.staged.is_empty()) {
            return Err(Failure::new(
                "--pool, --class and --staged are not supported with --meta: a shared store has one place for bytes.",
            ));
        }
        Ok(())
    }

    /// Opens its engines, as one server of several.
    pub async fn open(&self) -> Result<Engines, Failure> {
        let meta = self.metadata().await?;
        let blobs = self.blobs.open().await?;
        Ok(Engines { meta: Arc::new(meta), blobs, pools: KnownPools::default(), stats: None, history_cut: false })
    }

    /// Opens its engines for oneself, to fill them: no server may open them meanwhile. What is written at once is large, and is waited for.
    pub async fn open_alone(&self) -> Result<Side, Failure> {
        let options = Options { commit_deadline: PATIENCE, read_deadline: PATIENCE, ..Options::new(&self.meta) };
        let meta = self.connect(options).await?;
        let blobs = self.blobs.open_alone().await?;
        Ok(Side { meta: Arc::new(meta), blobs })
    }

    /// The metadata, which nobody has for himself.
    pub async fn metadata(&self) -> Result<Postgres, Failure> {
        self.connect(Options::new(&self.meta)).await
    }

    async fn connect(&self, options: Options) -> Result<Postgres, Failure> {
        let options = Options { password: self.password.clone(), ..options };
        let told = |error| {
            Failure::new(format!("{error}\nNothing was changed. The database is {}, as --meta says.", self.meta))
        };
        Postgres::open(&options).await.map_err(told)
    }

    /// The blobs, for looking only, beside servers that have them open.
    pub async fn look_beside(&self) -> Result<Arc<dyn Blobs>, coldkeep_blob::Error> {
        self.blobs.look_beside().await
    }

    /// The blobs, for looking only; a folder is refused while a server has it open.
    pub async fn look_at_blobs(&self) -> Result<Looked, coldkeep_blob::Error> {
        self.blobs.look().await
    }
}

impl fmt::Display for SharedStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} and {}", self.meta, self.blobs)
    }
}
