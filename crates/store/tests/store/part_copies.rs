//! UploadPartCopy: parts that share bytes read, count and are freed as any other part.

use std::ops::Range;

use bytes::Bytes;
use coldkeep_store::{Error, PartWritten, Upload};
use coldkeep_types::BucketName;

use crate::body::{Body, Dice, data, hex, md5};
use crate::world::{MIB, World, drain, key, named};

const PART: usize = 5 * MIB;

async fn copy(
    world: &World,
    upload: &Upload,
    index: u32,
    bucket: &BucketName,
    from: &str,
    range: Range<usize>,
) -> Result<PartWritten, Error> {
    let source = world.store.open_object(bucket, &key(from)).await?;
    world.store.copy_part(upload, index, source, range.start as u64..range.end as u64).await
}

/// An object of parts.
async fn object_of_parts(world: &World, bucket: &BucketName, at: &str, parts: &[Bytes]) {
    let upload = world.upload(bucket, at).await;
    let mut names = Vec::new();
    for (number, content) in (1..).zip(parts) {
        world.part(&upload, number, Body::of(content)).await.unwrap();
        names.push(named(number, content));
    }
    world.complete(bucket, at, upload.id, &names).await.unwrap();
}

#[tokio::test]
async fn what_lies_in_one_blob_is_shared_and_freed_with_its_last_owner() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let whole = data(1, PART + 70_000);
    world.put(&bucket, "whole", Body::of(&whole)).await.unwrap();
    let parts = [data(2, PART), data(3, PART + 5), data(4, 60_000)];
    object_of_parts(&world, &bucket, "parts", &parts).await;
    world.settle(4).await;

    // Of a blob: all, a range, twice the same. Of an object of parts: a part, a range within one.
    let upload = world.upload(&bucket, "copy").await;
    let second = PART..2 * PART + 5;
    let pieces = [
        ("whole", 0..whole.len(), whole.clone()),
        ("whole", 70_000..whole.len(), whole.slice(70_000..)),
        ("whole", 70_000..whole.len(), whole.slice(70_000..)),
        ("parts", second, parts[1].clone()),
        ("parts", PART..2 * PART, parts[1].slice(..PART)),
        ("parts", 2 * PART + 5..2 * PART + 60_005, parts[2].clone()),
    ];
    let mut names = Vec::new();
    for (number, (from, range, content)) in (1..).zip(&pieces) {
        let written = copy(&world, &upload, number, &bucket, from, range.clone()).await.unwrap();
        assert_eq!(written.part.etag(), hex(&md5(content)), "part {number}");
        assert_eq!(written.part.bytes, content.len() as u64);
        names.push(named(number, content));
    }
    world.settle(4).await;
    let done = world.complete(&bucket, "copy", upload.id, &names).await.unwrap();
    let copied = pieces.iter().flat_map(|(_, _, content)| content.to_vec()).collect::<Vec<u8>>();
    assert_eq!(done.bytes, copied.len() as u64);
    world.settle(4).await;

    // A slice of a slice, read by ranges; its own upload replaces and aborts.
    let again = world.upload(&bucket, "again").await;
    let first = copy(&world, &again, 1, &bucket, "copy", whole.len() + 1000..whole.len() + 31_000).await.unwrap();
    assert_eq!(first.part.etag(), hex(&md5(&whole[71_000..101_000])));
    copy(&world, &again, 1, &bucket, "copy", whole.len() + 2000..whole.len() + 31_000).await.unwrap();
    copy(&world, &again, 2, &bucket, "copy", whole.len() + 2000..whole.len() + 31_000).await.unwrap();
    world.settle(4).await;
    world.store.abort_upload(&bucket, &key("again"), again.id).await.unwrap();
    world.settle(4).await;

    let mut dice = Dice(3);
    for _ in 0..40 {
        let (one, other) = (dice.below(copied.len()), dice.below(copied.len()));
        let range = one.min(other)..one.max(other);
        let reader = world.store.open_object(&bucket, &key("copy")).await.unwrap();
        let got = drain(reader.read(range.start as u64..range.end as u64)).await.unwrap();
        assert!(got == copied[range.clone()], "{range:?}");
    }

    // The sources go; who reads them and who shares them keeps their bytes.
    world.store.delete_object(&bucket, &key("whole"), &Default::default()).await.unwrap();
    world.store.delete_object(&bucket, &key("parts"), &Default::default()).await.unwrap();
    world.settle(3).await;
    assert_eq!(world.read(&bucket, "copy").await.unwrap(), copied);
    let reader = world.store.open_object(&bucket, &key("copy")).await.unwrap();
    world.store.delete_object(&bucket, &key("copy"), &Default::default()).await.unwrap();
    assert_eq!(world.reclaim().await, 1, "held by its reader");
    assert_eq!(drain(reader.read(0..copied.len() as u64)).await.unwrap(), copied);
    world.settle(0).await;
}

