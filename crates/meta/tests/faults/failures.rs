//! Failing writes and syncs, no descriptors, no room.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::{Call, Dice, Happening, errno};
use coldkeep_meta::{Commit, Embedded, Error, Meta, prefix_range};

use crate::world::{DIR, Model, OPTIONS, disk, open, problems, problems_but_torn};

/// Whatever fails at whatever operation: reads go on, and what was acknowledged is there, before and after the next start. Only
/// failed writes of the journal that are no want of room, and failed syncs, poison.
#[tokio::test(start_paused = true)]
async fn failures_at_any_operation_lose_nothing() {
    let (mut poisoned, mut went_on) = (0, 0);
    for seed in 0..120 {
        let (disk, mut dice, mut model) = (disk(seed), Dice::new(seed), Model::default());
        let meta = open(&disk).unwrap();
        model.work(&meta, &mut dice, 30).await.unwrap();
        let call = *dice.pick(&[Call::Write, Call::Sync, Call::Open, Call::Make, Call::Name]);
        let errno = *dice.pick(&[errno::IO, errno::NO_ROOM, errno::OPEN_FILES]);
        disk.plan(dice.below(60), Happening::Fail { call, errno, times: 1 + dice.below(3) as u32 });
        let context = format!("seed {seed}: {call:?} fails with {errno}");
        for _ in 0..4 {
            match model.work(&meta, &mut dice, 20).await {
                Ok(()) | Err(Error::Full(_)) => {}
                Err(Error::Poisoned(what)) => {
                    let unclear = what.contains("nor can what was written of it be cleared");
                    let may = call == Call::Sync || call == Call::Write && (errno != errno::NO_ROOM || unclear);
                    assert!(may, "{context}: {what}");
                }
                Err(error) => panic!("{context}: {error}"),
            }
            // Also those whose outcome is unknown are read without an error.
            assert_eq!(model.clone().check_or_error(&meta, &context).await, 0, "{context}: reads go on");
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        match meta.health() {
            Err(Error::Poisoned(_)) => poisoned += 1,
            health => {
                went_on += 1;
                health.unwrap_or_else(|error| panic!("{context}: {error}"));
                model.work(&meta, &mut dice, 20).await.unwrap();
            }
        }
        disk.heal();
        drop(meta);
        let next = if dice.once_in(2) { disk.crash() } else { disk.kill() };
        assert_eq!(problems_but_torn(&next), Vec::<String>::new(), "{context}");
        let meta = open(&next).unwrap_or_else(|error| panic!("{context}: {error}"));
        model.check(&meta, &context).await;
    }
    assert!(poisoned > 10 && went_on > 50, "{poisoned} poisoned, {went_on} went on");
}

/// A commit that was refused for want of room is nowhere, though all of it may have come to be on the disk before the write failed; and
/// nothing of it becomes a part of the next one.
#[tokio::test(start_paused = true)]
async fn a_refused_commit_is_not_found_later() {
    for seed in 0..150 {
        let (disk, mut model) = (disk(seed), Model::default());
        let meta = open(&disk).unwrap();
        model.work(&meta, &mut Dice::new(seed), 2).await.unwrap();
        disk.plan(1, Happening::Fail { call: Call::Write, errno: errno::NO_ROOM, times: 1 });
        let put = |number: u8| {
            let mut commit = Commit::default();
            commit.put("b/refused", vec![number; 9000]).put("a/refused", vec![number; 10]);
            commit
        };
        assert!(matches!(meta.commit(put(1)).await, Err(Error::Full(_))));
        let torn = seed % 3 == 0;
        if torn {
            // The same place, size and versions, and the power goes in the middle.
            disk.plan(1 + seed % 2, Happening::PowerCut);
            assert!(meta.commit(put(2)).await.is_err());
        }
        let next = if seed % 2 == 0 { disk.crash() } else { disk.kill() };
        drop(meta);
        let meta = open(&next).unwrap();
        let found = async |key: &[u8]| meta.get(key).await.unwrap().map(|entry| entry.value[0]);
        let (a, b) = (found(b"a/refused").await, found(b"b/refused").await);
        assert!(a == b && (a.is_none() || torn && a == Some(2)), "seed {seed}: {a:?} and {b:?}");
    }
}

/// Without one free descriptor everything goes on, for as long as the segments that are there suffice.
#[tokio::test(start_paused = true)]
async fn no_descriptors_never_poison() {
    let (disk, mut dice, mut model) = (disk(4), Dice::new(4), Model::default());
    let meta = open(&disk).unwrap();
    for call in [Call::Open, Call::Make] {
        disk.plan(1, Happening::Fail { call, errno: errno::OPEN_FILES, times: u32::MAX });
    }
    let mut full = 0;
    for _ in 0..30 {
        match model.work(&meta, &mut dice, 20).await {
            Ok(()) => {}
            Err(Error::Full(_)) => full += 1,
            Err(error) => panic!("{error}"),
        }
    }
    disk.heal();
    tokio::time::sleep(Duration::from_secs(10)).await;
    model.work(&meta, &mut dice, 200).await.unwrap();
    meta.health().unwrap();
    model.check(&meta, "after the descriptors came back").await;
    drop(meta);
    let meta = open(&disk).unwrap();
    model.check(&meta, &format!("after {full} refusals")).await;
}

/// A disk that is full to the last byte: nothing that was acknowledged is lost, it can be started on, and what was stored can be
/// deleted, over and over, without a byte more.
#[tokio::test(start_paused = true)]
async fn a_full_disk_can_be_started_on_and_deleted_from() {
    for seed in 0..20 {
        let (disk, mut dice, mut model) = (disk(seed), Dice::new(seed), Model::default());
        let meta = open(&disk).unwrap();
        model.work(&meta, &mut dice, 100).await.unwrap();
        disk.set_capacity(disk.used() + dice.below(200_000));
        let mut full = false;
        for _ in 0..40 {
            match model.work(&meta, &mut dice, 20).await {
                Ok(()) => {}
                Err(Error::Full(_)) => full = true,
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
        assert_eq!(matches!(meta.health(), Err(Error::Full(_))), full, "seed {seed}: {:?}", meta.health());
        // Nobody who asks for health first waits for ever.
        tokio::time::sleep(Duration::from_secs(10)).await;
        meta.health().unwrap();
        disk.set_capacity(disk.used());
        let next = disk.kill();
        drop(meta);
        let context = format!("seed {seed}, full: {full}");
        let meta = open(&next).unwrap_or_else(|error| panic!("{context}: {error}"));
        model.check(&meta, &context).await;
        drop(meta);
    }
}

/// With the ballast, deletes go on where nothing else would, and what they free is written down.
#[tokio::test(start_paused = true)]
async fn deletes_go_on_at_the_last_byte() {
    let disk = disk(9);
    let meta = open(&disk).unwrap();
    let put = |key: String, value: Vec<u8>| {
        let mut commit = Commit::default();
        commit.put(key, value);
        commit
    };
    for number in 0..200 {
        meta.commit(put(format!("k/{number:03}"), vec![number as u8; 1000])).await.unwrap();
    }
    let ballast = Path::new(DIR).join("ballast");
    assert!(disk.read_file(&ballast).is_some());
    disk.set_capacity(disk.used());
    for number in 0..200 {
        let mut commit = Commit::default();
        commit.delete(format!("k/{number:03}")).put(format!("released/{number:03}"), vec![0; 100]);
        meta.commit(commit).await.unwrap_or_else(|error| panic!("delete {number}: {error}"));
        if number % 50 == 0 {
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
    }
    assert!(disk.read_file(&ballast).is_none(), "it was needed");
    meta.health().unwrap();
    assert!(meta.scan(prefix_range(b"k/"), 10).await.unwrap().is_empty());
    // With room again there is a ballast again.
    disk.set_capacity(1 << 30);
    for number in 0..60 {
        meta.commit(put(format!("later/{number}"), vec![1; 1000])).await.unwrap();
    }
    assert!(disk.read_file(&ballast).is_some());
    drop(meta);
    assert_eq!(problems(&disk), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn commits_larger_than_a_segment_are_taken() {
    let disk = disk(1);
    let large = vec![7; 300_000];
    {
        let meta = open(&disk).unwrap();
        for number in 0..5 {
            let mut commit = Commit::default();
            commit.put(format!("large/{number}"), large.clone()).put(format!("small/{number}"), "");
            meta.commit(commit).await.unwrap();
        }
        let next = disk.crash();
        drop(meta);
        let meta = Embedded::open(Arc::new(next), Path::new(DIR), OPTIONS).unwrap();
        let found = meta.scan(prefix_range(b"large/"), 10).await.unwrap();
        assert!(found.len() == 5 && found.iter().all(|(_, entry)| entry.value == large));
    }
}

/// What was deleted makes the tree's file shorter, and what comes after that fits its checksums again.
#[tokio::test(start_paused = true)]
async fn the_tree_gives_room_back() {
    let disk = disk(1);
    let tree = Path::new(DIR).join("metadata.tree");
    let bytes = |disk: &coldkeep_disk::simulated::SimulatedDisk| disk.read_file(&tree).unwrap().len();
    let mut largest = 0;
    for _ in 0..2 {
        let meta = open(&disk).unwrap();
        for number in 0..400 {
            let mut commit = Commit::default();
            commit.put(format!("k/{number:03}"), vec![number as u8; 20_000]);
            meta.commit(commit).await.unwrap();
        }
        drop(meta);
        largest = largest.max(bytes(&disk));
        assert_eq!(problems(&disk), Vec::<String>::new());
        let meta = open(&disk).unwrap();
        for number in 0..400 {
            let mut commit = Commit::default();
            commit.delete(format!("k/{number:03}")).put("one", vec![0; 1000]);
            meta.commit(commit).await.unwrap();
        }
        drop(meta);
        assert_eq!(problems(&disk), Vec::<String>::new());
    }
    assert!(bytes(&disk) < largest * 3 / 4, "{} of {largest}", bytes(&disk));
}
