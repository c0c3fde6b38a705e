//! Vaults: counters of their archives, listing, deletion alone and against writers.

use bytes::Bytes;
use coldkeep_store::{
    Archive, Error, InventoryFormat, InventoryParameters, JobAction, JobRequest, NewArchive, Store, Tier, Vault,
};
use coldkeep_types::{Clock, Id, PartSize, VaultName};
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data, tree_hash};
use crate::world::{DAY_MS, MIB, World, account, drain, part, region};

pub fn archive_job(id: Id, range: Option<(u64, u64)>) -> JobRequest {
    let action = JobAction::Archive { id, range, tier: Tier::Standard };
    JobRequest { action, description: None, sns_topic: None }
}

pub fn inventory_job(format: InventoryFormat, parameters: InventoryParameters) -> JobRequest {
    JobRequest { action: JobAction::Inventory { format, parameters }, description: None, sns_topic: None }
}

/// The output of a job that has succeeded.
pub async fn output(world: &World, vault: &Vault, job: Id) -> Bytes {
    let output = world.store.job_output(vault, job).await.unwrap();
    let bytes = output.bytes;
    drain(output.read(0..bytes)).await.unwrap()
}

/// An archive's bytes, by a job.
pub async fn retrieve(world: &World, vault: &Vault, archive: Id) -> Bytes {
    let job = world.store.initiate_job(vault, archive_job(archive, None)).await.unwrap();
    output(world, vault, job.id).await
}

pub async fn archive(store: &Store, vault: &Vault, content: &Bytes) -> Result<Archive, Error> {
    let new = NewArchive { description: Some("an archive".into()), ..NewArchive::default() };
    store.upload_archive(vault, new, &mut Body::of(content)).await
}

#[tokio::test]
async fn counters_follow_the_archives() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    assert_eq!((vault.archives, vault.bytes, vault.changed), (0, 0, None));
    let mut archives = Vec::new();
    let mut sum = 0;
    for (seed, bytes) in [(1, 1), (2, 8192), (3, 8193), (4, 3 * MIB + 5)] {
        world.clock.advance(1000);
        let content = data(seed, bytes);
        let stored = archive(&world.store, &vault, &content).await.unwrap();
        assert_eq!((stored.bytes, stored.tree_hash), (bytes as u64, tree_hash(&content)));
        sum += bytes as u64 + 32_768;
        let now = world.vault("v").await;
        assert_eq!((now.archives, now.bytes), (archives.len() as u64 + 1, sum));
        assert_eq!(now.changed, Some(world.clock.now()));
        archives.push((stored.id, content));
    }
    for (id, content) in &archives {
        assert_eq!(retrieve(&world, &vault, *id).await, content);
    }
    let name = VaultName::parse("v").unwrap();
    assert!(matches!(world.store.delete_vault(&account(), &region(), &name).await, Err(Error::VaultNotEmpty)));
    for (id, content) in &archives {
        world.store.delete_archive(&vault, *id).await.unwrap();
        world.store.delete_archive(&vault, *id).await.unwrap();
        sum -= content.len() as u64 + 32_768;
        assert_eq!(world.vault("v").await.bytes, sum);
    }
    // Their jobs hold the bytes still; they go with the vault.
    world.settle(2).await;
    world.store.delete_vault(&account(), &region(), &name).await.unwrap();
    world.store.delete_vault(&account(), &region(), &name).await.unwrap();
    world.store.run_due().await.unwrap();
    world.settle(0).await;
    world.clock.advance(DAY_MS);
    assert_eq!(world.store.run_due().await.unwrap(), None);
    assert_eq!(world.records().await, [].into());
}

