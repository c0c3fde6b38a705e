//! When all servers have stopped: one more begins, alone, and cleans up after them, at once and again after a quarter of an hour; then it stops too, and nothing is
//! left that is nobody's.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use coldkeep_meta::{Entry, Meta, prefix_range};
use coldkeep_store::fsck;
use tokio::time::{Instant, sleep};

use super::engines::Engines;
use super::machine::Machine;
use crate::clients::Wrong;

/// How long after the first look at what a server left the second comes.
const SECOND_LOOK_MS: i64 = 15 * 60 * 1000;
/// The longest that anything may take here.
const PATIENCE: Duration = Duration::from_secs(600);

/// Looks at what these machines leave.
pub async fn look(engines: &Arc<Engines>, machines: &[Arc<Machine>], mut dice: Dice) -> Result<(), Wrong> {
    let machine = Machine::new(machines.len(), engines, &mut dice);
    let supervisor = tokio::spawn(machine.clone().supervise(dice));
    let leads = || machine.listening().is_some_and(|server| server.store.leads());
    until("the last server does not lead", async || leads()).await?;
    // Who could not say that it leaves is declared dead first. Its own mark stands until it leaves.
    until("dead servers are not declared dead", async || records(engines, b"sserver/").await.len() == 1).await?;
    let is_looked_at = |(_, entry): &(Vec<u8>, Entry)| entry.value.len() == 8;
    let looked_at = async || {
        let marks = records(engines, b"sdirty/").await;
        marks.iter().filter(|mark| is_looked_at(mark)).count() + 1 == marks.len()
    };
    until("what dead servers left is not looked at", looked_at).await?;
    let arrived = async || machines.iter().all(|machine| machine.blobs.under_way() == 0);
    until("calls to the blobs never end", arrived).await?;
    engines.clock.jump(SECOND_LOOK_MS);
    let done_with = async || records(engines, b"sdirty/").await.len() == 1;
    until("what dead servers left is not looked at again", done_with).await?;
    until("contents wait to be freed", async || records(engines, b"r").await.is_empty()).await?;
    machine.stop(true);
    supervisor.await.map_err(|error| format!("the last server: {error}"))?;
    engines.judge()?;
    for tag in [&b"sserver/"[..], b"sbeat/", b"sanswer/", b"sdirty/"] {
        if let Some((key, _)) = records(engines, tag).await.first() {
            return Err(format!("leaks: all servers have left, but there is a record {}", key.escape_ascii()));
        }
    }
    clean(engines).await
}

/// Nothing is wrong, nothing waits, and every blob is somebody's.
async fn clean(engines: &Engines) -> Result<(), Wrong> {
    let report = fsck(&engines.meta, &engines.blobs, true).await.map_err(|error| format!("fsck: {error}"))?;
    let mut problems = report.problems;
    problems.extend(report.unproven.iter().map(|id| format!("the blob {id} is named by no record")));
    problems.extend((report.released > 0).then(|| format!("{} contents wait to be freed", report.released)));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(format!("fsck: {}", problems.join("; "))),
    }
}

async fn records(engines: &Engines, prefix: &[u8]) -> Vec<(Vec<u8>, Entry)> {
    engines.meta.scan(prefix_range(prefix), usize::MAX).await.unwrap_or_default()
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) -> Result<(), Wrong> {
    let began = Instant::now();
    while !holds().await {
        if began.elapsed() > PATIENCE {
            return Err(format!("leaks: {what}"));
        }
        sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}
