//! Listings, page by page.

use std::ops::Range;

use coldkeep_meta::Entry;

use crate::records::Record;
use crate::{AliasRecord, Error, GrantRecord, Key, Keyring, Place, keys};

/// A page of a listing.
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins; `None`: this was the last.
    pub marker: Option<String>,
}

/// Records read at once.
const BATCH: usize = 256;

impl Keyring {
    async fn page(
        &self,
        range: Range<Vec<u8>>,
        after: Option<&str>,
        max: usize,
    ) -> Result<(Vec<(String, Entry)>, bool), Error> {
        let prefix = range.start.len();
        let start = match after {
            Some(after) => keys::behind([&range.start, after.as_bytes()].concat()),
            None => range.start,
        };
        let mut found = self.0.meta.scan(start..range.end, max + 1).await?;
        let more = found.len() > max;
        found.truncate(max);
        let name = |key: &[u8]| String::from_utf8_lossy(&key[prefix..]).into_owned();
        Ok((found.into_iter().map(|(key, entry)| (name(&key), entry)).collect(), more))
    }

    /// Names of everything in a range, which is bounded by a quota.
    async fn names(&self, range: Range<Vec<u8>>) -> Result<Vec<String>, Error> {
        let (mut names, mut after) = (Vec::new(), None::<String>);
        loop {
            let (found, more) = self.page(range.clone(), after.as_deref(), BATCH).await?;
            names.extend(found.into_iter().map(|(name, _)| name));
            if !more {
                return Ok(names);
            }
            after = names.last().cloned();
        }
    }

    /// The ids of the keys of a place.
    pub async fn list_keys(&self, place: &Place, after: Option<&str>, max: usize) -> Result<Page<String>, Error> {
        let (found, more) = self.page(keys::keys_of(place), after, max).await?;
        let items: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
        Ok(Page { marker: items.last().filter(|_| more).cloned(), items })
    }

    /// The aliases of a place; of one key, if one is named.
    pub async fn list_aliases(
        &self,
        place: &Place,
        of: Option<&Key>,
        after: Option<&str>,
        max: usize,
    ) -> Result<Page<(String, AliasRecord)>, Error> {
        let range = match of {
            Some(key) => keys::aliases_of(place, &key.record.id),
            None => keys::aliases(place),
        };
        let (found, more) = self.page(range, after, max).await?;
        let marker = found.last().filter(|_| more).map(|(name, _)| name.clone());
        let mut items = Vec::new();
        for (name, entry) in found {
            let record = match of {
                Some(_) => self.alias(place, &name).await?,
                None => Some(AliasRecord::from_value(&entry.value)?),
            };
            // One that was taken away meanwhile is not there.
            items.extend(record.map(|record| (name, record)));
        }
        Ok(Page { items, marker })
    }

    /// The names of the aliases of a key.
    pub async fn aliases_of(&self, place: &Place, id: &str) -> Result<Vec<String>, Error> {
        self.names(keys::aliases_of(place, id)).await
    }

    /// The grants of a key.
    pub async fn grants(&self, place: &Place, id: &str) -> Result<Vec<GrantRecord>, Error> {
        let mut grants = Vec::new();
        let mut after = None::<String>;
        loop {
            let page = self.list_grants(place, id, after.as_deref(), BATCH).await?;
            grants.extend(page.items);
            match page.marker {
                Some(marker) => after = Some(marker),
                None => return Ok(grants),
            }
        }
    }

    /// A page of the grants of a key.
    pub async fn list_grants(
        &self,
        place: &Place,
        id: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<Page<GrantRecord>, Error> {
        let (found, more) = self.page(keys::grants(place, id), after, max).await?;
        let items =
            found.iter().map(|(_, entry)| GrantRecord::from_value(&entry.value)).collect::<Result<Vec<_>, _>>()?;
        Ok(Page { marker: items.last().filter(|_| more).map(|last| last.id.clone()), items })
    }

    /// A grant by its id.
    pub async fn grant(&self, place: &Place, id: &str, grant: &str) -> Result<Option<GrantRecord>, Error> {
        let entry = self.0.meta.get(&keys::grant(place, id, grant)).await?;
        Ok(entry.map(|entry| GrantRecord::from_value(&entry.value)).transpose()?)
    }

    /// The grants of a key whose grantee is this principal.
    pub(crate) async fn granted_to(&self, place: &Place, id: &str, principal: &str) -> Result<Vec<GrantRecord>, Error> {
        let mut grants = Vec::new();
        for grant in self.names(keys::all_granted(place, id, principal)).await? {
            grants.extend(self.grant(place, id, &grant).await?);
        }
        Ok(grants)
    }

    /// The grants that a principal may retire, by the ARNs of their keys. The marker is the last one's place in the order.
    pub async fn list_retirable(
        &self,
        principal: &str,
        after: Option<&str>,
        max: usize,
    ) -> Result<Page<(String, GrantRecord)>, Error> {
        let range = keys::all_retirable(principal);
        let start = match after {
            Some(after) => keys::behind(hex::decode(after).map_err(|_| Error::InvalidMarker)?),
            None => range.start.clone(),
        };
        if start < range.start || start > range.end {
            return Err(Error::InvalidMarker);
        }
        let mut found = self.0.meta.scan(start..range.end, max + 1).await?;
        let more = found.len() > max;
        found.truncate(max);
        let mut items = Vec::new();
        for (key, _) in &found {
            let (place, id, grant) =
                keys::parse_retirable(key).ok_or_else(|| Error::Damaged("the key of a retirable grant".into()))?;
            let arn = place.arn(&format!("key/{id}"));
            items.extend(self.grant(&place, id, grant).await?.map(|record| (arn, record)));
        }
        Ok(Page { marker: found.last().filter(|_| more).map(|(key, _)| hex::encode(key)), items })
    }
}
