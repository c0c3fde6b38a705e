//! Versions: what each operation makes of them, checked against a model over many random histories; races; and what the engine
//! may do at each commit.

use std::collections::BTreeMap;

use coldkeep_meta::{Fault, Meta};
use coldkeep_store::{
    Deletion, Error, Item, ListedVersion, NewUpload, Precondition, Store, VersionId, VersionStart, Versioning,
};
use coldkeep_types::{BucketName, Id};
use tokio::task::JoinSet;

use crate::body::{Body, Dice, data, hex, md5};
use crate::world::{MIB, World, copy_to, copy_version, drain, if_match, if_none, key, named, put};

/// A version as the model knows it: what its bytes are told by, or a delete marker.
type Kept = (VersionId, Option<String>);

/// Newest first, by key.
type Model = BTreeMap<String, Vec<Kept>>;

const KEYS: [&str; 3] = ["a", "a/b", "c"];

async fn versioned(world: &World, versioning: Versioning) -> BucketName {
    let bucket = world.bucket().await;
    world.store.set_versioning(&bucket, versioning).await.unwrap();
    bucket
}

async fn etag(store: &Store, bucket: &BucketName, at: &str, version: Option<VersionId>) -> Result<String, Error> {
    let reader = store.open_version(bucket, &key(at), version).await?;
    let bytes = reader.object.bytes;
    let etag = reader.object.etag();
    let got = drain(reader.read(0..bytes)).await?;
    assert!(etag.contains('-') || etag == hex(&md5(&got)), "bytes of another version");
    Ok(etag)
}

async fn listed(store: &Store, bucket: &BucketName, page: usize) -> Vec<(String, ListedVersion)> {
    let (mut rows, mut start) = (Vec::new(), VersionStart::default());
    loop {
        let found = store.list_versions(bucket, "", "", &start, page).await.unwrap();
        let more = found.truncated;
        for item in found.items {
            let Item::Entry(name, version) = item else { panic!("a group without delimiter") };
            start = VersionStart { key: Some(name.clone()), version: Some(version.id) };
            rows.push((name, version));
        }
        if !more {
            return rows;
        }
    }
}

/// The store shows just what the model has, in every way there is to look.
async fn compare(world: &World, bucket: &BucketName, model: &Model, page: usize, what: &str) {
    let store = &world.store;
    let wanted: Vec<(String, VersionId, bool, bool)> = model
        .iter()
        .flat_map(|(at, versions)| {
            let row = |(nth, (id, etag)): (usize, &Kept)| (at.clone(), *id, nth == 0, etag.is_some());
            versions.iter().enumerate().map(row).collect::<Vec<_>>()
        })
        .collect();
    let rows = listed(store, bucket, page).await;
    let shown: Vec<_> =
        rows.iter().map(|(at, row)| (at.clone(), row.id, row.is_latest, row.object.is_some())).collect();
    assert_eq!(shown, wanted, "{what}: pages of {page}");
    for at in KEYS {
        let versions = model.get(at).map(Vec::as_slice).unwrap_or_default();
        let current = etag(store, bucket, at, None).await;
        match versions.first() {
            Some((_, Some(etag))) => assert_eq!(current.as_ref().ok(), Some(etag), "{what}"),
            Some((id, None)) => {
                let told =
                    matches!(current, Err(Error::IsDeleteMarker { version, asked: false, .. }) if version == *id);
                assert!(told, "{what}: {current:?}");
            }
            None => assert!(matches!(current, Err(Error::NoSuchKey)), "{what}: {current:?}"),
        }
        for (id, etag_of) in versions {
            let got = etag(store, bucket, at, Some(*id)).await;
            match etag_of {
                Some(etag) => assert_eq!(got.as_ref().ok(), Some(etag), "{what}: {at} {id}"),
                None => assert!(matches!(got, Err(Error::IsDeleteMarker { asked: true, .. })), "{what}: {got:?}"),
            }
        }
        let other = VersionId::Named(Id::from_bytes([3; 16]));
        assert!(matches!(etag(store, bucket, at, Some(other)).await, Err(Error::NoSuchVersion(_))));
    }
    let shown = store.list_objects(bucket, "", "", &Default::default(), 100).await.unwrap().items.len();
    assert_eq!(shown, model.values().filter(|versions| versions.first().is_some_and(|it| it.1.is_some())).count());
    let objects = model.values().flatten().filter(|(_, etag)| etag.is_some()).count() as u64;
    assert_eq!(store.usage().await.unwrap().objects, objects, "{what}");
}

