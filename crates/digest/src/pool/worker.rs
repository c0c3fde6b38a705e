//! What a thread of the pool does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::queue::{Job, Queue};
use crate::Hasher;

/// The most jobs that are advanced together: the lanes of the widest kernel.
const MOST_JOBS: usize = 32;

/// Works until the queue is closed and empty.
pub(super) fn run(queue: &Queue, threads: usize) {
    // The jobs under way at a panic are dropped as it unwinds, which tells their callers.
    while catch_unwind(AssertUnwindSafe(|| work(queue, threads))).is_err() {}
}

fn work(queue: &Queue, threads: usize) {
    let mut active: Vec<Job> = Vec::with_capacity(MOST_JOBS);
    // As many as were there the last time: it grows when jobs pile up while others are advanced, and shrinks when somebody
    // cannot wait for so many.
    let mut company = 1;
    while queue.take(&mut active, MOST_JOBS, threads, company) {
        company = active.len();
        let mut step: Vec<(&mut Hasher, &[u8])> = active.iter_mut().filter_map(Job::rest).collect();
        Hasher::step_together(&mut step);
        let left: Vec<usize> = step.iter().map(|(_, data)| data.len()).collect();
        for (job, left) in active.iter_mut().zip(left) {
            job.set_left(left);
        }
        for job in active.extract_if(.., |job| job.is_done()) {
            job.complete();
        }
    }
}
