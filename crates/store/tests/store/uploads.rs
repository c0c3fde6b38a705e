//! S3 uploads: parts in any order, replaced, refused; completed, repeated, aborted; and what is left of each.

use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_store::{DigestName, Error, Expected, NamedWhole, Source, SourceError};
use coldkeep_types::MAX_PART_BYTES;
use tokio::task::JoinSet;

use crate::body::{Body, Dice, checksum, data, hex, md5};
use crate::world::{DAY_MS, MIB, World, drain, if_none, key, named, part};

#[tokio::test(flavor = "multi_thread")]
async fn parts_come_in_any_order_and_at_once() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let contents = [data(1, 5 * MIB), data(2, 5 * MIB + 1), data(3, 1000)];
    let mut sending = JoinSet::new();
    for number in [3, 1, 2] {
        let (store, upload, content) = (world.store.clone(), upload.clone(), contents[number as usize - 1].clone());
        sending.spawn(async move { part(&store, &upload, number, Body::of(&content)).await.unwrap() });
    }
    sending.join_all().await;

    let listed = world.store.list_parts(&upload, None, 1000).await.unwrap();
    let shown: Vec<_> = listed.iter().map(|part| (part.index, part.bytes, part.etag())).collect();
    let expected: Vec<_> = (1..).zip(&contents).map(|(n, c)| (n, c.len() as u64, hex(&md5(c)))).collect();
    assert_eq!(shown, expected);
    let second = world.store.list_parts(&upload, Some(1), 1).await.unwrap();
    assert_eq!(second.iter().map(|part| part.index).collect::<Vec<_>>(), [2]);

    let names: Vec<_> = (1..).zip(&contents).map(|(number, content)| named(number, content)).collect();
    let done = world.complete(&bucket, "k", upload.id, &names).await.unwrap();
    let md5s: Vec<u8> = contents.iter().flat_map(|content| md5(content)).collect();
    let whole = contents.concat();
    assert_eq!(done.etag, format!("{}-3", hex(&md5(&md5s))));
    assert_eq!((done.parts, done.bytes), (3, whole.len() as u64));
    assert_eq!(done.checksum.unwrap().checksum, checksum(ChecksumAlgorithm::Crc64Nvme, &whole));

    assert_eq!(world.read(&bucket, "k").await.unwrap(), whole);
    for number in 1..=3 {
        let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
        let range = reader.part(number).unwrap();
        assert_eq!(drain(reader.read(range)).await.unwrap(), contents[number as usize - 1]);
    }
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    assert!(matches!(reader.part(4), Err(Error::NoSuchPart(4))));
    drop(reader);
    let mut dice = Dice(7);
    let boundaries = [0, 5 * MIB, 10 * MIB + 1, whole.len()];
    for _ in 0..50 {
        let near = |dice: &mut Dice| (boundaries[dice.below(4)] + dice.below(5)).saturating_sub(2).min(whole.len());
        let (one, other) = (near(&mut dice), near(&mut dice));
        let range = one.min(other)..one.max(other);
        let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
        let got = drain(reader.read(range.start as u64..range.end as u64)).await.unwrap();
        assert!(got == whole[range.clone()], "{range:?}");
    }
    // The third part is small enough to live with its record.
    world.settle(2).await;
    world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    world.settle(0).await;
}

#[tokio::test]
async fn a_part_sent_again_replaces_the_one_before() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    for (seed, bytes) in [(1, 20_000), (2, 30_000), (3, 10), (4, 100_000), (5, 11), (6, 12), (7, 40_000)] {
        let content = data(seed, bytes);
        world.part(&upload, 1, Body::of(&content)).await.unwrap();
        let listed = world.store.list_parts(&upload, None, 10).await.unwrap();
        assert_eq!(listed.iter().map(|part| part.etag()).collect::<Vec<_>>(), [hex(&md5(&content))]);
        world.settle(usize::from(bytes > 8192)).await;
    }
    assert_eq!(world.records().await[&'p'], 1);
    assert_eq!(world.records().await.get(&'i'), None, "bytes of small parts that were replaced");
}

