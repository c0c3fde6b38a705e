//! Vaults: CreateVault, DescribeVault, ListVaults, DeleteVault.

use coldkeep_meta::{Commit, Version};
use coldkeep_types::{AccountId, Region, Timestamp, VaultName};

use super::access::VaultAccess;
use crate::keys::{self, ContainerId};
use crate::records::{Record, VaultRecord, time};
use crate::{Error, MAX_TRIES, Store};

/// Vaults an account may have in a region.
pub const MAX_VAULTS: usize = 1000;
/// What each archive counts beyond its size.
pub const ARCHIVE_OVERHEAD_BYTES: u64 = 32_768;

/// A vault as it was read.
#[derive(Clone, Debug)]
pub struct Vault {
    /// Its name.
    pub name: VaultName,
    /// The account that owns it.
    pub account: AccountId,
    /// Its region.
    pub region: Region,
    /// When it was created.
    pub created: Timestamp,
    /// Archives in it.
    pub archives: u64,
    /// Their bytes, with 32,768 of overhead each.
    pub bytes: u64,
    /// When an archive was last added or deleted.
    pub changed: Option<Timestamp>,
    /// Who may reach it.
    pub access: VaultAccess,
    /// Its id, which identifiers issued for it carry.
    pub id: ContainerId,
    pub(crate) version: Version,
}

impl Vault {
    /// `arn:{partition}:glacier:{region}:{account}:vaults/{name}`.
    pub fn arn(&self) -> String {
        format!("arn:{}:glacier:{}:{}:vaults/{}", self.region.partition(), self.region, self.account, self.name)
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        keys::vault(&self.account, &self.region, &self.name)
    }

    /// Adds the requirement that the vault is still as it was read.
    pub(crate) fn require(&self, commit: &mut Commit) {
        commit.expect(self.key(), Some(self.version));
    }

    /// Counts an archive that comes (`sign` 1) or goes (-1).
    pub(crate) fn count(&self, commit: &mut Commit, sign: i64, bytes: u64, now: Timestamp) {
        commit.add(keys::vault_archives_count(self.id), sign);
        commit.add(keys::vault_bytes_count(self.id), sign * (bytes + ARCHIVE_OVERHEAD_BYTES) as i64);
        commit.put(keys::vault_changed(self.id), now.0.to_be_bytes());
    }
}

impl Store {
    /// CreateVault: repeating it changes nothing.
    #[expect(clippy::disallowed_methods, reason = "nobody may foresee ids")]
    pub async fn create_vault(&self, account: &AccountId, region: &Region, name: &VaultName) -> Result<(), Error> {
        let key = keys::vault(account, region, name);
        for _ in 0..MAX_TRIES {
            if self.get(&key).await?.is_some() {
                return Ok(());
            }
            if self.0.meta.scan(keys::vaults(account, region), MAX_VAULTS).await?.len() >= MAX_VAULTS {
                return Err(Error::TooManyVaults);
            }
            let record = VaultRecord { id: rand::random(), created_ms: self.now().0, access: None };
            let mut commit = Commit::default();
            commit.expect(key.clone(), None).put(key.clone(), record.to_value());
            if self.commit(commit).await? {
                return Ok(());
            }
        }
        Err(Error::Busy)
    }

    /// DescribeVault; counters are of this moment.
    pub async fn vault(&self, account: &AccountId, region: &Region, name: &VaultName) -> Result<Vault, Error> {
        let entry = self.get(&keys::vault(account, region, name)).await?.ok_or(Error::NoSuchVault)?;
        self.vault_from(account, region, name.clone(), &entry).await
    }

    /// The vault as it is now. [`Error::NoSuchVault`] if it was deleted, also if there is another of its name: what clients
    /// were told of this one names nothing there.
    pub(crate) async fn same_vault(&self, vault: &Vault) -> Result<Vault, Error> {
        let now = self.vault(&vault.account, &vault.region, &vault.name).await?;
        if now.id == vault.id { Ok(now) } else { Err(Error::NoSuchVault) }
    }

    async fn vault_from(
        &self,
        account: &AccountId,
        region: &Region,
        name: VaultName,
        entry: &coldkeep_meta::Entry,
    ) -> Result<Vault, Error> {
        let record = VaultRecord::from_value(&entry.value)?;
        Ok(Vault {
            name,
            account: account.clone(),
            region: region.clone(),
            created: time(record.created_ms),
            archives: self.number(&keys::vault_archives_count(record.id)).await?.unwrap_or(0).max(0) as u64,
            bytes: self.number(&keys::vault_bytes_count(record.id)).await?.unwrap_or(0).max(0) as u64,
            changed: self.number(&keys::vault_changed(record.id)).await?.map(Timestamp),
            access: record.access.unwrap_or_default(),
            id: record.id,
            version: entry.version,
        })
    }

    pub(crate) async fn number(&self, key: &[u8]) -> Result<Option<i64>, Error> {
        let Some(entry) = self.get(key).await? else { return Ok(None) };
        let bytes = entry.value.as_slice().try_into().map_err(|_| Error::Damaged("a counter".into()))?;
        Ok(Some(i64::from_be_bytes(bytes)))
    }

    /// ListVaults: at most `limit`, by name, beginning with the name `from`.
    pub async fn list_vaults(
        &self,
        account: &AccountId,
        region: &Region,
        from: &str,
        limit: usize,
    ) -> Result<Vec<Vault>, Error> {
        let mut range = keys::vaults(account, region);
        let space = range.start.len();
        range.start.extend_from_slice(from.as_bytes());
        let mut vaults = Vec::new();
        for (key, entry) in self.0.meta.scan(range, limit).await? {
            let name = std::str::from_utf8(&key[space..]).ok().and_then(|name| VaultName::parse(name).ok());
            let name = name.ok_or_else(|| Error::Damaged("a vault's name".into()))?;
            vaults.push(self.vault_from(account, region, name, &entry).await?);
        }
        Ok(vaults)
    }

    /// DeleteVault: open uploads and jobs go with it; archives are in the way. An absent vault is deleted already.
    pub async fn delete_vault(&self, account: &AccountId, region: &Region, name: &VaultName) -> Result<(), Error> {
        for _ in 0..MAX_TRIES {
            let vault = match self.vault(account, region, name).await {
                Err(Error::NoSuchVault) => return Ok(()),
                found => found?,
            };
            let archives = keys::archives(vault.id);
            if !self.0.meta.scan(archives.clone(), 1).await?.is_empty() {
                return Err(Error::VaultNotEmpty);
            }
            let mut commit = Commit::default();
            vault.require(&mut commit);
            self.leave_remains(&mut commit, b'U', vault.id);
            commit.expect_empty(archives).delete(vault.key()).delete(keys::vault_changed(vault.id));
            commit.delete(keys::vault_archives_count(vault.id)).delete(keys::vault_bytes_count(vault.id));
            commit.delete(keys::quota_of_container(vault.id));
            if self.commit(commit).await? {
                self.forget_quota(vault.id).await?;
                return Ok(());
            }
        }
        Err(Error::Busy)
    }
}
