//! Contents lie in the pool of their class, also as copies; each pool has room of its own, and all of them are proven and swept.

use std::sync::Arc;

use bytes::Bytes;
use coldkeep_blob::{Blobs, Memory, Pools};
use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_store::{
    CopyTarget, Error, Expected, NamedWhole, NewObject, NewUpload, ObjectAccess, Options, Precondition, StorageClass,
    Store, fsck,
};
use coldkeep_types::{BucketName, SystemClock, VaultName};

use crate::body::{Body, data};
use crate::vaults::archive;
use crate::world::{MIB, account, bucket_name, copy_object, copy_to, key, named, options, part, read, region};

/// A store whose classes GLACIER and GLACIER_IR go into a pool of their own.
struct Two {
    meta: Arc<coldkeep_meta::Memory>,
    warm: Memory,
    cold: Memory,
    store: Store,
    bucket: BucketName,
}

/// Puts an object of this class.
pub async fn put_as(
    store: &Store,
    bucket: &BucketName,
    at: &str,
    class: StorageClass,
    bytes: &Bytes,
) -> Result<(), Error> {
    let new = NewObject {
        access: ObjectAccess::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: Default::default(),
        class,
        lock: Default::default(),
        algorithm: ChecksumAlgorithm::Crc64Nvme,
        expected: Expected::default(),
        precondition: Precondition::default(),
        sealing: None,
    };
    store.put_object(new, &mut Body::of(bytes)).await.map(drop)
}

async fn pools(warm: &Memory, cold: &Memory) -> Arc<Pools> {
    let cold: Arc<dyn Blobs> = Arc::new(cold.clone());
    Arc::new(Pools::open(Arc::new(warm.clone()), vec![(1, "cold".into(), cold)]).await.unwrap())
}

fn by_class() -> Options {
    let mut options = options();
    for class in [StorageClass::GlacierIr, StorageClass::Glacier] {
        options.class_pools[class as usize] = 1;
    }
    options
}

impl Two {
    async fn new(cold_bytes: u64) -> Self {
        let (meta, warm, cold) =
            (Arc::new(coldkeep_meta::Memory::new()), Memory::new(), Memory::with_capacity(cold_bytes));
        let engine = pools(&warm, &cold).await;
        let store = Store::open(meta.clone(), engine, Arc::new(SystemClock), by_class()).await.unwrap();
        let bucket = bucket_name("bucket");
        store.create_bucket(&bucket, &account(), &region()).await.unwrap();
        Self { meta, warm, cold, store, bucket }
    }

    async fn put(&self, at: &str, class: StorageClass, bytes: &Bytes) -> Result<(), Error> {
        put_as(&self.store, &self.bucket, at, class, bytes).await
    }

    async fn copy(&self, from: &str, to: &str, class: StorageClass) {
        let target = CopyTarget { class, ..copy_to(&self.bucket, to) };
        copy_object(&self.store, &self.bucket, &key(from), &target).await.unwrap();
    }

    /// Proves everything; the blobs in the default pool and in the other.
    async fn settled(&self) -> (usize, usize) {
        while self.store.reclaim().await.unwrap().done > 0 {}
        let report = fsck(&*self.meta, &*pools(&self.warm, &self.cold).await, true).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!(report.blobs as usize, self.warm.blobs() + self.cold.blobs());
        (self.warm.blobs(), self.cold.blobs())
    }
}

