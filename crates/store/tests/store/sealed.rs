//! Sealed contents: they read like any other with their key, and without it not at all; what is copied shares bytes where it can; and
//! whatever is changed or moved on the disk does not open.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use coldkeep_blob::{Blobs, Files};
use coldkeep_digest::ChecksumAlgorithm;
use coldkeep_disk::SystemDisk;
use coldkeep_meta::{Commit, Embedded, Meta};
use coldkeep_seal::{DataKey, Envelope, Scheme, Sealing};
use coldkeep_store::{
    CopyTarget, Error, Expected, NamedPart, NamedWhole, NewArchive, NewObject, NewUpload, Object, ObjectAccess,
    Options, Precondition, Store, Upload, fsck,
};
use coldkeep_types::{BucketName, PartSize, SystemClock, VaultName};

use crate::body::{Body, data, hex, md5, tree_hash};
use crate::vaults::archive_job;
use crate::world::{MIB, World, account, bucket_name, copy_to, drain, key, part, read, region};

const PART: usize = 5 * MIB;
const FRAME: usize = coldkeep_seal::FRAME_PLAIN_BYTES;

pub fn sealing(scheme: Scheme, byte: u8) -> Sealing {
    let envelope = Envelope { scheme, wrapped: vec![!byte; 61], kms: None };
    Sealing { key: DataKey::from_bytes([byte; 32]), envelope }
}

pub async fn put(
    store: &Store,
    bucket: &BucketName,
    at: &str,
    sealing: &Sealing,
    content: &Bytes,
) -> Result<Object, Error> {
    let new = NewObject {
        lock: Default::default(),
        access: ObjectAccess::default(),
        bucket: bucket.clone(),
        key: key(at),
        attributes: Default::default(),
        class: Default::default(),
        algorithm: ChecksumAlgorithm::Crc64Nvme,
        expected: Expected::default(),
        precondition: Precondition::default(),
        sealing: Some(sealing.clone()),
    };
    store.put_object(new, &mut Body::of(content)).await
}

pub async fn range(
    store: &Store,
    bucket: &BucketName,
    at: &str,
    with: Option<&Sealing>,
    range: std::ops::Range<usize>,
) -> Result<Bytes, Error> {
    let object = store.open_object(bucket, &key(at)).await?.with_key(with.map(|sealing| sealing.key.clone()));
    let mut reader = object.read(range.start as u64..range.end as u64);
    reader.prepare().await?;
    drain(reader).await
}

pub async fn begin(store: &Store, bucket: &BucketName, at: &str, sealing: &Sealing) -> Result<Upload, Error> {
    let new = NewUpload { sealed: Some(sealing.envelope.clone()), ..NewUpload::default() };
    let upload = store.create_upload(bucket, &key(at), new).await?;
    Ok(store.upload(bucket, &key(at), upload.id).await?.with_key(Some(sealing.key.clone())))
}

pub async fn object_of_parts(store: &Store, bucket: &BucketName, at: &str, sealing: &Sealing, parts: &[Bytes]) {
    let upload = begin(store, bucket, at, sealing).await.unwrap();
    let mut names = Vec::new();
    for (number, content) in (1..).zip(parts) {
        let written = part(store, &upload, number, Body::of(content)).await.unwrap();
        names.push(NamedPart { number, etag: written.part.etag(), checksums: Vec::new() });
    }
    complete(store, bucket, at, &upload, &names).await;
}

pub async fn complete(store: &Store, bucket: &BucketName, at: &str, upload: &Upload, names: &[NamedPart]) {
    let (whole, none) = (NamedWhole::default(), Precondition::default());
    store.complete_upload(bucket, &key(at), upload.id, names, &whole, &none).await.unwrap();
}

fn damaged<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Damaged(_)))
}

#[tokio::test]
async fn an_object_reads_with_its_key_only() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let (own, other) = (sealing(Scheme::Customer, 1), sealing(Scheme::Customer, 2));
    for bytes in [0, 1, 8192, 8193, FRAME, FRAME + 1, 3 * MIB, 3 * MIB + 77] {
        let content = data(bytes as u64, bytes);
        put(&world.store, &bucket, "at", &own, &content).await.unwrap();
        assert_eq!(range(&world.store, &bucket, "at", Some(&own), 0..bytes).await.unwrap(), content, "{bytes}");
        for at in [0, bytes / 3, bytes.saturating_sub(1)] {
            for end in [at + 1, at + FRAME, at + MIB, bytes].map(|end| end.min(bytes)) {
                if at < end {
                    let part = range(&world.store, &bucket, "at", Some(&own), at..end).await.unwrap();
                    assert_eq!(part, content.slice(at..end), "{at}..{end} of {bytes}");
                }
            }
        }
        let without = range(&world.store, &bucket, "at", None, 0..bytes).await;
        assert!(matches!(without, Err(Error::NoKey)), "{bytes}: {without:?}");
        assert!(damaged(&range(&world.store, &bucket, "at", Some(&other), 0..bytes).await), "{bytes}");
    }
    world.settle(1).await;
}

