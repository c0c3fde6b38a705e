//! The operator's program of a staged pool, as the robot that a store wants: `COMMAND WORK LIST`, in the pool's folder.
//!
//! The list is a file of lines, `ID PATH BYTES`; what the program says of each is a line on its standard output: `done ID`, `failed ID REASON`,
//! `resident ID`, `migrated ID` or `absent ID`. Its standard input is a file that the server has locked: so a program that outlives a killed server
//! keeps the next one from calling it a second time. Of a pool that several servers share that file lies in its folder, where all of them see it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_blob::Files;
use coldkeep_store::{StagedAnswer, StagedBlob, StagedWork, StagingRobot, StagingTurn};
use coldkeep_types::Id;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use tokio::process::Command;
use tokio::sync::{Mutex, OwnedMutexGuard};
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

/// The programs of all staged pools, by their numbers. One of this server runs at a time.
pub struct Programs {
    /// Each with the folder where its list and its lock are.
    pools: BTreeMap<u8, (Staged, PathBuf)>,
    interval: Duration,
    /// When the last call ended.
    last: Arc<Mutex<Option<Instant>>>,
}

impl Programs {
    /// These programs, called no more often than once in the interval. Lists and locks lie in this folder, or in that of each pool, which several servers see; it is made.
    pub fn new(pools: BTreeMap<u8, Staged>, lists: Option<&Path>, interval: Duration) -> Result<Self, Failure> {
        let pools = pools.into_iter().map(|(number, pool)| {
            let folder = lists.map_or_else(|| pool.folder.join(Files::BESIDE), Path::to_owned);
            make_durable(&folder).map_err(|error| Failure::file("make the folder", &folder, &error))?;
            Ok((number, (pool, folder)))
        });
        Ok(Self { pools: pools.collect::<Result<_, Failure>>()?, interval, last: Arc::default() })
    }
}

#[async_trait]
impl StagingRobot for Programs {
    async fn turn(&self, pool: u8) -> Result<Box<dyn StagingTurn>, String> {
        let (pool, folder) = self.pools.get(&pool).ok_or("the pool has no program")?.clone();
        let last = self.last.clone().lock_owned().await;
        if let Some(last) = *last {
            sleep_until(last + self.interval).await;
        }
        let lock = locked(&folder.join(format!("{}.lock", pool.name)))?;
        Ok(Box::new(Turn { pool, folder, lock, last }))
    }
}

/// The right to call the program of a pool.
struct Turn {
    pool: Staged,
    folder: PathBuf,
    /// Locked as long as it is open: here, then in the program.
    lock: File,
    last: OwnedMutexGuard<Option<Instant>>,
}

impl Staged {
    async fn call(
        &self,
        work: StagedWork,
        blobs: &[StagedBlob],
        (folder, lock): (&Path, File),
    ) -> Result<Vec<(Id, StagedAnswer)>, String> {
        if work == StagedWork::Recall {
            make_folders(&self.folder, blobs)?;
        }
        let list = folder.join(format!("{}.list", self.name));
        std::fs::write(&list, lines(blobs)).map_err(|error| format!("cannot write {}: {error}", list.display()))?;
        let mut command = Command::new(&self.command);
        command.arg(work.name()).arg(&list).current_dir(&self.folder).env("COLDKEEP_POOL", &self.name);
        command.stdin(Stdio::from(lock)).kill_on_drop(true);
        let failed = |error: io::Error| format!("cannot run {}: {error}", self.command.display());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        // The lock is the program's alone: a server that is held up keeps nobody from a turn when that has ended.
        drop(command);
        let output = child.wait_with_output().await.map_err(|error| format!("cannot wait for the program: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr[..output.stderr.len().min(MOST_SAID)]).into_owned();
        if !output.status.success() || !said.is_empty() {
            tracing::warn!(pool = self.name, work = work.name(), status = %output.status, said, "the program of a staged pool");
        }
        Ok(String::from_utf8_lossy(&output.stdout).lines().filter_map(answer).collect())
    }
}

#[async_trait]
impl StagingTurn for Turn {
    async fn work(self: Box<Self>, work: StagedWork, blobs: &[StagedBlob]) -> Result<Vec<(Id, StagedAnswer)>, String> {
        let Self { pool, folder, lock, mut last } = *self;
        let answers = pool.call(work, blobs, (&folder, lock)).await;
        *last = Some(Instant::now());
        answers
    }
}

/// The file that keeps a second call away, locked.
fn locked(path: &Path) -> Result<File, String> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = opened.map_err(|error| format!("cannot open {}: {error}", path.display()))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(Errno::WOULDBLOCK) => {
            Err("another call of the program still runs, of a server that was killed or held up".into())
        }
        Err(error) => Err(format!("cannot lock {}: {error}", path.display())),
    }
}

/// The folders that blobs come back to: one that was empty may have gone with a blob that was deleted.
fn make_folders(pool: &Path, blobs: &[StagedBlob]) -> Result<(), String> {
    for blob in blobs {
        let path = pool.join(Files::place(blob.id));
        let folder = path.parent().unwrap_or(pool);
        make_durable(folder).map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "while read -r id path bytes; do echo back > \"$path\" && echo \"done $id\"; done < \"$1\"\n";

    /// Two servers of a pool that lies in a folder which both see.
    #[tokio::test]
    async fn one_turn_at_a_time_and_what_comes_back_finds_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        // The shell is called as the program, so it runs what has the name of the work.
        let (folder, command) = (dir.path().to_owned(), PathBuf::from("/bin/sh"));
        std::fs::write(folder.join("recall"), SCRIPT).unwrap();
        let pool =
            || BTreeMap::from([(1, Staged { name: "tape".into(), folder: folder.clone(), command: command.clone() })]);
        let [one, other] = [(); 2].map(|()| Programs::new(pool(), None, Duration::ZERO).unwrap());
        let turn = one.turn(1).await.unwrap();
        assert!(other.turn(1).await.err().unwrap().contains("another call"));
        let blob = StagedBlob { id: Id::from_bytes([7; 16]), bytes: 5 };
        assert!(!folder.join(Files::place(blob.id)).parent().unwrap().exists());
        assert_eq!(turn.work(StagedWork::Recall, &[blob]).await.unwrap(), [(blob.id, StagedAnswer::Done)]);
        assert!(folder.join(Files::place(blob.id)).is_file());
        other.turn(1).await.unwrap();
        assert!(one.turn(2).await.is_err());
    }
}
