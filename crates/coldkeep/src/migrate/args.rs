//! `coldkeep migrate`: what its command line says.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use coldkeep_identity::RootKey;

use crate::Failure;
use crate::pools::{NamedPool, StagedCommand};
use crate::root_key::{RootKeyArgs, Source};
use crate::shared::{SharedArgs, SharedStore};

/// Settings of `coldkeep migrate`.
#[derive(Args, Debug)]
#[command(group = ArgGroup::new("way").required(true).args(["from", "to"]))]
pub struct Migrate {
    /// Data folder whose store is moved to the database and the place of bytes that --meta and --blobs name; its server is stopped
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,

    /// New data folder that the store is moved to which --meta and --blobs name; its servers are stopped
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,

    #[command(flatten)]
    pub shared: SharedArgs,

    /// A pool of the store that servers share, as they are told of it; may be given several times
    #[arg(long, env = "COLDKEEP_POOL", value_name = "NAME=ADDRESS", value_delimiter = ',')]
    pub pool: Vec<NamedPool>,

    /// The program of a staged pool, as the servers of the store are told of it; may be given several times. A data folder that is moved
    /// remembers its own, which is taken if none is named
    #[arg(long, env = "COLDKEEP_STAGED", value_name = "NAME=COMMAND", value_delimiter = ',')]
    pub staged: Vec<StagedCommand>,

    #[command(flatten)]
    pub root_key: RootKeyArgs,

    /// Copy only blobs, while the server of the data folder runs, so that less is left to do while it is stopped
    #[arg(long, requires = "from")]
    pub prepare: bool,

    /// Read and verify every stored byte once more where it was moved to
    #[arg(long, conflicts_with = "prepare")]
    pub read: bool,

    /// Print what was done as JSON
    #[arg(long)]
    pub json: bool,
}

impl Migrate {
    /// The engines that several servers share.
    pub fn shared(&self) -> Result<SharedStore, Failure> {
        let store = self.shared.store(&self.pool)?;
        store.ok_or_else(|| Failure::new("--meta and --blobs say where the store is that servers share: set both."))
    }

    /// The root key, which servers of a shared store are all given.
    pub async fn root_key(&self) -> Result<RootKey, Failure> {
        match self.root_key.source()? {
            Source::Given(key) => Ok(key),
            Source::Folder => Err(Failure::new(
                "the root key is to be given, as to the servers of the shared store: set COLDKEEP_ROOT_KEY_FILE or COLDKEEP_ROOT_KEY.\nNothing was changed. If \
                 the data folder keeps it, `coldkeep root-key rotate --data DIR --to-file FILE` puts a new one into a file.",
            )),
            Source::Wrapped(_) => Err(Failure::new(
                "the servers of a shared store are given the root key itself, not one that a service wraps.\nNothing was changed. `coldkeep root-key rotate \
                 --to-file FILE`, with the settings of that service, puts a new one into a file.",
            )),
        }
    }
}