#[tokio::test]
async fn etags_tell_nothing_of_what_others_keep_the_key_of() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let content = data(1, 100);
    let server = put(&world.store, &bucket, "server", &sealing(Scheme::Server, 1), &content).await.unwrap();
    assert_eq!(server.etag(), hex(&md5(&content)));
    let mut etags = Vec::new();
    for scheme in [Scheme::Customer, Scheme::Kms, Scheme::KmsDual] {
        for _ in 0..2 {
            etags.push(put(&world.store, &bucket, "other", &sealing(scheme, 1), &content).await.unwrap().etag());
        }
        let upload = begin(&world.store, &bucket, "parts", &sealing(scheme, 1)).await.unwrap();
        etags.push(part(&world.store, &upload, 1, Body::of(&content)).await.unwrap().part.etag());
    }
    etags.push(server.etag());
    let count = etags.len();
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), count, "each is another");
}

#[tokio::test]
async fn parts_read_across_their_limits_and_are_freed_like_any_other() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let own = sealing(Scheme::Server, 1);
    let parts = [data(1, PART), data(2, PART + 5), data(3, 5000)];
    object_of_parts(&world.store, &bucket, "parts", &own, &parts).await;
    let whole: Bytes = parts.concat().into();
    assert_eq!(range(&world.store, &bucket, "parts", Some(&own), 0..whole.len()).await.unwrap(), whole);
    for at in [0, FRAME - 1, PART - 10, PART, 2 * PART, 2 * PART + 4, 2 * PART + 5, whole.len() - 1] {
        let end = whole.len().min(at + FRAME + 20);
        assert_eq!(range(&world.store, &bucket, "parts", Some(&own), at..end).await.unwrap(), whole.slice(at..end));
    }
    let upload = begin(&world.store, &bucket, "open", &own).await.unwrap();
    let keyless = world.store.upload(&bucket, &key("open"), upload.id).await.unwrap();
    assert!(matches!(part(&world.store, &keyless, 1, Body::of(&parts[0])).await, Err(Error::NoKey)));
    world.settle(2).await;
    world.store.abort_upload(&bucket, &key("open"), upload.id).await.unwrap();
    world.store.delete_object(&bucket, &key("parts"), &Precondition::default()).await.unwrap();
    world.settle(0).await;
}

#[tokio::test]
async fn parts_of_sealed_uploads_share_what_is_sealed() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let (one, two, three) = (sealing(Scheme::Server, 1), sealing(Scheme::Customer, 2), sealing(Scheme::Kms, 3));
    let whole = data(1, PART + 70_000);
    put(&world.store, &bucket, "whole", &one, &whole).await.unwrap();
    let parts = [data(2, PART), data(3, PART + 5)];
    object_of_parts(&world.store, &bucket, "parts", &one, &parts).await;
    world.put(&bucket, "plain", Body::of(&whole)).await.unwrap();
    world.settle(4).await;

    let pieces = [
        ("whole", Some(&one), 0..whole.len(), whole.clone()),
        ("whole", Some(&one), 70_000..whole.len(), whole.slice(70_000..)),
        ("parts", Some(&one), PART..2 * PART + 5, parts[1].clone()),
        ("parts", Some(&one), PART + 1..2 * PART + 5, parts[1].slice(1..)),
        ("parts", Some(&one), PART + 1..2 * PART + 5, parts[1].slice(1..)),
    ];
    let names = copied(&world, &bucket, "copy", &two, &pieces).await;
    assert_eq!(names.len(), 5);
    world.settle(4).await;
    // Copies of copies, into another key, of all and of a part of what was shared.
    let content: Bytes = pieces.iter().flat_map(|(.., content)| content.to_vec()).collect::<Vec<u8>>().into();
    let second = PART + 70_000;
    let again = [
        ("copy", Some(&two), 0..second, content.slice(..second)),
        ("copy", Some(&two), second + 9..second + PART - 70_000, content.slice(second + 9..second + PART - 70_000)),
    ];
    copied(&world, &bucket, "again", &three, &again).await;
    world.settle(4).await;
    // What is plain is sealed on its way into a sealed upload, and the other way round.
    copied(&world, &bucket, "sealed", &two, &[("plain", None, 0..whole.len(), whole.clone())]).await;
    world.settle(5).await;
    let upload = world.upload(&bucket, "opened").await;
    let source = world.store.open_object(&bucket, &key("again")).await.unwrap().with_key(Some(three.key.clone()));
    let bytes = source.object.bytes;
    let written = world.store.copy_part(&upload, 1, source, 0..bytes).await.unwrap();
    let name = NamedPart { number: 1, etag: written.part.etag(), checksums: Vec::new() };
    assert_eq!(name.etag, hex(&md5(&again.iter().flat_map(|(.., text)| text.to_vec()).collect::<Vec<u8>>())));
    world.complete(&bucket, "opened", upload.id, &[name]).await.unwrap();
    world.settle(6).await;

    // The sources go; what was shared stays.
    for gone in ["whole", "parts", "plain", "copy"] {
        world.store.delete_object(&bucket, &key(gone), &Precondition::default()).await.unwrap();
    }
    world.settle(3).await;
    let expected: Vec<u8> = again.iter().flat_map(|(.., text)| text.to_vec()).collect();
    assert_eq!(range(&world.store, &bucket, "again", Some(&three), 0..expected.len()).await.unwrap(), expected);
    assert_eq!(read(&world.store, &bucket, "opened").await.unwrap(), expected);
}

