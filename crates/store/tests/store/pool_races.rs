//! Moves meet whatever else happens to their object: the faster one wins whole, nothing is lost or left behind. Crashes and failing disks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use coldkeep_blob::Memory;
use coldkeep_store::{Content, CopyTarget, Error, StorageClass, Store, Versioning};
use coldkeep_types::BucketName;
use tokio::sync::oneshot;

use crate::body::{Body, Dice, data};
use crate::faulty_blobs::{Faulty, Switches};
use crate::hooked::{At, Hooked};
use crate::pool_moves::Tiers;
use crate::renames::{rename, renaming};
use crate::world::{MIB, copy_object, copy_to, key, named, put};

const PART: usize = 5 * MIB;
const FORMS: [&str; 2] = ["whole", "parts"];

/// An object that is to follow its class.
async fn marked(tiers: &Tiers, form: &str) {
    match form {
        "whole" => tiers.put("k", &data(1, 20_000)).await,
        _ => tiers.object_of_parts("k", &[data(2, PART), data(3, 10_000)]).await,
    }
    tiers.transition("", StorageClass::GlacierIr).await;
}

/// What it begins with.
fn content(form: &str) -> bytes::Bytes {
    if form == "whole" { data(1, 20_000) } else { data(2, PART) }
}

async fn delete(store: &Store, bucket: &BucketName, at: &str) {
    store.delete_object(bucket, &key(at), &Default::default()).await.unwrap();
}

/// Before the commit that names the first copy in place of the old blob, which it releases.
const NAMES: At = At::BeforeCommit(b'r');

/// Stops for good where the copy is to be named that comes after so many others, and says so.
fn stop_naming(hooked: &Arc<Hooked>, after: usize, reached: oneshot::Sender<()>) {
    let again = hooked.clone();
    hooked.once(NAMES, async move {
        if after > 0 {
            return stop_naming(&again, after - 1, reached);
        }
        reached.send(()).unwrap();
        std::future::pending().await
    });
}

/// Moves until there; then the server dies.
async fn dies_naming(tiers: &Tiers, after: usize) {
    let (reached, reach) = oneshot::channel();
    stop_naming(&tiers.hooked, after, reached);
    let dying = tiers.world.store.clone();
    let moving = tokio::spawn(async move { dying.run_moves().await });
    reach.await.unwrap();
    moving.abort();
}

#[tokio::test]
async fn an_object_is_deleted_or_replaced_just_before_its_copy_is_named() {
    for form in FORMS {
        for replaced in [false, true] {
            let tiers = Tiers::new().await;
            marked(&tiers, form).await;
            let (store, bucket) = (tiers.world.store.clone(), tiers.bucket.clone());
            tiers.hooked.once(NAMES, async move {
                match replaced {
                    true => drop(put(&store, &bucket, "k", Default::default(), Body::of(&data(9, 9_000))).await),
                    false => delete(&store, &bucket, "k").await,
                }
            });
            tiers.run_moves().await;
            assert!(tiers.hooked.done());
            assert_eq!(tiers.settled().await, (usize::from(replaced), 0, 0), "{form}");
            assert_eq!(tiers.world.store.moved().bytes, 0);
            if replaced {
                tiers.reads("k", &data(9, 9_000)).await;
            }
        }
    }
}

/// A copy comes to share the list, and a part the blob, at the same moment: the copy keeps what it shares, and the part too.
#[tokio::test]
async fn bytes_come_to_be_shared_just_before_they_move() {
    for form in FORMS {
        let tiers = Tiers::new().await;
        marked(&tiers, form).await;
        let upload = tiers.world.upload(&tiers.bucket, "shares").await;
        let (store, bucket) = (tiers.world.store.clone(), tiers.bucket.clone());
        let sharing = upload.clone();
        tiers.hooked.once(NAMES, async move {
            let source = store.open_object(&bucket, &key("k")).await.unwrap();
            store.copy_part(&sharing, 1, source, 0..10_000).await.unwrap();
        });
        tiers.run_moves().await;
        assert!(tiers.hooked.done());
        // What the part has a slice of stays for it.
        assert_eq!(tiers.settled().await, (1, 0, if form == "whole" { 1 } else { 2 }), "{form}");
        tiers.world.store.abort_upload(&tiers.bucket, &key("shares"), upload.id).await.unwrap();
        assert_eq!(tiers.settled().await, (0, 0, if form == "whole" { 1 } else { 2 }), "{form}");
    }
}

