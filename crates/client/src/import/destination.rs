//! Where archives are brought to: a vault or a bucket. What differs between the two is here and in `objects.rs`; how bytes go is not.

use std::collections::HashMap;

use coldkeep_types::PartSize;

use super::bring::{Route, Stop};
use super::ledger::Upload;
use super::lines::Line;
use super::naming;
use crate::hashing::parse_hash;
use crate::plan::range_size_for;
use crate::{Archive, Bucket, Error, Parts, Vault};

/// Where archives are brought to.
#[derive(Clone)]
pub enum Destination {
    /// A vault, where they are archives under other ids.
    Vault(Vault),
    /// A bucket, where they are objects named after their descriptions.
    Bucket(Bucket),
}

/// An archive's upload, as it is now.
pub(super) enum Opened {
    /// It was completed by an earlier run: what it is stored as.
    Stored(String),
    /// It is open, with these parts.
    Open(Upload, Parts),
}

impl Destination {
    /// Whether it is there and may be asked.
    pub async fn check(&self) -> Result<(), Error> {
        match self {
            Self::Vault(vault) => vault.uploads().await.map(drop),
            Self::Bucket(bucket) if !naming::is_prefix(&bucket.prefix) => Err(Error::Invalid(format!(
                "keys cannot begin with {:?}: they would be too long, or have control characters or `.` or `..` between slashes.",
                bucket.prefix
            ))),
            Self::Bucket(bucket) => bucket.check().await,
        }
    }

    /// Throws away what was sent, if it is there.
    pub(super) async fn abort(&self, upload: &Upload) -> Result<(), Error> {
        match (self, &upload.key) {
            (Self::Bucket(bucket), Some(key)) => bucket.abort_upload(key, &upload.id).await,
            (Self::Vault(vault), _) => match vault.abort_upload(&upload.id).await {
                Err(error) if !error.is_not_found() => Err(error),
                _ => Ok(()),
            },
            (Self::Bucket(_), None) => Ok(()),
        }
    }
}

impl Route {
    /// The upload that an earlier run left, or another.
    pub(super) async fn open(&self, n: usize, archive: &Archive, tree: [u8; 32]) -> Result<Opened, Stop> {
        match &self.to {
            Destination::Vault(vault) => self.open_in_vault(vault, n, archive, tree).await,
            Destination::Bucket(bucket) => self.open_in_bucket(bucket, n, archive).await,
        }
    }

    /// The upload's parts make up the archive: what it is stored as.
    pub(super) async fn complete(
        &self,
        n: usize,
        upload: &Upload,
        archive: &Archive,
        tree: [u8; 32],
    ) -> Result<String, Stop> {
        match &self.to {
            Destination::Vault(vault) => {
                vault.complete(&upload.id, archive.bytes, tree).await.map(|(stored, _)| stored).map_err(Stop::All)
            }
            Destination::Bucket(bucket) => self.complete_in_bucket(bucket, n, upload, archive).await,
        }
    }

    /// Aborts uploads to a vault that a run began for one of these archives and was killed before it wrote them down: by description
    /// and size of parts, of none that the ledger knows, and without a part, since nothing is sent before it is written down. To be
    /// called before this run begins any. Those to a bucket are found by their keys, when the archive's turn comes.
    pub(super) async fn abort_unwritten(&self, of: impl ExactSizeIterator<Item = &usize>) -> Result<(), Error> {
        let Destination::Vault(to) = &self.to else { return Ok(()) };
        if of.len() == 0 {
            return Ok(());
        }
        let mut unknown: HashMap<(String, u64), Vec<String>> = HashMap::new();
        for upload in to.uploads().await? {
            unknown.entry((upload.description.unwrap_or_default(), upload.part_size)).or_default().push(upload.id);
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let known = self.ledger().uploads();
        for n in of {
            let archive = self.ledger().archive(*n)?;
            let part_size = range_size_for(archive.bytes);
            for id in unknown.remove(&(archive.description, part_size)).unwrap_or_default() {
                if !known.contains(&id) && to.parts(&id).await?.is_some_and(|there| there.parts.is_empty()) {
                    self.to.abort(&Upload::new(id, None)).await?;
                }
            }
        }
        Ok(())
    }

    async fn open_in_vault(&self, to: &Vault, n: usize, archive: &Archive, tree: [u8; 32]) -> Result<Opened, Stop> {
        let known = self.ledger().entries[n].upload.clone();
        if let Some(upload) = known {
            if let Some(there) = to.parts(&upload.id).await.map_err(Stop::All)? {
                return Ok(Opened::Open(*upload, there));
            }
            match to.complete(&upload.id, archive.bytes, tree).await {
                Ok((stored, _)) => return Ok(Opened::Stored(stored)),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(Stop::All(error)),
            }
        }
        let part_size = part_size_of(archive)?;
        let id = to.begin_upload(part_size, &archive.description).await.map_err(|error| {
            // A description that this API does not allow, for example.
            if error.is_refusal(&["InvalidParameterValueException"]) { Stop::Failed(error) } else { Stop::All(error) }
        })?;
        self.ledger().add(Line::Upload { n, upload: id.clone(), key: None }).map_err(Stop::All)?;
        Ok(Opened::Open(Upload::new(id, None), Parts { part_size, parts: [].into() }))
    }
}

/// How large the parts of an archive's upload are.
pub(super) fn part_size_of(archive: &Archive) -> Result<PartSize, Stop> {
    PartSize::new(range_size_for(archive.bytes)).map_err(|error| Stop::Failed(Error::Invalid(error.to_string())))
}

/// The tree hash that the inventory says.
pub(super) fn tree_of(archive: &Archive) -> Result<[u8; 32], Stop> {
    let none = || Stop::Failed(Error::Different("the inventory has no tree hash of it.".into()));
    parse_hash(&archive.tree).ok_or_else(none)
}
