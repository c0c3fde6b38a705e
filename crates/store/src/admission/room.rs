//! Room on the disk: everything that grows the store is admitted first, and what it will take is set aside.
//!
//! Free space is read now and then; what was granted since is counted as taken, whether it was written meanwhile or not, and
//! what was granted before and is not written yet was counted when the reading was made. So however many ask at once, the free
//! space does not go below the reserve by what they write. What frees room (deletes, aborts, reclaiming, due work, a clean end)
//! is never asked, so that it works on a disk that is full to the last byte. Each pool has room of its own; records take theirs of pool 0.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Commit, Expect, Write};
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{Error, Store};

/// How long a reading serves what is small. Others may fill the disk meanwhile, so for more it is read anew.
const FRESH: Duration = Duration::from_secs(1);
/// Bytes that are admitted by a reading made a moment ago.
const SMALL_BYTES: u64 = 64 << 10;
/// What a commit, or a small file, takes beyond its bytes.
const OVERHEAD_BYTES: u64 = 8 << 10;
/// Tags of records that are put to free something, or to say so.
const FREEING: &[u8] = b"rcdlnsy";

/// The free space, and what of it is promised.
#[derive(Default)]
pub(crate) struct Room(Mutex<State>);

#[derive(Default)]
struct State {
    /// When the free space was read, and what it was.
    read: Option<(Instant, u64)>,
    /// What may have gone of it since, or will.
    taken: u64,
    /// What was granted and is not written or given up yet.
    outstanding: u64,
    /// All that was ever granted and then written or given up.
    ended: u64,
}

/// Bytes that are set aside until this is dropped.
pub(crate) struct Reservation {
    room: Arc<Room>,
    pool: u8,
    /// Those not written yet.
    bytes: u64,
    /// Those of the body that it is for.
    body_bytes: u64,
}

impl State {
    fn grant(&mut self, bytes: u64, reserve: u64, fresh_from: Option<Instant>, margin: u64) -> bool {
        let Some((at, free)) = self.read else { return false };
        let fits = free.saturating_sub(self.taken) >= reserve.saturating_add(bytes.saturating_mul(margin));
        if !fits || fresh_from.is_some_and(|from| at < from) {
            return false;
        }
        self.taken += bytes;
        self.outstanding += bytes;
        true
    }

    fn end(&mut self, bytes: u64) {
        self.outstanding -= bytes;
        self.ended += bytes;
    }
}

impl Reservation {
    /// So many bytes of the body are on the disk now.
    pub fn wrote(&mut self, bytes: u64) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.room.0.lock().end(bytes);
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.room.0.lock().end(self.bytes);
    }
}

/// What a blob of this size takes on the disk, or a small content in the metadata.
fn footprint(bytes: u64) -> u64 {
    bytes.saturating_add(bytes >> 13).saturating_add(OVERHEAD_BYTES)
}

/// What a commit adds to the store; 0 if it frees. A record in place of one that is there takes no more room.
fn growth(commit: &Commit) -> u64 {
    let replaces = |at: &[u8]| {
        let there = |expect: &Expect| matches!(expect, Expect::Version { key, version: Some(_) } if key == at);
        commit.expects.iter().any(there)
    };
    let mut bytes = 0;
    for write in &commit.writes {
        if let Write::Put { key, value } = write
            && !key.first().is_some_and(|tag| FREEING.contains(tag))
            && !replaces(key)
        {
            bytes += (key.len() + value.len()) as u64;
        }
    }
    if bytes == 0 { 0 } else { 2 * bytes + OVERHEAD_BYTES }
}

impl Store {
    /// Sets room aside in a pool for a body, of which so many bytes were declared. [`Error::Full`] before it is read.
    pub(crate) async fn reserve(&self, pool: u8, declared: Option<u64>) -> Result<Reservation, Error> {
        let body_bytes = declared.unwrap_or(SMALL_BYTES);
        let bytes = footprint(body_bytes);
        let room = self.grant(pool, bytes).await?;
        Ok(Reservation { room, pool, bytes, body_bytes })
    }

