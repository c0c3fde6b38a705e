//! `coldkeep fsck`: proves that records and stored bytes fit each other, and says in words what was found.

use std::fmt;
use std::process::ExitCode;

use coldkeep_store::Report;

use crate::Failure;
use crate::command::Fsck;
use crate::data_folder::DataFolder;

/// Exit code when something is damaged.
const DAMAGED: u8 = 1;

/// Runs the check. Exit code 0 means clean, 1 damaged; a [`Failure`] means that it could not run.
pub fn run(settings: &Fsck) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(error.to_string()))?;
    runtime.block_on(async {
        let folder = DataFolder::existing(&settings.data)?;
        let (meta, blobs) = folder.open(coldkeep_meta::Options::default().cache_bytes).await?;
        let report = coldkeep_store::fsck(&meta, &blobs, settings.read).await;
        let report = report.map_err(|error| Failure::new(format!("the check could not go on: {error}")))?;
        print!("{}", Words { report: &report, read: settings.read, folder: &folder });
        let root = crate::root_account::verify(&folder.root_account());
        if let Err(damage) = &root {
            println!("{damage}");
        }
        Ok(if report.problems.is_empty() && root.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(DAMAGED) })
    })
}

struct Words<'a> {
    report: &'a Report,
    read: bool,
    folder: &'a DataFolder,
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { report, read, folder } = self;
        writeln!(out, "Checked {}: {} records, {} blobs.", folder.path().display(), report.records, report.blobs)?;
        match read {
            true => writeln!(out, "Read and verified {} bytes of blobs.", report.bytes_read)?,
            false => writeln!(out, "Contents were not read; --read does that too.")?,
        }
        if report.released > 0 {
            writeln!(out, "{} contents wait to be freed, which the next start does.", report.released)?;
        }
        if report.unswept > 0 {
            writeln!(
                out,
                "{} blobs were left by a server that did not stop cleanly; the next start removes them.",
                report.unswept
            )?;
        }
        if report.problems.is_empty() {
            return writeln!(out, "Clean: every record has its bytes, and every blob its owner.");
        }
        for problem in &report.problems {
            writeln!(out, "problem: {problem}")?;
        }
        writeln!(out, "{} problems. Nothing was changed.", report.problems.len())?;
        writeln!(
            out,
            "Copy the data folder before anything else. Objects and archives that are not named above are whole and can be\n\
             read. What is named is damaged: check the disk, then write it again from its source or restore a backup."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::make(dir.path()).unwrap();
        let mut report = Report { records: 3, unswept: 2, ..Report::default() };
        let words = |report: &Report| Words { report, read: false, folder: &folder }.to_string();
        assert!(words(&report).contains("Clean") && words(&report).contains("2 blobs were left"));
        report.problems.push("blob 1 has no owner".into());
        assert!(words(&report).contains("problem: blob 1 has no owner") && words(&report).contains("Copy the data"));
    }
}
