//! Bytes follow the class of their object into its pool: whole, as parts, shared, sealed and as versions, and read as before.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;
use coldkeep_blob::{Blobs, Memory, Pools};
use coldkeep_meta::Meta;
use coldkeep_seal::{Scheme, Sealing};
use coldkeep_store::{
    CopyTarget, Error, LifecycleRule, NamedPart, Noncurrent, NoncurrentTransition, Options, StorageClass, Store,
    Versioning, fsck,
};
use coldkeep_types::BucketName;

use crate::body::{Body, data};
use crate::hooked::Hooked;
use crate::jitter::Jitter;
use crate::lifecycle::rule;
use crate::lifecycle_moves::{moves, to};
use crate::renames::{rename, renaming};
use crate::repairs::repaired;
use crate::sealed::{complete, object_of_parts, put as put_sealed, range as read_sealed, sealing};
use crate::world::{DAY_MS, MIB, World, copy_object, copy_to, drain, key, named, options};

const PART: usize = 5 * MIB;

/// A store whose class STANDARD_IA goes into a pool of its own, and GLACIER_IR and GLACIER into another.
pub struct Tiers {
    pub world: World,
    pub hooked: Arc<Hooked>,
    pub cool: Memory,
    pub cold: Arc<dyn Blobs>,
    pub cold_blobs: Memory,
    pub bucket: BucketName,
}

fn by_class() -> Options {
    let mut options = options();
    options.class_pools[StorageClass::StandardIa as usize] = 1;
    options.class_pools[StorageClass::GlacierIr as usize] = 2;
    options.class_pools[StorageClass::Glacier as usize] = 2;
    options
}

impl Tiers {
    pub async fn new() -> Self {
        let cold = Memory::new();
        Self::with(Arc::new(cold.clone()), cold).await
    }

    /// Tasks are interleaved as the seed says.
    pub async fn jittery(seed: u64) -> Self {
        let mut tiers = Self::new().await;
        let jitter = Jitter { inner: tiers.world.meta.clone(), seed: AtomicU64::new(seed << 32) };
        tiers.world.store = Self::open(Arc::new(jitter), &tiers.world, &tiers.cool, &tiers.cold).await;
        tiers
    }

    /// The pool of GLACIER is this engine, which keeps its blobs there.
    pub async fn with(cold: Arc<dyn Blobs>, cold_blobs: Memory) -> Self {
        let mut world = World::new().await;
        let hooked = Arc::new(Hooked::new(world.meta.clone()));
        let cool = Memory::new();
        world.store = Self::open(hooked.clone(), &world, &cool, &cold).await;
        let bucket = world.bucket().await;
        Self { world, hooked, cool, cold, cold_blobs, bucket }
    }

    async fn open(meta: Arc<dyn Meta>, world: &World, cool: &Memory, cold: &Arc<dyn Blobs>) -> Store {
        let engine = Arc::new(Self::engine(&world.blobs, cool, cold).await);
        Store::open(meta, engine, world.clock.clone(), by_class()).await.unwrap()
    }

    pub async fn engine(warm: &Memory, cool: &Memory, cold: &Arc<dyn Blobs>) -> Pools {
        let cool: Arc<dyn Blobs> = Arc::new(cool.clone());
        let others = vec![(1, "cool".into(), cool), (2, "cold".into(), cold.clone())];
        Pools::open(Arc::new(warm.clone()), others).await.unwrap()
    }

    /// Another server of the same store; or this one, killed and started again.
    pub async fn another(&self) -> Store {
        Self::open(self.world.meta.clone(), &self.world, &self.cool, &self.cold).await
    }

    /// Everything whose key begins so is of this class from now on, by a rule; no byte has followed yet.
    pub async fn transition(&self, prefix: &str, class: StorageClass) {
        let all = LifecycleRule { filter: rule("", prefix).filter, ..moves(vec![to(1, class)]) };
        let sized = coldkeep_store::Filter { greater_than: Some(0), ..all.filter.clone() };
        self.world.rules(&self.bucket, vec![LifecycleRule { filter: sized, ..all }]).await;
        self.world.due().await;
        self.world.days_later(2).await;
    }

