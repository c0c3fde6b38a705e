//! Object lock: no sequence of operations removes a locked version before its time, whatever the clock does.

use std::collections::BTreeMap;
use std::time::Duration;

use coldkeep_store::{
    DefaultRetention, Deleted, Deletion, Error, EventHold, LockMode, NewObject, NewRetention, NewUpload, Object,
    ObjectLock, Options, Period, Precondition, Retention, Store, VersionId, Versioning,
};
use coldkeep_types::{BucketName, Clock, Timestamp};

use crate::body::{Body, Dice, data};
use crate::lifecycle::expire;
use crate::world::{DAY_MS, World, account, bucket_name, key, named, options, region};

pub async fn locked(world: &World) -> BucketName {
    let name = bucket_name("bucket");
    world.store.create_bucket_with(&name, &account(), &region(), Default::default(), None, true).await.unwrap();
    name
}

fn in_days(world: &World, mode: LockMode, days: i64) -> Retention {
    Retention::new(mode, world.clock.now().plus_millis(days * DAY_MS))
}

/// What PutObjectRetention asks for with a mode and a date, or without any.
pub fn fixed(retention: Option<Retention>) -> NewRetention {
    retention.map_or(NewRetention::None, NewRetention::Until)
}

async fn put(world: &World, bucket: &BucketName, at: &str, lock: ObjectLock) -> Result<Object, Error> {
    put_locked(&world.store, bucket, at, lock).await
}

pub async fn put_locked(store: &Store, bucket: &BucketName, at: &str, lock: ObjectLock) -> Result<Object, Error> {
    let new = NewObject {
        lock,
        access: Default::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: Default::default(),
        class: Default::default(),
        algorithm: coldkeep_digest::ChecksumAlgorithm::Crc64Nvme,
        expected: Default::default(),
        precondition: Default::default(),
        sealing: None,
    };
    store.put_object(new, &mut Body::of(&data(1, 20))).await
}

fn deletion(at: &str, version: VersionId, bypass: bool) -> Deletion {
    Deletion { version: Some(version), bypass, ..Deletion::new(key(at), Precondition::default()) }
}

async fn delete(world: &World, bucket: &BucketName, version: VersionId, bypass: bool) -> Result<Deleted, Error> {
    world.store.delete(bucket, &deletion("k", version, bypass)).await
}

fn is_locked<T>(done: &Result<T, Error>) -> bool {
    matches!(done, Err(Error::Locked))
}

/// A version as the model knows it: all that decides whether it may go.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    retention: Option<Retention>,
    hold: bool,
    /// Held until an event, and for so many days from then on.
    held_days: Option<u32>,
}

impl Kept {
    fn is_free(&self, now: Timestamp, bypass: bool) -> bool {
        let governed = |retention: Retention| retention.mode == LockMode::Governance;
        let over = |retention: Retention| self.held_days.is_none() && retention.until() <= now;
        !self.hold && self.retention.is_none_or(|retention| over(retention) || bypass && governed(retention))
    }

    /// The first moment at which it might be free, were it released now.
    fn end(&self, now: Timestamp) -> Timestamp {
        let released = self.held_days.map(|days| now.plus_millis(i64::from(days) * DAY_MS));
        self.retention.map(|retention| retention.until()).max(released).unwrap_or(Timestamp(0))
    }
}

fn days_of(period: Period) -> u32 {
    match period {
        Period::Days(days) => days,
        Period::Years(years) => panic!("{years} years"),
    }
}

type Model = BTreeMap<(String, VersionId), Kept>;

async fn all_there(world: &World, bucket: &BucketName, model: &Model, what: &str) {
    for ((at, version), kept) in model {
        let found = world.store.head_version(bucket, &key(at), Some(*version)).await;
        let found = found.unwrap_or_else(|error| panic!("{what}: {at} {version}: {error}: {kept:?}"));
        assert_eq!(found.lock.retention, kept.retention, "{what}: {at} {version}");
        assert_eq!(found.lock.legal_hold.unwrap_or_default(), kept.hold, "{what}: {at} {version}");
        assert_eq!(found.lock.held(), kept.held_days.map(Period::Days), "{what}: {at} {version}");
    }
}

