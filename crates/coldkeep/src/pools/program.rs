//! The operator's program of a staged pool, as the robot that a store wants: `COMMAND WORK LIST`, in the pool's folder.
//!
//! The list is a file of lines, `ID PATH BYTES`; what the program says of each is a line on its standard output: `done ID`, `failed ID REASON`,
//! `resident ID`, `migrated ID` or `absent ID`. Its standard input is a file that the server has locked: so a program that outlives a killed server
//! keeps the next one from calling it a second time.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_blob::Files;
use coldkeep_store::{StagedAnswer, StagedBlob, StagedWork, StagingRobot};
use coldkeep_types::Id;
use rustix::fs::{FlockOperation, flock};
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

use crate::Failure;
use crate::data_folder::make_durable;

/// The most of what a program says on its standard error that is logged.
const MOST_SAID: usize = 2000;

/// A staged pool: its name, its folder and its program.
#[derive(Clone, Debug)]
pub struct Staged {
    pub name: String,
    pub folder: PathBuf,
    pub command: PathBuf,
}

/// The programs of all staged pools, by their numbers. One runs at a time.
pub struct Programs {
    pools: BTreeMap<u8, Staged>,
    /// Where lists and locks are.
    folder: PathBuf,
    interval: Duration,
    last: Mutex<Option<Instant>>,
}

impl Programs {
    /// These programs, called no more often than once in the interval; lists and locks lie in this folder, which is made.
    pub fn new(pools: BTreeMap<u8, Staged>, folder: PathBuf, interval: Duration) -> Result<Self, Failure> {
        make_durable(&folder).map_err(|error| Failure::file("make the folder", &folder, &error))?;
        Ok(Self { pools, folder, interval, last: Mutex::default() })
    }

    async fn call(
        &self,
        pool: &Staged,
        work: StagedWork,
        blobs: &[StagedBlob],
    ) -> Result<Vec<(Id, StagedAnswer)>, String> {
        let lock = self.locked(&pool.name)?;
        let list = self.folder.join(format!("{}.list", pool.name));
        std::fs::write(&list, lines(blobs)).map_err(|error| format!("cannot write {}: {error}", list.display()))?;
        let mut command = Command::new(&pool.command);
        command.arg(work.name()).arg(&list).current_dir(&pool.folder).env("COLDKEEP_POOL", &pool.name);
        command.stdin(Stdio::from(lock)).kill_on_drop(true);
        let failed = |error: io::Error| format!("cannot run {}: {error}", pool.command.display());
        let output = command.output().await.map_err(failed)?;
        let said = String::from_utf8_lossy(&output.stderr[..output.stderr.len().min(MOST_SAID)]).into_owned();
        if !output.status.success() || !said.is_empty() {
            tracing::warn!(pool = pool.name, work = work.name(), status = %output.status, said, "the program of a staged pool");
        }
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(answer).collect())
    }

    /// The file that keeps a second call away, locked.
    fn locked(&self, name: &str) -> Result<File, String> {
        let path = self.folder.join(format!("{name}.lock"));
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(file),
            Err(_) => Err("an earlier call of the program, by a server that was killed, still runs".into()),
        }
    }
}

#[async_trait]
impl StagingRobot for Programs {
    async fn work(&self, pool: u8, work: StagedWork, blobs: &[StagedBlob]) -> Result<Vec<(Id, StagedAnswer)>, String> {
        let pool = self.pools.get(&pool).ok_or("the pool has no program")?;
        let mut last = self.last.lock().await;
        if let Some(last) = *last {
            sleep_until(last + self.interval).await;
        }
        let answers = self.call(pool, work, blobs).await;
        *last = Some(Instant::now());
        answers
    }
}

/// The list that a program is given.
fn lines(blobs: &[StagedBlob]) -> String {
    let line = |blob: &StagedBlob| format!("{} {} {}\n", blob.id, Files::place(blob.id).display(), blob.bytes);
    blobs.iter().map(line).collect()
}

/// What a line of its answer says; `None` of a line that says nothing.
fn answer(line: &str) -> Option<(Id, StagedAnswer)> {
    let mut words = line.trim().splitn(3, ' ');
    let (word, id) = (words.next()?, Id::parse_hex(words.next()?)?);
    let answer = match word {
        "done" => StagedAnswer::Done,
        "failed" => StagedAnswer::Failed(words.next().unwrap_or("no reason given").into()),
        "resident" => StagedAnswer::Resident,
        "migrated" => StagedAnswer::Migrated,
        "absent" => StagedAnswer::Absent,
        _ => return None,
    };
    Some((id, answer))
}
