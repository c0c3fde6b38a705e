//! A store goes to other engines and comes back: whole or not at all, however often it is cut short, and nobody serves the half of one.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_blob::{Blobs, Label};
use coldkeep_meta::{Commit, Entry, Error as MetaError, Fault, Memory, Meta, Visit, Write};
use coldkeep_store::migrate::{
    Digest, MigrateError, Migration, Progress, Side, Told, leave, open_filled, prepare, stand_still, why_closed,
};
use coldkeep_store::{OpenError, Options, Store, account_of, add_pool, fsck, pools_of};
use coldkeep_types::{BucketName, Id};
use parking_lot::Mutex;

use crate::beating::{Server, until};
use crate::body::{Body, Dice, data};
use crate::world::{MIB, TestClock, World, account, bucket_name, named, options, put, read};

const LEASE: Duration = Duration::from_secs(10);

/// Engines in memory.
#[derive(Clone, Default)]
struct Place {
    meta: Arc<Memory>,
    blobs: coldkeep_blob::Memory,
}

impl Place {
    fn side(&self) -> Side {
        Side { meta: self.meta.clone(), blobs: Arc::new(self.blobs.clone()) }
    }

    fn of(world: &World) -> Self {
        Self { meta: world.meta.clone(), blobs: world.blobs.clone() }
    }

    async fn open(&self, clock: &Arc<TestClock>, options: Options) -> Result<Store, OpenError> {
        Store::open(self.meta.clone(), Arc::new(self.blobs.clone()), clock.clone(), options).await
    }

    async fn records(&self) -> Vec<(Vec<u8>, Entry)> {
        self.meta.scan(Vec::new()..vec![u8::MAX], usize::MAX).await.unwrap()
    }

    async fn store(&self) -> [u8; 16] {
        self.blobs.identity().await.unwrap().unwrap().store
    }

    async fn must_be_whole(&self) {
        let report = fsck(&*self.meta, &self.blobs, true).await.unwrap();
        assert_eq!((report.problems, report.unswept), (Vec::new(), 0));
    }

    /// Moves the store that is here, but for the mark.
    async fn moves_to(&self, other: &Self) -> Result<Digest, MigrateError> {
        let digest = Migration::begin(self.side(), other.side(), silent()).await?.copy().await?;
        other.must_be_whole().await;
        open_filled(&*other.meta, self.store().await, Some(&account())).await?;
        Ok(digest)
    }
}

pub fn silent() -> Told {
    Arc::new(|_| {})
}

/// Remembers what it is told.
pub fn heard() -> (Told, Arc<Mutex<Vec<Progress>>>) {
    let heard: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let told = heard.clone();
    (Arc::new(move |progress| told.lock().push(progress)), heard)
}

pub fn copied(heard: &Mutex<Vec<Progress>>) -> usize {
    heard.lock().iter().filter(|progress| matches!(progress, Progress::Copied(_))).count()
}

/// A store with some of everything, that was not stopped: one blob waits to be freed, one has no owner, one is in quarantine.
async fn world(seed: u64) -> (World, BucketName, Id, Vec<(String, bytes::Bytes)>) {
    let (world, mut dice, mut objects) = (World::new().await, Dice(seed), Vec::new());
    let bucket = world.bucket().await;
    for number in 0..40 {
        // Small ones in several windows, and blobs.
        let (at, size) = (format!("k{number}"), if dice.chance(4) { 9_000 } else { 8_000 } + dice.below(192) * 100);
        let body = data(dice.roll(), size);
        world.put(&bucket, &at, Body::of(&body)).await.unwrap();
        objects.push((at, body));
    }
    for number in 0..200 {
        let (at, body) = (format!("s{number}"), data(dice.roll(), 8_000));
        world.put(&bucket, &at, Body::of(&body)).await.unwrap();
        objects.push((at, body));
    }
    world.put(&bucket, "gone", Body::of(&data(7, 20_000))).await.unwrap();
    world.store.delete_object(&bucket, &crate::world::key("gone"), &Default::default()).await.unwrap();
    let upload = world.upload(&bucket, "parts").await;
    for number in 1..=2 {
        world.part(&upload, number, Body::of(&data(u64::from(number), 5 * MIB))).await.unwrap();
    }
    for number in 1..=2 {
        let orphan = coldkeep_blob::conformance::id(1, 0xffff_0000 + number);
        coldkeep_blob::conformance::write(&world.blobs, orphan, &data(9, 10_000), 1 << 20).await;
        if number == 2 {
            world.blobs.quarantine(orphan).await.unwrap();
        }
    }
    (world, bucket, upload.id, objects)
}

