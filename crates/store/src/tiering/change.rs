//! Configurations are put, read, listed and deleted.
//!
//! The bucket's record counts them, and changes with each of them: so whoever judges by them requires the bucket, no more come than
//! may, and they go with their bucket. New ones walk it once.

use coldkeep_meta::Commit;
use coldkeep_types::BucketName;

use super::{MAX_TIERINGS, Tiering, TieringRecord, walk};
use crate::configurations::{behind, counted};
use crate::keys::ContainerId;
use crate::records::{BucketRecord, Record};
use crate::{Bucket, Error, MAX_TRIES, Store, keys};

impl Store {
    /// PutBucketIntelligentTieringConfiguration: in place of the one of its id. [`Error::TooManyConfigurations`] where there are
    /// [`MAX_TIERINGS`].
    pub async fn put_tiering(&self, name: &BucketName, tiering: Tiering) -> Result<(), Error> {
        let id = tiering.id.clone();
        self.change_tiering(name, id, Some(tiering)).await
    }

    /// DeleteBucketIntelligentTieringConfiguration. What it archived stays archived. [`Error::NoSuchConfiguration`] where there is none
    /// of this id.
    pub async fn delete_tiering(&self, name: &BucketName, id: &str) -> Result<(), Error> {
        self.change_tiering(name, id.to_owned(), None).await
    }

    async fn change_tiering(&self, name: &BucketName, id: String, to: Option<Tiering>) -> Result<(), Error> {
        // To the end whatever becomes of the caller, so that no old record stays in the cache.
        let (store, name) = (self.clone(), name.clone());
        self.uncancelled(Box::pin(async move { store.change_tiering_now(&name, &id, to.as_ref()).await })).await
    }

    async fn change_tiering_now(&self, name: &BucketName, id: &str, to: Option<&Tiering>) -> Result<(), Error> {
        let bucket_key = keys::bucket(name);
        for _ in 0..MAX_TRIES {
            let found = self.get(&bucket_key).await?.ok_or(Error::NoSuchBucket)?;
            let mut bucket = BucketRecord::from_value(&found.value)?;
            let key = keys::tiering(bucket.id, id);
            let entry = self.get(&key).await?;
            let before = entry.as_ref().map(|entry| TieringRecord::from_value(&entry.value)).transpose()?;
            bucket.tierings = counted(bucket.tierings, (before.is_some(), to.is_some()), MAX_TIERINGS)?;
            let mut commit = Commit::default();
            commit.expect(bucket_key.clone(), Some(found.version));
            commit.expect(key.clone(), entry.map(|entry| entry.version));
            match to {
                None => _ = commit.delete(key),
                Some(tiering) => {
                    let kept =
                        before.filter(|before| before.tiering.enabled && before.tiering.filter == tiering.filter);
                    let since_ms = kept.map_or(self.now().0, |before| before.since_ms);
                    commit.put(key, TieringRecord { tiering: tiering.clone(), since_ms }.to_value());
                    walk::begin(&mut commit, name, bucket.id);
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

    /// GetBucketIntelligentTieringConfiguration. [`Error::NoSuchConfiguration`] where there is none of this id.
    pub async fn tiering(&self, bucket: &Bucket, id: &str) -> Result<Tiering, Error> {
        let entry = self.get(&keys::tiering(bucket.id, id)).await?.ok_or(Error::NoSuchConfiguration)?;
        Ok(TieringRecord::from_value(&entry.value)?.tiering)
    }

    /// ListBucketIntelligentTieringConfigurations: at most `limit`, after the one of this id, by their ids.
    pub async fn tierings(&self, bucket: &Bucket, after: &str, limit: usize) -> Result<Vec<Tiering>, Error> {
        let last = (!after.is_empty()).then(|| keys::tiering(bucket.id, after));
        let found = self.0.meta.scan(behind(keys::tierings(bucket.id), last), limit).await?;
        found.iter().map(|(_, entry)| Ok(TieringRecord::from_value(&entry.value)?.tiering)).collect()
    }

    /// The enabled configurations of a bucket that has some.
    pub(crate) async fn enabled_tierings(&self, bucket: ContainerId) -> Result<Vec<TieringRecord>, Error> {
        let found = self.0.meta.scan(keys::tierings(bucket), MAX_TIERINGS as usize).await?;
        let records: Result<Vec<_>, Error> =
            found.iter().map(|(_, entry)| Ok(TieringRecord::from_value(&entry.value)?)).collect();
        Ok(records?.into_iter().filter(|record| record.tiering.enabled).collect())
    }

    /// Adds to the commit that deletes a bucket, and requires it as it was read, that its configurations go with it.
    pub(crate) async fn drop_tierings(&self, commit: &mut Commit, bucket: &Bucket) -> Result<(), Error> {
        if bucket.has_tierings {
            for (key, _) in self.0.meta.scan(keys::tierings(bucket.id), MAX_TIERINGS as usize).await? {
                commit.delete(key);
            }
            commit.delete(walk::at(bucket.id));
        }
        Ok(())
    }
}
