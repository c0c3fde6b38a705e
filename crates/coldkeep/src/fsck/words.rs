//! What a check found, in words.

use std::fmt;

use coldkeep_store::{OpenWindows, Report};

use super::Findings;
use crate::command::Fsck;

/// The words for what was found.
pub(super) struct Words<'a> {
    pub findings: &'a Findings,
    pub settings: &'a Fsck,
    /// Where it was looked.
    pub place: &'a dyn fmt::Display,
}

/// Files named as unproven; the number of the rest is told.
const MOST_NAMED: usize = 1000;

impl fmt::Display for Words<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.place;
        match &self.findings.report {
            Some(report) => writeln!(out, "Checked {path}: {} records, {} blobs.", report.records, report.blobs)?,
            None => writeln!(out, "Checked {path}. Records and blobs could not be compared.")?,
        }
        if let Some(report) = &self.findings.report {
            match self.settings.read {
                true => writeln!(out, "Read and verified {} bytes of blobs.", report.bytes_read)?,
                false => writeln!(out, "The bytes of blobs were not read; --read does that too.")?,
            }
            self.waiting(report, out)?;
            windows(report, out)?;
            if report.staged > 0 {
                let staged = report.staged;
                writeln!(out, "{staged} contents are away from their staged pools: nothing was proven of them.")?;
            }
        }
        self.unproven(out)?;
        if self.findings.is_clean() {
            return writeln!(out, "Clean: every record has its bytes, and every blob its owner.");
        }
        for problem in self.findings.problems() {
            writeln!(out, "problem: {problem}")?;
        }
        let changed = if self.settings.repair { "" } else { " Nothing was changed." };
        writeln!(out, "{} problems.{changed}", self.findings.problems().count())?;
        if self.settings.shared.meta.is_some() {
            return writeln!(
                out,
                "Objects and archives that are not named above are whole and can be read. Restore the database and the folder from copies of\n\
                 the same time; the folder may be the newer one."
            );
        }
        writeln!(
            out,
            "Copy the data folder before anything else, and check the disk. Objects and archives that are not named above are\n\
             whole and can be read. Restore a backup, or run `coldkeep fsck --repair`: it takes what is damaged out of service,\n\
             writes down what that was, and lets the rest serve."
        )
    }
}

/// What servers that have ended may have left, a line for each.
fn windows(report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    for OpenWindows { run, numbers, looked_at } in &report.windows {
        write!(out, "window of run {run}: {numbers} numbers of blobs that it may have left, ")?;
        match looked_at {
            Some(time) => {
                writeln!(out, "looked at {}, and once more a quarter of an hour after that.", time.iso_millis())?;
            }
            None => writeln!(out, "not looked at yet; the server that leads does that.")?,
        }
    }
    Ok(())
}

impl Words<'_> {
    /// What is neither damage nor in use.
    fn waiting(&self, report: &Report, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (freed, left) = (report.released, report.unswept);
        if self.settings.online {
            return writeln!(
                out,
                "Servers run: {freed} contents wait to be freed, and {left} blobs have no owner yet, or were left by one that was killed."
            );
        }
        if freed > 0 {
            writeln!(out, "{freed} contents wait to be freed, which the next start does.")?;
        }
        if left > 0 {
            let when = match report.sweep_withheld {
                true => "since metadata was lost, they stay where they are until `coldkeep fsck --repair` has run",
                false => "the next start moves them to quarantine",
            };
            writeln!(out, "{left} blobs were left by a server that did not stop cleanly; {when}.")?;
        }
        Ok(())
    }

    /// Files of which nothing can be said.
    fn unproven(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blobs = self.findings.report.iter().flat_map(|report| &report.unproven);
        let blobs = blobs.map(|id| format!("blob {id}, which no record names"));
        let mut all = self.findings.unproven.iter().cloned().chain(blobs);
        for file in all.by_ref().take(MOST_NAMED) {
            writeln!(out, "not proven: {file}")?;
        }
        match all.count() {
            0 => Ok(()),
            more => writeln!(out, "not proven: {more} more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use coldkeep_types::Timestamp;

    use super::*;

    #[test]
    fn the_report_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().to_owned();
        let mut settings =
            Fsck { data, shared: Default::default(), pool: Vec::new(), read: false, online: false, repair: false };
        let report = Report { records: 3, unswept: 2, ..Report::default() };
        let mut findings = Findings { report: Some(report), ..Findings::default() };
        let words = |findings: &Findings, settings: &Fsck| Words { findings, settings, place: &"data" }.to_string();
        let clean = words(&findings, &settings);
        assert!(clean.contains("Clean") && clean.contains("2 blobs were left"), "{clean}");
        findings.problems.push("blob 1 has no owner".into());
        findings.unproven.push("note.txt".into());
        let damaged = words(&findings, &settings);
        for part in ["problem: blob 1 has no owner", "Copy the data", "Nothing was changed", "not proven: note.txt"] {
            assert!(damaged.contains(part), "{part}: {damaged}");
        }
        let windows = [None, Some(Timestamp(0))].map(|looked_at| OpenWindows { run: 4, numbers: 4099, looked_at });
        let report = Report { windows: windows.to_vec(), ..Report::default() };
        let killed = words(&Findings { report: Some(report), ..Findings::default() }, &settings);
        for part in ["window of run 4: 4099 numbers", "not looked at yet", "looked at 1970-01-01T00:00:00.000Z, and"] {
            assert!(killed.contains(part), "{part}: {killed}");
        }
        settings.repair = true;
        assert!(!words(&findings, &settings).contains("Nothing was changed"));
    }
}
