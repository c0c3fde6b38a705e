//! Reports are made: when one is due, step by step.

use std::sync::Arc;

use coldkeep_meta::{Commit, Entry};
use coldkeep_types::Timestamp;

use super::change::due_key;
use super::{InventoryMaker, InventoryRecord, InventoryRun, InventoryStep, next};
use crate::records::Record;
use crate::{Error, Store, keys};

/// How often a day it is looked whether there is room by now.
const LOOKS_A_DAY: i64 = 24;

impl Store {
    /// Has reports made by this maker from now on. There is one for the life of a store; another is not asked.
    pub fn make_inventories(&self, maker: Arc<dyn InventoryMaker>) {
        if self.0.inventory_maker.set(maker).is_err() {
            tracing::warn!("somebody makes inventories already");
        }
    }

    /// Does the next step of the report that is due.
    pub(crate) async fn make_inventory(&self, due: &[u8], come: &Entry, now: Timestamp) -> Result<(), Error> {
        let key = come.value.as_slice();
        let mut commit = Commit::default();
        commit.expect(due, Some(come.version));
        let damaged = || Error::Damaged("an inventory that is due".into());
        let bucket = self.bucket_of(keys::container(key).ok_or_else(damaged)?).await?;
        let (Some(entry), Some(bucket)) = (self.get(key).await?, bucket) else {
            commit.delete(due);
            return self.commit_freeing(commit).await.map(drop);
        };
        let mut record = InventoryRecord::from_value(&entry.value)?;
        commit.expect(key, Some(entry.version));
        if record.inventory.enabled && record.next_ms <= now.0 {
            let run = record.run.take().unwrap_or_else(|| InventoryRun {
                begun_ms: now.0,
                run: self.next_id(),
                reached: None,
                files: Vec::new(),
                listed: false,
            });
            // Where nobody makes any, none is missed.
            let step = match self.0.inventory_maker.get() {
                Some(maker) => maker.step(self, &bucket, &record.inventory, &run).await?,
                None => InventoryStep::Ended,
            };
            let day_ms = self.0.options.lifecycle_day_ms;
            (record.run, record.next_ms) = match step {
                InventoryStep::More(run) => (Some(run), record.next_ms),
                InventoryStep::Later => (Some(run), now.plus_millis((day_ms / LOOKS_A_DAY).max(1)).0),
                InventoryStep::Ended => (None, next(now, day_ms, record.inventory.weekly).0),
            };
            commit.put(key, record.to_value());
        }
        let again = due_key(key, record.next_ms);
        if !record.inventory.enabled {
            commit.delete(due);
        } else if again != due {
            commit.delete(due).put(again, key);
        }
        // Who changed the configuration meanwhile has said when it is due.
        self.commit(commit).await.map(drop)
    }
}
