//! Whether quotas let something come.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use coldkeep_meta::{Commit, Seen, Step, Write};
use coldkeep_types::{AccountId, BucketName, ObjectKey};

use super::table::Set;
use super::{Amount, QuotaOf};
use crate::keys::{self, ContainerId};
use crate::lifecycle::schedule::object_key;
use crate::records::{BucketRecord, Record, VaultRecord};
use crate::versions::{VersionId, Versioning};
use crate::{ARCHIVE_OVERHEAD_BYTES, Bucket, Error, Store};

/// How many bytes quotas let a body have that is about to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    bytes: u64,
    of: &'static str,
}

impl Allowed {
    /// Any number.
    const ALL: Self = Self { bytes: u64::MAX, of: "" };

    /// The most that a body may have of which there may be `max_bytes` in any case.
    pub fn at_most(self, max_bytes: u64) -> u64 {
        self.bytes.min(max_bytes)
    }

    /// What is wrong with a body that was refused for having more than [`at_most`](Self::at_most).
    pub fn why(self, error: Error, max_bytes: u64) -> Error {
        match error {
            Error::TooLarge { max_bytes: most, .. } if most < max_bytes => Error::QuotaExceeded { of: self.of },
            other => other,
        }
    }

    /// Refuses so many bytes if they are too many.
    pub fn judge(self, bytes: u64) -> Result<(), Error> {
        if bytes > self.bytes { Err(Error::QuotaExceeded { of: self.of }) } else { Ok(()) }
    }
}

/// What a commit adds to the counters of each bucket or vault.
fn added(commit: &Commit) -> BTreeMap<ContainerId, Amount> {
    let mut added = BTreeMap::<ContainerId, Amount>::new();
    for write in &commit.writes {
        let Write::Add { key, delta } = write else { continue };
        let (Some(container), true) = (keys::container(key), key.first() == Some(&b'n')) else { continue };
        match key.get(9..) {
            Some(keys::OBJECTS | keys::ARCHIVES) => added.entry(container).or_default().objects += delta,
            Some(keys::OBJECT_BYTES | keys::ARCHIVE_BYTES) => added.entry(container).or_default().bytes += delta,
            _ => {}
        }
    }
    added
}

/// Whether `adds` more than `used` is beyond a limit.
fn is_beyond(limit: Option<u64>, used: i64, adds: i64) -> bool {
    limit.is_some_and(|limit| i128::from(used) + i128::from(adds) > i128::from(limit))
}

/// The same of a limit that refuses. What adds nothing is never refused.
fn passes(limit: Option<u64>, used: i64, adds: i64) -> bool {
    adds > 0 && is_beyond(limit, used, adds)
}

