//! What nobody reads is archived when its bucket's configurations say so, and comes back for good when it is restored.

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_store::{
    ArchiveTier, CopyTarget, Error, Expected, Filter, FilterForm, LifecycleRule, MAX_TIERINGS, NewObject, Options,
    Restore, RestoreRequest, StorageClass, Tier, Tiering, VersionId, Versioning,
};
use coldkeep_types::BucketName;

use crate::body::{Body, data};
use crate::lifecycle::{expire, rule};
use crate::lifecycle_moves::to;
use crate::world::{DAY_MS, World, bucket_name, copy_object, copy_to, drain, key, options};

pub const BYTES: usize = 128 << 10;

pub fn tiering(id: &str, tiers: &[(ArchiveTier, u32)]) -> Tiering {
    Tiering { id: id.into(), enabled: true, filter: None, tiers: tiers.to_vec() }
}

pub fn after_90() -> Tiering {
    tiering("t", &[(ArchiveTier::Archive, 90)])
}

impl World {
    pub async fn tiers(&self, bucket: &BucketName, tiering: Tiering) {
        self.store.put_tiering(bucket, tiering).await.unwrap();
        self.due().await;
    }

    pub async fn put_of(&self, bucket: &BucketName, at: &str, class: StorageClass, bytes: usize) -> VersionId {
        let new = NewObject {
            access: Default::default(),
            bucket: bucket.clone(),
            key: key(at),
            attributes: Default::default(),
            class,
            lock: Default::default(),
            algorithm: ChecksumAlgorithm::Crc64Nvme,
            expected: Expected::default(),
            precondition: Default::default(),
            sealing: None,
        };
        self.store.put_object(new, &mut Body::of(&data(7, bytes))).await.unwrap().version
    }

    /// Puts an object that may be archived.
    pub async fn tiered(&self, bucket: &BucketName, at: &str) -> VersionId {
        self.put_of(bucket, at, StorageClass::IntelligentTiering, BYTES).await
    }

    pub async fn tier(&self, bucket: &BucketName, at: &str) -> Option<ArchiveTier> {
        self.store.head_object(bucket, &key(at)).await.unwrap().tier
    }

    async fn restore_it(&self, bucket: &BucketName, tier: Tier, days: Option<u32>) -> Result<bool, Error> {
        let restored = self.store.restore_object(bucket, &key("k"), None, RestoreRequest { days, tier }).await?;
        Ok(restored.already)
    }
}