async fn must_serve(place: &Place, world: &World, bucket: &BucketName, upload: Id, objects: &[(String, bytes::Bytes)]) {
    let store = place.open(&world.clock, options()).await.unwrap();
    assert!(store.run() > world.store.run(), "runs are never given twice");
    for (at, body) in objects {
        assert_eq!(read(&store, bucket, at).await.unwrap(), body, "{at}");
    }
    let names: Vec<_> = (1..=2).map(|number| named(number, &data(u64::from(number), 5 * MIB))).collect();
    let (whole, always) = (Default::default(), Default::default());
    store.complete_upload(bucket, &crate::world::key("parts"), upload, &names, &whole, &always).await.unwrap();
    assert_eq!(read(&store, bucket, "parts").await.unwrap().len(), 10 * MIB);
    while store.reclaim().await.unwrap().done > 0 {}
    store.close().await.unwrap();
    place.must_be_whole().await;
}

#[tokio::test]
async fn all_of_a_store_comes_along_and_nothing_else() {
    for seed in 1..=4 {
        let (world, bucket, upload, objects) = world(seed << 32).await;
        let (from, to) = (Place::of(&world), Place::default());
        add_pool(&*from.meta, "cold", "here").await.unwrap();
        let before = from.records().await;
        from.moves_to(&to).await.unwrap();
        assert_eq!(from.records().await, before, "the store that is left is as it was");
        let names = |records: &[(Vec<u8>, Entry)]| -> Vec<Vec<u8>> {
            records.iter().map(|(key, _)| key.clone()).filter(|key| key.starts_with(b"s")).collect()
        };
        let kept: [&[u8]; 5] = [b"saccount", b"sepoch", b"ssecret", b"sstore", b"susage"];
        assert_eq!(names(&to.records().await), kept);
        assert_eq!(account_of(&*to.meta).await.unwrap(), Some(account()));
        // Where pools lie is for whoever opens the engines to say.
        assert_eq!(pools_of(&*to.meta).await.unwrap(), []);
        // What waited to be freed, what had no owner and what was in quarantine stay.
        assert_eq!(to.blobs.blobs() + 2, from.blobs.blobs());
        assert_eq!(to.blobs.quarantined().await.unwrap().blobs, 0);
        must_serve(&to, &world, &bucket, upload, &objects).await;
        // And back, to engines of their own.
        let back = Place::default();
        to.moves_to(&back).await.unwrap();
        let again = back.open(&world.clock, options()).await.unwrap();
        assert_eq!(read(&again, &bucket, "k1").await.unwrap(), objects[1].1);
    }
}

#[tokio::test]
async fn what_is_half_there_is_not_served_and_the_next_run_goes_on_wherever_it_was_cut() {
    let (world, bucket, upload, objects) = world(5).await;
    let from = Place::of(&world);
    let mut cuts = 0;
    for fault in [Fault::Lost, Fault::Applied] {
        for commits in 0.. {
            let to = Place::default();
            to.meta.fail_after(commits, fault);
            if from.moves_to(&to).await.is_ok() {
                break;
            }
            cuts += 1;
            let to = Place { meta: Arc::new(to.meta.reopen()), ..to };
            let begun = match to.records().await.is_empty() {
                true => Err(OpenError::Closed("nothing was done".into())),
                false => to.open(&world.clock, options()).await,
            };
            let was_open = fault == Fault::Applied && begun.is_ok();
            assert!(was_open || matches!(begun, Err(OpenError::Closed(_))));
            if was_open {
                // The last commit of all was applied, and only its answer was lost.
                open_filled(&*to.meta, from.store().await, None).await.unwrap();
                continue;
            }
            from.moves_to(&to).await.unwrap();
            if commits == 2 {
                must_serve(&to, &world, &bucket, upload, &objects).await;
            }
        }
    }
    assert!(cuts >= 8, "{cuts}");
}

