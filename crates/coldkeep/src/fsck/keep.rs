//! Where a repair writes down what it takes out of service: `DATA/repair-TIME.jsonl`, one JSON object a line, made when the first
//! one comes. Each line is on the disk before its record goes.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use coldkeep_store::{Error, Keep, TakenOut};
use serde_json::{Map, Value};

/// The file, and how many lines it has.
pub struct Lines {
    path: PathBuf,
    file: Option<File>,
    /// Lines written.
    pub count: u64,
}

impl Lines {
    /// Lines to be written in this folder, now.
    pub fn new(folder: &Path, seconds: i64) -> Self {
        Self { path: folder.join(format!("repair-{seconds}.jsonl")), file: None, count: 0 }
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
                File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
                self.file.insert(file)
            }
        };
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        self.count += 1;
        Ok(())
    }
}

impl Keep for Lines {
    fn keep(&mut self, taken: &TakenOut) -> Result<(), Error> {
        let mut object = Map::new();
        let mut put = |name: &str, value: &str| object.insert(name.to_owned(), Value::from(value));
        put("place", &taken.place);
        put("why", &taken.why);
        for (name, value) in &taken.facts {
            put(name, value);
        }
        put("record_key", &hex(&taken.key));
        put("record", &hex(&taken.value));
        let line = format!("{}\n", Value::Object(object));
        self.write(&line).map_err(|error| Error::Unavailable(format!("{}: {error}", self.path.display())))
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
