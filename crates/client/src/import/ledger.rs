//! The ledger of an import: a file of JSON lines that a person can read, and from which any later run goes on.
//!
//! - It is made whole or not at all: its head, then each archive of the inventory with its number `n`. What happens is added to its
//!   end, one line each, synced before the run goes on: a job, an upload, where an archive is stored now, why it is not.
//! - What follows the last line's end was cut off by a kill, counts for nothing and is taken away. A line before it that cannot be
//!   read is damage: it is named, and nothing is done.
//! - One run holds it at a time. Descriptions and hashes stay in the file; a million archives take some dozen bytes of memory each.

use std::collections::{BTreeMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use coldkeep_types::Timestamp;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::lines::{Head, Line};
use super::naming::Names;
use super::prices::Dollars;
use crate::folders::sync_folder_of;
use crate::hashing::parse_hash;
use crate::lock::hold;
use crate::{Archive, Error};

/// How far an archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// No job fetches it.
    Waiting,
    /// This job does.
    Job(String),
    /// It is stored.
    Stored,
    /// It did not come: in a word, and why.
    Failed(Box<(String, String)>),
}

/// An upload that was begun.
#[derive(Clone)]
pub struct Upload {
    pub id: String,
    /// What the object is called, in a bucket.
    pub key: Option<String>,
    /// What was sent to a bucket, by number.
    pub sent: BTreeMap<u32, SentPart>,
}

impl Upload {
    /// One of which nothing was sent.
    pub fn new(id: String, key: Option<String>) -> Self {
        Self { id, key, sent: BTreeMap::new() }
    }

    /// The same, without what was sent.
    pub fn name(&self) -> Self {
        Self::new(self.id.clone(), self.key.clone())
    }

    /// What the object is called, in a bucket.
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or_default()
    }
}

/// A part that a bucket took.
#[derive(Clone)]
pub struct SentPart {
    pub etag: String,
    pub sha256: [u8; 32],
    pub tree: [u8; 32],
}

/// An archive, as far as it is in memory.
pub struct Entry {
    first: u64,
    length: usize,
    pub bytes: u64,
    pub state: State,
    pub upload: Option<Box<Upload>>,
}

/// The ledger, held by this run.
pub struct Ledger {
    path: PathBuf,
    file: File,
    pub(super) entries: Vec<Entry>,
    /// Jobs that were begun: when, how many bytes, and what they cost.
    pub(super) jobs: Vec<(Timestamp, u64, Dollars)>,
}

impl Ledger {
    /// Opens the ledger that an earlier run made; `None` if there is none.
    pub fn open(path: &Path, head: &Head) -> Result<Option<Self>, Error> {
        if path.symlink_metadata().is_err() {
            return Ok(None);
        }
        let file = hold(path)?;
        Self::read(path, file, head).map(Some)
    }

    /// Makes a ledger of the archives that `each` shows, whole or not at all. For a bucket they are shown twice, since the first does
    /// not know which keys the last will want.
    pub fn create(
        path: &Path,
        head: &Head,
        each: impl Fn(&mut dyn FnMut(Archive) -> Result<(), Error>) -> Result<String, Error>,
    ) -> Result<Self, Error> {
        let mut names = head.prefix.as_deref().map(Names::new);
        if let Some(names) = &mut names {
            each(&mut |archive| {
                names.see(&archive);
                Ok(())
            })?;
        }
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let failed = |error: &std::io::Error| Error::file("write", &beside, error);
        let file = hold(&beside)?;
        file.set_len(0).map_err(|error| failed(&error))?;
        let mut out = BufWriter::new(&file);
        out.write_all(&text(&Line::Import(head.clone()))?).map_err(|error| failed(&error))?;
        let mut n = 0;
        each(&mut |archive| {
            let key = names.as_ref().map(|names| names.key(&archive));
            let line = text(&Line::Archive { n, key, archive })?;
            n += 1;
            out.write_all(&line).map_err(|error| failed(&error))
        })?;
        out.flush().map_err(|error| failed(&error))?;
        drop(out);
        file.sync_all().map_err(|error| failed(&error))?;
        renameat_with(CWD, &beside, CWD, path, RenameFlags::NOREPLACE)
            .map_err(|error| Error::file("name", path, &error.into()))?;
        sync_folder_of(path)?;
        drop(file);
        Self::read(path, hold(path)?, head)
    }

