//! One store, two engines: whether the metadata and the blobs that were found belong together. Pure.
//!
//! Both know the store's id and the number of its last run. At a start the metadata learns of the new run first, then the
//! blobs; only then is anything written. The metadata also keeps what run the blobs were seen to know, so blobs never know
//! less than that, nor more than the metadata. Whatever else is found was not left by this server, and nothing is touched: a
//! start with the wrong half would take the other half for garbage.

use coldkeep_blob::Identity;

use crate::Error;

/// The store's record in the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoreRecord {
    pub id: [u8; 16],
    /// The run that the blobs are known to know of; 0 while they were not claimed.
    pub told: u32,
}

impl StoreRecord {
    pub fn to_value(self) -> Vec<u8> {
        [self.id.as_slice(), &self.told.to_be_bytes()].concat()
    }

    pub fn from_value(value: &[u8]) -> Result<Self, Error> {
        let (id, told) = value.split_at_checked(16).ok_or_else(damaged)?;
        let (Ok(id), Ok(told)) = (id.try_into(), told.try_into().map(u32::from_be_bytes)) else {
            return Err(damaged());
        };
        Ok(Self { id, told })
    }
}

fn damaged() -> Error {
    Error::Damaged("the store's own record".into())
}

/// What the metadata says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InMetadata {
    /// None before the first start of a server that knows of it.
    pub store: Option<StoreRecord>,
    /// The last run; 0 if there was none.
    pub epoch: u32,
    /// Whether a record names a blob. Only asked for where no blob is there.
    pub names_blobs: bool,
}

/// What the blobs say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InBlobs {
    /// Whom they were claimed for.
    pub identity: Option<Identity>,
    /// The last run of which there are blobs.
    pub newest: Option<u32>,
}

/// Why metadata and blobs do not belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// There are blobs, of runs up to this one, and no metadata.
    MetadataMissing(u32),
    /// Metadata names blobs, and there is none at all.
    BlobsMissing,
    /// Metadata and blobs are of different stores.
    OtherStore,
    /// The metadata is of an earlier run (first) than the blobs (second).
    MetadataOlder(u32, u32),
    /// The blobs are of an earlier run (first) than the metadata (second).
    BlobsOlder(u32, u32),
}

impl std::error::Error for Mismatch {}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (found, advice) = match self {
            Self::MetadataMissing(run) => (
                format!("there are blobs of runs up to {run} of a server, but its metadata is missing or empty"),
                "Put the folder `meta` back as it was when the server last ran. Without it the blobs cannot be read; to \
                 begin with an empty store, name another data folder.",
            ),
            Self::BlobsMissing => (
                "the metadata names blobs, but there is not a single one".to_owned(),
                "Put the folder `blobs` back, or mount the disk that holds it. If the blobs are lost for good, \
                 `coldkeep fsck --repair` takes what named them out of service and writes down what it was.",
            ),
            Self::OtherStore => (
                "the metadata and the blobs are of two different stores".to_owned(),
                "Put back the folder `meta` or `blobs` that belongs to the other.",
            ),
            Self::MetadataOlder(metadata, blobs) => (
                format!("the metadata is of run {metadata}, older than the blobs, which are of run {blobs}"),
                "This is an old copy: what was stored after it would be lost. Put the newer metadata back. If there is \
                 none, `coldkeep fsck --repair` makes the two one again; blobs that the old metadata does not name are \
                 kept in quarantine.",
            ),
            Self::BlobsOlder(blobs, metadata) => (
                format!("the blobs are of run {blobs}, older than the metadata, which is of run {metadata}"),
                "This is an old copy: newer blobs are missing. Put the newer blobs back. If there are none, \
                 `coldkeep fsck --repair` takes what lost its bytes out of service and writes down what it was.",
            ),
        };
        write!(out, "{found}. Nothing was changed.\n{advice}")
    }
}

