//! Which ranges of an archive are in the file beside its place.
//!
//! A line of JSON says which archive it is; each further line is a range's number and tree hash. A line that was cut off by a kill
//! counts for nothing. The ledger claims, it does not prove: whoever reads it hashes the bytes.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::folders::remove;
use crate::hashing::parse_hash;
use crate::plan::pieces;

/// What is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    version: u32,
    archive: String,
    /// The archive's length.
    pub bytes: u64,
    tree: String,
    /// The length of ranges.
    pub range_size: u64,
}

impl Head {
    pub fn new(archive: &str, bytes: u64, tree: [u8; 32], range_size: u64) -> Self {
        Self { version: 1, archive: archive.to_owned(), bytes, tree: hex::encode(tree), range_size }
    }

    /// The ranges: first byte and length.
    pub fn ranges(&self) -> impl Iterator<Item = (u64, u64)> + use<> {
        pieces(self.bytes, self.range_size)
    }
}

/// The ledger of one file.
pub struct Ledger {
    path: PathBuf,
    file: File,
    /// Tree hashes of the ranges that an earlier run wrote, by their numbers.
    pub claimed: BTreeMap<usize, [u8; 32]>,
}

impl Ledger {
    /// Opens what an earlier run left, if it is of the same archive; begins anew otherwise.
    pub fn open(path: &Path, head: &Head) -> Result<Self, Error> {
        let claimed = std::fs::read(path).ok().and_then(|bytes| read(&bytes, head)).unwrap_or_default();
        // Written anew, so that a line that was cut off does not run into the next.
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(path);
        let mut ledger =
            Self { path: path.to_owned(), file: file.map_err(|error| Error::file("write", path, &error))?, claimed };
        let head = serde_json::to_string(head).map_err(|error| Error::File(error.to_string()))?;
        let lines = ledger.claimed.iter().map(|(index, tree)| line(*index, tree));
        let text = lines.fold(format!("{head}\n"), |text, line| text + &line);
        ledger.write(&text)?;
        Ok(ledger)
    }

    /// A range was written to its place.
    pub fn add(&mut self, index: usize, tree: &[u8; 32]) -> Result<(), Error> {
        self.write(&line(index, tree))
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        self.file.write_all(text.as_bytes()).map_err(|error| Error::file("write", &self.path, &error))
    }

    /// Nothing of it is needed any more.
    pub fn remove(self) -> Result<(), Error> {
        remove(&self.path)
    }
}

fn line(index: usize, tree: &[u8; 32]) -> String {
    format!("{index} {}\n", hex::encode(tree))
}

/// The ranges that these bytes claim; `None` if they are of another archive.
fn read(bytes: &[u8], head: &Head) -> Option<BTreeMap<usize, [u8; 32]>> {
    let text = std::str::from_utf8(bytes).ok()?;
    // What follows the last line's end was cut off.
    let (whole, _) = text.rsplit_once('\n')?;
    let mut lines = whole.split('\n');
    let first: Head = serde_json::from_str(lines.next()?).ok()?;
    let ranges = head.ranges().count();
    (first == *head).then(|| {
        let claim = |line: &str| {
            let (index, tree) = line.split_once(' ')?;
            Some((index.parse().ok().filter(|index| *index < ranges)?, parse_hash(tree)?))
        };
        lines.filter_map(claim).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_tells_a_later_run_what_was_written_and_never_of_another_archive() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.part.ledger");
        let head = Head::new("archive", 25 << 20, [7; 32], 8 << 20);
        assert_eq!(head.ranges().count(), 4);
        let mut ledger = Ledger::open(&path, &head).expect("begins");
        assert!(ledger.claimed.is_empty());
        ledger.add(2, &[2; 32]).expect("written");
        ledger.add(0, &[0; 32]).expect("written");
        drop(ledger);
        let claimed = |head: &Head| Ledger::open(&path, head).expect("opens").claimed;
        assert_eq!(claimed(&head), BTreeMap::from([(0, [0; 32]), (2, [2; 32])]));
        // A kill cuts the last line off; what is beyond the archive is nobody's.
        let mut bytes = std::fs::read(&path).expect("reads");
        bytes.extend_from_slice(format!("9 {}\n1 0101", hex::encode([9; 32])).as_bytes());
        std::fs::write(&path, &bytes).expect("written");
        assert_eq!(claimed(&head).keys().copied().collect::<Vec<_>>(), [0, 2]);
        for other in [Head::new("other", 25 << 20, [7; 32], 8 << 20), Head::new("archive", 25 << 20, [8; 32], 8 << 20)]
        {
            std::fs::write(&path, &bytes).expect("written");
            assert!(claimed(&other).is_empty());
        }
        for length in 0..bytes.len() {
            std::fs::write(&path, &bytes[..length]).expect("written");
            let found = claimed(&head);
            assert!(found.iter().all(|(index, tree)| *tree == [*index as u8; 32]), "{length}");
        }
    }
}