#[tokio::test]
async fn no_history_removes_a_locked_version_before_its_time() {
    let mut refused = 0;
    for seed in 0..150 {
        let (mut world, mut dice) = (World::new().await, Dice(seed));
        let bucket = locked(&world).await;
        let mut model = Model::new();
        for turn in 0..40 {
            // Hours, days, and back.
            world.clock.advance([0, 1, DAY_MS / 2, 3 * DAY_MS, -DAY_MS][dice.below(5)]);
            let (at, now, bypass) = (["a", "b"][dice.below(2)], world.clock.now(), dice.chance(3));
            let mode = [LockMode::Governance, LockMode::Compliance][dice.below(2)];
            let retention = dice.chance(2).then(|| in_days(&world, mode, 1 + dice.below(9) as i64));
            let any = (!model.is_empty()).then(|| model.keys().nth(dice.below(model.len())).unwrap().clone());
            let what = format!("seed {seed}, turn {turn}");
            match (dice.below(10), any) {
                (0 | 1, _) => {
                    let held_days = (retention.is_some() && dice.chance(3)).then(|| 1 + dice.below(5) as u32);
                    let event_hold = held_days.map(|days| EventHold::On(Period::Days(days)));
                    let lock = ObjectLock { retention, legal_hold: dice.chance(4).then_some(true), event_hold };
                    let object = put(&world, &bucket, at, lock).await.unwrap();
                    let kept = Kept {
                        retention: object.lock.retention,
                        hold: lock.legal_hold.is_some(),
                        held_days: object.lock.held().map(days_of),
                    };
                    assert!(retention.is_none() || kept.retention == retention && kept.held_days == held_days);
                    model.insert((at.into(), object.version), kept);
                }
                (2, _) => {
                    assert!(world.store.delete_object(&bucket, &key(at), &Default::default()).await.unwrap().marker);
                }
                (3, _) => {
                    let days = Some(Period::Days(1 + dice.below(5) as u32));
                    let held = dice.chance(2);
                    let (period, event_hold) = (days.filter(|_| !held || dice.chance(2)), days.filter(|_| held));
                    let default = dice.chance(2).then_some(DefaultRetention { mode, period, event_hold });
                    world.store.put_bucket_lock(&bucket, default).await.unwrap();
                    let suspended = world.store.set_versioning(&bucket, Versioning::Suspended).await;
                    assert!(matches!(suspended, Err(Error::VersionsForLock)));
                }
                (4 | 5, Some((at, version))) => {
                    let wanted = [deletion(&at, version, bypass), deletion("none", VersionId::Null, bypass)];
                    let done = match dice.chance(2) {
                        true => world.store.delete(&bucket, &wanted[0]).await,
                        false => world.store.delete_objects(&bucket, &wanted).await.unwrap().swap_remove(0),
                    };
                    let free = model[&(at.clone(), version)].is_free(now, bypass);
                    assert_eq!(is_locked(&done), !free, "{what}: {done:?}");
                    refused += usize::from(!free);
                    if free {
                        done.unwrap();
                        model.remove(&(at, version));
                    }
                }
                (6 | 7, Some((at, version))) => {
                    let kept = model.get_mut(&(at.clone(), version)).unwrap();
                    let days = 1 + dice.below(5) as u32;
                    let (asked, held_days) = match (dice.below(4), retention) {
                        (0, _) => (NewRetention::Held(mode, Period::Days(days), None), Some(days)),
                        (1, _) if kept.held_days.is_some() => (NewRetention::Released(None, None), None),
                        (_, None) => (NewRetention::None, None),
                        (_, Some(retention)) => (NewRetention::Until(retention), kept.held_days),
                    };
                    let before = *kept;
                    let done = world.store.put_retention(&bucket, &key(&at), Some(version), asked, bypass).await;
                    let free = Kept { hold: false, ..before }.is_free(now, bypass);
                    if let Ok(object) = done {
                        *kept = Kept { retention: object.lock.retention, hold: kept.hold, held_days };
                        // Whoever may not pass over it has made it longer, in the same mode.
                        let same = |new: Retention| before.retention.is_none_or(|old| old.mode == new.mode);
                        let longer = kept.retention.is_some_and(same) && kept.end(now) >= before.end(now);
                        assert!(free || longer, "{what}: {before:?} {kept:?}");
                        assert!(
                            free || before.held_days.is_none()
                                || asked == NewRetention::Released(None, None)
                                || kept.held_days.is_some()
                        );
                    } else {
                        assert!(is_locked(&done) && !free, "{what}: {done:?} {before:?}");
                    }
                    if asked == NewRetention::Released(None, None) {
                        assert_eq!(kept.retention.unwrap().until(), before.end(now), "{what}");
                    }
                }
                (8, Some((at, version))) => {
                    let hold = dice.chance(2);
                    world.store.put_legal_hold(&bucket, &key(&at), Some(version), hold).await.unwrap();
                    model.get_mut(&(at, version)).unwrap().hold = hold;
                }
                (9, _) if dice.chance(4) => world = world.restarted().await,
                _ => drop(world.store.reclaim().await.unwrap()),
            }
            all_there(&world, &bucket, &model, &what).await;
        }
        assert!(model.is_empty() || matches!(world.store.delete_bucket(&bucket).await, Err(Error::BucketNotEmpty)));
        world.reclaim().await;
        world.settle(world.blobs.blobs()).await;
    }
    assert!(refused > 100, "only {refused} deletions were refused");
}

