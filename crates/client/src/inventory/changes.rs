//! What was put and removed from here since the inventory: a file of lines, `+` and an archive, or `-` and an id.
//!
//! Each line is written when it is so. A line that was cut off by a kill counts for nothing: then the inventory is a little wrong, as
//! any is, and nothing else. Several runs may add lines at a time.

use std::collections::{BTreeMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::document::Archive;
use crate::Error;
use crate::folders::replace;

/// The changes of one vault.
pub struct Changes {
    path: PathBuf,
    file: Option<File>,
    pub added: BTreeMap<String, Archive>,
    pub removed: HashSet<String>,
}

impl Changes {
    pub fn open(path: &Path) -> Result<Self, Error> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::file("read", path, &error)),
        };
        let mut changes = Self { path: path.to_owned(), file: None, added: BTreeMap::new(), removed: HashSet::new() };
        // What follows the last line's end was cut off.
        for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
            if let Some(id) = line.strip_prefix('-') {
                changes.removed.insert(id.to_owned());
            } else if let Some(archive) =
                line.strip_prefix('+').and_then(|json| serde_json::from_str::<Archive>(json).ok())
            {
                changes.added.insert(archive.id.clone(), archive);
            }
        }
        Ok(changes)
    }

    pub fn add(&mut self, archive: &Archive) -> Result<(), Error> {
        let line = added(archive)?;
        self.write(&line)?;
        self.added.insert(archive.id.clone(), archive.clone());
        Ok(())
    }

    pub fn remove(&mut self, id: &str) -> Result<(), Error> {
        self.write(&format!("-{id}\n"))?;
        self.removed.insert(id.to_owned());
        Ok(())
    }

    /// An inventory of this date has come: it shows these that were put, and these that were removed no longer. What was put before its
    /// date and is not shown was removed by somebody else.
    pub fn forget(&mut self, date: &str, there: &HashSet<String>, gone: &HashSet<String>) -> Result<(), Error> {
        self.added.retain(|id, archive| !there.contains(id) && !gone.contains(id) && archive.created.as_str() >= date);
        self.removed.retain(|id| !gone.contains(id));
        let mut text = String::new();
        for archive in self.added.values() {
            text += &added(archive)?;
        }
        for id in &self.removed {
            text += &format!("-{id}\n");
        }
        self.file = None;
        replace(&self.path, text.as_bytes())
    }

    /// Whole lines only, so that runs that add at a time do not mix.
    fn write(&mut self, line: &str) -> Result<(), Error> {
        let failed = |error: &std::io::Error| Error::file("write", &self.path, error);
        if self.file.is_none() {
            // A line that was cut off must not run into the next.
            let mut file =
                OpenOptions::new().append(true).create(true).open(&self.path).map_err(|error| failed(&error))?;
            file.write_all(b"\n").map_err(|error| failed(&error))?;
            self.file = Some(file);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(line.as_bytes()).map_err(|error| failed(&error))
    }
}

fn added(archive: &Archive) -> Result<String, Error> {
    let json = serde_json::to_string(archive).map_err(|error| Error::File(error.to_string()))?;
    Ok(format!("+{json}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(id: &str, created: &str) -> Archive {
        let (id, created) = (id.to_owned(), created.to_owned());
        Archive { id, description: "line\nbreak".into(), created, bytes: 1, tree: String::new() }
    }

    #[test]
    fn changes_are_remembered_until_an_inventory_shows_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("changes");
        let mut changes = Changes::open(&path).expect("opens");
        for (id, created) in [("shown", "2026-01-01T00:00:00Z"), ("new", "2026-01-03"), ("stolen", "2026-01-01")] {
            changes.add(&archive(id, created)).expect("written");
        }
        changes.remove("lagging").expect("written");
        changes.remove("gone").expect("written");
        let open = || Changes::open(&path).expect("opens");
        assert_eq!((open().added.len(), open().removed.len()), (3, 2));
        assert_eq!(open().added["new"], archive("new", "2026-01-03"));
        // A line that was cut off counts for nothing, and spoils no later one.
        let mut bytes = std::fs::read(&path).expect("reads");
        bytes.extend_from_slice(b"-cu");
        std::fs::write(&path, &bytes).expect("written");
        let mut changes = open();
        changes.remove("later").expect("written");
        let removed: Vec<String> = open().removed.into_iter().filter(|id| id != "cu").collect();
        assert!(removed.contains(&"later".to_owned()) && removed.len() == 3, "{removed:?}");
        // An inventory of the second of January.
        let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<HashSet<_>>();
        changes.forget("2026-01-02T00:00:00Z", &set(&["shown"]), &set(&["gone", "cu"])).expect("written");
        let changes = open();
        assert_eq!(changes.added.keys().collect::<Vec<_>>(), ["new"]);
        assert_eq!(changes.removed, set(&["lagging", "later"]));
    }
}