#[tokio::test]
async fn what_is_not_read_is_archived_and_comes_back_for_good() {
    let options =
        Options { retrieval_delay_ms: [1000, 5000, 12_000], deep_retrieval_delay_ms: [7000, 9000], ..options() };
    let world = World::with(options, 1 << 30, None).await;
    let bucket = world.bucket().await;
    world.tiers(&bucket, tiering("t", &[(ArchiveTier::DeepArchive, 180), (ArchiveTier::Archive, 90)])).await;
    world.tiered(&bucket, "k").await;
    world.put_of(&bucket, "small", StorageClass::IntelligentTiering, BYTES - 1).await;
    world.put_of(&bucket, "standard", StorageClass::Standard, BYTES).await;
    world.days_later(91).await;
    assert_eq!(world.tier(&bucket, "k").await, None, "days are whole, and one more passes");
    world.settle(3).await;
    world.days_later(1).await;
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive));
    assert_eq!((world.tier(&bucket, "small").await, world.tier(&bucket, "standard").await), (None, None));
    assert_eq!(world.store.removed().archived_objects, 1);
    world.settle(3).await;

    let refused = |error| matches!(error, Error::Archived(ArchiveTier::Archive));
    assert!(refused(world.read(&bucket, "k").await.unwrap_err()));
    let copied = copy_object(&world.store, &bucket, &key("k"), &copy_to(&bucket, "copy")).await;
    assert!(refused(copied.unwrap_err()));
    let upload = world.upload(&bucket, "parts").await;
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    assert!(refused(world.store.copy_part(&upload, 1, reader, 3..5).await.unwrap_err()));
    world.store.abort_upload(&bucket, &key("parts"), upload.id).await.unwrap();

    let days = world.restore_it(&bucket, Tier::Bulk, Some(1)).await.unwrap_err();
    assert!(matches!(days, Error::DaysUnfit { wanted: false }), "{days}");
    assert!(!world.restore_it(&bucket, Tier::Bulk, None).await.unwrap());
    assert!(matches!(world.restore_it(&bucket, Tier::Bulk, None).await, Err(Error::RestoreInProgress)));
    assert!(!world.restore_it(&bucket, Tier::Standard, None).await.unwrap(), "it may be more urgent");
    world.clock.advance(4999);
    world.due().await;
    assert!(matches!(
        world.store.head_object(&bucket, &key("k")).await.unwrap().restore,
        Some(Restore::Ongoing { .. })
    ));
    assert!(refused(world.read(&bucket, "k").await.unwrap_err()));
    world.settle(3).await;
    world.clock.advance(1);
    world.due().await;
    let back = world.store.head_object(&bucket, &key("k")).await.unwrap();
    assert_eq!((back.tier, back.restore, back.class), (None, None, StorageClass::IntelligentTiering));
    assert_eq!(world.read(&bucket, "k").await.unwrap(), data(7, BYTES));
    assert!(matches!(world.restore_it(&bucket, Tier::Bulk, None).await, Err(Error::NeedsNoRestore(_))));
    world.settle(3).await;

    // It is in no tier from now on, for as many days as before; then it goes on to the colder one.
    world.days_later(91).await;
    assert_eq!(world.tier(&bucket, "k").await, None);
    world.days_later(1).await;
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive));
    world.days_later(90).await;
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::DeepArchive));
    let expedited = world.restore_it(&bucket, Tier::Expedited, None).await;
    assert!(matches!(expedited, Err(Error::TierUnfit { .. })), "{expedited:?}");
    world.restore_it(&bucket, Tier::Standard, None).await.unwrap();
    world.clock.advance(7000);
    world.due().await;
    assert!(world.read(&bucket, "k").await.is_ok());
    world.settle(3).await;
}

/// Each read of a day that is written down is durable when the last byte is there: the server is killed right then.
#[tokio::test]
async fn what_was_read_counts_and_costs_a_commit_a_day() {
    let mut world = World::new().await;
    let bucket = world.bucket().await;
    world.tiers(&bucket, Tiering { filter: Some(rule("", "a/").filter), ..after_90() }).await;
    for at in ["a/read", "a/copied", "a/parts", "a/headed", "b"] {
        world.tiered(&bucket, at).await;
    }
    world.put_of(&bucket, "a/small", StorageClass::IntelligentTiering, 100).await;
    world.put_of(&bucket, "a/standard", StorageClass::Standard, BYTES).await;
    let cost = async |world: &World, at: &str| {
        let before = world.commits().await;
        world.read(&bucket, at).await.unwrap();
        world.commits().await - before - 1
    };
    assert_eq!(cost(&world, "a/read").await, 0, "it came today");
    world.clock.advance(80 * DAY_MS);
    for at in ["b", "a/small", "a/standard"] {
        assert_eq!(cost(&world, at).await, 0, "{at}");
    }
    assert_eq!(cost(&world, "a/read").await, 1);
    assert_eq!(cost(&world, "a/read").await, 0);
    world = world.restarted().await;
    assert_eq!(cost(&world, "a/read").await, 0);
    copy_object(&world.store, &bucket, &key("a/copied"), &copy_to(&bucket, "copy")).await.unwrap();
    let upload = world.upload(&bucket, "parts").await;
    let reader = world.store.open_object(&bucket, &key("a/parts")).await.unwrap();
    world.store.copy_part(&upload, 1, reader, 0..BYTES as u64).await.unwrap();
    world.store.head_object(&bucket, &key("a/headed")).await.unwrap();
    drop(world.store.open_object(&bucket, &key("a/headed")).await.unwrap());
    world = world.restarted().await;
    world.days_later(89).await;
    for at in ["a/read", "a/copied", "a/parts", "b"] {
        assert_eq!(world.tier(&bucket, at).await, None, "{at}");
    }
    assert_eq!(world.tier(&bucket, "a/headed").await, Some(ArchiveTier::Archive));
    world.days_later(3).await;
    assert_eq!(world.tier(&bucket, "a/read").await, Some(ArchiveTier::Archive));
}