/// A new version comes on top, in place of the null one if it is null itself.
fn push(model: &mut Model, at: &str, version: Kept) {
    let versions = model.entry(at.to_owned()).or_default();
    if version.0 == VersionId::Null {
        versions.retain(|(id, _)| *id != VersionId::Null);
    }
    versions.insert(0, version);
}

fn strike(model: &mut Model, at: &str, version: VersionId) {
    let Some(versions) = model.get_mut(at) else { return };
    versions.retain(|(id, _)| *id != version);
    if versions.is_empty() {
        model.remove(at);
    }
}

#[tokio::test]
async fn random_histories_are_kept_as_the_model_keeps_them() {
    for seed in 0..200 {
        let (world, mut dice) = (World::new().await, Dice(seed));
        let bucket = world.bucket().await;
        let (mut model, mut state) = (Model::new(), None);
        for turn in 0..40 {
            if dice.chance(8) {
                let next = if dice.chance(2) { Versioning::Enabled } else { Versioning::Suspended };
                world.store.set_versioning(&bucket, next).await.unwrap();
                state = Some(next);
            }
            // Also backwards: the order is that of the writes.
            world.clock.advance([0, 1, 1000, -5000][dice.below(4)]);
            let at = KEYS[dice.below(3)];
            let all: Vec<(String, VersionId)> = model
                .iter()
                .flat_map(|(at, versions)| versions.iter().map(|(id, _)| (at.clone(), *id)).collect::<Vec<_>>())
                .collect();
            match dice.below(9) {
                0..4 => {
                    let body = data(dice.roll(), [20, 9000][dice.below(2)]);
                    let object = world.put(&bucket, at, Body::of(&body)).await.unwrap();
                    assert_eq!(object.version == VersionId::Null, state != Some(Versioning::Enabled));
                    push(&mut model, at, (object.version, Some(object.etag())));
                }
                4 => {
                    let deleted = world.store.delete_object(&bucket, &key(at), &Default::default()).await.unwrap();
                    assert_eq!(deleted.marker, state.is_some());
                    match deleted.version {
                        Some(version) => push(&mut model, at, (version, None)),
                        None => strike(&mut model, at, VersionId::Null),
                    }
                }
                5 | 6 if !all.is_empty() => {
                    let count = if dice.chance(2) { 1 } else { 4 };
                    let some: Vec<_> = (0..count).map(|_| all[dice.below(all.len())].clone()).collect();
                    let deletion = |(at, version): &(String, VersionId)| Deletion {
                        version: Some(*version),
                        ..Deletion::new(key(at), Precondition::default())
                    };
                    let wanted: Vec<_> = some.iter().map(deletion).collect();
                    let outcomes = world.store.delete_objects(&bucket, &wanted).await.unwrap();
                    for ((at, version), outcome) in some.iter().zip(outcomes) {
                        let was_marker = model.get(at).is_some_and(|all| all.contains(&(*version, None)));
                        assert_eq!(outcome.unwrap().marker, was_marker, "seed {seed}, turn {turn}");
                        strike(&mut model, at, *version);
                    }
                }
                7 if !all.is_empty() => {
                    let (from, version) = &all[dice.below(all.len())];
                    let to = copy_to(&bucket, at);
                    match copy_version(&world.store, &bucket, (&key(from), Some(*version)), &to).await {
                        Ok(copy) => push(&mut model, at, (copy.version, Some(copy.etag()))),
                        Err(error) => assert!(matches!(error, Error::IsDeleteMarker { asked: true, .. }), "{error}"),
                    }
                }
                _ => drop(world.store.reclaim().await.unwrap()),
            }
            let what = format!("seed {seed}, turn {turn}");
            compare(&world, &bucket, &model, 1 + dice.below(5), &what).await;
        }
        world.reclaim().await;
        world.settle(world.blobs.blobs()).await;
        let world = world.restarted().await;
        compare(&world, &bucket, &model, 3, "restarted").await;
        let emptied = world.store.delete_bucket(&bucket).await;
        assert_eq!(emptied.is_ok(), model.is_empty());
        if model.is_empty() {
            continue;
        }
        for (at, version) in listed(&world.store, &bucket, 100).await {
            let deletion = Deletion { version: Some(version.id), ..Deletion::new(key(&at), Precondition::default()) };
            world.store.delete(&bucket, &deletion).await.unwrap();
        }
        world.settle(0).await;
        world.store.delete_bucket(&bucket).await.unwrap();
        world.store.run_due().await.unwrap();
        assert_eq!(world.records().await, [].into(), "seed {seed}");
    }
}

