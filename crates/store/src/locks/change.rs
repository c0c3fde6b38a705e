//! PutObjectLockConfiguration, PutObjectRetention, PutObjectLegalHold.

use coldkeep_types::{BucketName, ObjectKey};

use super::{BucketLock, Clearance, DefaultRetention, NewRetention, ObjectLock};
use crate::events::EventType;
use crate::records::{BucketRecord, ObjectRecord};
use crate::versions::{VersionId, Versioning};
use crate::{Error, Object, Store};

impl Store {
    /// PutObjectLockConfiguration: the bucket has object lock from now on, and new versions this retention. Versions that are there
    /// keep theirs. [`Error::LockNeedsVersions`] where the bucket does not keep all versions.
    pub async fn put_bucket_lock(&self, name: &BucketName, default: Option<DefaultRetention>) -> Result<(), Error> {
        let change = move |record: &mut BucketRecord| {
            if record.versioning != Some(Versioning::Enabled) {
                return Err(Error::LockNeedsVersions);
            }
            record.lock = Some(BucketLock { default });
            Ok(())
        };
        self.try_change_bucket(name, change).await
    }

    /// PutObjectRetention. What is retained can be retained for longer by everybody, and what is held released, otherwise
    /// [`Error::Locked`], unless it is governance and `bypass` says that the caller may pass over that.
    pub async fn put_retention(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        retention: NewRetention,
        bypass: bool,
    ) -> Result<Object, Error> {
        let clearance = Clearance::bypassing(self, bypass);
        let change = |lock: &mut ObjectLock| {
            let now = self.now();
            let new = lock.changed(retention, now)?;
            clearance.judge_change(lock, &new, now)?;
            *lock = new;
            Ok(())
        };
        self.change_lock(Some(EventType::RetentionPut), bucket, key, version, change).await
    }

    /// PutObjectLegalHold.
    pub async fn put_legal_hold(
        &self,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        hold: bool,
    ) -> Result<Object, Error> {
        let change = |lock: &mut ObjectLock| {
            lock.legal_hold = Some(hold);
            Ok(())
        };
        self.change_lock(None, bucket, key, version, change).await
    }

    async fn change_lock(
        &self,
        event: Option<EventType>,
        bucket: &BucketName,
        key: &ObjectKey,
        version: Option<VersionId>,
        change: impl Fn(&mut ObjectLock) -> Result<(), Error>,
    ) -> Result<Object, Error> {
        if self.bucket(bucket).await?.lock.is_none() {
            return Err(Error::NoObjectLock);
        }
        let change = |record: &mut ObjectRecord| {
            let mut lock = record.lock.unwrap_or_default();
            change(&mut lock)?;
            record.lock = lock.stored();
            Ok(())
        };
        self.tell_change_object(event, bucket, key, version, None, change).await
    }
}