#[tokio::test]
async fn a_second_run_copies_only_what_is_not_there_as_it_should_be() {
    let (world, bucket, upload, objects) = world(6).await;
    let (from, to) = (Place::of(&world), Place::default());
    Migration::begin(from.side(), to.side(), silent()).await.unwrap().copy().await.unwrap();
    // Meanwhile the old server was started again: something goes, something comes.
    let blobs = to.blobs.blobs();
    let (gone, mut objects) = (objects.iter().find(|(_, body)| body.len() > 9_000).unwrap().0.clone(), objects);
    world.store.delete_object(&bucket, &crate::world::key(&gone), &Default::default()).await.unwrap();
    world.put(&bucket, "new", Body::of(&data(77, 30_000))).await.unwrap();
    objects.retain(|(at, _)| *at != gone);
    objects.push(("new".into(), data(77, 30_000)));
    while world.store.reclaim().await.unwrap().done > 0 {}
    // And what a torn run leaves in the records.
    let mut torn = Commit::default();
    torn.put(&b"aaaaaaaaaaaaaaaaaaaaaaaaa"[..], &b"too much"[..]).delete(&b"sstore"[..]).put(&b"sepoch"[..], &b"x"[..]);
    to.meta.commit(torn).await.unwrap();
    let (told, heard) = heard();
    Migration::begin(from.side(), to.side(), told).await.unwrap().copy().await.unwrap();
    assert_eq!(copied(&heard), 1);
    let count = |progress: Progress| heard.lock().iter().filter(|heard| **heard == progress).count();
    assert_eq!((count(Progress::Dropped), to.blobs.blobs()), (1, blobs));
    to.must_be_whole().await;
    open_filled(&*to.meta, from.store().await, None).await.unwrap();
    must_serve(&to, &world, &bucket, upload, &objects).await;
}

#[tokio::test]
async fn blobs_go_ahead_while_the_server_writes() {
    let (world, bucket, upload, objects) = world(7).await;
    let (from, to) = (Place::of(&world), Place::default());
    // Of a blob that is under way nothing is copied.
    let draft = from.blobs.create(coldkeep_blob::conformance::id(1, 77), Label::default(), None).await.unwrap();
    let beside: Arc<dyn Blobs> = Arc::new(from.blobs.clone());
    let (told, ahead) = heard();
    prepare(&beside, &to.side(), &BTreeSet::new(), &told).await.unwrap();
    assert!(copied(&ahead) > 5);
    drop(draft);
    assert!(matches!(to.open(&world.clock, options()).await.err(), Some(OpenError::Closed(_))));
    world.put(&bucket, "k1", Body::of(&objects[1].1)).await.unwrap();
    let (told, rest) = heard();
    Migration::begin(from.side(), to.side(), told).await.unwrap().copy().await.unwrap();
    assert!(copied(&rest) <= 1, "the rest is what came since");
    to.must_be_whole().await;
    open_filled(&*to.meta, from.store().await, None).await.unwrap();
    must_serve(&to, &world, &bucket, upload, &objects).await;
}

#[tokio::test]
async fn what_is_not_empty_is_refused_and_left_as_it_is() {
    let (one, other) = (world(8).await.0, world(9).await.0);
    let (from, taken) = (Place::of(&one), Place::of(&other));
    let before = taken.records().await;
    let words = |refused: Result<Digest, MigrateError>| match refused.unwrap_err() {
        MigrateError::Refused(words) => words,
        MigrateError::Store(error) => panic!("{error}"),
    };
    assert!(words(from.moves_to(&taken).await).contains("not empty"));
    assert_eq!(taken.records().await, before);
    let empty = Place::default();
    let mixed = Place { meta: Arc::default(), blobs: other.blobs.clone() };
    assert!(words(from.moves_to(&mixed).await).contains("blobs of another store"));
    assert!(mixed.records().await.is_empty());
    // One is moved there: another one is not.
    Migration::begin(from.side(), empty.side(), silent()).await.unwrap();
    assert!(words(taken.moves_to(&empty).await).contains("is taken"));
    assert!(words(empty.moves_to(&Place::default()).await).contains("not finished"));
    assert!(words(Place::default().moves_to(&Place::default()).await).contains("nothing to move"));
}

/// An engine that changes a byte of one of the records that it is given.
struct Flipping {
    inner: Arc<Memory>,
    puts: AtomicU64,
}

