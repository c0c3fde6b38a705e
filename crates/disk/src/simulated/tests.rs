use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::{make_dir, read, replace, sync_dir};

struct Nobody;

impl Watch for Nobody {
    fn operation(&self, _: &Operation<'_>) {}
}

fn disk(seed: u64) -> SimulatedDisk {
    SimulatedDisk::new(seed, 1 << 20, Arc::new(Nobody))
}

fn write(disk: &SimulatedDisk, path: &str, bytes: &[u8], synced: bool) -> io::Result<()> {
    let file = disk.open(Path::new(path), Mode::Create)?;
    file.write_all_at(bytes, 0)?;
    if synced { file.sync_data() } else { Ok(()) }
}

#[test]
fn what_was_synced_with_its_names_survives_every_cut() {
    for seed in 0..200 {
        let disk = disk(seed);
        make_dir(&disk, Path::new("/a")).unwrap();
        sync_dir(&disk, Path::new("/")).unwrap();
        write(&disk, "/a/file", b"synced", true).unwrap();
        sync_dir(&disk, Path::new("/a")).unwrap();
        replace(&disk, Path::new("/a/other"), b"one").unwrap();
        let disk = disk.crash();
        assert_eq!(disk.read_file(Path::new("/a/file")).as_deref(), Some(b"synced".as_slice()));
        assert_eq!(disk.read_file(Path::new("/a/other")).as_deref(), Some(b"one".as_slice()));
    }
}

#[test]
fn what_was_not_synced_is_kept_lost_or_torn_by_sectors() {
    let (mut kept, mut lost, mut torn, mut nameless, mut back) = (0, 0, 0, 0, 0);
    for seed in 0..400 {
        let disk = disk(seed);
        write(&disk, "/old", &[1; 2048], true).unwrap();
        write(&disk, "/gone", b"gone", true).unwrap();
        sync_dir(&disk, Path::new("/")).unwrap();
        write(&disk, "/old", &[2; 2048], false).unwrap();
        write(&disk, "/new", b"new", true).unwrap();
        disk.remove_file(Path::new("/gone")).unwrap();
        let disk = disk.crash();
        let old = disk.read_file(Path::new("/old")).unwrap();
        assert!(old.chunks(512).all(|sector| sector.iter().all(|byte| *byte == sector[0])), "sectors are whole");
        match old.iter().filter(|byte| **byte == 2).count() {
            0 => lost += 1,
            2048 => kept += 1,
            _ => torn += 1,
        }
        nameless += usize::from(disk.read_file(Path::new("/new")).is_none());
        back += usize::from(disk.read_file(Path::new("/gone")).is_some());
    }
    assert!(
        [kept, lost, torn, nameless, back].iter().all(|times| *times > 20),
        "{:?}",
        (kept, lost, torn, nameless, back)
    );
}

#[test]
fn a_kill_keeps_all_and_makes_nothing_durable() {
    let mut lost = 0;
    for seed in 0..50 {
        let first = disk(seed);
        write(&first, "/file", b"x", false).unwrap();
        assert!(first.open(Path::new("/file"), Mode::ReadWrite).unwrap().try_lock().unwrap());
        let second = first.kill();
        assert!(first.open(Path::new("/file"), Mode::Read).is_err(), "its process is no more");
        let file = second.open(Path::new("/file"), Mode::ReadWrite).unwrap();
        assert!(file.try_lock().unwrap());
        assert_eq!(read(&second, Path::new("/file")).unwrap(), b"x");
        lost += usize::from(second.crash().read_file(Path::new("/file")).is_none());
    }
    assert!(lost > 5, "{lost}");
}

/// As a blob goes to quarantine whose name no sync had made durable before.
#[test]
fn what_was_moved_out_of_a_folder_does_not_come_back_with_it() {
    for seed in 0..200 {
        let disk = disk(seed);
        for folder in ["/a", "/b"] {
            make_dir(&disk, Path::new(folder)).unwrap();
        }
        sync_dir(&disk, Path::new("/")).unwrap();
        write(&disk, "/a/file", b"1", true).unwrap();
        disk.rename(Path::new("/a/file"), Path::new("/b/file")).unwrap();
        for folder in ["/b", "/a"] {
            sync_dir(&disk, Path::new(folder)).unwrap();
        }
        disk.remove_dir(Path::new("/a")).unwrap();
        assert_eq!(disk.crash().files(), [Path::new("/b/file")], "seed {seed}");
    }
}

#[test]
fn calls_fail_as_planned_and_the_power_stays_off() {
    let disk = disk(1);
    disk.plan(2, Happening::Fail { call: Call::Sync, errno: errno::IO, times: 1 });
    disk.plan(10, Happening::PowerCut);
    assert_eq!(write(&disk, "/file", b"1", true).unwrap_err().raw_os_error(), Some(errno::IO));
    write(&disk, "/file", b"2", true).unwrap();
    assert!(!disk.is_dead() && sync_dir(&disk, Path::new("/")).is_ok());
    assert!(write(&disk, "/file", b"3", true).is_err() && disk.is_dead());
    let disk = disk.crash();
    disk.plan_cut(Call::Sync, 1);
    write(&disk, "/file", b"4", true).unwrap();
    assert!(write(&disk, "/file", b"5", false).is_ok() && write(&disk, "/file", b"6", true).is_err() && disk.is_dead());
}

#[test]
fn a_failed_sync_may_lose_what_a_later_one_says_is_safe() {
    let lost = (0..50).filter(|seed| {
        let disk = disk(*seed);
        replace(&disk, Path::new("/file"), b"old").unwrap();
        disk.plan(1, Happening::Fail { call: Call::Sync, errno: errno::IO, times: 1 });
        assert!(write(&disk, "/file", b"new", true).is_err());
        disk.open(Path::new("/file"), Mode::ReadWrite).unwrap().sync_all().unwrap();
        assert_eq!(disk.read_file(Path::new("/file")).unwrap(), b"new");
        disk.crash().read_file(Path::new("/file")).unwrap() == b"old"
    });
    assert!((5..45).contains(&lost.count()));
}

#[test]
fn room_ends_and_what_is_reserved_stays_writable() {
    let disk = disk(2);
    let file = disk.open(Path::new("/file"), Mode::Create).unwrap();
    file.allocate(0, 512 << 10).unwrap();
    assert_eq!(disk.space(Path::new("/")).unwrap().free_bytes, 512 << 10);
    assert_eq!(file.allocate(0, 2 << 20).unwrap_err().kind(), io::ErrorKind::StorageFull);
    disk.set_capacity(0);
    file.write_all_at(&[1; 4096], 4096).unwrap();
    assert_eq!(file.write_all_at(&[1], 512 << 10).unwrap_err().kind(), io::ErrorKind::StorageFull);
    file.set_len(0).unwrap();
    assert_eq!(disk.used(), 0);
}

#[test]
fn what_is_cached_is_read_or_is_not() {
    let disk = disk(4);
    write(&disk, "/file", b"x", false).unwrap();
    let file = disk.open(Path::new("/file"), Mode::Read).unwrap();
    let reads: Vec<_> = (0..40).map(|_| file.read_cached_at(&mut [0; 4], 0).map_err(|error| error.kind())).collect();
    assert!(reads.contains(&Ok(1)) && reads.contains(&Err(io::ErrorKind::WouldBlock)));
}

#[test]
fn direct_writes_are_aligned_or_refused() {
    let disk = disk(3);
    let file = disk.open(Path::new("/file"), Mode::Create).unwrap();
    assert!(file.set_direct(true) && file.write_all_at(&[0; 100], 0).is_err());
    assert!(!file.set_direct(false) && file.write_all_at(&[0; 100], 0).is_ok());
    assert_eq!(disk.violations().len(), 1);
}

#[test]
fn the_same_seed_and_calls_end_the_same() {
    let run = |seed| {
        let disk = disk(seed);
        (0..40u8).for_each(|file| write(&disk, &format!("/{file}"), &vec![file; 5000], file % 3 == 0).unwrap());
        let disk = disk.crash();
        disk.files().into_iter().map(|path| (disk.read_file(&path), path)).collect::<Vec<_>>()
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}