/// Writers, deleters and completers of one key at once: whoever wins, the order holds, and nothing leaks.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn racing_writers_leave_the_versions_in_order() {
    for seed in 0..40 {
        let world = World::jittery(seed).await;
        let bucket = versioned(&world, Versioning::Enabled).await;
        let mut dice = Dice(seed);
        for at in ["a", "a", "c"] {
            world.put(&bucket, at, Body::of(&data(seed, 20_000))).await.unwrap();
        }
        let mut requests = JoinSet::new();
        for nth in 0..16 {
            let (store, bucket, mut dice) = (world.store.clone(), bucket.clone(), Dice(dice.roll() + nth));
            requests.spawn(async move {
                let at = ["a", "a", "c"][dice.below(3)];
                let rows = listed(&store, &bucket, 100).await;
                let done = match dice.below(6) {
                    0 | 1 => put(&store, &bucket, at, Default::default(), Body::of(&data(nth, 20))).await.map(drop),
                    2 => store.delete_object(&bucket, &key(at), &Default::default()).await.map(drop),
                    3 => {
                        let next = [Versioning::Suspended, Versioning::Enabled][dice.below(2)];
                        store.set_versioning(&bucket, next).await
                    }
                    4 => {
                        let upload = store.create_upload(&bucket, &key(at), NewUpload::default()).await.unwrap();
                        let body = data(nth, 30_000);
                        crate::world::part(&store, &upload, 1, Body::of(&body)).await.unwrap();
                        let names = [named(1, &body)];
                        let (whole, always) = Default::default();
                        let done = store.complete_upload(&bucket, &key(at), upload.id, &names, &whole, &always).await;
                        let done = done.unwrap();
                        assert!(upload.version().is_none_or(|version| done.version == Some(version)));
                        Ok(())
                    }
                    _ if !rows.is_empty() => {
                        let (at, row) = &rows[dice.below(rows.len())];
                        let deletion = Deletion { version: Some(row.id), ..Deletion::new(key(at), Default::default()) };
                        store.delete(&bucket, &deletion).await.map(drop)
                    }
                    _ => Ok(()),
                };
                done.unwrap();
            });
        }
        while let Some(done) = requests.join_next().await {
            done.unwrap();
        }
        let rows = listed(&world.store, &bucket, 2).await;
        for at in ["a", "c"] {
            let of: Vec<_> = rows.iter().filter(|(name, _)| name == at).map(|(_, row)| row).collect();
            assert!(of.iter().enumerate().all(|(nth, row)| row.is_latest == (nth == 0)), "seed {seed}");
            assert!(of.iter().filter(|row| row.id == VersionId::Null).count() < 2, "seed {seed}");
            let current = etag(&world.store, &bucket, at, None).await;
            assert_eq!(current.is_ok(), of.first().is_some_and(|row| row.object.is_some()), "seed {seed}");
        }
        // Open uploads that lost are none: fsck proves the order, the owners and the counters.
        world.reclaim().await;
        world.settle(world.blobs.blobs()).await;
    }
}