    /// Sets aside what is missing when a body has become so long: ahead, as it has grown, where there is room.
    pub(crate) async fn reserve_more(&self, reserved: &mut Reservation, body_bytes: u64) -> Result<(), Error> {
        let missing = body_bytes.saturating_sub(reserved.body_bytes);
        if missing == 0 {
            return Ok(());
        }
        let ahead = missing.max(body_bytes.min(16 << 20));
        for step in [ahead, missing] {
            match self.grant(reserved.pool, footprint(step)).await {
                Ok(_) => {
                    reserved.bytes += footprint(step);
                    reserved.body_bytes += step;
                    return Ok(());
                }
                Err(Error::Full) if step > missing => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Full)
    }

    /// Sets room aside for a commit, if it needs any.
    pub(crate) async fn reserve_for(&self, commit: &Commit) -> Result<Option<Reservation>, Error> {
        match growth(commit) {
            0 => Ok(None),
            bytes => {
                let room = self.grant(0, bytes).await?;
                Ok(Some(Reservation { room, pool: 0, bytes, body_bytes: 0 }))
            }
        }
    }

    /// Whether something small would be admitted.
    pub(crate) async fn has_room(&self) -> Result<(), Error> {
        self.grant(0, 0).await.map(drop)
    }

    async fn grant(&self, pool: u8, bytes: u64) -> Result<Arc<Room>, Error> {
        let room = self.0.rooms.get(&pool).ok_or_else(|| Error::Unavailable(format!("there is no pool {pool}")))?;
        let (reserve, now) = (self.0.options.reserve_bytes, Instant::now());
        let fresh_from = if bytes <= SMALL_BYTES { now.checked_sub(FRESH) } else { Some(now) };
        // Close to the reserve it is read anew for each.
        if room.0.lock().grant(bytes, reserve, fresh_from, 2) {
            return Ok(room.clone());
        }
        let ended_before = room.0.lock().ended;
        let free = self.0.blobs.space_of(pool).await?.free_bytes;
        let mut state = room.0.lock();
        state.read = Some((now, free));
        // What ended since the reading began may or may not be in it.
        state.taken = state.outstanding + (state.ended - ended_before);
        if state.grant(bytes, reserve, None, 1) { Ok(room.clone()) } else { Err(Error::Full) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_frees_is_told_from_what_grows() {
        let version = Some(coldkeep_meta::Version(1));
        let mut delete = Commit::default();
        delete.expect("o1", version).delete("o1").delete("w1").put("r1", "x").put("l1", "x").add("n1", -1);
        let mut finish = Commit::default();
        finish.expect("j1", version).put("j1", "x").put("d1", "x");
        assert_eq!((growth(&delete), growth(&finish), growth(&Commit::default())), (0, 0, 0));
        for key in ["a", "b", "i", "j", "o", "p", "t", "u", "U", "v", "w", "x"] {
            let mut put = Commit::default();
            put.expect(key, None).put(key, "value");
            assert!(growth(&put) > OVERHEAD_BYTES, "{key}");
        }
        // An overwrite brings a new owner, though its record replaces one.
        let mut overwrite = Commit::default();
        overwrite.expect("o1", version).put("o1", "x").put("w2", "x").put("r1", "x");
        assert!(growth(&overwrite) > 0);
    }

    #[test]
    fn what_is_promised_is_never_promised_twice() {
        let mut state = State { read: Some((Instant::now(), 1000)), ..State::default() };
        assert!(state.grant(600, 100, None, 1));
        assert!(!state.grant(600, 100, None, 1));
        // Written, but not seen by a reading yet.
        state.end(600);
        assert!(!state.grant(301, 100, None, 1) && state.grant(300, 100, None, 1));
        assert_eq!((state.outstanding, state.ended), (300, 600));
    }
}
