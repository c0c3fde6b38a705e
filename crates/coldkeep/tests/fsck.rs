//! `coldkeep fsck` on real folders: it changes nothing, finds every flipped bit or names the file as not proven, and after
//! `--repair` the folder is clean and all that was not damaged is there.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

mod fixture;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use fixture::{Manifest, fixtures, fsck, missing, opened, unpacked};
use tempfile::TempDir;

/// A folder of today's format, of a server that stopped or that was killed, with what is in it.
async fn folder(stopped: bool) -> (TempDir, PathBuf, Manifest) {
    let (archive, manifest) = fixtures().into_iter().next().unwrap();
    let dir = unpacked(&archive);
    let data = dir.path().join("data");
    let store = opened(&data).await;
    store.sweep().await.unwrap();
    while store.reclaim().await.unwrap().done > 0 {}
    assert_eq!(missing(&store, &manifest).await, Vec::<String>::new());
    if stopped {
        store.close().await.unwrap();
    }
    drop(store);
    (dir, data, manifest)
}

/// Every file under a folder, with its bytes and when it was written.
fn all(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(all(&entry.path())),
            false => {
                let written = entry.metadata().unwrap().modified().unwrap();
                found.insert(entry.path(), (fs::read(entry.path()).unwrap(), written));
            }
        }
    }
    found
}

fn copied(from: &Path) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let copy = std::process::Command::new("cp").arg("-a").arg(from).arg(dir.path()).status().unwrap();
    assert!(copy.success());
    let data = dir.path().join("data");
    (dir, data)
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    for stopped in [true, false] {
        let (_dir, data, _) = folder(stopped).await;
        let before = all(&data);
        for words in [&["--read"][..], &[]] {
            let (code, text) = fsck(&data, words);
            assert!(code == 0 && text.contains("Clean"), "{text}");
        }
        assert!(all(&data) == before);
    }
}

/// Bits of all files, those of the metadata as often as those of the blobs. The seed of a failure is in its words.
#[tokio::test(flavor = "multi_thread")]
async fn every_flipped_bit_is_found_or_its_file_is_named() {
    let (_dir, data, _) = folder(false).await;
    let files: Vec<(PathBuf, Vec<u8>)> = all(&data)
        .into_iter()
        .filter(|(_, (bytes, _))| !bytes.is_empty())
        .map(|(path, (bytes, _))| (path, bytes))
        .collect();
    for flip in 0..60 {
        let place = data.join(if flip % 2 == 0 { "meta" } else { "" });
        let of_kind: Vec<_> = files.iter().filter(|(path, _)| path.starts_with(&place)).collect();
        let (path, bytes) = of_kind[rand::random_range(0..of_kind.len())];
        let (at, bit) = (rand::random_range(0..bytes.len()), rand::random_range(0..8));
        let mut changed = bytes.clone();
        changed[at] ^= 1 << bit;
        fs::write(path, &changed).unwrap();
        let (code, text) = fsck(&data, &["--read"]);
        fs::write(path, bytes).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let named = text.lines().any(|line| line.starts_with("not proven") && line.contains(name));
        assert!(code == 1 || code == 2 || named, "bit {bit} of byte {at} of {name}: {text}");
    }
    assert_eq!(fsck(&data, &["--read"]).0, 0);
}