#[tokio::test]
async fn what_is_small_or_spans_parts_is_copied() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let parts = [data(2, PART), data(3, PART)];
    object_of_parts(&world, &bucket, "parts", &parts).await;
    world.put(&bucket, "inline", Body::of(&data(4, 100))).await.unwrap();
    let upload = world.upload(&bucket, "copy").await;
    copy(&world, &upload, 1, &bucket, "parts", PART - 50_000..PART + 50_000).await.unwrap();
    world.settle(3).await;
    copy(&world, &upload, 2, &bucket, "inline", 0..100).await.unwrap();
    copy(&world, &upload, 3, &bucket, "parts", 5..1005).await.unwrap();
    world.settle(3).await;
    let listed = world.store.list_parts(&upload, None, 10).await.unwrap();
    let expected = [&parts.concat()[PART - 50_000..PART + 50_000], &data(4, 100), &parts[0][5..1005]];
    assert_eq!(listed.iter().map(|part| part.etag()).collect::<Vec<_>>(), expected.map(|bytes| hex(&md5(bytes))));
}

#[tokio::test]
async fn a_source_that_changed_is_copied_as_it_was_opened() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let old = data(1, 100_000);
    world.put(&bucket, "source", Body::of(&old)).await.unwrap();
    let upload = world.upload(&bucket, "copy").await;
    let source = world.store.open_object(&bucket, &key("source")).await.unwrap();
    world.put(&bucket, "source", Body::of(&data(2, 100_000))).await.unwrap();
    let written = world.store.copy_part(&upload, 1, source, 0..100_000).await.unwrap();
    assert_eq!(written.part.etag(), hex(&md5(&old)));
    world.settle(2).await;
}

#[tokio::test]
async fn ten_thousand_copies_take_the_room_of_one() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let content = data(1, PART);
    world.put(&bucket, "source", Body::of(&content)).await.unwrap();
    let upload = world.upload(&bucket, "copy").await;
    for number in 1..=10_000 {
        copy(&world, &upload, number, &bucket, "source", 0..PART).await.unwrap();
    }
    let names: Vec<_> = {
        let name = named(1, &content);
        (1..=10_000).map(|number| coldkeep_store::NamedPart { number, ..name.clone() }).collect()
    };
    let done = world.complete(&bucket, "copy", upload.id, &names).await.unwrap();
    assert_eq!(done.bytes, 10_000 * PART as u64);
    assert_eq!(world.blobs.blobs(), 1);
    world.store.delete_object(&bucket, &key("source"), &Default::default()).await.unwrap();
    let reader = world.store.open_object(&bucket, &key("copy")).await.unwrap();
    let at = 9_999 * PART as u64 - 3;
    let across = drain(reader.read(at..at + 6)).await.unwrap();
    assert_eq!(across, [&content[PART - 3..], &content[..3]].concat());
    world.store.delete_object(&bucket, &key("copy"), &Default::default()).await.unwrap();
    world.settle(0).await;
}
