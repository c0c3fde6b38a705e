//! What ages, where several servers do what is due: the story of `world/ageing.rs` once more, with its client and its model.
//!
//! Nothing goes early by a clock that is as right as it must be, nothing that is locked goes at all, rules that are gone take nothing with them, and what is
//! due is done when all is well again, once.

use std::sync::Arc;

use coldkeep_disk::simulated::Dice;
use tokio::time::sleep;

use super::engines::Engines;
use super::trouble::MOST_AHEAD_MS;
use super::{CHECKER, Fleet};
use crate::clients::Wrong;
use crate::clients::ageing::{Look, act, act_in_trouble, begin, change_rules, drain, end, finish, look};
use crate::model::ageing::Ageing;

/// Times of trouble.
const ROUNDS: u32 = 4;

/// Lets it all happen; nothing is left in the end.
pub(super) async fn story(engines: Arc<Engines>, mut dice: Dice) -> Result<(), Wrong> {
    let (fleet, supervisors) = Fleet::begin(engines, &mut dice).await?;
    let (mut client, time) = (fleet.client(CHECKER, dice.fork(), true), fleet.time());
    let (client, mut ageing) = (&mut client, Ageing::default());
    begin(client).await?;
    change_rules(client, &mut ageing, &time, true).await?;
    for _ in 0..ROUNDS {
        for _ in 0..5 + dice.below(6) {
            act(client, &mut ageing, &time).await?;
        }
        ageing.settled(time.now());
        ageing.clock(time.reading());
        fleet.pass(dice.below(4) as i64, &mut dice).await;
        fleet
            .act_in_trouble(client, &mut dice, async |client| act_in_trouble(client, &mut ageing, &time).await)
            .await?;
        ageing.clock(time.reading());
        fleet.rest().await;
        ageing.settled(time.now());
        look(client, &mut ageing, &time, Look::Quiet).await?;
        drain(client, &mut ageing).await?;
    }
    // Whoever was ahead has sent messages that are not seen before.
    fleet.engines.clock.jump(MOST_AHEAD_MS);
    sleep(time.patience).await;
    end(client, &mut ageing, &time).await?;
    drain(client, &mut ageing).await?;
    ageing.told.judge()?;
    finish(client).await?;
    fleet.end(supervisors, dice).await
}
