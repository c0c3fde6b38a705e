//! Flips of one bit anywhere in a data folder, many of them on one story: none is served, none is called clean.

use super::{End, Trouble, World};
use crate::checkers::{Damage, problems};
use crate::clients::Wrong;

impl World {
    /// So many flips: half of them after a kill, half after a clean stop.
    pub fn flips(&mut self, count: u64) -> Result<(), Wrong> {
        self.disk.make_folders("/data".as_ref()).map_err(|error| error.to_string())?;
        for end in [End::Kill, End::Stop] {
            self.live(Trouble::None, end)?;
            if end == End::Stop {
                self.rest(false)?;
            }
            let before = self.said_of(&self.disk.copy())?;
            for _ in 0..count / 2 {
                let (path, bit) = Damage::any_bit(&self.disk, &mut self.dice).ok_or("there is nothing to damage")?;
                let damage = Damage::Bit(path.clone(), bit);
                let damaged = self.disk.copy();
                damage.inflict(&damaged, &self.disk)?;
                let found = self.said_of(&damaged)? != before;
                let left = self.suffer(&damage)?;
                // After a kill there are bytes that no record names: those are swept, and need not be looked at.
                if !found && left.read_file(&path).is_some() {
                    return Err(format!("after {end:?}, {damage:?} is called clean"));
                }
            }
        }
        Ok(())
    }

    /// What `fsck` says of a disk, or why it cannot look: after a kill something always waits.
    fn said_of(&self, disk: &coldkeep_disk::simulated::SimulatedDisk) -> Result<Vec<String>, Wrong> {
        self.in_runtime(async || Ok(problems(disk).await.unwrap_or_else(|why| vec![why])))
    }
}