    /// Proves everything; the blobs in each pool.
    pub async fn settled(&self) -> (usize, usize, usize) {
        assert_eq!(self.world.reclaim().await, 0, "contents held");
        let engine = Self::engine(&self.world.blobs, &self.cool, &self.cold).await;
        let report = fsck(&*self.world.meta, &engine, true).await.unwrap();
        assert_eq!(report.problems, Vec::<String>::new());
        assert_eq!((report.released, report.unswept), (0, 0), "released, without owner");
        (self.world.blobs.blobs(), self.cool.blobs(), self.cold_blobs.blobs())
    }

    pub async fn run_moves(&self) {
        self.world.store.run_moves().await.unwrap();
    }

    pub async fn object_of_parts(&self, at: &str, parts: &[Bytes]) {
        let upload = self.world.upload(&self.bucket, at).await;
        let mut names = Vec::new();
        for (number, content) in (1..).zip(parts) {
            self.world.part(&upload, number, Body::of(content)).await.unwrap();
            names.push(named(number, content));
        }
        self.world.complete(&self.bucket, at, upload.id, &names).await.unwrap();
    }

    pub async fn put(&self, at: &str, content: &Bytes) {
        self.world.put(&self.bucket, at, Body::of(content)).await.unwrap();
    }

    pub async fn reads(&self, at: &str, content: &Bytes) {
        assert_eq!(self.world.read(&self.bucket, at).await.unwrap(), content, "{at}");
    }
}

#[tokio::test]
async fn whole_objects_and_parts_follow_and_stay_what_they_are() {
    let tiers = Tiers::new().await;
    let (whole, parts) = (data(1, 300_000), [data(2, PART), data(3, PART + 5), data(4, 50)]);
    tiers.put("whole", &whole).await;
    tiers.put("small", &data(5, 50)).await;
    tiers.object_of_parts("parts", &parts).await;
    let before = tiers.world.store.head_object(&tiers.bucket, &key("parts")).await.unwrap();
    tiers.transition("", StorageClass::StandardIa).await;
    assert_eq!(tiers.settled().await, (3, 0, 0), "nothing has followed yet");
    assert_eq!(tiers.world.due_records().await, 2, "what is small has nothing to move");
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 3, 0));
    // Down the waterfall: once more.
    tiers.transition("", StorageClass::GlacierIr).await;
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 0, 3));
    let after = tiers.world.store.head_object(&tiers.bucket, &key("parts")).await.unwrap();
    assert_eq!((after.etag(), after.modified, after.version), (before.etag(), before.modified, before.version));
    tiers.reads("whole", &whole).await;
    tiers.reads("parts", &parts.concat().into()).await;
    let moved = tiers.world.store.moved();
    assert_eq!((moved.objects, moved.waiting), (4, 0));
    assert_eq!(moved.bytes, 2 * (300_000 + 2 * PART as u64 + 5));
    assert_eq!(tiers.world.due_records().await, 0);
    for at in ["whole", "small", "parts"] {
        tiers.world.store.delete_object(&tiers.bucket, &key(at), &Default::default()).await.unwrap();
    }
    assert_eq!(tiers.settled().await, (0, 0, 0));
}

#[tokio::test]
async fn a_class_of_the_same_pool_moves_nothing() {
    let tiers = Tiers::new().await;
    tiers.put("whole", &data(1, 300_000)).await;
    tiers.object_of_parts("parts", &[data(2, PART)]).await;
    tiers.transition("", StorageClass::OnezoneIa).await;
    assert_eq!((tiers.world.due_records().await, tiers.settled().await), (0, (2, 0, 0)));
}

#[tokio::test]
async fn versions_follow_wherever_they_lie_by_then() {
    let tiers = Tiers::new().await;
    let (first, second) = (data(1, 20_000), data(2, 30_000));
    tiers.world.store.set_versioning(&tiers.bucket, Versioning::Enabled).await.unwrap();
    tiers.put("k", &first).await;
    tiers.transition("k", StorageClass::StandardIa).await;
    // Marked, and buried before its bytes have followed.
    tiers.put("k", &second).await;
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (1, 1, 0));
    let after = Noncurrent { days: 1, newer: None };
    let noncurrent_transitions = vec![NoncurrentTransition { after, class: StorageClass::GlacierIr }];
    let filter = moves(Vec::new()).filter;
    tiers.world.rules(&tiers.bucket, vec![LifecycleRule { noncurrent_transitions, filter, ..rule("r", "") }]).await;
    tiers.world.due().await;
    tiers.world.days_later(3).await;
    // Risen again, likewise.
    let current = tiers.world.store.head_object(&tiers.bucket, &key("k")).await.unwrap().version;
    let gone = coldkeep_store::Deletion {
        version: Some(current),
        ..coldkeep_store::Deletion::new(key("k"), Default::default())
    };
    tiers.world.store.delete(&tiers.bucket, &gone).await.unwrap();
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 0, 1));
    tiers.reads("k", &first).await;
}

