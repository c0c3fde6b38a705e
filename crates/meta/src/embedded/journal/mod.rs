//! The journal: groups of commits, made durable by one write and one sync each, ahead of the tree.
//!
//! - It consists of segments (`segment.rs`), which are used again and again, and a mark (`mark.rs`), which says up to where
//!   commits were acknowledged. Groups (`group.rs`) lie in blocks that validate themselves (`block.rs`), so that any flip is
//!   noticed, also in groups that are not needed any more.
//! - On opening, everything is read (`survey.rs`) and judged (`verdict.rs`): torn is told from lost. What is read back is
//!   made durable before the first new group follows it, since the server that wrote it may have been killed before its sync.
//! - Two segments at least are kept free, so that going on to the next one takes neither room on the disk nor a descriptor.
//!   Only a group larger than a segment needs a file of its own.

mod block;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod group;
mod mark;
mod segment;
mod spare;
mod survey;
mod verdict;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use coldkeep_disk::{Disk, File, Mode};

use super::overlay::Slots;
pub(super) use block::BLOCK_BYTES;
use block::Home;
use mark::{MAX_SEGMENTS, Mark, MarkFile};
use segment::Segment;
use spare::{Retired, Wanted};
pub(super) use survey::{Survey, segments, survey};
pub(super) use verdict::{Verdict, judge, leftovers};

/// Segments that are kept for reuse.
const KEPT_SEGMENTS: usize = 8;
/// Segments that are made ahead.
const AHEAD_SEGMENTS: usize = 2;
/// A checkpoint is due when so many segments are full, however little is in them.
const CROWDED_SEGMENTS: usize = 6;
/// The smallest segment that makes sense.
const MIN_SEGMENT_BYTES: u64 = 16 * BLOCK_BYTES as u64;

/// Sixteen secret random bytes that mark a store's journal.
pub(super) type Nonce = [u8; 16];

/// Why a group was not appended.
#[derive(Debug)]
pub(super) enum NotAppended {
    /// For want of room or descriptors; nothing was changed.
    Full(String),
    /// It is unknown what is on the disk.
    Broken(String),
}

/// The journal, open for appending.
#[derive(Debug)]
pub(super) struct Journal {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    nonce: Nonce,
    segment_bytes: u64,
    next_number: u64,
    mark: MarkFile,
    /// The segment that is written to, and the block where the next group goes if it fits.
    current: Option<(Segment, u64)>,
    /// Segments with groups that the tree may not have, in any order.
    full: Vec<Segment>,
    free: Vec<Segment>,
    /// The version up to which the tree goes, as far as the journal was told.
    applied: u64,
    payload: Vec<u8>,
    buffer: Vec<u8>,
}

/// Makes an empty journal in `dir`, which is made if it is missing, whose commits begin after version `last`.
pub(super) fn create(disk: &dyn Disk, dir: &Path, nonce: Nonce, last: u64) -> io::Result<()> {
    coldkeep_disk::make_dir(disk, dir)?;
    MarkFile::create(disk, dir, nonce, last)
}

/// Whether the folder is that of a journal that had commits, of whatever store and format.
pub(super) fn is_used(disk: &dyn Disk, dir: &Path) -> io::Result<bool> {
    let names = match disk.names(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        names => names?,
    };
    for name in names {
        let name = name?;
        let name = name.to_string_lossy();
        // A new journal's segments are made after its tree.
        if segment::number(&name).is_some() || name.ends_with(".segment") {
            return Ok(true);
        }
    }
    mark::is_used(disk, dir)
}

