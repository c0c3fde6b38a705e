//! The contract of [`Blobs`](crate::Blobs), sentence by sentence, for every engine to pass. Failures panic, as tests do.
//!
//! Crashes, damage and full disks are not tested here: each engine's own tests know how to make them.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;
use coldkeep_types::Id;

use crate::{Blobs, Error, Identity, Label, MAX_LABEL_BYTES, MAX_READ_BYTES, Quarantined};

/// Runs every check, each on a new empty engine from `make`.
pub async fn all(make: impl AsyncFn() -> Arc<dyn Blobs>) {
    bytes_come_back(&*make().await).await;
    large_blobs_read_by_range(&*make().await).await;
    size_hints_need_not_come_true(&*make().await).await;
    labels_are_kept(&*make().await).await;
    ids_are_used_once(&*make().await).await;
    drafts_are_invisible(&*make().await).await;
    dropped_drafts_vanish(&*make().await).await;
    dropped_finishes_leave_nothing(&*make().await).await;
    deleting_is_idempotent(&*make().await).await;
    reads_of_deleted_blobs_give_no_other_bytes(&*make().await).await;
    quarantine_hides_and_keeps(&*make().await).await;
    claims_are_kept(&*make().await).await;
    ranges_outside_are_refused(&*make().await).await;
    listings_are_complete(&*make().await).await;
    what_is_present_is_found_by_its_name(&*make().await).await;
    many_drafts_at_once(make().await).await;
    space_is_told(&*make().await).await;
}

/// An id of an epoch; consecutive numbers differ in the first and in the last bytes. Odd ones are of pool 1.
pub fn id(epoch: u32, number: u32) -> Id {
    let mut bytes = [0; 16];
    bytes[2..6].copy_from_slice(&number.to_be_bytes());
    bytes[6..9].copy_from_slice(&epoch.to_be_bytes()[1..]);
    bytes[12..].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    Id::from_bytes(bytes).in_pool((number % 2) as u8)
}

/// Bytes that differ everywhere, and for each seed.
pub fn content(seed: u32, size: usize) -> Bytes {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes.into()
}

/// Writes a blob in blocks of `block` bytes.
pub async fn write(blobs: &dyn Blobs, id: Id, bytes: &Bytes, block: usize) {
    let mut draft = blobs.create(id, Label(b"label".to_vec()), Some(bytes.len() as u64)).await.expect("create");
    let mut rest = bytes.clone();
    while !rest.is_empty() {
        draft.write(rest.split_to(block.min(rest.len()))).await.expect("write");
    }
    assert_eq!(draft.finish().await.expect("finish"), bytes.len() as u64);
}

/// Reads a whole blob.
pub async fn read(blobs: &dyn Blobs, id: Id) -> Result<Bytes, Error> {
    let blob = blobs.open(id).await?;
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < blob.size() {
        let start = bytes.len() as u64;
        bytes.extend_from_slice(&blob.read(start..blob.size().min(start + (1 << 20))).await?);
    }
    Ok(bytes.into())
}

async fn assert_absent(blobs: &dyn Blobs, id: Id) {
    assert!(matches!(blobs.open(id).await, Err(Error::NotFound(absent)) if absent == id));
    assert!(matches!(blobs.label(id).await, Err(Error::NotFound(_))));
    assert_eq!(blobs.list(id.epoch(), None, 100).await.expect("list"), []);
    assert_eq!(blobs.epochs().await.expect("epochs"), []);
}

/// Blobs of all sizes, written in blocks of all sizes, come back.
pub async fn bytes_come_back(blobs: &dyn Blobs) {
    let mut number = 0;
    for size in [0, 1, 4096, 65_535, 65_536, 65_537, 131_072, 300_001] {
        for block in [1021, 65_536, 100_000, 1 << 20] {
            number += 1;
            let bytes = content(number, size);
            write(blobs, id(1, number), &bytes, block).await;
            assert!(read(blobs, id(1, number)).await.expect("read") == bytes, "{size} bytes in blocks of {block}");
        }
    }
}

