//! The engine of files keeps the contract, across reopening, damage, kill -9 and a full disk.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use coldkeep_blob::conformance::{self, content, id, read, write};
use coldkeep_blob::{ALIGNED_BYTES, Blobs, Error, Files, Identity, Label, Options};
use coldkeep_disk::SystemDisk;
use coldkeep_types::Id;

fn open(dir: &Path) -> Files {
    Files::open(Arc::new(SystemDisk), dir, Options::default()).unwrap()
}

fn path(dir: &Path, id: Id) -> PathBuf {
    dir.join(format!("{:06x}/{:02x}/{id}", id.epoch(), id.as_bytes()[15]))
}

#[tokio::test(flavor = "multi_thread")]
async fn conforms() {
    let dirs = tempfile::tempdir().unwrap();
    let made = AtomicU64::new(0);
    conformance::all(async || {
        let dir = dirs.path().join(made.fetch_add(1, Ordering::Relaxed).to_string());
        Arc::new(open(&dir)) as Arc<dyn Blobs>
    })
    .await;
    conformance::open_blobs_outlive_their_deletion(&open(&dirs.path().join("outlived"))).await;
}

/// Without threads everything is done in the task that asks, in one order.
#[tokio::test]
async fn conforms_without_threads() {
    let dirs = tempfile::tempdir().unwrap();
    let made = AtomicU64::new(0);
    conformance::all(async || {
        let dir = dirs.path().join(made.fetch_add(1, Ordering::Relaxed).to_string());
        Arc::new(Files::open(Arc::new(SystemDisk), &dir, Options::INLINE).unwrap()) as Arc<dyn Blobs>
    })
    .await;
}

#[tokio::test]
async fn one_server_at_a_time_and_no_strange_directories() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |dir: &Path| match Files::open(Arc::new(SystemDisk), dir, Options::default()) {
        Err(Error::Open(what)) => what,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("{} was opened", dir.display()),
    };
    let first = open(dir.path());
    assert!(refused(dir.path()).contains("in use by another server"));
    write(&first, id(1, 1), &content(1, 1000), 1000).await;
    let draft = first.create(id(1, 2), Label::default(), None).await.unwrap();
    drop(first);
    // What is left of the first server may still write.
    assert!(refused(dir.path()).contains("in use by another server"));
    drop(draft);
    assert!(read(&open(dir.path()), id(1, 1)).await.unwrap() == content(1, 1000));

    fs::write(dir.path().join("format"), "coldkeep-blobs 3\n").unwrap();
    assert!(refused(dir.path()).contains("newer server"));
    fs::remove_file(dir.path().join("format")).unwrap();
    assert!(refused(dir.path()).contains("not a blob directory"));
}

/// A directory of format 1 opens as one that nobody claimed; a claim makes it format 2, which any change of a byte damages.
#[tokio::test]
async fn whose_blobs_they_are_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    let format = dir.path().join("format");
    fs::write(&format, "coldkeep-blobs 1\n").unwrap();
    let blobs = open(dir.path());
    assert_eq!(blobs.identity().await.unwrap(), None);
    let identity = Identity { store: [9; 16], epoch: 7 };
    blobs.claim(identity).await.unwrap();
    write(&blobs, id(1, 1), &content(1, 1000), 1000).await;
    blobs.quarantine(id(1, 1)).await.unwrap();
    drop(blobs);
    let blobs = open(dir.path());
    assert_eq!(blobs.identity().await.unwrap(), Some(identity));
    assert!(blobs.restore(id(1, 1)).await.unwrap());
    assert!(read(&blobs, id(1, 1)).await.unwrap() == content(1, 1000));
    drop(blobs);
    let whole = fs::read_to_string(&format).unwrap();
    fs::write(&format, whole.replace("epoch 7", "epoch 8")).unwrap();
    let refused = Files::open(Arc::new(SystemDisk), dir.path(), Options::default()).err().unwrap().to_string();
    assert!(refused.contains("its format record is damaged"), "{refused}");
}

/// Every byte and name under a directory.
fn all(dir: &Path) -> std::collections::BTreeMap<PathBuf, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => found.extend(all(&entry.path())),
            false => drop(found.insert(entry.path(), fs::read(entry.path()).unwrap())),
        }
    }
    found
}

