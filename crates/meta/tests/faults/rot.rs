//! Damage at rest: flips, missing and old files. Nothing damaged is served, nothing damaged is called clean.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::simulated::{Dice, SimulatedDisk};
use coldkeep_meta::{Error, Inspector, Meta, prefix_range};

use crate::world::{DIR, Model, disk, open, problems};

/// A folder with some hundred records, stopped cleanly or not.
async fn filled(seed: u64, cleanly: bool) -> (SimulatedDisk, Model) {
    let (disk, mut model) = (disk(seed), Model::default());
    let meta = open(&disk).unwrap();
    model.work(&meta, &mut Dice::new(seed), 150).await.unwrap();
    let at_rest = if cleanly { None } else { Some(disk.kill()) };
    drop(meta);
    let disk = at_rest.unwrap_or(disk);
    assert_eq!(problems(&disk), Vec::<String>::new());
    (disk, model)
}

fn files(disk: &SimulatedDisk) -> Vec<(PathBuf, Vec<u8>)> {
    let files = disk.files().into_iter().filter(|path| path.starts_with(DIR));
    files.map(|path| (path.clone(), disk.read_file(&path).unwrap())).collect()
}

fn flip(disk: &SimulatedDisk, bit: u64) -> String {
    let mut at = bit / 8;
    for (path, mut bytes) in files(disk) {
        if at < bytes.len() as u64 {
            bytes[at as usize] ^= 1 << (bit % 8);
            disk.put_file(&path, Some(&bytes)).unwrap();
            return format!("bit {} of byte {at} of {}", bit % 8, path.display());
        }
        at -= bytes.len() as u64;
    }
    panic!("bit {bit} is beyond all files");
}

#[tokio::test(start_paused = true)]
async fn every_flip_is_reported_and_none_is_served() {
    let (mut refused, mut errors) = (0, 0);
    for cleanly in [true, false] {
        let (rest, model) = filled(7, cleanly).await;
        let bits = files(&rest).iter().map(|(_, bytes)| bytes.len() as u64 * 8).sum();
        let mut dice = Dice::new(1);
        for _ in 0..160 {
            let disk = rest.copy();
            let what = flip(&disk, dice.below(bits));
            let context = format!("{what}, {}", if cleanly { "stopped cleanly" } else { "killed" });
            assert_ne!(problems(&disk), Vec::<String>::new(), "{context} is called clean");
            match Inspector::open(Arc::new(disk.clone()), Path::new(DIR)) {
                Ok(inspector) => errors += model.check_or_error(&inspector, &context).await,
                Err(Error::Open(_) | Error::Damaged(_)) => refused += 1,
                Err(error) => panic!("{context}: {error}"),
            }
            match open(&disk) {
                Ok(meta) => {
                    errors += model.check_or_error(&meta, &context).await;
                    // What is not named cannot be there either.
                    if let Ok(all) = meta.scan(prefix_range(b""), usize::MAX).await {
                        assert_eq!(all.len(), model.keys().len(), "{context}");
                    }
                }
                Err(Error::Open(_) | Error::Damaged(_)) => refused += 1,
                Err(error) => panic!("{context}: {error}"),
            }
        }
    }
    assert!(refused > 0 && errors > 0, "{refused} refusals and {errors} errors test too little");
}

/// One damaged page of the tree: other keys are read as ever, before and after those in it are asked for.
#[tokio::test(start_paused = true)]
async fn one_damaged_block_takes_only_its_own_keys() {
    let (rest, model) = filled(3, true).await;
    let tree = Path::new(DIR).join("metadata.tree");
    let bytes = rest.read_file(&tree).unwrap();
    let mut hit = 0;
    for block in 3..bytes.len() / 4096 {
        let disk = rest.copy();
        let mut damaged = bytes.clone();
        damaged[block * 4096 + 1000] ^= 16;
        disk.put_file(&tree, Some(&damaged)).unwrap();
        let Ok(meta) = open(&disk) else { continue };
        let first = model.check_or_error(&meta, &format!("block {block}")).await;
        let again = model.check_or_error(&meta, &format!("block {block}, again")).await;
        assert_eq!(first, again);
        hit += usize::from(first > 0 && first < model.keys().len() / 2);
    }
    assert!(hit > 5, "{hit} leaves were hit");
}