fn blobs(data: &Path) -> Vec<PathBuf> {
    all(&data.join("blobs/000001")).into_keys().collect()
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    let at = at % bytes.len();
    bytes[at] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// What is done to a folder, and how many things may be lost by it.
type Damage = (&'static str, usize, fn(&Path));

const DAMAGES: [Damage; 7] = [
    ("nothing", 0, |_| {}),
    ("a blob is missing", 2, |data| fs::remove_file(&blobs(data)[0]).unwrap()),
    ("a bit of a blob's bytes", 2, |data| flip(&blobs(data)[1], 5000)),
    ("a bit of a blob's header", 2, |data| flip(&blobs(data)[2], 100)),
    ("the end of a blob", 2, |data| {
        let path = &blobs(data)[3];
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() - 1]).unwrap();
    }),
    ("all blobs", 100, |data| {
        for path in blobs(data) {
            flip(&path, 4500);
        }
    }),
    ("a blob that nobody knows", 0, |data| {
        let from = &blobs(data)[0];
        let shard = from.parent().unwrap().file_name().unwrap().to_str().unwrap();
        fs::copy(from, from.with_file_name(format!("000000000000000001{:012}{shard}", 0))).unwrap();
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_damage_is_repaired() {
    let (_dir, whole, manifest) = folder(true).await;
    for (what, most, damage) in DAMAGES {
        let (_dir, data) = copied(&whole);
        damage(&data);
        let bytes_before: usize = all(&data.join("blobs")).len();
        let (code, text) = fsck(&data, &["--read"]);
        let harmless = most == 0;
        assert!(code == 1 || harmless, "{what}: {text}");
        let (code, told) = fsck(&data, &["--read", "--repair"]);
        assert_eq!(code, 0, "{what}: {told}");
        let done = ["taken out of service: ", "mended: "].iter().any(|words| told.contains(words));
        assert!(done || harmless, "{what}: {told}");
        assert_eq!(fsck(&data, &["--read"]).0, 0, "{what}");
        assert_eq!(all(&data.join("blobs")).len(), bytes_before, "{what}: blobs were deleted");
        let store = opened(&data).await;
        let lost = missing(&store, &manifest).await;
        assert!(lost.len() <= most, "{what}: {lost:?}");
        assert!(lost.is_empty() || told.contains("taken out of service") || told.contains("lost:"), "{what}: {told}");
        store.close().await.unwrap();
        drop(store);
        assert_eq!(fsck(&data, &["--read"]).0, 0, "{what}");
    }
}

/// Whichever block of the tree is damaged, and several at once: what can be read is saved. Where the root is damaged nothing can,
/// and the repair says so, and takes nothing away.
#[tokio::test(flavor = "multi_thread")]
async fn any_block_of_the_metadata_is_repaired_or_nothing_is_taken_away() {
    let (_dir, whole, manifest) = folder(true).await;
    let blocks = fs::metadata(whole.join("meta/metadata.tree")).unwrap().len() as usize / 4096;
    let (mut leaves, mut roots) = (Vec::new(), 0);
    for block in 0..blocks {
        let (_dir, data) = copied(&whole);
        let tree = data.join("meta/metadata.tree");
        let at = block * 4096 + 77;
        flip(&tree, at);
        let (code, told) = fsck(&data, &["--repair"]);
        if code == 2 {
            assert!(told.contains("not a record of the tree can be read"), "block {block}: {told}");
            roots += 1;
            flip(&tree, at);
        } else if told.contains("lost:") {
            leaves.push(at);
        }
        assert!(code == 0 || code == 2, "block {block}: {told}");
        assert_eq!(fsck(&data, &["--read"]).0, 0, "block {block}: {told}");
    }
    assert!(roots <= 2 && leaves.len() > 5, "{roots} and {} of {blocks}", leaves.len());
    let (_dir, data) = copied(&whole);
    leaves.iter().step_by(3).for_each(|at| flip(&data.join("meta/metadata.tree"), *at));
    let (code, told) = fsck(&data, &["--read", "--repair"]);
    assert!(code == 0 && told.contains("mended: "), "{told}");
    assert_eq!(fsck(&data, &["--read"]).0, 0);
    let lost = missing(&opened(&data).await, &manifest).await;
    assert!(lost.is_empty() || told.contains("taken out of service") || told.contains("lost:"), "{lost:?}: {told}");
}

/// Identity records that cannot be read, or lead nowhere, are named, written down and mended.
#[tokio::test(flavor = "multi_thread")]
async fn damaged_identities_are_repaired_and_kept_in_the_file() {
    let (_dir, data, _) = folder(true).await;
    let disk = std::sync::Arc::new(coldkeep_disk::SystemDisk);
    let meta = coldkeep_meta::Embedded::open(disk, &data.join("meta"), coldkeep_meta::Options::default()).unwrap();
    let mut commit = coldkeep_meta::Commit::default();
    commit.put(b"Ia999988887777".as_slice(), b"\xfe\xff".as_slice());
    commit.put(b"In999988887777uann".as_slice(), b"AIDAGONE".as_slice());
    coldkeep_meta::Meta::commit(&meta, commit).await.unwrap();
    drop(meta);
    let (code, text) = fsck(&data, &[]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("Ia999988887777: ") && text.contains("In999988887777uann: it leads to nothing"), "{text}");
    let (code, told) = fsck(&data, &["--repair"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("mended: the identity record Ia999988887777"), "{told}");
    let kept = all(&data).into_iter().find(|(path, _)| path.to_string_lossy().contains("repair-")).unwrap();
    let kept = String::from_utf8(kept.1.0).unwrap();
    assert!(kept.contains("\"record\":\"feff\""), "{kept}");
    assert_eq!(fsck(&data, &["--read"]).0, 0);
}

/// Half a store is not taken for a new one, by the server nor by a repair.
#[tokio::test(flavor = "multi_thread")]
async fn without_its_metadata_nothing_is_touched() {
    let (_dir, data, _) = folder(true).await;
    fs::remove_dir_all(data.join("meta")).unwrap();
    fs::create_dir(data.join("meta")).unwrap();
    let before = all(&data.join("blobs"));
    let (code, text) = fsck(&data, &["--read"]);
    assert!(code != 0, "{text}");
    let (code, text) = fsck(&data, &["--repair"]);
    assert!(code == 2, "{text}");
    let server = std::process::Command::new(fixture::BINARY)
        .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--data"])
        .arg(&data)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&server.stderr);
    assert!(!server.status.success() && text.contains("metadata is missing"), "{text}");
    let after = all(&data.join("blobs"));
    assert!(before.iter().all(|(path, (bytes, _))| after.get(path).is_some_and(|(now, _)| now == bytes)));
}
