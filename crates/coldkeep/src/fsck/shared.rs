//! The check of a store that several servers share: all of them are stopped, or it is looked at beside them.

use std::collections::HashSet;
use std::sync::Arc;

use coldkeep_store::{find_living_server, fsck_online};

use super::{Findings, or_problem, prove, prove_others};
use crate::Failure;
use crate::shared::SharedStore;

/// Proves everything, changing nothing of it. Refuses while a server is alive; of one that was killed, whose record is still there, the whole lease is
/// waited for a sign of life.
pub async fn check(store: &SharedStore, read: bool) -> Result<Findings, Failure> {
    let failed = |error: coldkeep_store::Error| Failure::new(error.to_string());
    let meta = store.metadata().await?;
    if let Some(run) = find_living_server(&meta, store.lease).await.map_err(failed)? {
        return Err(Failure::new(format!(
            "a server of this store is alive, that of run {run}: records change while they are compared.\nNothing was changed. Stop all servers of the \
             store, then check it."
        )));
    }
    store.must_name_pools(&meta).await?;
    let mut findings = Findings::default();
    if let Some(looked) = or_problem(store.look_at_blobs(&meta).await, &mut findings)? {
        findings.unproven.extend(looked.strays);
        prove(Arc::new(meta), looked.blobs, read, &mut findings).await?;
    }
    Ok(findings)
}

/// Proves what can be proven while servers run, changing nothing: all of it twice, a lease apart. What both find in the same words is wrong; the rest was under way.
pub async fn check_online(store: &SharedStore, read: bool) -> Result<Findings, Failure> {
    let mut findings = walk(store, read).await?;
    if findings.is_clean() {
        return Ok(findings);
    }
    tokio::time::sleep(store.lease).await;
    let again = walk(store, read).await?;
    let again: HashSet<&String> = again.problems().collect();
    findings.problems.retain(|problem| again.contains(problem));
    findings.report.iter_mut().for_each(|report| report.problems.retain(|problem| again.contains(problem)));
    Ok(findings)
}

async fn walk(store: &SharedStore, read: bool) -> Result<Findings, Failure> {
    let mut findings = Findings::default();
    let meta = store.metadata().await?;
    let blobs = store.look_beside(&meta).await?;
    findings.report = or_problem(fsck_online(&meta, &*blobs, read).await, &mut findings)?;
    prove_others(&meta, &mut findings).await?;
    Ok(findings)
}