/// What a part is about to share moves, and what it was is freed: the part has a copy.
#[tokio::test]
async fn bytes_move_just_before_they_come_to_be_shared() {
    for (form, blobs) in [("whole", 1), ("parts", 2)] {
        let tiers = Tiers::new().await;
        marked(&tiers, form).await;
        let upload = tiers.world.upload(&tiers.bucket, "shares").await;
        let source = tiers.world.store.open_object(&tiers.bucket, &key("k")).await.unwrap();
        let store = tiers.world.store.clone();
        tiers.hooked.once(At::BeforeCommit(b'p'), async move {
            store.run_moves().await.unwrap();
            while store.reclaim().await.unwrap().done > 0 {}
        });
        tiers.world.store.copy_part(&upload, 1, source, 0..10_000).await.unwrap();
        assert!(tiers.hooked.done());
        assert_eq!(tiers.settled().await, (1, 0, blobs), "{form}");
        tiers.world.complete(&tiers.bucket, "shares", upload.id, &[named(1, &content(form)[..10_000])]).await.unwrap();
        tiers.reads("shares", &content(form).slice(..10_000)).await;
    }
}

/// Where versions are kept, a renamed object shares the list of the version that it was.
#[tokio::test]
async fn a_list_comes_to_be_shared_just_before_a_part_of_it_moves() {
    let tiers = Tiers::new().await;
    let parts = [data(2, PART), data(3, 10_000)];
    tiers.world.store.set_versioning(&tiers.bucket, Versioning::Enabled).await.unwrap();
    tiers.object_of_parts("k", &parts).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    let (store, renamed) = (tiers.world.store.clone(), renaming(&tiers.bucket, "k", "new"));
    tiers.hooked.once(NAMES, async move { rename(&store, &renamed).await.unwrap() });
    tiers.run_moves().await;
    assert!(tiers.hooked.done());
    assert_eq!(tiers.settled().await, (0, 0, 4), "each has its own");
    tiers.reads("new", &parts.concat().into()).await;
}

#[tokio::test]
async fn tags_and_another_class_change_while_bytes_move() {
    for form in FORMS {
        let tiers = Tiers::new().await;
        marked(&tiers, form).await;
        let (store, bucket) = (tiers.world.store.clone(), tiers.bucket.clone());
        tiers.hooked.once(NAMES, async move {
            let tags = Some(vec![("a".to_owned(), "b".to_owned())]);
            store.put_object_tags(&bucket, &key("k"), None, tags).await.unwrap();
        });
        tiers.run_moves().await;
        assert_eq!(tiers.settled().await, (0, 0, if form == "whole" { 1 } else { 2 }), "{form}");
        let object = tiers.world.store.head_object(&tiers.bucket, &key("k")).await.unwrap();
        assert_eq!(object.attributes.tags().len(), 1);
        // Into the pool that it has just left, in place.
        let back = CopyTarget { class: StorageClass::Standard, ..copy_to(&tiers.bucket, "k") };
        copy_object(&tiers.world.store, &tiers.bucket, &key("k"), &back).await.unwrap();
        tiers.run_moves().await;
        assert_eq!(tiers.settled().await, (1, 0, 0), "{form}");
    }
}

#[tokio::test]
async fn two_servers_that_both_lead_move_it_once() {
    for form in FORMS {
        let tiers = Tiers::new().await;
        marked(&tiers, form).await;
        let other = tiers.another().await;
        tiers.hooked.once(NAMES, {
            let other = other.clone();
            async move { other.run_moves().await.unwrap() }
        });
        tiers.run_moves().await;
        assert!(tiers.hooked.done());
        assert_eq!(tiers.settled().await, (0, 0, if form == "whole" { 1 } else { 2 }), "{form}");
        assert_eq!((tiers.world.store.moved().bytes, tiers.world.due_records().await), (0, 0));
        assert_eq!(other.moved().objects, 1);
    }
}

