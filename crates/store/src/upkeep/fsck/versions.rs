//! What must be true of the versions of a key (see `crate::versions`), and how they are put in order.

use coldkeep_meta::Commit;
use coldkeep_types::{Id, ObjectKey};

use super::records::malformed;
use super::remedy::Remedy;
use super::{BATCH, Check};
use crate::contents::owners::own;
use crate::records::{MarkerRecord, ObjectRecord, Record};
use crate::upkeep::due;
use crate::versions::{Kept, VersionId, kept};
use crate::{Error, keys};

impl Check<'_> {
    /// A version below the current object.
    pub(super) async fn version(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let (bucket, object_key) = keys::parse_versioned(key).ok_or_else(malformed)?;
        let version = kept(value)?;
        if keys::version(bucket, &object_key, version.instance()) != key {
            return Err(malformed());
        }
        match version {
            Kept::Object(_) => {
                self.object(key, ObjectRecord::from_value(value)?).await?;
                self.is_ruled(due::EXPIRE_VERSIONS, key, value).await?;
            }
            Kept::Marker(_) => self.contained(key)?,
        }
        let current = self.meta.get(&keys::object(bucket, &object_key)).await?;
        let wrong = match current.map(|entry| ObjectRecord::from_value(&entry.value)) {
            // The current one is told of by itself.
            Some(Err(_)) => false,
            Some(Ok(current)) => current.instance <= version.instance(),
            None => {
                let newest = self.meta.scan(keys::versions(bucket, &object_key), 1).await?;
                let newest = newest.first().and_then(|(_, entry)| kept(&entry.value).ok());
                matches!(newest, Some(Kept::Object(newest)) if newest.instance == version.instance())
            }
        };
        let pointer = self.meta.get(&keys::null_version(bucket, &object_key)).await?;
        let pointed = pointer.is_some_and(|entry| entry.value == version.instance().as_bytes());
        if !wrong && pointed == (version.id() == VersionId::Null) {
            return Ok(());
        }
        let what = format!("{}: the versions of its key are out of order", self.place(key).await);
        self.problem(what, Remedy::Settle(bucket, object_key)).await
    }

    /// Which version is the null one: it must be there.
    pub(super) async fn null_pointer(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let (bucket, object_key) = keys::parse_versioned(key).ok_or_else(malformed)?;
        let instance = Id::from_slice(value).filter(|_| keys::null_version(bucket, &object_key) == key);
        self.contained(key)?;
        let at = keys::version(bucket, &object_key, instance.ok_or_else(malformed)?);
        if self.meta.get(&at).await?.is_some() {
            return Ok(());
        }
        let what = format!("{}: it is missing", self.place(key).await);
        self.problem(what, Remedy::Settle(bucket, object_key)).await
    }

    /// Puts the versions of a key in their order: the newest, if it is an object, is the current one, and the newest null version
    /// alone is null.
    pub(super) async fn settle(&mut self, bucket: keys::ContainerId, key: &ObjectKey) -> Result<(), Error> {
        let at = keys::object(bucket, key);
        let current = self.meta.get(&at).await?.and_then(|entry| {
            let record = ObjectRecord::from_value(&entry.value).ok()?;
            Some((record, entry.value))
        });
        let newest = self.meta.scan(keys::versions(bucket, key), 1).await?;
        let newest = newest.first().and_then(|(_, entry)| Some((kept(&entry.value).ok()?, entry.value.clone())));
        let mut commit = Commit::default();
        let mut has_null = current.as_ref().is_some_and(|(record, _)| record.named.is_none());
        let mut risen = None;
        if let Some((newest, value)) = newest
            && current.as_ref().is_none_or(|(record, _)| record.instance < newest.instance())
        {
            if let Some((record, value)) = &current {
                let below = keys::version(bucket, key, record.instance);
                commit.delete(at.clone()).put(below.clone(), value.clone());
                own(&mut commit, record.content, record.instance, &below);
            }
            has_null = false;
            if let Kept::Object(object) = &newest {
                commit.delete(keys::version(bucket, key, object.instance)).put(at.clone(), value);
                own(&mut commit, object.content, object.instance, &at);
                has_null = object.version == VersionId::Null;
                risen = Some(object.instance);
            }
        }
        self.meta.commit(commit).await?;
        self.point_to_null(bucket, key, risen, has_null).await
    }

    async fn point_to_null(
        &mut self,
        bucket: keys::ContainerId,
        key: &ObjectKey,
        risen: Option<Id>,
        mut has_null: bool,
    ) -> Result<(), Error> {
        let mut commit = Commit::default();
        commit.delete(keys::null_version(bucket, key));
        let mut range = keys::versions(bucket, key);
        loop {
            let found = self.meta.scan(range.clone(), BATCH).await?;
            let Some((last, _)) = found.last() else { break };
            range.start = keys::after(last.clone());
            for (at, entry) in found {
                let Ok(version) = kept(&entry.value) else { continue };
                if version.id() != VersionId::Null || Some(version.instance()) == risen {
                    continue;
                }
                match (std::mem::replace(&mut has_null, true), version) {
                    (false, version) => {
                        commit.put(keys::null_version(bucket, key), version.instance().as_bytes().to_vec());
                    }
                    // A second one is kept under its id.
                    (true, Kept::Object(_)) => {
                        let record = ObjectRecord { named: Some(true), ..ObjectRecord::from_value(&entry.value)? };
                        commit.put(at, record.to_value());
                    }
                    (true, Kept::Marker(marker)) => {
                        commit.put(at, MarkerRecord { named: Some(true), ..marker }.to_value());
                    }
                }
            }
        }
        self.meta.commit(commit).await?;
        Ok(())
    }
}
