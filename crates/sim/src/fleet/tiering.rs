//! What Intelligent-Tiering archives, where several servers do what is due: the story of `world/tiering.rs` once more, with its client and its model.

use std::sync::Arc;

use coldkeep_disk::simulated::Dice;

use super::engines::Engines;
use super::{CHECKER, Fleet};
use crate::clients::Wrong;
use crate::clients::tiering::{act, begin, finish, look};
use crate::model::tiering::{DAYS_ON, Tiering};

/// Times of trouble.
const ROUNDS: u32 = 3;

/// Lets it all happen; nothing is left in the end.
pub(super) async fn story(engines: Arc<Engines>, mut dice: Dice) -> Result<(), Wrong> {
    let (fleet, supervisors) = Fleet::begin(engines, &mut dice).await?;
    let (mut client, time) = (fleet.client(CHECKER, dice.fork(), true), fleet.time());
    let (client, mut tiering) = (&mut client, Tiering::default());
    begin(client, &mut tiering, &time).await?;
    for _ in 0..ROUNDS {
        fleet.pass(*dice.pick(&DAYS_ON), &mut dice).await;
        fleet.act_in_trouble(client, &mut dice, async |client| act(client, &mut tiering, &time).await).await?;
        tiering.clock(time.reading());
        fleet.rest().await;
        look(client, &mut tiering, &time, true).await?;
        for _ in 0..2 + dice.below(4) {
            act(client, &mut tiering, &time).await?;
        }
    }
    finish(client).await?;
    fleet.end(supervisors, dice).await
}
