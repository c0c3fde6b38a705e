//! What `fsck` says of a disk whose server has stopped.

use std::time::Duration;

use coldkeep_disk::simulated::SimulatedDisk;

use crate::clients::Wrong;
use crate::server::engines;

/// What is wrong by `fsck`; empty when all is clean.
pub async fn problems(disk: &SimulatedDisk) -> Result<Vec<String>, Wrong> {
    let (meta, blobs) = engines(disk)?;
    let report = coldkeep_store::fsck(&meta, &blobs, true).await.map_err(|error| error.to_string())?;
    let mut problems = report.problems;
    if report.released > 0 {
        problems.push(format!("{} contents wait to be freed", report.released));
    }
    if report.unswept > 0 {
        problems.push(format!("{} blobs wait to be swept", report.unswept));
    }
    Ok(problems)
}

/// After a clean stop at rest nothing is wrong, and nothing waits.
pub async fn clean(disk: &SimulatedDisk) -> Result<(), Wrong> {
    let problems = problems(disk).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("; ")),
    }
}
