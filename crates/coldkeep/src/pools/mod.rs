//! Pools: folders besides `blobs`, usually on other disks, that the bytes of some storage classes are written into. Those of a store that several servers share
//! are opened by `shared/pools.rs`.
//!
//! `pools.toml` in the data folder remembers each pool that was ever named: its number, which ids of blobs carry, and its folder. So
//! whatever opens the data folder opens all its pools, and none can be forgotten while blobs lie in it. A pool is written down when its folder
//! has become a blob engine's, and before anything is written into it: one that is known and has lost its format record is not
//! mounted, or not the one.

mod args;
mod counts;
mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_blob::{Blobs, Files, Pools};
use coldkeep_disk::{Disk, SystemDisk};
use coldkeep_store::StorageClass;
use coldkeep_types::Id;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::data_folder::{DataFolder, advice, make_durable, read_if_present, write_private};
use args::DEFAULT;
pub use args::{ClassPool, NamedPool, PoolArgs, StagedCommand};
pub use counts::OfStaging;
pub use program::{Programs, Staged};

/// The pools that a data folder knows, the one in it apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPools {
    #[serde(default)]
    pub pool: Vec<KnownPool>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPool {
    pub number: u8,
    pub name: String,
    /// Of a store that several servers share: its address.
    pub folder: PathBuf,
    /// The program that takes its bytes away, if it is staged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staged: Option<PathBuf>,
}

/// Opens the blobs of a folder for looking only.
pub type LookAt = fn(Arc<dyn Disk>, &Path) -> Result<Files, coldkeep_blob::Error>;

fn no_pool(setting: &str, pool: &str) -> Failure {
    Failure::new(format!("{setting} names a pool that is not there. Say where it is: --pool {pool}=PLACE"))
}

impl KnownPools {
    /// Those that the folder has written down.
    pub fn read(folder: &DataFolder) -> Result<Self, Failure> {
        let path = folder.pools();
        let text = read_if_present(&path)?.unwrap_or_default();
        toml::from_str(&text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }

    fn write(&self, folder: &DataFolder) -> Result<(), Failure> {
        let path = folder.pools();
        let text = toml::to_string(self).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        write_private(&path, &text).map_err(|error| Failure::file("write", &path, &error))
    }

    /// Adds a pool, or says where one is now.
    fn name(&mut self, name: &str, folder: PathBuf) -> Result<(), Failure> {
        if let Some(other) = self.pool.iter().find(|pool| pool.folder == folder && pool.name != name) {
            let words = format!("the pools {} and {name} have the same folder, {}.", other.name, folder.display());
            return Err(Failure::new(words));
        }
        if let Some(known) = self.pool.iter_mut().find(|pool| pool.name == name) {
            known.folder = folder;
            return Ok(());
        }
        let number = self.pool.iter().map(|pool| pool.number).max().unwrap_or(0) + 1;
        if number > Id::MAX_POOL {
            return Err(Failure::new(format!("there are {} pools already; that is the most.", Id::MAX_POOL)));
        }
        self.pool.push(KnownPool { number, name: name.into(), folder, staged: None });
        Ok(())
    }

    /// Says which pools are staged, by which programs, which is remembered, and gives the number of the pool of each class, as the store wants them.
    pub fn settle(
        &mut self,
        folder: Option<&DataFolder>,
        args: &PoolArgs,
    ) -> Result<[u8; StorageClass::ALL.len()], Failure> {
        let before = self.clone();
        self.stage(&args.staged)?;
        let numbers = self.of_classes(&args.class)?;
        if let Some(folder) = folder.filter(|_| *self != before) {
            self.write(folder)?;
        }
        Ok(numbers)
    }

    fn of_classes(&self, classes: &[ClassPool]) -> Result<[u8; StorageClass::ALL.len()], Failure> {
        let mut numbers = [0; StorageClass::ALL.len()];
        for ClassPool { class, pool } in classes {
            let number = match self.pool.iter().find(|known| known.name == *pool) {
                Some(known) if known.staged.is_some() && !class.must_be_restored() => {
                    return Err(Failure::new(format!(
                        "--class {}={pool}: the pool is staged, and objects of this class are read at once.
Only GLACIER and DEEP_ARCHIVE may go there. Name another pool for it.",
                        class.name()
                    )));
                }
                Some(known) => known.number,
                None if pool == DEFAULT => 0,
                None => return Err(no_pool(&format!("--class {}={pool}", class.name()), pool)),
            };
            numbers[*class as usize] = number;
        }
        Ok(numbers)
    }

    /// Says by which programs pools are staged, which the folder remembers.
    pub fn remember(&mut self, folder: &DataFolder, staged: &[StagedCommand]) -> Result<(), Failure> {
        let before = self.clone();
        self.stage(staged)?;
        if *self == before { Ok(()) } else { self.write(folder) }
    }

    /// The same, for as long as this lives.
    pub fn stage(&mut self, staged: &[StagedCommand]) -> Result<(), Failure> {
        for StagedCommand { pool, command } in staged {
            let Some(known) = self.pool.iter_mut().find(|known| known.name == *pool) else {
                return Err(no_pool(&format!("--staged {pool}={}", command.display()), pool));
            };
            known.staged = Some(command.clone());
        }
        for KnownPool { name, staged, .. } in &self.pool {
            if let Some(command) = staged.as_ref().filter(|command| !command.is_file()) {
                let command = command.display();
                return Err(Failure::new(format!(
                    "the program of the staged pool {name} is missing: {command}\nPut it there, or name another: --staged {name}=COMMAND"
                )));
            }
        }
        Ok(())
    }

    /// Those that are staged, by their numbers.
    pub fn staged(&self) -> BTreeMap<u8, Staged> {
        let staged = self.pool.iter().filter_map(|pool| {
            let (name, folder, command) = (pool.name.clone(), pool.folder.clone(), pool.staged.clone()?);
            Some((pool.number, Staged { name, folder, command }))
        });
        staged.collect()
    }

    /// Each pool, opened so for looking only, with what is said of it where it cannot be.
    pub fn look(&self, open: LookAt) -> impl Iterator<Item = (&KnownPool, Result<Files, Failure>)> {
        self.pool.iter().map(move |pool| {
            let opened = pool.must_be_there().and_then(|()| {
                open(Arc::new(SystemDisk), &pool.folder).map_err(|error| pool.failed(&error.to_string()))
            });
            (pool, opened)
        })
    }
}

impl KnownPool {
    fn failed(&self, why: &str) -> Failure {
        Failure::new(advice(format!("cannot open the pool {}: {why}", self.name)))
    }

