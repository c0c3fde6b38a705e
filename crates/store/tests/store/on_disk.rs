//! A round of everything over the engines that keep data on a disk, with restarts in between.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_blob::{Blobs, Files};
use coldkeep_disk::SystemDisk;
use coldkeep_meta::Embedded;
use coldkeep_seal::Scheme;
use coldkeep_store::{NewUpload, Options, Store, fsck};
use coldkeep_types::{PartSize, SystemClock, VaultName};
use tokio::task::JoinSet;

use crate::body::{Body, data, tree_hash};
use crate::sealed::{self, sealing};
use crate::vaults::archive_job;
use crate::world::{MIB, account, bucket_name, drain, key, named, part, put, read, region};

struct Disk {
    meta: Arc<Embedded>,
    blobs: Arc<Files>,
    store: Store,
}

async fn start(dir: &Path) -> Disk {
    let meta =
        Arc::new(Embedded::open(Arc::new(SystemDisk), &dir.join("meta"), coldkeep_meta::Options::default()).unwrap());
    let options = coldkeep_blob::Options::default();
    let blobs = Arc::new(Files::open(Arc::new(SystemDisk), &dir.join("blobs"), options).unwrap());
    let options = Options { reserve_bytes: 0, ..Options::default() };
    let store = Store::open(meta.clone(), blobs.clone(), Arc::new(SystemClock), options).await.unwrap();
    Disk { meta, blobs, store }
}

impl Disk {
    async fn settle(&self, owned: u64) {
        while self.store.reclaim().await.unwrap().done > 0 {}
        let report = fsck(&*self.meta, &*self.blobs, true).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!((report.blobs, report.released, report.unswept), (owned, 0, 0));
    }

    async fn stop(self, cleanly: bool) {
        if cleanly {
            self.store.close().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_restarts() {
    let dir = tempfile::tempdir().unwrap();
    let (bucket, at) = (bucket_name("bucket"), key("multi"));
    let name = VaultName::parse("v").unwrap();
    let contents = [data(1, 5 * MIB), data(2, 5 * MIB), data(3, 3000)];

    let disk = start(dir.path()).await;
    disk.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let upload = disk.store.create_upload(&bucket, &at, NewUpload::default()).await.unwrap();
    let mut sending = JoinSet::new();
    for (number, content) in [3, 1, 2].map(|number| (number, contents[number as usize - 1].clone())) {
        let (store, upload) = (disk.store.clone(), upload.clone());
        sending.spawn(async move { part(&store, &upload, number, Body::of(&content)).await.unwrap() });
    }
    sending.join_all().await;
    part(&disk.store, &upload, 2, Body::of(&data(9, MIB)).breaking_after(700_000)).await.unwrap_err();
    part(&disk.store, &upload, 4, Body::of(&data(9, 20_000))).await.unwrap();
    disk.settle(3).await;
    disk.stop(true).await;

    let disk = start(dir.path()).await;
    assert_eq!(disk.store.sweep().await.unwrap(), 0);
    let names: Vec<_> = (1..).zip(&contents).map(|(number, content)| named(number, content)).collect();
    let (whole, always) = (Default::default(), Default::default());
    disk.store.complete_upload(&bucket, &at, upload.id, &names, &whole, &always).await.unwrap();
    put(&disk.store, &bucket, "small", always.clone(), Body::of(&data(4, 10))).await.unwrap();
    disk.store.create_vault(&account(), &region(), &name).await.unwrap();
    let vault = disk.store.vault(&account(), &region(), &name).await.unwrap();
    let size = PartSize::new(MIB as u64).unwrap();
    let ranges = disk.store.create_vault_upload(&vault, size, None).await.unwrap();
    let archived = data(5, MIB + 20_000);
    part(&disk.store, &ranges, 1, Body::of(&archived.slice(MIB..))).await.unwrap();
    part(&disk.store, &ranges, 0, Body::of(&archived.slice(..MIB))).await.unwrap();
    let bytes = archived.len() as u64;
    let done = disk.store.complete_vault_upload(&vault, ranges.id, bytes, tree_hash(&archived)).await.unwrap();
    disk.stop(false).await;

    let disk = start(dir.path()).await;
    disk.store.sweep().await.unwrap();
    assert_eq!(read(&disk.store, &bucket, "multi").await.unwrap(), contents.concat());
    assert_eq!(read(&disk.store, &bucket, "small").await.unwrap(), data(4, 10));
    let job = disk.store.initiate_job(&vault, archive_job(done.id, None)).await.unwrap();
    disk.store.delete_archive(&vault, done.id).await.unwrap();
    let output = disk.store.job_output(&vault, job.id).await.unwrap();
    assert_eq!(drain(output.read(0..bytes)).await.unwrap(), archived);
    disk.settle(4).await;
    disk.store.delete_object(&bucket, &at, &always).await.unwrap();
    disk.store.delete_vault(&account(), &region(), &name).await.unwrap();
    disk.store.run_due().await.unwrap();
    disk.settle(0).await;
    assert_eq!(disk.blobs.epochs().await.unwrap().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_overwrites_are_reclaimed() {
    let dir = tempfile::tempdir().unwrap();
    let disk = start(dir.path()).await;
    let bucket = bucket_name("bucket");
    disk.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let (store, bucket) = (disk.store.clone(), bucket.clone());
        tasks.spawn(async move {
            for version in 0..25 {
                let content = data(task << 8 | version, 9000);
                put(&store, &bucket, &format!("k{}", version % 3), Default::default(), Body::of(&content))
                    .await
                    .unwrap();
            }
        });
    }
    tasks.join_all().await;
    disk.settle(3).await;
}

/// What is sealed is verified by opening it. Where that fails, the disk is told from the key: every bit that turned is found, whichever
/// read meets it, and no other range suffers.
#[tokio::test]
async fn a_disk_that_errs_is_told_from_another_key() {
    let dir = tempfile::tempdir().unwrap();
    let (bucket, bytes) = (bucket_name("bucket"), 200_000);
    let (own, other) = (sealing(Scheme::Customer, 1), sealing(Scheme::Customer, 2));
    let content = data(1, bytes);
    let disk = start(dir.path()).await;
    disk.store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    sealed::put(&disk.store, &bucket, "at", &own, &content).await.unwrap();
    disk.stop(true).await;
    let range = |store: &Store, with, range| {
        let (store, bucket) = (store.clone(), bucket.clone());
        async move { sealed::range(&store, &bucket, "at", Some(with), range).await }
    };
    let disk = start(dir.path()).await;
    let refused = range(&disk.store, &other, 0..bytes).await.unwrap_err().to_string();
    assert!(refused.contains("under this key"), "{refused}");
    disk.stop(true).await;

    let file = walk(&dir.path().join("blobs")).into_iter().max_by_key(|file| file.metadata().unwrap().len()).unwrap();
    let mut kept = std::fs::read(&file).unwrap();
    kept[4096 + 70_000] ^= 1;
    std::fs::write(&file, kept).unwrap();
    let disk = start(dir.path()).await;
    let erred = range(&disk.store, &own, 65_520..65_521).await.unwrap_err().to_string();
    assert!(erred.contains("bytes 65536 to 131072 fail their checksum"), "{erred}");
    assert_eq!(range(&disk.store, &own, 0..65_520).await.unwrap(), content[..65_520]);
    assert_eq!(range(&disk.store, &own, 131_040..bytes).await.unwrap(), content[131_040..]);
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