/// The engine fails at each commit of a history, with and without the commit having taken effect.
#[tokio::test]
async fn every_commit_of_a_history_may_fail() {
    const STEPS: usize = 12;
    async fn step(number: usize, world: &World, bucket: &BucketName, made: &mut Vec<VersionId>) -> Result<(), Error> {
        let store = &world.store;
        let body = |seed| Body::of(&data(seed, 20_000));
        let of = |version| Deletion { version: Some(version), ..Deletion::new(key("a"), Default::default()) };
        match number {
            0 => _ = world.put(bucket, "a", body(0)).await?,
            1 => store.set_versioning(bucket, Versioning::Enabled).await?,
            2..=4 => made.push(world.put(bucket, "a", body(number as u64)).await?.version),
            5 => made.extend(store.delete_object(bucket, &key("a"), &Default::default()).await?.version),
            6 => _ = store.delete(bucket, &of(made[3])).await?,
            7 => _ = store.delete(bucket, &of(made[2])).await?,
            8 => store.set_versioning(bucket, Versioning::Suspended).await?,
            9 => _ = world.put(bucket, "a", body(9)).await?,
            10 => _ = store.delete_object(bucket, &key("a"), &Default::default()).await?,
            _ => {
                _ = copy_version(store, bucket, (&key("a"), Some(made[0])), &copy_to(bucket, "a")).await?;
            }
        }
        Ok(())
    }
    async fn seen(world: &World, bucket: &BucketName) -> Vec<String> {
        let mut seen = Vec::new();
        let state = world.store.bucket(bucket).await.unwrap().versioning;
        for (at, row) in listed(&world.store, bucket, 100).await {
            let etag = row.object.as_ref().map(|object| object.etag());
            seen.push(format!("{at} {} {} {etag:?} {state:?}", row.id == VersionId::Null, row.is_latest));
        }
        seen
    }
    let mut expected = Vec::new();
    for steps in 0..=STEPS {
        let (world, mut made) = (World::new().await, Vec::new());
        let bucket = world.bucket().await;
        for number in 0..steps {
            step(number, &world, &bucket, &mut made).await.unwrap();
        }
        expected.push(seen(&world, &bucket).await);
    }
    for fault in [Fault::Lost, Fault::Applied] {
        for commits in 0.. {
            let (world, mut made) = (World::new().await, Vec::new());
            let bucket = world.bucket().await;
            world.meta.fail_after(commits, fault);
            let mut failed = None;
            for number in 0..STEPS {
                if step(number, &world, &bucket, &mut made).await.is_err() {
                    failed = Some(number);
                    break;
                }
            }
            let Some(number) = failed else {
                assert!(commits >= STEPS as u64 as _, "only {commits} commits");
                break;
            };
            let world = world.restarted().await;
            let seen = seen(&world, &bucket).await;
            assert!(seen == expected[number] || seen == expected[number + 1], "{fault:?} {commits}: {seen:?}");
            world.reclaim().await;
            world.settle(world.blobs.blobs()).await;
        }
    }
}