#[tokio::test]
async fn what_is_shared_is_left_to_the_others() {
    let tiers = Tiers::new().await;
    let (whole, parts) = (data(1, PART + 70_000), [data(2, PART), data(3, PART + 5), data(4, 50)]);
    tiers.put("whole", &whole).await;
    tiers.object_of_parts("parts", &parts).await;
    for from in ["whole", "parts"] {
        copy_object(&tiers.world.store, &tiers.bucket, &key(from), &copy_to(&tiers.bucket, &format!("cold/{from}")))
            .await
            .unwrap();
    }
    // Parts that share one blob, twice of it the same, and one of another object's part.
    let upload = tiers.world.upload(&tiers.bucket, "cold/slices").await;
    let pieces = [("whole", 0..PART), ("whole", 70_000..PART + 70_000), ("parts", PART..2 * PART + 5)];
    let all: Bytes = parts.concat().into();
    let (mut names, mut slices) = (Vec::new(), Vec::new());
    for (number, (from, range)) in (1..).zip(pieces) {
        let source = tiers.world.store.open_object(&tiers.bucket, &key(from)).await.unwrap();
        let bytes = range.start as u64..range.end as u64;
        tiers.world.store.copy_part(&upload, number, source, bytes).await.unwrap();
        let content = if from == "whole" { whole.slice(range) } else { all.slice(range) };
        names.push(named(number, &content));
        slices.extend_from_slice(&content);
    }
    tiers.world.complete(&tiers.bucket, "cold/slices", upload.id, &names).await.unwrap();
    assert_eq!(tiers.settled().await, (3, 0, 0));
    tiers.transition("cold/", StorageClass::GlacierIr).await;
    tiers.run_moves().await;
    // One of the whole, two of the parts, and those that the slices are in: one and one.
    assert_eq!(tiers.settled().await, (3, 0, 5));
    tiers.reads("cold/slices", &slices.into()).await;
    for (at, content) in [("whole", &whole), ("parts", &all)] {
        tiers.reads(at, content).await;
        tiers.reads(&format!("cold/{at}"), content).await;
        tiers.world.store.delete_object(&tiers.bucket, &key(at), &Default::default()).await.unwrap();
    }
    assert_eq!(tiers.settled().await, (0, 0, 5));
    for at in ["whole", "parts", "slices"] {
        let at = key(&format!("cold/{at}"));
        tiers.world.store.delete_object(&tiers.bucket, &at, &Default::default()).await.unwrap();
    }
    assert_eq!(tiers.settled().await, (0, 0, 0));
}

