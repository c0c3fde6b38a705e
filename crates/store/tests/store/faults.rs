//! The metadata engine fails at each commit of a scenario in turn, with and without the commit having taken effect. After
//! a restart everything acknowledged is there, the step under way took place whole or not at all, and nothing leaks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::Bytes;
use coldkeep_meta::Fault;
use coldkeep_store::{
    CopyTarget, Deletion, Error, InventoryFormat, InventoryParameters, Item, NewUpload, Plan, Precondition, Start,
    Upload, Vault,
};
use coldkeep_types::{Id, PartSize, VaultName};

use crate::body::{Body, Dice, data, hex, md5, tree_hash};
use crate::vaults::{archive, archive_job, inventory_job, output};
use crate::world::{DAY_MS, MIB, World, account, bucket_name, copy_object, copy_to, key, named, part, read, region};

/// What a scenario has made so far; ids differ from run to run.
#[derive(Default)]
struct Made {
    upload: Option<Upload>,
    vault: Option<Vault>,
    vault_upload: Option<Upload>,
    archives: Vec<Id>,
}

const STEPS: usize = 31;
static CONTENTS: LazyLock<[Bytes; 3]> = LazyLock::new(|| [data(1, 5 * MIB), data(2, 20_000), data(3, 100)]);

async fn step(number: usize, world: &World, made: &mut Made) -> Result<(), Error> {
    let store = &world.store;
    let bucket = bucket_name("bucket");
    let always = Precondition::default();
    let [one, two, small] = &*CONTENTS;
    let known = made.vault.clone();
    let vault = || known.clone().unwrap();
    match number {
        0 => store.create_bucket(&bucket, &account(), &region()).await.map(drop),
        1 => world.put(&bucket, "large", Body::of(two)).await.map(drop),
        2 => world.put(&bucket, "small", Body::of(small)).await.map(drop),
        3 => world.put(&bucket, "large", Body::of(small)).await.map(drop),
        4 => world.put(&bucket, "small", Body::of(two)).await.map(drop),
        5 => {
            made.upload = Some(store.create_upload(&bucket, &key("multi"), NewUpload::default()).await?);
            Ok(())
        }
        6..=9 => {
            let (index, content) = [(1, two), (3, two), (1, one), (2, small)][number - 6];
            world.part(made.upload.as_ref().unwrap(), index, Body::of(content)).await.map(drop)
        }
        10 | 11 => {
            let names = [named(1, one), named(2, small)];
            world.complete(&bucket, "multi", made.upload.as_ref().unwrap().id, &names).await.map(drop)
        }
        12 | 13 => {
            let (from, to) = [("multi", "copy"), ("small", "large")][number - 12];
            let target = CopyTarget { precondition: always, ..copy_to(&bucket, to) };
            copy_object(store, &bucket, &key(from), &target).await.map(drop)
        }
        14 => store.delete_object(&bucket, &key("multi"), &always).await.map(drop),
        15 => store
            .delete_objects(&bucket, &["copy", "small"].map(|at| Deletion::new(key(at), always.clone())))
            .await
            .map(drop),
        16 | 30 => store.reclaim().await.map(drop),
        17 => store.create_vault(&account(), &region(), &VaultName::parse("v").unwrap()).await,
        18 => {
            let name = VaultName::parse("v").unwrap();
            let vault = made.vault.insert(store.vault(&account(), &region(), &name).await?);
            made.archives.push(archive(store, vault, small).await?.id);
            Ok(())
        }
        19 => {
            made.archives.push(archive(store, &vault(), two).await?.id);
            Ok(())
        }
        20 => {
            let size = PartSize::new(MIB as u64).unwrap();
            made.vault_upload = Some(store.create_vault_upload(&vault(), size, None).await?);
            Ok(())
        }
        21 | 22 => {
            let content = if number == 21 { one.slice(..MIB) } else { two.clone() };
            world.part(made.vault_upload.as_ref().unwrap(), number as u32 - 21, Body::of(&content)).await.map(drop)
        }
        23 => {
            let whole = [&one[..MIB], &two[..]].concat();
            let (id, bytes) = (made.vault_upload.as_ref().unwrap().id, whole.len() as u64);
            made.archives.push(store.complete_vault_upload(&vault(), id, bytes, tree_hash(&whole)).await?.id);
            Ok(())
        }
        24 | 25 => {
            let request = archive_job(made.archives[number - 23], None);
            store.initiate_job(&vault(), request).await.map(drop)
        }
        26 | 27 => store.delete_archive(&vault(), made.archives[number - 25]).await,
        28 => {
            let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
            store.initiate_job(&vault(), request).await.map(drop)
        }
        29 => {
            world.clock.advance(DAY_MS);
            store.run_due().await.map(drop)
        }
        _ => unreachable!(),
    }
}

