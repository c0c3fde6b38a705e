//! A store that several servers share: its engines, and what its servers must be told since no data folder remembers it.

mod args;
mod blobs;
mod places;
mod pools;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_blob::Blobs;
use coldkeep_meta::Meta;
use coldkeep_meta_postgres::{Options, Postgres};
use coldkeep_store::migrate::Side;

pub use args::SharedArgs;
use blobs::{BlobPlace, Looked};
use places::PoolPlace;
pub use places::variables;

use crate::Failure;
use crate::engines::Engines;
use crate::pools::{KnownPools, NamedPool, Staged};
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
    /// And those of some storage classes.
    pools: Vec<PoolPlace>,
    /// How long a server may stay silent.
    pub lease: Duration,
}

/// A program takes files away, so there must be files.
fn must_be_a_folder(staged: &str, pools: &[NamedPool]) -> Result<(), Failure> {
    match pools.iter().find(|pool| pool.name == staged && !pool.place.starts_with("file://")) {
        None => Ok(()),
        Some(NamedPool { name, place }) => Err(Failure::new(format!(
            "--staged {name}: the program of a staged pool takes files from a folder, and {name} lies in {place}. Name a pool in a folder that all servers see: \
             --pool {name}=file:///FOLDER"
        ))),
    }
}

impl SharedStore {
    /// Refuses settings of a server that would have to remember something by itself: nothing of a shared store is in a data folder.
    pub fn must_serve(settings: &Settings) -> Result<(), Failure> {
        if settings.tls == Tls::Auto {
            return Err(Failure::new(
                "--tls auto keeps its authority in a data folder, and a shared store has none: use --tls-cert and --tls-key.",
            ));
        }
        settings.pools.staged.iter().try_for_each(|staged| must_be_a_folder(&staged.pool, &settings.pools.pool))
    }

    /// Writes down which pools are staged now, and refuses settings that do not name the program of one that is. The rest of the settings has been proven.
    pub async fn stage(meta: &dyn Meta, told: &KnownPools) -> Result<(), Failure> {
        pools::stage(meta, told).await
    }

    /// Opens its engines, as one server of several.
    pub async fn open(&self) -> Result<Engines, Failure> {
        let meta = self.metadata().await?;
        let (blobs, pools) = pools::open(&meta, self.blobs.open().await?, &self.pools).await?;
        Ok(Engines { meta: Arc::new(meta), blobs, pools, stats: None, history_cut: false })
    }

    /// Opens its engines for oneself, to mend them: no server may open them meanwhile. What is written at once is large, and is waited for.
    pub async fn open_alone(&self) -> Result<Side, Failure> {
        let meta = self.patient_metadata().await?;
        let blobs = pools::open_alone(&meta, self.blobs.open_alone().await?, &self.pools).await?;
        Ok(Side { meta: Arc::new(meta), blobs })
    }

    /// Refuses settings that do not say where each pool of a data folder goes.
    pub fn must_take(&self, known: &KnownPools) -> Result<(), Failure> {
        pools::paired(&self.pools, known).map(drop)
    }

    /// Staged pools, in the folders where they lie here. Refused where one does not lie in a folder.
    pub fn in_folders(&self, staged: BTreeMap<u8, Staged>) -> Result<BTreeMap<u8, Staged>, Failure> {
        pools::in_folders(&self.pools, staged)
    }

    /// Opens its engines for oneself, as [`open_alone`](Self::open_alone), to fill them with a store that has these pools.
    pub async fn open_to_fill(&self, known: &KnownPools, store: [u8; 16]) -> Result<Side, Failure> {
        let meta = self.patient_metadata().await?;
        let blobs = pools::open_to_fill(self.blobs.open_alone().await?, &self.pools, known, store).await?;
        Ok(Side { meta: Arc::new(meta), blobs })
    }

    /// Writes down the pools of the store that its engines were filled with.
    pub async fn write_down_pools(&self, meta: &dyn Meta, known: &KnownPools) -> Result<(), Failure> {
        pools::write_down(meta, &self.pools, known).await
    }

    async fn patient_metadata(&self) -> Result<Postgres, Failure> {
        self.connect(Options { commit_deadline: PATIENCE, read_deadline: PATIENCE, ..Options::new(&self.meta) }).await
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

    /// Refuses settings that do not name the pools that the store has.
    pub async fn must_name_pools(&self, meta: &dyn Meta) -> Result<(), Failure> {
        pools::claimed(meta, &self.pools).await.map(drop)
    }

    /// The blobs, for looking only, beside servers that have them open.
    pub async fn look_beside(&self, meta: &dyn Meta) -> Result<Arc<dyn Blobs>, Failure> {
        pools::look_beside(meta, &self.blobs, &self.pools).await
    }

    /// The blobs, for looking only; a folder is refused while a server has it open.
    pub async fn look_at_blobs(&self, meta: &dyn Meta) -> Result<Looked, Failure> {
        pools::look(meta, &self.blobs, &self.pools).await
    }
}

impl fmt::Display for SharedStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} and {}", self.meta, self.blobs)
    }
}