/// It was opened when it could still be read, and is read when it is archived already: that is a read of that day.
#[tokio::test]
async fn what_is_archived_while_it_is_read_comes_back() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.tiers(&bucket, after_90()).await;
    world.tiered(&bucket, "k").await;
    world.clock.advance(92 * DAY_MS);
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    world.due().await;
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive));
    assert_eq!(drain(reader.read(0..BYTES as u64)).await.unwrap(), data(7, BYTES));
    assert_eq!(world.tier(&bucket, "k").await, None);
    world.days_later(91).await;
    assert_eq!(world.tier(&bucket, "k").await, None);
    world.days_later(1).await;
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive));
    world.settle(1).await;
}

#[tokio::test]
async fn configurations_count_as_they_are_then_and_from_when_they_came() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    for at in ["k", "tagged"] {
        world.tiered(&bucket, at).await;
    }
    world.days_later(500).await;
    world.tiers(&bucket, after_90()).await;
    assert_eq!(world.tier(&bucket, "k").await, None, "nobody knows what was read before");
    world.days_later(91).await;
    let later = tiering("t", &[(ArchiveTier::Archive, 100)]);
    world.tiers(&bucket, later.clone()).await;
    world.days_later(5).await;
    assert_eq!(world.tier(&bucket, "k").await, None, "it is longer by now");
    world.tiers(&bucket, Tiering { enabled: false, ..later.clone() }).await;
    world.days_later(20).await;
    assert_eq!(world.tier(&bucket, "k").await, None, "it is disabled");
    world.settle(2).await;
    world.tiers(&bucket, after_90()).await;
    world.store.delete_tiering(&bucket, "t").await.unwrap();
    world.days_later(100).await;
    assert_eq!(world.tier(&bucket, "k").await, None, "it is deleted");
    assert_eq!(world.due_records().await, 0);

    let tags = vec![("a".to_owned(), "b".to_owned())];
    let filter =
        Filter { form: FilterForm::One, prefix: None, greater_than: None, less_than: None, tags: Some(tags.clone()) };
    world.tiers(&bucket, Tiering { filter: Some(filter), ..after_90() }).await;
    world.days_later(50).await;
    world.store.put_object_tags(&bucket, &key("tagged"), None, Some(tags.clone())).await.unwrap();
    world.days_later(91).await;
    assert_eq!((world.tier(&bucket, "tagged").await, world.tier(&bucket, "k").await), (None, None));
    world.store.put_object_tags(&bucket, &key("tagged"), None, Some(tags)).await.unwrap();
    world.settle(2).await;
    world.days_later(1).await;
    assert_eq!(
        (world.tier(&bucket, "tagged").await, world.tier(&bucket, "k").await),
        (Some(ArchiveTier::Archive), None)
    );
    world.store.delete_tiering(&bucket, "t").await.unwrap();
    assert_eq!(world.tier(&bucket, "tagged").await, Some(ArchiveTier::Archive), "what is archived stays so");
    world.settle(2).await;
}

#[tokio::test]
async fn versions_are_archived_each_by_itself() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    let old = world.tiered(&bucket, "k").await;
    world.clock.advance(DAY_MS);
    let new = world.tiered(&bucket, "k").await;
    world.tiers(&bucket, after_90()).await;
    world.clock.advance(50 * DAY_MS);
    let reader = world.store.open_version(&bucket, &key("k"), Some(old)).await.unwrap();
    drain(reader.read(0..10)).await.unwrap();
    world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    world.days_later(42).await;
    let tier = async |version| world.store.head_version(&bucket, &key("k"), Some(version)).await.unwrap().tier;
    assert_eq!((tier(old).await, tier(new).await), (None, Some(ArchiveTier::Archive)));
    world.settle(2).await;
    world.days_later(50).await;
    assert_eq!(tier(old).await, Some(ArchiveTier::Archive));
    world.settle(2).await;
}

