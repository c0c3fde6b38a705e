//! The metadata engine fails at each commit of a scenario of sealed contents in turn, with and without the commit having taken effect.
//! After a restart everything acknowledged opens with its key, the step under way took place whole or not at all, and nothing leaks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::Bytes;
use coldkeep_meta::Fault;
use coldkeep_seal::{DataKey, Envelope, Scheme};
use coldkeep_store::{Error, Item, NamedPart, NewArchive, Precondition, Start, Upload, Vault};
use coldkeep_types::{Id, PartSize, VaultName};

use crate::body::{Body, data, hex, md5, tree_hash};
use crate::faults::empty;
use crate::sealed::{begin, copy, put, sealing};
use crate::vaults::archive_job;
use crate::world::{MIB, World, account, bucket_name, drain, key, part, region};

#[derive(Default)]
struct Made {
    upload: Option<Upload>,
    vault: Option<Vault>,
    vault_upload: Option<Upload>,
    archives: Vec<Id>,
}

const STEPS: usize = 21;
static CONTENTS: LazyLock<[Bytes; 3]> = LazyLock::new(|| [data(1, 5 * MIB), data(2, 70_000), data(3, 100)]);

/// The key that `sealing` put into an envelope's keeping.
fn key_of(sealed: Option<&Envelope>) -> Option<DataKey> {
    sealed.map(|envelope| DataKey::from_bytes([!envelope.wrapped[0]; 32]))
}

async fn step(number: usize, world: &World, made: &mut Made) -> Result<(), Error> {
    let store = &world.store;
    let bucket = bucket_name("bucket");
    let (one, two) = (sealing(Scheme::Server, 1), sealing(Scheme::Server, 2));
    let [large, middle, small] = &*CONTENTS;
    let upload = || made.upload.as_ref().unwrap();
    match number {
        0 => store.create_bucket(&bucket, &account(), &region()).await.map(drop),
        1 => put(store, &bucket, "middle", &one, middle).await.map(drop),
        2 => put(store, &bucket, "small", &one, small).await.map(drop),
        3 => put(store, &bucket, "small", &two, middle).await.map(drop),
        4 => {
            made.upload = Some(begin(store, &bucket, "multi", &two).await?);
            Ok(())
        }
        5 => part(store, upload(), 1, Body::of(middle)).await.map(drop),
        6 => part(store, upload(), 1, Body::of(large)).await.map(drop),
        // From another key, sharing its bytes.
        7 => {
            let source = store.open_object(&bucket, &key("middle")).await?.with_key(Some(one.key.clone()));
            store.copy_part(upload(), 2, source, 0..70_000).await.map(drop)
        }
        8 => {
            let names = [(1, large), (2, middle)];
            let named = names.map(|(number, text)| NamedPart { number, etag: hex(&md5(text)), checksums: Vec::new() });
            world.complete(&bucket, "multi", upload().id, &named).await.map(drop)
        }
        // Under the key that it keeps, under another, and under none.
        9..12 => {
            let (to, with) = [("kept", Some(&two)), ("other", Some(&one)), ("plain", None)][number - 9];
            copy(world, &bucket, ("multi", Some(&two)), (to, with)).await.map(drop)
        }
        12 => store.delete_object(&bucket, &key("multi"), &Precondition::default()).await.map(drop),
        13 | 20 => store.reclaim().await.map(drop),
        14 => store.create_vault(&account(), &region(), &VaultName::parse("v").unwrap()).await,
        15 => {
            let name = VaultName::parse("v").unwrap();
            let vault = made.vault.insert(store.vault(&account(), &region(), &name).await?);
            let new = NewArchive { sealing: Some(one), ..NewArchive::default() };
            made.archives.push(store.upload_archive(vault, new, &mut Body::of(middle)).await?.id);
            Ok(())
        }
        16 => {
            let (vault, size) = (made.vault.clone().unwrap(), PartSize::new(MIB as u64).unwrap());
            let begun = store.create_vault_upload_with(&vault, size, None, Some(two.envelope)).await?;
            made.vault_upload = Some(begun.with_key(Some(two.key)));
            Ok(())
        }
        17 => part(store, made.vault_upload.as_ref().unwrap(), 0, Body::of(small)).await.map(drop),
        18 => {
            let (vault, id) = (made.vault.clone().unwrap(), made.vault_upload.as_ref().unwrap().id);
            let hash = tree_hash(small);
            made.archives.push(store.complete_vault_upload(&vault, id, small.len() as u64, hash).await?.id);
            Ok(())
        }
        19 => {
            let request = archive_job(made.archives[0], None);
            store.initiate_job(&made.vault.clone().unwrap(), request).await.map(drop)
        }
        _ => unreachable!(),
    }
}