/// Looking changes nothing, works where nothing can be written, and not beside a server.
#[tokio::test]
async fn looking_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let inspect = || Files::inspect(Arc::new(SystemDisk), dir.path());
    assert!(matches!(inspect(), Err(Error::Open(_))), "there is nothing to look at");
    assert!(all(dir.path()).is_empty());
    let blobs = open(dir.path());
    write(&blobs, id(1, 1), &content(1, 100_000), 1000).await;
    write(&blobs, id(1, 2), &content(2, 1000), 1000).await;
    blobs.quarantine(id(1, 2)).await.unwrap();
    assert!(matches!(inspect(), Err(Error::Open(what)) if what.contains("in use")));
    drop(blobs);
    fs::write(dir.path().join("format.new"), "half").unwrap();
    fs::write(dir.path().join("000001/note"), "mine").unwrap();
    fs::write(dir.path().join(format!("quarantine/{}", id(1, 2))), "elsewhere").unwrap();
    let before = all(dir.path());
    let looking = inspect().unwrap();
    assert!(read(&looking, id(1, 1)).await.unwrap() == content(1, 100_000));
    looking.open(id(1, 1)).await.unwrap().prove_frame().await.unwrap();
    assert_eq!(
        (looking.list(1, None, 10).await.unwrap(), looking.quarantined().await.unwrap().blobs),
        (vec![id(1, 1)], 1)
    );
    let strays = looking.strays().unwrap();
    let names = ["000001/note".to_owned(), "format.new".to_owned(), format!("quarantine/{}", id(1, 2))];
    assert_eq!(strays, names.map(|name| dir.path().join(name)));
    let identity = Identity { store: [1; 16], epoch: 1 };
    let changes = [
        looking.create(id(1, 3), Label::default(), None).await.map(drop),
        looking.delete(id(1, 1)).await,
        looking.quarantine(id(1, 1)).await,
        looking.restore(id(1, 2)).await.map(drop),
        looking.purge(id(1, 2)).await,
        looking.claim(identity).await,
    ];
    assert!(changes.iter().all(|change| matches!(change, Err(Error::Invalid(_)))), "{changes:?}");
    drop(looking);
    assert_eq!(all(dir.path()), before);
}

/// A copy that begins at a multiple of what the engine likes, and `off` bytes more.
fn placed(data: &[u8], off: usize) -> Bytes {
    let mut room = vec![0; data.len() + 2 * ALIGNED_BYTES];
    let start = room.as_ptr().addr().wrapping_neg() % ALIGNED_BYTES + off;
    room[start..start + data.len()].copy_from_slice(data);
    Bytes::from(room).slice(start..start + data.len())
}

#[tokio::test]
async fn blocks_written_directly_and_through_the_cache_read_back_alike() {
    const KIB: usize = 1024;
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    // Aligned, aligned with a ragged end, aligned in memory but no longer in the file, small, not aligned in memory.
    let table: [&[(usize, usize)]; 4] = [
        &[(512 * KIB, 0); 10],
        &[(512 * KIB, 0), (700 * KIB + 1, 0), (512 * KIB, 0), (5000 * KIB, 0)],
        &[(512 * KIB, 0), (64 * KIB, 0), (512 * KIB, 0), (512 * KIB, 16), (4096 * KIB, 0)],
        &[(5000 * KIB + 4095, 0)],
    ];
    for (number, blocks) in (0..).zip(table) {
        let whole = content(number, blocks.iter().map(|(length, _)| length).sum());
        for hint in [Some(whole.len() as u64), None] {
            let id = id(1, 2 * number + u32::from(hint.is_some()));
            let mut draft = engine.create(id, Label::default(), hint).await.unwrap();
            let mut rest = &whole[..];
            for (length, off) in blocks {
                let (now, after) = rest.split_at(*length);
                draft.write(placed(now, *off)).await.unwrap();
                rest = after;
            }
            assert_eq!(draft.finish().await.unwrap(), whole.len() as u64);
            assert!(read(&engine, id).await.unwrap() == whole, "{number} {hint:?}");
        }
    }
}

#[tokio::test]
async fn empty_directories_of_past_epochs_go() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    for number in 0..10 {
        write(&first, id(1, number), &Bytes::new(), 1).await;
    }
    drop(first);
    let second = open(dir.path());
    for number in 0..10 {
        assert!(dir.path().join("000001").exists());
        second.delete(id(1, number)).await.unwrap();
    }
    assert!(!dir.path().join("000001").exists());
    write(&second, id(1, 1), &content(1, 10), 10).await;
    read(&second, id(1, 1)).await.unwrap();
}