#[tokio::test]
async fn what_is_sealed_in_two_layers_shares_with_its_like_only() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let dual = || Sealing { key: DataKey::random_dual(), ..sealing(Scheme::KmsDual, 9) };
    let (one, two, three) = (sealing(Scheme::Kms, 1), dual(), dual());
    let whole = data(1, PART + 70_000);
    let range_of = |whole: &Bytes| 0..whole.len();
    put(&world.store, &bucket, "two", &two, &whole).await.unwrap();
    assert_eq!(
        range(&world.store, &bucket, "two", Some(&two), FRAME - 7..PART).await.unwrap(),
        whole.slice(FRAME - 7..PART)
    );
    world.settle(1).await;
    let shared = whole.slice(70_000..);
    let pieces =
        [("two", Some(&two), range_of(&whole), whole.clone()), ("two", Some(&two), 70_000..whole.len(), shared)];
    copied(&world, &bucket, "three", &three, &pieces).await;
    world.settle(1).await;
    // To fewer layers, or more, the bytes are copied.
    copied(&world, &bucket, "down", &one, &[("two", Some(&two), range_of(&whole), whole.clone())]).await;
    world.settle(2).await;
    copied(&world, &bucket, "up", &three, &[("down", Some(&one), range_of(&whole), whole.clone())]).await;
    world.settle(3).await;
    for gone in ["two", "down"] {
        world.store.delete_object(&bucket, &key(gone), &Precondition::default()).await.unwrap();
    }
    assert_eq!(range(&world.store, &bucket, "up", Some(&three), range_of(&whole)).await.unwrap(), whole);
    assert_eq!(range(&world.store, &bucket, "three", Some(&three), range_of(&whole)).await.unwrap(), whole);
    assert!(damaged(&range(&world.store, &bucket, "up", Some(&two), range_of(&whole)).await));
}

type Piece<'a> = (&'a str, Option<&'a Sealing>, std::ops::Range<usize>, Bytes);

