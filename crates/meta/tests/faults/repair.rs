//! What can be saved of damaged metadata.

use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::Disk;
use coldkeep_disk::simulated::{Dice, Happening, SimulatedDisk};
use coldkeep_meta::{Error, Meta, prefix_range, salvage};

use crate::world::{DIR, Model, disk, open, problems};

async fn filled(seed: u64) -> (SimulatedDisk, Model) {
    let (disk, mut model) = (disk(seed), Model::default());
    let meta = open(&disk).unwrap();
    model.work(&meta, &mut Dice::new(seed), 200).await.unwrap();
    let rest = disk.kill();
    drop(meta);
    (rest, model)
}

fn repair(disk: &SimulatedDisk) -> Result<coldkeep_meta::Salvaged, Error> {
    let disk: Arc<dyn Disk> = Arc::new(disk.clone());
    salvage(&disk, Path::new(DIR))
}

#[tokio::test(start_paused = true)]
async fn sound_metadata_is_kept_whole() {
    let (disk, mut model) = filled(1).await;
    let salvaged = repair(&disk).unwrap();
    assert!(salvaged.lost.is_empty() && salvaged.kept > 0, "{salvaged:?}");
    assert_eq!(problems(&disk), Vec::<String>::new());
    model.check(&open(&disk).unwrap(), "after the repair").await;
    assert!(disk.files().iter().any(|path| path.ends_with("damaged-1/metadata.tree")));
    repair(&disk).unwrap();
    assert!(disk.files().iter().any(|path| path.ends_with("damaged-2/journal/mark")));
}

/// Damaged leaves, several at once: all other records are kept, and what is lost is named.
#[tokio::test(start_paused = true)]
async fn what_can_be_read_is_kept() {
    let (rest, model) = filled(2).await;
    let tree = Path::new(DIR).join("metadata.tree");
    let bytes = rest.read_file(&tree).unwrap();
    let (mut repaired, mut saved, mut lost) = (0, 0, 0);
    for seed in 0..12 {
        let (disk, mut dice) = (rest.copy(), Dice::new(seed));
        let mut damaged = bytes.clone();
        for _ in 0..1 + dice.below(3) {
            damaged[(3 + dice.below(bytes.len() as u64 / 4096 - 3)) as usize * 4096 + 77] ^= 4;
        }
        disk.put_file(&tree, Some(&damaged)).unwrap();
        let salvaged = match repair(&disk) {
            Ok(salvaged) => salvaged,
            // The root itself is damaged.
            Err(Error::Damaged(_) | Error::Open(_)) => continue,
            Err(error) => panic!("{error}"),
        };
        repaired += 1;
        assert_eq!(problems(&disk), Vec::<String>::new());
        let meta = open(&disk).unwrap();
        let kept = meta.scan(prefix_range(b""), usize::MAX).await.unwrap().len();
        assert!(kept <= model.keys().len());
        assert!(kept == model.keys().len() || !salvaged.lost.is_empty(), "losses are named");
        saved += kept;
        lost += model.keys().len() - kept;
    }
    assert!(repaired > 5 && lost > 0 && saved > 3 * lost, "{repaired} repaired, {saved} saved, {lost} lost");
}

#[tokio::test(start_paused = true)]
async fn what_the_journal_has_left_is_kept() {
    let (disk, model) = filled(3).await;
    let mark = Path::new(DIR).join("journal/mark");
    disk.put_file(&mark, None).unwrap();
    assert!(open(&disk).is_err());
    let salvaged = repair(&disk).unwrap();
    assert!(salvaged.lost.iter().any(|what| what.contains("mark")), "{salvaged:?}");
    model.clone().check(&open(&disk).unwrap(), "after the repair").await;
}

/// Cut short at any operation, a repair can be begun again, and never is a half-repaired folder opened as something else.
#[tokio::test(start_paused = true)]
async fn a_repair_that_is_cut_short_goes_on() {
    let (rest, model) = filled(4).await;
    let mut cut_short = 0;
    for at in (1..).step_by(5) {
        let disk = rest.copy();
        disk.plan(at, Happening::PowerCut);
        if repair(&disk).is_ok() {
            break;
        }
        cut_short += 1;
        let disk = disk.crash();
        let context = format!("cut at operation {at}");
        if at % 2 == 0 {
            repair(&disk).unwrap_or_else(|error| panic!("{context}: {error}"));
        }
        let meta = open(&disk).unwrap_or_else(|error| panic!("{context}: {error}"));
        model.clone().check(&meta, &context).await;
        drop(meta);
        assert_eq!(problems(&disk), Vec::<String>::new(), "{context}");
    }
    assert!(cut_short > 10, "{cut_short}");
}
