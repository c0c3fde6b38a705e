//! What a server runs on: an engine for metadata and one for blobs, whichever they are. Only here does it matter which.

use std::sync::Arc;

use coldkeep_blob::Blobs;
use coldkeep_meta::{Meta, Stats};

use crate::Failure;
use crate::data_folder::DataFolder;
use crate::pools::{KnownPools, NamedPool};

/// Both engines, opened.
pub struct Engines {
    pub meta: Arc<dyn Meta>,
    pub blobs: Arc<dyn Blobs>,
    /// The pools besides the default.
    pub pools: KnownPools,
    /// What the metadata engine counts, where it is the embedded one.
    pub stats: Option<Arc<Stats>>,
    /// The metadata engine found its newest records damaged, and cut them off.
    pub history_cut: bool,
}

impl Engines {
    /// Those of a data folder, which are locked against another server.
    pub async fn in_folder(folder: &DataFolder, cache_bytes: usize, named: &[NamedPool]) -> Result<Self, Failure> {
        let (meta, blobs, pools) = folder.open(cache_bytes, named).await?;
        let (stats, history_cut) = (Some(meta.stats().clone()), meta.recovery().cut.is_some());
        Ok(Self { meta: Arc::new(meta), blobs, pools, stats, history_cut })
    }
}
