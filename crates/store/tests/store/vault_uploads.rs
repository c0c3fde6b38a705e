//! Glacier uploads: ranges in any order, completed, repeated, aborted, expired.

use coldkeep_digest::DigestSet;
use coldkeep_store::{DigestName, Error, Expected, Options};
use coldkeep_types::{MAX_PART_BYTES, PartSize};
use tokio::task::JoinSet;

use crate::body::{Body, data, digests, tree_hash};
use crate::vaults::retrieve;
use crate::world::{DAY_MS, MIB, World, options, part};

fn size(mib: usize) -> PartSize {
    PartSize::new((mib * MIB) as u64).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_come_in_any_order_and_at_once() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let upload = world.store.create_vault_upload(&vault, size(1), Some("five".into())).await.unwrap();
    let whole = data(1, 4 * MIB + 5000);
    let mut sending = JoinSet::new();
    for index in [4, 2, 0, 3, 1] {
        let end = whole.len().min((index + 1) * MIB);
        let (store, upload, content) = (world.store.clone(), upload.clone(), whole.slice(index * MIB..end));
        sending.spawn(async move { part(&store, &upload, index as u32, Body::of(&content)).await.unwrap() });
    }
    sending.join_all().await;
    let parts = world.store.list_parts(&upload, None, 100).await.unwrap();
    for (index, part) in parts.iter().enumerate() {
        let end = whole.len().min((index + 1) * MIB);
        assert_eq!((part.index, part.tree_hash), (index as u32, Some(tree_hash(&whole[index * MIB..end]))));
    }
    let hash = tree_hash(&whole);
    let bytes = whole.len() as u64;
    let done = world.store.complete_vault_upload(&vault, upload.id, bytes, hash).await.unwrap();
    let archive = world.store.archive(&vault, done.id).await.unwrap();
    assert_eq!((archive.bytes, archive.tree_hash), (bytes, hash));
    assert_eq!(archive.description.as_deref(), Some("five"));
    assert_eq!(retrieve(&world, &vault, done.id).await, whole);
    world.settle(4).await;

    let again = world.store.complete_vault_upload(&vault, upload.id, bytes, hash).await.unwrap();
    assert_eq!(again, done);
    let other = world.store.complete_vault_upload(&vault, upload.id, bytes, [0; 32]).await.unwrap_err();
    assert!(matches!(other, Error::CompletedOtherwise), "{other}");
    assert!(matches!(world.store.abort_vault_upload(&vault, upload.id).await, Err(Error::NoSuchUpload)));
    assert_eq!(world.vault("v").await.archives, 1);
    world.clock.advance(DAY_MS);
    world.store.run_due().await.unwrap();
    let late = world.store.complete_vault_upload(&vault, upload.id, bytes, hash).await.unwrap_err();
    assert!(matches!(late, Error::NoSuchUpload), "{late}");
}

#[tokio::test]
async fn what_complete_refuses_leaves_the_upload_open() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let upload = world.store.create_vault_upload(&vault, size(1), None).await.unwrap();
    let whole = data(1, 2 * MIB + 10_000);
    let complete = async |bytes: usize, hash| {
        world.store.complete_vault_upload(&vault, upload.id, bytes as u64, hash).await.unwrap_err()
    };
    let hash = tree_hash(&whole);
    assert!(matches!(complete(whole.len(), hash).await, Error::NoParts));
    world.part(&upload, 0, Body::of(&whole.slice(..MIB))).await.unwrap();
    world.part(&upload, 2, Body::of(&whole.slice(2 * MIB..))).await.unwrap();
    let missing = complete(whole.len(), hash).await;
    assert!(matches!(missing, Error::MissingRange(at) if at == MIB as u64), "{missing}");
    world.part(&upload, 1, Body::of(&whole.slice(MIB..MIB + 20_000))).await.unwrap();
    let missing = complete(whole.len(), hash).await;
    assert!(matches!(missing, Error::MissingRange(at) if at == MIB as u64 + 20_000), "{missing}");
    world.part(&upload, 1, Body::of(&whole.slice(MIB..2 * MIB))).await.unwrap();
    assert!(matches!(complete(whole.len() - 1, hash).await, Error::SizeMismatch { .. }));
    assert!(matches!(complete(whole.len(), [7; 32]).await, Error::DigestMismatch { name: DigestName::TreeHash, .. }));
    // A part whose tree hash is not as declared leaves the one before.
    let expected = Expected { tree_hash: Some(hash), ..Expected::default() };
    let mut body = Body::of(&whole.slice(..MIB));
    let wrong = world.store.put_part(&upload, 0, expected, None, &mut body, MAX_PART_BYTES).await.unwrap_err();
    assert!(matches!(wrong, Error::DigestMismatch { name: DigestName::TreeHash, .. }), "{wrong}");
    world.settle(3).await;
    world.store.complete_vault_upload(&vault, upload.id, whole.len() as u64, hash).await.unwrap();
}

