//! Checksums of multipart objects: combined from the parts' and equal to those over the data.

use coldkeep_digest::{ChecksumAlgorithm, ChecksumType};
use coldkeep_store::{CopyTarget, Error, NamedPart, NamedWhole, NewUpload};

use crate::body::{Body, checksum, data};
use crate::world::{MIB, World, copy_object, copy_to, key, named};

#[tokio::test]
async fn every_algorithm_and_type_is_that_of_the_data() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let contents = [data(1, 5 * MIB), data(2, 12_345)];
    for algorithm in ChecksumAlgorithm::ALL {
        for kind in [ChecksumType::Composite, ChecksumType::FullObject] {
            let new = NewUpload { algorithm: Some(algorithm), checksum_type: Some(kind), ..NewUpload::default() };
            let upload = match world.store.create_upload(&bucket, &key("k"), new).await {
                Ok(upload) => upload,
                Err(Error::ChecksumTypeUnfit { .. }) if !algorithm.supports(kind) => continue,
                Err(error) => panic!("{error}"),
            };
            for (number, content) in (1..).zip(&contents) {
                let written = world.part(&upload, number, Body::of(content)).await.unwrap();
                assert_eq!(written.checksum, Some(checksum(algorithm, content)));
            }
            let over_all = match kind {
                ChecksumType::FullObject => checksum(algorithm, &contents.concat()),
                ChecksumType::Composite => {
                    let values = contents.iter().flat_map(|content| checksum(algorithm, content).value().to_vec());
                    checksum(algorithm, &values.collect::<Vec<u8>>())
                }
            };
            let name = |(number, content): (u32, &bytes::Bytes)| {
                let checksums = vec![checksum(algorithm, content)];
                NamedPart { checksums, ..named(number, content) }
            };
            let names: Vec<_> = (1..).zip(&contents).map(name).collect();
            let whole = NamedWhole { checksum: Some((over_all, None)), checksum_type: Some(kind), bytes: None };
            let (at, always) = (key("k"), Default::default());
            let done = world.store.complete_upload(&bucket, &at, upload.id, &names, &whole, &always).await.unwrap();
            let kept = done.checksum.unwrap();
            assert_eq!((kept.checksum, kept.kind), (over_all, kind));
            let object = world.store.head_object(&bucket, &key("k")).await.unwrap();
            assert_eq!(object.checksum, Some(kept));
        }
    }
    world.settle(2).await;
}

#[tokio::test]
async fn a_copy_shares_the_bytes_and_may_have_another_checksum() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let content = data(1, 300_000);
    let target = |at: &str, algorithm| CopyTarget { algorithm, ..copy_to(&bucket, at) };
    for content in [content, data(2, 100)] {
        let source = world.put(&bucket, "source", Body::of(&content)).await.unwrap();
        let copy = copy_object(&world.store, &bucket, &key("source"), &target("copy", None)).await.unwrap();
        assert_eq!((copy.etag(), copy.checksum), (source.etag(), source.checksum));
        let algorithm = Some(ChecksumAlgorithm::Sha1);
        let copy = copy_object(&world.store, &bucket, &key("source"), &target("copy", algorithm)).await.unwrap();
        assert_eq!(copy.checksum.unwrap().checksum, checksum(ChecksumAlgorithm::Sha1, &content));
        // Onto itself, too.
        copy_object(&world.store, &bucket, &key("source"), &target("source", algorithm)).await.unwrap();
        world.settle(usize::from(content.len() > 8192)).await;
        world.store.delete_object(&bucket, &key("source"), &Default::default()).await.unwrap();
        world.settle(usize::from(content.len() > 8192)).await;
        assert_eq!(world.read(&bucket, "copy").await.unwrap(), content);
    }
    world.store.delete_object(&bucket, &key("copy"), &Default::default()).await.unwrap();
    world.settle(0).await;
    assert_eq!(world.records().await, [('b', 1)].into());
}
