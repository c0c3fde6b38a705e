//! What this server has left itself: uploads that were cut short, and blobs that came to be for nothing. All of it was removed when that happened, if that could be; what was
//! not, or landed after it, is removed here.

use std::time::Duration;

use coldkeep_types::Id;
use tokio::time::Instant;

use crate::{Error, Store};

/// How long a write that was not answered may take to land.
const LATE: Duration = Duration::from_secs(15 * 60);
/// How often what was left is looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// How many are looked at at once.
const AT_ONCE: usize = 1024;

impl Store {
    /// Removes what was left long enough ago, and closes the numbers of which nothing is there; how long to wait until the next look, `None`: for ever, the store has
    /// no windows. To be called by every server of a shared store, whether it leads or not.
    pub async fn remove_left(&self) -> Result<Option<Duration>, Error> {
        let Some(windows) = &self.0.windows else { return Ok(None) };
        let Some(then) = Instant::now().checked_sub(LATE) else { return Ok(Some(LOOK_AGAIN)) };
        for (pool, of_pool) in &windows.pools {
            let left = of_pool.window.lock().left_before(then);
            for some in left.chunks(AT_ONCE) {
                let ids: Vec<Id> = some.iter().map(|number| windows.id(*pool, *number)).collect();
                let there = self.0.blobs.present(&ids).await?;
                for id in &there {
                    self.0.blobs.delete(*id).await?;
                }
                let mut window = of_pool.window.lock();
                // What was there is looked at once more.
                ids.iter().filter(|id| !there.contains(id)).for_each(|id| window.close(id.number()));
            }
        }
        Ok(Some(LOOK_AGAIN))
    }
}
