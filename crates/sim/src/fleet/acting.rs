//! One client acts while there is trouble; and whatever becomes of the lead, several servers work off one list at once, as one does that was held up between
//! its look whether it leads and its work.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use tokio::time::{Instant, sleep};

use super::{Fleet, TROUBLE};
use crate::clients::ageing::{Skewed, Time};
use crate::clients::{Client, Wrong};
use crate::model::ageing::DAY_MS;

const HOUR_MS: i64 = 3_600_000;
/// Each server is sure of the time after this.
const SURE: Duration = Duration::from_secs(65);
/// Once all is well, pauses after failures are over after this, and what is due is done.
const QUIET: Duration = Duration::from_secs(150);

impl Fleet {
    /// The time, as these servers have it.
    pub(super) fn time(&self) -> Time {
        let skews = self.machines.iter().map(|machine| machine.clock.clone() as Arc<dyn Skewed>).collect();
        Time { clock: self.engines.clock.clone(), skews, patience: SURE + QUIET }
    }

    /// The time goes on by so many days: mostly to where a midnight comes in the middle of the trouble that follows, else to some hour; or to where a clock
    /// that is hours ahead has passed the midnight already.
    pub(super) async fn pass(&self, days: i64, dice: &mut Dice) {
        let pause = Duration::from_millis(dice.below(SURE.as_millis() as u64));
        let now = self.time().now();
        let midnight = DAY_MS - now.rem_euclid(DAY_MS) + days * DAY_MS;
        let ms = match dice.below(5) {
            0 => midnight + (1 + dice.below(20) as i64) * HOUR_MS,
            1 => midnight - 2 * HOUR_MS,
            _ => midnight - pause.as_millis() as i64 - dice.below(TROUBLE.as_millis() as u64) as i64,
        };
        let ms = if ms < 0 { ms + DAY_MS } else { ms };
        self.engines.trace.note(format!("the time goes on by {ms} ms"));
        self.engines.clock.jump(ms);
        sleep(pause).await;
    }

    /// The client does this over and over while there is trouble, and returns when all is well again.
    pub(super) async fn act_in_trouble(
        &self,
        client: &mut Client,
        dice: &mut Dice,
        mut act: impl AsyncFnMut(&mut Client) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let (end, troubles, works) = (Instant::now() + TROUBLE, dice.fork(), dice.fork());
        client.healthy = false;
        let acting = async {
            while Instant::now() < end {
                act(&mut *client).await?;
                sleep(Duration::from_millis(client.dice.below(2000))).await;
            }
            Ok::<(), Wrong>(())
        };
        let working = async { tokio::try_join!(acting, self.all_work(end, works)).map(drop) };
        self.suffer(end, troubles, working).await?;
        self.settle().await?;
        client.healthy = true;
        Ok(())
    }

    /// All that is due is done, and nothing is under way. What clocks showed before has no more to do with what comes.
    pub(super) async fn rest(&self) {
        self.machines.iter().for_each(|machine| machine.clock.settle());
        sleep(QUIET).await;
        while self.machines.iter().any(|machine| machine.blobs.under_way() > 0) {
            sleep(Duration::from_secs(1)).await;
        }
    }

    /// Servers do what is due, whoever leads.
    async fn all_work(&self, end: Instant, mut dice: Dice) -> Result<(), Wrong> {
        while Instant::now() < end {
            sleep(Duration::from_millis(dice.below(2500))).await;
            for server in self.machines.iter().filter_map(|machine| machine.listening()) {
                let store = server.store.clone();
                if dice.once_in(2) {
                    // Whether it gets through is another matter.
                    tokio::spawn(async move { store.run_due().await.is_ok() });
                }
            }
        }
        Ok(())
    }
}