#[tokio::test]
async fn classes_come_and_go_with_their_tiers() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.tiers(&bucket, after_90()).await;
    for at in ["k", "instant"] {
        world.put_of(&bucket, at, StorageClass::Standard, BYTES).await;
    }
    let into = LifecycleRule { transitions: vec![to(60, StorageClass::IntelligentTiering)], ..rule("r", "") };
    world.rules(&bucket, vec![into]).await;
    world.due().await;
    world.days_later(61).await;
    world.days_later(91).await;
    assert_eq!(world.tier(&bucket, "k").await, None, "it is of the class for 91 days");
    world.days_later(1).await;
    assert_eq!(world.tier(&bucket, "k").await, Some(ArchiveTier::Archive));
    world.settle(2).await;
    let out = |prefix: &str, class| LifecycleRule { transitions: vec![to(1, class)], ..rule(prefix, prefix) };
    world.rules(&bucket, vec![out("k", StorageClass::Glacier), out("instant", StorageClass::GlacierIr)]).await;
    world.due().await;
    let cold = world.store.head_object(&bucket, &key("k")).await.unwrap();
    assert_eq!((cold.class, cold.tier), (StorageClass::Glacier, None));
    let stays = world.store.head_object(&bucket, &key("instant")).await.unwrap();
    assert_eq!((stays.class, stays.tier), (StorageClass::IntelligentTiering, Some(ArchiveTier::Archive)));
    world.settle(2).await;
    let target = CopyTarget { class: StorageClass::IntelligentTiering, ..copy_to(&bucket, "copy") };
    assert!(copy_object(&world.store, &bucket, &key("instant"), &target).await.is_err());
    let asked = RestoreRequest { days: None, tier: Tier::Standard };
    world.store.restore_object(&bucket, &key("instant"), None, asked).await.unwrap();
    world.due().await;
    let goes = world.store.head_object(&bucket, &key("instant")).await.unwrap();
    assert_eq!((goes.class, goes.tier), (StorageClass::GlacierIr, None), "the rule is about it again");
    world.settle(2).await;
}

#[tokio::test]
async fn a_bucket_has_so_many_and_takes_them_with_it() {
    let world = World::new().await;
    let (name, store) = (world.bucket().await, &world.store);
    for number in 0..MAX_TIERINGS {
        store.put_tiering(&name, tiering(&format!("t{number:04}"), &[])).await.unwrap();
    }
    let more = store.put_tiering(&name, after_90()).await;
    assert!(matches!(more, Err(Error::TooManyConfigurations)), "{more:?}");
    let changed = tiering("t0007", &[(ArchiveTier::DeepArchive, 365)]);
    store.put_tiering(&name, changed.clone()).await.unwrap();
    let bucket = store.bucket(&name).await.unwrap();
    assert_eq!(store.tiering(&bucket, "t0007").await.unwrap(), changed);
    let page = store.tierings(&bucket, "t0007", 2).await.unwrap();
    assert_eq!(page.iter().map(|kept| kept.id.as_str()).collect::<Vec<_>>(), ["t0008", "t0009"]);
    store.delete_tiering(&name, "t0007").await.unwrap();
    let gone = store.delete_tiering(&name, "t0007").await;
    assert!(matches!(gone, Err(Error::NoSuchConfiguration)), "{gone:?}");
    world.settle(0).await;
    store.delete_bucket(&name).await.unwrap();
    assert_eq!(world.records().await.get(&'T'), None);
    let missing = store.put_tiering(&bucket_name("bucket"), after_90()).await;
    assert!(matches!(missing, Err(Error::NoSuchBucket)), "{missing:?}");
    world.due().await;
    world.settle(0).await;
    assert_eq!(world.records().await.get(&'d'), None);
}

/// What is due at one midnight by a rule and for not being read is judged twice, one after the other.
#[tokio::test]
async fn a_rule_and_a_configuration_of_one_midnight_do_not_meet() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.tiers(&bucket, after_90()).await;
    let cold = LifecycleRule { transitions: vec![to(91, StorageClass::Glacier)], ..rule("cold", "cold") };
    world.rules(&bucket, vec![expire("gone", 91), cold]).await;
    world.due().await;
    for at in ["cold", "gone"] {
        world.tiered(&bucket, at).await;
    }
    world.days_later(91).await;
    assert_eq!(world.due_records().await, 4);
    world.days_later(1).await;
    assert_eq!(world.there(&bucket, &["cold", "gone"]).await, ["cold"]);
    let object = world.store.head_object(&bucket, &key("cold")).await.unwrap();
    assert_eq!((object.class, object.tier), (StorageClass::Glacier, None));
    world.settle(1).await;
}