/// Decision 0022: an upload's version is known when it is begun, and takes the place in the order that it was begun at.
#[tokio::test]
async fn an_upload_has_its_version_and_its_place_from_the_beginning() {
    let world = World::new().await;
    let bucket = versioned(&world, Versioning::Enabled).await;
    let body = data(1, MIB);
    let mut uploads = Vec::new();
    for _ in 0..2 {
        let upload = world.upload(&bucket, "a").await;
        world.part(&upload, 1, Body::of(&body)).await.unwrap();
        world.clock.advance(5000);
        uploads.push(upload);
    }
    assert!(uploads.iter().all(|upload| matches!(upload.version(), Some(VersionId::Named(_)))));
    let between = world.put(&bucket, "a", Body::of(&data(2, 10))).await.unwrap();
    let late = world.upload(&bucket, "a").await;
    world.part(&late, 1, Body::of(&body)).await.unwrap();
    for upload in [&late, &uploads[1], &uploads[0]] {
        let done = world.complete(&bucket, "a", upload.id, &[named(1, &body)]).await.unwrap();
        assert_eq!(done.version, upload.version());
        let again = world.complete(&bucket, "a", upload.id, &[named(1, &body)]).await.unwrap();
        assert_eq!(again.version, upload.version());
        let object = world.store.head_version(&bucket, &key("a"), upload.version()).await.unwrap();
        assert_eq!(object.modified, upload.created);
    }
    let order: Vec<VersionId> = listed(&world.store, &bucket, 100).await.iter().map(|(_, row)| row.id).collect();
    let wanted = [late.version(), Some(between.version), uploads[1].version(), uploads[0].version()];
    assert_eq!(order, wanted.map(Option::unwrap));
    assert_eq!(world.store.head_object(&bucket, &key("a")).await.unwrap().version, late.version().unwrap());

    // Under a delete marker too; and a version that was promised is kept although versioning was suspended since.
    let buried = world.upload(&bucket, "b").await;
    world.part(&buried, 1, Body::of(&body)).await.unwrap();
    world.store.delete_object(&bucket, &key("b"), &Precondition::default()).await.unwrap();
    world.store.set_versioning(&bucket, Versioning::Suspended).await.unwrap();
    let done = world.complete(&bucket, "b", buried.id, &[named(1, &body)]).await.unwrap();
    assert_eq!(done.version, buried.version());
    let gone = world.store.head_object(&bucket, &key("b")).await;
    assert!(matches!(gone, Err(Error::IsDeleteMarker { asked: false, .. })), "{gone:?}");

    // One that was promised nothing never takes the place of a version: it gets an id where versions are kept by then.
    let null = world.upload(&bucket, "c").await;
    world.part(&null, 1, Body::of(&body)).await.unwrap();
    assert_eq!(null.version(), None);
    let there = world.put(&bucket, "c", Body::of(&data(3, 10))).await.unwrap();
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    world.clock.advance(1000);
    let done = world.complete(&bucket, "c", null.id, &[named(1, &body)]).await.unwrap();
    assert!(matches!(done.version, Some(VersionId::Named(_))));
    let object = world.store.head_object(&bucket, &key("c")).await.unwrap();
    assert!(object.modified > null.created && there.version == VersionId::Null);
    assert_eq!(listed(&world.store, &bucket, 100).await.iter().filter(|(at, _)| at == "c").count(), 2);
    world.settle(world.blobs.blobs()).await;
}

#[tokio::test]
async fn conditions_are_of_the_version_that_is_asked_about() {
    let world = World::new().await;
    let bucket = versioned(&world, Versioning::Enabled).await;
    let first = world.put(&bucket, "a", Body::of(&data(1, 10))).await.unwrap();
    let second = put(&world.store, &bucket, "a", if_match(&first.etag()), Body::of(&data(2, 10))).await.unwrap();
    let stale = put(&world.store, &bucket, "a", if_match(&first.etag()), Body::of(&data(3, 10))).await;
    assert!(matches!(stale, Err(Error::PreconditionFailed(_))));
    let of_first = |precondition| Deletion { version: Some(first.version), ..Deletion::new(key("a"), precondition) };
    let other = world.store.delete(&bucket, &of_first(if_match(&second.etag()))).await;
    assert!(matches!(other, Err(Error::PreconditionFailed(_))), "{other:?}");
    world.store.delete(&bucket, &of_first(if_match(&first.etag()))).await.unwrap();
    world.store.delete_object(&bucket, &key("a"), &if_match(&second.etag())).await.unwrap();
    let gone = put(&world.store, &bucket, "a", if_match(&second.etag()), Body::of(&data(3, 10))).await;
    assert!(matches!(gone, Err(Error::NoSuchKey)), "{gone:?}");
    put(&world.store, &bucket, "a", if_none(), Body::of(&data(4, 10))).await.unwrap();
    let there = put(&world.store, &bucket, "a", if_none(), Body::of(&data(4, 10))).await;
    assert!(matches!(there, Err(Error::PreconditionFailed(_))));
}