impl Journal {
    /// Opens a journal that was read and judged, and makes durable what was read back.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        nonce: Nonce,
        segment_bytes: u64,
        survey: &Survey,
        verdict: &Verdict,
        applied: u64,
    ) -> io::Result<Self> {
        let mark = MarkFile::open(&*disk, dir, nonce, survey.mark.clone())?;
        let segment_bytes = segment_bytes.next_multiple_of(BLOCK_BYTES as u64).max(MIN_SEGMENT_BYTES);
        let next_number = survey.segments.iter().map(|segment| segment.number + 1).max().unwrap_or(0);
        let mut journal = Self {
            disk,
            dir: dir.to_owned(),
            nonce,
            segment_bytes,
            next_number,
            mark,
            current: None,
            full: Vec::new(),
            free: Vec::new(),
            applied,
            payload: Vec::new(),
            buffer: Vec::new(),
        };
        for found in survey.segments.iter().filter(|segment| segment.wrong.is_none()) {
            let file = journal.disk.open(&segment::path(dir, found.number), Mode::ReadWrite)?;
            let last = found.groups.iter().map(|group| group.last).max().unwrap_or(0);
            let segment = Segment { file, number: found.number, bytes: found.bytes, last };
            let used = survey.mark.segments.contains(&segment.number);
            if survey.mark.segments.last() == Some(&segment.number) {
                for block in verdict.cut() {
                    segment.file.write_all_at(&[0; BLOCK_BYTES], block * BLOCK_BYTES as u64)?;
                }
                match last > applied {
                    true => settle(&segment)?,
                    false => segment.file.sync_data()?,
                }
                journal.current = Some((segment, verdict.at));
            } else if used && last > applied {
                settle(&segment)?;
                journal.full.push(segment);
            } else {
                journal.free.push(segment);
            }
        }
        journal.mark.mark.last = verdict.last;
        journal.write_mark()?;
        journal.mark.sync()?;
        coldkeep_disk::sync_dir(&*journal.disk, dir)?;
        Ok(journal)
    }

    /// Makes a group durable.
    pub fn append(&mut self, slots: &Slots, previous: u64, last: u64) -> Result<(), NotAppended> {
        self.payload.clear();
        group::encode(&mut self.payload, slots);
        let blocks = block::blocks(self.payload.len()) as u64;
        let fits = |segment: &Segment, at: u64| at + blocks <= segment.bytes / BLOCK_BYTES as u64;
        if !self.current.as_ref().is_some_and(|(segment, at)| fits(segment, *at)) {
            self.rotate(blocks)?;
        }
        let full = || NotAppended::Full("the journal has no segment".into());
        let (segment, at) = self.current.as_mut().ok_or_else(full)?;
        let home = Home { nonce: &self.nonce, segment: segment.number };
        self.buffer.clear();
        block::encode(&mut self.buffer, home, *at, (previous, last), &self.payload);
        let place = *at * BLOCK_BYTES as u64;
        if let Err(error) = segment.file.write_all_at(&self.buffer, place) {
            let error = not_written(&error);
            return Err(match error {
                NotAppended::Full(what) => nothing_there(&*segment.file, place, self.buffer.len(), what),
                broken => broken,
            });
        }
        segment
            .file
            .sync_data()
            .map_err(|error| NotAppended::Broken(format!("the journal cannot be synced: {error}")))?;
        *at += blocks;
        segment.last = last;
        // A rare large group shall not keep its memory.
        if self.buffer.capacity() > 1 << 20 {
            (self.buffer, self.payload) = (Vec::new(), Vec::new());
        }
        self.mark.mark.last = last;
        match self.write_mark().map_err(|error| not_written(&error)) {
            // The mark is a lower bound, and is written again.
            Ok(()) | Err(NotAppended::Full(_)) => Ok(()),
            broken => broken,
        }
    }

    /// Whether the mark was written but not synced.
    pub fn mark_is_unsynced(&self) -> bool {
        self.mark.unsynced
    }

    /// Makes the mark durable.
    pub fn sync_mark(&mut self) -> io::Result<()> {
        self.mark.sync()
    }

    /// Says in the mark that the engine is closed.
    pub fn close(&mut self) -> io::Result<()> {
        self.write_mark_as(true)?;
        self.mark.sync()
    }

    /// Frees the segments whose groups are all in the tree now, up to version `applied`.
    pub fn recycle(&mut self, applied: u64) -> io::Result<Retired> {
        let (done, full): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.full).into_iter().partition(|segment| segment.last <= applied);
        self.full = full;
        self.applied = applied;
        let mut paths = Vec::new();
        for segment in done {
            if self.free.len() < KEPT_SEGMENTS && segment.bytes == self.segment_bytes {
                self.free.push(segment);
            } else {
                paths.push(segment::path(&self.dir, segment.number));
            }
        }
        self.write_mark()?;
        Ok(Retired { mark: self.mark.file(), paths })
    }

    /// Whether there are fewer segments ahead than there should be.
    pub fn is_short(&self) -> bool {
        self.free.len() < AHEAD_SEGMENTS
    }

    /// Whether a checkpoint should free segments.
    pub fn is_crowded(&self) -> bool {
        self.full.len() >= CROWDED_SEGMENTS || self.free.is_empty() && !self.full.is_empty()
    }

    /// What is needed to make the next segment ahead, if there are too few.
    pub fn wanted(&mut self) -> Option<Wanted> {
        self.is_short().then(|| {
            let number = self.next_number;
            self.next_number += 1;
            Wanted {
                disk: self.disk.clone(),
                dir: self.dir.clone(),
                nonce: self.nonce,
                number,
                bytes: self.segment_bytes,
            }
        })
    }

    /// Takes a segment that was made ahead.
    pub fn add(&mut self, segment: Segment) {
        self.free.push(segment);
    }

    fn rotate(&mut self, blocks: u64) -> Result<(), NotAppended> {
        let needed = (1 + blocks) * BLOCK_BYTES as u64;
        if self.full.len() + 1 >= MAX_SEGMENTS {
            return Err(NotAppended::Full(
                "the journal is as long as it may be, and the tree cannot be written".into(),
            ));
        }
        let segment = match self.free.iter().position(|segment| segment.bytes >= needed) {
            Some(at) => self.free.swap_remove(at),
            None => {
                match self.current.take_if(|(segment, _)| segment.last <= self.applied && segment.bytes >= needed) {
                    // All that is in it is in the tree.
                    Some((segment, _)) => segment,
                    None => {
                        self.next_number += 1;
                        let (number, bytes) = (self.next_number - 1, needed.max(self.segment_bytes));
                        segment::create(&*self.disk, &self.dir, &self.nonce, number, bytes).map_err(|error| {
                            NotAppended::Full(format!("a segment of the journal cannot be made: {error}"))
                        })?
                    }
                }
            }
        };
        // Cached pages may be joined to large folios, and a write of a block into one makes the system write all of it. Only a
        // hint: where it cannot be taken, writes cost more.
        let _ = segment.file.forget_cached();
        self.full.extend(self.current.replace((segment, 1)).map(|(segment, _)| segment));
        // Before its first group, so that the mark on the disk always names the segment that is written to.
        let marked = self.write_mark().map_err(|error| not_written(&error));
        if marked.is_err() {
            self.free.extend(self.current.take().map(|(segment, _)| segment));
            return marked;
        }
        self.mark.sync().map_err(|error| NotAppended::Broken(format!("the journal's mark cannot be synced: {error}")))
    }

    fn write_mark(&mut self) -> io::Result<()> {
        self.write_mark_as(false)
    }

    fn write_mark_as(&mut self, clean: bool) -> io::Result<()> {
        let Mark { at, segments, clean: was, .. } = &mut self.mark.mark;
        segments.clear();
        segments.extend(self.full.iter().map(|segment| segment.number));
        if let Some((segment, block)) = &self.current {
            segments.push(segment.number);
            *at = *block as u32;
        }
        *was = clean;
        self.mark.write()
    }
}