impl Set {
    /// Refuses what would pass the hard limit; tells, once, that the soft one is passed.
    fn judge(&self, used: Amount, adds: Amount) -> Result<(), Error> {
        if passes(self.quota.hard_bytes, used.bytes, adds.bytes)
            || passes(self.quota.hard_objects, used.objects, adds.objects)
        {
            return Err(Error::QuotaExceeded { of: self.of.kind() });
        }
        let passed = is_beyond(self.quota.soft_bytes, used.bytes, adds.bytes)
            || is_beyond(self.quota.soft_objects, used.objects, adds.objects);
        if passed && !self.told.swap(true, Ordering::Relaxed) {
            let (bytes, objects) = (used.bytes + adds.bytes, used.objects + adds.objects);
            tracing::warn!(of = %self.of, bytes, objects, "a soft quota is passed");
        } else if !passed {
            self.told.store(false, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl Store {
    /// Refuses a commit that would add more than a hard quota lets come.
    pub(crate) async fn judge_quotas(&self, commit: &Commit) -> Result<(), Error> {
        if self.0.quotas.is_empty() {
            return Ok(());
        }
        for (container, adds) in added(commit) {
            for set in self.quotas_on(container).await? {
                set.judge(self.used(&set).await?, adds)?;
            }
        }
        Ok(())
    }

    /// How many bytes an object may have that is to come at a key, in place of what goes then.
    pub(crate) async fn quota_for_object(&self, bucket: &Bucket, key: &ObjectKey) -> Result<Allowed, Error> {
        if self.0.quotas.is_empty() {
            return Ok(Allowed::ALL);
        }
        let beside = self.beside_object(bucket, key).await?;
        self.allowed(bucket.id, beside).await
    }

    /// What an object that comes at a key adds besides its own bytes: an object, or that another one goes.
    async fn beside_object(&self, bucket: &Bucket, key: &ObjectKey) -> Result<Amount, Error> {
        let comes = Amount { objects: 1, bytes: 0 };
        if bucket.versioning == Some(Versioning::Enabled) {
            return Ok(comes);
        }
        match self.find(bucket, key, Some(VersionId::Null)).await {
            Ok(found) => {
                let annotations = found.object.annotations.map_or(0, |set| set.bytes);
                Ok(Amount { objects: 0, bytes: -((found.object.bytes + annotations) as i64) })
            }
            Err(Error::NoSuchKey | Error::NoSuchVersion(_) | Error::IsDeleteMarker { .. }) => Ok(comes),
            Err(error) => Err(error),
        }
    }

    /// How many bytes an archive may have that is to come.
    pub(crate) async fn quota_for_archive(&self, vault: ContainerId) -> Result<Allowed, Error> {
        self.allowed(vault, Amount { objects: 1, bytes: ARCHIVE_OVERHEAD_BYTES as i64 }).await
    }

    /// How many bytes a part may have: what the upload has already, without the part in whose place it comes, must be let come too,
    /// in place of the object that goes when it is completed.
    pub(crate) async fn quota_for_part(&self, upload: &crate::Upload, index: u32) -> Result<Allowed, Error> {
        let Some(container) = keys::container(&upload.key).filter(|_| !self.0.quotas.is_empty()) else {
            return Ok(Allowed::ALL);
        };
        let (mut bytes, mut failed) = (0, None);
        let mut visit = |seen: Seen<'_>| {
            if keys::trailing_index(seen.key) != Some(index) {
                match crate::Part::from_value(0, seen.value) {
                    Ok(part) => bytes += part.bytes as i64,
                    Err(error) => failed = Some(error),
                }
            }
            if failed.is_none() { Step::Next } else { Step::Stop }
        };
        self.0.meta.walk(keys::parts(upload.id), &mut visit).await?;
        if let Some(error) = failed {
            return Err(error);
        }
        if let [name] = &upload.container[..]
            && let (Ok(name), Some(key)) = (BucketName::parse(name), object_key(&upload.key))
        {
            // An upload goes with its bucket.
            let bucket = self.bucket(&name).await?;
            bytes += self.beside_object(&bucket, &key).await?.bytes;
        }
        self.allowed(container, Amount { objects: 0, bytes }).await
    }

    /// How many bytes may come beside these.
    async fn allowed(&self, container: ContainerId, beside: Amount) -> Result<Allowed, Error> {
        let mut allowed = Allowed::ALL;
        if self.0.quotas.is_empty() {
            return Ok(allowed);
        }
        for set in self.quotas_on(container).await? {
            let (used, of) = (self.used(&set).await?, set.of.kind());
            if passes(set.quota.hard_objects, used.objects, beside.objects) {
                return Err(Error::QuotaExceeded { of });
            }
            if let Some(hard) = set.quota.hard_bytes {
                // What is beyond the limit already may still be replaced by what is no larger.
                let (replaced, beside) = ((-beside.bytes).max(0) as u64, beside.bytes.max(0) as u64);
                let left = hard.saturating_sub(used.bytes.max(0) as u64).saturating_sub(beside);
                let bytes = left.saturating_add(replaced);
                if bytes < allowed.bytes {
                    allowed = Allowed { bytes, of };
                }
            }
        }
        Ok(allowed)
    }

    /// The quotas that a bucket or vault is under.
    async fn quotas_on(&self, container: ContainerId) -> Result<Vec<Arc<Set>>, Error> {
        let mut sets: Vec<_> = self.0.quotas.at(&keys::quota_of_container(container)).into_iter().collect();
        if self.0.quotas.has_accounts()
            && let Some(account) = self.owner_of(container).await?
        {
            sets.extend(self.0.quotas.at(&keys::quota_of_account(&account)));
        }
        Ok(sets)
    }

    /// Whose a bucket or vault is. One that is not known is new: all are looked for then.
    async fn owner_of(&self, container: ContainerId) -> Result<Option<AccountId>, Error> {
        let known = || self.0.quotas.owners.lock().get(&container).cloned();
        if known().is_none() {
            self.look_for_owners().await?;
        }
        Ok(known().and_then(|account| AccountId::parse(&account).ok()))
    }

    pub(super) async fn look_for_owners(&self) -> Result<(), Error> {
        let mut found = Vec::new();
        let mut bucket = |seen: Seen<'_>| {
            found.extend(BucketRecord::from_value(seen.value).ok().map(|record| (record.id, record.owner)));
            Step::Next
        };
        self.0.meta.walk(keys::tagged(b'b'), &mut bucket).await?;
        let mut vault = |seen: Seen<'_>| {
            let (record, place) = (VaultRecord::from_value(seen.value).ok(), keys::parse_vault(seen.key));
            found.extend(record.zip(place).map(|(record, (account, ..))| (record.id, account.to_string())));
            Step::Next
        };
        self.0.meta.walk(keys::tagged(b'v'), &mut vault).await?;
        *self.0.quotas.owners.lock() = found.into_iter().collect();
        Ok(())
    }

    /// What there is of what a quota is of.
    pub(super) async fn used(&self, set: &Set) -> Result<Amount, Error> {
        let containers: Vec<ContainerId> = match (&set.container, &set.of) {
            (Some(container), _) => vec![*container],
            (None, QuotaOf::Account(account)) => {
                let owners = self.0.quotas.owners.lock();
                let own = owners.iter().filter(|(_, owner)| owner.as_str() == account.as_str());
                own.map(|(container, _)| *container).collect()
            }
            (None, _) => Vec::new(),
        };
        let mut used = Amount::default();
        for container in containers {
            for key in [keys::bucket_objects_count(container), keys::vault_archives_count(container)] {
                used.objects += self.number(&key).await?.unwrap_or(0);
            }
            for key in [keys::bucket_bytes_count(container), keys::vault_bytes_count(container)] {
                used.bytes += self.number(&key).await?.unwrap_or(0);
            }
        }
        Ok(used)
    }
}
