//! The pools of a shared store as one server opens them: each where its settings say, and proven to be the one of that name, which the store's records know.
//!
//! A place is opened first, then the pool is written down, and claimed when the store opens (`coldkeep_store::add_pool`). One that was claimed is looked at before it
//! is opened: where a file system is not mounted nothing is made.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use coldkeep_blob::{Blobs, Identity, Pools};
use coldkeep_meta::Meta;
use coldkeep_store::{SharedPool, add_pool, mark_claimed, mark_staged, pools_of};

use super::blobs::{BlobPlace, Looked};
use super::places::PoolPlace;
use crate::Failure;
use crate::pools::{KnownPool, KnownPools, Staged};

/// Engines with their numbers and names.
type Numbered = Vec<(u8, String, Arc<dyn Blobs>)>;

impl PoolPlace {
    fn failed(&self, why: impl fmt::Display) -> Failure {
        Failure::new(format!("cannot open the pool {}: {why}", self.name))
    }

    /// Opens a pool that was claimed for looking only. Refused where nothing is that was ever claimed.
    async fn look_beside(&self) -> Result<Arc<dyn Blobs>, Failure> {
        let (name, place) = (&self.name, &self.place);
        let missing = |why: &str| {
            Failure::new(format!(
                "the pool {name} is missing: {place} has no blobs of this store{why}.\nNothing was changed. Mount it; if it lies elsewhere now, say where: \
                 --pool {name}=ADDRESS"
            ))
        };
        let looked = match place.look_beside().await {
            Err(coldkeep_blob::Error::Open(why)) => return Err(missing(&format!(" ({why})"))),
            looked => looked.map_err(|error| self.failed(error))?,
        };
        match looked.identity().await.map_err(|error| self.failed(error))? {
            Some(_) => Ok(looked),
            None => Err(missing("")),
        }
    }
}

/// Opens all pools, those that are new too, over the default engine.
pub async fn open(
    meta: &dyn Meta,
    default: Arc<dyn Blobs>,
    named: &[PoolPlace],
) -> Result<(Arc<dyn Blobs>, KnownPools), Failure> {
    let known = known(meta, named).await?;
    let mut opened = Vec::new();
    for pool in named {
        if known.iter().any(|known| known.name == pool.name && known.is_claimed) {
            pool.look_beside().await?;
        }
        let engine = pool.place.open().await?;
        let is_taken = engine.identity().await.map_err(|error| pool.failed(error))?.is_some();
        opened.push((pool, engine, is_taken));
    }
    // Whoever claims a place has written its pool down before.
    let known = pools_of(meta).await.map_err(unread)?;
    for (pool, _, is_taken) in &opened {
        if *is_taken && !known.iter().any(|known| known.name == pool.name) {
            let (name, place) = (&pool.name, &pool.place);
            return Err(Failure::new(format!(
                "the pool {name} is new to this store, and {place} is a store's, or another pool of this one.\nNothing was changed. Name a place that is empty."
            )));
        }
    }
    let (mut engines, mut pools) = (Numbered::new(), KnownPools::default());
    for (pool, engine, _) in opened {
        let place = pool.place.to_string();
        let added = add_pool(meta, &pool.name, &place).await.map_err(|error| pool.failed(error))?;
        engines.push((added.number, added.name.clone(), engine));
        pools.pool.push(KnownPool { number: added.number, name: added.name, folder: place.into(), staged: None });
    }
    Ok((together(default, engines).await?, pools))
}

/// Writes down which of the pools are staged, as servers are told. One that is staged, and whose program this one is not told of, is refused.
pub async fn stage(meta: &dyn Meta, told: &KnownPools) -> Result<(), Failure> {
    let staged = told.staged();
    for pool in pools_of(meta).await.map_err(unread)? {
        let name = pool.name.clone();
        match (pool.is_staged, staged.contains_key(&pool.number)) {
            (true, false) => {
                return Err(Failure::new(format!(
                    "the pool {name} of the store is staged, and the settings do not say by which program.\nNothing was changed. Name it as its other servers \
                     do: --staged {name}=COMMAND"
                )));
            }
            (false, true) => mark_staged(meta, pool)
                .await
                .map_err(|error| Failure::new(format!("cannot write down that the pool {name} is staged: {error}")))?,
            _ => {}
        }
    }
    Ok(())
}

/// Opens all pools for oneself, over the default engine.
pub async fn open_alone(
    meta: &dyn Meta,
    default: Arc<dyn Blobs>,
    named: &[PoolPlace],
) -> Result<Arc<dyn Blobs>, Failure> {
    let mut engines = Numbered::new();
    for (number, pool) in claimed(meta, named).await? {
        pool.look_beside().await?;
        engines.push((number, pool.name.clone(), pool.place.open_alone().await?));
    }
    together(default, engines).await
}

/// Opens for oneself the pools that are to be filled with those of a store on its way, over the default engine.
pub async fn open_to_fill(
    default: Arc<dyn Blobs>,
    named: &[PoolPlace],
    known: &KnownPools,
    store: [u8; 16],
) -> Result<Arc<dyn Blobs>, Failure> {
    let mut engines = Numbered::new();
    for (pool, KnownPool { number, .. }) in paired(named, known)? {
        let (engine, number) = (pool.place.open_alone().await?, *number);
        let own = engine.identity().await.map_err(|error| pool.failed(error))?;
        if own.is_some_and(|own| own.store != (Identity { store, ..own }).of_pool(number).store) {
            let place = &pool.place;
            return Err(pool.failed(format!("{place} is another store's, or another pool. Nothing was changed.")));
        }
        engines.push((number, pool.name.clone(), engine));
    }
    together(default, engines).await
}

