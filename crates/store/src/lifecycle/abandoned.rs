//! Uploads that nobody went on with: dropped by default, which Amazon does not. A bucket whose rules say when an upload is aborted
//! is left to them.
//!
//! Nothing is written down for it: open uploads are few, and looked through now and then. So it works for those that were begun by
//! an older server too, and costs a request nothing.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use coldkeep_types::{MAX_PARTS, Timestamp};

use super::schedule::object_key;
use crate::keys::{self, ContainerId};
use crate::upkeep::due::ABANDONED_UPLOAD;
use crate::uploads::Upload;
use crate::{Bucket, Error, Store};

/// Uploads, or buckets, read at once.
const BATCH: usize = 256;
/// How long is waited between two looks, at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

impl Store {
    /// Drops the uploads to S3 that idle for longer than they may; after which pause to look again, if ever.
    pub async fn drop_abandoned(&self) -> Result<Option<Duration>, Error> {
        let Some(idle_ms) = self.0.options.upload_idle_ms else { return Ok(None) };
        self.look_at_clock();
        let now = match self.sure_now(ABANDONED_UPLOAD, Timestamp(0)) {
            Ok(now) => now,
            Err(again) => {
                let pause = again.0.saturating_sub(self.now().0).max(1) as u64;
                return Ok(Some(Duration::from_millis(pause).min(LONGEST_PAUSE)));
            }
        };
        let before = now.plus_millis(-idle_ms);
        let (mut range, mut ruled) = (keys::tagged(b'u'), None);
        loop {
            let found = self.0.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::after(last.clone());
            for (key, entry) in &found {
                if Upload::begun(&entry.value)? > before {
                    continue;
                }
                if ruled.is_none() {
                    ruled = Some(self.ruled_buckets().await?);
                }
                if let Some(ruled) = &ruled
                    && self.is_ruled(ruled, key, &entry.value)?
                {
                    continue;
                }
                self.drop_if_idle(key, before).await?;
            }
        }
        let pause = Duration::from_millis((idle_ms / 8).max(1000) as u64);
        Ok(Some(pause.min(LONGEST_PAUSE)))
    }

    /// The buckets that have rules.
    async fn ruled_buckets(&self) -> Result<HashMap<ContainerId, Bucket>, Error> {
        let (mut ruled, mut after) = (HashMap::new(), String::new());
        loop {
            let found = self.list_buckets("", &after, BATCH).await?;
            let Some(last) = found.last() else { return Ok(ruled) };
            after = last.name.to_string();
            ruled.extend(
                found.into_iter().filter(|bucket| bucket.lifecycle.is_some()).map(|bucket| (bucket.id, bucket)),
            );
        }
    }

    /// Whether a rule says when this upload is aborted.
    fn is_ruled(&self, ruled: &HashMap<ContainerId, Bucket>, key: &[u8], value: &[u8]) -> Result<bool, Error> {
        let bucket = keys::container(key).and_then(|id| ruled.get(&id));
        let (Some(bucket), Some(object_key)) = (bucket, object_key(key)) else { return Ok(false) };
        let begun = Upload::begun(value)?;
        let day_ms = self.0.options.lifecycle_day_ms;
        Ok(bucket.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.abort(&object_key, begun, day_ms).is_some()))
    }

    /// Drops an upload that no part came for since then.
    async fn drop_if_idle(&self, key: &[u8], before: Timestamp) -> Result<(), Error> {
        let upload = match self.upload_at(key.to_vec()).await {
            Err(Error::NoSuchUpload) => return Ok(()),
            found => found?,
        };
        let writes = self.get(&keys::part_writes(upload.id)).await?.map(|entry| entry.version);
        let parts = self.parts_in(keys::parts(upload.id), MAX_PARTS as usize + 1).await?;
        if parts.iter().any(|part| part.modified > before) {
            return Ok(());
        }
        let mut abort = upload.abort();
        // A part that comes meanwhile keeps it.
        abort.expect(keys::part_writes(upload.id), writes);
        if self.commit(abort).await? {
            self.0.lifecycle.abandoned.fetch_add(1, Ordering::Relaxed);
            let object = object_key(key).map(|key| key.to_string());
            tracing::info!(upload = %upload.id, key = object, parts = parts.len(), "an abandoned upload was dropped");
        }
        Ok(())
    }
}
