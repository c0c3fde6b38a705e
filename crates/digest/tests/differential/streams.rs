//! Many streams at once, of all kinds, in any order of their pieces: each gets the digests of its own bytes.
//!
//! `PROPTEST_CASES=20000 cargo test --release -p coldkeep-digest --test differential` runs for long instead of for
//! seconds. A failure is shrunk and printed as the plan of its streams.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use coldkeep_digest::{Digests, Hasher, LanePool};
use proptest::prelude::*;
use tokio::task::{JoinSet, yield_now};

use crate::plan::{Plan, plan};
use crate::reference;

/// Cases without `PROPTEST_CASES`: some seconds on one core.
const CASES: u32 = 24;

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(CASES);
    // Plans say all there is to know, so failures need no file to be found again.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    /// Through the pool: blocks of streams meet in its queue as they come, and threads advance them in steps.
    #[test]
    fn through_the_pool(
        plans in prop::collection::vec(plan(), 1..48),
        threads in 0..4_usize,
        has_workers in any::<bool>(),
    ) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        if has_workers {
            runtime = tokio::runtime::Builder::new_multi_thread();
            runtime.worker_threads(2);
        }
        let pool = Arc::new(LanePool::new(threads).expect("threads"));
        let found = runtime.build().expect("a runtime").block_on(async {
            let mut streams = JoinSet::new();
            for (number, plan) in plans.iter().cloned().enumerate() {
                let pool = pool.clone();
                streams.spawn(async move { (number, send(&pool, &plan).await) });
            }
            streams.join_all().await
        });
        prop_assert_eq!(found.len(), plans.len());
        for (number, digests) in found {
            let plan = &plans[number];
            let expected = (!plan.is_abandoned).then(|| reference::digests(&plan.set, &plan.data()));
            prop_assert_eq!(digests, expected, "stream {}", number);
        }
    }

    /// By one caller: in each round some of the streams take their next piece together.
    #[test]
    fn together_in_rounds(plans in prop::collection::vec(plan(), 1..48), rounds in prop::collection::vec(any::<u64>(), 0..12)) {
        let mut streams: Vec<(Hasher, Vec<Bytes>)> = plans.iter().map(|plan| {
            let mut pieces = plan.pieces();
            pieces.reverse();
            (Hasher::new(&plan.set), pieces)
        }).collect();
        let mut rounds = rounds.into_iter();
        while streams.iter().any(|(_, pieces)| !pieces.is_empty()) {
            let members = rounds.next().unwrap_or(u64::MAX);
            let next: Vec<Option<Bytes>> = streams.iter_mut().enumerate().map(|(number, (_, pieces))| {
                (members >> number & 1 == 1).then(|| pieces.pop()).flatten()
            }).collect();
            let mut jobs: Vec<(&mut Hasher, &[u8])> = streams.iter_mut().zip(&next)
                .filter_map(|((hasher, _), piece)| Some((hasher, piece.as_deref()?))).collect();
            Hasher::update_together(&mut jobs);
        }
        for (number, ((hasher, _), plan)) in streams.into_iter().zip(&plans).enumerate() {
            prop_assert_eq!(hasher.finish(), reference::digests(&plan.set, &plan.data()), "stream {}", number);
        }
    }
}

/// Hands in one piece after the other. Nothing is found if the stream is abandoned.
async fn send(pool: &LanePool, plan: &Plan) -> Option<Digests> {
    let mut hasher = Hasher::new(&plan.set);
    let pieces = plan.pieces();
    for (number, piece) in pieces.iter().enumerate() {
        for _ in 0..plan.pauses[number % plan.pauses.len()] {
            yield_now().await;
        }
        let mut update = pin!(pool.update(hasher, piece.clone()));
        if plan.is_abandoned && number + 1 == pieces.len() {
            poll_fn(|context| Poll::Ready(update.as_mut().poll(context).is_ready())).await;
            return None;
        }
        hasher = update.await;
    }
    Some(hasher.finish())
}