/// What was put before there was object lock can be locked as well, and is buried by what comes then.
#[tokio::test]
async fn a_null_version_is_kept_too() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "k", Body::of(&data(1, 20))).await.unwrap();
    let retention = Some(in_days(&world, LockMode::Compliance, 1));
    let null = VersionId::Null;
    let early = world.store.put_retention(&bucket, &key("k"), Some(null), fixed(retention), false).await;
    assert!(matches!(early, Err(Error::NoObjectLock)));
    let lock = ObjectLock { retention, ..ObjectLock::default() };
    assert!(matches!(put(&world, &bucket, "k", lock).await, Err(Error::NoObjectLock)));
    assert!(matches!(world.store.put_bucket_lock(&bucket, None).await, Err(Error::LockNeedsVersions)));
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    world.store.put_bucket_lock(&bucket, None).await.unwrap();
    world.store.put_retention(&bucket, &key("k"), Some(null), fixed(retention), false).await.unwrap();
    for _ in 0..2 {
        assert!(is_locked(&delete(&world, &bucket, null, true).await));
        world.put(&bucket, "k", Body::of(&data(2, 20))).await.unwrap();
    }
    world.clock.advance(DAY_MS);
    delete(&world, &bucket, null, false).await.unwrap();
}

/// Who locks and who deletes at once: one of them comes first, and the other is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_lock_and_a_deletion_exclude_each_other() {
    for seed in 0..60 {
        let world = World::jittery(seed).await;
        let bucket = locked(&world).await;
        let version = put(&world, &bucket, "k", ObjectLock::default()).await.unwrap().version;
        if seed % 2 == 0 {
            put(&world, &bucket, "k", ObjectLock::default()).await.unwrap();
        }
        let retention = Some(in_days(&world, LockMode::Compliance, 1));
        let (store, name) = (world.store.clone(), bucket.clone());
        let lock = async move { store.put_retention(&name, &key("k"), Some(version), fixed(retention), false).await };
        let (lock, gone) = tokio::join!(tokio::spawn(lock), delete(&world, &bucket, version, false));
        let lock = lock.unwrap();
        assert!(lock.is_ok() != gone.is_ok(), "seed {seed}: {lock:?} {gone:?}");
        assert!(is_locked(&gone) || matches!(lock, Err(Error::NoSuchVersion(_))), "seed {seed}: {lock:?} {gone:?}");
    }
}