#[tokio::test]
async fn contents_lie_in_the_pool_of_their_class() {
    let two = Two::new(1 << 30).await;
    let bytes = data(1, 100_000);
    two.put("warm", StorageClass::Standard, &bytes).await.unwrap();
    assert_eq!(two.settled().await, (1, 0));
    two.put("cold", StorageClass::GlacierIr, &bytes).await.unwrap();
    assert_eq!(two.settled().await, (1, 1));
    // What is small lies with the metadata.
    two.put("small", StorageClass::GlacierIr, &data(2, 100)).await.unwrap();
    assert_eq!(two.settled().await, (1, 1));
    let new = NewUpload { class: StorageClass::GlacierIr, ..NewUpload::default() };
    let upload = two.store.create_upload(&two.bucket, &key("parts"), new).await.unwrap();
    let parts = [data(3, 5 * MIB), data(4, 20_000)];
    for (number, content) in (1..).zip(&parts) {
        part(&two.store, &upload, number, Body::of(content)).await.unwrap();
    }
    let (names, whole) = ([named(1, &parts[0]), named(2, &parts[1])], NamedWhole::default());
    two.store
        .complete_upload(&two.bucket, &key("parts"), upload.id, &names, &whole, &Precondition::default())
        .await
        .unwrap();
    let name = VaultName::parse("v").unwrap();
    two.store.create_vault(&account(), &region(), &name).await.unwrap();
    let vault = two.store.vault(&account(), &region(), &name).await.unwrap();
    archive(&two.store, &vault, &bytes).await.unwrap();
    assert_eq!(two.settled().await, (1, 4));
    assert_eq!(read(&two.store, &two.bucket, "parts").await.unwrap(), parts.concat());
    assert_eq!(read(&two.store, &two.bucket, "cold").await.unwrap(), bytes);
    for at in ["cold", "parts"] {
        two.store.delete_object(&two.bucket, &key(at), &Precondition::default()).await.unwrap();
    }
    assert_eq!(two.settled().await, (1, 1));
}

#[tokio::test]
async fn a_copy_shares_bytes_only_within_a_pool() {
    let two = Two::new(1 << 30).await;
    let bytes = data(1, 100_000);
    two.put("k", StorageClass::Standard, &bytes).await.unwrap();
    two.copy("k", "same", StorageClass::StandardIa).await;
    assert_eq!(two.settled().await, (1, 0));
    two.copy("k", "cold", StorageClass::GlacierIr).await;
    assert_eq!(two.settled().await, (1, 1));
    // In place: what changes its class so moves.
    two.copy("same", "same", StorageClass::GlacierIr).await;
    assert_eq!(two.settled().await, (1, 2));
    two.copy("k", "k", StorageClass::GlacierIr).await;
    assert_eq!(two.settled().await, (0, 3));
    // A part shares what lies where its upload shall.
    for (class, pools) in [(StorageClass::GlacierIr, (0, 3)), (StorageClass::Standard, (1, 3))] {
        let new = NewUpload { class, ..NewUpload::default() };
        let upload = two.store.create_upload(&two.bucket, &key("parts"), new).await.unwrap();
        let source = two.store.open_object(&two.bucket, &key("k")).await.unwrap();
        two.store.copy_part(&upload, 1, source, 0..100_000).await.unwrap();
        assert_eq!(two.settled().await, pools);
    }
    for at in ["k", "same", "cold"] {
        assert_eq!(read(&two.store, &two.bucket, at).await.unwrap(), bytes);
    }
}

#[tokio::test]
async fn a_full_pool_refuses_what_would_go_there_and_nothing_else() {
    let two = Two::new(50_000).await;
    let bytes = data(1, 100_000);
    assert!(matches!(two.put("k", StorageClass::Glacier, &bytes).await, Err(Error::Full)));
    two.put("k", StorageClass::Standard, &bytes).await.unwrap();
    assert_eq!(two.settled().await, (1, 0));
}

#[tokio::test]
async fn what_a_crash_left_in_any_pool_is_swept() {
    let two = Two::new(1 << 30).await;
    two.put("k", StorageClass::GlacierIr, &data(1, 100_000)).await.unwrap();
    let engine = pools(&two.warm, &two.cold).await;
    for number in [2, 3] {
        coldkeep_blob::conformance::write(&*engine, coldkeep_blob::conformance::id(1, number), &data(2, 100), 100)
            .await;
    }
    assert_eq!((two.warm.blobs(), two.cold.blobs()), (1, 2));
    let Two { meta, warm, cold, store, bucket } = two;
    drop(store);
    let store = Store::open(meta.clone(), pools(&warm, &cold).await, Arc::new(SystemClock), by_class()).await.unwrap();
    assert_eq!(store.sweep().await.unwrap(), 2);
    let two = Two { meta, warm, cold, store, bucket };
    assert_eq!(two.settled().await, (0, 1));
    assert!(read(&two.store, &two.bucket, "k").await.is_ok());
}
