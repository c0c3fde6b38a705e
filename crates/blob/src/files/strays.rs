//! What lies in a blob directory and is no blob of it: nothing reads such files, so nothing is known of their bytes.

use std::io;
use std::path::{Path, PathBuf};

use coldkeep_disk::Disk;
use coldkeep_types::Id;

use super::Files;
use super::listing::names;
use super::root::{epoch_path, parse_epoch, parse_shard, quarantine_path, shard, shard_path};
use super::sharing::{FORMAT_LOCK, LOCK};

/// Paths of all files and folders that are not the engine's, or not where they belong.
pub(super) fn find(disk: &dyn Disk, root: &Path) -> io::Result<Vec<PathBuf>> {
    let mut strays = Vec::new();
    for name in names(disk, root)? {
        let name = name?;
        match parse_epoch(&name) {
            Some(epoch) => of_epoch(disk, &epoch_path(root, epoch), epoch, &mut strays)?,
            None if matches!(&*name, "lock" | "format" | FORMAT_LOCK | "quarantine" | Files::BESIDE) => {}
            None => strays.push(root.join(name)),
        }
    }
    let quarantine = quarantine_path(root);
    for name in names(disk, &quarantine)? {
        let name = name?;
        let Some(epoch) = parse_epoch(&name) else {
            strays.push(quarantine.join(name));
            continue;
        };
        let folder = epoch_path(&quarantine, epoch);
        for name in names(disk, &folder)? {
            let name = name?;
            if Id::parse_hex(&name).is_none_or(|id| id.epoch() != epoch || id.to_string() != name) {
                strays.push(folder.join(name));
            }
        }
    }
    strays.sort();
    Ok(strays)
}

fn of_epoch(disk: &dyn Disk, path: &Path, epoch: u32, strays: &mut Vec<PathBuf>) -> io::Result<()> {
    for name in names(disk, path)? {
        let name = name?;
        let Some(number) = parse_shard(&name) else {
            if name != LOCK {
                strays.push(path.join(name));
            }
            continue;
        };
        let folder = shard_path(path, number);
        for name in names(disk, &folder)? {
            let name = name?;
            let here = |id: Id| id.epoch() == epoch && shard(id) == number && id.to_string() == name;
            if !Id::parse_hex(&name).is_some_and(here) {
                strays.push(folder.join(name));
            }
        }
    }
    Ok(())
}
