//! Configurations of inventories are put, read, listed and deleted.
//!
//! The bucket's record counts them, so each change that adds or removes one changes it too: no more come than may, and none comes to a
//! bucket while it is deleted.

use coldkeep_meta::Commit;
use coldkeep_types::{BucketName, Timestamp};

use super::{Inventory, InventoryRecord, MAX_INVENTORIES, next, work_id};
use crate::configurations::{behind, counted};
use crate::records::{BucketRecord, Record};
use crate::upkeep::due::MAKE_INVENTORY;
use crate::{Bucket, Error, MAX_TRIES, Store, keys};

/// The key of what is due of the configuration at this key.
pub(super) fn due_key(record_key: &[u8], next_ms: i64) -> Vec<u8> {
    keys::due(Timestamp(next_ms), MAKE_INVENTORY, work_id(record_key))
}

impl Store {
    /// PutBucketInventoryConfiguration: in place of the one of its id, whose report is not finished if one is being made.
    /// [`Error::TooManyConfigurations`] where there are [`MAX_INVENTORIES`].
    pub async fn put_inventory(&self, name: &BucketName, inventory: Inventory) -> Result<(), Error> {
        let id = inventory.id.clone();
        self.change_inventory(name, id, Some(inventory)).await
    }

    /// DeleteBucketInventoryConfiguration. [`Error::NoSuchConfiguration`] where there is none of this id.
    pub async fn delete_inventory(&self, name: &BucketName, id: &str) -> Result<(), Error> {
        self.change_inventory(name, id.to_owned(), None).await
    }

    async fn change_inventory(&self, name: &BucketName, id: String, to: Option<Inventory>) -> Result<(), Error> {
        // To the end whatever becomes of the caller, so that no old record stays in the cache.
        let (store, name) = (self.clone(), name.clone());
        self.uncancelled(Box::pin(async move { store.change_inventory_now(&name, &id, to.as_ref()).await })).await
    }

    async fn change_inventory_now(&self, name: &BucketName, id: &str, to: Option<&Inventory>) -> Result<(), Error> {
        let bucket_key = keys::bucket(name);
        for _ in 0..MAX_TRIES {
            let found = self.get(&bucket_key).await?.ok_or(Error::NoSuchBucket)?;
            let mut bucket = BucketRecord::from_value(&found.value)?;
            let key = keys::inventory(bucket.id, id);
            let before = self.get(&key).await?;
            let mut commit = Commit::default();
            commit.expect(bucket_key.clone(), Some(found.version));
            commit.expect(key.clone(), before.as_ref().map(|entry| entry.version));
            bucket.inventories = counted(bucket.inventories, (before.is_some(), to.is_some()), MAX_INVENTORIES)?;
            if let Some(entry) = &before {
                let next_ms = InventoryRecord::from_value(&entry.value)?.next_ms;
                commit.delete(due_key(&key, next_ms));
            }
            match to {
                None => _ = commit.delete(key),
                Some(inventory) => {
                    let next_ms = next(self.now(), self.0.options.lifecycle_day_ms, false).0;
                    if inventory.enabled {
                        commit.put(due_key(&key, next_ms), key.clone());
                    }
                    let record = InventoryRecord { inventory: inventory.clone(), next_ms, run: None };
                    commit.put(key, record.to_value());
                }
            }
            commit.put(bucket_key.clone(), bucket.to_value());
            let committed = self.commit(commit).await;
            self.0.buckets.changed(name);
            if committed? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// GetBucketInventoryConfiguration. [`Error::NoSuchConfiguration`] where there is none of this id.
    pub async fn inventory(&self, bucket: &Bucket, id: &str) -> Result<Inventory, Error> {
        let entry = self.get(&keys::inventory(bucket.id, id)).await?.ok_or(Error::NoSuchConfiguration)?;
        Ok(InventoryRecord::from_value(&entry.value)?.inventory)
    }

    /// ListBucketInventoryConfigurations: at most `limit`, after the one of this id, by their ids.
    pub async fn inventories(&self, bucket: &Bucket, after: &str, limit: usize) -> Result<Vec<Inventory>, Error> {
        let last = (!after.is_empty()).then(|| keys::inventory(bucket.id, after));
        let found = self.0.meta.scan(behind(keys::inventories(bucket.id), last), limit).await?;
        found.iter().map(|(_, entry)| Ok(InventoryRecord::from_value(&entry.value)?.inventory)).collect()
    }

    /// Adds to the commit that deletes a bucket, and requires it as it was read, that its configurations go with it.
    pub(crate) async fn drop_inventories(&self, commit: &mut Commit, bucket: &Bucket) -> Result<(), Error> {
        if !bucket.has_inventories {
            return Ok(());
        }
        for (key, entry) in self.0.meta.scan(keys::inventories(bucket.id), MAX_INVENTORIES as usize).await? {
            // A step may be written down meanwhile, and with it when the next is due.
            commit.expect(key.clone(), Some(entry.version));
            let next_ms = InventoryRecord::from_value(&entry.value)?.next_ms;
            commit.delete(due_key(&key, next_ms)).delete(key);
        }
        Ok(())
    }
}
