//! The pools of a store that moves: under the same numbers, which ids of blobs carry, and the same names. Of a store that servers share each lies where `--pool` says; those
//! that come to a data folder lie in it, in `pools/NAME`, from where they may be moved on.

use std::sync::Arc;

use coldkeep_blob::{Blobs, Pools};
use coldkeep_disk::SystemDisk;
use coldkeep_meta::Meta;
use coldkeep_store::{SharedPool, pools_of};

use super::refused;
use crate::Failure;
use crate::data_folder::DataFolder;
use crate::pools::{KnownPools, LookAt, NamedPool};

/// The blobs of a data folder, in all its pools, opened so.
pub async fn look(folder: &DataFolder, known: &KnownPools, open: LookAt) -> Result<Arc<dyn Blobs>, Failure> {
    let default: Arc<dyn Blobs> = Arc::new(open(Arc::new(SystemDisk), &folder.blobs()).map_err(refused)?);
    let mut others: Vec<(u8, String, Arc<dyn Blobs>)> = Vec::new();
    for (pool, opened) in known.look(open) {
        others.push((pool.number, pool.name.clone(), Arc::new(opened?)));
    }
    Ok(Arc::new(Pools::open(default, others).await.map_err(refused)?))
}

/// The pools of a store that servers share, as a new data folder is to have them.
pub async fn for_folder(meta: &dyn Meta, folder: &DataFolder) -> Result<Vec<NamedPool>, Failure> {
    let pools = pools_of(meta).await.map_err(refused)?;
    let named = |pool: SharedPool| -> Result<NamedPool, Failure> {
        let place = folder.pool(&pool.name).into_os_string().into_string();
        let place = place.map_err(|path| Failure::new(format!("{} is not UTF-8", path.display())))?;
        Ok(NamedPool { name: pool.name, place })
    };
    let wanted: Vec<NamedPool> = pools.into_iter().map(named).collect::<Result<_, _>>()?;
    let known = KnownPools::read(folder)?;
    let is_same = known.pool.iter().map(|pool| &pool.name).eq(wanted.iter().map(|pool| &pool.name));
    // Numbers are given in this order, and never given back: those of both begin with 1, and none is left out. A folder that a store has come to, or that was served,
    // has a root account.
    match is_same || (known.pool.is_empty() && !folder.root_account().exists()) {
        true => Ok(wanted),
        false => Err(Failure::new(format!(
            "{} has data already, and other pools than the store that is to be moved there.\nNothing was changed. Name a folder that is empty.",
            folder.path().display()
        ))),
    }
}