/// All that can be seen through the store, without ids.
async fn seen(world: &World) -> BTreeMap<String, String> {
    let store = &world.store;
    let mut seen = BTreeMap::new();
    for bucket in store.list_buckets("", "", 100).await.unwrap() {
        let name = &bucket.name;
        seen.insert(format!("bucket {name}"), String::new());
        for item in store.list_objects(name, "", "", &Start::First, 100).await.unwrap().items {
            let Item::Entry(at, object) = item else { panic!("a group without delimiter") };
            let got = read(store, name, &at).await.unwrap();
            seen.insert(format!("object {at}"), format!("{} {} {}", object.etag(), got.len(), hex(&md5(&got))));
        }
        for item in store.list_uploads(name, "", "", &Start::First, 100).await.unwrap().items {
            let Item::Entry(at, listed) = item else { panic!("a group without delimiter") };
            let upload = store.upload(name, &key(&at), listed.id).await.unwrap();
            seen.insert(format!("upload {at}"), parts(world, &upload).await);
        }
    }
    for vault in store.list_vaults(&account(), &region(), "", 100).await.unwrap() {
        seen.insert(format!("vault {}", vault.name), format!("{} {}", vault.archives, vault.bytes));
        for upload in store.list_vault_uploads(&vault, None, 100).await.unwrap() {
            assert!(matches!(upload.plan, Plan::Ranges(_)));
            seen.insert("vault upload".into(), parts(world, &upload).await);
        }
        for (nth, job) in store.list_jobs(&vault, None, 100).await.unwrap().iter().rev().enumerate() {
            let got = output(world, &vault, job.id).await;
            // The ids in an inventory differ, its length does not.
            let told = job.archive.as_ref().map_or(got.len().to_string(), |_| hex(&md5(&got)));
            seen.insert(format!("job {nth}"), format!("{:?} {told}", job.status));
        }
    }
    seen
}

async fn parts(world: &World, upload: &Upload) -> String {
    let parts = world.store.list_parts(upload, None, 100).await.unwrap();
    let part =
        |part: &coldkeep_store::Part| format!("{} {} {} {:?};", part.index, part.bytes, part.etag(), part.tree_hash);
    parts.iter().map(part).collect()
}

/// What is seen after the first `steps` steps, undisturbed.
async fn undisturbed(steps: usize) -> BTreeMap<String, String> {
    let (world, mut made) = (World::new().await, Made::default());
    for number in 0..steps {
        step(number, &world, &mut made).await.unwrap();
    }
    seen(&world).await
}