/// An upload may be open for longer than its object shall be retained.
#[tokio::test]
async fn uploads_are_retained_from_their_completion() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    let default = DefaultRetention { mode: LockMode::Compliance, period: Some(Period::Days(2)), event_hold: None };
    world.store.put_bucket_lock(&bucket, Some(default)).await.unwrap();
    let own = ObjectLock {
        retention: Some(in_days(&world, LockMode::Governance, 9)),
        legal_hold: Some(true),
        event_hold: None,
    };
    let held = ObjectLock { legal_hold: Some(true), ..ObjectLock::default() };
    for lock in [ObjectLock::default(), held, own] {
        let new = NewUpload { lock, ..NewUpload::default() };
        let upload = world.store.create_upload(&bucket, &key("k"), new).await.unwrap();
        let body = data(3, 100);
        world.part(&upload, 1, Body::of(&body)).await.unwrap();
        world.clock.advance(3 * DAY_MS);
        world.complete(&bucket, "k", upload.id, &[named(1, &body)]).await.unwrap();
        let object = world.store.head_version(&bucket, &key("k"), upload.version()).await.unwrap();
        let retention = lock.retention.unwrap_or_else(|| in_days(&world, LockMode::Compliance, 2));
        assert_eq!(object.lock, ObjectLock { retention: Some(retention), ..lock });
        assert!(is_locked(&delete(&world, &bucket, object.version, false).await));
    }
    let plain = bucket_name("plain");
    world.store.create_bucket(&plain, &account(), &region()).await.unwrap();
    let new = NewUpload { lock: held, ..NewUpload::default() };
    assert!(matches!(world.store.create_upload(&plain, &key("k"), new).await, Err(Error::NoObjectLock)));
}

/// Years are those of the calendar.
#[tokio::test]
async fn a_default_of_years_ends_on_the_same_day() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    // From 14 November 2023 over two leap days.
    let default = DefaultRetention { mode: LockMode::Governance, period: Some(Period::Years(5)), event_hold: None };
    world.store.put_bucket_lock(&bucket, Some(default)).await.unwrap();
    let object = put(&world, &bucket, "k", ObjectLock::default()).await.unwrap();
    let until = world.clock.now().plus_millis((5 * 365 + 2) * DAY_MS);
    assert_eq!(object.lock.retention, Some(Retention::new(LockMode::Governance, until)));
}

/// From the release on it is retained, for as long as was said; until then without an end.
#[tokio::test]
async fn a_hold_ends_with_its_release_and_the_days_after_it() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    let default = DefaultRetention {
        mode: LockMode::Compliance,
        period: Some(Period::Days(9)),
        event_hold: Some(Period::Days(2)),
    };
    world.store.put_bucket_lock(&bucket, Some(default)).await.unwrap();
    let upload = world.store.create_upload(&bucket, &key("k"), NewUpload::default()).await.unwrap();
    let body = data(3, 100);
    world.part(&upload, 1, Body::of(&body)).await.unwrap();
    world.complete(&bucket, "k", upload.id, &[named(1, &body)]).await.unwrap();
    let version = world.store.head_object(&bucket, &key("k")).await.unwrap().version;
    let change =
        async |new, bypass| world.store.put_retention(&bucket, &key("k"), Some(version), new, bypass).await.map(drop);
    let until = async || {
        let lock = world.store.head_version(&bucket, &key("k"), Some(version)).await.unwrap().lock;
        (lock.until(world.clock.now()).unwrap().0 - world.clock.now().0) / DAY_MS
    };
    assert_eq!(until().await, 9);
    world.clock.advance(100 * DAY_MS);
    assert_eq!(until().await, 2);
    assert!(is_locked(&delete(&world, &bucket, version, true).await));
    let shorter = NewRetention::Held(LockMode::Compliance, Period::Days(1), None);
    let weaker = NewRetention::Held(LockMode::Governance, Period::Days(2), None);
    let earlier = NewRetention::Released(None, Some(world.clock.now().plus_millis(DAY_MS)));
    for new in [shorter, weaker, earlier, NewRetention::None] {
        assert!(is_locked(&change(new, true).await), "{new:?}");
    }
    change(NewRetention::Held(LockMode::Compliance, Period::Days(3), None), false).await.unwrap();
    assert_eq!(until().await, 3);
    change(NewRetention::Released(None, None), false).await.unwrap();
    assert!(matches!(change(NewRetention::Released(None, None), false).await, Err(Error::NoEventHold)));
    world.clock.advance(2 * DAY_MS);
    assert_eq!(until().await, 1);
    assert!(is_locked(&delete(&world, &bucket, version, true).await));
    // It can be held again, and is then retained for no less time than it was.
    change(NewRetention::Held(LockMode::Compliance, Period::Days(1), None), false).await.unwrap();
    world.clock.advance(50 * DAY_MS);
    assert!(is_locked(&delete(&world, &bucket, version, true).await));
    change(NewRetention::Released(None, None), false).await.unwrap();
    world.clock.advance(DAY_MS);
    delete(&world, &bucket, version, false).await.unwrap();
}