/// Whatever one byte or the end of a file becomes, its blob is damaged: other bytes are never read.
#[tokio::test]
async fn damage_is_always_found() {
    let dir = tempfile::tempdir().unwrap();
    // Opened anew for each change: an engine keeps files open, with what it has checked of them.
    let reopen = || {
        // A child of another test holds the lock, which was open when it was forked, until it has become another program.
        let opened = (0..1000).find_map(|_| {
            let opened =
                Files::open(Arc::new(SystemDisk), dir.path(), Options { writers: 1, finishers: 1, readers: 1 });
            opened.inspect_err(|_| std::thread::sleep(Duration::from_millis(1))).ok()
        });
        opened.expect("the engine opens again")
    };
    let blobs = reopen();
    let (id, bytes) = (id(1, 1), content(1, 150_000));
    write(&blobs, id, &bytes, 70_000).await;
    drop(blobs);
    let path = path(dir.path(), id);
    let whole = fs::read(&path).unwrap();
    let data = 4096..4096 + bytes.len();
    // All of header, table and trailer, and some of the data.
    let places = (0..whole.len()).filter(|place| !data.contains(place) || place % 997 == 0 || place % 65_536 < 2);
    for place in places {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 8);
        fs::write(&path, changed).unwrap();
        let blobs = reopen();
        let result = read(&blobs, id).await;
        assert!(matches!(result, Err(Error::Damaged { .. })), "byte {place}: {:?}", result.map(|read| read == bytes));
        // Beside the data it is found without reading that.
        let frame = match blobs.open(id).await {
            Ok(blob) => blob.prove_frame().await,
            Err(error) => Err(error),
        };
        assert_eq!(matches!(frame, Err(Error::Damaged { .. })), !data.contains(&place), "byte {place} of the frame");
    }
    for length in (0..whole.len()).rev().step_by(61).chain([0, 1, 4095, 4096, 4097]) {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(read(&reopen(), id).await, Err(Error::Damaged { .. })), "cut to {length}");
    }
    fs::write(&path, [&whole[..], &[0]].concat()).unwrap();
    assert!(matches!(read(&reopen(), id).await, Err(Error::Damaged { .. })));
    // Damage of one block spares the others.
    let mut changed = whole.clone();
    changed[4096 + 70_000] ^= 1;
    fs::write(&path, changed).unwrap();
    let blobs = reopen();
    let blob = blobs.open(id).await.unwrap();
    assert!(blob.read(0..65_536).await.unwrap() == bytes[..65_536]);
    let damaged = blob.read(65_535..65_537).await.unwrap_err();
    assert_eq!(damaged.to_string(), format!("blob {id} is damaged: bytes 65536 to 131072 fail their checksum"));
    // Who verifies them by other means gets what there is.
    let unverified = blob.read_unverified(65_536..131_072).await.unwrap();
    assert!(unverified[4464] == bytes[70_000] ^ 1 && unverified[..4464] == bytes[65_536..70_000]);
    // Another blob's file under this name is not this blob.
    let other = conformance::id(1, 2);
    write(&blobs, other, &bytes, 70_000).await;
    drop((blob, blobs));
    fs::copy(self::path(dir.path(), other), &path).unwrap();
    assert!(matches!(read(&reopen(), id).await, Err(Error::Damaged { .. })));
    fs::write(&path, &whole).unwrap();
    assert!(read(&reopen(), id).await.unwrap() == bytes);
}

/// What is deleted gives its room back, although it was kept open.
#[tokio::test]
async fn deleted_blobs_are_not_kept_open() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = open(dir.path());
    let bytes = content(1, 100_000);
    write(&blobs, id(1, 1), &bytes, 100_000).await;
    assert!(read(&blobs, id(1, 1)).await.unwrap() == bytes);
    let path = path(dir.path(), id(1, 1));
    let is_open = || {
        let files = fs::read_dir("/proc/self/fd").unwrap().flatten();
        files.filter_map(|file| fs::read_link(file.path()).ok()).any(|link| link.starts_with(&path))
    };
    assert!(is_open(), "it is kept open");
    blobs.delete(id(1, 1)).await.unwrap();
    assert!(!is_open());
    assert!(matches!(read(&blobs, id(1, 1)).await, Err(Error::NotFound(_))));
}