/// Keys of sealed contents are made of the ids that they were sealed under: moved twice, they open, also as copies that share them.
#[tokio::test]
async fn what_is_sealed_opens_wherever_it_lies() {
    for scheme in [Scheme::Customer, Scheme::KmsDual] {
        let tiers = Tiers::new().await;
        let (store, bucket) = (&tiers.world.store, &tiers.bucket);
        let (own, other) = (sealing(scheme, 1), sealing(scheme, 2));
        let (whole, parts) = (data(1, PART + 70_000), [data(2, PART), data(3, PART), data(4, 50)]);
        let all: Bytes = parts.concat().into();
        put_sealed(store, bucket, "whole", &own, &whole).await.unwrap();
        object_of_parts(store, bucket, "parts", &own, &parts).await;
        share(&tiers, "shared", &other, &own, StorageClass::Standard).await;
        let shared: Bytes = [&whole[10_000..], &parts[0][..], &whole[20_000..]].concat().into();
        let contents = [("whole", &own, &whole), ("parts", &own, &all), ("shared", &other, &shared)];
        let read_all = async || {
            for (at, with, content) in contents {
                let read = read_sealed(store, bucket, at, Some(with), 0..content.len()).await.unwrap();
                assert_eq!(read, *content, "{at}");
                let part = read_sealed(store, bucket, at, Some(with), 5_000..25_000).await.unwrap();
                assert_eq!(part, content.slice(5_000..25_000), "{at}");
            }
        };
        assert_eq!(tiers.settled().await, (3, 0, 0));
        for (class, pools) in [(StorageClass::StandardIa, (0, 5, 0)), (StorageClass::GlacierIr, (0, 0, 5))] {
            tiers.transition("", class).await;
            read_all().await;
            tiers.run_moves().await;
            assert_eq!(tiers.settled().await, pools);
            read_all().await;
        }
        // What is made of what has moved: copies that share, parts that share, another name, another key of the key.
        for from in ["whole", "parts"] {
            let source = store.open_object(bucket, &key(from)).await.unwrap().with_key(Some(own.key.clone()));
            let class = StorageClass::GlacierIr;
            let target = CopyTarget { class, sealing: Some(own.clone()), ..copy_to(bucket, &format!("{from} copy")) };
            store.copy_object(&source, &target).await.unwrap().unwrap();
            let rewrapped = sealing(scheme, 7).envelope;
            store.rewrap_object(bucket, &key(from), None, &source.object, &rewrapped).await.unwrap();
            rename(store, &coldkeep_store::Renaming { sealing: Some(own.clone()), ..renaming(bucket, from, "new") })
                .await
                .unwrap();
            rename(store, &coldkeep_store::Renaming { sealing: Some(own.clone()), ..renaming(bucket, "new", from) })
                .await
                .unwrap();
        }
        share(&tiers, "again", &other, &own, StorageClass::GlacierIr).await;
        assert_eq!(tiers.settled().await, (0, 0, 5), "all of them share");
        read_all().await;
        for (at, with, content) in
            [("whole copy", &own, &whole), ("parts copy", &own, &all), ("again", &other, &shared)]
        {
            assert_eq!(read_sealed(store, bucket, at, Some(with), 0..content.len()).await.unwrap(), *content, "{at}");
        }
        assert!(matches!(read_sealed(store, bucket, "whole", Some(&other), 0..10).await, Err(Error::Damaged(_))));
    }
}

/// An object of three parts that share what is sealed: twice of one blob, and the first part of another object.
async fn share(tiers: &Tiers, at: &str, sealing: &Sealing, from: &Sealing, class: StorageClass) {
    let (store, bucket) = (&tiers.world.store, &tiers.bucket);
    let new = coldkeep_store::NewUpload { class, sealed: Some(sealing.envelope.clone()), ..Default::default() };
    let id = store.create_upload(bucket, &key(at), new).await.unwrap().id;
    let upload = store.upload(bucket, &key(at), id).await.unwrap().with_key(Some(sealing.key.clone()));
    let (mut names, end) = (Vec::new(), PART as u64 + 70_000);
    for (number, (source, range)) in
        (1..).zip([("whole", 10_000..end), ("parts", 0..PART as u64), ("whole", 20_000..end)])
    {
        let source = store.open_object(bucket, &key(source)).await.unwrap().with_key(Some(from.key.clone()));
        let etag = store.copy_part(&upload, number, source, range).await.unwrap().part.etag();
        names.push(NamedPart { number, etag, checksums: Vec::new() });
    }
    complete(store, bucket, at, &upload, &names).await;
}

#[tokio::test]
async fn a_renamed_object_is_followed() {
    let tiers = Tiers::new().await;
    let (whole, parts) = (data(1, 20_000), [data(2, PART), data(3, 10_000)]);
    tiers.put("whole", &whole).await;
    tiers.object_of_parts("parts", &parts).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    tiers.world.renamed(&tiers.bucket, "whole", "new whole").await;
    tiers.world.store.set_versioning(&tiers.bucket, Versioning::Enabled).await.unwrap();
    // The version below and the renamed one have the same bytes, and each takes its own.
    tiers.world.renamed(&tiers.bucket, "parts", "new parts").await;
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 0, 5));
    tiers.reads("new whole", &whole).await;
    tiers.reads("new parts", &parts.concat().into()).await;
}

