//! Tree hashes of ranges come from kept leaves and part roots; they are those of the bytes.

use bytes::Bytes;
use coldkeep_digest::{is_megabyte_aligned, is_tree_hash_aligned, tree_root};
use coldkeep_store::Vault;
use coldkeep_types::{Id, PartSize};

use crate::body::{Body, data, tree_hash};
use crate::vaults::{archive, archive_job};
use crate::world::{MIB, World, drain};

/// All ranges that begin at a MiB and end at one or with the last byte.
fn ranges(bytes: usize) -> Vec<(u64, u64)> {
    let leaves = bytes.div_ceil(MIB);
    let range = |(first, end): (usize, usize)| ((first * MIB) as u64, (end * MIB).min(bytes) as u64 - 1);
    (0..leaves).flat_map(|first| (first + 1..=leaves).map(move |end| (first, end))).map(range).collect()
}

async fn every_range_of_every_range(world: &World, vault: &Vault, id: Id, content: &Bytes) {
    // Each MiB is hashed once here; ranges at MiBs have these leaves.
    let leaves: Vec<_> = content.chunks(MIB).map(tree_hash).collect();
    let direct = |first: u64, last: u64| tree_root(&leaves[first as usize / MIB..last as usize / MIB + 1]);
    assert_eq!(tree_root(&leaves), tree_hash(content));
    let size = content.len() as u64;
    for (first, last) in ranges(content.len()) {
        assert!(is_megabyte_aligned(first, last, size));
        let job = world.store.initiate_job(vault, archive_job(id, Some((first, last)))).await.unwrap();
        let told = job.archive.as_ref().unwrap().tree_hash;
        let aligned = is_tree_hash_aligned(first, last, size);
        assert_eq!(told, aligned.then(|| direct(first, last)), "{first}-{last} of {size}");
        let bytes = last + 1 - first;
        for (from, to) in ranges(bytes as usize) {
            let told = world.store.output_tree_hash(&job, from, to).await.unwrap();
            let aligned = aligned && is_tree_hash_aligned(from, to, bytes);
            let expected = aligned.then(|| direct(first + from, first + to));
            assert_eq!(told, expected, "{from}-{to} of {first}-{last} of {size}");
        }
        assert_eq!(world.store.output_tree_hash(&job, 1, bytes.max(2) - 1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn of_archives_made_of_parts() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    for part_mib in [1, 2] {
        for half_mibs in 1..=15 {
            let content = data(half_mibs, half_mibs as usize * MIB / 2);
            let size = PartSize::new((part_mib * MIB) as u64).unwrap();
            let upload = world.store.create_vault_upload(&vault, size, None).await.unwrap();
            for (index, start) in (0..content.len()).step_by(part_mib * MIB).enumerate() {
                let part = content.slice(start..content.len().min(start + part_mib * MIB));
                world.part(&upload, index as u32, Body::of(&part)).await.unwrap();
            }
            let (bytes, hash) = (content.len() as u64, tree_hash(&content));
            let done = world.store.complete_vault_upload(&vault, upload.id, bytes, hash).await.unwrap();
            every_range_of_every_range(&world, &vault, done.id, &content).await;
        }
    }
}

#[tokio::test]
async fn of_archives_sent_at_once() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    for bytes in [1, 8192, 8193, MIB - 1, MIB, MIB + 1, 3 * MIB, 5 * MIB + 4] {
        let content = data(bytes as u64, bytes);
        let stored = archive(&world.store, &vault, &content).await.unwrap();
        every_range_of_every_range(&world, &vault, stored.id, &content).await;
    }
}

#[tokio::test]
async fn an_empty_archive_has_an_empty_output() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let stored = archive(&world.store, &vault, &Bytes::new()).await.unwrap();
    let job = world.store.initiate_job(&vault, archive_job(stored.id, None)).await.unwrap();
    assert_eq!(job.archive.as_ref().unwrap().tree_hash, Some(tree_hash(b"")));
    let output = world.store.job_output(&vault, job.id).await.unwrap();
    assert_eq!(output.bytes, 0);
    assert_eq!(world.store.output_tree_hash(&output.job, 0, 0).await.unwrap(), Some(tree_hash(b"")));
    assert_eq!(drain(output.read(0..0)).await.unwrap(), "");
}
