//! Access points: each is of a bucket that is there, and its alias and its bucket's index lead to it and to nothing else.

use coldkeep_meta::{Commit, Entry};
use coldkeep_types::BucketName;

use super::remedy::Remedy;
use super::{Check, damaged};
use crate::access_points::AccessPointRecord;
use crate::records::{BucketRecord, Record};
use crate::{Error, keys};

/// What leads to a point: by its alias, and by its bucket.
fn leads(key: &[u8], record: &AccessPointRecord) -> Option<[Vec<u8>; 2]> {
    let (account, name) = keys::parse_access_point(key)?;
    Some([keys::alias(&record.alias), keys::point_of_bucket(record.bucket_id, &account, name.as_str())])
}

/// Deletes with a point what leads to it. What a record does not say that cannot be read is found by itself.
pub(super) fn forget(commit: &mut Commit, key: &[u8], entry: &Entry) {
    let leads = AccessPointRecord::from_value(&entry.value).ok().and_then(|record| leads(key, &record));
    for lead in leads.into_iter().flatten() {
        commit.delete(lead);
    }
}

impl Check<'_> {
    pub(super) async fn access_point(&mut self, key: &[u8], record: AccessPointRecord) -> Result<(), Error> {
        let bucket = match BucketName::parse(&record.bucket) {
            Ok(name) => self.meta.get(&keys::bucket(&name)).await?,
            Err(_) => None,
        };
        let bucket = bucket.and_then(|entry| BucketRecord::from_value(&entry.value).ok());
        if bucket.is_none_or(|bucket| bucket.id != record.bucket_id) {
            return Err(damaged(format!("its bucket {} is missing", record.bucket)));
        }
        let [alias, index] = leads(key, &record).ok_or_else(|| damaged("malformed key"))?;
        let by_alias = self.meta.get(&alias).await?.is_some_and(|entry| entry.value == key);
        if by_alias && self.meta.get(&index).await?.is_some() {
            return Ok(());
        }
        let what = format!("{}: its alias or its bucket does not lead to it", self.place(key).await);
        self.problem(what, Remedy::Lead(key.to_vec())).await
    }

    /// An alias, or an entry of a bucket's index, which must lead to a point that says so.
    pub(super) async fn leads_to_point(&mut self, key: &[u8], value: &[u8]) -> Result<(), Error> {
        let point = if keys::is_alias(key) {
            Some(value.to_vec())
        } else {
            keys::point_in_index(key).filter(|_| value.is_empty())
        };
        let point = point.ok_or_else(|| damaged("malformed"))?;
        let record = match self.meta.get(&point).await? {
            Some(entry) => AccessPointRecord::from_value(&entry.value).ok(),
            None => None,
        };
        match record.and_then(|record| leads(&point, &record)).is_some_and(|leads| leads.iter().any(|lead| lead == key))
        {
            true => Ok(()),
            false => Err(damaged("it leads to no access point")),
        }
    }

    /// Writes down what leads to a point.
    pub(super) async fn lead_to_point(&mut self, key: &[u8]) -> Result<(), Error> {
        let Some(entry) = self.meta.get(key).await? else { return Ok(()) };
        let [alias, index] =
            leads(key, &AccessPointRecord::from_value(&entry.value)?).ok_or_else(|| damaged("malformed key"))?;
        let mut commit = Commit::default();
        commit.put(alias, key).put(index, Vec::new());
        self.meta.commit(commit).await?;
        Ok(())
    }
}
