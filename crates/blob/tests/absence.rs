//! A blob that was deleted or purged is gone for good once that was answered, whatever failed on the way.

use std::path::Path;
use std::sync::Arc;

use coldkeep_blob::conformance::{content, id, write};
use coldkeep_blob::{Blobs, Files, Options};
use coldkeep_disk::simulated::{Call, Happening, Operation, SimulatedDisk, Watch, errno};

struct Nobody;

impl Watch for Nobody {
    fn operation(&self, _: &Operation<'_>) {}
}

fn open(disk: &SimulatedDisk) -> Files {
    Files::open(Arc::new(disk.clone()), Path::new("/blobs"), Options::INLINE).unwrap()
}

fn is_there(disk: &SimulatedDisk) -> bool {
    disk.files().iter().any(|path| path.ends_with(id(1, 1).to_string()))
}

/// A blob of an earlier run, in quarantine or not, on a disk of its own.
async fn prepared(seed: u64, in_quarantine: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(seed, 64 << 20, Arc::new(Nobody));
    let first = open(&disk);
    write(&first, id(1, 1), &content(1, 10), 10).await;
    if in_quarantine {
        first.quarantine(id(1, 1)).await.unwrap();
    }
    drop(first);
    let disk = disk.copy();
    assert!(is_there(&disk));
    disk
}

async fn remove(blobs: &Files, in_quarantine: bool) -> bool {
    let removed = if in_quarantine { blobs.purge(id(1, 1)).await } else { blobs.delete(id(1, 1)).await };
    removed.is_ok()
}

#[tokio::test]
async fn what_is_gone_does_not_come_back() {
    let mut answered = 0;
    for seed in 0..60 {
        for in_quarantine in [false, true] {
            let context = format!("seed {seed}, in quarantine: {in_quarantine}");
            // A sync fails, and it is asked for again.
            let disk = prepared(seed, in_quarantine).await;
            let blobs = open(&disk);
            disk.plan(1 + seed / 10, Happening::Fail { call: Call::Sync, errno: errno::IO, times: 1 });
            if remove(&blobs, in_quarantine).await || remove(&blobs, in_quarantine).await {
                answered += 1;
                assert!(!is_there(&disk.crash()), "{context}, after a failure");
            }
            // The process ends on the way, and the next one is asked again.
            let disk = prepared(seed, in_quarantine).await;
            let blobs = open(&disk);
            disk.plan(1 + seed / 10, Happening::PowerCut);
            remove(&blobs, in_quarantine).await;
            let disk = disk.kill();
            assert!(remove(&open(&disk), in_quarantine).await);
            assert!(!is_there(&disk.crash()), "{context}, after an end");
        }
    }
    assert!(answered > 60, "{answered} answers test too little");
}
