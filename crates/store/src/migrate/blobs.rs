//! Blobs of a store on their way to another engine, under the same ids, several at a time. One that is there with its whole length and its end mark is not copied
//! again; what a cut run left of one is deleted first.

use std::collections::BTreeSet;
use std::sync::Arc;

use coldkeep_blob::{Blob, Blobs, Error as BlobError, LISTED_AT_ONCE};
use coldkeep_meta::Meta;
use coldkeep_types::Id;
use tokio::task::JoinSet;

use super::staged::Places;
use super::{MigrateError, Progress, Side, Told, refused};
use crate::{Error, keys};

/// Blobs under way: most of the time one waits for its sync.
const UNDER_WAY: usize = 16;
/// Bytes read at once.
const READ_BYTES: u64 = 1 << 20;

/// Copies all blobs that have an owner, and are where they can be read.
pub(super) async fn copy_owned(
    from: &Side,
    to: &Arc<dyn Blobs>,
    places: &Places<'_>,
    told: &Told,
) -> Result<(), MigrateError> {
    let mut copying = Copying::new(&from.blobs, to, told);
    let mut listing = Listing::of(&*from.blobs).await?;
    while let Some(page) = listing.next().await? {
        for id in page {
            if comes_along(&*from.meta, places, id).await? {
                copying.begin(id, Source::Whole).await?;
            }
        }
    }
    copying.end().await
}

/// Copies all blobs that are finished, of those there are while somebody writes others and deletes some; not those of staged pools, of
/// which nobody knows without records whether a program has left something else in their place, that must not be touched.
pub(super) async fn copy_finished(
    from: &Arc<dyn Blobs>,
    to: &Arc<dyn Blobs>,
    staged: &BTreeSet<u8>,
    told: &Told,
) -> Result<(), MigrateError> {
    let mut copying = Copying::new(from, to, told);
    let mut listing = Listing::of(&**from).await?;
    while let Some(page) = listing.next().await? {
        for id in page.into_iter().filter(|id| !staged.contains(&id.pool())) {
            copying.begin(id, Source::Changing).await?;
        }
    }
    copying.end().await
}

/// Deletes the blobs that have no owner, by this metadata, or are elsewhere.
pub(super) async fn drop_others(
    meta: &dyn Meta,
    blobs: &dyn Blobs,
    places: &Places<'_>,
    told: &Told,
) -> Result<(), MigrateError> {
    let mut listing = Listing::of(blobs).await?;
    while let Some(page) = listing.next().await? {
        for id in page {
            if !comes_along(meta, places, id).await? {
                blobs.delete(id).await?;
                told(Progress::Dropped);
            }
        }
    }
    Ok(())
}

async fn comes_along(meta: &dyn Meta, places: &Places<'_>, id: Id) -> Result<bool, MigrateError> {
    Ok(is_owned(meta, id).await? && !places.is_elsewhere(id).await?)
}

pub(super) async fn is_owned(meta: &dyn Meta, id: Id) -> Result<bool, MigrateError> {
    Ok(!meta.scan(keys::owners(id), 1).await?.is_empty())
}

/// All blobs of an engine, page by page.
struct Listing<'a> {
    blobs: &'a dyn Blobs,
    epochs: std::vec::IntoIter<u32>,
    at: Option<(u32, Option<Id>)>,
}

impl<'a> Listing<'a> {
    async fn of(blobs: &'a dyn Blobs) -> Result<Self, MigrateError> {
        let mut epochs = blobs.epochs().await?.into_iter();
        let at = epochs.next().map(|epoch| (epoch, None));
        Ok(Self { blobs, epochs, at })
    }

    async fn next(&mut self) -> Result<Option<Vec<Id>>, MigrateError> {
        let Some((epoch, after)) = self.at else { return Ok(None) };
        let page = self.blobs.list(epoch, after, LISTED_AT_ONCE).await?;
        self.at = match page.last() {
            Some(last) if page.len() == LISTED_AT_ONCE => Some((epoch, Some(*last))),
            _ => self.epochs.next().map(|epoch| (epoch, None)),
        };
        Ok(Some(page))
    }
}