/// An object of parts that are copied, each of which is proven to read as its source.
async fn copied(world: &World, bucket: &BucketName, at: &str, with: &Sealing, pieces: &[Piece<'_>]) -> Vec<NamedPart> {
    let upload = begin(&world.store, bucket, at, with).await.unwrap();
    let mut names = Vec::new();
    for (number, (from, source, range, _)) in (1..).zip(pieces) {
        let source_key = source.map(|sealing| sealing.key.clone());
        let source = world.store.open_object(bucket, &key(from)).await.unwrap().with_key(source_key);
        let range = range.start as u64..range.end as u64;
        let written = world.store.copy_part(&upload, number, source, range).await.unwrap();
        names.push(NamedPart { number, etag: written.part.etag(), checksums: Vec::new() });
    }
    complete(&world.store, bucket, at, &upload, &names).await;
    let expected: Vec<u8> = pieces.iter().flat_map(|(.., content)| content.to_vec()).collect();
    assert_eq!(range(&world.store, bucket, at, Some(with), 0..expected.len()).await.unwrap(), expected, "{at}");
    names
}

/// Puts the value of one key in place of another's.
async fn swap(meta: &dyn Meta, one: &[u8], other: &[u8]) {
    let (a, b) = (meta.get(one).await.unwrap().unwrap().value, meta.get(other).await.unwrap().unwrap().value);
    let mut commit = Commit::default();
    commit.put(one, b).put(other, a);
    meta.commit(commit).await.unwrap();
}

async fn keys_of(meta: &dyn Meta, tag: u8) -> Vec<Vec<u8>> {
    let found = meta.scan(vec![tag]..vec![tag + 1], usize::MAX).await.unwrap();
    found.into_iter().map(|(key, _)| key).collect()
}

#[tokio::test]
async fn what_changes_places_does_not_open() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let own = sealing(Scheme::Server, 1);
    // Parts of one size in blobs, and small ones.
    object_of_parts(&world.store, &bucket, "large", &own, &[data(1, PART), data(2, PART)]).await;
    let whole = 0..2 * PART;
    assert!(range(&world.store, &bucket, "large", Some(&own), whole.clone()).await.is_ok());
    let parts = keys_of(&*world.meta, b'p').await;
    swap(&*world.meta, &parts[0], &parts[1]).await;
    assert!(damaged(&range(&world.store, &bucket, "large", Some(&own), whole.clone()).await), "parts");
    swap(&*world.meta, &parts[0], &parts[1]).await;
    assert!(range(&world.store, &bucket, "large", Some(&own), whole).await.is_ok());

    // Small contents of two objects, even under one key.
    put(&world.store, &bucket, "a", &own, &data(3, 500)).await.unwrap();
    put(&world.store, &bucket, "b", &own, &data(4, 500)).await.unwrap();
    let small = keys_of(&*world.meta, b'i').await;
    swap(&*world.meta, &small[0], &small[1]).await;
    assert!(damaged(&range(&world.store, &bucket, "a", Some(&own), 0..500).await), "small contents");
    // A part that is not sealed in an object that is.
    let plain = world.upload(&bucket, "plain").await;
    world.part(&plain, 1, Body::of(&data(5, PART))).await.unwrap();
    let added = keys_of(&*world.meta, b'p').await.into_iter().find(|key| !parts.contains(key)).unwrap();
    swap(&*world.meta, &parts[0], &added).await;
    assert!(damaged(&range(&world.store, &bucket, "large", Some(&own), 0..100).await), "a plain part");
}

async fn start(dir: &Path) -> (Arc<Embedded>, Arc<Files>, Store) {
    let meta = Embedded::open(Arc::new(SystemDisk), &dir.join("meta"), coldkeep_meta::Options::default()).unwrap();
    let blobs = Files::open(Arc::new(SystemDisk), &dir.join("blobs"), coldkeep_blob::Options::default()).unwrap();
    let (meta, blobs) = (Arc::new(meta), Arc::new(blobs));
    let options = Options { reserve_bytes: 0, ..Options::default() };
    let store = Store::open(meta.clone(), blobs.clone(), Arc::new(SystemClock), options).await.unwrap();
    (meta, blobs, store)
}

/// Every file below a folder, whole.
fn files(dir: &Path, found: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(std::fs::read(path).unwrap()),
        }
    }
}

