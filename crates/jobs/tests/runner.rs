//! The runner, on a paused clock: when jobs run, and when they do not.

#![allow(clippy::disallowed_methods, reason = "tests arrange files as they need")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use coldkeep_jobs::{Job, Next, Runner};
use coldkeep_store::Error;
use coldkeep_types::{Clock, SystemClock};
use tokio::sync::Notify;
use tokio::time::sleep;

struct Counted {
    runs: Arc<AtomicUsize>,
    bell: Arc<Notify>,
    /// What each run answers, in order; the last one is repeated.
    answers: Vec<Answer>,
}

#[derive(Clone, Copy)]
enum Answer {
    Go(Next),
    Fail,
    Panic,
    Hang,
}

#[async_trait]
impl Job for Counted {
    fn name(&self) -> &'static str {
        "counted"
    }

    async fn run(&self) -> Result<Next, Error> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        match self.answers[run.min(self.answers.len() - 1)] {
            Answer::Go(next) => Ok(next),
            Answer::Fail => Err(Error::Busy),
            Answer::Panic => panic!("as the test wants"),
            Answer::Hang => std::future::pending().await,
        }
    }

    async fn rung(&self) {
        self.bell.notified().await;
    }
}

fn start(answers: &[Answer]) -> (Runner, Arc<AtomicUsize>, Arc<Notify>) {
    let (runs, bell) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let job = Counted { runs: runs.clone(), bell: bell.clone(), answers: answers.to_vec() };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    (Runner::start(vec![Box::new(job)], &clock), runs, bell)
}

async fn after(seconds: f64, runs: &AtomicUsize) -> usize {
    sleep(Duration::from_secs_f64(seconds)).await;
    runs.load(Ordering::SeqCst)
}

#[tokio::test(start_paused = true)]
async fn an_idle_job_runs_only_when_rung() {
    let (runner, runs, bell) = start(&[Answer::Go(Next::Rung)]);
    assert_eq!(after(100_000.0, &runs).await, 1);
    bell.notify_one();
    assert_eq!(after(100_000.0, &runs).await, 2);
    runner.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_pause_ends_by_itself_or_by_a_ring() {
    let (runner, runs, bell) =
        start(&[Answer::Go(Next::After(Duration::from_secs(60))), Answer::Go(Next::After(Duration::from_secs(60)))]);
    assert_eq!(after(59.0, &runs).await, 1);
    assert_eq!(after(2.0, &runs).await, 2);
    bell.notify_one();
    assert_eq!(after(1.0, &runs).await, 3);
    runner.stop().await;
}

#[tokio::test(start_paused = true)]
async fn failures_and_panics_are_tried_again_with_growing_pauses() {
    let (runner, runs, _bell) = start(&[Answer::Fail, Answer::Panic, Answer::Fail, Answer::Go(Next::Never)]);
    assert_eq!(after(0.5, &runs).await, 1);
    assert_eq!(after(1.0, &runs).await, 2);
    assert_eq!(after(2.0, &runs).await, 3);
    assert_eq!(after(3.0, &runs).await, 3);
    assert_eq!(after(1.0, &runs).await, 4);
    runner.stop().await;
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_a_job_in_the_middle() {
    let (runner, runs, _bell) = start(&[Answer::Hang]);
    assert_eq!(after(1.0, &runs).await, 1);
    tokio::time::timeout(Duration::from_secs(1), runner.stop()).await.expect("stops at once");
}