/// Writes down the pools of a store that has come here, which are claimed, and are staged where they were.
pub async fn write_down(meta: &dyn Meta, named: &[PoolPlace], known: &KnownPools) -> Result<(), Failure> {
    if known.pool.is_empty() {
        return Ok(());
    }
    let pools = paired(named, known)?.into_iter().map(|(pool, known)| {
        let (name, place) = (pool.name.clone(), pool.place.to_string());
        SharedPool { number: known.number, name, place, is_claimed: true, is_staged: known.staged.is_some() }
    });
    mark_claimed(meta, pools.collect()).await.map_err(|error| Failure::new(error.to_string()))
}

/// The pools of a data folder, where they go.
pub fn paired<'a>(
    named: &'a [PoolPlace],
    known: &'a KnownPools,
) -> Result<Vec<(&'a PoolPlace, &'a KnownPool)>, Failure> {
    if let Some(PoolPlace { name, .. }) = named.iter().find(|pool| !known.pool.iter().any(|it| it.name == pool.name)) {
        return Err(Failure::new(format!(
            "the data folder has no pool {name}: leave --pool {name} out. It can be added when the store has moved."
        )));
    }
    let place_of = |pool: &'a KnownPool| -> Result<(&'a PoolPlace, &'a KnownPool), Failure> {
        let place = named.iter().find(|place| place.name == pool.name);
        let unnamed = || {
            let name = &pool.name;
            Failure::new(format!(
                "the data folder has a pool {name}.\nNothing was changed. Say where it goes: --pool {name}=ADDRESS"
            ))
        };
        Ok((place.ok_or_else(unnamed)?, pool))
    };
    known.pool.iter().map(place_of).collect()
}

/// Staged pools in the folders where they lie here. Refused where one lies in something else: its program takes files.
pub fn in_folders(named: &[PoolPlace], staged: BTreeMap<u8, Staged>) -> Result<BTreeMap<u8, Staged>, Failure> {
    let placed = staged.into_iter().map(|(number, pool)| {
        let place = named.iter().find(|named| named.name == pool.name).map(|named| &named.place);
        if let Some(BlobPlace::Folder(folder)) = place {
            return Ok((number, Staged { folder: folder.clone(), ..pool }));
        }
        let (name, other) = (pool.name, place.map_or(String::new(), |place| format!(", not {place}")));
        Err(Failure::new(format!(
            "the pool {name} is staged: its program takes files from a folder{other}.\nNothing was changed. Name a folder that all servers see: --pool {name}=file:///FOLDER"
        )))
    });
    placed.collect()
}

/// Opens all pools for looking only, beside servers.
pub async fn look_beside(meta: &dyn Meta, default: &BlobPlace, named: &[PoolPlace]) -> Result<Arc<dyn Blobs>, Failure> {
    let mut engines = Numbered::new();
    for (number, pool) in claimed(meta, named).await? {
        engines.push((number, pool.name.clone(), pool.look_beside().await?));
    }
    let default = default.look_beside().await.map_err(|error| Failure::new(error.to_string()))?;
    together(default, engines).await
}

/// Opens all pools for looking only; a folder is refused while a server has it open.
pub async fn look(meta: &dyn Meta, default: &BlobPlace, named: &[PoolPlace]) -> Result<Looked, Failure> {
    let Looked { blobs, mut strays } = default.look().await.map_err(|error| Failure::new(error.to_string()))?;
    let mut engines = Numbered::new();
    for (number, pool) in claimed(meta, named).await? {
        pool.look_beside().await?;
        let looked = pool.place.look().await.map_err(|error| pool.failed(error))?;
        strays.extend(looked.strays);
        engines.push((number, pool.name.clone(), looked.blobs));
    }
    Ok(Looked { blobs: together(blobs, engines).await?, strays })
}

async fn together(default: Arc<dyn Blobs>, engines: Numbered) -> Result<Arc<dyn Blobs>, Failure> {
    let pools = Pools::open_numbered(default, engines).await;
    Ok(Arc::new(pools.map_err(|error| Failure::new(error.to_string()))?))
}

fn unread(error: coldkeep_store::Error) -> Failure {
    Failure::new(format!("cannot read which pools the store has: {error}"))
}

/// The pools of the store, all of which must be named.
async fn known(meta: &dyn Meta, named: &[PoolPlace]) -> Result<Vec<SharedPool>, Failure> {
    let known = pools_of(meta).await.map_err(unread)?;
    for SharedPool { name, place, .. } in &known {
        if !named.iter().any(|pool| pool.name == *name) {
            return Err(Failure::new(format!(
                "the store has a pool {name}, and the settings do not say where it is.\nNothing was changed. Name it as its other servers do: --pool {name}=ADDRESS; \
                 when it was added it was {place}"
            )));
        }
    }
    Ok(known)
}

/// The pools that may have blobs, with their numbers. Nothing else may be named: there is no such pool.
pub async fn claimed<'a>(meta: &dyn Meta, named: &'a [PoolPlace]) -> Result<Vec<(u8, &'a PoolPlace)>, Failure> {
    let (known, mut claimed) = (known(meta, named).await?, Vec::new());
    for pool in named {
        match known.iter().find(|known| known.name == pool.name) {
            Some(known) if known.is_claimed => claimed.push((known.number, pool)),
            Some(_) => {}
            None => {
                let name = &pool.name;
                return Err(Failure::new(format!("the store has no pool {name}: leave --pool {name} out.")));
            }
        }
    }
    Ok(claimed)
}
