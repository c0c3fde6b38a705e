//! DeleteBucket and DeleteVault: one commit that is refused whole or done whole, and what is left is dropped behind it.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::{Checksum, ChecksumAlgorithm};
use coldkeep_store::{
    Error, Expected, InventoryFormat, InventoryParameters, JobAction, JobRequest, NewArchive, NewObject, Source,
    SourceError, Store, Vault,
};
use coldkeep_types::{AccountId, PartSize, VaultName};

use crate::body::{Body, data, tree_hash};
use crate::world::{MIB, World, account, bucket_name, key, named, region};

async fn delete(store: &Store, vault: &Vault) -> Result<(), Error> {
    store.delete_vault(&account(), &region(), &vault.name).await
}

#[tokio::test]
async fn a_refused_delete_changes_nothing() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    world.part(&upload, 1, Body::of(&data(1, 20_000))).await.unwrap();
    world.put(&bucket, "in the way", Body::of(&data(2, 10))).await.unwrap();
    assert!(matches!(world.store.delete_bucket(&bucket).await, Err(Error::BucketNotEmpty)));
    assert_eq!(world.store.list_parts(&upload, None, 10).await.unwrap().len(), 1);

    let vault = world.vault("v").await;
    let ranges = world.store.create_vault_upload(&vault, PartSize::new(MIB as u64).unwrap(), None).await.unwrap();
    world.part(&ranges, 0, Body::of(&data(3, MIB))).await.unwrap();
    let new = NewArchive { description: None, expected: Expected::default(), sealing: None };
    world.store.upload_archive(&vault, new, &mut Body::of(&data(4, 10))).await.unwrap();
    assert!(matches!(delete(&world.store, &vault).await, Err(Error::VaultNotEmpty)));
    world.store.run_due().await.unwrap();
    assert_eq!(world.store.list_parts(&ranges, None, 10).await.unwrap().len(), 1);
    world.settle(2).await;
}

#[tokio::test]
async fn what_a_deleted_bucket_or_vault_left_is_dropped_behind_it() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let vault = world.vault("v").await;
    for number in 0..600 {
        let upload = world.upload(&bucket, &format!("k{number}")).await;
        if number % 100 == 0 {
            world.part(&upload, 1, Body::of(&data(1, 20_000))).await.unwrap();
        }
    }
    let ranges = world.store.create_vault_upload(&vault, PartSize::new(MIB as u64).unwrap(), None).await.unwrap();
    world.part(&ranges, 0, Body::of(&data(3, MIB))).await.unwrap();
    let action = JobAction::Inventory { format: InventoryFormat::Json, parameters: InventoryParameters::default() };
    let request = JobRequest { description: None, sns_topic: None, action };
    world.store.initiate_job(&vault, request).await.unwrap();
    world.store.delete_bucket(&bucket).await.unwrap();
    delete(&world.store, &vault).await.unwrap();
    assert!(matches!(world.store.bucket(&bucket).await, Err(Error::NoSuchBucket)));
    // What is left is no damage, and nobody's who makes the name anew.
    world.settle(7).await;
    let (again, same) = (world.bucket().await, world.vault("v").await);
    assert!(world.store.list_uploads(&again, "", "", &Default::default(), 10).await.unwrap().items.is_empty());
    assert!(world.store.list_vault_uploads(&same, None, 10).await.unwrap().is_empty());
    let world = world.restarted().await;
    world.store.run_due().await.unwrap();
    world.settle(0).await;
    let records = world.records().await;
    for tag in ['u', 'U', 'p', 'q', 'j', 'w', 'y'] {
        assert_eq!(records.get(&tag), None, "{tag}");
    }
}

/// A body during which the bucket is deleted, and made by somebody else.
struct Remade<'a>(&'a World, Option<Bytes>);

#[async_trait]
impl Source for Remade<'_> {
    fn declared_bytes(&self) -> Option<u64> {
        Some(10)
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        let (world, bytes) = (self.0, self.1.take());
        if bytes.is_some() {
            let (bucket, other) = (bucket_name("bucket"), AccountId::parse("999999999999").unwrap());
            world.store.delete_bucket(&bucket).await.unwrap();
            world.store.create_bucket(&bucket, &other, &region()).await.unwrap();
        }
        Ok(bytes)
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &[]
    }
}

#[tokio::test]
async fn an_object_does_not_land_in_a_bucket_of_somebody_else() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let new = NewObject {
        lock: Default::default(),
        sealing: None,
        bucket: bucket.clone(),
        key: key("k"),
        attributes: Default::default(),
        class: Default::default(),
        access: Default::default(),
        algorithm: ChecksumAlgorithm::Crc64Nvme,
        expected: Expected::default(),
        precondition: Default::default(),
    };
    let put = world.store.put_object(new, &mut Remade(&world, Some(data(1, 10)))).await;
    assert!(matches!(put, Err(Error::NoSuchBucket)), "{put:?}");
    assert!(matches!(world.store.head_object(&bucket, &key("k")).await, Err(Error::NoSuchKey)));
    world.store.run_due().await.unwrap();
    world.settle(0).await;
}

#[tokio::test]
async fn what_ends_in_a_place_made_anew_is_refused() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    world.part(&upload, 1, Body::of(&data(1, 10))).await.unwrap();
    world.store.delete_bucket(&bucket).await.unwrap();
    world.bucket().await;
    let done = world.complete(&bucket, "k", upload.id, &[named(1, &data(1, 10))]).await;
    assert!(matches!(done, Err(Error::NoSuchUpload | Error::NoSuchBucket)), "{done:?}");
    assert!(matches!(world.store.head_object(&bucket_name("bucket"), &key("k")).await, Err(Error::NoSuchKey)));

    let old = world.vault("v").await;
    let content = data(2, MIB);
    let ranges = world.store.create_vault_upload(&old, PartSize::new(MIB as u64).unwrap(), None).await.unwrap();
    world.part(&ranges, 0, Body::of(&content)).await.unwrap();
    delete(&world.store, &old).await.unwrap();
    let new = world.vault("v").await;
    let archive = NewArchive { description: None, expected: Expected::default(), sealing: None };
    let uploaded = world.store.upload_archive(&old, archive, &mut Body::of(&content)).await;
    assert!(matches!(uploaded, Err(Error::NoSuchVault)));
    let done = world.store.complete_vault_upload(&old, ranges.id, MIB as u64, tree_hash(&content)).await;
    assert!(matches!(done, Err(Error::NoSuchVault)), "{done:?}");
    let begun = world.store.create_vault_upload(&old, PartSize::new(MIB as u64).unwrap(), None).await;
    assert!(matches!(begun, Err(Error::NoSuchVault)));
    assert_eq!(world.store.vault(&account(), &region(), &VaultName::parse("v").unwrap()).await.unwrap().archives, 0);
    assert_ne!(new.id, old.id);
    world.store.run_due().await.unwrap();
    world.settle(0).await;
}