/// What is copied and not named when the server dies is swept by the next one, which moves the rest.
#[tokio::test]
async fn a_crash_before_a_copy_is_named_leaves_what_the_sweep_finds() {
    for (form, blobs) in [("whole", 1), ("parts", 2)] {
        let mut tiers = Tiers::new().await;
        marked(&tiers, form).await;
        dies_naming(&tiers, 0).await;
        assert_eq!((tiers.world.blobs.blobs(), tiers.cold_blobs.blobs()), (blobs, 1));
        tiers.world.store = tiers.another().await;
        assert_eq!(tiers.world.store.sweep().await.unwrap(), 1);
        tiers.run_moves().await;
        assert_eq!(tiers.settled().await, (0, 0, blobs), "{form}");
        assert!(tiers.world.read(&tiers.bucket, "k").await.is_ok());
    }
}

/// An object of parts goes on where it was.
#[tokio::test]
async fn parts_that_were_moved_are_not_moved_again() {
    let mut tiers = Tiers::new().await;
    let parts = [data(1, PART), data(2, PART), data(3, 10_000)];
    tiers.object_of_parts("k", &parts).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    dies_naming(&tiers, 1).await;
    tiers.world.store = tiers.another().await;
    tiers.world.store.sweep().await.unwrap();
    assert_eq!(tiers.settled().await, (2, 0, 1));
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (0, 0, 3));
    assert_eq!(tiers.world.store.moved().bytes, PART as u64 + 10_000);
    tiers.reads("k", &parts.concat().into()).await;
}

#[tokio::test]
async fn a_pool_that_is_full_is_tried_again_later() {
    let cold = Memory::with_capacity(50_000);
    let tiers = Tiers::with(Arc::new(cold.clone()), cold).await;
    tiers.put("large", &data(1, 100_000)).await;
    tiers.put("small", &data(2, 10_000)).await;
    tiers.transition("", StorageClass::GlacierIr).await;
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (2, 0, 0), "the pool is left alone");
    tiers.reads("large", &data(1, 100_000)).await;
    // The other one is next: it fits.
    tiers.run_moves().await;
    assert_eq!(tiers.settled().await, (1, 0, 1));
    tiers.world.clock.advance(11 * 60 * 1000);
    tiers.run_moves().await;
    assert_eq!((tiers.settled().await, tiers.world.due_records().await), ((1, 0, 1), 1));
    tiers.reads("large", &data(1, 100_000)).await;
}

#[tokio::test]
async fn a_disk_that_fails_costs_nothing_but_time() {
    for form in FORMS {
        let (inner, switches) = (Memory::new(), Arc::new(Switches::default()));
        let faulty = Faulty { inner: inner.clone(), switches: switches.clone(), space: None };
        let mut tiers = Tiers::with(Arc::new(faulty), inner).await;
        marked(&tiers, form).await;
        tiers.world.store.health().await.unwrap();
        switches.finishing_fails.store(true, Ordering::Relaxed);
        tiers.run_moves().await;
        let health = tiers.world.store.health().await.unwrap_err().to_string();
        assert!(health.contains("the pool of number 2"), "{health}");
        assert!(tiers.world.read(&tiers.bucket, "k").await.is_ok());
        switches.finishing_fails.store(false, Ordering::Relaxed);
        // Whether the blob is there the engine did not say: the next run sweeps this one.
        tiers.world.store = tiers.another().await;
        assert_eq!(tiers.world.store.sweep().await.unwrap(), 2, "the copy, and what the health was tried with");
        tiers.world.store.health().await.unwrap();
        tiers.world.clock.advance(11 * 60 * 1000);
        tiers.run_moves().await;
        assert_eq!(tiers.settled().await, (0, 0, if form == "whole" { 1 } else { 2 }), "{form}");
    }
}

