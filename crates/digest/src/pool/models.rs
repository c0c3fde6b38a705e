//! What callers and threads of the pool can do to each other, tried in many orders: every update ends, with the right digests,
//! and the pool closes.

use shuttle::{future, thread};

use super::*;
use crate::DigestSet;

/// Orders that are tried of each model.
const ORDERS: usize = 500;

fn block(number: u8) -> Bytes {
    vec![number; INLINE_BYTES + 1].into()
}

fn set() -> DigestSet {
    DigestSet { md5: true, ..DigestSet::default() }
}

/// Hands in two blocks one after the other.
async fn stream(pool: &LanePool, number: u8) {
    let mut hasher = Hasher::new(&set());
    for _ in 0..2 {
        let update = pool.update(hasher, block(number));
        pool.hurry();
        hasher = update.await;
    }
    let mut alone = Hasher::new(&set());
    (0..2).for_each(|_| alone.update(&block(number)));
    assert_eq!(hasher.finish(), alone.finish());
}

/// More callers than the queue has room for; one of them gives up.
#[test]
fn every_update_ends() {
    let run = |threads: usize, room: usize| {
        let pool = Arc::new(LanePool::with_room(threads, room).unwrap());
        let callers: Vec<_> = (0..3)
            .map(|number| {
                let pool = pool.clone();
                thread::spawn(move || future::block_on(stream(&pool, number)))
            })
            .collect();
        drop(pool.update(Hasher::new(&set()), block(9)));
        for caller in callers {
            caller.join().unwrap();
        }
    };
    shuttle::check_random(move || run(1, 1), ORDERS);
    shuttle::check_random(move || run(2, 1), ORDERS);
    shuttle::check_pct(move || run(2, 2), ORDERS, 3);
}

/// The pool is dropped while updates are under way: they end.
#[test]
fn a_pool_that_closes_finishes_what_was_handed_in() {
    let run = || {
        let pool = LanePool::with_room(2, 4).unwrap();
        let updates = [1, 2].map(|number| pool.update(Hasher::new(&set()), block(number)));
        let closing = thread::spawn(move || drop(pool));
        for update in updates {
            assert_eq!(future::block_on(update).bytes(), block(0).len() as u64);
        }
        closing.join().unwrap();
    };
    shuttle::check_random(run, ORDERS);
}
