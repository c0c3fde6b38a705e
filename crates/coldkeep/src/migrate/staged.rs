//! The staged pools of a store that moves: which program is called in which folder. A staged pool is one on both sides, and none becomes one on the way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::Meta;
use coldkeep_store::migrate::Staging;
use coldkeep_store::pools_of;

use super::refused;
use crate::Failure;
use crate::pools::{KnownPools, Programs, Staged, StagedCommand};
use crate::shared::SharedStore;

/// Staged pools by number, each with its folder and its program.
pub type StagedPools = BTreeMap<u8, Staged>;

/// The staged pools of a data folder, where they go: with the programs that are named, else those that the folder remembers. Refused where a
/// program could not be handed files.
pub fn of_folder(known: &KnownPools, shared: &SharedStore, named: &[StagedCommand]) -> Result<StagedPools, Failure> {
    let is_staged = |name: &str| known.pool.iter().any(|pool| pool.name == name && pool.staged.is_some());
    must_be_staged(named, is_staged)?;
    let mut known = known.clone();
    known.stage(named)?;
    shared.in_folders(known.staged())
}

/// The staged pools of a store that servers share, where they are, with the programs that are named.
pub async fn of_shared(meta: &dyn Meta, shared: &SharedStore, named: &[StagedCommand]) -> Result<StagedPools, Failure> {
    let mut pools = pools_of(meta).await.map_err(refused)?;
    pools.retain(|pool| pool.is_staged);
    must_be_staged(named, |name| pools.iter().any(|pool| pool.name == name))?;
    let mut staged = StagedPools::new();
    for pool in pools {
        let Some(StagedCommand { command, .. }) = named.iter().find(|named| named.pool == pool.name) else {
            let name = pool.name;
            return Err(Failure::new(format!(
                "the pool {name} of the store is staged, and the settings do not say by which program.\nNothing was changed. Name it as its servers do: --staged \
                 {name}=COMMAND"
            )));
        };
        staged.insert(pool.number, Staged { name: pool.name, folder: PathBuf::new(), command: command.clone() });
    }
    shared.in_folders(staged)
}

fn must_be_staged(named: &[StagedCommand], is_staged: impl Fn(&str) -> bool) -> Result<(), Failure> {
    match named.iter().find(|named| !is_staged(&named.pool)) {
        None => Ok(()),
        Some(StagedCommand { pool, .. }) => Err(Failure::new(format!(
            "the store has no staged pool {pool}: leave --staged {pool} out.\nNothing was changed. A pool can become one when the store has moved."
        ))),
    }
}

/// The programs of these pools, which are the same on both sides. Beside each is the folder that has the lists and locks of the programs there, if
/// that is not each pool's own.
pub fn staging(
    (left, left_lists): (StagedPools, Option<&Path>),
    (filled, filled_lists): (StagedPools, Option<&Path>),
) -> Result<Option<Staging>, Failure> {
    if left.is_empty() {
        return Ok(None);
    }
    let names = left.iter().map(|(number, pool)| (*number, pool.name.clone())).collect();
    let left = Arc::new(Programs::new(left, left_lists, Duration::ZERO)?);
    let filled = Arc::new(Programs::new(filled, filled_lists, Duration::ZERO)?);
    Ok(Some(Staging { names, left, filled }))
}

/// What a place that was left says besides of its staged pools, if it has any.
pub fn words_of(pools: &StagedPools) -> &'static str {
    match pools.is_empty() {
        true => "",
        false => ". What the programs of its staged pools have given up since is gone for it",
    }
}