fn holds(found: &[Vec<u8>], needle: &[u8]) -> bool {
    let starts = |file: &[u8], at: usize| file[at..].starts_with(needle);
    found.iter().any(|file| (0..file.len()).any(|at| file[at] == needle[0] && starts(file, at)))
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_plaintext_nor_keys_are_anywhere_in_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let (meta, blobs, store) = start(dir.path()).await;
    let bucket = bucket_name("bucket");
    store.create_bucket(&bucket, &account(), &region()).await.unwrap();
    let secret = b"thirty-two bytes that nobody may find anywhere on the disk";
    let text = |bytes: usize| Bytes::from(secret.iter().copied().cycle().take(bytes).collect::<Vec<u8>>());
    let (one, two) = (sealing(Scheme::Server, 0xa7), sealing(Scheme::Customer, 0xb9));
    for bytes in [60, 8192, 8193, 200_000, 3 * MIB] {
        put(&store, &bucket, &format!("at/{bytes}"), &one, &text(bytes)).await.unwrap();
    }
    object_of_parts(&store, &bucket, "parts", &two, &[text(PART), text(PART + 1), text(100)]).await;
    let upload = begin(&store, &bucket, "copy", &two).await.unwrap();
    let source = store.open_object(&bucket, &key("at/200000")).await.unwrap().with_key(Some(one.key.clone()));
    store.copy_part(&upload, 1, source, 5..200_000).await.unwrap();
    let source = store.open_object(&bucket, &key("at/60")).await.unwrap().with_key(Some(one.key.clone()));
    store.copy_part(&upload, 2, source, 0..60).await.unwrap();
    // A copy that is sealed anew, and one whose key is kept under another's.
    let other = Sealing { key: one.key.clone(), envelope: two.envelope.clone() };
    for (to, with) in [("copy/other", &two), ("copy/kept", &other)] {
        let source = store.open_object(&bucket, &key("at/200000")).await.unwrap().with_key(Some(one.key.clone()));
        let target = target(&bucket, to, Some(with));
        assert!(store.copy_object(&source, &target).await.unwrap().is_some());
    }
    let name = VaultName::parse("v").unwrap();
    store.create_vault(&account(), &region(), &name).await.unwrap();
    let vault = store.vault(&account(), &region(), &name).await.unwrap();
    for bytes in [60, 200_000] {
        let new = NewArchive { sealing: Some(one.clone()), ..NewArchive::default() };
        let made = store.upload_archive(&vault, new, &mut Body::of(&text(bytes))).await.unwrap();
        store.initiate_job(&vault, archive_job(made.id, None)).await.unwrap();
        // What the job keeps of it, when it is gone.
        store.delete_archive(&vault, made.id).await.unwrap();
    }
    let size = PartSize::new(MIB as u64).unwrap();
    let begun = store.create_vault_upload_with(&vault, size, None, Some(two.envelope.clone())).await.unwrap();
    let parts = begun.with_key(Some(two.key.clone()));
    part(&store, &parts, 0, Body::of(&text(MIB))).await.unwrap();
    part(&store, &parts, 1, Body::of(&text(60))).await.unwrap();
    let check = |when: &str| {
        let mut found = Vec::new();
        files(dir.path(), &mut found);
        assert!(holds(&found, b"bucket"), "the test finds what is there");
        assert!(!holds(&found, &secret[..32]), "plaintext, {when}");
        for sealing in [&one, &two] {
            assert!(!holds(&found, &sealing.key.secret()), "a key, {when}");
        }
    };
    check("while it runs");
    store.close().await.unwrap();
    drop((store, meta, blobs));
    check("after it was closed");
    let (meta, blobs, store) = start(dir.path()).await;
    let content = text(3 * MIB);
    let at = format!("at/{}", 3 * MIB);
    assert_eq!(range(&store, &bucket, &at, Some(&one), 0..3 * MIB).await.unwrap(), content);
    let blobs: Arc<dyn Blobs> = blobs;
    assert_eq!(fsck(&*meta, &*blobs, true).await.unwrap().problems, Vec::<String>::new());
}

fn target(bucket: &BucketName, to: &str, sealing: Option<&Sealing>) -> CopyTarget {
    CopyTarget { sealing: sealing.cloned(), ..copy_to(bucket, to) }
}

/// Copies an object; each of the two sealed so, if it is.
pub async fn copy(
    world: &World,
    bucket: &BucketName,
    from: (&str, Option<&Sealing>),
    to: (&str, Option<&Sealing>),
) -> Result<Object, Error> {
    let source = world.store.open_object(bucket, &key(from.0)).await?;
    let source = source.with_key(from.1.map(|sealing| sealing.key.clone()));
    let target = target(bucket, to.0, to.1);
    Ok(world.store.copy_object(&source, &target).await?.expect("nobody else writes the source"))
}

