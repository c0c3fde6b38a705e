//! Kills and power cuts at any operation.

use coldkeep_disk::simulated::{Dice, Happening};
use coldkeep_meta::{Commit, Meta};

use crate::world::{Model, disk, open, problems, problems_but_torn};

/// Lives of the same folder, each ended by a kill or a power cut at some operation, some while it is opened.
async fn lives(seed: u64) -> u64 {
    let (mut disk, mut dice, mut model) = (disk(seed), Dice::new(seed), Model::default());
    let mut replayed = 0;
    for life in 0..8 {
        let context = format!("seed {seed}, life {life}");
        let power = dice.once_in(2);
        if power && dice.once_in(3) {
            disk.plan(dice.below(100), Happening::PowerCut);
        }
        match open(&disk) {
            Ok(meta) => {
                if power {
                    disk.plan(dice.below(120), Happening::PowerCut);
                }
                let commits = dice.below(80);
                let worked = model.work(&meta, &mut dice, commits).await;
                assert!(worked.is_ok() || disk.is_dead(), "{context}: {worked:?}");
                if dice.once_in(3) || disk.is_dead() {
                    drop(meta);
                    disk.heal();
                    if !disk.is_dead() {
                        assert_eq!(problems(&disk), Vec::<String>::new(), "{context}, after a clean end");
                    }
                } else {
                    let next = if power { disk.crash() } else { disk.kill() };
                    drop(meta);
                    disk = next;
                }
            }
            Err(error) => assert!(disk.is_dead(), "{context}: {error}"),
        }
        if disk.is_dead() {
            disk = disk.crash();
        }
        disk.heal();
        if disk.files().iter().any(|path| path.ends_with("metadata.tree")) {
            assert_eq!(problems_but_torn(&disk), Vec::<String>::new(), "{context}, after a crash");
        }
        let meta = open(&disk).unwrap_or_else(|error| panic!("{context}: {error}"));
        replayed += meta.recovery().replayed;
        model.check(&meta, &context).await;
        let next = if dice.once_in(2) { disk.kill() } else { disk.crash() };
        drop(meta);
        disk = next;
    }
    replayed
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_survives_every_crash() {
    let mut replayed = 0;
    for seed in 0..60 {
        replayed += lives(seed).await;
    }
    assert!(replayed > 200, "{replayed} replayed versions test too little");
}

/// The power goes while a large group is written: what is left of it is cut off, told, and cleared.
#[tokio::test(start_paused = true)]
async fn a_torn_end_is_cut_and_told() {
    let mut cuts = 0;
    for seed in 0..60 {
        let (disk, mut model) = (disk(seed), Model::default());
        let meta = open(&disk).unwrap();
        model.work(&meta, &mut Dice::new(seed), 2).await.unwrap();
        disk.plan(1 + seed % 2, Happening::PowerCut);
        let mut large = Commit::default();
        large.put("a/large", vec![seed as u8 | 1; 20_000]);
        assert!(meta.commit(large).await.is_err());
        let disk = disk.crash();
        drop(meta);
        let torn = problems(&disk).len() != problems_but_torn(&disk).len();
        let meta = open(&disk).unwrap();
        let cut = meta.recovery().cut;
        assert!(cut.is_some() || !torn, "seed {seed}");
        cuts += u64::from(torn);
        let rest = disk.kill();
        drop(meta);
        assert_eq!(problems(&rest), Vec::<String>::new(), "seed {seed}: it was cleared");
        let meta = open(&rest).unwrap();
        assert_eq!(meta.recovery().cut, None);
        match meta.get(b"a/large").await.unwrap() {
            Some(entry) => assert!(entry.value == vec![seed as u8 | 1; 20_000]),
            None => model.check(&meta, &format!("seed {seed}")).await,
        }
    }
    assert!(cuts > 5, "{cuts}");
}

/// A group that was written but not synced when the server was killed is read back by the next one; from then on a power cut
/// at any operation must not take away what the rest builds on.
#[tokio::test(start_paused = true)]
async fn what_is_read_back_is_durable_before_the_next_commit() {
    let mut unsynced = 0;
    for seed in 0..120 {
        let (disk, mut model, mut dice) = (disk(seed), Model::default(), Dice::new(seed));
        let meta = open(&disk).unwrap();
        model.work(&meta, &mut dice, 5).await.unwrap();
        // Killed between the write of a group and its sync.
        disk.plan(2, Happening::PowerCut);
        unsynced += u64::from(model.work(&meta, &mut dice, 1).await.is_err());
        let killed = disk.kill();
        drop(meta);
        killed.plan(1 + seed / 2, Happening::PowerCut);
        if let Ok(meta) = open(&killed) {
            let _ = model.work(&meta, &mut dice, 20).await;
        }
        let cut = killed.crash();
        let meta = open(&cut).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        model.check(&meta, &format!("seed {seed}")).await;
    }
    assert_eq!(unsynced, 120);
}

#[tokio::test(start_paused = true)]
async fn the_first_commits_of_a_new_store_survive() {
    for seed in 0..60 {
        let disk = disk(seed);
        let meta = open(&disk).unwrap();
        let mut model = Model::default();
        model.work(&meta, &mut Dice::new(seed), 1 + seed % 3).await.unwrap();
        let cut = disk.crash();
        drop(meta);
        let meta = open(&cut).unwrap();
        model.check(&meta, &format!("seed {seed}")).await;
    }
}