/// Whether what cannot be read of a blob is a fault.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Whole,
    /// It may be unfinished, or gone meanwhile.
    Changing,
}

/// Copies under way.
struct Copying<'a> {
    from: &'a Arc<dyn Blobs>,
    to: &'a Arc<dyn Blobs>,
    told: &'a Told,
    tasks: JoinSet<Result<Option<Progress>, MigrateError>>,
}

impl<'a> Copying<'a> {
    fn new(from: &'a Arc<dyn Blobs>, to: &'a Arc<dyn Blobs>, told: &'a Told) -> Self {
        Self { from, to, told, tasks: JoinSet::new() }
    }

    async fn begin(&mut self, id: Id, source: Source) -> Result<(), MigrateError> {
        if self.tasks.len() == UNDER_WAY {
            self.one().await?;
        }
        let (from, to) = (self.from.clone(), self.to.clone());
        self.tasks.spawn(async move { copy(&*from, &*to, id, source).await });
        Ok(())
    }

    async fn one(&mut self) -> Result<(), MigrateError> {
        if let Some(ended) = self.tasks.join_next().await
            && let Some(progress) = ended.map_err(|error| Error::Unavailable(error.to_string()))??
        {
            (self.told)(progress);
        }
        Ok(())
    }

    async fn end(mut self) -> Result<(), MigrateError> {
        while !self.tasks.is_empty() {
            self.one().await?;
        }
        Ok(())
    }
}

async fn copy(from: &dyn Blobs, to: &dyn Blobs, id: Id, source: Source) -> Result<Option<Progress>, MigrateError> {
    match copy_whole(from, to, id).await {
        Err(CopyError::Lost(_)) if source == Source::Changing => Ok(None),
        Err(CopyError::Lost(error)) => Err(refused(format!(
            "{error}. What is damaged is not moved: restore it, or run `coldkeep fsck --repair`, which takes it out of service, and then this again."
        ))),
        Err(CopyError::Engine(error)) => Err(error.into()),
        Ok(progress) => Ok(Some(progress)),
    }
}

enum CopyError {
    /// What was to be copied is not there as it was written.
    Lost(BlobError),
    Engine(BlobError),
}

impl From<BlobError> for CopyError {
    fn from(error: BlobError) -> Self {
        Self::Engine(error)
    }
}

/// An error of the side that is left.
fn of_source(error: BlobError) -> CopyError {
    match error {
        BlobError::NotFound(_) | BlobError::Damaged { .. } => CopyError::Lost(error),
        error => CopyError::Engine(error),
    }
}

async fn copy_whole(from: &dyn Blobs, to: &dyn Blobs, id: Id) -> Result<Progress, CopyError> {
    let blob = from.open(id).await.map_err(of_source)?;
    let bytes = blob.size();
    match to.open(id).await {
        Ok(there) if there.size() == bytes && there.prove_frame().await.is_ok() => return Ok(Progress::Present(bytes)),
        Err(BlobError::NotFound(_)) => {}
        Ok(_) | Err(BlobError::Damaged { .. }) => to.delete(id).await?,
        Err(error) => return Err(error.into()),
    }
    write(&*blob, from, to, id).await?;
    Ok(Progress::Copied(bytes))
}

async fn write(blob: &dyn Blob, from: &dyn Blobs, to: &dyn Blobs, id: Id) -> Result<(), CopyError> {
    let (label, bytes) = (from.label(id).await.map_err(of_source)?, blob.size());
    let mut draft = to.create(id, label, Some(bytes)).await?;
    let mut at = 0;
    while at < bytes {
        let next = bytes.min(at + READ_BYTES);
        draft.write(blob.read(at..next).await.map_err(of_source)?).await?;
        at = next;
    }
    match draft.finish().await? == bytes {
        true => Ok(()),
        false => Err(CopyError::Engine(BlobError::Io(format!("blob {id} was not written whole")))),
    }
}