#[tokio::test]
async fn copies_share_what_is_sealed_under_the_key_they_keep_and_are_written_anew_under_another() {
    let world = World::new().await;
    let bucket = world.bucket().await;
    let one = sealing(Scheme::Server, 1);
    // The same key in another envelope, and another key.
    let kept = Sealing { key: one.key.clone(), envelope: sealing(Scheme::Customer, 2).envelope };
    let other = sealing(Scheme::Server, 3);
    let (small, large, parts) = (data(1, 700), data(2, 300_000), [data(3, PART), data(4, 9000)]);
    put(&world.store, &bucket, "small", &one, &small).await.unwrap();
    put(&world.store, &bucket, "large", &one, &large).await.unwrap();
    object_of_parts(&world.store, &bucket, "parts", &one, &parts).await;
    let whole: Bytes = parts.concat().into();
    world.settle(3).await;
    for (from, content, blobs) in [("small", &small, 0), ("large", &large, 1), ("parts", &whole, 1)] {
        let bytes = content.len();
        let etag = hex(&md5(content));
        // Sharing: no blob more, whatever was done to the key. An ETag that tells something turns into one that does not.
        let copied = copy(&world, &bucket, (from, Some(&one)), ("kept", Some(&kept))).await.unwrap();
        assert_eq!(range(&world.store, &bucket, "kept", Some(&kept), 0..bytes).await.unwrap(), content);
        assert_ne!(copied.etag(), etag);
        world.settle(3).await;
        // And back: the MD5 is taken anew.
        let back = copy(&world, &bucket, ("kept", Some(&kept)), ("back", Some(&one))).await.unwrap();
        assert_eq!(range(&world.store, &bucket, "back", Some(&one), 0..bytes).await.unwrap(), content);
        assert_eq!(back.etag(), etag);
        world.settle(3).await;
        // Another key, no key, and from no key to one: written anew.
        for (source, at, target) in [
            ((from, Some(&one)), "other", Some(&other)),
            (("other", Some(&other)), "plain", None),
            (("plain", None), "again", Some(&one)),
        ] {
            let copied = copy(&world, &bucket, source, (at, target)).await.unwrap();
            assert_eq!((copied.etag(), copied.sealed.is_some()), (etag.clone(), target.is_some()), "{at}");
            assert_eq!(range(&world.store, &bucket, at, target, 0..bytes).await.unwrap(), content, "{at}");
        }
        world.settle(3 + 3 * blobs).await;
        for at in ["kept", "back", "other", "plain", "again"] {
            world.store.delete_object(&bucket, &key(at), &Precondition::default()).await.unwrap();
        }
        world.settle(3).await;
    }
    // The source goes; the copy stays.
    copy(&world, &bucket, ("parts", Some(&one)), ("kept", Some(&kept))).await.unwrap();
    world.store.delete_object(&bucket, &key("parts"), &Precondition::default()).await.unwrap();
    world.settle(3).await;
    assert_eq!(range(&world.store, &bucket, "kept", Some(&kept), 0..whole.len()).await.unwrap(), whole);
}

#[tokio::test]
async fn archives_are_retrieved_with_their_key() {
    let world = World::new().await;
    let vault = world.vault("v").await;
    let own = sealing(Scheme::Server, 1);
    let key = || Some(own.key.clone());
    let (small, large, parts) = (data(1, 600), data(2, MIB + 300_000), [data(3, MIB), data(4, MIB), data(5, 77)]);
    let mut archives = Vec::new();
    for content in [&small, &large] {
        let new = NewArchive { sealing: Some(own.clone()), ..NewArchive::default() };
        archives
            .push((world.store.upload_archive(&vault, new, &mut Body::of(content)).await.unwrap().id, content.clone()));
    }
    let size = PartSize::new(MIB as u64).unwrap();
    let begun = world.store.create_vault_upload_with(&vault, size, None, Some(own.envelope.clone())).await.unwrap();
    let upload = world.store.vault_upload(&vault, begun.id).await.unwrap().with_key(key());
    for (index, content) in (0..).zip(&parts) {
        part(&world.store, &upload, index, Body::of(content)).await.unwrap();
    }
    let whole: Bytes = parts.concat().into();
    let (bytes, hash) = (whole.len() as u64, tree_hash(&whole));
    let done = world.store.complete_vault_upload(&vault, begun.id, bytes, hash).await.unwrap();
    archives.push((done.id, whole));
    let mut jobs = Vec::new();
    for (id, content) in &archives {
        jobs.push((world.store.initiate_job(&vault, archive_job(*id, None)).await.unwrap(), content));
        // The job keeps what it retrieves.
        world.store.delete_archive(&vault, *id).await.unwrap();
    }
    for (job, content) in jobs {
        let output = || world.store.job_output(&vault, job.id);
        let bytes = content.len() as u64;
        let opened = output().await.unwrap().with_key(key());
        assert_eq!(drain(opened.read(0..bytes)).await.unwrap(), content);
        let opened = output().await.unwrap().with_key(key());
        assert_eq!(drain(opened.read(5..bytes - 5)).await.unwrap(), content.slice(5..content.len() - 5));
        assert!(matches!(drain(output().await.unwrap().read(0..bytes)).await, Err(Error::NoKey)));
    }
    world.settle(3).await;
}