/// Any range of a blob of many blocks comes back.
pub async fn large_blobs_read_by_range(blobs: &dyn Blobs) {
    // More than 64 MiB, so that tables of checksums are not all in one piece.
    let bytes = content(1, (66 << 20) + 12_345);
    write(blobs, id(1, 1), &bytes, 1 << 20).await;
    let blob = blobs.open(id(1, 1)).await.expect("open");
    assert_eq!(blob.size(), bytes.len() as u64);
    let end = bytes.len();
    for (start, stop) in [
        (0, 0),
        (0, 1),
        (1, 65_537),
        (65_535, 65_537),
        (1023 << 16, (1023 << 16) + 1),
        ((1023 << 16) - 1, (1023 << 16) + 1),
        (40 << 20, 56 << 20),
        (end - 1, end),
        (end - 70_000, end - 3),
        (end, end),
    ] {
        let read = blob.read(start as u64..stop as u64).await.expect("read");
        assert!(read == bytes[start..stop], "{start}..{stop}");
        let unverified = blob.read_unverified(start as u64..stop as u64).await.expect("read");
        assert!(unverified == bytes[start..stop], "{start}..{stop}, unverified");
    }
}

/// A size hint may be wrong or missing.
pub async fn size_hints_need_not_come_true(blobs: &dyn Blobs) {
    let bytes = content(1, 200_000);
    for (number, hint) in (0..).zip([None, Some(0), Some(1), Some(200_000), Some(50 << 20)]) {
        let mut draft = blobs.create(id(1, number), Label::default(), hint).await.expect("create");
        draft.write(bytes.clone()).await.expect("write");
        assert_eq!(draft.finish().await.expect("finish"), 200_000);
        assert!(read(blobs, id(1, number)).await.expect("read") == bytes);
    }
}

/// Labels of 0 to 2,048 bytes come back; longer ones are refused.
pub async fn labels_are_kept(blobs: &dyn Blobs) {
    for (number, length) in (0..).zip([0, 1, MAX_LABEL_BYTES]) {
        let label = Label(vec![number as u8; length]);
        let draft = blobs.create(id(1, number), label.clone(), None).await.expect("create");
        draft.finish().await.expect("finish");
        assert_eq!(blobs.label(id(1, number)).await.expect("label"), label);
    }
    let long = blobs.create(id(1, 9), Label(vec![0; MAX_LABEL_BYTES + 1]), None).await;
    assert!(matches!(long, Err(Error::Invalid(_))));
    assert!(matches!(blobs.label(id(1, 9)).await, Err(Error::NotFound(_))));
}

