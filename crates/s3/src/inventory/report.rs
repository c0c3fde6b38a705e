//! A report is made: files of rows, one in a step, and then what says that it is whole.
//!
//! Invariants: a step that is done again writes the same keys, so nothing of a report is there twice; memory is bounded by a file, which
//! is bounded. What nobody may deliver any more is given up until the next report is due, and the log says why.

use std::io::Write;

use async_trait::async_trait;
use coldkeep_digest::{ChecksumAlgorithm, DigestSet, Hasher};
use coldkeep_http::Body;
use coldkeep_store::{
    Attributes, Bucket, Error, Inventory, InventoryFile, InventoryMaker, InventoryRun, InventoryStep, Item, NewObject,
    Store, VersionId, VersionStart,
};
use coldkeep_types::{BucketName, Id, ObjectKey};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::manifest;
use super::rows::{Columns, Row};
use crate::Encryption;
use crate::access::delivery::may_deliver_inventory;
use crate::errors::S3Error;

/// Rows of a file at most; one is ended earlier where it gets too large.
pub const FILE_ROWS: usize = 50_000;
/// Compressed.
const FILE_BYTES: usize = 8 << 20;
/// Rows that are listed at once.
const PAGE: usize = 1000;

/// Makes reports, and encrypts them with these keys.
pub(crate) struct Reports {
    pub encryption: Encryption,
    pub file_rows: usize,
}

/// Why a report is not made.
enum Undelivered {
    /// It never will be.
    For(String),
    /// It may be later.
    Yet(Error),
}

impl From<Error> for Undelivered {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchBucket => Self::For(error.to_string()),
            error => Self::Yet(error),
        }
    }
}

impl From<S3Error> for Undelivered {
    fn from(error: S3Error) -> Self {
        Self::For(error.code_and_message().1.to_owned())
    }
}

/// What a step is about.
struct About<'a> {
    store: &'a Store,
    source: &'a Bucket,
    target: &'a Bucket,
    inventory: &'a Inventory,
    run: &'a InventoryRun,
}

#[async_trait]
impl InventoryMaker for Reports {
    async fn step(
        &self,
        store: &Store,
        source: &Bucket,
        inventory: &Inventory,
        run: &InventoryRun,
    ) -> Result<InventoryStep, Error> {
        let (bucket, id) = (&source.name, inventory.id.as_str());
        match self.advance(store, source, inventory, run).await {
            Ok(step) => Ok(step),
            Err(Undelivered::For(error)) => {
                tracing::warn!(%bucket, id, error, "an inventory could not be delivered and is given up this time");
                Ok(InventoryStep::Ended)
            }
            Err(Undelivered::Yet(error @ (Error::Full | Error::QuotaExceeded { .. }))) => {
                tracing::warn!(%bucket, id, %error, "an inventory has no room and is tried again later");
                Ok(InventoryStep::Later)
            }
            Err(Undelivered::Yet(error)) => Err(error),
        }
    }
}

impl Reports {
    async fn advance(
        &self,
        store: &Store,
        source: &Bucket,
        inventory: &Inventory,
        run: &InventoryRun,
    ) -> Result<InventoryStep, Undelivered> {
        let name = BucketName::parse(&inventory.target).map_err(|error| Undelivered::For(error.to_string()))?;
        let target = store.bucket(&name).await?;
        if inventory.target_owner.as_ref().is_some_and(|owner| *owner != target.owner) {
            return Err(Undelivered::For(format!("{name} has another owner than the one that is named")));
        }
        let about = About { store, source, target: &target, inventory, run };
        if run.listed {
            self.publish(&about).await?;
            return Ok(InventoryStep::Ended);
        }
        let mut next = run.clone();
        let listed = list(&about, self.file_rows, &mut next).await?;
        if let Some(bytes) = listed {
            let name = file_name(run.run, run.files.len());
            let key = format!("{}/data/{name}.csv.gz", manifest::place(source, inventory));
            let file = InventoryFile { key, bytes: bytes.len() as u64, md5: md5(&bytes) };
            self.put(&about, &file.key, "application/gzip", bytes).await?;
            next.files.push(file);
        }
        Ok(InventoryStep::More(next))
    }