#[tokio::test]
async fn listing_begins_with_a_name_and_knows_its_region() {
    let world = World::new().await;
    for name in ["b", "a", "B", "a.b", "a-b"] {
        world.vault(name).await;
    }
    let elsewhere = coldkeep_types::Region::parse("us-east-10").unwrap();
    world.store.create_vault(&account(), &elsewhere, &VaultName::parse("a").unwrap()).await.unwrap();
    let list = async |from: &str, limit| {
        let vaults = world.store.list_vaults(&account(), &region(), from, limit).await.unwrap();
        vaults.iter().map(|vault| vault.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(list("", 10).await, ["B", "a", "a-b", "a.b", "b"]);
    assert_eq!(list("a-", 2).await, ["a-b", "a.b"]);
    assert_eq!(list("b", 10).await, ["b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn deleting_races_with_writers() {
    let world = World::jittery(8).await;
    let name = VaultName::parse("v").unwrap();
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let vault = world.vault("v").await;
        let size = PartSize::new(MIB as u64).unwrap();
        let early = world.store.create_vault_upload(&vault, size, None).await.unwrap();
        let mut tasks = JoinSet::new();
        for task in 0..8 {
            let (store, vault, early, name) = (world.store.clone(), vault.clone(), early.clone(), name.clone());
            let (wait, action) = (dice.below(40), if task < 2 { 0 } else { dice.below(8) });
            tasks.spawn(async move {
                for _ in 0..wait {
                    tokio::task::yield_now().await;
                }
                let content = data(seed, 9000);
                let hash = tree_hash(&content);
                let outcome = match action {
                    0 => store.delete_vault(&account(), &region(), &name).await,
                    1 => store.create_vault(&account(), &region(), &name).await,
                    2 => archive(&store, &vault, &content).await.map(drop),
                    3 => store.create_vault_upload(&vault, size, None).await.map(drop),
                    4 => part(&store, &early, 0, Body::of(&content)).await.map(drop),
                    5 => store.complete_vault_upload(&vault, early.id, 9000, hash).await.map(drop),
                    6 => store.abort_vault_upload(&vault, early.id).await,
                    _ => {
                        let request = inventory_job(InventoryFormat::Json, InventoryParameters::default());
                        store.initiate_job(&vault, request).await.map(drop)
                    }
                };
                (action, outcome)
            });
        }
        let done = tasks.join_all().await;
        for (action, outcome) in &done {
            let fits = matches!(
                (action, outcome),
                (_, Ok(()))
                    | (2..8, Err(Error::NoSuchVault))
                    | (3..7, Err(Error::NoSuchUpload))
                    | (0, Err(Error::VaultNotEmpty))
                    | (5, Err(Error::NoParts))
                    | (7, Err(Error::NoSuchJob))
            );
            assert!(fits, "seed {seed}: {action} {outcome:?}");
        }
        // Whatever is left is of a vault that is there, and goes with it.
        if let Ok(vault) = world.store.vault(&account(), &region(), &name).await {
            let request = inventory_job(InventoryFormat::Csv, InventoryParameters::default());
            let job = world.store.initiate_job(&vault, request).await.unwrap();
            let listed = String::from_utf8(output(&world, &vault, job.id).await.to_vec()).unwrap();
            assert_eq!(listed.lines().count() as u64 - 1, vault.archives, "seed {seed}");
            for line in listed.lines().skip(1) {
                let id = line.split(',').next().unwrap();
                let opened = world.store.open_id(coldkeep_store::OpaqueKind::Archive, id).unwrap();
                world.store.delete_archive(&vault, opened.id).await.unwrap();
            }
            world.store.delete_vault(&account(), &region(), &name).await.unwrap();
        }
        world.store.run_due().await.unwrap();
        world.settle(0).await;
        let left: Vec<_> = world.records().await.into_keys().filter(|tag| !"cd".contains(*tag)).collect();
        assert_eq!(left, [], "seed {seed}: {done:?}");
    }
    world.clock.advance(8 * DAY_MS);
    assert_eq!(world.store.run_due().await.unwrap(), None);
    assert_eq!(world.records().await, [].into());
}
