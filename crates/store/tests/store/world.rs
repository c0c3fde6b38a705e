//! What the tests stand on: a store over the engine that the program names, blobs in memory, and a clock that is set by hand.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use coldkeep_blob::Blobs;
use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_meta::Meta;
use coldkeep_store::{
    Completed, CopyTarget, Error, Expected, NamedPart, NamedWhole, NewObject, NewUpload, Object, ObjectAccess, Options,
    PartWritten, Precondition, Reader, Source, Store, Upload, Vault, VersionId, fsck,
};
use coldkeep_types::{AccountId, BucketName, Clock, Id, MAX_PART_BYTES, ObjectKey, Region, Timestamp, VaultName};

use crate::body::{Body, Dice, hex, md5};
use crate::engine::{self, Engine};
use crate::jitter::Jitter;

pub const MIB: usize = 1 << 20;
pub const DAY_MS: i64 = 24 * 3600 * 1000;

/// A clock that stands still until it is moved, or goes on a little whenever it is looked at.
#[derive(Default)]
pub struct TestClock {
    now_ms: AtomicI64,
    step_ms: AtomicI64,
    random: AtomicU64,
}

impl TestClock {
    pub fn advance(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    /// From now on no two looks show the same time.
    pub fn go(&self) {
        self.step_ms.store(1, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.fetch_add(self.step_ms.load(Ordering::Relaxed), Ordering::Relaxed))
    }

    fn random_u32(&self) -> u32 {
        Dice(self.random.fetch_add(1, Ordering::Relaxed)).roll() as u32
    }
}

pub struct World {
    pub meta: Arc<Engine>,
    pub blobs: coldkeep_blob::Memory,
    pub clock: Arc<TestClock>,
    pub store: Store,
}

/// Nothing is reserved, so that a test may fill the disk; the clock is believed.
pub fn options() -> Options {
    Options { reserve_bytes: 0, confirm_ms: 0, ..Options::default() }
}

impl World {
    pub async fn new() -> Self {
        Self::with(options(), 1 << 30, None).await
    }

    /// Tasks are interleaved as the seed says.
    pub async fn jittery(seed: u64) -> Self {
        Self::with(options(), 1 << 30, Some(seed)).await
    }

    pub async fn with(options: Options, capacity_bytes: u64, jitter: Option<u64>) -> Self {
        let meta = engine::fresh().await;
        let blobs = coldkeep_blob::Memory::with_capacity(capacity_bytes);
        let clock = Arc::new(TestClock { now_ms: AtomicI64::new(1_700_000_000_000), ..TestClock::default() });
        let engine: Arc<dyn Meta> = match jitter {
            Some(seed) => Arc::new(Jitter { inner: meta.clone(), seed: AtomicU64::new(seed << 32) }),
            None => meta.clone(),
        };
        let store = Store::open(engine, Arc::new(blobs.clone()), clock.clone(), options).await.unwrap();
        Self { meta, blobs, clock, store }
    }

    /// The world after the server was killed and started again: same disks, all that was under way has ended.
    pub async fn restarted(self) -> Self {
        let Self { meta, blobs, clock, store } = self;
        let options = store.options().clone();
        drop(store);
        while Arc::strong_count(&meta) > 1 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let meta = engine::reopen(meta).await;
        let store = Store::open(meta.clone(), Arc::new(blobs.clone()), clock.clone(), options).await.unwrap();
        store.sweep().await.unwrap();
        Self { meta, blobs, clock, store }
    }

    pub async fn bucket(&self) -> BucketName {
        let name = bucket_name("bucket");
        self.store.create_bucket(&name, &account(), &region()).await.unwrap();
        name
    }

    pub async fn put(&self, bucket: &BucketName, at: &str, body: Body) -> Result<Object, Error> {
        put(&self.store, bucket, at, Precondition::default(), body).await
    }

    pub async fn read(&self, bucket: &BucketName, at: &str) -> Result<Bytes, Error> {
        read(&self.store, bucket, at).await
    }

    pub async fn upload(&self, bucket: &BucketName, at: &str) -> Upload {
        self.store.create_upload(bucket, &key(at), NewUpload::default()).await.unwrap()
    }

    pub async fn part(&self, upload: &Upload, index: u32, body: Body) -> Result<PartWritten, Error> {
        part(&self.store, upload, index, body).await
    }

    pub async fn complete(
        &self,
        bucket: &BucketName,
        at: &str,
        id: Id,
        named: &[NamedPart],
    ) -> Result<Completed, Error> {
        let (whole, precondition) = (NamedWhole::default(), Precondition::default());
        self.store.complete_upload(bucket, &key(at), id, named, &whole, &precondition).await
    }

    pub async fn vault(&self, name: &str) -> Vault {
        let name = VaultName::parse(name).unwrap();
        self.store.create_vault(&account(), &region(), &name).await.unwrap();
        self.store.vault(&account(), &region(), &name).await.unwrap()
    }

