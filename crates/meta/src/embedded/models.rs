//! Callers, the committer and the checkpointer, tried in many orders: each commit is answered, what was answered is read, and is
//! there when the engine is opened again.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use coldkeep_disk::simulated::{Operation, SimulatedDisk, Watch};
use shuttle::rand::Rng;
use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, future, thread};

use super::*;

/// Orders that are tried.
const ORDERS: usize = 500;
/// The tree needs more than the checker gives.
const STACK_BYTES: usize = 1 << 20;

struct Nobody;

impl Watch for Nobody {
    fn operation(&self, _: &Operation<'_>) {}
}

fn open(disk: &SimulatedDisk) -> Embedded {
    let options = Options {
        cache_bytes: 64 << 10,
        // Less than a commit: each begins a checkpoint, or waits for one.
        checkpoint_bytes: 100,
        segment_bytes: 64 << 10,
        ballast_bytes: 0,
        run: Run::Threads,
    };
    Embedded::open(Arc::new(disk.clone()), Path::new("/meta"), options).unwrap()
}

fn put(key: &str, value: &[u8]) -> Commit {
    let mut commit = Commit::default();
    commit.put(key, value);
    commit
}

fn is(meta: &Embedded, key: &str, value: &[u8]) -> bool {
    future::block_on(meta.get(key.as_bytes())).unwrap().is_some_and(|entry| entry.value == value)
}

fn model() {
    let disk = SimulatedDisk::new(1, 1 << 30, Arc::new(Nobody));
    let meta = Arc::new(open(&disk));
    let callers = ["a", "b"].map(|name| {
        let meta = meta.clone();
        thread::spawn(move || {
            for round in [b"1", b"2"] {
                future::block_on(meta.commit(put(name, &[&round[..], &[0; 400]].concat()))).unwrap();
                assert!(is(&meta, name, &[&round[..], &[0; 400]].concat()), "what was answered is not read");
            }
        })
    });
    // One of two that want the same wins.
    let rivals = ["r", "s"].map(|value| {
        let meta = meta.clone();
        thread::spawn(move || {
            let mut commit = put("rival", value.as_bytes());
            commit.expect("rival", None);
            future::block_on(meta.commit(commit)).is_ok()
        })
    });
    {
        // One goes away without its answer.
        let mut gone = pin!(meta.commit(put("gone", b"")));
        let _ = gone.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    for caller in callers {
        caller.join().unwrap();
    }
    let won = rivals.map(|rival| rival.join().unwrap());
    assert!(won[0] != won[1], "one of two wins: {won:?}");
    let killed = shuttle::rand::thread_rng().gen_bool(0.5).then(|| disk.kill());
    drop(meta);
    let meta = open(&killed.unwrap_or(disk));
    assert!(["a", "b"].iter().all(|name| is(&meta, name, &[&b"2"[..], &[0; 400]].concat())), "it is lost");
    assert!(is(&meta, "rival", if won[0] { b"r" } else { b"s" }));
}

fn check(scheduler: impl Scheduler + 'static) {
    // Timers want a runtime, and never ring here.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let _timers = runtime.enter();
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    shuttle::Runner::new(scheduler, config).run(model);
}

#[test]
fn what_is_answered_is_read_and_stays() {
    check(RandomScheduler::new(ORDERS));
    check(PctScheduler::new(3, ORDERS));
}
