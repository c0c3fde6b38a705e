//! Windows of servers that have ended: what they may have left is yet to be looked at, and a mark says so.

use std::collections::BTreeMap;

use coldkeep_meta::{Record, prefix_range};
use coldkeep_types::Timestamp;

use super::remedy::Remedy;
use super::{Check, OpenWindows};
use crate::upkeep::sweep;
use crate::windows::WindowRecord;
use crate::{Error, keys, servers};

impl Check<'_> {
    /// Tells of each run with windows that its server has ended. Whoever sweeps goes by the marks of runs, so one without is never looked at.
    pub(super) async fn windows(&mut self) -> Result<(), Error> {
        let mut numbers = BTreeMap::<u32, u64>::new();
        for (key, entry) in self.meta.scan(prefix_range(&keys::state("window/")), usize::MAX).await? {
            // What is no window is told where records are proven.
            let Some(run) = key.strip_prefix(keys::state("window/").as_slice()).and_then(|name| name.first_chunk())
            else {
                continue;
            };
            let Ok(record) = WindowRecord::from_value(&entry.value) else { continue };
            let sizes = record.ranges().iter().map(|(first, end)| end.saturating_sub(*first));
            *numbers.entry(u32::from_be_bytes(*run)).or_default() += sizes.sum::<u64>();
        }
        for (run, numbers) in numbers {
            if self.online && self.meta.get(&servers::server_key(run)).await?.is_some() {
                continue;
            }
            let Some(mark) = self.meta.get(&sweep::dirty_key(run)).await? else {
                let what = format!("run {run} may have left blobs, and no mark says that it is to be looked at");
                self.problem(what, Remedy::Mark(run)).await?;
                continue;
            };
            let looked_at = mark.value.first_chunk().map(|bytes| Timestamp(i64::from_be_bytes(*bytes)));
            self.report.windows.push(OpenWindows { run, numbers, looked_at });
        }
        Ok(())
    }
}