/// What a killed server acknowledged is whole, what it did not is damaged or not there, and all of it can be swept.
#[tokio::test]
async fn finished_blobs_survive_kill() {
    let dir = tempfile::tempdir().unwrap();
    for epoch in 1..5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture"])
            .env("COLDKEEP_TEST_DIR", dir.path())
            .env("COLDKEEP_TEST_EPOCH", epoch.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut finished = lines
            .map_while(Result::ok)
            // A line that was cut by the kill does not end in a point.
            .filter_map(|line| line.split_once("finished ")?.1.strip_suffix('.')?.parse::<u32>().ok());
        let mut numbers = vec![finished.next().expect("the child finishes blobs")];
        std::thread::sleep(Duration::from_millis(rand::random_range(1..200)));
        child.kill().unwrap();
        child.wait().unwrap();
        numbers.extend(finished);

        let blobs = open(dir.path());
        for number in &numbers {
            let read = read(&blobs, id(epoch, *number)).await.unwrap();
            assert!(read == content(*number, 300_000), "blob {number}");
        }
        let listed = blobs.list(epoch, None, usize::MAX).await.unwrap();
        assert!(listed.len() >= numbers.len());
        for id in listed {
            assert!(matches!(read(&blobs, id).await, Ok(_) | Err(Error::Damaged { .. })));
            blobs.delete(id).await.unwrap();
        }
        assert_eq!(blobs.epochs().await.unwrap(), []);
    }
}

/// Run by `finished_blobs_survive_kill`: writes blobs from 8 tasks until it is killed.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a child of another test"]
async fn child() {
    let Some(dir) = std::env::var_os("COLDKEEP_TEST_DIR") else { return };
    let epoch = std::env::var("COLDKEEP_TEST_EPOCH").unwrap().parse().unwrap();
    let blobs = Arc::new(open(Path::new(&dir)));
    let tasks: Vec<_> = (0..8)
        .map(|task| {
            let blobs = blobs.clone();
            tokio::spawn(async move {
                for round in 0..10_000 {
                    let number = round * 8 + task;
                    write(&*blobs, id(epoch, number), &content(number, 300_000), 100_000).await;
                    writeln!(std::io::stdout(), "finished {number}.").unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// An unfinished file, as a crash leaves it, opens as damaged, is listed, and can be deleted.
#[tokio::test]
async fn crashed_drafts_can_be_swept() {
    let dir = tempfile::tempdir().unwrap();
    let blobs = open(dir.path());
    let bytes = content(1, 300_000);
    write(&blobs, id(1, 1), &bytes, 300_000).await;
    let whole = fs::read(path(dir.path(), id(1, 1))).unwrap();
    drop(blobs);
    fs::write(path(dir.path(), id(1, 1)), &whole[..100_000]).unwrap();
    let blobs = open(dir.path());
    let error = blobs.open(id(1, 1)).await.err().unwrap();
    assert!(error.to_string().ends_with("it was never finished, or its end is lost"), "{error}");
    assert_eq!(blobs.label(id(1, 1)).await.unwrap(), Label(b"label".to_vec()));
    assert_eq!(blobs.list(1, None, 10).await.unwrap(), [id(1, 1)]);
    blobs.delete(id(1, 1)).await.unwrap();
    assert_eq!(blobs.list(1, None, 10).await.unwrap(), []);
}

/// Needs a small file system of its own: `mount -t tmpfs -o size=8m none /mnt`, then run it with
/// `COLDKEEP_SMALL_DIR=/mnt cargo test -p coldkeep-blob -- --ignored full`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a small file system"]
async fn a_full_disk_is_told_and_nothing_is_left() {
    let dir = PathBuf::from(std::env::var_os("COLDKEEP_SMALL_DIR").expect("COLDKEEP_SMALL_DIR"));
    let blobs = open(&dir);
    let free = blobs.space().await.unwrap().free_bytes;
    assert!(free < 64 << 20, "the file system is not small");
    let mut draft = blobs.create(id(1, 1), Label::default(), Some(free * 2)).await.unwrap();
    let failed = loop {
        if let Err(error) = draft.write(content(1, 100_000)).await {
            break error;
        }
    };
    assert!(matches!(failed, Error::Full), "{failed}");
    assert!(matches!(draft.write(content(1, 1)).await, Err(Error::Full)));
    assert!(matches!(draft.finish().await, Err(Error::Full)));
    assert_eq!(blobs.list(1, None, 10).await.unwrap(), []);
    write(&blobs, id(1, 2), &content(1, 1 << 20), 1 << 20).await;
    assert!(read(&blobs, id(1, 2)).await.unwrap() == content(1, 1 << 20));
}