    /// A known pool has been a blob engine's folder.
    fn must_be_there(&self) -> Result<(), Failure> {
        if self.folder.join("format").exists() {
            return Ok(());
        }
        let (name, folder) = (&self.name, self.folder.display());
        Err(Failure::new(format!(
            "the pool {name} is missing: {folder} has no blobs of this store.\nNothing was changed. Mount its disk; if it lies elsewhere \
             now, say where to `coldkeep serve`: --pool {name}=FOLDER"
        )))
    }
}

/// Opens all pools of a data folder, whose own this is: those that it knows, and those that are named. Without any it is the default
/// engine itself.
pub async fn open(
    folder: &DataFolder,
    default: Files,
    named: &[NamedPool],
) -> Result<(Arc<dyn Blobs>, KnownPools), Failure> {
    let before = KnownPools::read(folder)?;
    let mut known = before.clone();
    for pool in named {
        let (name, folder) = (&pool.name, pool.folder()?);
        if !before.pool.iter().any(|pool| pool.name == *name) {
            make_durable(folder).map_err(|error| Failure::file("make the folder of a pool", folder, &error))?;
        }
        known.name(name, absolute(folder)?)?;
    }
    let default: Arc<dyn Blobs> = Arc::new(default);
    if known.pool.is_empty() {
        return Ok((default, known));
    }
    let mut engines = Vec::new();
    for pool in &known.pool {
        if before.pool.iter().any(|old| old.number == pool.number) {
            pool.must_be_there()?;
        }
        let path = pool.folder.clone();
        let opened = tokio::task::spawn_blocking(move || Files::open(Arc::new(SystemDisk), &path, Default::default()));
        let opened = opened.await.map_err(|error| Failure::new(error.to_string()))?;
        let engine: Arc<dyn Blobs> = Arc::new(opened.map_err(|error| pool.failed(&error.to_string()))?);
        engines.push((pool.number, pool.name.clone(), engine));
    }
    let pools = Pools::open(default, engines).await.map_err(|error| Failure::new(error.to_string()))?;
    if known != before {
        known.write(folder)?;
    }
    Ok((Arc::new(pools), known))
}

fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    folder.canonicalize().map_err(|error| Failure::file("open the folder of a pool", folder, &error))
}