#[tokio::test]
async fn a_reader_in_flight_is_read_to_its_end() {
    let tiers = Tiers::new().await;
    let (whole, parts) = (data(1, 3 * MIB), [data(2, PART), data(3, PART), data(4, PART)]);
    tiers.put("whole", &whole).await;
    tiers.object_of_parts("parts", &parts).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    let (whole_bytes, parts_bytes) = (whole.len() as u64, 3 * PART as u64);
    let open = async |at: &str| tiers.world.store.open_object(&tiers.bucket, &key(at)).await.unwrap();
    let (mut first, mut second) = (open("whole").await.read(0..whole_bytes), open("parts").await.read(0..parts_bytes));
    first.prepare().await.unwrap();
    second.prepare().await.unwrap();
    tiers.run_moves().await;
    while tiers.world.store.reclaim().await.unwrap().done > 0 {}
    assert_eq!(tiers.world.blobs.blobs(), 1, "what a reader holds; of parts the rest is found where it is now");
    assert_eq!(drain(first).await.unwrap(), whole);
    assert_eq!(drain(second).await.unwrap(), parts.concat());
    assert_eq!(tiers.settled().await, (0, 0, 4));
}

#[tokio::test]
async fn what_a_copy_makes_of_bytes_on_their_way_lies_where_it_belongs() {
    let tiers = Tiers::new().await;
    let parts = [data(2, PART), data(3, 10_000)];
    tiers.object_of_parts("parts", &parts).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    let cold = CopyTarget { class: StorageClass::GlacierIr, ..copy_to(&tiers.bucket, "copy") };
    copy_object(&tiers.world.store, &tiers.bucket, &key("parts"), &cold).await.unwrap();
    assert_eq!(tiers.settled().await, (2, 0, 1));
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 0, 3));
    tiers.reads("copy", &parts.concat().into()).await;
}

/// What there was of before is where it was: nothing is moved that no rule has moved.
#[tokio::test]
async fn a_store_without_pools_has_nothing_to_move() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "k", Body::of(&data(1, 300_000))).await.unwrap();
    world.rules(&bucket, vec![moves(vec![to(1, StorageClass::Glacier)])]).await;
    world.due().await;
    world.clock.advance(2 * DAY_MS);
    world.due().await;
    assert_eq!(world.due_records().await, 0);
    world.store.run_moves().await.unwrap();
    assert_eq!(world.store.moved(), Default::default());
    world.settle(1).await;
}

#[tokio::test]
async fn repairing_is_about_all_pools() {
    let tiers = Tiers::new().await;
    let names = ["cold/lost", "cold/damaged", "cold/put away", "cold/whole", "warm"];
    for (seed, at) in (1..).zip(names) {
        tiers.put(at, &data(seed, 20_000)).await;
    }
    tiers.transition("cold/", StorageClass::GlacierIr).await;
    tiers.run_moves().await;
    let engine = Tiers::engine(&tiers.world.blobs, &tiers.cool, &tiers.cold).await;
    let id = async |at| tiers.world.store.head_object(&tiers.bucket, &key(at)).await.unwrap().content.id();
    engine.delete(id("cold/lost").await).await.unwrap();
    tiers.cold_blobs.damage(id("cold/damaged").await);
    engine.quarantine(id("cold/put away").await).await.unwrap();
    let (taken, _) = repaired(&*tiers.world.meta, &engine).await;
    assert_eq!(taken.len(), 2, "{taken:?}");
    let left: Vec<_> = tiers.world.there(&tiers.bucket, &names).await;
    assert_eq!(left, names[2..]);
    for (seed, at) in (3..).zip(left) {
        tiers.reads(at, &data(seed, 20_000)).await;
    }
    assert_eq!(tiers.settled().await, (1, 0, 2));
}

/// A mark without due work is found, and what is due then moves.
#[tokio::test]
async fn what_lost_its_schedule_is_scheduled_again() {
    let tiers = Tiers::new().await;
    tiers.put("k", &data(1, 20_000)).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    let mut commit = coldkeep_meta::Commit::default();
    for (due, _) in tiers.world.meta.scan(vec![b'd']..vec![b'd' + 1], 10).await.unwrap() {
        commit.delete(due);
    }
    tiers.world.meta.commit(commit).await.unwrap();
    let engine = Tiers::engine(&tiers.world.blobs, &tiers.cool, &tiers.cold).await;
    let report = fsck(&*tiers.world.meta, &engine, false).await.unwrap();
    assert!(report.problems.iter().any(|it| it.contains("nothing is scheduled")), "{:?}", report.problems);
    repaired(&*tiers.world.meta, &engine).await;
    assert_eq!(tiers.settled().await, (1, 0, 0));
    tiers.world.clock.advance(30_000 * DAY_MS);
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 0, 1));
}