#[tokio::test]
async fn a_part_that_fails_leaves_the_one_before() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let (good, other) = (data(1, 700_000), data(2, 700_000));
    world.part(&upload, 1, Body::of(&good)).await.unwrap();
    let crc = |content| checksum(ChecksumAlgorithm::Crc32, content);
    let send = async |expected: Expected, trailing: Option<ChecksumAlgorithm>, mut body: Body, max_bytes: u64| {
        world.store.put_part(&upload, 1, expected, trailing, &mut body, max_bytes).await.unwrap_err()
    };
    let is_mismatch = |error: &Error, wanted| matches!(error, Error::DigestMismatch { name, .. } if *name == wanted);

    for after in [0, 1, 8192, 8193, 65_536, 600_000, 700_000] {
        let error = send(Expected::default(), None, Body::of(&other).breaking_after(after), MAX_PART_BYTES).await;
        assert!(matches!(error, Error::Body(SourceError::Broken(_))), "{error}");
    }
    let expected = Expected { md5: Some(md5(&good)), ..Expected::default() };
    let error = send(expected, None, Body::of(&other), MAX_PART_BYTES).await;
    assert!(is_mismatch(&error, DigestName::ContentMd5), "{error}");
    let expected = Expected { sha256: Some([0; 32]), ..Expected::default() };
    let error = send(expected, None, Body::of(&other), MAX_PART_BYTES).await;
    assert!(is_mismatch(&error, DigestName::PayloadSha256), "{error}");
    let expected = Expected { checksums: vec![crc(&good)], ..Expected::default() };
    let error = send(expected, None, Body::of(&other), MAX_PART_BYTES).await;
    assert!(is_mismatch(&error, DigestName::Checksum(ChecksumAlgorithm::Crc32)), "{error}");
    let body = Body::of(&other).undeclared().trailing(crc(&good));
    let error = send(Expected::default(), Some(ChecksumAlgorithm::Crc32), body, MAX_PART_BYTES).await;
    assert!(is_mismatch(&error, DigestName::Checksum(ChecksumAlgorithm::Crc32)), "{error}");
    for body in [Body::of(&other), Body::of(&other).undeclared()] {
        let error = send(Expected::default(), None, body, 699_999).await;
        assert!(matches!(error, Error::TooLarge { max_bytes: 699_999, .. }), "{error}");
    }

    world.settle(1).await;
    world.complete(&bucket, "k", upload.id, &[named(1, &good)]).await.unwrap();
    assert_eq!(world.read(&bucket, "k").await.unwrap(), good);
}

/// A source that is this store's own, and cannot be read.
struct Unreadable;

#[async_trait::async_trait]
impl Source for Unreadable {
    fn declared_bytes(&self) -> Option<u64> {
        Some(100)
    }

    async fn next(&mut self) -> Result<Option<bytes::Bytes>, SourceError> {
        Err(SourceError::Storage("a blob is damaged".into()))
    }

    fn trailing_checksums(&self) -> &[coldkeep_digest::Checksum] {
        &[]
    }
}

/// What the store itself cannot read is no fault of who asks for a copy of it.
#[tokio::test]
async fn a_source_that_cannot_be_read_is_not_a_broken_body() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let put = world.store.put_part(&upload, 1, Expected::default(), None, &mut Unreadable, MAX_PART_BYTES).await;
    assert!(matches!(put, Err(Error::Unavailable(_))), "{put:?}");
    world.settle(0).await;
}

#[tokio::test]
async fn a_trailing_checksum_is_proven_and_answered() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let content = data(1, 100_000);
    let crc = checksum(ChecksumAlgorithm::Crc32, &content);
    let mut body = Body::of(&content).undeclared().trailing(crc);
    let (expected, trailing) = (Expected::default(), Some(ChecksumAlgorithm::Crc32));
    let written = world.store.put_part(&upload, 1, expected, trailing, &mut body, MAX_PART_BYTES).await.unwrap();
    assert_eq!(written.checksum, Some(crc));
    let wrong = |seed| {
        let mut name = named(1, &content);
        name.checksums.push(checksum(ChecksumAlgorithm::Crc32, &data(seed, 10)));
        name
    };
    let refused = world.complete(&bucket, "k", upload.id, &[wrong(9)]).await.unwrap_err();
    assert!(matches!(refused, Error::InvalidPart(1)), "{refused}");
    let mut name = named(1, &content);
    name.checksums.push(crc);
    world.complete(&bucket, "k", upload.id, &[name]).await.unwrap();
}

#[tokio::test]
async fn abort_frees_everything() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    for number in 1..=600 {
        // Every third is small.
        let bytes = if number % 3 == 0 { 100 } else { 9000 };
        world.part(&upload, number, Body::of(&data(number.into(), bytes))).await.unwrap();
    }
    world.settle(400).await;
    world.store.abort_upload(&bucket, &key("k"), upload.id).await.unwrap();
    let late = world.part(&upload, 1, Body::of(&data(9, 9000))).await.unwrap_err();
    assert!(matches!(late, Error::NoSuchUpload), "{late}");
    let again = world.store.abort_upload(&bucket, &key("k"), upload.id).await.unwrap_err();
    assert!(matches!(again, Error::NoSuchUpload), "{again}");
    world.settle(0).await;
    assert_eq!(world.records().await, [('b', 1)].into());
}