/// Whether a run may begin on these.
pub(crate) fn judge(metadata: &InMetadata, blobs: &InBlobs) -> Result<(), Mismatch> {
    let newest = blobs.newest.unwrap_or(0).max(blobs.identity.map_or(0, |identity| identity.epoch));
    match (metadata.store, blobs.identity) {
        // Metadata is written first: blobs that are claimed had metadata that says so.
        (None, Some(_)) if metadata.epoch == 0 => return Err(Mismatch::MetadataMissing(newest)),
        (None, None) if metadata.epoch == 0 && newest > 0 => return Err(Mismatch::MetadataMissing(newest)),
        (None, Some(_)) => return Err(Mismatch::MetadataOlder(metadata.epoch, newest)),
        (Some(store), Some(identity)) if identity.store != store.id => return Err(Mismatch::OtherStore),
        _ if newest > metadata.epoch => return Err(Mismatch::MetadataOlder(metadata.epoch, newest)),
        _ if metadata.names_blobs => return Err(Mismatch::BlobsMissing),
        _ => {}
    }
    let (told, known) = (metadata.store.map_or(0, |store| store.told), blobs.identity.map_or(0, |told| told.epoch));
    // In place of blobs that nothing names an empty folder will do.
    let empty = blobs.identity.is_none() && blobs.newest.is_none();
    if known < told && !empty { Err(Mismatch::BlobsOlder(known, metadata.epoch)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: [u8; 16] = [1; 16];
    const B: [u8; 16] = [2; 16];

    fn meta(store: Option<([u8; 16], u32)>, epoch: u32) -> InMetadata {
        InMetadata { store: store.map(|(id, told)| StoreRecord { id, told }), epoch, names_blobs: false }
    }

    fn blobs(identity: Option<([u8; 16], u32)>, newest: Option<u32>) -> InBlobs {
        InBlobs { identity: identity.map(|(store, epoch)| Identity { store, epoch }), newest }
    }

    #[test]
    fn every_pair_is_judged() {
        use Mismatch::*;
        let names = |metadata: InMetadata| InMetadata { names_blobs: true, ..metadata };
        let table = [
            // A new store, and a crash of its first start at either side of the first claim.
            (meta(None, 0), blobs(None, None), Ok(())),
            (meta(Some((A, 0)), 1), blobs(None, None), Ok(())),
            (meta(Some((A, 0)), 1), blobs(Some((A, 1)), None), Ok(())),
            // Normal starts after a clean stop and after a kill, and crashes between the two, also several.
            (meta(Some((A, 7)), 7), blobs(Some((A, 7)), Some(7)), Ok(())),
            (meta(Some((A, 6)), 7), blobs(Some((A, 7)), None), Ok(())),
            (meta(Some((A, 7)), 8), blobs(Some((A, 7)), Some(7)), Ok(())),
            (meta(Some((A, 7)), 12), blobs(Some((A, 7)), Some(7)), Ok(())),
            // From format 1, and a crash of that start.
            (meta(None, 5), blobs(None, Some(5)), Ok(())),
            (meta(None, 5), blobs(None, None), Ok(())),
            (meta(Some((A, 0)), 6), blobs(None, Some(5)), Ok(())),
            (meta(Some((A, 0)), 6), blobs(Some((A, 6)), Some(5)), Ok(())),
            // The metadata is gone.
            (meta(None, 0), blobs(None, Some(4)), Err(MetadataMissing(4))),
            (meta(None, 0), blobs(Some((A, 4)), Some(3)), Err(MetadataMissing(4))),
            (meta(None, 0), blobs(Some((A, 4)), None), Err(MetadataMissing(4))),
            // An older copy of it is there.
            (meta(None, 5), blobs(None, Some(6)), Err(MetadataOlder(5, 6))),
            (meta(None, 5), blobs(Some((A, 6)), Some(5)), Err(MetadataOlder(5, 6))),
            (meta(Some((A, 6)), 6), blobs(Some((A, 7)), Some(7)), Err(MetadataOlder(6, 7))),
            (meta(Some((A, 6)), 6), blobs(Some((A, 6)), Some(7)), Err(MetadataOlder(6, 7))),
            // The blobs are gone, or an older copy of them is there.
            (names(meta(None, 5)), blobs(None, None), Err(BlobsMissing)),
            (names(meta(Some((A, 5)), 5)), blobs(None, None), Err(BlobsMissing)),
            (names(meta(Some((A, 5)), 5)), blobs(Some((A, 5)), None), Err(BlobsMissing)),
            (meta(Some((A, 7)), 8), blobs(Some((A, 6)), Some(6)), Err(BlobsOlder(6, 8))),
            (meta(Some((A, 7)), 8), blobs(None, Some(5)), Err(BlobsOlder(0, 8))),
            (meta(Some((A, 7)), 8), blobs(None, None), Ok(())),
            // Halves of two stores.
            (meta(Some((A, 7)), 7), blobs(Some((B, 7)), Some(7)), Err(OtherStore)),
            (meta(Some((A, 7)), 7), blobs(Some((B, 9)), None), Err(OtherStore)),
        ];
        for (metadata, blobs, expected) in table {
            assert_eq!(judge(&metadata, &blobs), expected, "{metadata:?} {blobs:?}");
        }
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        for mismatch in [
            Mismatch::MetadataMissing(3),
            Mismatch::BlobsMissing,
            Mismatch::OtherStore,
            Mismatch::MetadataOlder(1, 2),
            Mismatch::BlobsOlder(1, 2),
        ] {
            let words = mismatch.to_string();
            assert!(words.contains("Nothing was changed.\n") && words.contains("Put"), "{words}");
        }
    }

    #[test]
    fn the_stores_record_comes_back() {
        let record = StoreRecord { id: A, told: 7 };
        assert_eq!(StoreRecord::from_value(&record.to_value()).unwrap(), record);
        for length in [0, 15, 16, 19, 21] {
            assert!(StoreRecord::from_value(&vec![0; length]).is_err(), "{length}");
        }
    }
}
