//! The model of the store: what clients may see, as maps. It knows no disk, no crash and no code of the server.

pub mod ageing;
pub mod tiering;
pub mod told;
pub mod versions;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};

use crate::register::{Register, Tick, Ticket};

/// An object or a part, as it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its metadata `label`; parts have none.
    pub label: String,
    /// Its ETag without quotes; empty where only the server knows it.
    pub etag: String,
}

impl Object {
    /// An object that is put whole.
    pub fn whole(bytes: Bytes, label: &str) -> Self {
        let etag = hex::encode(Md5::digest(&bytes));
        Self { bytes, label: label.to_owned(), etag }
    }

    /// An object whose ETag is no MD5 of its bytes: a client's key sealed it.
    pub fn sealed(bytes: Bytes, label: &str) -> Self {
        Self { bytes, label: label.to_owned(), etag: String::new() }
    }

    /// Whether this may be its ETag.
    pub fn has_etag(&self, etag: &str) -> bool {
        if self.etag.is_empty() { !etag.is_empty() } else { self.etag == etag }
    }

    /// What a copy of it may be: the same, or, where its bytes were sealed or opened on the way, put whole.
    pub fn copies(self: Arc<Self>) -> impl Iterator<Item = Arc<Self>> {
        let whole = self.etag.contains('-').then(|| Arc::new(Self::whole(self.bytes.clone(), &self.label)));
        std::iter::once(self).chain(whole)
    }

    /// An object made of parts.
    pub fn of_parts(parts: &[Arc<Self>], label: &str) -> Self {
        let digests: Vec<u8> = parts.iter().flat_map(|part| hex::decode(&part.etag).unwrap_or_default()).collect();
        let etag = format!("{}-{}", hex::encode(Md5::digest(&digests)), parts.len());
        let bytes = match parts {
            [only] => only.bytes.clone(),
            parts => parts.iter().flat_map(|part| part.bytes.iter().copied()).collect(),
        };
        Self { bytes, label: label.to_owned(), etag }
    }
}

/// A copy that is not answered: it may have made of its target whatever its source was since it began.
#[derive(Clone, Debug)]
struct Copying {
    ticket: Tick,
    to: (String, String),
    from: (String, String),
}

/// What a key may hold.
pub type Slot = Register<Option<Arc<Object>>>;

/// A multipart upload whose id is known.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its bucket.
    pub bucket: String,
    /// The key that it will be.
    pub key: String,
    /// The metadata it was begun with.
    pub label: String,
    /// Whether it is open.
    pub open: Register<bool>,
    /// Its parts.
    pub parts: BTreeMap<u32, Slot>,
    /// A client works on it.
    pub busy: bool,
    /// The object that a completion without answer would make, if nobody else writes its key.
    pub alone: Option<Arc<Object>>,
}

/// A completed upload, to be completed again.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The bucket.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The upload's id.
    pub upload: String,
    /// The body of the request.
    pub body: String,
    /// The ETag in the answer.
    pub etag: String,
}

/// An archive whose id is known.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Its bytes.
    pub bytes: Bytes,
    /// Its tree hash, in hexadecimal.
    pub tree_hash: String,
    /// Whether it is there.
    pub present: Register<bool>,
}

/// A vault.
#[derive(Clone, Debug, Default)]
pub struct Vault {
    /// Archives by id.
    pub archives: BTreeMap<String, Archive>,
    /// Uploads of archives that were never answered.
    pub lost: Vec<(Bytes, String)>,
    /// Completed multipart uploads: id, size, tree hash, and the archive's id.
    pub completed: Vec<(String, u64, String, String)>,
    /// Retrieval jobs with their archives.
    pub jobs: Vec<(String, String)>,
}

/// A bucket or vault that comes and goes, with one open upload.
#[derive(Clone, Debug)]
pub struct Place {
    /// It is a vault.
    pub is_vault: bool,
    /// The id of its upload.
    pub upload: String,
    /// ETag or tree hash of the part that surely is there while the upload is.
    pub part: Option<String>,
    /// Whether it stands.
    pub there: Register<bool>,
}

/// A key of KMS.
#[derive(Clone, Debug)]
pub struct KmsKey {
    /// Its id.
    pub id: String,
    /// Whether it may be used.
    pub enabled: Register<bool>,
}

/// Everything.
#[derive(Clone, Debug, Default)]
pub struct Model {
    now: Tick,
    /// Objects by bucket and key.
    pub objects: BTreeMap<(String, String), Slot>,
    copies: Vec<Copying>,
    /// Uploads by id.
    pub uploads: BTreeMap<String, Upload>,
    /// Completed uploads.
    pub completed: Vec<Completed>,
    /// The vaults.
    pub vaults: BTreeMap<String, Vault>,
    /// Keys of KMS by their aliases.
    pub kms: BTreeMap<&'static str, KmsKey>,
    /// The versions of the bucket that keeps them.
    pub versions: versions::Versions,
    /// Buckets and vaults that come and go, by name.
    pub places: BTreeMap<String, Place>,
    /// Contents made so far, each of which is another.
    made: u64,
}