    /// Writes what says that the report is whole. The manifest comes last but for its MD5.
    async fn publish(&self, about: &About<'_>) -> Result<(), Undelivered> {
        let place = manifest::place(about.source, about.inventory);
        let hive = manifest::hive(about.inventory, about.run).into_bytes();
        self.put(about, &manifest::hive_key(&place, about.run), "text/plain", hive).await?;
        let manifest = manifest::manifest(about.source, about.inventory, about.run);
        let (at, sum) = (format!("{place}/{}", manifest::time(about.run)), hex::encode(md5(manifest.as_bytes())));
        self.put(about, &format!("{at}/manifest.json"), "application/json", manifest.into_bytes()).await?;
        self.put(about, &format!("{at}/manifest.checksum"), "text/plain", sum.into_bytes()).await
    }

    /// Writes an object, if the service may.
    async fn put(&self, about: &About<'_>, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), Undelivered> {
        let key = ObjectKey::parse(key).map_err(|error| Undelivered::For(error.to_string()))?;
        let (source, target) = (about.source, about.target);
        if !may_deliver_inventory(source, target, key.as_str())? {
            return Err(Undelivered::For(format!("nobody may deliver to {}", target.name)));
        }
        // It was written before, and what was to be written down of that was not.
        let there = about.store.head_object(&target.name, &key).await;
        if there.is_ok_and(|there| there.etag() == hex::encode(md5(&bytes))) {
            return Ok(());
        }
        let sealing = self.encryption.delivered(source, target, &key, about.inventory.sealing.as_ref()).await?;
        let new = NewObject {
            bucket: target.name.clone(),
            key,
            sealing,
            attributes: Attributes { content_type: Some(content_type.to_owned()), ..Attributes::default() },
            class: Default::default(),
            access: Default::default(),
            lock: Default::default(),
            algorithm: ChecksumAlgorithm::Crc64Nvme,
            expected: Default::default(),
            precondition: Default::default(),
        };
        about.store.put_object(new, &mut Body::from_bytes(bytes)).await?;
        Ok(())
    }
}

/// Lists on, as far as a file goes; nothing where no row came.
async fn list(about: &About<'_>, file_rows: usize, next: &mut InventoryRun) -> Result<Option<Vec<u8>>, Undelivered> {
    let About { store, source, inventory, .. } = about;
    let (columns, day_ms) = (Columns::of(inventory), store.options().lifecycle_day_ms);
    let looks = columns.look_at_objects();
    let mut file = GzEncoder::new(Vec::new(), Compression::default());
    let (mut rows, mut text) = (0, String::new());
    while rows < file_rows && file.get_ref().len() < FILE_BYTES && !next.listed {
        let start = match &next.reached {
            None => VersionStart::default(),
            Some((key, version)) => VersionStart { key: Some(key.clone()), version: VersionId::parse(version) },
        };
        let prefix = inventory.filter.as_deref().unwrap_or_default();
        let page = store.list_versions(&source.name, prefix, "", &start, PAGE.min(file_rows - rows)).await?;
        next.listed = !page.truncated;
        text.clear();
        for item in &page.items {
            let Item::Entry(name, version) = item else { continue };
            next.reached = Some((name.clone(), version.id.to_string()));
            let is_current = version.is_latest && version.object.is_some();
            if !inventory.all_versions && !is_current {
                continue;
            }
            let Ok(key) = ObjectKey::parse(name) else { continue };
            let object = match looks && version.object.is_some() {
                false => None,
                true => match store.head_version(&source.name, &key, Some(version.id)).await {
                    Ok(object) => Some(object),
                    // It went meanwhile.
                    Err(Error::NoSuchKey | Error::NoSuchVersion(_) | Error::IsDeleteMarker { .. }) => continue,
                    Err(error) => return Err(error.into()),
                },
            };
            let row = Row { bucket: source, key: &key, version, object: object.as_ref(), day_ms };
            row.write(&columns, &mut text);
            rows += 1;
        }
        file.write_all(text.as_bytes()).map_err(|error| Undelivered::For(error.to_string()))?;
    }
    let bytes = file.finish().map_err(|error| Undelivered::For(error.to_string()))?;
    Ok((rows > 0).then_some(bytes))
}

fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut hasher = Hasher::new(&DigestSet { md5: true, ..DigestSet::default() });
    hasher.update(bytes);
    hasher.finish().md5.unwrap_or_default()
}

/// The name of a file of a run, which looks like a UUID and is the same whenever it is written.
fn file_name(run: Id, number: usize) -> String {
    let hex = hex::encode(md5(format!("{run} {number}").as_bytes()));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
