//! `fsck --repair` of the metadata: a new tree of every record that can still be read, in place of a damaged one.
//!
//! The tree is read forward from its start and backward from its end; between the places where that fails, more and more keys
//! are tried, so that what lies between two damaged pages is found. What the journal has is laid over it. The damaged files are
//! put aside under another name and never removed.
//!
//! Nothing old is touched before the new tree is whole. Then a file `repair` says that the old ones are being put aside; whoever finds
//! it goes on ([`finish`]).

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::{Disk, Mode};

use super::build::Builder;
use super::folder::{self, JOURNAL, NEW_TREE, REPAIR, TREE, refused};
use super::format::Format;
use super::inspect::open_pages;
use super::journal::{self, Survey};
use super::pages::Pages;
use super::record::Slot;
use super::tree::Tree;
use crate::{Error, MAX_KEY_BYTES, prefix_range};

/// Keys that are tried between two places where reading fails.
const PROBES: usize = 4096;
/// Versions that are left out, so that none of a lost commit is given again.
const SKIPPED_VERSIONS: u64 = 1 << 20;
const CACHE_BYTES: usize = 32 << 20;

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Records of the tree that were kept, before the journal was laid over them.
    pub kept: u64,
    /// What could not be read, in words.
    pub lost: Vec<String>,
    /// Where the damaged files are now.
    pub aside: PathBuf,
}

/// Makes new metadata of what can be read of the damaged one in `dir`. Fails, having taken nothing away, where no record of the
/// tree can be read.
#[expect(clippy::disallowed_methods, reason = "secrets are the system's chance")]
pub fn salvage(disk: &Arc<dyn Disk>, dir: &Path) -> Result<Salvaged, Error> {
    let failed = |error: io::Error| refused(dir, &error);
    let _lock = folder::lock(&**disk, dir, Mode::Create)?;
    finish(&**disk, dir)?;
    let pages = open_pages(&**disk, dir)?;
    let tree = Tree::open(pages, CACHE_BYTES)?;
    let mut salvaged = Salvaged::default();
    let mut newest = 0;
    let mut new = Builder::begin(&**disk, &dir.join(NEW_TREE))?;
    let lost = rescue(&tree, &mut |key, slot| {
        salvaged.kept += 1;
        newest = newest.max(slot.version.0);
        new.add(key, slot)
    })?;
    if salvaged.kept == 0 && !lost.is_empty() {
        // Its root is damaged, or all of it: an empty tree in its place would be no repair.
        drop(new);
        disk.remove_file(&dir.join(NEW_TREE)).map_err(failed)?;
        return Err(Error::Damaged("not a record of the tree can be read".into()));
    }
    salvaged.lost.extend(lost.iter().map(words));
    match tree.format() {
        Ok(format) => {
            let mut survey = Survey::default();
            let journal = dir.join(JOURNAL);
            if let Ok(whole) = journal::survey(&**disk, &journal, &format.nonce, format.sequence) {
                survey = whole;
            } else {
                salvaged.lost.push("the journal's mark: more commits may be missing than are named here".into());
                if let Err(error) = journal::segments(&**disk, &journal, &format.nonce, format.sequence, &mut survey) {
                    salvaged.lost.push(format!("the journal: {error}"));
                }
            }
            let (slots, last, lost) = journal::leftovers(&survey, format.sequence);
            newest = newest.max(last);
            salvaged.lost.extend(lost);
            slots.into_iter().try_for_each(|(key, slot)| new.add(key, slot))?;
        }
        Err(what) => salvaged.lost.push(format!("the journal, whose nonce is in the tree: {what}")),
    }
    new.finish(&Format { sequence: newest + SKIPPED_VERSIONS, nonce: rand::random() })?;
    drop(tree);
    salvaged.aside = aside(&**disk, dir).map_err(failed)?;
    let name = salvaged.aside.file_name().unwrap_or_default();
    coldkeep_disk::replace(&**disk, &dir.join(REPAIR), name.as_encoded_bytes()).map_err(failed)?;
    finish(&**disk, dir)?;
    Ok(salvaged)
}

/// Goes on with a repair whose new tree is whole: puts the damaged files aside and the new tree in their place.
pub(super) fn finish(disk: &dyn Disk, dir: &Path) -> Result<(), Error> {
    let failed = |error: io::Error| refused(dir, &error);
    let name = match coldkeep_disk::read(disk, &dir.join(REPAIR)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        name => String::from_utf8_lossy(&name.map_err(failed)?).into_owned(),
    };
    if !name.starts_with("damaged-") || name.contains('/') {
        return Err(refused(dir, &"the file `repair` is damaged; restore the data folder from a backup"));
    }
    if folder::exists(disk, &dir.join(NEW_TREE)).map_err(failed)? {
        let new = disk.open(&dir.join(NEW_TREE), Mode::Read).map_err(failed)?;
        let new = Tree::open(Arc::new(Pages::open(new)?), CACHE_BYTES)?;
        let format = new.format().map_err(|what| refused(dir, &what))?;
        drop(new);
        put_aside(disk, dir, &dir.join(name)).map_err(failed)?;
        folder::put_in_place(disk, dir, &format)?;
    }
    disk.remove_file(&dir.join(REPAIR)).and_then(|()| coldkeep_disk::sync_dir(disk, dir)).map_err(failed)
}