#[tokio::test]
async fn every_commit_may_fail() {
    let mut expected = Vec::new();
    for steps in 0..=STEPS {
        expected.push(undisturbed(steps).await);
    }
    for fault in [Fault::Lost, Fault::Applied] {
        for commits in 0.. {
            let (world, mut made) = (World::new().await, Made::default());
            world.meta.fail_after(commits, fault);
            let mut failed = None;
            for number in 0..STEPS {
                if let Err(error) = step(number, &world, &mut made).await {
                    assert!(matches!(error, Error::OutcomeUnknown(_)), "{fault:?} {commits}: {error}");
                    failed = Some(number);
                    break;
                }
                if world.store.health().await.is_err() {
                    // A job was taken, but could not be finished at once.
                    failed = Some(number);
                    break;
                }
            }
            let Some(number) = failed else {
                assert!(commits > 40, "only {commits} commits");
                break;
            };
            let world = world.restarted().await;
            world.store.run_due().await.unwrap();
            let seen = seen(&world).await;
            let what = format!("{fault:?} after {commits} commits, in step {number}");
            assert!(seen == expected[number] || seen == expected[number + 1], "{what}: {seen:#?}");
            let blobs = world.blobs.blobs();
            world.reclaim().await;
            assert!(world.blobs.blobs() <= blobs);
            world.settle(world.blobs.blobs()).await;

            // What was acknowledged can be worked with, and all of it can be removed.
            empty(&world).await;
            world.settle(0).await;
            assert_eq!(world.records().await, [].into(), "{what}");
        }
    }
}

pub async fn empty(world: &World) {
    let store = &world.store;
    for bucket in store.list_buckets("", "", 100).await.unwrap() {
        for item in store.list_objects(&bucket.name, "", "", &Start::First, 100).await.unwrap().items {
            store.delete_object(&bucket.name, &key(item.name()), &Precondition::default()).await.unwrap();
        }
        store.delete_bucket(&bucket.name).await.unwrap();
    }
    for vault in store.list_vaults(&account(), &region(), "", 100).await.unwrap() {
        let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
        let job = store.initiate_job(&vault, request).await.unwrap();
        let listed: Bytes = output(world, &vault, job.id).await;
        for line in std::str::from_utf8(&listed).unwrap().lines().skip(1) {
            let id = line.split(',').next().unwrap();
            let id = store.open_id(coldkeep_store::OpaqueKind::Archive, id).unwrap().id;
            store.delete_archive(&vault, id).await.unwrap();
        }
        store.delete_vault(&account(), &region(), &vault.name).await.unwrap();
    }
    world.clock.advance(8 * DAY_MS);
    store.run_due().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn many_writers_when_the_engine_fails() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let world = World::jittery(seed).await;
        let bucket = world.bucket().await;
        let upload = world.upload(&bucket, "u").await;
        let fault = if dice.chance(2) { Fault::Lost } else { Fault::Applied };
        world.meta.fail_after(dice.below(12) as u64, fault);
        let mut tasks = tokio::task::JoinSet::new();
        for task in 0..8u32 {
            let (store, bucket, upload) = (world.store.clone(), bucket.clone(), upload.clone());
            tasks.spawn(async move {
                let mut kept = None;
                for version in 0..3u64 {
                    let content = data(u64::from(task) << 32 | version, 9000 + 100 * version as usize);
                    let done = match task % 2 {
                        0 => crate::world::put(
                            &store,
                            &bucket,
                            &format!("k{task}"),
                            Default::default(),
                            Body::of(&content),
                        )
                        .await
                        .map(drop),
                        _ => part(&store, &upload, task, Body::of(&content)).await.map(drop),
                    };
                    match done {
                        Ok(()) => kept = Some(version),
                        Err(Error::OutcomeUnknown(_)) => return (task, kept, Some(version)),
                        // The engine had failed before: this was not even tried.
                        Err(Error::Unavailable(_)) => return (task, kept, None),
                        Err(error) => panic!("seed {seed}: {error}"),
                    }
                }
                (task, kept, None)
            });
        }
        let done = tasks.join_all().await;
        let world = world.restarted().await;
        let parts = world.store.list_parts(&upload, None, 100).await.unwrap();
        let mut owned = 0;
        for (task, kept, uncertain) in done {
            let bytes = match task % 2 {
                0 => world.read(&bucket, &format!("k{task}")).await.ok().map(|got| got.len()),
                _ => parts.iter().find(|part| part.index == task).map(|part| part.bytes as usize),
            };
            let version = bytes.map(|bytes| (bytes as u64 - 9000) / 100);
            assert!(version == kept || version.is_some() && version == uncertain, "seed {seed}: task {task}");
            owned += usize::from(version.is_some());
        }
        world.settle(owned).await;
    }
}