#[async_trait]
impl Meta for Flipping {
    async fn get(&self, key: &[u8]) -> Result<Option<Entry>, MetaError> {
        self.inner.get(key).await
    }

    async fn scan_back(&self, range: Range<Vec<u8>>, limit: usize) -> Result<Vec<(Vec<u8>, Entry)>, MetaError> {
        self.inner.scan_back(range, limit).await
    }

    async fn walk(&self, range: Range<Vec<u8>>, visit: &mut Visit<'_>) -> Result<(), MetaError> {
        self.inner.walk(range, visit).await
    }

    async fn commit(&self, mut commit: Commit) -> Result<(), MetaError> {
        for write in &mut commit.writes {
            if let Write::Put { key, value } = write
                && key.starts_with(b"i")
                && self.puts.fetch_add(1, Ordering::Relaxed) == 11
            {
                value[17] ^= 1;
            }
        }
        self.inner.commit(commit).await
    }

    fn health(&self) -> Result<(), MetaError> {
        self.inner.health()
    }
}

#[tokio::test]
async fn a_flip_or_a_loss_on_the_way_is_found() {
    let (world, ..) = world(10).await;
    let (from, to) = (Place::of(&world), Place::default());
    let flipping = Side { meta: Arc::new(Flipping { inner: to.meta.clone(), puts: AtomicU64::new(0) }), ..to.side() };
    let flipped = Migration::begin(from.side(), flipping, silent()).await.unwrap().copy().await;
    assert!(
        matches!(&flipped, Err(MigrateError::Refused(words)) if words.contains("not those that there are")),
        "{flipped:?}"
    );
    // The next run makes it right. A blob that is lost then is missed by the check that follows.
    Migration::begin(from.side(), to.side(), silent()).await.unwrap().copy().await.unwrap();
    let owned = to.blobs.list(1, None, 1).await.unwrap()[0];
    to.blobs.delete(owned).await.unwrap();
    assert_ne!(fsck(&*to.meta, &to.blobs, false).await.unwrap().problems, Vec::<String>::new());
    // And one that is lost before it is copied, too.
    from.blobs.delete(owned).await.unwrap();
    Migration::begin(from.side(), to.side(), silent()).await.unwrap().copy().await.unwrap();
    assert_ne!(fsck(&*to.meta, &to.blobs, false).await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_shared_store_is_left_only_where_no_server_has_it() {
    let (place, clock) = (Place::default(), Arc::<TestClock>::default());
    let shared = Options { lease: Some(LEASE), ..options() };
    let server = || async { Server::of(place.open(&clock, shared.clone()).await.unwrap()) };
    let one = server().await;
    let bucket = bucket_name("bucket");
    one.store.create_bucket(&bucket, &account(), &crate::world::region()).await.unwrap();
    put(&one.store, &bucket, "k", Default::default(), Body::of(&data(1, 20_000))).await.unwrap();
    one.store.belong_to(&account()).await.unwrap();
    let meta = &*place.meta;
    let alive = stand_still(meta, LEASE).await.err().unwrap();
    assert!(alive.to_string().contains("is alive"), "{alive}");
    // It was killed, or so it seems: nothing of it comes through any more.
    one.hold_up();
    let still = stand_still(meta, LEASE).await.unwrap();
    assert!(put(&one.store, &bucket, "late", Default::default(), Body::of(&data(1, 10))).await.is_err());
    let to = Place::default();
    place.moves_to(&to).await.unwrap();
    // One was started meanwhile: the store is not left, whether it is still there or not.
    let other = server().await;
    until(|| other.store.leads()).await;
    assert!(leave(meta, &still, "moved").await.unwrap_err().to_string().contains("started meanwhile"));
    other.store.close().await.unwrap();
    assert!(leave(meta, &still, "moved").await.is_err());
    let still = stand_still(meta, LEASE).await.unwrap();
    leave(meta, &still, "it was moved").await.unwrap();
    assert_eq!(why_closed(meta).await.unwrap().as_deref(), Some("it was moved"));
    for options in [shared.clone(), options()] {
        let refused = place.open(&clock, options).await.err().unwrap();
        assert_eq!(refused.to_string(), "it was moved");
    }
    place.must_be_whole().await;
    let alone = to.open(&clock, options()).await.unwrap();
    assert_eq!(read(&alone, &bucket, "k").await.unwrap(), data(1, 20_000));
}