#[tokio::test]
async fn what_is_damaged_does_not_keep_the_others() {
    let tiers = Tiers::new().await;
    tiers.put("damaged", &data(1, 100_000)).await;
    tiers.put("whole", &data(2, 10_000)).await;
    let damaged = tiers.world.store.head_object(&tiers.bucket, &key("damaged")).await.unwrap().content.id();
    tiers.transition("", StorageClass::GlacierIr).await;
    tiers.world.blobs.damage(damaged);
    tiers.run_moves().await;
    tiers.reads("whole", &data(2, 10_000)).await;
    assert_eq!((tiers.world.blobs.blobs(), tiers.cold_blobs.blobs()), (2, 1));
    assert_eq!((tiers.world.store.moved().objects, tiers.world.due_records().await), (1, 1));
}

/// In any order: objects move while they are replaced, copied, copied from, renamed and deleted.
#[tokio::test]
async fn moves_meet_everything_else_in_many_ways() {
    for seed in 0..60 {
        let tiers = Arc::new(Tiers::jittery(seed).await);
        let contents = [data(1, 20_000), data(2, 10_000), data(9, 30_000)];
        tiers.put("a", &contents[0]).await;
        tiers.object_of_parts("b", &contents[1..2]).await;
        copy_object(&tiers.world.store, &tiers.bucket, &key("b"), &copy_to(&tiers.bucket, "c")).await.unwrap();
        tiers.transition("", StorageClass::StandardIa).await;
        let disturb = |task| {
            let tiers = tiers.clone();
            tokio::spawn(async move { disturb(&tiers, Dice(seed * 4 + task)).await })
        };
        let tasks: Vec<_> = (0..4).map(disturb).collect();
        tiers.run_moves().await;
        for task in tasks {
            task.await.unwrap();
        }
        tiers.run_moves().await;
        tiers.settled().await;
        for at in ["a", "b", "c", "d"] {
            if let Ok(object) = tiers.world.store.head_object(&tiers.bucket, &key(at)).await {
                let bytes = tiers.world.read(&tiers.bucket, at).await.unwrap();
                assert!(contents.contains(&bytes), "seed {seed}: {at}");
                let pool = object.content.id().pool();
                let whole = matches!(object.content, Content::Blob(_));
                assert!(!whole || pool == u8::from(object.class == StorageClass::StandardIa), "seed {seed}: {at}");
            }
            tiers.world.store.delete_object(&tiers.bucket, &key(at), &Default::default()).await.unwrap();
        }
        assert_eq!(tiers.settled().await, (0, 0, 0), "seed {seed}");
    }
}

/// What others do meanwhile. What was read is what was written; that a key has no object just now is no failure.
async fn disturb(tiers: &Tiers, mut dice: Dice) {
    let (store, bucket) = (&tiers.world.store, &tiers.bucket);
    for _ in 0..6 {
        let [from, to] = [(); 2].map(|()| ["a", "b", "c", "d"][dice.below(4)]);
        let done = match dice.below(7) {
            0 => put(store, bucket, to, Default::default(), Body::of(&data(9, 30_000))).await.map(drop),
            1 => store.delete_object(bucket, &key(to), &Default::default()).await.map(drop),
            2 | 3 => {
                let class = if dice.chance(2) { StorageClass::Standard } else { StorageClass::StandardIa };
                let target = CopyTarget { class, ..copy_to(bucket, to) };
                copy_object(store, bucket, &key(from), &target).await.map(drop)
            }
            4 => rename(store, &renaming(bucket, from, to)).await,
            5 => store.reclaim().await.map(drop),
            _ => {
                let upload = tiers.world.upload(bucket, "upload").await;
                if let Ok(source) = store.open_object(bucket, &key(from)).await {
                    store.copy_part(&upload, 1, source, 0..10_000).await.unwrap();
                }
                store.abort_upload(bucket, &key("upload"), upload.id).await
            }
        };
        assert!(matches!(done, Ok(()) | Err(Error::NoSuchKey)), "{done:?}");
        match tiers.world.read(bucket, from).await {
            Ok(bytes) => assert!([10_000, 20_000, 30_000].contains(&bytes.len())),
            Err(Error::NoSuchKey) => {}
            Err(other) => panic!("{other}"),
        }
    }
}
