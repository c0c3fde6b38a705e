//! Puts the tables of a run into a page of `docs/`, between the lines that mark their place.

use std::fs;

use crate::failed;

/// The lines between which they stand.
const MARKS: (&str, &str) = ("<!-- run: begin -->", "<!-- run: end -->");

/// Replaces the tables of the last run in `page`, a file below the workspace's folder.
pub fn record(page: &str, tables: &str) -> Result<(), String> {
    let file = crate::root().join(page);
    let text = fs::read_to_string(&file).map_err(failed(format!("cannot read {page}")))?;
    let split = text.split_once(MARKS.0).and_then(|(before, rest)| Some((before, rest.split_once(MARKS.1)?.1)));
    let (before, after) = split.ok_or(format!("{page} has lost its marks of the last run"))?;
    let text = format!("{before}{}\n\n{}\n{}{after}", MARKS.0, tables.trim_end(), MARKS.1);
    fs::write(&file, text).map_err(failed(format!("cannot write {page}")))
}
