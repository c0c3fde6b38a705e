//! A small Ceph of three OSDs, made by what starts it for the conformance tests (`conformance/ceph.py`): a program that does what it is told, line by line,
//! and that ends, with all of it, when nobody tells it anything any more.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::failed;

/// What runs.
pub struct Ceph {
    child: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    log: PathBuf,
    /// Where blobs go, for servers.
    pub address: String,
}

impl Ceph {
    /// Makes one and waits until all of it is there.
    pub fn start(log: &Path) -> Result<Self, String> {
        let file = File::create(log).map_err(failed(format!("cannot write {}", log.display())))?;
        let mut command = Command::new("python3");
        command.args(["conformance/ceph.py", "serve"]).current_dir(crate::root());
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file).spawn();
        let mut child = child.map_err(failed("cannot start python3"))?;
        let answers = BufReader::new(child.stdout.take().ok_or("no answers of Ceph")?);
        let (words, log) = (child.stdin.take(), log.to_owned());
        let mut ceph = Self { child, words, answers, log, address: String::new() };
        ceph.address = ceph.answer()?;
        Ok(ceph)
    }

    /// Does `kill`, `start` (and waits until every copy is there again), `hold` or `release` to these OSDs.
    pub fn tell(&mut self, what: &str, osds: &[usize]) -> Result<(), String> {
        let numbers: Vec<String> = osds.iter().map(usize::to_string).collect();
        let words = self.words.as_mut().ok_or("nobody to tell")?;
        writeln!(words, "{what} {}", numbers.join(" ")).map_err(failed("Ceph is not told"))?;
        match self.answer()?.as_str() {
            "done" => Ok(()),
            other => Err(format!("Ceph answers {other}")),
        }
    }

    fn answer(&mut self) -> Result<String, String> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(failed("no answer of Ceph"))?;
        match line.trim_end() {
            "" => Err(format!("Ceph has ended: {}", fs::read_to_string(&self.log).unwrap_or_default())),
            line => Ok(line.to_owned()),
        }
    }
}

impl Drop for Ceph {
    fn drop(&mut self) {
        drop(self.words.take());
        let _ = self.child.wait();
    }
}