    fn read(path: &Path, file: File, head: &Head) -> Result<Self, Error> {
        let cannot = |error: &std::io::Error| Error::file("read", path, error);
        let reading = OpenOptions::new().read(true).open(path).map_err(|error| cannot(&error))?;
        let mut lines = BufReader::new(reading);
        let mut ledger = Self { path: path.to_owned(), file, entries: Vec::new(), jobs: Vec::new() };
        let (mut end, mut number, mut line) = (0, 0, Vec::new());
        loop {
            line.clear();
            lines.read_until(b'\n', &mut line).map_err(|error| cannot(&error))?;
            if line.last() != Some(&b'\n') {
                break;
            }
            number += 1;
            let known = serde_json::from_slice(&line).ok().and_then(|line| match line {
                Line::Import(found) => (number == 1 && found == *head).then_some(()),
                line => (number > 1).then(|| ledger.apply(&line, end))?,
            });
            if known.is_none() {
                return Err(unknown(path, number));
            }
            if let Some(entry) = ledger.entries.last_mut().filter(|entry| entry.first == end) {
                entry.length = line.len();
            }
            end += line.len() as u64;
        }
        if number == 0 {
            return Err(unknown(path, 1));
        }
        // What was cut off must not run into the next line.
        ledger.file.set_len(end).map_err(|error| Error::file("write", path, &error))?;
        ledger.file = {
            use std::io::{Seek, SeekFrom};
            let mut file = ledger.file;
            file.seek(SeekFrom::Start(end)).map_err(|error| cannot(&error))?;
            file
        };
        Ok(ledger)
    }

    /// The ids of all uploads that were begun and did not come to an end.
    pub(super) fn uploads(&self) -> HashSet<String> {
        self.entries.iter().filter_map(|entry| entry.upload.as_ref()).map(|upload| upload.id.clone()).collect()
    }

    /// What an archive's line says.
    pub(super) fn archive(&self, n: usize) -> Result<Archive, Error> {
        self.line(n).map(|(archive, _)| archive)
    }

    /// What its object is to be called, in a bucket.
    pub(super) fn key(&self, n: usize) -> Result<String, Error> {
        self.line(n)?.1.ok_or_else(|| unknown(&self.path, n + 2))
    }

    fn line(&self, n: usize) -> Result<(Archive, Option<String>), Error> {
        let entry = &self.entries[n];
        let mut line = vec![0; entry.length];
        self.file.read_exact_at(&mut line, entry.first).map_err(|error| Error::file("read", &self.path, &error))?;
        match serde_json::from_slice(&line) {
            Ok(Line::Archive { archive, key, .. }) => Ok((archive, key)),
            _ => Err(unknown(&self.path, n + 2)),
        }
    }

    /// It happened: it is on the disk when this returns.
    pub(super) fn add(&mut self, line: Line) -> Result<(), Error> {
        let failed = |error: &std::io::Error| Error::file("write", &self.path, error);
        self.file.write_all(&text(&line)?).map_err(|error| failed(&error))?;
        self.file.sync_data().map_err(|error| failed(&error))?;
        self.apply(&line, u64::MAX);
        Ok(())
    }

    fn apply(&mut self, line: &Line, first: u64) -> Option<()> {
        match line {
            Line::Import(_) => return None,
            Line::Archive { n, archive, .. } => {
                let entry = Entry { first, length: 0, bytes: archive.bytes, state: State::Waiting, upload: None };
                (*n == self.entries.len()).then(|| self.entries.push(entry))?;
            }
            Line::Job { n, job, millis, cost } => {
                let entry = self.entries.get_mut(*n)?;
                entry.state = State::Job(job.clone());
                self.jobs.push((Timestamp(*millis), entry.bytes, Dollars(*cost)));
            }
            Line::Lost { n, .. } | Line::Again { n } => self.entries.get_mut(*n)?.state = State::Waiting,
            Line::Upload { n, upload, key } => {
                self.entries.get_mut(*n)?.upload = Some(Upload::new(upload.clone(), key.clone()).into());
            }
            Line::Part { n, number, etag, sha256, tree } => {
                let (etag, sha256, tree) = (etag.clone(), parse_hash(sha256)?, parse_hash(tree)?);
                let upload = self.entries.get_mut(*n)?.upload.as_mut()?;
                upload.sent.insert(*number, SentPart { etag, sha256, tree });
            }
            Line::Stored { n, .. } => {
                let entry = self.entries.get_mut(*n)?;
                (entry.state, entry.upload) = (State::Stored, None);
            }
            Line::Failed { n, error, why, .. } => {
                let entry = self.entries.get_mut(*n)?;
                (entry.state, entry.upload) = (State::Failed(Box::new((error.clone(), why.clone()))), None);
            }
        }
        Some(())
    }
}

