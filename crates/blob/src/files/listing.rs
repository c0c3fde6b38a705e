//! Which epochs and blobs there are. Listings go directory by directory, so that a page costs one of 256 and not all of them:
//! their order is by an id's last byte, then by the id.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use coldkeep_disk::{Disk, Mode, sync_dir};
use coldkeep_types::Id;

use super::Shared;
use super::root::{blob_path, epoch_path, parse_epoch, parse_shard, shard, shard_path};

/// Names in a directory; none if it is missing.
pub(super) fn names(disk: &dyn Disk, path: &Path) -> io::Result<impl Iterator<Item = io::Result<String>> + use<>> {
    let entries = match disk.names(path) {
        Ok(entries) => Some(entries),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(entries.into_iter().flatten().map(|entry| Ok(entry?.to_string_lossy().into_owned())))
}

/// Ids of the files in a directory that are not drafts of this run.
fn ids<'a>(shared: &'a Shared, path: &Path) -> io::Result<impl Iterator<Item = io::Result<Id>> + 'a> {
    let parsed = names(&*shared.disk, path)?.filter_map(|name| name.map(|name| Id::parse_hex(&name)).transpose());
    Ok(parsed.filter(|id| !matches!(id, Ok(id) if shared.drafts.lock().contains(id))))
}

/// The epochs that have blobs, ascending.
pub(super) fn epochs(shared: &Shared) -> io::Result<Vec<u32>> {
    let mut found = Vec::new();
    for name in names(&*shared.disk, shared.dirs.root())? {
        if let Some(epoch) = parse_epoch(&name?)
            && !list(shared, epoch, None, 1)?.is_empty()
        {
            found.push(epoch);
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Those of these ids that have a file.
pub(super) fn present(shared: &Shared, mut ids: Vec<Id>) -> io::Result<Vec<Id>> {
    let mut failed = None;
    ids.retain(|id| match shared.disk.open(&blob_path(shared.dirs.root(), *id), Mode::Read) {
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => shared.drafts.lock().contains(id),
        Err(error) => {
            failed.get_or_insert(error);
            true
        }
    });
    failed.map_or(Ok(ids), Err)
}

/// Makes durable which names there are in an epoch.
pub(super) fn sync(shared: &Shared, epoch: u32) -> io::Result<()> {
    let epoch = epoch_path(shared.dirs.root(), epoch);
    for name in names(&*shared.disk, &epoch)? {
        if let Some(shard) = parse_shard(&name?) {
            sync_dir(&*shared.disk, &shard_path(&epoch, shard))?;
        }
    }
    match sync_dir(&*shared.disk, &epoch) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        other => other?,
    }
    sync_dir(&*shared.disk, shared.dirs.root())
}

/// A page of the blobs of an epoch.
pub(super) fn list(shared: &Shared, epoch: u32, after: Option<Id>, limit: usize) -> io::Result<Vec<Id>> {
    let epoch = epoch_path(shared.dirs.root(), epoch);
    let first = after.map_or(0, shard);
    let mut page = Vec::new();
    for number in first..=u8::MAX {
        let after = after.filter(|after| shard(*after) == number);
        let room = limit - page.len();
        if room == 0 {
            break;
        }
        let mut least = BTreeSet::new();
        for id in ids(shared, &shard_path(&epoch, number))? {
            let id = id?;
            if Some(id) > after {
                least.insert(id);
                if least.len() > room {
                    least.pop_last();
                }
            }
        }
        page.extend(least);
    }
    Ok(page)
}
