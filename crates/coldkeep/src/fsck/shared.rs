//! The check of a store that several servers share: all of them are stopped.

use std::sync::Arc;

use coldkeep_store::find_living_server;

use super::{Findings, or_problem, prove};
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
    let mut findings = Findings::default();
    if let Some(looked) = or_problem(store.look_at_blobs().await, &mut findings)? {
        findings.unproven.extend(looked.strays);
        prove(Arc::new(meta), looked.blobs, read, &mut findings).await?;
    }
    Ok(findings)
}
