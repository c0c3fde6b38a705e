//! Streams through the pool are what they are alone, and nobody waits for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

use tokio::task::JoinSet;

use super::*;
use crate::{ChecksumAlgorithm, DigestSet, Digests};

fn pool(threads: usize) -> Arc<LanePool> {
    Arc::new(LanePool::new(threads).unwrap())
}

fn set(number: usize) -> DigestSet {
    let checksums = vec![ChecksumAlgorithm::ALL[number % 10]];
    DigestSet { md5: !number.is_multiple_of(3), sha256: number.is_multiple_of(2), tree: number % 5 < 2, checksums }
}

fn blocks(number: usize) -> Vec<Bytes> {
    let block = |i: usize| {
        let length = [10, 9_000, 70_001, 300_000, 1_100_000][(number + i) % 5];
        Bytes::from((0..length).map(|at| (at * (number + 3) + i) as u8).collect::<Vec<u8>>())
    };
    (0..6).map(block).collect()
}

fn alone(number: usize) -> Digests {
    let mut hasher = Hasher::new(&set(number));
    blocks(number).iter().for_each(|block| hasher.update(block));
    hasher.finish()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_side_by_side() {
    for threads in [0, 1, 3] {
        let pool = pool(threads);
        let mut streams = JoinSet::new();
        for number in 0..50 {
            let pool = pool.clone();
            streams.spawn(async move {
                let mut hasher = Hasher::new(&set(number));
                for block in blocks(number) {
                    hasher = pool.update(hasher, block).await;
                }
                (number, hasher.finish())
            });
        }
        while let Some(done) = streams.join_next().await {
            let (number, digests) = done.unwrap();
            assert_eq!(digests, alone(number), "stream {number} with {threads} threads");
        }
    }
}

fn zeros() -> Bytes {
    Bytes::from(vec![0; 100_000])
}

#[tokio::test]
async fn a_panic_reaches_its_caller_and_the_pool_goes_on() {
    let pool = pool(1);
    let lost = tokio::spawn({
        let pool = pool.clone();
        async move { pool.update(Hasher::panicking(), zeros()).await }
    });
    assert!(lost.await.is_err_and(|error| error.is_panic()));
    let hasher = pool.update(Hasher::new(&set(1)), zeros()).await;
    let mut expected = Hasher::new(&set(1));
    expected.update(&zeros());
    assert_eq!(hasher.finish(), expected.finish());
}

/// Notes that it was woken.
struct Flag(AtomicBool);

impl std::task::Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_full_queue_lets_in_when_there_is_room() {
    let queue = Queue::new(1);
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(flag.clone());
    let (first, ticket) = Job::new(Box::new(Work { hasher: Hasher::new(&set(1)), block: zeros() }));
    assert!(queue.push(first, &waker).is_ok());
    let (second, _) = Job::new(Box::new(Work { hasher: Hasher::new(&set(1)), block: zeros() }));
    let Err(second) = queue.push(second, &waker) else { panic!("let in beyond the capacity") };
    assert!(!flag.0.load(Ordering::SeqCst));
    let mut active = Vec::new();
    assert!(queue.take(&mut active, 1, 1, 1));
    assert!(flag.0.swap(false, Ordering::SeqCst), "the caller outside is woken");
    assert!(queue.push(second, &waker).is_ok());

    // A job that is dropped under way tells its caller; one that waits when the queue closes is still given out.
    assert!(matches!(ticket.poll(&waker), Outcome::Pending));
    active.clear();
    assert!(flag.0.load(Ordering::SeqCst));
    assert!(matches!(ticket.poll(&waker), Outcome::Lost));
    queue.close();
    assert!(queue.take(&mut active, 1, 1, 1));
    active.pop().unwrap().complete();
    assert!(!queue.take(&mut active, 1, 1, 1));
}

#[test]
fn company_that_does_not_come_is_not_waited_for_long() {
    let queue = Queue::new(4);
    let push = || {
        let (job, _) = Job::new(Box::new(Work { hasher: Hasher::new(&set(1)), block: zeros() }));
        assert!(queue.push(job, Waker::noop()).is_ok());
    };
    let mut active = Vec::new();
    push();
    assert!(queue.take(&mut active, 4, 1, 3));
    assert_eq!(active.len(), 1, "nobody else came");
    push();
    push();
    assert!(queue.take(&mut active, 4, 1, 3));
    assert_eq!(active.len(), 3);
}

#[tokio::test]
async fn dropped_futures_and_pools_leave_nobody_waiting() {
    let pool = pool(1);
    for _ in 0..100 {
        let mut update = std::pin::pin!(pool.update(Hasher::new(&set(1)), zeros()));
        // Ready at once if the thread was faster.
        let _ = update.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
    pool.update(Hasher::new(&set(1)), zeros()).await;
    drop(pool);
}
