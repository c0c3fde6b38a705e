//! Retrieval jobs: ranges, delays, what they pin, inventories, and how they are forgotten.

use bytes::Bytes;
use coldkeep_blob::Blobs;
use coldkeep_store::{
    Error, InventoryFormat, InventoryParameters, JobAction, JobStatus, NewArchive, OpaqueKind, Options, Tier,
};
use coldkeep_types::{Clock, Id};
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data, hex, tree_hash};
use crate::vaults::{archive, archive_job, inventory_job, output};
use crate::world::{DAY_MS, MIB, World, drain, options};

#[tokio::test]
async fn ranges_are_read_and_ranges_of_them() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let content = data(1, 3 * MIB + 500);
    let stored = archive(&world.store, &vault, &content).await.unwrap();
    let all = content.len();
    for range in [0..MIB, MIB..3 * MIB, MIB..all, 3 * MIB..all, 0..all] {
        let asked = Some((range.start as u64, range.end as u64 - 1));
        let job = world.store.initiate_job(&vault, archive_job(stored.id, asked)).await.unwrap();
        assert_eq!(job.status, JobStatus::Succeeded);
        assert_eq!(output(&world, &vault, job.id).await, content[range.clone()]);
        let opened = world.store.job_output(&vault, job.id).await.unwrap();
        assert_eq!(drain(opened.read(100..400)).await.unwrap(), content[range.start + 100..range.start + 400]);
    }
}

#[tokio::test]
async fn a_job_pins_its_archive_until_it_is_forgotten() {
    let delays = Options { retrieval_delay_ms: [1000, 5000, 12_000], job_retention_ms: 60_000, ..options() };
    let world = World::with(delays, 1 << 30, None).await;
    let vault = world.vault("v").await;
    for (tier, delay) in [(Tier::Expedited, 1000), (Tier::Standard, 5000), (Tier::Bulk, 12_000)] {
        for bytes in [100, 2 * MIB + 7] {
            let content = data(bytes as u64, bytes);
            let stored = archive(&world.store, &vault, &content).await.unwrap();
            let mut request = archive_job(stored.id, None);
            request.action = JobAction::Archive { id: stored.id, range: None, tier };
            let begun = world.clock.now();
            let job = world.store.initiate_job(&vault, request).await.unwrap();
            assert_eq!(job.status, JobStatus::InProgress);
            world.store.delete_archive(&vault, stored.id).await.unwrap();
            let blobs = usize::from(bytes > 8192);
            world.settle(blobs).await;

            world.clock.advance(delay - 1);
            assert_eq!(world.store.run_due().await.unwrap(), Some(begun.plus_millis(delay)));
            assert!(matches!(world.store.job_output(&vault, job.id).await, Err(Error::JobNotReady)));
            world.clock.advance(1);
            assert_eq!(world.store.run_due().await.unwrap(), Some(begun.plus_millis(delay + 60_000)));
            let finished = world.store.job(&vault, job.id).await.unwrap();
            assert_eq!((finished.status, finished.completed()), (JobStatus::Succeeded, Some(world.clock.now())));
            assert_eq!(output(&world, &vault, job.id).await, content);
            world.settle(blobs).await;

            let reader = world.store.job_output(&vault, job.id).await.unwrap().read(0..bytes as u64);
            world.clock.advance(60_000);
            assert_eq!(world.store.run_due().await.unwrap(), None);
            assert!(matches!(world.store.job(&vault, job.id).await, Err(Error::NoSuchJob)));
            assert_eq!(world.reclaim().await, blobs, "held by the reader");
            assert_eq!(drain(reader).await.unwrap(), content);
            world.settle(0).await;
        }
    }
    assert_eq!(world.records().await, [('l', 1), ('v', 1)].into());
}

#[tokio::test]
async fn jobs_are_listed_newest_first() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        world.clock.advance(1);
        let request = inventory_job(InventoryFormat::Json, InventoryParameters::default());
        ids.insert(0, world.store.initiate_job(&vault, request).await.unwrap().id);
    }
    let list = async |from, limit| {
        let jobs = world.store.list_jobs(&vault, from, limit).await.unwrap();
        jobs.iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, 10).await, ids);
    assert_eq!(list(None, 2).await, ids[..2]);
    assert_eq!(list(Some(ids[2]), 2).await, ids[2..4]);
}