/// The clock goes on while a release is judged: it is held for as long as was said from when it was asked for, not from when it is judged.
#[tokio::test]
async fn a_release_is_judged_by_one_time() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    let lock = ObjectLock {
        retention: Some(in_days(&world, LockMode::Compliance, 1)),
        event_hold: Some(EventHold::On(Period::Days(2))),
        ..ObjectLock::default()
    };
    let version = put(&world, &bucket, "k", lock).await.unwrap().version;
    world.clock.go();
    let released = NewRetention::Released(None, None);
    let object = world.store.put_retention(&bucket, &key("k"), Some(version), released, false).await.unwrap();
    assert!(object.lock.retention.unwrap().until() > in_days(&world, LockMode::Compliance, 1).until());
}

/// A rule puts a delete marker over what is locked, and removes nothing.
#[tokio::test]
async fn rules_remove_nothing_that_is_locked() {
    let world = World::new().await;
    let bucket = locked(&world).await;
    world.rules(&bucket, vec![expire("", 1)]).await;
    let lock = ObjectLock { retention: Some(in_days(&world, LockMode::Compliance, 90)), ..ObjectLock::default() };
    let object = put(&world, &bucket, "k", lock).await.unwrap();
    for _ in 0..5 {
        world.clock.advance(2 * DAY_MS);
        world.store.run_due().await.unwrap();
    }
    let current = world.store.head_object(&bucket, &key("k")).await;
    assert!(matches!(current, Err(Error::IsDeleteMarker { .. })), "{current:?}");
    world.store.head_version(&bucket, &key("k"), Some(object.version)).await.unwrap();
}

async fn pass(world: &World, seconds: u64) {
    world.clock.advance(seconds as i64 * 1000);
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

/// A clock that is ahead frees nothing until it has been so for a while, and one that goes back nothing at all.
#[tokio::test(start_paused = true)]
async fn a_wrong_clock_frees_nothing() {
    let world = World::with(Options { confirm_ms: 60_000, ..options() }, 1 << 30, None).await;
    let bucket = locked(&world).await;
    let version = |object: Object| object.version;
    let retention = Some(in_days(&world, LockMode::Compliance, 1));
    let kept = put(&world, &bucket, "k", ObjectLock { retention, ..ObjectLock::default() }).await.map(version).unwrap();
    // It starts days ahead, and is set right within a minute.
    world.clock.advance(30 * DAY_MS);
    for _ in 0..5 {
        assert!(is_locked(&delete(&world, &bucket, kept, false).await));
        pass(&world, 11).await;
    }
    world.clock.advance(-30 * DAY_MS);
    assert!(is_locked(&delete(&world, &bucket, kept, false).await));
    pass(&world, 61).await;
    assert!(is_locked(&delete(&world, &bucket, kept, false).await));
    // It jumps while the server runs; it cannot be locked for less time either.
    for _ in 0..5 {
        world.clock.advance(2 * DAY_MS);
        assert!(is_locked(&delete(&world, &bucket, kept, false).await));
        let none = world.store.put_retention(&bucket, &key("k"), Some(kept), fixed(None), false).await;
        assert!(is_locked(&none));
        pass(&world, 30).await;
        world.clock.advance(-2 * DAY_MS);
        assert!(is_locked(&delete(&world, &bucket, kept, false).await));
        pass(&world, 50).await;
    }
    // What is not locked needs no clock, and what has come to its end needs no more than that.
    let free = put(&world, &bucket, "k", ObjectLock::default()).await.map(version).unwrap();
    delete(&world, &bucket, free, false).await.unwrap();
    pass(&world, 86_400 - 600).await;
    assert!(is_locked(&delete(&world, &bucket, kept, false).await));
    pass(&world, 600).await;
    delete(&world, &bucket, kept, false).await.unwrap();
}