impl Model {
    /// The time of an event.
    pub fn tick(&mut self) -> Tick {
        self.now += 1;
        self.now
    }

    /// A number that nothing else has.
    pub fn fresh(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// What a key may hold.
    pub fn slot(&mut self, bucket: &str, key: &str) -> &mut Slot {
        self.objects.entry((bucket.to_owned(), key.to_owned())).or_insert_with(|| Register::new(None))
    }

    /// A write of a key is asked for.
    pub fn begin(&mut self, bucket: &str, key: &str, value: Option<Arc<Object>>) -> Ticket {
        let now = self.tick();
        self.slot(bucket, key).begin(value, now)
    }

    /// What a key may show to a read that began then.
    pub fn possible(&mut self, bucket: &str, key: &str, began: Tick) -> Vec<Option<Arc<Object>>> {
        let mut possible: Vec<_> = self.slot(bucket, key).possible(began).cloned().collect();
        let copies = self.copies.clone();
        for copy in copies.iter().filter(|copy| copy.to == (bucket.to_owned(), key.to_owned())) {
            let sources = self.slot(&copy.from.0, &copy.from.1).possible(copy.ticket).flatten().cloned();
            possible.extend(sources.flat_map(Object::copies).map(Some));
        }
        possible
    }

    /// A copy is asked for.
    pub fn begin_copy(&mut self, to: (&str, &str), from: (&str, &str)) -> Tick {
        let owned = |(bucket, key): (&str, &str)| (bucket.to_owned(), key.to_owned());
        let ticket = self.tick();
        self.slot(to.0, to.1);
        self.copies.push(Copying { ticket, to: owned(to), from: owned(from) });
        ticket
    }

    /// A copy was answered: with this ETag, or by a refusal. `false` if its source never had that ETag.
    pub fn end_copy(&mut self, ticket: Tick, etag: Option<&str>) -> bool {
        let Some(at) = self.copies.iter().position(|copy| copy.ticket == ticket) else { return false };
        let copy = self.copies.remove(at);
        let Some(etag) = etag else { return true };
        let sources = self.possible(&copy.from.0, &copy.from.1, ticket);
        let copies = sources.into_iter().flatten().flat_map(Object::copies);
        let sources: Vec<_> = copies.filter(|copy| copy.has_etag(etag)).collect();
        for source in &sources {
            let (named, now) = (self.tick(), self.tick());
            let slot = self.slot(&copy.to.0, &copy.to.1);
            let written = slot.begin_at(Some(source.clone()), ticket, named);
            // Of several with the same bytes it may have been any.
            if sources.len() == 1 || sources.iter().all(|other| other == source) {
                slot.done(written, now);
            }
        }
        !sources.is_empty()
    }

    /// The server's life is over; nobody works on anything.
    pub fn settle(&mut self) {
        for copy in self.copies.clone() {
            let sources = self.possible(&copy.from.0, &copy.from.1, copy.ticket);
            for source in sources.into_iter().flatten().flat_map(Object::copies) {
                let named = self.tick();
                self.slot(&copy.to.0, &copy.to.1).begin_at(Some(source), copy.ticket, named);
            }
        }
        self.copies.clear();
        let now = self.tick();
        self.objects.values_mut().for_each(|slot| slot.settle(now));
        for upload in self.uploads.values_mut() {
            upload.open.settle(now);
            upload.parts.values_mut().for_each(|part| part.settle(now));
            upload.busy = false;
        }
        for archive in self.vaults.values_mut().flat_map(|vault| vault.archives.values_mut()) {
            archive.present.settle(now);
        }
        self.versions.known.values_mut().for_each(|version| version.present.settle(now));
        self.places.values_mut().for_each(|place| place.there.settle(now));
        self.kms.values_mut().for_each(|key| key.enabled.settle(now));
    }

    /// So much time has passed that the server may have forgotten how things ended.
    pub fn forget_outcomes(&mut self) {
        self.completed.clear();
        for vault in self.vaults.values_mut() {
            vault.completed.clear();
            vault.jobs.clear();
        }
        // Nor need uploads to vaults stand that idled.
        self.places.values_mut().filter(|place| place.is_vault).for_each(|place| place.part = None);
    }
}

/// Bytes that nothing else has.
pub fn content(number: u64, bytes: usize) -> Bytes {
    let mut dice = coldkeep_disk::simulated::Dice::new(number);
    let block: Vec<u8> = (0..512).flat_map(|_| dice.roll().to_le_bytes()).collect();
    let mut all = Vec::with_capacity(bytes);
    while all.len() < bytes {
        let start = all.len();
        all.extend_from_slice(&block[..block.len().min(bytes - start)]);
        // No block is like another.
        if start > 0 && all.len() >= start + 8 {
            all[start..start + 8].copy_from_slice(&(start as u64).to_le_bytes());
        }
    }
    all.into()
}