#[tokio::test]
async fn inventories_have_the_apis_form() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let new = NewArchive { description: Some(r#"say "hi" \ bye"#.into()), ..NewArchive::default() };
    let content = data(1, 9000);
    let stored = world.store.upload_archive(&vault, new, &mut Body::of(&content)).await.unwrap();
    let id = world.store.seal_id(OpaqueKind::Archive, vault.id, stored.id);
    let (date, hash) = (world.clock.now().iso_seconds(), hex(&tree_hash(&content)));
    let text = async |format| {
        let request = inventory_job(format, InventoryParameters::default());
        let job = world.store.initiate_job(&vault, request).await.unwrap();
        String::from_utf8(output(&world, &vault, job.id).await.to_vec()).unwrap()
    };
    let json = format!(
        r#"{{"VaultARN":"arn:aws:glacier:us-east-1:123456789012:vaults/v","InventoryDate":"{date}","ArchiveList":[{{"ArchiveId":"{id}","ArchiveDescription":"say \"hi\" \\ bye","CreationDate":"{date}","Size":9000,"SHA256TreeHash":"{hash}"}}]}}"#
    );
    assert_eq!(text(InventoryFormat::Json).await, json);
    let csv = format!(
        "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n{id},\"say \\\"hi\\\" \\ bye\",{date},9000,{hash}\n"
    );
    assert_eq!(text(InventoryFormat::Csv).await, csv);
    world.store.delete_archive(&vault, stored.id).await.unwrap();
    assert!(text(InventoryFormat::Json).await.ends_with(r#""ArchiveList":[]}"#));
}

#[tokio::test]
async fn inventories_are_limited_and_go_on() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let mut archives = Vec::new();
    for number in 0..1203 {
        world.clock.advance(1);
        let stored = archive(&world.store, &vault, &Bytes::from(format!("{number}"))).await.unwrap();
        archives.push((stored.id, world.clock.now().0));
    }
    let list = async |parameters: InventoryParameters| {
        let job = world.store.initiate_job(&vault, inventory_job(InventoryFormat::Csv, parameters)).await.unwrap();
        let text = String::from_utf8(output(&world, &vault, job.id).await.to_vec()).unwrap();
        let id = |line: &str| world.store.open_id(OpaqueKind::Archive, line.split(',').next().unwrap()).unwrap().id;
        (text.lines().skip(1).map(id).collect::<Vec<Id>>(), job.inventory.unwrap().continuation)
    };
    // Inventories of one, of several and of no archive at the edges of what is read at once.
    for limit in [1, 499, 500, 501, 1000, 1202, 1203, 1204] {
        let (mut listed, mut from) = (Vec::new(), None);
        loop {
            let parameters = InventoryParameters { limit: Some(limit), from, ..InventoryParameters::default() };
            let (some, next) = list(parameters).await;
            assert!(some.len() as u64 <= limit && (next.is_none() || some.len() as u64 == limit));
            listed.extend(some);
            from = next;
            if from.is_none() || limit == 1 && listed.len() == 5 {
                break;
            }
        }
        assert!(archives.iter().zip(&listed).all(|(archive, listed)| archive.0 == *listed));
        assert_eq!(listed.len(), if limit == 1 { 5 } else { 1203 });
    }
    let (start, end) = (archives[600].1, archives[1100].1);
    let dates = InventoryParameters { start_ms: Some(start), end_ms: Some(end), ..InventoryParameters::default() };
    let (listed, next) = list(dates.clone()).await;
    assert_eq!((listed.len(), listed[0], next), (500, archives[600].0, None));
    let (listed, next) = list(InventoryParameters { limit: Some(500), ..dates }).await;
    assert_eq!((listed.len(), next), (500, None));
}

#[tokio::test]
async fn an_inventory_is_of_the_moment_it_finishes_and_keeps() {
    let world = World::with(Options { inventory_delay_ms: 1000, ..options() }, 1 << 30, None).await;
    let vault = world.vault("v").await;
    let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
    let job = world.store.initiate_job(&vault, request).await.unwrap();
    let mut stored = Vec::new();
    for number in 0..60 {
        stored.push(archive(&world.store, &vault, &data(number, 10)).await.unwrap().id);
    }
    world.clock.advance(1000);
    world.store.run_due().await.unwrap();
    for id in stored {
        world.store.delete_archive(&vault, id).await.unwrap();
    }
    let text = output(&world, &vault, job.id).await;
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 61);
    // The output is a blob; everything else was small.
    world.settle(1).await;
    world.clock.advance(DAY_MS);
    world.store.run_due().await.unwrap();
    world.settle(0).await;
}

#[tokio::test]
async fn work_that_fails_does_not_keep_the_rest() {
    let world =
        World::with(Options { inventory_delay_ms: 1000, reserve_bytes: 1 << 20, ..options() }, 3 << 20, None).await;
    let vault = world.vault("v").await;
    let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
    let job = world.store.initiate_job(&vault, request).await.unwrap();
    let size = coldkeep_types::PartSize::new(4 << 20).unwrap();
    let upload = world.store.create_vault_upload(&vault, size, None).await.unwrap();
    world.part(&upload, 0, Body::of(&data(1, MIB))).await.unwrap();
    let filler = world.fill(1000).await;
    // The disk is full now: the inventory cannot be written before the upload that idles has gone.
    world.clock.advance(8 * DAY_MS);
    assert!(matches!(world.store.run_due().await, Err(Error::Full)));
    assert!(matches!(world.store.vault_upload(&vault, upload.id).await, Err(Error::NoSuchUpload)));
    assert_eq!(world.store.job(&vault, job.id).await.unwrap().status, JobStatus::InProgress);
    world.blobs.delete(filler).await.unwrap();
    world.settle(0).await;
    assert!(world.store.run_due().await.unwrap().is_some());
    assert_eq!(world.store.job(&vault, job.id).await.unwrap().status, JobStatus::Succeeded);
}

#[tokio::test]
async fn a_job_that_cannot_finish_at_once_finishes_later() {
    let world = World::with(Options { reserve_bytes: 1 << 20, ..options() }, 3 << 20, None).await;
    let vault = world.vault("v").await;
    // There is room for the job, but not for its output.
    let filler = world.fill((1 << 20) + 32_768).await;
    let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
    let job = world.store.initiate_job(&vault, request).await.unwrap();
    assert_eq!(job.status, JobStatus::InProgress);
    world.blobs.delete(filler).await.unwrap();
    world.store.run_due().await.unwrap();
    assert_eq!(world.store.job(&vault, job.id).await.unwrap().status, JobStatus::Succeeded);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn beginning_races_with_deletion() {
    let world = World::jittery(9).await;
    let vault = world.vault("v").await;
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let content = data(seed, MIB + 10_000);
        let size = coldkeep_types::PartSize::new(1 << 20).unwrap();
        let upload = world.store.create_vault_upload(&vault, size, None).await.unwrap();
        world.part(&upload, 0, Body::of(&content.slice(..MIB))).await.unwrap();
        world.part(&upload, 1, Body::of(&content.slice(MIB..))).await.unwrap();
        let bytes = content.len() as u64;
        let id = world.store.complete_vault_upload(&vault, upload.id, bytes, tree_hash(&content)).await.unwrap().id;
        let mut tasks = JoinSet::new();
        for _ in 0..3 {
            let (store, vault, wait) = (world.store.clone(), vault.clone(), dice.below(12));
            let range = dice.chance(2).then_some((1 << 20, bytes - 1));
            tasks.spawn(async move {
                for _ in 0..wait {
                    tokio::task::yield_now().await;
                }
                match store.initiate_job(&vault, archive_job(id, range)).await {
                    Ok(job) => Some(job.id),
                    Err(Error::NoSuchArchive) => None,
                    Err(error) => panic!("seed {seed}: {error}"),
                }
            });
        }
        let (store, at) = (world.store.clone(), vault.clone());
        tasks.spawn(async move {
            store.delete_archive(&at, id).await.unwrap();
            for _ in 0..3 {
                store.reclaim().await.unwrap();
            }
            None
        });
        for job in tasks.join_all().await.into_iter().flatten() {
            let got = output(&world, &vault, job).await;
            assert!(got == content || got == content[MIB..], "seed {seed}");
        }
        world.clock.advance(2 * DAY_MS);
        world.store.run_due().await.unwrap();
        world.settle(0).await;
    }
}