#[tokio::test]
async fn completing_again_gives_the_same_answer_for_a_day() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let (one, two) = (data(1, 5 * MIB), data(2, 20_000));
    world.part(&upload, 1, Body::of(&one)).await.unwrap();
    world.part(&upload, 2, Body::of(&two)).await.unwrap();
    let names = [named(1, &one), named(2, &two)];
    let first = world.complete(&bucket, "k", upload.id, &names).await.unwrap();
    // Even when the object has been deleted since.
    world.store.delete_object(&bucket, &key("k"), &Default::default()).await.unwrap();
    world.clock.advance(DAY_MS - 1);
    assert_eq!(world.store.run_due().await.unwrap(), Some(coldkeep_types::Clock::now(&*world.clock).plus_millis(1)));
    let again = world.complete(&bucket, "k", upload.id, &names).await.unwrap();
    assert_eq!((again.etag, again.bytes, again.parts), (first.etag, first.bytes, first.parts));
    let other = world.complete(&bucket, "k", upload.id, &names[..1]).await.unwrap_err();
    assert!(matches!(other, Error::CompletedOtherwise), "{other}");
    let aborted = world.store.abort_upload(&bucket, &key("k"), upload.id).await.unwrap_err();
    assert!(matches!(aborted, Error::NoSuchUpload), "{aborted}");

    world.clock.advance(1);
    assert_eq!(world.store.run_due().await.unwrap(), None);
    let late = world.complete(&bucket, "k", upload.id, &names).await.unwrap_err();
    assert!(matches!(late, Error::NoSuchUpload), "{late}");
    world.settle(0).await;
    assert_eq!(world.records().await, [('b', 1)].into());
}

#[tokio::test]
async fn parts_that_are_not_named_are_freed() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let contents: Vec<_> =
        (1..=6).map(|seed| data(seed, if seed == 2 { 5 * MIB } else { 7000 * seed as usize })).collect();
    for (number, content) in (1..).zip(&contents) {
        world.part(&upload, number, Body::of(content)).await.unwrap();
    }
    world.complete(&bucket, "k", upload.id, &[named(2, &contents[1]), named(5, &contents[4])]).await.unwrap();
    assert_eq!(world.read(&bucket, "k").await.unwrap(), [&contents[1][..], &contents[4][..]].concat());
    let reader = world.store.open_object(&bucket, &key("k")).await.unwrap();
    // In the object, parts are counted anew.
    assert!(matches!(reader.part(3), Err(Error::NoSuchPart(3))));
    assert_eq!(reader.part(2).unwrap(), 5 * MIB as u64..5 * MIB as u64 + 35_000);
    let parts = world.store.object_parts(&reader.object, 0, 10).await.unwrap();
    assert_eq!(parts.iter().map(|part| part.number).collect::<Vec<_>>(), [1, 2]);
    drop(reader);
    world.settle(2).await;
    assert_eq!(world.records().await.get(&'i'), None);
}

#[tokio::test]
async fn what_complete_refuses_leaves_the_upload_open() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let upload = world.upload(&bucket, "k").await;
    let (one, two) = (data(1, 9000), data(2, 9000));
    world.part(&upload, 1, Body::of(&one)).await.unwrap();
    world.part(&upload, 2, Body::of(&two)).await.unwrap();
    let complete = async |names: &[_]| world.complete(&bucket, "k", upload.id, names).await.unwrap_err();
    assert!(matches!(complete(&[]).await, Error::NoParts));
    assert!(matches!(complete(&[named(2, &two), named(1, &one)]).await, Error::InvalidPartOrder(1)));
    assert!(matches!(complete(&[named(1, &one), named(1, &one)]).await, Error::InvalidPartOrder(1)));
    assert!(matches!(complete(&[named(1, &two)]).await, Error::InvalidPart(1)));
    assert!(matches!(complete(&[named(3, &one)]).await, Error::InvalidPart(3)));
    assert!(matches!(
        complete(&[named(1, &one), named(2, &two)]).await,
        Error::PartTooSmall { number: 1, bytes: 9000 }
    ));
    world.put(&bucket, "k", Body::of(&two)).await.unwrap();
    let names = [named(1, &one)];
    let judge = async |whole: NamedWhole, condition| {
        world.store.complete_upload(&bucket, &key("k"), upload.id, &names, &whole, &condition).await.unwrap_err()
    };
    let size = NamedWhole { bytes: Some(8999), ..NamedWhole::default() };
    let refused = judge(size, Default::default()).await;
    assert!(matches!(refused, Error::SizeMismatch { declared: 8999, actual: 9000 }), "{refused}");
    let sum = checksum(ChecksumAlgorithm::Crc64Nvme, &two);
    let refused = judge(NamedWhole { checksum: Some((sum, None)), ..NamedWhole::default() }, Default::default()).await;
    assert!(matches!(refused, Error::DigestMismatch { .. }), "{refused}");
    let refused = judge(NamedWhole::default(), if_none()).await;
    assert!(matches!(refused, Error::PreconditionFailed(_)), "{refused}");
    let elsewhere = world.complete(&bucket, "other", upload.id, &names).await.unwrap_err();
    assert!(matches!(elsewhere, Error::NoSuchUpload), "{elsewhere}");

    assert_eq!(world.read(&bucket, "k").await.unwrap(), two);
    world.settle(3).await;
    world.complete(&bucket, "k", upload.id, &names).await.unwrap();
    assert_eq!(world.read(&bucket, "k").await.unwrap(), one);
    world.settle(1).await;
}