    /// Frees all that can be freed; returns how many contents are held by readers.
    pub async fn reclaim(&self) -> usize {
        loop {
            let reclaimed = self.store.reclaim().await.unwrap();
            if reclaimed.done == 0 {
                return reclaimed.held;
            }
        }
    }

    /// After reclaiming, every record and byte is in order and these many blobs are left, all of them owned.
    pub async fn settle(&self, blobs: usize) {
        assert_eq!(self.reclaim().await, 0, "contents held");
        let report = fsck(&*self.meta, &self.blobs, true).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!((report.released, report.unswept), (0, 0), "released, without owner");
        assert_eq!(self.blobs.blobs(), blobs, "blobs");
    }

    /// Fills the disk until so many bytes are free, as something else on it might; returns the blob to delete again.
    pub async fn fill(&self, free_bytes: u64) -> Id {
        let id = coldkeep_blob::conformance::id(0xff_0000, 1);
        let bytes = self.blobs.space().await.unwrap().free_bytes - free_bytes;
        coldkeep_blob::conformance::write(&self.blobs, id, &vec![0; bytes as usize].into(), 1 << 20).await;
        id
    }

    /// How many records there are of each kind, but for counters and the store's own state.
    pub async fn records(&self) -> BTreeMap<char, usize> {
        let mut records = BTreeMap::new();
        for (key, _) in self.meta.scan(vec![0]..vec![u8::MAX], usize::MAX).await.unwrap() {
            *records.entry(char::from(key[0])).or_default() += 1;
        }
        records.remove(&'s');
        records.remove(&'n');
        records
    }
}

/// A copy to a key, of all that its source has, with nothing asked for.
pub fn copy_to(bucket: &BucketName, at: &str) -> CopyTarget {
    CopyTarget {
        lock: Default::default(),
        sealing: None,
        access: ObjectAccess::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: None,
        tags: None,
        redirect: None,
        class: Default::default(),
        algorithm: None,
        precondition: Precondition::default(),
    }
}

pub async fn put(
    store: &Store,
    bucket: &BucketName,
    at: &str,
    precondition: Precondition,
    mut body: Body,
) -> Result<Object, Error> {
    let new = NewObject {
        lock: Default::default(),
        access: ObjectAccess::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: Default::default(),
        class: Default::default(),
        algorithm: ChecksumAlgorithm::Crc64Nvme,
        expected: Expected::default(),
        precondition,
        sealing: None,
    };
    store.put_object(new, &mut body).await
}

pub async fn read(store: &Store, bucket: &BucketName, at: &str) -> Result<Bytes, Error> {
    let object = store.open_object(bucket, &key(at)).await?;
    let bytes = object.object.bytes;
    drain(object.read(0..bytes)).await
}

/// Copies an object that is not sealed, as the doors do.
pub async fn copy_object(
    store: &Store,
    bucket: &BucketName,
    from: &ObjectKey,
    target: &CopyTarget,
) -> Result<Object, Error> {
    copy_version(store, bucket, (from, None), target).await
}

/// The same of a version; without one, of the current object.
pub async fn copy_version(
    store: &Store,
    bucket: &BucketName,
    (from, version): (&ObjectKey, Option<VersionId>),
    target: &CopyTarget,
) -> Result<Object, Error> {
    loop {
        let source = store.open_version(bucket, from, version).await?;
        if let Some(copy) = store.copy_object(&source, target).await? {
            return Ok(copy);
        }
    }
}

pub async fn part(store: &Store, upload: &Upload, index: u32, mut body: Body) -> Result<PartWritten, Error> {
    store.put_part(upload, index, Expected::default(), None, &mut body as &mut dyn Source, MAX_PART_BYTES).await
}

/// All that a reader still has to give.
pub async fn drain(mut reader: Reader) -> Result<Bytes, Error> {
    let wanted = reader.remaining() as usize;
    let mut all = BytesMut::with_capacity(wanted);
    while let Some(bytes) = reader.next().await? {
        assert!(!bytes.is_empty(), "a reader gives bytes or ends");
        all.extend_from_slice(&bytes);
    }
    assert_eq!(all.len(), wanted);
    Ok(all.freeze())
}

pub fn named(number: u32, data: &[u8]) -> NamedPart {
    NamedPart { number, etag: hex(&md5(data)), checksums: Vec::new() }
}

pub fn if_none() -> Precondition {
    Precondition { if_none_match: Some("*".into()), ..Precondition::default() }
}

pub fn if_match(etag: &str) -> Precondition {
    Precondition { if_match: Some(etag.into()), ..Precondition::default() }
}

pub fn bucket_name(name: &str) -> BucketName {
    BucketName::parse(name).unwrap()
}

pub fn key(name: &str) -> ObjectKey {
    ObjectKey::parse(name).unwrap()
}

pub fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

pub fn region() -> Region {
    Region::parse("us-east-1").unwrap()
}