/// A second blob with the id of a draft or of a blob is refused, of a blob at its finish at the latest, and harms neither.
pub async fn ids_are_used_once(blobs: &dyn Blobs) {
    let bytes = content(1, 1000);
    let mut draft = blobs.create(id(1, 1), Label::default(), None).await.expect("create");
    assert!(matches!(blobs.create(id(1, 1), Label::default(), None).await, Err(Error::Invalid(_))));
    draft.write(bytes.clone()).await.expect("write");
    draft.finish().await.expect("finish");
    let again = async {
        let mut draft = blobs.create(id(1, 1), Label::default(), None).await?;
        draft.write(content(2, 500_000)).await?;
        draft.finish().await
    };
    assert!(matches!(again.await, Err(Error::Invalid(_))));
    while !blobs.settle(1).await.expect("settle") {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(read(blobs, id(1, 1)).await.expect("read") == bytes);
}

/// Until it is finished a draft is not opened, listed, or deleted.
pub async fn drafts_are_invisible(blobs: &dyn Blobs) {
    let bytes = content(1, 100_000);
    let mut draft = blobs.create(id(1, 1), Label::default(), None).await.expect("create");
    assert_absent(blobs, id(1, 1)).await;
    draft.write(bytes.clone()).await.expect("write");
    assert_absent(blobs, id(1, 1)).await;
    blobs.delete(id(1, 1)).await.expect("delete");
    draft.finish().await.expect("finish");
    assert!(read(blobs, id(1, 1)).await.expect("read") == bytes);
    assert_eq!(blobs.list(1, None, 10).await.expect("list"), [id(1, 1)]);
    assert_eq!(blobs.epochs().await.expect("epochs"), [1]);
}

/// A dropped draft is gone.
pub async fn dropped_drafts_vanish(blobs: &dyn Blobs) {
    let free = blobs.space().await.expect("space").free_bytes;
    for number in 0..3 {
        let mut draft = blobs.create(id(1, number), Label::default(), None).await.expect("create");
        for _ in 0..number {
            draft.write(content(1, 8 << 20)).await.expect("write");
        }
        drop(draft);
    }
    for _ in 0..100 {
        // Engines may take a moment.
        tokio::time::sleep(Duration::from_millis(10)).await;
        if blobs.space().await.expect("space").free_bytes + (8 << 20) > free {
            break;
        }
    }
    // What an engine says of its room may lag: that they are gone is what this is for.
    while !blobs.settle(1).await.expect("settle") {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    for number in 0..3 {
        assert_absent(blobs, id(1, number)).await;
    }
    let draft = blobs.create(id(1, 9), Label::default(), None).await.expect("create");
    assert!(!blobs.settle(1).await.expect("settle"), "a draft is under way");
    assert!(blobs.settle(2).await.expect("settle"), "of another epoch there is none");
    drop(draft);
    while !blobs.settle(1).await.expect("settle") {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Wherever the future of a finish is dropped, there is a whole blob after `Ok`, and else none.
pub async fn dropped_finishes_leave_nothing(blobs: &dyn Blobs) {
    for number in 0..20 {
        let mut draft = blobs.create(id(1, number), Label::default(), None).await.expect("create");
        draft.write(content(number, 100_000)).await.expect("write");
        let finished = {
            let mut finish = pin!(draft.finish());
            let begun = finish.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
            // Some are dropped at once, some are finished before they are dropped, but have not told.
            tokio::time::sleep(Duration::from_millis(u64::from(number % 4) * 10)).await;
            begun
        };
        for _ in 0..100 {
            if finished || matches!(blobs.open(id(1, number)).await, Err(Error::NotFound(_))) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
        let read = read(blobs, id(1, number)).await;
        assert!(if finished { read.is_ok() } else { matches!(read, Err(Error::NotFound(_))) }, "{read:?}");
    }
}

/// Deleting removes a blob; deleting what is not there succeeds.
pub async fn deleting_is_idempotent(blobs: &dyn Blobs) {
    blobs.delete(id(1, 1)).await.expect("delete nothing");
    write(blobs, id(1, 1), &content(1, 1000), 1000).await;
    write(blobs, id(2, 2), &content(1, 1000), 1000).await;
    for _ in 0..2 {
        blobs.delete(id(1, 1)).await.expect("delete");
        assert!(matches!(blobs.open(id(1, 1)).await, Err(Error::NotFound(_))));
        assert_eq!(blobs.epochs().await.expect("epochs"), [2]);
    }
    read(blobs, id(2, 2)).await.expect("the other blob stays");
    // The epoch goes on after all its blobs are gone.
    write(blobs, id(1, 3), &content(1, 1000), 1000).await;
    read(blobs, id(1, 3)).await.expect("read");
}

/// Who has a blob open while it is deleted is given its bytes, or told that it is gone.
pub async fn reads_of_deleted_blobs_give_no_other_bytes(blobs: &dyn Blobs) {
    let bytes = content(1, 500_000);
    write(blobs, id(1, 1), &bytes, 100_000).await;
    let blob = blobs.open(id(1, 1)).await.expect("open");
    blobs.delete(id(1, 1)).await.expect("delete");
    assert!(matches!(blobs.open(id(1, 1)).await, Err(Error::NotFound(_))));
    assert_right_or_gone(blob.read(0..500_000).await, &bytes);
}

fn assert_right_or_gone(read: Result<Bytes, Error>, bytes: &Bytes) {
    match read {
        Ok(read) => assert!(read == bytes),
        Err(error) => assert!(matches!(error, Error::NotFound(_)), "{error}"),
    }
}

/// Who has a blob open can read it to its end: not of the contract, but engines on a file system do that, and so does memory.
pub async fn open_blobs_outlive_their_deletion(blobs: &dyn Blobs) {
    let bytes = content(1, 500_000);
    write(blobs, id(1, 1), &bytes, 100_000).await;
    let blob = blobs.open(id(1, 1)).await.expect("open");
    assert!(blob.read(0..10).await.expect("read") == bytes[..10]);
    blobs.delete(id(1, 1)).await.expect("delete");
    assert!(matches!(blobs.open(id(1, 1)).await, Err(Error::NotFound(_))));
    assert!(blob.read(0..500_000).await.expect("read") == bytes);
}

/// In quarantine a blob is as if it were deleted, but is kept; it can be taken back or purged.
pub async fn quarantine_hides_and_keeps(blobs: &dyn Blobs) {
    let bytes = content(1, 100_000);
    blobs.quarantine(id(1, 1)).await.expect("quarantine nothing");
    assert!(!blobs.restore(id(1, 1)).await.expect("restore nothing"));
    blobs.purge(id(1, 1)).await.expect("purge nothing");
    for number in 1..4 {
        write(blobs, id(1, number), &bytes, 100_000).await;
    }
    let open = blobs.open(id(1, 1)).await.expect("open");
    for _ in 0..2 {
        for number in 1..4 {
            blobs.quarantine(id(1, number)).await.expect("quarantine");
        }
        assert_absent(blobs, id(1, 1)).await;
        blobs.delete(id(1, 1)).await.expect("delete what is not there");
        let held = blobs.quarantined().await.expect("quarantined");
        assert!(held.blobs == 3 && held.bytes >= 300_000, "{held:?}");
    }
    assert_right_or_gone(open.read(0..100_000).await, &bytes);
    assert!(blobs.restore(id(1, 2)).await.expect("restore"));
    assert!(!blobs.restore(id(1, 2)).await.expect("restore again"));
    assert!(read(blobs, id(1, 2)).await.expect("read") == bytes);
    assert_eq!(blobs.list(1, None, 10).await.expect("list"), [id(1, 2)]);
    for number in [1, 1, 3] {
        blobs.purge(id(1, number)).await.expect("purge");
        assert!(!blobs.restore(id(1, number)).await.expect("restore"));
    }
    assert_eq!(blobs.quarantined().await.expect("quarantined"), Quarantined::default());
    assert!(read(blobs, id(1, 2)).await.expect("read") == bytes);
}

/// What was claimed last is the identity.
pub async fn claims_are_kept(blobs: &dyn Blobs) {
    assert_eq!(blobs.identity().await.expect("identity"), None);
    for epoch in [1, 2, 0xff_ffff] {
        let identity = Identity { store: [7; 16], epoch };
        blobs.claim(identity).await.expect("claim");
        assert_eq!(blobs.identity().await.expect("identity"), Some(identity));
    }
    write(blobs, id(1, 1), &content(1, 10), 10).await;
    assert!(read(blobs, id(1, 1)).await.is_ok() && blobs.identity().await.expect("identity").is_some());
}

/// Reads beyond the end, backwards, or of too much are refused.
pub async fn ranges_outside_are_refused(blobs: &dyn Blobs) {
    write(blobs, id(1, 1), &content(1, (16 << 20) + 1), 1 << 20).await;
    let blob = blobs.open(id(1, 1)).await.expect("open");
    let size = blob.size();
    let backwards = std::ops::Range { start: 5, end: 4 };
    for range in [0..size, size..size + 1, size - 1..size + 1, u64::MAX - 1..u64::MAX, backwards] {
        assert!(matches!(blob.read(range.clone()).await, Err(Error::Invalid(_))), "{range:?}");
    }
    assert_eq!(blob.read(1..size).await.expect("read").len() as u64, MAX_READ_BYTES);
}

/// Of many ids those are told that are blobs, or drafts that are not gone yet, and no others, nor what is in quarantine.
pub async fn what_is_present_is_found_by_its_name(blobs: &dyn Blobs) {
    let ids: Vec<Id> = (0..3000).map(|number| id(5, number)).collect();
    assert_eq!(blobs.present(&ids).await.expect("present"), []);
    for number in [7, 8, 2000, 2001] {
        write(blobs, ids[number], &content(1, 300_000), 100_000).await;
    }
    let mut draft = blobs.create(ids[100], Label::default(), None).await.expect("create");
    draft.write(content(1, 300_000)).await.expect("write");
    blobs.quarantine(ids[8]).await.expect("quarantine");
    blobs.delete(ids[2000]).await.expect("delete");
    let found: BTreeSet<Id> = blobs.present(&ids).await.expect("present").into_iter().collect();
    assert_eq!(found, BTreeSet::from([ids[7], ids[100], ids[2001]]));
    drop(draft);
    while !blobs.present(&ids[100..101]).await.expect("present").is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(blobs.restore(ids[8]).await.expect("restore"));
    assert_eq!(blobs.present(&ids[8..9]).await.expect("present"), [ids[8]]);
}

/// Listing page by page gives every blob of an epoch once, also while what was listed is deleted.
pub async fn listings_are_complete(blobs: &dyn Blobs) {
    let made: BTreeSet<Id> = (0..100).map(|number| id(5, number)).collect();
    for id in &made {
        write(blobs, *id, &Bytes::new(), 1).await;
    }
    write(blobs, id(0xff_ffff, 1), &Bytes::new(), 1).await;
    assert_eq!(blobs.epochs().await.expect("epochs"), [5, 0xff_ffff]);
    assert_eq!(blobs.list(6, None, 10).await.expect("list"), []);
    assert_eq!(blobs.list(5, None, 0).await.expect("list"), []);
    let whole = blobs.list(5, None, 1000).await.expect("list");
    assert_eq!(whole.iter().copied().collect::<BTreeSet<_>>(), made);
    assert_eq!(whole.len(), made.len());
    for limit in [1, 7, 100] {
        let mut paged = Vec::new();
        loop {
            let page = blobs.list(5, paged.last().copied(), limit).await.expect("list");
            let last = page.len() < limit;
            assert!(page.len() <= limit);
            paged.extend(page);
            if last {
                break;
            }
        }
        assert_eq!(paged, whole, "in pages of {limit}");
    }
    let half = blobs.list(5, None, 50).await.expect("list");
    for id in &half {
        blobs.delete(*id).await.expect("delete");
    }
    assert_eq!(blobs.list(5, half.last().copied(), 1000).await.expect("list"), whole[50..]);
    assert_eq!(blobs.list(5, None, 1000).await.expect("list"), whole[50..]);
}

/// 64 tasks write, read and delete at once.
pub async fn many_drafts_at_once(blobs: Arc<dyn Blobs>) {
    let tasks: Vec<_> = (0..64)
        .map(|task| {
            let blobs = blobs.clone();
            tokio::spawn(async move {
                for round in 0..4 {
                    let number = task * 4 + round;
                    let bytes = content(number, 10_000 * task as usize + 1);
                    write(&*blobs, id(1, number), &bytes, 50_000).await;
                    assert!(read(&*blobs, id(1, number)).await.expect("read") == bytes);
                    if round % 2 == 0 {
                        blobs.delete(id(1, number)).await.expect("delete");
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task");
    }
    assert_eq!(blobs.list(1, None, 1000).await.expect("list").len(), 128);
}

/// Free space is part of all space.
pub async fn space_is_told(blobs: &dyn Blobs) {
    let space = blobs.space().await.expect("space");
    assert!(space.total_bytes > 0 && space.free_bytes <= space.total_bytes, "{space:?}");
}
