//! Reading a whole journal as it lies on the disk, without changing it.

use std::io;
use std::path::Path;

use coldkeep_disk::Disk;

use super::block::{self, BLOCK_BYTES, Block, Home, Piece};
use super::mark::{self, Mark};
use super::{Nonce, segment};

/// What there is of a journal.
#[derive(Debug, Default)]
pub struct Survey {
    pub mark: Mark,
    /// What is wrong with the mark, though it can be read, and names that do not belong here.
    pub wrong: Vec<String>,
    pub segments: Vec<Surveyed>,
}

/// What there is in a segment.
#[derive(Debug, Default)]
pub struct Surveyed {
    pub number: u64,
    pub bytes: u64,
    /// Why it is no segment of this journal.
    pub wrong: Option<String>,
    /// Its whole groups.
    pub groups: Vec<Group>,
    /// Its damaged blocks.
    pub damaged: Vec<u64>,
    /// Sound blocks of groups that are not whole, with the last versions of those.
    pub loose: Vec<(u64, u64)>,
}

/// A whole group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Its segment.
    pub segment: u64,
    /// Its first block.
    pub first: u64,
    /// The block after it.
    pub end: u64,
    pub previous: u64,
    pub last: u64,
    /// Empty if it was not asked for.
    pub payload: Vec<u8>,
}

/// Reads a journal; payloads only of groups after version `applied`. Without a mark it is not known what is missing, so that is
/// an error.
pub fn survey(disk: &dyn Disk, dir: &Path, nonce: &Nonce, applied: u64) -> Result<Survey, String> {
    let (mark, wrong) = mark::read(disk, dir, nonce).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "the journal's mark is missing, so what else is missing cannot be known".to_owned(),
        _ => format!("the journal's mark: {error}"),
    })?;
    let mark = mark.ok_or("both slots of the journal's mark are damaged, so what is missing cannot be known")?;
    let mut survey = Survey { mark, wrong, segments: Vec::new() };
    segments(disk, dir, nonce, applied, &mut survey).map_err(|error| format!("the journal: {error}"))?;
    Ok(survey)
}

/// Reads what there is of segments.
pub fn segments(disk: &dyn Disk, dir: &Path, nonce: &Nonce, applied: u64, survey: &mut Survey) -> io::Result<()> {
    for name in disk.names(dir)? {
        let name = name?;
        let name = name.to_string_lossy();
        match segment::number(&name) {
            Some(number) => {
                let data = coldkeep_disk::read(disk, &segment::path(dir, number))?;
                survey.segments.push(scan(&data, nonce, number, applied));
            }
            // What a crash left that made a file; it is made again.
            None if name == mark::NAME || name.ends_with(".new") => {}
            None => survey.wrong.push(format!("{name} does not belong into the journal")),
        }
    }
    survey.segments.sort_by_key(|segment| segment.number);
    Ok(())
}

fn scan(data: &[u8], nonce: &Nonce, number: u64, applied: u64) -> Surveyed {
    let mut found = Surveyed { number, bytes: data.len() as u64, ..Surveyed::default() };
    if let Err(wrong) = segment::check(data, nonce, number) {
        found.wrong = Some(wrong);
    }
    let home = Home { nonce, segment: number };
    let read = |at: u64| {
        let block = data.get(at as usize * BLOCK_BYTES..(at as usize + 1) * BLOCK_BYTES);
        block.map(|block| block::decode(block, home, at))
    };
    let mut at = 1;
    while let Some(block) = read(at) {
        let piece = match block {
            Block::Sound(piece) => piece,
            Block::Empty => {
                at += 1;
                continue;
            }
            Block::Damaged => {
                found.damaged.push(at);
                at += 1;
                continue;
            }
        };
        match group(piece, at, read) {
            Some(group) => {
                at = group.end;
                let payload = if group.last > applied { group.payload } else { Vec::new() };
                found.groups.push(Group { segment: number, payload, ..group });
            }
            None => {
                found.loose.push((at, piece.last));
                at += 1;
            }
        }
    }
    found
}

/// The group that begins with a piece, if it is whole.
fn group<'a>(first: Piece<'a>, at: u64, read: impl Fn(u64) -> Option<Block<'a>>) -> Option<Group> {
    let mut payload = Vec::new();
    for index in 0..first.count.max(1) {
        let Block::Sound(piece) = read(at + u64::from(index))? else { return None };
        if piece != (Piece { index, payload: piece.payload, ..first }) {
            return None;
        }
        payload.extend_from_slice(piece.payload);
    }
    let end = at + u64::from(first.count.max(1));
    Some(Group { segment: 0, first: at, end, previous: first.previous, last: first.last, payload })
}
