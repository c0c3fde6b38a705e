//! What Intelligent-Tiering archives, under a clock that jumps by months: what was read, or restored, is not archived before its days have passed once more,
//! though the server is killed right after; what nobody reads is, wherever the server is killed meanwhile; what configurations say that are no more is not done.

use super::World;
use super::deadlines::HOUR_MS;
use crate::clients::Wrong;
use crate::clients::tiering::{act, begin, finish, look};
use crate::model::ageing::DAY_MS;
use crate::model::tiering::{DAYS_ON, Tiering};

impl World {
    /// The story; each step in a life of its own.
    pub(super) fn tiering(&mut self) -> Result<(), Wrong> {
        let (mut tiering, time) = (Tiering::default(), self.time());
        self.step(0, async |client| begin(client, &mut tiering, &time).await)?;
        for _ in 0..3 + self.dice.below(3) {
            let ms = *self.dice.pick(&DAYS_ON) * DAY_MS + self.dice.below(24) as i64 * HOUR_MS;
            if self.dice.once_in(3) {
                self.broken_off(ms)?;
            }
            self.step(ms, async |client| {
                // Before all that is due need have been done, and once it is.
                look(client, &mut tiering, &time, false).await?;
                tokio::time::sleep(time.patience).await;
                look(client, &mut tiering, &time, true).await?;
                for _ in 0..2 + client.dice.below(6) {
                    act(client, &mut tiering, &time).await?;
                }
                Ok(())
            })?;
        }
        self.step(0, async |client| finish(client).await)
    }
}
