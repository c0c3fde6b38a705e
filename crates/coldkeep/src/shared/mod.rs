//! A store that several servers share: its engines, and what its servers must be told since no data folder remembers it.

mod args;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_blob::{Blobs, Files};
use coldkeep_disk::SystemDisk;
use coldkeep_meta_postgres::{Options, Postgres};

pub use args::SharedArgs;

use crate::Failure;
use crate::data_folder::{advice, make_durable};
use crate::engines::Engines;
use crate::pools::KnownPools;
use crate::settings::{Settings, Tls};

/// Where it lies.
pub struct SharedStore {
    /// The database's address, which holds no password.
    meta: String,
    password: Option<String>,
    /// The folder that all servers see.
    blobs: PathBuf,
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
        if !settings.pools.pool.is_empty() || !settings.pools.class.is_empty() {
            return Err(Failure::new(
                "--pool and --class are not supported with --meta: a shared store has one folder.",
            ));
        }
        Ok(())
    }

    /// Opens its engines, as one server of several.
    pub async fn open(&self) -> Result<Engines, Failure> {
        let meta = self.metadata().await?;
        make_durable(&self.blobs).map_err(|error| Failure::file("make the folder", &self.blobs, &error))?;
        let path = self.blobs.clone();
        let opening = tokio::task::spawn_blocking(move || {
            Files::open_shared(Arc::new(SystemDisk), &path, coldkeep_blob::Options::default())
        });
        let blobs = opening.await.map_err(|error| Failure::new(error.to_string()))?;
        let blobs: Arc<dyn Blobs> = Arc::new(blobs.map_err(|error| Failure::new(advice(error.to_string())))?);
        Ok(Engines { meta: Arc::new(meta), blobs, pools: KnownPools::default(), stats: None, history_cut: false })
    }

    /// The metadata, which nobody has for himself.
    pub async fn metadata(&self) -> Result<Postgres, Failure> {
        let options = Options { password: self.password.clone(), ..Options::new(&self.meta) };
        let told = |error| {
            Failure::new(format!("{error}\nNothing was changed. The database is {}, as --meta says.", self.meta))
        };
        Postgres::open(&options).await.map_err(told)
    }

    /// The blobs, for looking only; refused while a server has them open.
    pub fn look_at_blobs(&self) -> Result<Files, coldkeep_blob::Error> {
        Files::inspect(Arc::new(SystemDisk), &self.blobs)
    }
}

impl fmt::Display for SharedStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} and {}", self.meta, self.blobs.display())
    }
}