/// Makes durable what was read of a segment: writes it again where it stands, and syncs it. A sync alone would not do: where one
/// failed before a kill, the system may show bytes that it takes for written and that are not.
fn settle(segment: &Segment) -> io::Result<()> {
    let mut bytes = vec![0; segment.bytes as usize];
    let length = coldkeep_disk::read_full_at(&*segment.file, &mut bytes, 0)?;
    segment.file.write_all_at(&bytes[..length], 0)?;
    segment.file.sync_data()
}

/// Sees to it that nothing of a group whose write failed for want of room is found by the next start, nor taken for a part of
/// the group that is written there next.
fn nothing_there(file: &dyn File, place: u64, bytes: usize, what: String) -> NotAppended {
    match file.write_all_at(&vec![0; bytes], place).and_then(|()| file.sync_data()) {
        Ok(()) => NotAppended::Full(what),
        Err(error) => NotAppended::Broken(format!("{what}; nor can what was written of it be cleared: {error}")),
    }
}

/// A failed write: for want of something that may come back, or not.
fn not_written(error: &io::Error) -> NotAppended {
    use io::ErrorKind as Kind;
    let what = format!("the journal cannot be written: {error}");
    match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded | Kind::Interrupted | Kind::WouldBlock | Kind::OutOfMemory => {
            NotAppended::Full(what)
        }
        _ => NotAppended::Broken(what),
    }
}