#[tokio::test]
async fn a_part_sent_again_replaces_its_leaves_too() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let upload = world.store.create_vault_upload(&vault, size(4), None).await.unwrap();
    for (seed, bytes, leaves) in [(1, 4 * MIB, Some(1)), (2, 100, None), (3, 2 * MIB + 1, Some(1)), (4, MIB, None)] {
        let content = data(seed, bytes);
        world.part(&upload, 0, Body::of(&content)).await.unwrap();
        assert_eq!(world.records().await.get(&'t').copied(), leaves, "{bytes}");
        world.settle(usize::from(bytes > 8192)).await;
    }
    world.store.abort_vault_upload(&vault, upload.id).await.unwrap();
    world.store.abort_vault_upload(&vault, upload.id).await.unwrap();
    world.settle(0).await;
    world.clock.advance(7 * DAY_MS);
    world.store.run_due().await.unwrap();
    assert!(matches!(world.store.abort_vault_upload(&vault, upload.id).await, Err(Error::NoSuchUpload)));
    assert_eq!(world.records().await, [('v', 1)].into());
}

#[tokio::test]
async fn an_upload_expires_when_it_idles() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let idle = world.store.options().vault_upload_idle_ms;
    let upload = world.store.create_vault_upload(&vault, size(1), None).await.unwrap();
    let open = async || world.store.vault_upload(&vault, upload.id).await.is_ok();
    for index in 0..4 {
        world.clock.advance(idle - 1000);
        let next = world.store.run_due().await.unwrap();
        assert!(next.is_some() && open().await);
        world.part(&upload, index, Body::of(&data(index.into(), 9000))).await.unwrap();
    }
    world.clock.advance(idle - 1);
    world.store.run_due().await.unwrap();
    assert!(open().await);
    world.settle(4).await;
    world.clock.advance(1);
    assert_eq!(world.store.run_due().await.unwrap(), None);
    assert!(!open().await);
    let late = world.part(&upload, 0, Body::of(&data(1, 9000))).await.unwrap_err();
    assert!(matches!(late, Error::NoSuchUpload), "{late}");
    world.settle(0).await;
    assert_eq!(world.records().await, [('v', 1)].into());
}

#[tokio::test]
async fn open_uploads_are_listed_by_age() {
    let world = World::new().await;
    let (vault, other) = (world.vault("v").await, world.vault("w").await);
    let mut ids = Vec::new();
    for _ in 0..5 {
        world.clock.advance(10);
        ids.push(world.store.create_vault_upload(&vault, size(1), None).await.unwrap().id);
        world.store.create_vault_upload(&other, size(1), None).await.unwrap();
    }
    let list = async |from, limit| {
        let uploads = world.store.list_vault_uploads(&vault, from, limit).await.unwrap();
        uploads.iter().map(|upload| upload.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 100).await, ids);
    assert_eq!(list(None, 2).await, ids[..2]);
    assert_eq!(list(Some(ids[2]), 2).await, ids[2..4]);
    world.store.abort_vault_upload(&vault, ids[2]).await.unwrap();
    assert_eq!(list(Some(ids[2]), 2).await, ids[3..5]);
}

#[tokio::test]
async fn tree_hashes_of_parts_are_those_of_their_bytes() {
    // The helper used everywhere here agrees with leaves hashed one by one.
    let content = data(5, 3 * MIB + 17);
    let leaf = |data: &[u8]| digests(&DigestSet { sha256: true, ..DigestSet::default() }, data).sha256.unwrap();
    let leaves: Vec<_> = content.chunks(MIB).map(leaf).collect();
    let left = leaf(&[leaves[0], leaves[1]].concat());
    let right = leaf(&[leaves[2], leaves[3]].concat());
    assert_eq!(tree_hash(&content), leaf(&[left, right].concat()));
}

#[tokio::test]
async fn listing_parts_and_bytes_on_their_way_keep_an_upload() {
    let world = World::with(Options { vault_upload_idle_ms: DAY_MS, ..options() }, 1 << 30, None).await;
    let vault = world.vault("v").await;
    let size = PartSize::new(MIB as u64).unwrap();
    let begin = || world.store.create_vault_upload(&vault, size, None);
    let (listed, sent, idle) = (begin().await.unwrap(), begin().await.unwrap(), begin().await.unwrap());
    for _ in 0..10 {
        world.clock.advance(DAY_MS / 5);
        world.store.list_parts(&listed, None, 10).await.unwrap();
        // A part that never arrives has bytes on their way.
        world.part(&sent, 0, Body::of(&data(1, MIB)).breaking_after(MIB / 2)).await.unwrap_err();
        world.store.run_due().await.unwrap();
    }
    for upload in [&listed, &sent] {
        assert_eq!(world.store.vault_upload(&vault, upload.id).await.unwrap().id, upload.id);
    }
    assert!(matches!(world.store.vault_upload(&vault, idle.id).await, Err(Error::NoSuchUpload)));
    world.settle(0).await;
    world.store.abort_vault_upload(&vault, listed.id).await.unwrap();
    world.clock.advance(2 * DAY_MS);
    world.store.run_due().await.unwrap();
    world.settle(0).await;
    assert_eq!(world.records().await.get(&'y'), None);
}