/// All that can be seen with the right keys, without ids.
async fn seen(world: &World) -> BTreeMap<String, String> {
    let store = &world.store;
    let mut seen = BTreeMap::new();
    for bucket in store.list_buckets("", "", 100).await.unwrap() {
        let name = &bucket.name;
        seen.insert(format!("bucket {name}"), String::new());
        for item in store.list_objects(name, "", "", &Start::First, 100).await.unwrap().items {
            let Item::Entry(at, object) = item else { panic!("a group without delimiter") };
            let opened = store.open_object(name, &key(&at)).await.unwrap();
            let (bytes, sealed) = (opened.object.bytes, opened.object.sealed.clone());
            let got = drain(opened.with_key(key_of(sealed.as_ref())).read(0..bytes)).await.unwrap();
            seen.insert(format!("object {at}"), format!("{} {} {sealed:?}", object.etag(), hex(&md5(&got))));
        }
        for item in store.list_uploads(name, "", "", &Start::First, 100).await.unwrap().items {
            let Item::Entry(at, listed) = item else { panic!("a group without delimiter") };
            let upload = store.upload(name, &key(&at), listed.id).await.unwrap();
            let parts = store.list_parts(&upload, None, 100).await.unwrap();
            let parts: Vec<_> = parts.iter().map(|part| (part.index, part.bytes, part.etag())).collect();
            seen.insert(format!("upload {at}"), format!("{parts:?} {:?}", upload.sealed));
        }
    }
    for vault in store.list_vaults(&account(), &region(), "", 100).await.unwrap() {
        seen.insert(format!("vault {}", vault.name), format!("{} {}", vault.archives, vault.bytes));
        for upload in store.list_vault_uploads(&vault, None, 100).await.unwrap() {
            let parts = store.list_parts(&upload, None, 100).await.unwrap().len();
            seen.insert("vault upload".into(), format!("{parts} {:?}", upload.sealed));
        }
        for job in store.list_jobs(&vault, None, 100).await.unwrap() {
            let output = store.job_output(&vault, job.id).await.unwrap();
            let (bytes, with) = (output.bytes, key_of(output.job.sealed.as_ref()));
            let got = drain(output.with_key(with).read(0..bytes)).await.unwrap();
            seen.insert("job".into(), hex(&md5(&got)));
        }
    }
    seen
}

#[tokio::test]
async fn every_commit_of_sealed_contents_may_fail() {
    let mut expected = Vec::new();
    let (world, mut made) = (World::new().await, Made::default());
    for number in 0..STEPS {
        expected.push(seen(&world).await);
        step(number, &world, &mut made).await.unwrap();
    }
    expected.push(seen(&world).await);
    for fault in [Fault::Lost, Fault::Applied] {
        for commits in 0.. {
            let (world, mut made) = (World::new().await, Made::default());
            world.meta.fail_after(commits, fault);
            let mut failed = None;
            for number in 0..STEPS {
                let done = step(number, &world, &mut made).await;
                if done.is_err() || world.store.health().await.is_err() {
                    let unknown = matches!(done, Ok(()) | Err(Error::OutcomeUnknown(_)));
                    assert!(unknown, "{fault:?} {commits}: {done:?}");
                    failed = Some(number);
                    break;
                }
            }
            let Some(number) = failed else {
                assert!(commits > 20, "only {commits} commits");
                break;
            };
            let world = world.restarted().await;
            world.store.run_due().await.unwrap();
            let (seen, what) = (seen(&world).await, format!("{fault:?} after {commits} commits, in step {number}"));
            assert!(seen == expected[number] || seen == expected[number + 1], "{what}: {seen:#?}");
            world.reclaim().await;
            world.settle(world.blobs.blobs()).await;
            empty(&world).await;
            world.settle(0).await;
            assert_eq!(world.records().await, [].into(), "{what}");
        }
    }
}