/// Damage met by readers keeps no checkpoint from being written.
#[tokio::test(start_paused = true)]
async fn commits_go_on_beside_damage() {
    let (disk, model) = filled(3, true).await;
    let tree = Path::new(DIR).join("metadata.tree");
    let mut bytes = disk.read_file(&tree).unwrap();
    let keys = model.keys();
    let value = b"long/prefix/29";
    let at = bytes.windows(value.len()).rposition(|window| window == value).unwrap();
    bytes[at] ^= 1;
    disk.put_file(&tree, Some(&bytes)).unwrap();
    let meta = open(&disk).unwrap();
    let damaged = model.check_or_error(&meta, "damaged").await;
    assert!(damaged > 0 && damaged < keys.len());
    for round in 0..40 {
        let mut commit = coldkeep_meta::Commit::default();
        commit.put(format!("0/{round}"), vec![1; 3000]);
        meta.commit(commit).await.unwrap();
        model.check_or_error(&meta, "damaged").await;
    }
    assert_eq!(meta.scan(prefix_range(b"0/"), 100).await.unwrap().len(), 40);
    meta.health().unwrap();
}

#[tokio::test(start_paused = true)]
async fn missing_cut_and_older_files_are_refused() {
    for cleanly in [true, false] {
        let (rest, model) = filled(5, cleanly).await;
        let older = {
            let (older, _) = filled(5, cleanly).await;
            files(&older)
        };
        for (path, bytes) in files(&rest) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name == "lock" || name == "ballast" {
                continue;
            }
            let other = older.iter().find(|(other, _)| *other == path).map(|(_, bytes)| bytes.clone());
            for (how, damage) in
                [("gone", None), ("cut", Some(bytes[..bytes.len() / 2].to_vec())), ("another's", other)]
            {
                let disk = rest.copy();
                disk.put_file(&path, damage.as_deref()).unwrap();
                let context = format!("{name} is {how}");
                match open(&disk) {
                    Ok(meta) => _ = model.check_or_error(&meta, &context).await,
                    Err(Error::Open(what) | Error::Damaged(what)) => assert!(!what.is_empty(), "{context}"),
                    Err(error) => panic!("{context}: {error}"),
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_older_tree_is_refused_and_a_missing_one_is_not_made_anew() {
    let disk = disk(1);
    let mut model = Model::default();
    drop(open(&disk).unwrap());
    let tree = Path::new(DIR).join("metadata.tree");
    let before = disk.read_file(&tree).unwrap();
    let meta = open(&disk).unwrap();
    model.work(&meta, &mut Dice::new(1), 300).await.unwrap();
    drop(meta);
    let (older, missing) = (disk.copy(), disk.copy());
    older.put_file(&tree, Some(&before)).unwrap();
    let refusal = open(&older).err().unwrap().to_string();
    assert!(refusal.contains("lacks acknowledged commits") && refusal.contains("Nothing was changed"), "{refusal}");
    missing.put_file(&tree, None).unwrap();
    let refusal = open(&missing).err().unwrap().to_string();
    assert!(refusal.contains("the metadata is missing"), "{refusal}");
    assert!(open(&disk).is_ok());
}

/// The last acknowledged commit is rotten, not torn: it is not cut in silence.
#[tokio::test(start_paused = true)]
async fn a_rotten_end_of_the_journal_is_refused() {
    let disk = disk(2);
    let mut model = Model::default();
    let meta = open(&disk).unwrap();
    model.work(&meta, &mut Dice::new(2), 3).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let rest = disk.kill();
    drop(meta);
    let journal = Path::new(DIR).join("journal");
    let segments = rest.files().into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "journal"));
    for path in segments.filter(|path| path.starts_with(&journal)) {
        let bytes = rest.read_file(&path).unwrap();
        for block in (1..bytes.len() / 4096).filter(|block| bytes[block * 4096..][..4096].iter().any(|byte| *byte != 0))
        {
            for zeroed in [false, true] {
                let disk = rest.copy();
                let mut damaged = bytes.clone();
                match zeroed {
                    true => damaged[block * 4096..][..4096].fill(0),
                    false => damaged[block * 4096 + 100] ^= 1,
                }
                disk.put_file(&path, Some(&damaged)).unwrap();
                let refusal = open(&disk).err().map(|error| error.to_string()).unwrap_or_default();
                assert!(refusal.contains("lacks acknowledged commits"), "block {block}: {refusal}");
                assert_ne!(problems(&disk), Vec::<String>::new());
            }
        }
    }
}
