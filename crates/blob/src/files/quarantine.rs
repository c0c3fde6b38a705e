//! The quarantine: blobs that were taken out of service and are kept for a while, `quarantine/<epoch>/<id>`.
//!
//! Every move is one rename, then a sync of the directory it went to and of the one it came from, in this order: at a crash in
//! between the blob is in one of the two, or, where the file system lost neither name, in both, which the next move mends.

use std::io;
use std::path::PathBuf;

use coldkeep_disk::{Mode, make_dir, sync_dir};
use coldkeep_types::Id;

use super::Shared;
use super::listing::names;
use super::root::{blob_path, epoch_path, parse_epoch, quarantine_path};
use crate::Quarantined;

fn place(shared: &Shared, id: Id) -> PathBuf {
    epoch_path(&quarantine_path(shared.dirs.root()), id.epoch()).join(id.to_string())
}

fn absent_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Moves a blob's file into the quarantine.
pub(super) fn quarantine(shared: &Shared, id: Id) -> io::Result<()> {
    let (root, disk) = (shared.dirs.root(), &*shared.disk);
    let path = blob_path(root, id);
    shared.dirs.deleting(id, || {
        match disk.open(&path, Mode::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            found => drop(found?),
        }
        let all = quarantine_path(root);
        let epoch = epoch_path(&all, id.epoch());
        make_dir(disk, &all)?;
        make_dir(disk, &epoch)?;
        absent_is_fine(disk.rename(&path, &place(shared, id)))?;
        [epoch.as_path(), &all, root].into_iter().try_for_each(|dir| sync_dir(disk, dir))
    })
}

/// Moves a blob's file back; whether there was one.
pub(super) fn restore(shared: &Shared, id: Id) -> io::Result<bool> {
    let disk = &*shared.disk;
    let from = place(shared, id);
    match disk.open(&from, Mode::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        found => drop(found?),
    }
    let dir = shared.dirs.for_writing(id)?;
    disk.rename(&from, &blob_path(shared.dirs.root(), id))?;
    dir.persist()?;
    removed(shared, id)?;
    Ok(true)
}

/// Deletes a blob's file from the quarantine.
pub(super) fn purge(shared: &Shared, id: Id) -> io::Result<()> {
    // Where it is gone, that may not be durable: whoever removed it may have failed before its sync.
    absent_is_fine(shared.disk.remove_file(&place(shared, id)))?;
    removed(shared, id)
}

/// Makes durable that a file left the quarantine. An epoch's directory goes with its last one.
fn removed(shared: &Shared, id: Id) -> io::Result<()> {
    let epoch = epoch_path(&quarantine_path(shared.dirs.root()), id.epoch());
    absent_is_fine(sync_dir(&*shared.disk, &epoch))?;
    // Fails while it holds others.
    let _ = shared.disk.remove_dir(&epoch);
    Ok(())
}

/// Counts what is in quarantine.
pub(super) fn quarantined(shared: &Shared) -> io::Result<Quarantined> {
    let disk = &*shared.disk;
    let all = quarantine_path(shared.dirs.root());
    let mut held = Quarantined::default();
    for epoch in names(disk, &all)? {
        let Some(epoch) = parse_epoch(&epoch?) else { continue };
        let epoch = epoch_path(&all, epoch);
        for name in names(disk, &epoch)? {
            match disk.open(&epoch.join(name?), Mode::Read) {
                Ok(file) => {
                    held.blobs += 1;
                    held.bytes += file.len()?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(held)
}
