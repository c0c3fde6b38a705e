//! Buckets, vaults and open uploads: who they are, what refers to them, and what vaults count.

use coldkeep_meta::{Commit, Step, prefix_range};

use coldkeep_types::BucketName;

use super::remedy::Remedy;
use super::{Check, damaged};
use crate::records::{ArchiveRecord, BucketRecord, ObjectRecord, Record, VaultRecord};
use crate::tiering::TieringRecord;
use crate::upkeep::{due, remains};
use crate::vaults::vault::ARCHIVE_OVERHEAD_BYTES;
use crate::versions::Versioning;
use crate::{Error, MAX_INVENTORIES, MAX_TIERINGS, keys, usage};

impl Check<'_> {
    /// Remembers all buckets, vaults and open uploads.
    pub(super) async fn find_containers(&mut self) -> Result<(), Error> {
        let (containers, uploads, ruled) = (&mut self.containers, &mut self.uploads, &mut self.ruled);
        let mut tiered = Vec::new();
        let mut bucket = |seen: coldkeep_meta::Seen<'_>| {
            if let Ok(record) = BucketRecord::from_value(seen.value) {
                containers.insert(record.id);
                let name = std::str::from_utf8(&seen.key[1..]).ok().and_then(|name| BucketName::parse(name).ok());
                tiered.extend(name.clone().filter(|_| record.tierings.is_some()).map(|name| (record.id, name)));
                ruled.extend(name.zip(record.lifecycle).map(|rules| (record.id, rules)));
            }
            Step::Next
        };
        self.meta.walk(keys::tagged(b'b'), &mut bucket).await?;
        for (id, name) in tiered {
            let found = self.meta.scan(keys::tierings(id), MAX_TIERINGS as usize).await?;
            let records = found.iter().filter_map(|(_, entry)| TieringRecord::from_value(&entry.value).ok()).collect();
            self.tiered.insert(id, (name, records));
        }
        let mut vault = |seen: coldkeep_meta::Seen<'_>| {
            containers.extend(VaultRecord::from_value(seen.value).ok().map(|record| record.id));
            Step::Next
        };
        self.meta.walk(keys::tagged(b'v'), &mut vault).await?;
        // What a deleted one left may still lie there.
        let mut deleted = |seen: coldkeep_meta::Seen<'_>| {
            let is_drop = keys::parse_due(seen.key).is_some_and(|(_, kind, _)| kind == due::DROP_REMAINS);
            containers.extend(remains::container(seen.value).filter(|_| is_drop));
            Step::Next
        };
        self.meta.walk(keys::tagged(b'd'), &mut deleted).await?;
        for tag in *b"uU" {
            let mut upload = |seen: coldkeep_meta::Seen<'_>| {
                uploads.extend(keys::trailing_id(seen.key));
                Step::Next
            };
            self.meta.walk(keys::tagged(tag), &mut upload).await?;
        }
        Ok(())
    }

    /// What a bucket counts of its objects and uploads, or a vault (by its tag) of its uploads, must be what is there. Stores from
    /// before these counters have none until they are opened.
    pub(super) async fn usage(&mut self, container: keys::ContainerId, tag: u8) -> Result<(), Error> {
        if self.meta.get(&usage::counted_key()).await?.is_none() {
            return Ok(());
        }
        let mut told = usage::Counted::default();
        for (key, number) in [
            (keys::bucket_objects_count(container), &mut told.objects),
            (keys::bucket_bytes_count(container), &mut told.bytes),
            (keys::open_uploads_count(container), &mut told.uploads),
        ] {
            if let Some(entry) = self.meta.get(&key).await? {
                *number =
                    i64::from_be_bytes(entry.value.try_into().map_err(|_| damaged("a counter that is no number"))?);
            }
        }
        let counted = usage::look(self.meta, container, tag).await?;
        if told == counted {
            return Ok(());
        }
        let what = format!("a bucket or vault counts {told:?}, but has {counted:?}");
        self.problem(what, Remedy::Recount(container, tag)).await
    }

    /// A vault's counters must be those of its archives, and a rule by which they expire must be looked after.
    pub(super) async fn vault(&mut self, key: &[u8], record: VaultRecord) -> Result<(), Error> {
        self.vault_is_scheduled(key, &record).await?;
        self.usage(record.id, b'U').await?;
        let counted = self.count(record.id).await?;
        let mut told = (0, 0);
        for (key, number) in
            [(keys::vault_archives_count(record.id), &mut told.0), (keys::vault_bytes_count(record.id), &mut told.1)]
        {
            if let Some(entry) = self.meta.get(&key).await? {
                let bytes = entry.value.try_into().map_err(|_| damaged("a counter that is no number"))?;
                *number = i64::from_be_bytes(bytes);
            }
        }
        if told == counted {
            return Ok(());
        }
        let what =
            format!("a vault counts {} archives and {} bytes, but has {} and {}", told.0, told.1, counted.0, counted.1);
        self.problem(what, Remedy::Recount(record.id, b'U')).await
    }

    /// How many archives a vault has, and how many bytes they count.
    async fn count(&self, vault: keys::ContainerId) -> Result<(i64, i64), Error> {
        let (mut archives, mut bytes) = (0i64, 0u64);
        let mut visit = |seen: coldkeep_meta::Seen<'_>| {
            if let Ok(record) = ArchiveRecord::from_value(seen.value) {
                archives += 1;
                bytes += record.bytes + ARCHIVE_OVERHEAD_BYTES;
            }
            Step::Next
        };
        self.meta.walk(keys::archives(vault), &mut visit).await?;
        Ok((archives, bytes as i64))
    }

    /// Has a bucket or vault count what it has.
    pub(super) async fn recount(&mut self, container: keys::ContainerId, tag: u8) -> Result<(), Error> {
        let mut commit = Commit::default();
        if tag == b'U' {
            let (archives, bytes) = self.count(container).await?;
            commit.put(keys::vault_archives_count(container), archives.to_be_bytes());
            commit.put(keys::vault_bytes_count(container), bytes.to_be_bytes());
        }
        usage::put(&mut commit, container, tag, usage::look(self.meta, container, tag).await?);
        self.meta.commit(commit).await?;
        Ok(())
    }

    /// Whether there is something in a bucket that only one with versions has.
    async fn had_versions(&self, bucket: keys::ContainerId) -> Result<bool, Error> {
        let mut had = !self.meta.scan(prefix_range(&keys::versions_prefix(bucket)), 1).await?.is_empty();
        let mut object = |seen: coldkeep_meta::Seen<'_>| {
            had |= ObjectRecord::from_value(seen.value).is_ok_and(|record| record.named.is_some());
            if had { Step::Stop } else { Step::Next }
        };
        self.meta.walk(prefix_range(&keys::objects_prefix(bucket)), &mut object).await?;
        Ok(had)
    }

    /// Gives what lies in a bucket or vault that is lost a new one, under a name that tells so.
    pub(super) async fn recover(&mut self, container: keys::ContainerId, is_vault: bool) -> Result<(), Error> {
        let Some(repair) = &self.repair else { return Ok(()) };
        let name = format!("recovered-{}", hex::encode(container));
        let owner = repair.recovered.clone();
        let created_ms = owner.now.0;
        let mut commit = Commit::default();
        match is_vault {
            true => {
                let name = coldkeep_types::VaultName::parse(&name).map_err(|error| damaged(error.to_string()))?;
                let key = keys::vault(&owner.account, &owner.region, &name);
                commit.put(key, VaultRecord { id: container, created_ms, access: None }.to_value());
            }
            false => {
                let name = coldkeep_types::BucketName::parse(&name).map_err(|error| damaged(error.to_string()))?;
                let inventories = self.meta.scan(keys::inventories(container), MAX_INVENTORIES as usize).await?.len();
                let tierings = self.meta.scan(keys::tierings(container), MAX_TIERINGS as usize).await?.len();
                let record = BucketRecord {
                    encryption: None,
                    lifecycle: None,
                    lock: None,
                    events: None,
                    website: None,
                    logging: None,
                    tierings: u32::try_from(tierings).ok().filter(|number| *number > 0),
                    inventories: u32::try_from(inventories).ok().filter(|number| *number > 0),
                    access: None,
                    versioning: self.had_versions(container).await?.then_some(Versioning::Suspended),
                    tags: None,
                    id: container,
                    owner: owner.account.to_string(),
                    region: owner.region.to_string(),
                    created_ms,
                };
                commit.put(keys::bucket(&name), record.to_value());
            }
        }
        self.meta.commit(commit).await?;
        self.containers.insert(container);
        let what = if is_vault { "vault" } else { "bucket" };
        self.done(format!("what was in a {what} that is lost is in the {what} {name} now"));
        Ok(())
    }
}