fn text(line: &Line) -> Result<Vec<u8>, Error> {
    let mut text = serde_json::to_vec(line).map_err(|error| Error::File(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

fn unknown(path: &Path, number: usize) -> Error {
    let what = if number == 1 {
        "it is no ledger of an import from that vault to there"
    } else {
        "a line of it cannot be read"
    };
    Error::Invalid(format!(
        "{}, line {number}: {what}. Nothing was changed.\nName another file with --ledger.",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &str) -> Head {
        Head {
            version: 1,
            source: "s".into(),
            source_vault: name.into(),
            destination: "d".into(),
            destination_vault: Some("v".into()),
            destination_bucket: None,
            prefix: None,
        }
    }

    fn archive(id: &str) -> Archive {
        Archive { id: id.into(), description: "a\nb".into(), created: "x".into(), bytes: 7, tree: "00".into() }
    }

    fn begun(path: &Path) -> Ledger {
        Ledger::create(path, &head("a"), |see| {
            see(archive("one"))?;
            see(archive("two"))?;
            Ok(String::new())
        })
        .expect("made")
    }

    #[test]
    fn a_ledger_cut_off_at_any_byte_goes_on_with_what_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger");
        assert!(Ledger::open(&path, &head("a")).expect("none").is_none());
        let mut ledger = begun(&path);
        assert!(Ledger::open(&path, &head("a")).is_err(), "one run at a time");
        let made = std::fs::metadata(&path).expect("is there").len() as usize;
        ledger.add(Line::Job { n: 1, job: "j".into(), millis: 5, cost: 3 }).expect("written");
        ledger.add(Line::Upload { n: 1, upload: "u".into(), key: None }).expect("written");
        let (archive, stored_as, at) = ("two".into(), "new".into(), "x".into());
        ledger.add(Line::Stored { n: 1, archive, stored_as, at }).expect("written");
        let (archive, error, why) = ("one".into(), "different".into(), "rot".into());
        ledger.add(Line::Failed { n: 0, archive, error, why }).expect("written");
        drop(ledger);
        let all = std::fs::read(&path).expect("reads");
        for length in made..=all.len() {
            std::fs::write(&path, &all[..length]).expect("written");
            let mut ledger = Ledger::open(&path, &head("a")).expect("opens").expect("is there");
            let whole = all[made..length].iter().filter(|byte| **byte == b'\n').count();
            let states = [State::Waiting, State::Job("j".into()), State::Job("j".into()), State::Stored, State::Stored];
            assert_eq!(ledger.entries[1].state, states[whole], "{length}");
            assert_eq!(ledger.jobs.len(), whole.min(1));
            assert_eq!(ledger.entries[1].upload.is_some(), whole == 2);
            assert_eq!(ledger.archive(0).expect("reads").id, "one");
            // What is added comes behind what is whole.
            ledger.add(Line::Again { n: 0 }).expect("written");
            drop(ledger);
            let ledger = Ledger::open(&path, &head("a")).expect("opens").expect("is there");
            assert_eq!(
                (&ledger.entries[0].state, ledger.archive(1).expect("reads").id),
                (&State::Waiting, "two".into())
            );
        }
    }

    #[test]
    fn a_bucket_s_ledger_knows_keys_and_parts() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger");
        let (destination_bucket, prefix) = (Some("b".into()), Some("p/".into()));
        let head = Head { destination_vault: None, destination_bucket, prefix, ..head("a") };
        let each = |see: &mut dyn FnMut(Archive) -> Result<(), Error>| {
            see(Archive { description: "same".into(), created: "2016".into(), ..archive("one") })?;
            see(Archive { description: "same".into(), created: "2017".into(), ..archive("two") })?;
            Ok(String::new())
        };
        let mut ledger = Ledger::create(&path, &head, each).expect("made");
        ledger.add(Line::Upload { n: 1, upload: "u".into(), key: Some("p/same".into()) }).expect("written");
        let (etag, hash) = ("e".to_owned(), "00".repeat(32));
        let part = |number| Line::Part { n: 1, number, etag: etag.clone(), sha256: hash.clone(), tree: hash.clone() };
        ledger.add(part(2)).expect("written");
        drop(ledger);
        let mut ledger = Ledger::open(&path, &head).expect("opens").expect("is there");
        assert_eq!([ledger.key(0).expect("reads"), ledger.key(1).expect("reads")], ["p/same.one", "p/same"]);
        let upload = ledger.entries[1].upload.clone().expect("is open");
        assert_eq!((upload.key(), upload.sent[&2].etag.as_str(), upload.sent.len()), ("p/same", "e", 1));
        // What was sent of another upload counts for nothing.
        ledger.add(Line::Upload { n: 1, upload: "v".into(), key: Some("p/same".into()) }).expect("written");
        assert_eq!(ledger.entries[1].upload.as_ref().map(|upload| upload.sent.len()), Some(0));
        drop(ledger);
        assert!(Ledger::open(&path, &Head { prefix: None, ..head }).is_err());
    }

    #[test]
    fn damage_and_another_import_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ledger");
        drop(begun(&path));
        let refused = |head: &Head| Ledger::open(&path, head).err().expect("refused").to_string();
        assert!(refused(&head("b")).contains("line 1: it is no ledger"));
        let mut text = std::fs::read(&path).expect("reads");
        text.extend_from_slice(b"{\"what\":\"lost\",\"n\":9,\"job\":\"j\"}\n{\"what\":\"again\",\"n\":0}\n");
        std::fs::write(&path, &text).expect("written");
        assert!(refused(&head("a")).contains("line 4: a line of it cannot be read"));
        assert_eq!(std::fs::read(&path).expect("reads"), text);
        std::fs::write(&path, "").expect("written");
        assert!(refused(&head("a")).contains("line 1"));
    }
}