/// Pages by prefix and delimiter, against what a list of everything says.
#[tokio::test]
async fn pages_of_versions_are_what_a_naive_list_says() {
    let world = World::new().await;
    let bucket = versioned(&world, Versioning::Enabled).await;
    let mut dice = Dice(7);
    for nth in 0..60 {
        let at = ["a", "a/1", "a/2", "a/b/c", "ab", "b/", "b/x", "z"][dice.below(8)];
        match dice.below(3) {
            0 => _ = world.store.delete_object(&bucket, &key(at), &Default::default()).await.unwrap(),
            _ => _ = world.put(&bucket, at, Body::of(&data(nth, 20))).await.unwrap(),
        }
    }
    let all = listed(&world.store, &bucket, 1000).await;
    for (prefix, delimiter) in
        [("", ""), ("", "/"), ("a", "/"), ("a/", "/"), ("b/", "/"), ("a/", ""), ("", "b"), ("q", "/")]
    {
        let mut wanted: Vec<(String, Option<VersionId>)> = Vec::new();
        for (name, version) in all.iter().filter(|(name, _)| name.starts_with(prefix)) {
            let at = (!delimiter.is_empty()).then(|| name[prefix.len()..].find(delimiter)).flatten();
            let row = match at {
                Some(at) => (name[..prefix.len() + at + delimiter.len()].to_owned(), None),
                None => (name.clone(), Some(version.id)),
            };
            if row.1.is_some() || wanted.last() != Some(&row) {
                wanted.push(row);
            }
        }
        for page in [1, 2, 3, 1000] {
            let (mut got, mut start) = (Vec::new(), VersionStart::default());
            loop {
                let found = world.store.list_versions(&bucket, prefix, delimiter, &start, page).await.unwrap();
                assert!(found.items.len() <= page);
                for item in &found.items {
                    let version = if let Item::Entry(_, version) = item { Some(version.id) } else { None };
                    start = VersionStart { key: Some(item.name().to_owned()), version };
                    got.push((item.name().to_owned(), version));
                }
                if !found.truncated {
                    break;
                }
            }
            assert_eq!(got, wanted, "{prefix:?} {delimiter:?} {page}");
        }
    }
}

/// Whoever deletes what a page has and goes on behind it meets all the others.
#[tokio::test]
async fn a_marker_that_is_gone_passes_nothing_over() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    world.put(&bucket, "a", Body::of(&data(0, 10))).await.unwrap();
    world.store.set_versioning(&bucket, Versioning::Enabled).await.unwrap();
    let old = world.put(&bucket, "a", Body::of(&data(1, 10))).await.unwrap();
    world.store.set_versioning(&bucket, Versioning::Suspended).await.unwrap();
    world.put(&bucket, "a", Body::of(&data(2, 10))).await.unwrap();
    for marker in [VersionId::Null, VersionId::Named(Id::from_bytes([0xff; 16]))] {
        let of_null = Deletion { version: Some(VersionId::Null), ..Deletion::new(key("a"), Default::default()) };
        world.store.delete(&bucket, &of_null).await.unwrap();
        let start = VersionStart { key: Some("a".into()), version: Some(marker) };
        let rest = world.store.list_versions(&bucket, "", "", &start, 10).await.unwrap();
        let ids: Vec<VersionId> = rest
            .items
            .iter()
            .filter_map(|item| if let Item::Entry(_, version) = item { Some(version.id) } else { None })
            .collect();
        assert_eq!(ids, [old.version], "{marker}");
    }
}

/// A bucket that never had versioning has no record of it, and its folder opens as before.
#[tokio::test]
async fn unversioned_buckets_pay_nothing() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    for nth in 0..3 {
        world.put(&bucket, "a", Body::of(&data(nth, 10))).await.unwrap();
    }
    let records = world.records().await;
    assert_eq!((records.get(&'o'), records.get(&'O'), records.get(&'N')), (Some(&1), None, None));
    let (_, entry) = world.meta.scan(b"o".to_vec()..b"p".to_vec(), 1).await.unwrap().remove(0);
    // A map of fields 0 to 7, as before there were versions.
    assert_eq!(entry.value[..2], [1, 0xa8]);
}
