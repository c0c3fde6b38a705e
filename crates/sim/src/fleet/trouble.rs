//! What happens to servers, one thing after another, and heals by itself after a while.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_disk::simulated::Dice;
use tokio::time::{Instant, sleep};

use super::engines::Engines;
use super::link::{Link, Weather};
use super::machine::Machine;

/// How far clocks are set, in milliseconds: up to a minute a server goes on, beyond it does not serve.
const SKEWS_MS: [i64; 10] = [0, -900, 900, -30_000, 59_000, -59_000, 61_000, -61_000, 600_000, MOST_AHEAD_MS];
/// The furthest of them.
pub const MOST_AHEAD_MS: i64 = 10_800_000;

/// Lets things happen until then.
pub async fn until(end: Instant, engines: &Engines, machines: &[Arc<Machine>], mut dice: Dice) {
    while Instant::now() < end {
        sleep(Duration::from_millis(500 + dice.below(7000))).await;
        let (at, lasts) = (dice.below(machines.len() as u64) as usize, lasting(&mut dice));
        let machine = &machines[at];
        let weather = *dice.pick(&[Weather::Cut, Weather::Lossy, Weather::Slow]);
        let what = match dice.below(16) {
            0..3 => {
                turn(&machine.meta, weather, lasts);
                format!("metadata {weather:?} for {lasts:?}")
            }
            3..6 => {
                turn(&machine.blobs, weather, lasts);
                format!("blobs {weather:?} for {lasts:?}")
            }
            6 => {
                turn(&machine.clients, weather, lasts);
                format!("clients {weather:?} for {lasts:?}")
            }
            7..10 => {
                stand(machine, lasts);
                format!("stands still for {lasts:?}")
            }
            10 | 11 => {
                machine.process().end();
                "is killed".to_owned()
            }
            12 => {
                machine.stop(false);
                "is to stop".to_owned()
            }
            13 | 14 => {
                let ms = *dice.pick(&SKEWS_MS);
                machine.clock.skew(ms);
                format!("its clock is {ms} ms ahead")
            }
            _ => {
                machines.iter().for_each(|machine| turn(&machine.meta, Weather::Cut, lasts));
                format!("and all others: metadata away for {lasts:?}")
            }
        };
        engines.trace.note(format!("server {at}: {what}"));
    }
}

/// All is well again.
pub fn heal(machines: &[Arc<Machine>]) {
    for machine in machines {
        [&machine.meta, &machine.blobs, &machine.clients].into_iter().for_each(|link| link.turns(Weather::Fair));
        machine.clock.skew(0);
        machine.process().go_on();
    }
}

/// As often shorter than half a lease as longer, and longer than a whole one.
fn lasting(dice: &mut Dice) -> Duration {
    let longest = *dice.pick(&[4000, 12_000, 35_000]);
    Duration::from_millis(200 + dice.below(longest))
}

fn turn(link: &Arc<Link>, weather: Weather, lasts: Duration) {
    link.turns(weather);
    let link = link.clone();
    tokio::spawn(async move {
        sleep(lasts).await;
        link.turns(Weather::Fair);
    });
}

fn stand(machine: &Arc<Machine>, lasts: Duration) {
    let process = machine.process();
    process.stand();
    tokio::spawn(async move {
        sleep(lasts).await;
        process.go_on();
    });
}
