//! The disk: large files made durable, and small appends that share a sync.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Condvar, Mutex};

use super::{Limit, timed};
use crate::bench::payload;

const FILE_BYTES: usize = 16 << 20;
const BLOCK_BYTES: usize = 1 << 20;
const APPENDERS: usize = 16;
const APPEND_BYTES: usize = 4 << 10;

/// Files by 1 and 4 writers, appends by 16 threads.
pub fn measure(folder: &Path, quick: bool) -> Result<Vec<Limit>, String> {
    let mut limits = Vec::new();
    for writers in [1, 4] {
        let files = if quick { 32 } else { 64 };
        let (rate, cpu) = timed(|| write_files(folder, writers, files / writers))?;
        let what = format!("write and fdatasync files of 16 MiB, {writers} at once");
        limits.push(Limit { what, value: rate / f64::from(1 << 20), unit: "MiB/s", cpu: cpu * f64::from(1 << 30) });
    }
    let appends = if quick { 500 } else { 3_000 };
    let (rate, cpu) = timed(|| append_together(folder, appends))?;
    let what = format!("append 4 KiB, durable, {APPENDERS} threads that share write and fdatasync");
    limits.push(Limit { what, value: rate, unit: "appends/s", cpu: cpu * 1000.0 });
    Ok(limits)
}

fn write_files(folder: &Path, writers: usize, each: usize) -> Result<f64, String> {
    let write = |writer: usize| -> std::io::Result<()> {
        for number in 0..each {
            let path = folder.join(format!("limit-{writer}-{number}"));
            let mut file = File::create(&path)?;
            for block in payload::bytes(FILE_BYTES).chunks(BLOCK_BYTES) {
                file.write_all(block)?;
            }
            file.sync_data()?;
            std::fs::remove_file(path)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..writers).map(|writer| scope.spawn(move || write(writer))).collect();
        for thread in threads {
            let written = thread.join().map_err(|_| "a writer panicked".to_owned())?;
            written.map_err(|error| format!("cannot write files: {error}"))?;
        }
        Ok((writers * each * FILE_BYTES) as f64)
    })
}

/// The log that appenders share: whoever finds no sync under way writes all that waits.
struct Log {
    file: File,
    state: Mutex<State>,
    synced: Condvar,
}

#[derive(Default)]
struct State {
    waiting: usize,
    handed_in: usize,
    durable: usize,
    is_syncing: bool,
}

fn append_together(folder: &Path, each: usize) -> Result<f64, String> {
    let path = folder.join("limit-log");
    let file = File::create(&path).map_err(|error| format!("cannot write a log: {error}"))?;
    let log = Log { file, state: Mutex::default(), synced: Condvar::new() };
    let log = &log;
    std::thread::scope(|scope| {
        let append = move || (0..each).try_for_each(|_| log.append());
        let threads: Vec<_> = (0..APPENDERS).map(|_| scope.spawn(append)).collect();
        for thread in threads {
            let appended = thread.join().map_err(|_| "an appender panicked".to_owned())?;
            appended.map_err(|error| format!("cannot append: {error}"))?;
        }
        Ok((APPENDERS * each) as f64)
    })
}

impl Log {
    fn append(&self) -> std::io::Result<()> {
        let mut state = self.state.lock().expect("no holder panics");
        state.waiting += 1;
        state.handed_in += 1;
        let mine = state.handed_in;
        while state.durable < mine {
            if state.is_syncing {
                state = self.synced.wait(state).expect("no holder panics");
                continue;
            }
            let (group, last) = (std::mem::take(&mut state.waiting), state.handed_in);
            state.is_syncing = true;
            drop(state);
            let written = (&self.file).write_all(payload::bytes(group * APPEND_BYTES));
            let written = written.and_then(|()| self.file.sync_data());
            state = self.state.lock().expect("no holder panics");
            (state.is_syncing, state.durable) = (false, last);
            self.synced.notify_all();
            written?;
        }
        Ok(())
    }
}
