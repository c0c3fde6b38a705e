//! What `fsck` says of a disk whose server has stopped.

use std::path::Path;
use std::sync::Arc;

use coldkeep_blob::Files;
use coldkeep_disk::simulated::SimulatedDisk;
use coldkeep_meta::Inspector;

use crate::clients::Wrong;
use crate::server::{BLOBS, META};

/// What is wrong by `fsck --read`, which changes nothing; empty when all is clean.
/// Where sweeping is withheld, since the end of the journal was torn, what should be swept is no problem.
pub async fn problems(disk: &SimulatedDisk) -> Result<Vec<String>, Wrong> {
    let mut problems = Vec::new();
    let seam = Arc::new(disk.clone());
    let said = |error: &dyn std::fmt::Display| error.to_string();
    coldkeep_meta::prove(disk, Path::new(META), &mut |what| problems.push(what)).map_err(|error| said(&error))?;
    let meta = Inspector::open(seam.clone(), Path::new(META)).map_err(|error| said(&error))?;
    let blobs = Files::inspect(seam, Path::new(BLOBS)).map_err(|error| said(&error))?;
    let report = coldkeep_store::fsck(&meta, &blobs, true).await.map_err(|error| said(&error))?;
    problems.extend(report.problems);
    let swept = !report.sweep_withheld;
    problems.extend(report.unproven.iter().filter(|_| swept).map(|id| format!("the blob {id} is named by no record")));
    let strays = blobs.strays().map_err(|error| said(&error))?;
    problems.extend(strays.iter().map(|path| format!("{} is nobody's", path.display())));
    let unswept = if swept { report.unswept } else { 0 };
    let waiting = [(report.released, "contents wait to be freed"), (unswept, "blobs wait to be swept")];
    problems.extend(waiting.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    Ok(problems)
}

/// After a clean stop at rest nothing is wrong, and nothing waits.
pub async fn clean(disk: &SimulatedDisk) -> Result<(), Wrong> {
    let problems = problems(disk).await?;
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("; ")),
    }
}