/// Makes a folder for the damaged files.
fn aside(disk: &dyn Disk, dir: &Path) -> io::Result<PathBuf> {
    for number in 1.. {
        let aside = dir.join(format!("damaged-{number}"));
        match disk.create_dir(&aside) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made?;
                coldkeep_disk::make_dir(disk, &aside.join(JOURNAL))?;
                coldkeep_disk::sync_dir(disk, &aside)?;
                coldkeep_disk::sync_dir(disk, dir)?;
                return Ok(aside);
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Moves the tree and the journal there, but for what is there already: then what has its name here is new.
fn put_aside(disk: &dyn Disk, dir: &Path, aside: &Path) -> io::Result<()> {
    let mut names = vec![PathBuf::from(TREE)];
    for name in disk.names(&dir.join(JOURNAL))? {
        names.push(Path::new(JOURNAL).join(name?));
    }
    for name in names {
        if folder::exists(disk, &dir.join(&name))? && !folder::exists(disk, &aside.join(&name))? {
            disk.rename(&dir.join(&name), &aside.join(&name))?;
        }
    }
    for folder in [&aside.join(JOURNAL), aside, &dir.join(JOURNAL), dir] {
        coldkeep_disk::sync_dir(disk, folder)?;
    }
    Ok(())
}

type Keep<'a> = dyn FnMut(Vec<u8>, Slot) -> Result<(), Error> + 'a;

/// Hands every record of the tree that can be read to `keep`, once; tells between which keys it could not read.
fn rescue(tree: &Tree, keep: &mut Keep<'_>) -> Result<Vec<Range<Vec<u8>>>, Error> {
    let (mut gaps, mut lost) = (VecDeque::new(), Vec::new());
    let all = prefix_range(b"");
    if let Some(from) = read_on(tree, &all, false, keep)? {
        let rest = from..all.end;
        gaps.extend(read_on(tree, &rest, true, keep)?.map(|to| rest.start..to));
    }
    let mut probes = 0;
    while let Some(gap) = gaps.pop_front() {
        let Some(middle) = (probes < PROBES).then(|| between(&gap)).flatten() else {
            lost.push(gap);
            continue;
        };
        probes += 1;
        let (lower, upper) = (gap.start..middle.clone(), middle..gap.end);
        gaps.extend(read_on(tree, &lower, true, keep)?.map(|to| lower.start..to));
        gaps.extend(read_on(tree, &upper, false, keep)?.map(|from| from..upper.end));
    }
    lost.sort_by(|a, b| a.start.cmp(&b.start));
    // Ranges that lie side by side are one.
    lost.dedup_by(|next, before| {
        let joined = before.end == next.start;
        if joined {
            before.end = std::mem::take(&mut next.end);
        }
        joined
    });
    Ok(lost)
}

/// Reads a range from its start on, or from its end back, until that fails; then up to where it could be read.
fn read_on(tree: &Tree, range: &Range<Vec<u8>>, back: bool, keep: &mut Keep<'_>) -> Result<Option<Vec<u8>>, Error> {
    let mut left = range.clone();
    let mut failed = None;
    let read = tree.read(|view| {
        let whole = left.clone();
        view.each(&whole, back, &mut |seen| {
            match back {
                true => left.end = seen.key.to_vec(),
                false => left.start = [seen.key, &[0]].concat(),
            }
            let slot = Slot::new(seen.key, seen.version, Some(seen.value.to_vec()));
            keep(seen.key.to_vec(), slot).inspect_err(|error| failed = Some(error.clone()))
        })
    });
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Ok(())) => Ok(None),
        (None, Err(_)) => Ok(Some(if back { left.end } else { left.start })),
    }
}

fn words(range: &Range<Vec<u8>>) -> String {
    let from = if range.start.is_empty() { "the first key".into() } else { range.start.escape_ascii().to_string() };
    let to = if range.end.len() > MAX_KEY_BYTES { "the last key".into() } else { range.end.escape_ascii().to_string() };
    format!("what there was of records from {from} to {to}")
}

/// A key in the middle of a range, not at its start; `None` if it is too narrow.
fn between(range: &Range<Vec<u8>>) -> Option<Vec<u8>> {
    let shared = range.start.iter().zip(&range.end).take_while(|(a, b)| a == b).count();
    let number =
        |key: &[u8]| (0..8).fold(0u128, |sum, at| sum << 8 | u128::from(key.get(shared + at).copied().unwrap_or(0)));
    let (from, to) = (number(&range.start), number(&range.end));
    let middle = from + (to.checked_sub(from)?) / 2;
    let key = [&range.end[..shared], &(middle as u64).to_be_bytes()].concat();
    (key > range.start && key < range.end).then_some(key)
}
