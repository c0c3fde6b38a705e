//! PutBucketVersioning, and the tags of a bucket.

use coldkeep_types::BucketName;

use super::Versioning;
use crate::{Error, Store};

impl Store {
    /// PutBucketVersioning. Writes that are under way are judged anew by it.
    pub async fn set_versioning(&self, name: &BucketName, versioning: Versioning) -> Result<(), Error> {
        self.change_bucket(name, move |record| record.versioning = Some(versioning)).await
    }

    /// PutBucketTagging and DeleteBucketTagging.
    pub async fn put_bucket_tags(&self, name: &BucketName, tags: Option<Vec<(String, String)>>) -> Result<(), Error> {
        self.change_bucket(name, move |record| record.tags = tags.clone()).await
    }
}
