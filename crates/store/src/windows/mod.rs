//! Which blobs a server of a shared store may have left that no record came to name: windows of their numbers, so that nothing is listed after its death.
//!
//! Ids of blobs of a shared store are numbered ([`Id::numbered`]), from 0 on in each run and pool, so all of them can be computed. A number is *open* from when it is
//! taken until a commit names its blob, or nothing can come of it any more.
//!
//! | key | value |
//! |---|---|
//! | `s` `window/` run pool | ranges of numbers: all that may be open, those reserved included |
//!
//! Invariants:
//! - *A number is taken only when its window says so durably.* The first are reserved with the commit that begins the run, the others ahead of need
//!   (`reserving.rs`), a block with one commit ([`Options::reserved_numbers`](crate::Options::reserved_numbers)): nobody waits for it, unless half a block is taken before it is through.
//! - *A window is the numbers that are open, and what is reserved*: one upload that takes a day keeps one number in it, however many are taken meanwhile. What is not in
//!   the window is named, or was found absent.
//! - *What a commit may still name stays open for as long as the server lives*: also where it is not known whether that commit came through.
//! - *What was begun and will not be named* is left: whatever was written of it may land late, so it is looked at again a quarter of an hour later, by this server
//!   itself (`left.rs`), and is open until nothing is there any more.
//! - After a death the leader looks at the window, and only there (`upkeep/sweep.rs`), at once and after a quarter of an hour. A server that ends writes what is open
//!   then, mostly nothing.
//!
//! A store of one server has no windows and no such ids: it lists its own folder.

mod left;
mod record;
mod reserving;
mod taken;
mod window;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use coldkeep_meta::{Commit, Meta, Record, prefix_range};
use coldkeep_types::Id;
use hmac::{Hmac, KeyInit, Mac};
use parking_lot::Mutex;
use sha2::Sha256;
use tokio::time::Instant;

pub(crate) use record::WindowRecord;
pub(crate) use taken::Taken;

use crate::{Error, Options, keys};
use window::Window;

fn run_prefix(run: u32) -> Vec<u8> {
    let mut key = keys::state("window/");
    key.extend_from_slice(&run.to_be_bytes());
    key
}

fn window_key(run: u32, pool: u8) -> Vec<u8> {
    let mut key = run_prefix(run);
    key.push(pool);
    key
}

/// Whether a record of a window, by what follows `window/` in its key, is as it can be.
pub(crate) fn is_sound(name: &[u8], value: &[u8]) -> bool {
    name.len() == 5 && name[4] <= Id::MAX_POOL && WindowRecord::from_value(value).is_ok_and(|record| record.is_sound())
}

/// Adds the first windows of a run to the commit that begins it, one for each pool that it writes into.
pub(crate) fn reserve_first(commit: &mut Commit, run: u32, options: &Options) {
    for pool in options.written_pools() {
        commit.put(window_key(run, pool), WindowRecord::of(vec![(0, options.reserved_numbers)]).to_value());
    }
}

/// The numbers that a run may have left open, by pool, with the keys that say so. None: it was one that has no windows.
pub(crate) async fn of_run(meta: &dyn Meta, run: u32) -> Result<Vec<(Vec<u8>, u8, WindowRecord)>, Error> {
    let found = meta.scan(prefix_range(&run_prefix(run)), usize::MAX).await?;
    let read = found.into_iter().map(|(key, entry)| {
        let pool = *key.last().filter(|pool| **pool <= Id::MAX_POOL).ok_or_else(damaged)?;
        let record = WindowRecord::from_value(&entry.value)?;
        if record.is_sound() { Ok((key, pool, record)) } else { Err(damaged()) }
    });
    read.collect()
}

fn damaged() -> Error {
    Error::Damaged("the window of a run".into())
}

/// The id of a number.
pub(crate) fn id_of(secret: &[u8; 32], run: u32, pool: u8, number: u64) -> Id {
    Id::numbered(number, run, pool, |rest| {
        // HMAC takes keys of any length.
        let mac =
            Hmac::<Sha256>::new_from_slice(secret).map(|mac| mac.chain_update(b"blob").chain_update(rest).finalize());
        mac.ok().and_then(|mac| mac.into_bytes().first_chunk().copied()).unwrap_or_default()
    })
}

/// How many numbers the windows of a server have, in all pools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowSizes {
    /// Of blobs that are being written, or whose commit was not answered.
    pub open: u64,
    /// Of blobs that were begun, will not be named, and are looked at once more.
    pub left: u64,
    /// Reserved, and not taken yet.
    pub reserved: u64,
}

/// The windows of a run that goes on.
pub(crate) struct Windows {
    run: u32,
    secret: [u8; 32],
    pools: BTreeMap<u8, OfPool>,
}

/// The window of one pool.
struct OfPool {
    window: Mutex<Window>,
    /// One commit is under way at once.
    reserving: tokio::sync::Mutex<()>,
    /// Somebody has begun to reserve.
    begun: AtomicBool,
}

impl Windows {
    /// Of a run whose first windows are durable.
    pub fn new(run: u32, secret: [u8; 32], options: &Options) -> Self {
        let pools = options.written_pools().map(|pool| {
            let window = Mutex::new(Window::new(options.reserved_numbers));
            (pool, OfPool { window, reserving: tokio::sync::Mutex::default(), begun: AtomicBool::new(false) })
        });
        Self { run, secret, pools: pools.collect() }
    }

    fn of(&self, pool: u8) -> Result<&OfPool, Error> {
        self.pools
            .get(&pool)
            .ok_or_else(|| Error::Unavailable(format!("nothing is written into the pool of number {pool}")))
    }

    fn id(&self, pool: u8, number: u64) -> Id {
        id_of(&self.secret, self.run, pool, number)
    }

    /// Calls `change` with the window that an id is in, if it is of this run.
    fn change(&self, id: Id, change: impl FnOnce(&mut Window, u64)) {
        if let Some(of_pool) = self.pools.get(&id.pool()).filter(|_| id.epoch() == self.run) {
            change(&mut of_pool.window.lock(), id.number());
        }
    }

    /// A record names it, or nothing can come of it.
    pub fn close(&self, id: Id) {
        self.change(id, Window::close);
    }

    /// No record will name it, and something of it may be there, or come.
    pub fn leave(&self, id: Id) {
        self.change(id, |window, number| window.leave(number, Instant::now()));
    }

    /// How many numbers there are.
    pub fn sizes(&self) -> WindowSizes {
        let mut all = WindowSizes::default();
        for of_pool in self.pools.values() {
            let sizes = of_pool.window.lock().sizes();
            all.open += sizes.open;
            all.left += sizes.left;
            all.reserved += sizes.reserved;
        }
        all
    }

    /// Takes no numbers any more, and adds to the commit that ends the run what is open; says whether that is nothing, and `quiet`: nothing goes on either.
    pub fn end(&self, commit: &mut Commit, quiet: bool) -> bool {
        let records =
            self.pools.iter().map(|(pool, of_pool)| (window_key(self.run, *pool), of_pool.window.lock().end()));
        let records: Vec<_> = records.collect();
        let is_empty = quiet && records.iter().all(|(_, record)| record.ranges().is_empty());
        for (key, record) in records {
            match is_empty {
                true => commit.delete(key),
                false => commit.put(key, record.to_value()),
            };
        }
        is_empty
    }
}
