//! PutBucketVersioning, and the tags of a bucket.

use coldkeep_types::BucketName;

use super::Versioning;
use crate::records::BucketRecord;
use crate::{Error, Store};

impl Store {
    /// PutBucketVersioning. Writes that are under way are judged anew by it. [`Error::VersionsForLock`] if it is to be suspended where
    /// there is object lock.
    pub async fn set_versioning(&self, name: &BucketName, versioning: Versioning) -> Result<(), Error> {
        let change = move |record: &mut BucketRecord| {
            if record.lock.is_some() && versioning != Versioning::Enabled {
                return Err(Error::VersionsForLock);
            }
            record.versioning = Some(versioning);
            Ok(())
        };
        self.try_change_bucket(name, change).await
    }

    /// PutBucketTagging and DeleteBucketTagging.
    pub async fn put_bucket_tags(&self, name: &BucketName, tags: Option<Vec<(String, String)>>) -> Result<(), Error> {
        self.change_bucket(name, move |record| record.tags = tags.clone()).await
    }

    /// TagResource and UntagResource: what `change` makes of the tags. Without any there is no tag set.
    pub async fn change_bucket_tags(
        &self,
        name: &BucketName,
        change: impl Fn(&[(String, String)]) -> Vec<(String, String)> + Send + 'static,
    ) -> Result<(), Error> {
        let changed = move |record: &mut BucketRecord| {
            let tags = change(record.tags.as_deref().unwrap_or_default());
            record.tags = Some(tags).filter(|tags| !tags.is_empty());
        };
        self.change_bucket(name, changed).await
    }
}
